"""What the worker does for the settings page; nothing here touches a widget."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

from branchseg import pipeline, rules
from branchseg.errors import BranchsegError, RuleError
from branchseg.messages import text
from branchseg.paths import resources_dir
from branchseg.pipeline.cutpoints import (
    CutPoint,
    Distribution,
    Sensitivity,
    cut_points,
    distribution,
    note,
    sensitivity,
    why_nobody,
)
from branchseg.pipeline.effect import Effect, effects
from branchseg.pipeline.ruleversions import VersionChanges, compare_rules, rules_of
from branchseg.sheets import minutes
from branchseg.sheets.minutes import AgreedLine
from branchseg.sheets.rulebook import rulebook_pages
from branchseg.store.records import RuleVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from branchseg.model.results import Observation
    from branchseg.pipeline import RunResult
    from branchseg.progress import Reporter
    from branchseg.rules import RuleSet
    from branchseg.sheets import Page
    from branchseg.store.records import Agreement, Batch
    from branchseg.store.vault import Vault

    from .draft import Recipe, RuleDraft


TITLES = {"status": "客户状态", "tier": "价值层级", "grade": "七要素等级",
          "next_action": "下一步动作"}
"""The results columns that are compared, as staff call them."""

_FIRST = "开始记录时的规则"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the new rules would change of `result`; no effects where there are no customers."""

    ruleset: RuleSet
    result: RunResult | None
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From rules in force to others, forwards or (`back`) taken back.

    `version` is what is kept of them; taken back, it stays and is marked as withdrawn.
    """

    before: RuleSet
    after: RuleSet
    shipped: RuleSet
    version: RuleVersion
    back: bool = False

    def reversed(self) -> Step:
        """The same step the other way."""
        return replace(self, before=self.after, after=self.before, back=not self.back)


@dataclass(frozen=True, slots=True)
class Saved:
    """Rules that are in force from now on.

    `step` is what was done, with the number of its version; `origin` is the result the customers
    were taken from and `result` the new one (None without customers); `rules_dir` goes into the
    settings; `versions` are all that are kept now, `earlier` those kept before.
    """

    step: Step
    origin: RunResult | None
    result: RunResult | None
    rules_dir: str | None
    versions: tuple[RuleVersion, ...]
    earlier: tuple[RuleVersion, ...]

    @property
    def ruleset(self) -> RuleSet:
        """The rules in force."""
        return self.step.after


@dataclass(frozen=True, slots=True)
class Opening:
    """What the page begins with: the rules as shipped, and the versions kept, the last first."""

    shipped: RuleSet
    versions: tuple[RuleVersion, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A threshold on the table: how customers lie, and what other values would move.

    Row positions are those of `result`. `why_nobody` says why the value moves nobody, "" if it
    moves some or is the one in force.
    """

    result: RunResult
    distribution: Distribution
    sensitivity: Sensitivity
    why_nobody: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions compared over the customers of `result`, None without any."""

    result: RunResult | None
    changes: VersionChanges


@dataclass(frozen=True, slots=True)
class Stock:
    """What lies in the vault: `batches` latest first, and the size of the files in bytes."""

    batches: tuple[Batch, ...]
    size: int


def opening(vault: Vault) -> Opening:
    """What the page begins with."""
    return Opening(rules.load(resources_dir() / "rules"), tuple(vault.rule_versions()))


def preview(recipe: Recipe, result: RunResult | None, vault: Vault | None) -> Preview:
    """Sort the customers by the new rules and compare. Raises RuleError."""
    ruleset = recipe.build()
    if result is None or vault is None:
        return Preview(ruleset, None, ())
    after = result if recipe.is_empty else pipeline.reassess(result, ruleset,
                                                             vault.observations())
    return Preview(ruleset, result, effects(result, after))


def save(step: Step, result: RunResult | None, vault: Vault, folder: Path) -> Saved:
    """Sort the customers by the rules of a step, then keep these in the vault and in `folder`.

    The first time the rules they replace are kept too, so that both can be compared. Rules as
    shipped need no files of their own. Raises BranchsegError (settings.rules_not_saved) with
    nothing changed.
    """
    after = None
    if result is not None:
        same = step.after.id == result.ruleset.id
        after = result if same else pipeline.reassess(result, step.after, vault.observations())
    before = vault.rule_versions()
    shipped = step.after.id == step.shipped.id
    try:
        kept = _keep_version(step, vault, before)
        if not shipped:
            rules.save(step.after, folder)
    except BaseException as error:
        put_back(before, vault)
        if isinstance(error, OSError):
            raise BranchsegError("settings.rules_not_saved") from error
        raise
    return Saved(kept, result, after, None if shipped else str(folder),
                 tuple(vault.rule_versions()), tuple(before))


def _keep_version(step: Step, vault: Vault, before: Sequence[RuleVersion]) -> Step:
    """Have the version of a step in the vault, or not any more; the step with its number."""
    version, last = step.version, next(iter(in_force(before)), None)
    if version.id is not None:
        vault.withdraw_rule_version(
            version.id, datetime.now().astimezone() if step.back else None)
        return step
    if last is None or last.ruleset_id != step.before.id:
        vault.keep_rule_version(RuleVersion(
            step.before.id, step.before.sources, version.saved_at,
            {} if last is None else last.agreements))
    return replace(step, version=replace(version, id=vault.keep_rule_version(version)))


def in_force(versions: Sequence[RuleVersion]) -> tuple[RuleVersion, ...]:
    """Those that were not taken back, the last first."""
    return tuple(version for version in versions if version.withdrawn_at is None)


def put_back(before: Sequence[RuleVersion], vault: Vault) -> None:
    """Have the versions in the vault that were there before."""
    then = {version.id: version.withdrawn_at for version in before}
    for version in vault.rule_versions():
        assert version.id is not None
        if version.id not in then:
            vault.remove_rule_version(version.id)
        elif version.withdrawn_at != then[version.id]:
            vault.withdraw_rule_version(version.id, then[version.id])


def new_version(ruleset: RuleSet, agreements: Mapping[str, Agreement]) -> RuleVersion:
    """Rules as they are to be kept now."""
    return RuleVersion(ruleset.id, dict(ruleset.sources), datetime.now().astimezone(),
                       dict(agreements))


def restored(older: RuleVersion, agreed: Mapping[str, Agreement], note: str,
             agreed_by: str) -> tuple[RuleSet, RuleVersion]:
    """The rules of an older version, and what is to be kept of them now. Raises RuleError.

    With each threshold stays what is agreed on it now, if that is the value it gets back; else it
    gets back what was agreed then.
    """
    ruleset = rules_of(older.sources)
    values = {each.key: each.value for each in (*ruleset.parameters, *ruleset.bounds)}
    kept = {**agreed, **{
        key: one for key, one in older.agreements.items()
        if key not in agreed or agreed[key].value != values.get(key) == one.value}}
    return ruleset, replace(new_version(ruleset, kept), note=f"恢复第 {older.id} 版。{note}",
                            agreed_by=agreed_by)


def on_the_table(recipe: Recipe, key: str, result: RunResult, seen: Sequence[Observation],
                 reporter: Reporter) -> Table:
    """A threshold of the rules being changed over the customers, with what was seen of them.

    Raises RuleError.
    """
    ruleset = recipe.build()
    point = next(one for one in points(recipe) if one.key == key)  # tries stay while one types
    now = point.parameter.value
    point = replace(point, parameter=next(
        one for one in (*ruleset.parameters, *ruleset.bounds) if one.key == key))
    shown = distribution(result, point)
    found = sensitivity(result, ruleset, point, seen, reporter)
    return Table(result, shown, found, why_nobody(shown, found, now, point.parameter.value))


def note_of(point: CutPoint, draft: RuleDraft) -> str:
    """What a threshold depends on, as the rules are being changed."""
    known = {one.key: one for one in (*draft.base.parameters, *draft.base.bounds)}
    other = known.get(point.beside)
    return note(point, draft.value(point.key), None if other is None else replace(
        other, value=draft.value(other.key)))


def points(recipe: Recipe) -> tuple[CutPoint, ...]:
    """The thresholds of the rules in force, with the tiers of the preset that is chosen."""
    base = recipe.base
    return cut_points(base if recipe.preset == base.tiers.active.key
                      else base.with_tier_preset(recipe.preset))


def write_minutes(path: Path, about: Sequence[tuple[str, str]], newer: Mapping[str, str],
                  agreements: Mapping[str, Agreement], changes: VersionChanges) -> None:
    """Write down what holds in the newer of two versions and how they differ.

    Raises InputError.
    """
    lines = []
    for point in cut_points(rules_of(newer)):
        parameter, kept = point.parameter, agreements.get(point.key)
        line = AgreedLine(point.group, parameter.label, parameter.words(parameter.value))
        lines.append(line if kept is None else replace(
            line, note=kept.note, agreed_by=kept.agreed_by, agreed_on=kept.agreed_on,
            agreed_value=parameter.words(kept.value) if kept.agreed_by else "",
            stale=kept.value != parameter.value))
    minutes.write_minutes(
        path, about, lines,
        [(one.parameter.label, one.parameter.words(one.older), one.parameter.words(one.newer))
         for one in changes.thresholds],
        [(TITLES[one.column], one.before, one.after, len(one.rows))
         for one in changes.moves or ()])


def bases(versions: Sequence[RuleVersion]) -> list[int]:
    """For each version, the first one first, the place of the one it was made from; -1 without.

    That is the last one before it that had not been taken back when it was saved.
    """
    found = []
    for place, version in enumerate(versions):
        stood = [earlier for earlier, one in enumerate(versions[:place])
                 if one.withdrawn_at is None or one.withdrawn_at > version.saved_at]
        found.append(stood[-1] if stood else -1)
    return found


def told(versions: Sequence[Mapping[str, str]], before: Sequence[int],
         known: dict[tuple[str, str], str], reporter: Reporter) -> list[str]:
    """How each version differs from the one it was made from, in words; of the first nothing.

    The first that was kept often is the first of all: the rules as they were then. `before` are
    the places of those they were made from, -1 without; `known` is what was told before, by the
    contents of two versions; it is added to.
    """
    contents = [_digest(sources) for sources in versions]
    read = cache(lambda number: _readable(versions[number]))
    words = []
    for number, (content, base) in enumerate(zip(contents, before, strict=True)):
        reporter.step("正在读取版本", number / len(versions))
        pair = (contents[base] if base >= 0 else "", content)
        if pair not in known:
            known[pair] = _told(read(base) if base >= 0 else None, read(number))
        words.append(_FIRST if number == 1 and pair[0] == pair[1] else known[pair])
    return words


def _digest(sources: Mapping[str, str]) -> str:
    return sha256("\0".join(f"{name}\0{content}" for name, content in sorted(
        sources.items())).encode()).hexdigest()


def _readable(sources: Mapping[str, str]) -> RuleSet | None:
    try:
        return rules_of(sources)
    except RuleError:
        return None


def _told(before: RuleSet | None, ruleset: RuleSet | None) -> str:
    if ruleset is None:
        return "这一版现在的程序读不出来"
    return _FIRST if before is None else _difference(compare_rules(before, ruleset, None))


def _difference(changes: VersionChanges) -> str:
    parts = [f"{one.parameter.label} {one.parameter.words(one.older)} → "
             f"{one.parameter.words(one.newer)}" for one in changes.thresholds]
    if changes.presets:
        parts.append(f"分层方案换成“{changes.presets[1]}”")
    if changes.other:
        parts.append("规则文件的其他内容")
    return "；".join(parts) or "规则不变，只登记了说明或确认"


def compare(older: Mapping[str, str], newer: Mapping[str, str], result: RunResult | None,
            seen: Sequence[Observation], reporter: Reporter) -> VersionChanges:
    """Two versions, from the texts of their files. Raises RuleError."""
    return compare_rules(rules_of(older), rules_of(newer), result, seen, reporter)


def book_pages(ruleset: RuleSet) -> tuple[Page, ...]:
    """The rule book on paper."""
    chapters = [(section.title, section.sentences) for section in rules.describe(ruleset)]
    return rulebook_pages(text("sheets.rulebook.title"), ruleset.id, text("rules.book.disclaimer"),
                          chapters)


def stock(vault: Vault, folder: Path) -> Stock:
    """How much there is in the vault, and in the data folder."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Stock(tuple(vault.batches()), size)
