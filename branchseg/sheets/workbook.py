"""Writing workbooks that open safely: a customer's text never becomes a formula or a link.

All exports go through `write_table`. Texts are stored as texts with the format "@" and the
quote prefix, so Excel and WPS neither compute nor reformat them (OWASP ASVS 1.2.10). Nothing is
written outside the target's folder, and the target appears complete or not at all.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from branchseg.errors import InputError
from branchseg.messages import text
from branchseg.model.outcomes import outcomes
from branchseg.progress import Reporter
from branchseg.sheets.privacy import known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from branchseg.sheets.tasksheet import PrintJob, TaskSheet

_MAX_TEXT = 32_767  # characters an xlsx cell can hold
_MAX_NAME = 31  # characters of a sheet name
_BAD_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_HEADER_FILL = "D9E2EC"


class Format(StrEnum):
    """How the values of a column are stored and shown: the number format of the cells."""

    TEXT = "@"
    AMOUNT = "#,##0.00"
    NUMBER = "0.##"
    INTEGER = "0"
    DATE = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export: its header, its width in characters and its format."""

    header: str
    width: float = 12.0
    format: Format = Format.TEXT


def write_table(path: Path, title: str, columns: Sequence[Column],
                rows: Iterable[Sequence[object]], *, about: Sequence[tuple[str, str]] = (),
                heading: str = "", reporter: Reporter | None = None) -> int:
    """Write one table as xlsx and return the number of rows.

    `rows` hold one value per column; unknown values (None, NaN, NaT) become empty cells.
    Numbers and dates stay what they are in columns of such a format, all else becomes text.
    `about` are label and text pairs for a second worksheet, `heading` is a line above the
    header. An existing file is replaced.
    Raises InputError (sheets.cannot_write) where the file cannot be written, Cancelled.
    """
    reporter = reporter or Reporter()
    with open_table(path, title, columns, about=about, heading=heading) as add:
        for row in rows:
            reporter.step(text("sheets.writing_list"), 0.0)
            add(row)
    return add.count


@contextmanager
def open_table(path: Path, title: str, columns: Sequence[Column], *,
               about: Sequence[tuple[str, str]] = (), heading: str = "") -> Iterator[Add]:
    """Write a table row by row, as `write_table` does: call what this gives with each row.

    The file appears when the block is left; after an exception nothing has changed.
    """
    with _open_book(path) as sheet:
        add = sheet(title, columns, heading)
        yield add
        add.finish()
        if about:
            label = text("sheets.list.about")
            notes = sheet(label, (Column(label, 14), Column("", 80)))
            for row in about:
                notes(row)
            notes.finish()


