"""What the import page has done in the worker: read, check, save, take back. No widget here.

The functions import the core while they run, because it loads pandas.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.issues import ABOUT_ROWS, Action, Issue, IssueLog, Severity
from branchseg.model.masking import mask, mask_middle, mask_name
from branchseg.model.raw import Cell, CellError
from branchseg.progress import Reporter

from ... import opening
from .field_search import FieldEntry, field_entries
from .standing import losing, standing

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from branchseg.model.quality import Finding, QualityReport
    from branchseg.model.raw import ColumnMapping, RawTable
    from branchseg.model.recipe import Recipe
    from branchseg.pipeline import ListSource, Prepared, Recalled, RunResult
    from branchseg.rules import RuleSet
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

SAMPLES = 4
EXAMPLES = 200
SAMPLE_CUSTOMERS = 400
_SAMPLE_SEED = 7
_LONG_NUMBER = re.compile(r"\d{9,}[\dXx]?")
_PERSON = re.compile("[名姓人]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d*)?[Ee]\+?\d{1,2}")
_WHOLE = 1e15
"""Numbers below it have all their digits."""

SEVERITY_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "提醒", Severity.NOTE: "说明"}
ACTION_WORDS = {
    Action.KEPT: "原样保留", Action.FIXED: "已整理", Action.BLANKED: "按未知处理",
    Action.SKIPPED: "没有使用", Action.MERGED: "已合并", Action.REFUSED: "已拒收",
    Action.OTHER: "已处理",
}

@dataclass(frozen=True, slots=True)
class ListFile:
    """A file to import; the password is only kept as long as the import is not finished."""

    path: Path
    sheet: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ListGroup:
    """Lists with the same headers in the same units; they share one mapping.

    `samples[i]` are the first known texts of column i as the list has them: mask them to show.
    `recalled` is what was done with lists like these, None if there were none. `files[i]` is the
    place of the file of list i among those read; `alone`: a person wants only this sheet of it.
    """

    sources: tuple[ListSource, ...]
    mapping: ColumnMapping
    samples: tuple[tuple[str, ...], ...]
    recalled: Recalled | None = None
    files: tuple[int, ...] = (0,)
    alone: bool = False

    @property
    def raw(self) -> RawTable:
        """The first of the lists."""
        return self.sources[0].raw


@dataclass(frozen=True, slots=True)
class Reading:
    """The lists of some files, or the first file nobody could read and why.

    `before` are (file name, earlier import) of files that were imported already, `fields` what
    a column can be.
    """

    groups: tuple[ListGroup, ...] = ()
    before: tuple[tuple[str, Batch], ...] = ()
    fields: tuple[FieldEntry, ...] = ()
    failed: ListFile | None = None
    error: InputError | None = None

    @property
    def before_words(self) -> str:
        """That a file was imported already, in one sentence; "" if none was."""
        for name, batch in self.before:
            return (f"“{name}”{batch.imported_at.astimezone():%m-%d %H:%M} 已经导入过"
                    f"（{batch.customers:,} 户）。可以再导入一次，同一客户不会重复。")
        return ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A clean, sorted list that is not saved yet; `issues` have more examples than `report`.

    `prepared` is the list alone; `result`, and so `statuses` and `report.gaps`, are about its
    customers as they will be once it is saved, with all that older lists know of them.
    `standing` says if its content is in force already, or newer one; "" if neither. `losses` says
    if assets that are known would vanish, as with a list of some accounts; "" if they would not.
    """

    groups: tuple[ListGroup, ...]
    prepared: Prepared
    result: RunResult
    statuses: dict[str, int]
    issues: tuple[Finding, ...]
    report: QualityReport
    standing: str = ""
    losses: str = ""


@dataclass(frozen=True, slots=True)
class Saved:
    """A kept import, and all customers sorted anew (None if none is left).

    `warning` says what is wrong with the day of what is known now, "" if nothing is.
    """

    batch_id: int
    result: RunResult | None
    warning: str


@dataclass(frozen=True, slots=True)
class InForce:
    """Whether an import had to be taken back or brought back, and all customers after that."""

    changed: bool
    result: RunResult | None


