"""The folder that `run` writes: it appears complete or not at all."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from branchseg import charts, pipeline, sheets
from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.masking import mask
from branchseg.progress import Reporter
from branchseg.sheets.workbook import write_task_list

if TYPE_CHECKING:
    import pandas as pd

    from branchseg.cli.hooks import Hooks
    from branchseg.pipeline import RunResult

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """`sheets` is how many task sheets (None: all); `clear` leaves personal values unmasked."""

    sheets: int | None = 0
    clear: bool = False


def write_outputs(result: RunResult, folder: Path, options: OutputOptions, hooks: Hooks) -> None:
    """Write everything into a folder beside `folder`, then put it in its place at once.

    A folder from an earlier run is replaced; any other folder with files in it is refused.
    Raises InputError (`cli.out_exists`, `cli.out_unwritable`).
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "summary.json").exists():
        raise InputError("cli.out_exists")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".branchseg-", dir=folder.parent))
    except OSError as error:
        raise InputError("cli.out_unwritable") from error
    try:
        _write_all(result, work, options, hooks)
        if folder.exists():
            shutil.rmtree(folder)
        work.chmod(0o755)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_all(result: RunResult, folder: Path, options: OutputOptions, hooks: Hooks) -> None:
    _customers(result, clear=options.clear).to_csv(
        folder / "customers.csv", index=False, encoding="utf-8-sig", date_format="%Y-%m-%d")
    _write_issues(result, folder / "issues.csv")
    _draw_charts(result, folder / "charts")
    positions = pipeline.work_list(result, options.sheets)
    if positions:
        _write_sheets(result, positions, folder, options, hooks)
    summary = json.dumps(pipeline.summary(result), ensure_ascii=False, indent=1)
    (folder / "summary.json").write_text(summary, encoding="utf-8")


def _write_sheets(result: RunResult, positions: list[int], folder: Path, options: OutputOptions,
                  hooks: Hooks) -> None:
    now = datetime.now().astimezone()
    job = sheets.PrintJob(
        branch_name=text("cli.branch"), operator=text("cli.operator"), printed_at=now,
        as_of=result.table.as_of, ruleset_id=result.ruleset.id, clear=options.clear)
    tasks = [
        pipeline.Task(position, sheets.sheet_number(now.date(), serial))
        for serial, position in enumerate(positions, 1)
    ]
    write_task_list(folder / "task_list.xlsx", pipeline.task_sheets(result, tasks, job), job)
    if hooks.write_pdf is not None:
        pages = (page for sheet in pipeline.task_sheets(result, tasks, job)
                 for page in sheets.task_pages(sheet))
        hooks.write_pdf(pages, folder / "task_sheets.pdf", Reporter())


def _draw_charts(result: RunResult, folder: Path) -> None:
    folder.mkdir()
    words = pipeline.labels(result.ruleset)
    for key, kind in charts.CHARTS.items():
        if not kind.about_one:
            chart = charts.build(key, result.table.frame, result.results, words)
            charts.save(chart, folder / f"{key}.png", as_of=result.table.as_of,
                        ruleset_id=result.ruleset.id)


def _customers(result: RunResult, *, clear: bool) -> pd.DataFrame:
    """Results first, then the fields of the list; texts are masked and cannot be formulas."""
    frame, results = result.table.frame, result.results
    front = {"customer_id": frame["customer_id"], **dict(results.items())}
    back = {key: column for key, column in frame.items() if key not in front}
    columns = {**front, **back}
    return frame[[]].assign(**{
        key: _shown(str(key), column, clear=clear) for key, column in columns.items()})


def _shown(key: str, column: pd.Series, *, clear: bool) -> pd.Series:
    """One column as it is written."""
    if column.dtype != "str":
        return column
    masked = column if clear or key not in FIELDS else column.map(
        partial(mask, key), na_action="ignore")
    risky = masked.str.startswith(_FORMULA_STARTS, na=False)
    return masked.mask(risky, "'" + masked) if risky.any() else masked


def _write_issues(result: RunResult, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("code", "severity", "source_row", "field", "shown_value", "action",
                         "message", "source"))
        writer.writerows(
            (issue.code, issue.severity, issue.row or "", issue.field, _plain(issue.shown),
             issue.action, text(f"issue.{issue.code}"), _plain(issue.source))
            for issue in result.issues
        )


def _plain(shown: str) -> str:
    """Text that no spreadsheet takes for a formula (OWASP ASVS 1.2.10)."""
    return f"'{shown}" if shown.startswith(_FORMULA_STARTS) else shown
