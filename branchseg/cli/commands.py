"""One function per sub-command: options and hooks in, exit code out."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from branchseg import pipeline, rules, sample, settings
from branchseg.cli.formulas import plain_table
from branchseg.cli.history import changes_since, common_secret
from branchseg.cli.notices import column_name, say_changes, say_columns
from branchseg.cli.outputs import OutputOptions, write_outputs
from branchseg.errors import InputError
from branchseg.files import write_private
from branchseg.messages import text
from branchseg.paths import resources_dir
from branchseg.pipeline import modelling

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    import pandas as pd

    from branchseg.cli.hooks import Hooks
    from branchseg.pipeline import ListSource

SAMPLE_CUSTOMERS = 2000
SAMPLE_SEED = 7


def read(options: Namespace, _hooks: Hooks) -> int:
    """Intake and mapping only."""
    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None
    source = pipeline.read_lists(options.file, sheet=options.sheet, password=password)[0]
    raw = source.raw
    answer = {
        "format": raw.source.file_format,
        "sheet": raw.source.sheet,
        "header_row": raw.source.header_row,
        "data_rows": len(raw.rows),
        "columns": [
            {"header": column_name(source.mapping, match), "field": match.field,
             "confidence": round(match.confidence, 3), "unit": match.unit,
             "doubtful": match.doubtful}
            for match in source.mapping.columns
        ],
        "issues": {code.value: number for code, number in raw.issues.counts().items()},
    }
    say_columns([source])
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        used = len(source.mapping.used)
        print(text("cli.read_done", rows=len(raw.rows), header=raw.source.header_row,
                   used=used, columns=len(raw.headers)))
    return 0


def read_files(paths: Sequence[Path]) -> tuple[list[ListSource], float]:
    """The lists of the files, and the seconds it took."""
    started = perf_counter()
    files = pipeline.told_apart([pipeline.read_lists(path) for path in paths])
    lists = [source for lists in files for source in lists]
    return lists, perf_counter() - started


def run(options: Namespace, hooks: Hooks) -> int:
    """The whole pipeline on the given files."""
    _refuse_sources((*options.files, *options.history), options.out)
    ruleset = rules.load(options.rules or resources_dir() / "rules")
    lists, read_seconds = read_files(options.files)
    if options.accept_doubtful:
        lists = [source.accept() for source in lists]
    secret = common_secret(lists) if options.history else None
    today = options.today or datetime.now().astimezone().date()
    result = pipeline.evaluate(
        pipeline.prepare(lists, as_of=options.as_of, secret=secret, read_seconds=read_seconds),
        ruleset, today=today)
    changes = None
    if secret is not None:
        changes, earlier = changes_since(options.history, result, secret,
                                         accept=options.accept_doubtful)
        lists += earlier
    saved = settings.load().settings
    written = OutputOptions(options.sheets, options.clear, options.seed,
                            options.branch or saved.branch_name,
                            options.operator or saved.operator)
    write_outputs(result, options.out, written, hooks, changes)
    say_columns(lists)
    print(text("cli.run_done", customers=len(result.table), issues=len(result.prepared.issues),
               as_of=result.table.as_of.isoformat(),
               how=text(f"cli.as_of_{result.prepared.as_of_source}"),
               today=result.today.isoformat(), out=options.out))
    if changes is not None:
        say_changes(changes)
    remark = pipeline.list_age(result)
    if remark:
        print(remark)
    return 0


def demo(options: Namespace, hooks: Hooks) -> int:
    """Write the sample list, run it, and show the window on it where there is a screen."""
    folder: Path = options.out
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError("cli.out_unwritable") from error
    workbook = folder / text("cli.sample_file")
    sample.write(workbook, customers=SAMPLE_CUSTOMERS, seed=SAMPLE_SEED)
    ruleset = rules.load(resources_dir() / "rules")
    # as if read on its data date: the same every day
    lists, read_seconds = read_files([workbook])
    result = pipeline.evaluate(pipeline.prepare(lists, read_seconds=read_seconds), ruleset)
    target = folder / text("cli.sample_results")
    printed = OutputOptions(sheets=20, branch=text("cli.sample_branch"))
    write_outputs(result, target, printed, hooks)
    print(text("cli.demo_done", workbook=workbook, customers=len(result.table),
               issues=len(result.prepared.issues), out=target))
    return hooks.open_window(workbook) if hooks.open_window else 0


def model(options: Namespace, _hooks: Hooks) -> int:
    """One model on any table."""
    if options.out is not None:
        _refuse_sources((options.file, options.spec), options.out)
    answer = modelling.run_model(options.name, options.file, options.spec)
    if options.out is not None:
        _write_rows(answer.per_row, options.out)
    if options.json:
        print(json.dumps(modelling.as_json(options.name, answer), ensure_ascii=False, indent=1))
    else:
        print(modelling.message(answer))
        for remark in modelling.remarks(answer):
            print(text("cli.remark", remark=remark), file=sys.stderr)
    return 0


def _refuse_sources(sources: Sequence[Path], out: Path) -> None:
    """Never write over a file that is read, nor over a folder it lies in. Raises InputError."""
    try:
        for source in sources:
            if source.exists() and any(out.exists() and out.samefile(place)
                                       for place in (source, *source.resolve().parents)):
                raise InputError("cli.out_is_source", name=source.name)
    except OSError as error:
        raise InputError("cli.file_unwritable") from error


def _write_rows(rows: pd.DataFrame | None, path: Path) -> None:
    """A row per customer as CSV; says so where a model has none. Raises InputError."""
    if rows is None:
        print(text("cli.no_rows"), file=sys.stderr)
        return
    try:
        write_private(path, plain_table(rows).to_csv(index=False).encode("utf-8-sig"))
    except OSError as error:
        raise InputError("cli.file_unwritable") from error


def benchmark(options: Namespace, _hooks: Hooks) -> int:
    """The project's own benchmarks; they come with the source tree only."""
    folder = Path(__file__).resolve().parents[2] / "benchmarks"
    if not folder.is_dir():
        raise InputError("cli.no_benchmarks")
    command = [sys.executable, "-m", "benchmarks", *options.names]
    command += ["--json"] if options.json else []
    return subprocess.run(command, cwd=folder.parent, check=False).returncode  # noqa: S603 - own module


def selftest(_options: Namespace, hooks: Hooks) -> int:
    """Start the window offscreen, import the sample, print one sheet."""
    if hooks.selftest is None:
        raise InputError("cli.needs_window")
    return hooks.selftest()