def read_files(vault: Vault, files: Sequence[ListFile], reporter: Reporter) -> Reading:
    """Read all files and match their columns; stop at the first file nobody can use."""
    from branchseg import pipeline  # noqa: PLC0415 - pandas

    recipes = pipeline.recipes(vault.mappings(), vault.batches())
    remembered = {key: recipe.mapping for key, recipe in recipes.items()}
    read: list[list[ListSource]] = []
    for file in files:
        try:
            read.append(pipeline.read_lists(
                file.path, sheet=file.sheet, password=file.password, remembered=remembered,
                reporter=reporter))
        except InputError as error:
            return Reading(failed=file, error=error)
    lists = pipeline.told_apart(read)
    seen = {one[0].raw.source.sha256: one[0].raw.source.file_name for one in lists}
    found = ((name, vault.find_same_source(digest)) for digest, name in seen.items())
    before = tuple((name, batch) for name, batch in found if batch)
    alone = {place for place, file in enumerate(files) if file.sheet is not None}
    return Reading(_grouped(lists, recipes, alone), before, field_entries())


def read_sample(vault: Vault, reporter: Reporter) -> Reading:
    """Invented customers as a list, read like any other; the file is gone afterwards.

    Raises InputError where there is no room for it.
    """
    from branchseg import sample  # noqa: PLC0415 - pandas

    name = "示例名单.xlsx"
    try:
        with TemporaryDirectory(prefix="branchseg-", ignore_cleanup_errors=True) as folder:
            reporter.step("正在生成示例名单", 0.0)
            sample.write(Path(folder, name), customers=SAMPLE_CUSTOMERS, seed=_SAMPLE_SEED)
            return read_files(vault, [ListFile(Path(folder, name))], reporter)
    except OSError as error:  # even the folder could not be made
        raise InputError("sample.cannot_write", file=name) from error


def _grouped(files: Sequence[Sequence[ListSource]], recipes: Mapping[str, Recipe],
             alone: Container[int]) -> tuple[ListGroup, ...]:
    """Lists by their headers and the units stated for them, in the order of reading.

    `alone` are the places of files of which one sheet was chosen.
    """
    from branchseg import pipeline  # noqa: PLC0415 - pandas

    groups: dict[tuple[str, tuple[float, ...]], list[tuple[int, ListSource]]] = defaultdict(list)
    for place, lists in enumerate(files):
        for source in lists:
            groups[source.mapping.fingerprint, source.raw.units].append((place, source))
    made = []
    for found in groups.values():
        places, same = zip(*found, strict=True)
        recalled = pipeline.recall(same, recipes)
        mapping = recalled.mapping if recalled else same[0].mapping
        made.append(ListGroup(same, mapping, _samples(same[0].raw), recalled, places,
                              places[0] in alone))
    return tuple(made)


def _samples(raw: RawTable) -> tuple[tuple[str, ...], ...]:
    """The first known texts of every column."""
    found = []
    for column in raw.columns:
        cells = (cell_text(cell) for cell in column if cell is not None)
        texts = (cell for cell in cells if cell)
        found.append(tuple(cell for cell, _ in zip(texts, range(SAMPLES), strict=False)))
    return tuple(found)


def cell_text(cell: Cell) -> str:
    """A cell roughly as Excel shows it."""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, float):
        if cell.is_integer():  # a file has 15 digits, the float invents more
            return f"{Decimal(f'{cell:.15g}'):.0f}"
        return f"{cell:g}" if 0 < abs(cell) < 1 else f"{cell:.2f}"
    if isinstance(cell, bool):
        return str(cell).upper()
    return "" if cell is None else str(cell).strip()


def lost_digits(cell: Cell) -> bool:
    """Whether a spreadsheet has cut the end off a number (more than 15 digits, or 6.22E+18)."""
    if isinstance(cell, str):
        return bool(_SCIENTIFIC.fullmatch(cell.strip()))
    return isinstance(cell, (int, float)) and abs(cell) >= _WHOLE


def check(vault: Vault, groups: Sequence[ListGroup], as_of: date | None, ruleset: RuleSet,
          today: date, reporter: Reporter) -> Checked:
    """Clean the lists as their columns were decided and sort the customers; nothing is saved."""
    from branchseg import pipeline  # noqa: PLC0415 - pandas
    from branchseg.pipeline import ownsegments  # noqa: PLC0415 - likewise

    lists = [source for group in groups for source in decided(group)]
    prepared = pipeline.prepare(lists, as_of=as_of, secret=vault.secret(),
                                known_before=vault.known_before, reporter=reporter)
    ahead = vault.if_saved(prepared.table)
    result = pipeline.evaluate(replace(prepared, table=ahead.table), ruleset, ahead.observations,
                               today=today, reporter=reporter,
                               calling=ownsegments.calling(vault))
    return Checked(tuple(groups), prepared, result, pipeline.counts(result, "status"),
                   pipeline.findings(prepared.issues, EXAMPLES),
                   pipeline.quality_report(result, prepared.table), standing(vault, prepared),
                   losing(pipeline.losses(ahead.before, prepared.table, ahead.table),
                          [group.mapping for group in groups]))


