"""The folder that `run` writes: it appears complete or not at all."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from branchseg import charts, pipeline, sheets
from branchseg.cli.formulas import plain, plain_column
from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.masking import mask
from branchseg.pipeline import compare, overview
from branchseg.progress import Reporter
from branchseg.sheets.quality import quality_pages
from branchseg.sheets.quality_book import write_quality_book
from branchseg.sheets.workbook import open_task_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from branchseg.cli.hooks import Hooks
    from branchseg.pipeline import RunResult
    from branchseg.pipeline.compare import Changes

_WRITTEN = frozenset({"summary.json", "customers.csv", "issues.csv", "charts", "task_list.xlsx",
                      "task_sheets.pdf", "changes.csv", "quality_report.xlsx",
                      "quality_report.pdf"})
_DRAFT = ".branchseg-"
_STALE_SECONDS = 3600
_ASIDE = "-old"
_FRONT = ("status", "tier", "tier_basis", "to_next_tier")
_THEN = ("score", "completeness", "grade", "rfm", "segment", "actions")
_BIRTHDAY = frozenset({"age", "age_years", "days_to_birthday"})
"""With the year of birth and the day of the run these give the birthday away."""


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """`sheets` is how many task sheets (None: all); `clear` leaves personal values unmasked.

    `seed` is only written down: nothing in a run is left to chance. `branch` and `operator`
    head the sheets; without them there is a line to write on.
    """

    sheets: int | None = 0
    clear: bool = False
    seed: int = 0
    branch: str = ""
    operator: str = ""


def write_outputs(result: RunResult, folder: Path, options: OutputOptions, hooks: Hooks,
                  changes: Changes | None = None) -> None:
    """Write everything into a private folder beside `folder`, then put it in its place at once.

    `changes` are those since an earlier list, if there is one.
    A folder that holds nothing but an earlier result is replaced; anything else is refused and
    stays as it is. Raises InputError (`cli.out_exists`, `cli.out_unwritable`).
    """
    folder = folder.absolute()
    try:
        _sweep(folder.parent)
        _refuse_strange(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder.parent))
        try:
            _write_all(result, work, options, hooks, changes)
            _put(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise InputError("cli.out_unwritable") from error


def _refuse_strange(folder: Path) -> None:
    """Never replace what this program did not write."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise InputError("cli.out_exists")
    held = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if held and (held - _WRITTEN or "summary.json" not in held):
        raise InputError("cli.out_exists")


