"""Signals of what lives long reach methods only: they end with their object, a lambda does not."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "ui").rglob("*.py"))
LONG_LIVED = {"session", "_session"}


def connections(tree):
    """The arguments of `session....connect(...)` and of the same on `self._session`."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
                and node.func.attr == "connect"):
            owner = node.func.value
            names = {getattr(part, "id", getattr(part, "attr", "")) for part in ast.walk(owner)}
            if names & LONG_LIVED:
                yield from node.args


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_session_s_signals_reach_methods(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert [ast.unparse(found) for found in connections(tree)
            if isinstance(found, (ast.Lambda, ast.Call))] == []


def test_the_search_finds_what_it_should():
    tree = ast.parse("self._session.settings_changed.connect(lambda: 1)\n"
                     "session.closed.connect(partial(f, 2))\nbox.clicked.connect(lambda: 3)")
    assert [ast.unparse(found) for found in connections(tree)] == ["lambda: 1", "partial(f, 2)"]
