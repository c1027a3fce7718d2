"""Writes a sheet as the files banks send: workbooks, texts, web pages, XML books."""

from __future__ import annotations

import csv
import html
import io
import random
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

Grid = list[list[Any]]


def _plain(cell: Any) -> str:
    """A cell in a file that knows texts only."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return repr(cell) if isinstance(cell, float) else str(cell)


def _workbook(grid: Grid, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid:
        sheet.append(row)
    book.save(path)


def _text(grid: Grid, path: Path, chance: random.Random) -> None:
    out = io.StringIO(newline="")
    quoting = chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    writer = csv.writer(out, delimiter=chance.choice(",\t;|"), quoting=quoting,
                        lineterminator=chance.choice(("\r\n", "\n")))
    width = max(map(len, grid))
    for row in grid:
        writer.writerow([*map(_plain, row), *[""] * (width - len(row))])
    path.write_bytes(out.getvalue().encode(
        chance.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16"))))


def _page(grid: Grid, path: Path) -> None:
    width = max(map(len, grid))
    rows = "".join("<tr>" + "".join(
        f"<td>{html.escape(_plain(cell))}</td>" for cell in [*row, *[None] * (width - len(row))])
        + "</tr>" for row in grid)
    path.write_text(f"<html><meta charset='utf-8'><table>{rows}</table></html>", encoding="utf-8")


_BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="客户"><Table>
{rows}</Table></Worksheet></Workbook>"""


def _xml_cell(cell: Any, place: int) -> str:
    kind, shown = "String", html.escape(_plain(cell))
    if cell == "#N/A":
        kind = "Error"
    elif isinstance(cell, bool):
        kind, shown = "Boolean", str(int(cell))
    elif isinstance(cell, int | float):
        kind = "Number"
    elif isinstance(cell, date):
        kind, shown = "DateTime", f"{_plain(cell).replace(' ', 'T')}"
    return f'<Cell ss:Index="{place}"><Data ss:Type="{kind}">{shown}</Data></Cell>'


def _xml_book(grid: Grid, path: Path) -> None:
    rows = "".join(
        f'<Row ss:Index="{number}">'
        + "".join(_xml_cell(cell, place) for place, cell in enumerate(row, 1) if cell is not None)
        + "</Row>" for number, row in enumerate(grid, 1))
    path.write_text(_BOOK.format(rows=rows), encoding="utf-8")


def write(grid: Grid, folder: Path, number: int) -> Path:
    """Write the list of a number; workbooks, texts, web pages, XML books."""
    chance = random.Random(number)
    kind = chance.choice(("xlsx", "xlsx", "xlsx", "csv", "csv", "xls", "xml"))
    path = folder / f"{number}.{kind}"
    if kind == "xlsx":
        _workbook(grid, path)
    elif kind == "csv":
        _text(grid, path, chance)
    elif kind == "xml":
        _xml_book(grid, path)
    else:
        _page(grid, path)
    return path