def decided(group: ListGroup) -> list[ListSource]:
    """The lists of a group with their columns as they were decided."""
    return [replace(source, mapping=group.mapping) for source in group.sources]


def save(vault: Vault, checked: Checked, ruleset: RuleSet, now: datetime,
         today: date, reporter: Reporter) -> Saved:
    """Keep the import and what its columns mean; then sort all customers anew on `today`.

    Can be cancelled until the moment of saving, not after.
    """
    from branchseg import pipeline  # noqa: PLC0415 - pandas

    prepared = checked.prepared
    reporter.step("正在保存", 0.2)
    batch_id = vault.save_batch(
        prepared.table, imported_at=now, ruleset_id=ruleset.id, sources=prepared.sources,
        rows_read=prepared.rows_read, rows_used=prepared.rows_used, issues=prepared.issues,
        summary=pipeline.summary(checked.result) | {"as_of": prepared.table.as_of.isoformat()}
        | pipeline.profiles([decided(group) for group in checked.groups]),
        mappings=[group.mapping for group in checked.groups])
    result = opening.sort_customers(vault, ruleset, Reporter(), today)
    return Saved(batch_id, result, "" if result is None else pipeline.list_age(result))


def is_in_force(vault: Vault, batch_id: int) -> bool:
    """Whether an import is there and was not taken back."""
    return any(one.id == batch_id and one.in_force for one in vault.batches())


def open_work(vault: Vault, batch_id: int) -> str:
    """What is still to come back of customers who are in one import only; "" if nothing is."""
    batch = next((one for one in vault.batches() if one.id == batch_id and one.in_force), None)
    if batch is None:
        return ""
    alone = vault.only_in(batch_id)
    tasks = [task for task in vault.tasks() if task.is_open and task.customer_id in alone]
    if not tasks:
        return ""
    names = "、".join(dict.fromkeys(source.file_name for source in batch.sources))
    people = len({task.customer_id for task in tasks})
    printed = sum(task.printed_at is not None for task in tasks)
    waiting = (f"已打印 {printed:,} 张任务单还没收回" if printed
               else f"还有 {len(tasks):,} 项任务没有完成")
    return (f"要撤销的是“{names}”（{batch.customers:,} 户）。"
            f"其中 {people:,} 户只在这份名单里，{waiting}。")


def set_in_force(vault: Vault, batch_id: int, ruleset: RuleSet, now: datetime,
                 today: date, *, in_force: bool) -> InForce:
    """Take an import back, or bring it back, unless it is so; sort the customers that are left."""
    changed = is_in_force(vault, batch_id) is not in_force
    if changed and in_force:
        vault.redo_batch(batch_id)
    elif changed:
        vault.undo_batch(batch_id, undone_at=now)
    return InForce(changed, opening.sort_customers(vault, ruleset, Reporter(), today))


def export_issues(path: Path, log: IssueLog, reporter: Reporter) -> int:
    """Write all findings, already masked, as a workbook; returns how many. Raises InputError."""
    from branchseg.sheets.workbook import Column, Format, write_table  # noqa: PLC0415 - openpyxl

    columns = (Column("程度", 8), Column("名单", 30), Column("行号", 8, Format.INTEGER),
               Column("列", 16), Column("内容（已脱敏）", 28), Column("问题", 60),
               Column("处理", 12))
    return write_table(path, "问题清单", columns, map(_issue_row, log), reporter=reporter)


def _issue_row(issue: Issue) -> tuple[Any, ...]:
    """One finding as a row of the export."""
    return (SEVERITY_WORDS[issue.severity], issue.source, issue.row or None,
            field_label(issue.field), shown_words(issue), text(f"issue.{issue.code}"),
            ACTION_WORDS[issue.action])


def shown_words(issue: Issue) -> str:
    """What an issue shows, in words: sheet rows as "第 118、903 行"; "" stays ""."""
    return f"第 {issue.shown} 行" if issue.code in ABOUT_ROWS and issue.shown else issue.shown


def field_label(key: str) -> str:
    """The Chinese name of a field; a column that is no field keeps its own."""
    return FIELDS[key].label if key in FIELDS else key


def masked(key: str | None, header: str, sample: str) -> str:
    """A sample as it may be shown in a column that is field `key`, or is not decided (None).

    Long numbers are covered whatever the column is called, and so is anything in an undecided
    column whose header speaks of a person.
    """
    if key is None:
        sample = mask_name(sample) if _PERSON.search(header) else sample
    else:
        sample = mask(key, sample)
    return _LONG_NUMBER.sub(lambda found: mask_middle(found[0], 0, 4), sample)
