"""`read`: from a file to its lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_COLUMNS, MAX_ROWS, MAX_TEXT_BYTES, Format
from branchseg.intake.lookup import names_customers
from branchseg.intake.process import parse
from branchseg.intake.structure import Layout, lay_out
from branchseg.model.issues import Action, IssueCode
from branchseg.model.raw import RawTable, SourceRef
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from branchseg.intake.grid import Grid, ReadFile

def read(path: Path | str, *, sheet: str | None = None, password: str | None = None,
         reporter: Reporter | None = None) -> list[RawTable]:
    """All lists of a file, one per sheet that holds one, in the order of the sheets.

    Args:
        path: a workbook (xlsx, xlsm, xlsb, xls, ods) or delimited text; told by content.
        sheet: read this sheet only, also if it is hidden; by default all visible ones.
        password: opens a protected file; it is never logged and never on a command line.
        reporter: shows progress; cancelling stops the reading within a second.

    Raises:
        InputError: nobody can use the file; the code names the cause. Nothing was changed.
        Cancelled: the user asked to stop.
    """
    path = Path(path)
    _check(path)
    reporter = reporter or Reporter()
    parsed = parse(path, sheet, password, reporter)
    tables = []
    problem = "intake.no_data"
    for grid in parsed.grids:
        if grid.name in parsed.hidden:
            continue
        _check_width(grid)
        filled = bool(grid.height)
        source = _source(path, parsed, grid, 0)
        layout = lay_out(grid, source.label, reporter,
                         delimited=parsed.file_format == Format.TEXT)
        if layout is not None and layout.rows:
            _check_rows(layout, parsed)
            tables.append(_table(layout, _source(path, parsed, grid, layout.header_row), parsed))
            continue
        if filled:
            problem = "intake.no_header" if layout is None else "intake.no_rows"
    if not tables:
        raise InputError(problem)
    main = max(tables, key=lambda table: len(table.rows))
    hidden = {grid.name for grid in parsed.grids
              if grid.name in parsed.hidden and _has_customers(grid)}
    for name in _unread(parsed, tables, sheet):
        code = IssueCode.HIDDEN_SHEET if name in hidden else IssueCode.EXTRA_SHEET
        main.issues.add(code, Action.SKIPPED, shown=name, source=main.source.label)
    return tables


def _check(path: Path) -> None:
    """What can be said without opening the file. Raises InputError."""
    try:
        if not path.exists():
            raise InputError("intake.not_found", name=path.name)
        if not path.is_file():
            raise InputError("intake.not_a_file", name=path.name)
        size = path.stat().st_size
    except OSError as error:
        raise InputError("intake.cannot_open") from error
    if size > MAX_TEXT_BYTES:
        raise InputError("intake.file_too_big", limit=MAX_TEXT_BYTES >> 20)


def _check_width(grid: Grid) -> None:
    """Refuse more filled columns than any list has. Raises InputError."""
    filled = sum(1 for column in grid.columns if any(column))
    if filled > MAX_COLUMNS:
        raise InputError("intake.too_many_columns", columns=filled, limit=MAX_COLUMNS)


def _check_rows(layout: Layout, parsed: ReadFile) -> None:
    """Refuse more customers than a branch has; long texts are account lists. Raises InputError."""
    if len(layout.rows) > MAX_ROWS and parsed.file_format != Format.TEXT:
        raise InputError("intake.too_many_rows", rows=len(layout.rows), limit=MAX_ROWS)


def _has_customers(grid: Grid) -> bool:
    """Whether a hidden sheet looks like a list of customers; its dictionaries are none."""
    layout = lay_out(grid, "")
    return layout is not None and bool(layout.rows) and names_customers(layout.headers)


def _source(path: Path, parsed: ReadFile, grid: Grid, header_row: int) -> SourceRef:
    return SourceRef(path.name, parsed.sha256, parsed.file_format, grid.name, header_row)


def _table(layout: Layout, source: SourceRef, parsed: ReadFile) -> RawTable:
    return RawTable(source, layout.headers, layout.units, layout.columns, layout.rows,
                    layout.as_of, layout.issues, parsed.date_1904, parsed.sheet_names)


def _unread(parsed: ReadFile, tables: list[RawTable], sheet: str | None) -> list[str]:
    """Sheets of the file that gave no list; none are missed where one was asked for."""
    if sheet is not None:
        return []
    read_names = {table.source.sheet for table in tables}
    return [name for name in parsed.sheet_names if name not in read_names]
