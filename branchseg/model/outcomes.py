"""What can come of a task: the boxes on the task sheet and in the form that registers it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from branchseg.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a contact.

    `code` is what staff key in and the vault keeps. `next_days` suggests when to try again (None:
    no suggestion). `refuses` ends all further contact, `unreachable` says the number is no use,
    `missed` that nobody answered. `words` are what staff write for it, beside the label.
    """

    code: int
    label: str
    next_days: int | None = None
    refuses: bool = False
    unreachable: bool = False
    missed: bool = False
    words: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """Whether the customer was spoken to."""
        return not (self.unreachable or self.missed)


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick; `id` is what the vault keeps.

    A need becomes a tag of the customer, unless `tag` is False.
    """

    id: str
    label: str
    tag: bool = True


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All boxes, in the order in which paper and screen show them.

    Several `needs` and `products` may be ticked, one of `results` and one of `fund_plans`.
    """

    results: tuple[Result, ...]
    needs: tuple[Choice, ...]
    fund_plans: tuple[Choice, ...]
    products: tuple[Choice, ...]

    def result(self, code: int) -> Result:
        """The result of a code; one the table has no more is named by its code."""
        return next((one for one in self.results if one.code == code), Result(code, str(code)))


def labels(choices: Iterable[Choice], ids: Iterable[str]) -> tuple[str, ...]:
    """The words of some of the choices; an id the table has no more stays itself."""
    words = {one.id: one.label for one in choices}
    return tuple(words.get(one, one) for one in ids)


@cache
def outcomes() -> Outcomes:
    """The shipped table (resources/outcomes.toml), read once."""
    raw = tomllib.loads((resources_dir() / "outcomes.toml").read_text(encoding="utf-8"))
    choices = {key: tuple(Choice(**row) for row in raw[key])
               for key in ("need", "fund_plan", "product")}
    results = tuple(Result(**{**row, "words": tuple(row.get("words", ()))})
                    for row in raw["result"])
    return Outcomes(results, choices["need"],
                    choices["fund_plan"], choices["product"])
