"""Every message code the program asks for has a sentence."""

import ast
import re
from pathlib import Path

import pytest

from branchseg.messages import known_codes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("branchseg", "ui") for path in (ROOT / top).rglob("*.py"))
ERRORS = {"InputError", "StoreError"}


def askers(tree: ast.AST) -> set[str]:
    """The names by which a file calls what takes a code: the errors, `text` and its aliases."""
    return ERRORS | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("messages")
        for alias in node.names if alias.name == "text"
    }


def templates(argument: ast.expr) -> list[str]:
    """A code as a regular expression: whole where it is literal, open where it is put together."""
    if isinstance(argument, ast.IfExp):
        return templates(argument.body) + templates(argument.orelse)
    if isinstance(argument, ast.Constant):
        return [re.escape(str(argument.value))]
    if isinstance(argument, ast.JoinedStr):
        return ["".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                        for part in argument.values)]
    return []


def asked(source: str) -> list[tuple[int, str]]:
    """Line and code of every call with a code that can be read from the source."""
    tree = ast.parse(source)
    names = askers(tree)
    return [
        (node.lineno, template)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        and node.func.id in names and node.args
        for template in templates(node.args[0])
    ]


def test_the_scan_sees_what_it_should():
    source = ('from branchseg.messages import text as say\n'
              'say("a.b")\nraise InputError("c" if x else "d")\nsay(f"e.{x}")\nfoo("g")\nsay(x)\n')
    assert asked(source) == [(2, r"a\.b"), (3, "c"), (3, "d"), (4, r"e\..+")]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_code_has_a_sentence(path):
    codes = known_codes()
    missing = [f"line {line}: {code}" for line, code in asked(path.read_text(encoding="utf-8"))
               if not any(re.fullmatch(code, known) for known in codes)]
    assert missing == []
