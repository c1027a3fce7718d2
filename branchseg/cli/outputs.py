"""The folder that `run` writes: it appears complete or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
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
    _issues(result).to_csv(folder / "issues.csv", index=False, encoding="utf-8-sig")
    _charts(result, folder / "charts")
    chosen = work_list(result, options.sheets)
    if len(chosen):
        job = sheets.PrintJob(
            branch_name=text("cli.branch"), operator=text("cli.operator"),
            printed_at=datetime.now().astimezone(), as_of=result.table.as_of,
            ruleset_id=result.ruleset.id, clear=options.clear)
        rows = [
            pipeline.task_row(result, int(position), number)
            for position, number in zip(chosen, _numbers(job, len(chosen)), strict=True)
        ]
        sheets.write_task_list(folder / "task_list.xlsx", rows, job)
        if hooks.write_pdf is not None:
            hooks.write_pdf(task_pages(result, chosen, job), folder / "task_sheets.pdf",
                            Reporter())
    (folder / "summary.json").write_text(
        json.dumps(pipeline.summary(result), ensure_ascii=False, indent=1), encoding="utf-8")
