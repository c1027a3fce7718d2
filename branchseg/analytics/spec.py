"""Specifications of models: a dataclass per model, filled from TOML, with every fault found.

A field of such a dataclass is made by `option`; its kind says what TOML value it takes.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import MISSING, Field, dataclass, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from branchseg.errors import RuleError, RuleFault
from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Spec = TypeVar("Spec")

FAULTY = "analytics.spec.faulty"
"""The message above the faults of a specification."""

_META = "option"
FILE_KEYS: Mapping[str, frozenset[str]] = {"file": frozenset({"separator"})}
"""Sections and keys that any specification may have; they say how the file is read."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What values an option takes.

    Attributes:
        name: the message `analytics.spec.<name>` says what is allowed.
        types: the TOML types.
        least: the least number, or the least number of items of a list.
        most: the greatest number.
        words: texts allowed (for a number: besides it).
        column: names a column of the table (or several).
    """

    name: str
    types: tuple[type, ...]
    least: float | None = None
    most: float | None = None
    words: tuple[str, ...] = ()
    column: bool = False

    def accepts(self, value: object) -> bool:
        """Whether a TOML value is allowed."""
        if isinstance(value, str) and self.words:
            return value in self.words
        if not isinstance(value, self.types):
            return False
        if isinstance(value, bool):  # an int to Python, not to TOML
            return bool in self.types
        if isinstance(value, list):
            return (len(value) >= (self.least or 0) and all(isinstance(one, str) for one in value)
                    and len(set(value)) == len(value))
        if isinstance(value, int | float):
            least = -math.inf if self.least is None else self.least
            most = math.inf if self.most is None else self.most
            return math.isfinite(value) and least <= value <= most
        return True

    def allowed(self) -> str:
        """What is allowed, in words."""
        bounds = {"least": self.least, "most": self.most}
        shown = {key: text("analytics.spec.unbounded") if bound is None else f"{bound:g}"
                 for key, bound in bounds.items()}
        return text(f"analytics.spec.{self.name}", words="、".join(self.words), **shown)


COLUMN = Kind("column", (str,), column=True)
BOOLEAN = Kind("boolean", (bool,))
DATE = Kind("date", (date,))
TEXT = Kind("text", (str, int, float, bool))


def columns(least: int = 1) -> Kind:
    """Names of at least so many columns, each once."""
    return Kind("columns", (list,), least=least, column=True)


def number(least: float | None = None, most: float | None = None, *words: str) -> Kind:
    """A number within limits, or one of some words."""
    return Kind("number_or_word" if words else "number", (int, float), least, most, words)


def integer(least: int, most: int, *words: str) -> Kind:
    """A whole number within limits, or one of some words."""
    return Kind("integer_or_word" if words else "integer", (int,), least, most, words)


def choice(*words: str) -> Kind:
    """One of some words."""
    return Kind("choice", (), words=words)


def option(section: str, kind: Kind, default: Any = MISSING) -> Any:
    """A field of a specification, in a section of its TOML; without a default it must be given."""
    return field(default=default, metadata={_META: (section, kind)})


@runtime_checkable
class Checked(Protocol):
    """A specification whose values can each be right and yet not fit together."""

    def contradictions(self) -> Mapping[str, str]:
        """Place ("columns.date") -> what is wrong there, in words."""
        ...


def read_spec(wanted: type[Spec], given: Mapping[str, Any], file: str,
              headers: Sequence[str]) -> Spec:
    """Fill a specification from parsed TOML.

    Args:
        wanted: a dataclass whose fields are made by `option`.
        given: the TOML; sections and keys.
        file: the name of the TOML file, for the faults.
        headers: the columns of the table.

    Raises:
        RuleError: with every unknown key, missing key, wrong value and unknown column; then, if
            there is none, with what does not fit together.
    """
    places = {(section, one.name): (one, kind) for one in fields(wanted)  # type: ignore[arg-type]
              for section, kind in [one.metadata[_META]]}
    faults = [RuleFault(file, where, text("analytics.spec.unknown"))
              for where in _unknown(given, {*places})]
    values: dict[str, Any] = {}
    for (section, key), (one, kind) in places.items():
        part = given.get(section)
        if isinstance(part, dict) and key in part:
            values[key] = _unquoted(part[key], kind)
            faults += _faults(file, f"{section}.{key}", values[key], kind, headers)
        elif _required(one):
            faults.append(RuleFault(file, f"{section}.{key}", text(
                "analytics.spec.missing", allowed=kind.allowed())))
    if faults:
        raise RuleError(faults, FAULTY)
    spec = wanted(**{key: tuple(value) if isinstance(value, list) else value
                     for key, value in values.items()})
    if isinstance(spec, Checked):
        faults = [RuleFault(file, where, said) for where, said in spec.contradictions().items()]
    if faults:
        raise RuleError(faults, FAULTY)
    return spec


def _unquoted(value: object, kind: Kind) -> object:
    """A date that was written in quotes as the date it is; all else as it was."""
    if kind is DATE and isinstance(value, str):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value


def _required(one: Field[Any]) -> bool:
    return one.default is MISSING


def _unknown(given: Mapping[str, Any], known: set[tuple[str, str]]) -> list[str]:
    """The places of sections and keys that mean nothing."""
    known = known | {(section, key) for section, keys in FILE_KEYS.items() for key in keys}
    sections = {section for section, _ in known}
    found = []
    for section, part in given.items():
        if section not in sections or not isinstance(part, dict):
            found.append(section)
        else:
            found += [f"{section}.{key}" for key in part if (section, key) not in known]
    return found


def _faults(file: str, where: str, value: object, kind: Kind,
            headers: Sequence[str]) -> list[RuleFault]:
    """What is wrong with one value."""
    if not kind.accepts(value) or isinstance(value, datetime):
        return [RuleFault(file, where, text("analytics.spec.wrong", allowed=kind.allowed()))]
    names = value if isinstance(value, list) else [value]
    return [RuleFault(file, where, text("analytics.spec.no_column", name=name))
            for name in names if kind.column and name not in headers]
