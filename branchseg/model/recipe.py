"""Recipes: how a list was read last time, and what it was like, for the next one like it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from branchseg.paths import resources_dir

if TYPE_CHECKING:
    from branchseg.model.raw import ColumnMapping


@dataclass(frozen=True, slots=True)
class Profile:
    """What lists with the same headers hold, roughly.

    `known` is the share of rows (0..1) per field, `medians` the median of the positive values
    per amount field (元), `issues` the share of rows per kind of finding; all to two or three
    digits, so that no figure is a customer's. `day` is the data date the lists tell themselves.
    """

    rows: int
    day: date | None
    known: dict[str, float]
    medians: dict[str, float]
    issues: dict[str, float]

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads again."""
        return {"rows": self.rows, "day": self.day.isoformat() if self.day else None,
                "known": self.known, "medians": self.medians, "issues": self.issues}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Profile:
        """A profile as `as_json` gave it."""
        day = date.fromisoformat(kept["day"]) if kept["day"] else None
        return cls(kept["rows"], day, kept["known"], kept["medians"], kept["issues"])


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the columns of a list meant, and the last import with these headers.

    `file_name`, `as_of` and `profile` are that import's; without one in force "" and None.
    """

    mapping: ColumnMapping
    file_name: str = ""
    as_of: date | None = None
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that no longer fits, as a sentence.

    `column` is the index of the column that has to be looked at again, None if there is none;
    `reason` the message code of its doubt, `unit` what an amount there probably is in 元.
    """

    text: str
    column: int | None = None
    reason: str = ""
    unit: float | None = None


class Thresholds(NamedTuple):
    """From when on a change is told (resources/recipe.toml): shares of 0..1, and a factor."""

    similar: float
    known_fall: float
    median_factor: float
    rows_change: float
    issue_rise: float


@cache
def thresholds() -> Thresholds:
    """The thresholds in force."""
    return Thresholds(**tomllib.loads(
        (resources_dir() / "recipe.toml").read_text(encoding="utf-8")))