@dataclass(frozen=True, slots=True)
class TableSheet:
    """One worksheet of `write_tables`: its title, its columns, and one value per column a row."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]


def write_tables(path: Path, tables: Iterable[TableSheet]) -> None:
    """Write several tables as worksheets of one xlsx, as `write_table` does one.

    Raises InputError (sheets.cannot_write) where the file cannot be written.
    """
    with _open_book(path) as sheet:
        for table in tables:
            add = sheet(table.title, table.columns)
            for row in table.rows:
                add(row)
            add.finish()


@contextmanager
def _open_book(path: Path) -> Iterator[Callable[..., Add]]:
    """Makes worksheets (title, columns, heading); the file appears when the block is left."""
    from openpyxl import Workbook  # noqa: PLC0415 - heavy, and only exports need it

    try:
        with tempfile.TemporaryDirectory(prefix=".branchseg-", dir=path.parent) as folder:
            book = Workbook(write_only=True)
            try:
                yield partial(Add, book, Path(folder))
                finished = Path(folder, path.name)
                book.save(finished)
            finally:
                for sheet in book.worksheets:
                    if not sheet.closed:  # after a failure: its file must be closed to be removed
                        sheet.close()
            os.replace(finished, path)  # noqa: PTH105 - one atomic call, same volume
    except OSError as error:
        raise InputError("sheets.cannot_write", file=path.name) from error


_LIST_COLUMNS = {
    "number": Column("", 16), "name": Column("", 20), "customer_no": Column("", 12),
    "phone": Column("", 14), "status": Column("", 24), "tier": Column("", 10),
    "aum_band": Column("", 14), "factors": Column("", 40), "theme": Column("", 18),
    "purpose": Column("", 34), "maturity": Column("", 26),
    "why": Column("", 50), "channel": Column("", 18),
    "window": Column("", 18), "owner": Column("", 12), "due": Column("", 12, Format.DATE),
    "latest": Column("", 12, Format.DATE),
    "priority": Column("", 8, Format.INTEGER), "suitability": Column("", 34),
    "result": Column("", 12), "next_date": Column("", 14), "needs": Column("", 16),
    "funds": Column("", 12), "products": Column("", 14), "amount": Column("", 14),
    "remark": Column("", 24),
}


def write_task_list(path: Path, sheets: Iterable[TaskSheet], job: PrintJob, *,
                    reporter: Reporter | None = None) -> int:
    """Write the sheets of a print job as a list, one a row, and return their number.

    The texts are those of the printed sheets, so paper and list agree and are masked alike. The
    last columns are empty, to be filled in and read back by `pipeline.read_returns`.
    Raises what `write_table` raises.
    """
    reporter, count = reporter or Reporter(), 0
    with open_task_list(path, job) as add:
        for count, sheet in enumerate(sheets, 1):  # noqa: B007 - the number is returned
            reporter.step(text("sheets.writing_list"), 0.0)
            add(sheet)
    return count


@contextmanager
def open_task_list(path: Path, job: PrintJob) -> Iterator[Callable[[TaskSheet], None]]:
    """Write the list of `write_task_list` sheet by sheet, while the sheets are printed."""
    columns = [Column(text(f"sheets.list.{key}"), column.width, column.format)
               for key, column in _LIST_COLUMNS.items()]
    table = outcomes()
    facts = {"branch": job.branch_name, "operator": job.operator,
             "printed": f"{job.printed_at:%Y-%m-%d %H:%M}", "as_of": job.as_of.isoformat(),
             "rules": job.ruleset_id,
             "results": "　".join(f"{one.code} {one.label}" for one in table.results),
             "needs": "　".join(one.label for one in table.needs),
             "funds": "　".join(one.label for one in table.fund_plans),
             "products": "　".join(one.label for one in table.products)}
    about = [(text(f"sheets.list.about_{key}"), value) for key, value in facts.items()]
    about.append((text("sheets.list.about"), text("sheets.list.about_notice")))
    with open_table(path, text("sheets.list.sheet"), columns, about=about) as add:
        yield lambda sheet: add(_list_row(sheet))


def _list_row(sheet: TaskSheet) -> list[object]:
    """The values of one sheet in the order of `_LIST_COLUMNS`."""
    portrait, task = sheet.portrait, sheet.task
    values: dict[str, object] = {
        "number": sheet.number, "name": portrait.name, "customer_no": portrait.customer_no,
        "phone": portrait.phone, "status": "、".join(sheet.badges), "tier": portrait.tier,
        "aum_band": portrait.aum_band, "factors": sheet.factor_summary, "theme": task.theme,
        "purpose": task.purpose, "maturity": task.maturity,
        "why": task.why, "channel": task.channel,
        "window": task.window, "owner": task.owner, "due": task.due,
        "latest": task.latest, "priority": task.priority, "suitability": sheet.suitability,
    }
    return [values.get(key, "") for key in _LIST_COLUMNS]


class Add:
    """One worksheet being written: called with each row, `count` of them so far."""

    def __init__(self, book: Any, folder: Path, title: str, columns: Sequence[Column],
                 heading: str = "") -> None:
        """Write the header; the parts are kept in `folder` until the workbook is saved."""
        from openpyxl.utils import get_column_letter  # noqa: PLC0415 - heavy
        from openpyxl.worksheet._writer import (  # noqa: PLC0415 - heavy
            ALL_TEMP_FILES,
            WorksheetWriter,
        )

        self.count = 0
        self._sheet = sheet = book.create_sheet(title.translate(_BAD_NAME)[:_MAX_NAME])
        self._top = 2 if heading else 1
        self._last_column = get_column_letter(len(columns))
        sheet.freeze_panes = f"A{self._top + 1}"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"1:{self._top}"
        for place, column in enumerate(columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        # openpyxl would keep the rows in the system's folder for temporary files
        part = str(folder / f"{len(book.worksheets)}.xml")
        ALL_TEMP_FILES.append(part)
        sheet._writer = WorksheetWriter(sheet, out=part)
        sheet._writer.write_top()
        self._styles = [_Style(sheet, column.format) for column in columns]
        head = _Style(sheet, Format.TEXT, header=True)
        if heading:
            sheet.append([_Style(sheet, Format.TEXT, wrap=False).cell(heading)])
        sheet.append([head.cell(column.header) for column in columns])

    def __call__(self, row: Sequence[object]) -> None:
        """Write one row, one value per column."""
        self._sheet.append([style.cell(value)
                            for style, value in zip(self._styles, row, strict=True)])
        self.count += 1

    def finish(self) -> None:
        """Let the columns be filtered."""
        self._sheet.auto_filter.ref = f"A{self._top}:{self._last_column}{self.count + self._top}"


class _Style:
    """Makes the cells of one column; the style is built once and shared by all of them."""

    def __init__(self, sheet: Any, format_: Format, *, header: bool = False,
                 wrap: bool = True) -> None:
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - heavy
        from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - heavy

        self._make, self._sheet, self._format = WriteOnlyCell, sheet, format_
        sample = WriteOnlyCell(sheet)
        sample.number_format = str(format_)
        sample.quotePrefix = format_ is Format.TEXT
        sample.alignment = Alignment(vertical="top", wrap_text=wrap and format_ is Format.TEXT)
        if header:
            sample.font = Font(bold=True)
            sample.fill = PatternFill("solid", fgColor=_HEADER_FILL)
        self._style = sample._style

    def cell(self, value: object) -> Any:
        """A cell with `value`; text is forced to be text whatever it begins with."""
        cell = self._make(self._sheet)
        cell._style = self._style
        if not known(value):
            return cell
        if self._format is Format.DATE and isinstance(value, date):
            cell.value = value.date() if isinstance(value, datetime) else value
            cell._style = self._style  # openpyxl sets its own date format with the value
        elif self._format not in {Format.TEXT, Format.DATE} and isinstance(value, (int, float)):
            cell.value = value
        else:
            cell.value = _plain(str(value))
            cell.data_type = "s"
        return cell


def _plain(content: str) -> str:
    """Text an xlsx cell can hold: no control characters, not too long."""
    if not content.isprintable():
        content = "".join(c if c.isprintable() or c == "\n" else " " for c in content)
    return content[:_MAX_TEXT]
