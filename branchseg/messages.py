"""Codes to Chinese sentences. Texts live in resources/messages/*.toml, one file per package."""

from __future__ import annotations

from functools import cache
from typing import Any

from branchseg.errors import BranchsegError, RuleError
from branchseg.paths import resources_dir


@cache
def _texts() -> dict[str, str]:
    """All messages as dotted code -> template; a code given twice is a bug in the files."""
    import tomllib  # noqa: PLC0415 - the window says its first sentence after its first paint

    found: dict[str, str] = {}
    for path in sorted((resources_dir() / "messages").glob("*.toml")):
        for code, template in _flatten(tomllib.loads(path.read_text(encoding="utf-8")), ""):
            if code in found:
                msg = f"message {code} stands twice, again in {path.name}"
                raise ValueError(msg)
            found[code] = template
    return found


def _flatten(table: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    """Nested TOML tables to (dotted code, text) pairs."""
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        code = f"{prefix}{key}"
        pairs += _flatten(value, f"{code}.") if isinstance(value, dict) else [(code, str(value))]
    return pairs


def known_codes() -> frozenset[str]:
    """Every code that has a sentence; tests compare it with the codes in use."""
    return frozenset(_texts())


def text(code: str, **params: object) -> str:
    """The Chinese sentence of `code`. Raises KeyError for an unknown code (a bug)."""
    return _texts()[code].format(**params)


def explain(error: BranchsegError) -> str:
    """What the user reads for an expected failure; for rules, all faults, one a line."""
    head = text(error.code, **error.params)
    if isinstance(error, RuleError):
        lines = [f"{fault.file} · {fault.key_path}：{fault.sentence}" for fault in error.faults]
        return "\n".join([head, *lines])
    return head