def _sweep(parent: Path) -> None:
    """Clear up after a killed run: bring back a result it had put aside, delete its draft.

    A draft of this hour may still be written by another run.
    """
    for aside in parent.glob(f"{_DRAFT}*{_ASIDE}"):
        place = parent / aside.name.removeprefix(_DRAFT).removesuffix(_ASIDE)
        if place.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(place)
    for left in parent.glob(f"{_DRAFT}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _put(work: Path, folder: Path) -> None:
    """Rename the new result into place; the old one goes only once the new one stands."""
    old = folder.with_name(f"{_DRAFT}{folder.name}{_ASIDE}")
    if folder.exists():
        folder.rename(old)
    try:
        work.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _write_all(result: RunResult, folder: Path, options: OutputOptions, hooks: Hooks,
               changes: Changes | None) -> None:
    _customers(result, clear=options.clear).to_csv(
        folder / "customers.csv", index=False, encoding="utf-8-sig", date_format="%Y-%m-%d")
    _write_issues(result, folder / "issues.csv")
    _draw_charts(result, folder / "charts")
    now = datetime.now().astimezone()
    job = sheets.PrintJob(
        branch_name=options.branch, operator=options.operator, printed_at=now,
        as_of=result.table.as_of, ruleset_id=result.ruleset.id, clear=options.clear)
    _write_quality(result, folder, job, hooks)
    wanted = pipeline.day_plan(result)[:options.sheets]
    if wanted:
        _write_sheets(result, wanted, folder, job, hooks)
    summary = {**pipeline.summary(result), "seed": options.seed}
    if changes is not None:
        summary["changes"] = compare.summary(changes)
        _changed(changes, clear=options.clear).to_csv(
            folder / "changes.csv", index=False, encoding="utf-8-sig")
    (folder / "summary.json").write_text(
        json.dumps(summary, ensure_ascii=False, indent=1), encoding="utf-8")


def _write_quality(result: RunResult, folder: Path, job: sheets.PrintJob, hooks: Hooks) -> None:
    """How good the list is: always masked."""
    report = pipeline.quality_report(result)
    write_quality_book(folder / "quality_report.xlsx", report)
    if hooks.write_pdf is not None:
        hooks.write_pdf(quality_pages(report, job), folder / "quality_report.pdf", Reporter(),
                        title="sheets.quality.title")


def _write_sheets(result: RunResult, wanted: list[pipeline.Proposal], folder: Path,
                  job: sheets.PrintJob, hooks: Hooks) -> None:
    tasks = [
        pipeline.Task(one.position, sheets.unregistered_number(job.printed_at.date(), serial),
                      one.action_id, one.due, latest=one.latest)
        for serial, one in enumerate(wanted, 1)
    ]
    with open_task_list(folder / "task_list.xlsx", job) as add:
        pages = _listed(pipeline.task_sheets(result, tasks, job), add)
        if hooks.write_pdf is not None:
            hooks.write_pdf(pages, folder / "task_sheets.pdf", Reporter())
        for _ in pages:  # without a printer the sheets are only listed
            pass


def _listed(written: Iterable[sheets.TaskSheet],
            add: Callable[[sheets.TaskSheet], None]) -> Iterator[sheets.Page]:
    """The pages of the sheets; each sheet is made once, and listed as it is printed."""
    for sheet in written:
        add(sheet)
        yield from sheets.task_pages(sheet)


def _draw_charts(result: RunResult, folder: Path) -> None:
    """The charts as the window shows them at first: invalid customers in the funnel only."""
    folder.mkdir()
    for key, kind in charts.CHARTS.items():
        if not kind.about_one:
            drawn = overview.chart(result, key, with_invalid=False, dark=False)
            charts.save(drawn, folder / f"{key}.png", as_of=result.table.as_of,
                        ruleset_id=result.ruleset.id)


def _customers(result: RunResult, *, clear: bool) -> pd.DataFrame:
    """Results first, then the fields of the list; texts are masked and cannot be formulas."""
    frame = result.table.frame
    results = result.results.rename(columns={"aum_basis": "tier_basis"})
    if not clear:  # a greeting falls due on the birthday itself
        greetings = [one.key for one in result.ruleset.actions.actions if one.until in _BIRTHDAY]
        results["due_days"] = results["due_days"].mask(results["next_action"].isin(greetings))
    factors = [key for key in results if str(key).startswith("factor_")]
    first = {key: results[key] for key in (*_FRONT, *factors, *_THEN)}
    front = {"customer_id": frame["customer_id"], **first, **dict(results.items())}
    columns = front | {key: column for key, column in frame.items() if key not in front}
    return frame[[]].assign(**{
        key: _shown(str(key), column, clear=clear) for key, column in columns.items()
        if clear or key not in _BIRTHDAY})


def _changed(changes: Changes, *, clear: bool) -> pd.DataFrame:
    """Everybody of whom something changed; `change` says who is new, gone, or on both lists."""
    people = changes.people
    kinds = {"new": changes.new, "gone": changes.gone}
    change = pd.Series("both", index=people.index, dtype="str")
    for word, rows in kinds.items():
        change.iloc[rows] = word
    written = people.drop(columns=["before", "after"]).assign(
        customer_id=_shown("customer_id", people["customer_id"], clear=clear))
    written.insert(1, "change", change)
    moved = people["aum_change"].fillna(0.0).ne(0.0) | people["steps"].ne(0) | change.ne("both")
    moved.iloc[changes.turned] = True
    return written[moved]


def _shown(key: str, column: pd.Series, *, clear: bool) -> pd.Series:
    """One column as it is written; of a masked date of birth only the year."""
    if key == "birth_date" and not clear:
        return column.dt.strftime("%Y")
    if column.dtype != "str":
        return column
    masked = column if clear or key not in FIELDS else column.map(
        partial(mask, key), na_action="ignore").astype("str")
    return plain_column(masked)


def _write_issues(result: RunResult, path: Path) -> None:
    """The issues; what they show is masked already."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "severity", "source_row", "field", "shown_value", "action",
                         "message", "source"))
        writer.writerows(
            (issue.code, issue.severity, issue.row or "", issue.field,
             plain(issue.shown), issue.action, text(f"issue.{issue.code}"), plain(issue.source))
            for issue in result.prepared.issues
        )
