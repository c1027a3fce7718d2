"""What the worker does for the settings page; nothing here touches a widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchseg import pipeline, rules
from branchseg.errors import BranchsegError
from branchseg.messages import text
from branchseg.paths import resources_dir
from branchseg.pipeline.effect import Effect, effects
from branchseg.sheets.rulebook import rulebook_pages

if TYPE_CHECKING:
    from pathlib import Path

    from branchseg.pipeline import RunResult
    from branchseg.rules import RuleSet
    from branchseg.sheets import Page
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

    from .draft import Recipe


@dataclass(frozen=True, slots=True)
class Preview:
    """What the new rules would change of `result`; no effects where there are no customers."""

    ruleset: RuleSet
    result: RunResult | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Saved:
    """Rules that are in force from now on.

    `before` were in force, `origin` is the result the customers were taken from and `result`
    the new one (None without customers); `rules_dir` goes into the settings.
    """

    before: RuleSet
    ruleset: RuleSet
    origin: RunResult | None
    result: RunResult | None
    rules_dir: str | None


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies in the vault: `batches` latest first, and the size of the files in bytes."""

    batches: tuple[Batch, ...]
    size: int


def shipped_rules() -> RuleSet:
    """The rules as they came with the program."""
    return rules.load(resources_dir() / "rules")


def preview(recipe: Recipe, result: RunResult | None, vault: Vault | None) -> Preview:
    """Sort the customers by the new rules and compare. Raises RuleError."""
    ruleset = recipe.build()
    if result is None or vault is None:
        return Preview(ruleset, None, ())
    after = result if recipe.is_empty else pipeline.reassess(result, ruleset,
                                                             vault.observations())
    return Preview(ruleset, result, effects(result, after))


def save(ruleset: RuleSet, before: RuleSet, result: RunResult | None, vault: Vault,
         shipped: RuleSet, folder: Path) -> Saved:
    """Sort the customers by the new rules, then keep the rules in `folder`.

    Rules as shipped need no files of their own. Raises BranchsegError (settings.rules_not_saved)
    with nothing changed.
    """
    after = None if result is None else pipeline.reassess(result, ruleset, vault.observations())
    if ruleset.id == shipped.id:
        return Saved(before, ruleset, result, after, None)
    try:
        rules.save(ruleset, folder)
    except OSError as error:
        raise BranchsegError("settings.rules_not_saved") from error
    return Saved(before, ruleset, result, after, str(folder))


def book_pages(ruleset: RuleSet) -> tuple[Page, ...]:
    """The rule book on paper."""
    chapters = [(section.title, section.sentences) for section in rules.describe(ruleset)]
    return rulebook_pages(text("sheets.rulebook.title"), ruleset.id, text("rules.book.disclaimer"),
                          chapters)


def stock(vault: Vault, folder: Path) -> Stock:
    """How much there is in the vault, and in the data folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Stock(tuple(vault.batches()), size)
