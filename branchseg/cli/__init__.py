"""The command line: parse, call, and turn expected failures into one Chinese line.

Exit codes: 0 done, 2 input nobody can use, 3 faults in rules, 130 cancelled, 1 a bug.
No customer value is ever printed.
"""

from __future__ import annotations

import argparse
import io
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from branchseg.cli import commands
from branchseg.cli.cutpoints import cutpoints
from branchseg.cli.hooks import Hooks
from branchseg.errors import BranchsegError, Cancelled, InputError, places_of
from branchseg.messages import explain, text
from branchseg.pipeline.modelling import TABLE_MODELS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Hooks", "main"]


class _Parser(argparse.ArgumentParser):
    """argparse speaks English and exits by itself; the contract wants one Chinese line and 2."""

    def error(self, message: str) -> NoReturn:
        """Turn any misuse into an InputError; argparse's own words are English."""
        del message
        raise InputError("cli.usage", program=self.prog)


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InputError("cli.bad_date") from None


def _sheets(value: str) -> int | None:
    """"none" -> 0, "top:N" -> N, "all" -> None (no limit)."""
    if value == "none":
        return 0
    if value == "all":
        return None
    head, _, number = value.partition(":")
    if head == "top" and number.isdigit():
        return int(number)
    raise InputError("cli.bad_sheets")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="branchseg", description=text("cli.description"))
    verbs = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)

    read = verbs.add_parser("read", help=text("cli.help_read"))
    read.add_argument("file", type=Path)
    read.add_argument("--sheet")
    read.add_argument("--password-stdin", action="store_true")
    read.add_argument("--json", action="store_true")
    read.set_defaults(call=commands.read)

    run = verbs.add_parser("run", help=text("cli.help_run"))
    run.add_argument("files", type=Path, nargs="+", metavar="file")
    run.add_argument("--out", type=Path, required=True, help=text("cli.help_out"))
    run.add_argument("--as-of", type=_date, help=text("cli.help_as_of"))
    run.add_argument("--today", type=_date, help=text("cli.help_today"))
    run.add_argument("--history", type=Path, nargs="+", default=[], metavar="FILE",
                     help=text("cli.help_history"))
    run.add_argument("--rules", type=Path, help=text("cli.help_rules"))
    run.add_argument("--sheets", type=_sheets, default=0, metavar="none|top:N|all",
                     help=text("cli.help_sheets"))
    run.add_argument("--accept-doubtful", action="store_true",
                     help=text("cli.help_accept_doubtful"))
    run.add_argument("--clear", action="store_true", help=text("cli.help_clear"))
    run.add_argument("--branch", default="", help=text("cli.help_branch"))
    run.add_argument("--operator", default="", help=text("cli.help_operator"))
    run.add_argument("--seed", type=int, default=0, help=text("cli.help_seed"))
    run.set_defaults(call=commands.run)

    demo = verbs.add_parser("demo", help=text("cli.help_demo"))
    demo.add_argument("--out", type=Path, default=Path("out") / "demo")
    demo.set_defaults(call=commands.demo)

    model = verbs.add_parser("model", help=text("cli.help_model"))
    model.add_argument("name", choices=sorted(TABLE_MODELS))
    model.add_argument("--in", dest="file", type=Path, required=True, help=text("cli.help_in"))
    model.add_argument("--spec", type=Path, required=True, help=text("cli.help_spec"))
    model.add_argument("--out", type=Path, help=text("cli.help_model_out"))
    model.add_argument("--json", action="store_true")
    model.set_defaults(call=commands.model)

    _add_cutpoints(verbs)
    bench = verbs.add_parser("benchmark", help=text("cli.help_benchmark"))
    bench.add_argument("names", nargs="*")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(call=commands.benchmark)

    selftest = verbs.add_parser("selftest", help=text("cli.help_selftest"))
    selftest.set_defaults(call=commands.selftest)
    return parser


def _add_cutpoints(verbs: argparse._SubParsersAction[_Parser]) -> None:
    cuts = verbs.add_parser("cutpoints", help=text("cli.help_cutpoints"))
    cuts.add_argument("files", type=Path, nargs="+", metavar="file")
    cuts.add_argument("--as-of", type=_date, help=text("cli.help_as_of"))
    cuts.add_argument("--today", type=_date, help=text("cli.help_today"))
    cuts.add_argument("--rules", type=Path, help=text("cli.help_rules"))
    cuts.add_argument("--only", nargs="+", default=[], metavar="KEY",
                      help=text("cli.help_only"))
    cuts.add_argument("--against", type=Path, metavar="DIR", help=text("cli.help_against"))
    cuts.add_argument("--accept-doubtful", action="store_true",
                      help=text("cli.help_accept_doubtful"))
    cuts.add_argument("--json", action="store_true")
    cuts.set_defaults(call=cutpoints)


def main(arguments: Sequence[str], hooks: Hooks | None = None) -> int:
    """Run one command and return its exit code; `hooks` are what only the window can do."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old console cannot show every character
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        code: int = options.call(options, hooks or Hooks())
    except BranchsegError as error:
        print(explain(error), file=sys.stderr)
        return error.exit_code
    except (Cancelled, KeyboardInterrupt):
        print(text("cli.cancelled"), file=sys.stderr)
        return Cancelled.exit_code
    except Exception as error:  # noqa: BLE001 - the last door: no text of an exception gets out
        print(text("cli.bug"), places_of(error), sep="\n", file=sys.stderr)
        return 1
    return code
