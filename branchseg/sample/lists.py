"""The invented branch as lists: an xlsx as branches send it, or a RawTable for benchmarks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from openpyxl import Workbook

from branchseg.errors import InputError
from branchseg.files import write_private
from branchseg.model.raw import Cell, RawTable, SourceRef
from branchseg.sample.accounts import HEADERS, split
from branchseg.sample.customers import COLUMNS, TEN_THOUSAND, clean_customers, statuses
from branchseg.sample.dirt import soil

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.random import Generator

AS_OF = date(2026, 10, 31)
TITLE = "城东支行零售客户清单"
HEADER_ROW = 4

_UNLAWFUL = "ethnicity"
_SUMMED = frozenset({"aum_month_avg", "demand", "time_deposit", "wealth", "fund", "insurance"})
_PAGE = 500
"""Rows between two subtotals, as on a printed page of the source system."""
_GAP = 12
"""Position of the blank column."""


@dataclass(frozen=True, slots=True)
class SampleTruth:
    """What a sample holds, so that tests can compare.

    `customers` different customers on `rows` data rows. `dirt` counts what was planted, kind by
    kind (cells, or rows for kinds ending in "_row"). `statuses` counts the leaves of the status
    funnel before any cell was spoilt; a clean list must give exactly these.
    """

    as_of: date
    customers: int
    rows: int
    dirt: Mapping[str, int]
    statuses: Mapping[str, int]


def rows(customers: int = 50_000, seed: int = 7, as_of: date = AS_OF) -> RawTable:
    """The clean list as intake would hand it on, without a file; 500,000 rows are fine."""
    frame = clean_customers(customers, np.random.default_rng(seed), as_of)
    keys = [key for key in COLUMNS if key != _UNLAWFUL]
    return RawTable(
        source=SourceRef("示例名单.xlsx", "", "sample", "客户清单", HEADER_ROW),
        headers=tuple(COLUMNS[key] for key in keys),
        units=tuple(10_000.0 if key in TEN_THOUSAND else 1.0 for key in keys),
        columns=tuple(_cells(frame, key) for key in keys),
        rows=list(range(HEADER_ROW + 1, HEADER_ROW + 1 + customers)),
        as_of=as_of,
    )


def write(path: Path, customers: int = 2_000, seed: int = 7, *, dirty: bool = True,
          as_of: date = AS_OF) -> SampleTruth:
    """Write a customer list as .xlsx; the same seed gives the same cells.

    Dirty lists carry everything `branchseg.sample.dirt` knows, and the furniture of a printed
    report: subtotals, a repeated header, footnotes, blank rows, a column the law does not want.
    Raises InputError (sample.cannot_write) where the file cannot be written.
    """
    rng = np.random.default_rng(seed)
    frame = clean_customers(customers, rng, as_of)
    keys = [key for key in COLUMNS if dirty or key != _UNLAWFUL]
    columns = {key: _cells(frame, key) for key in keys}
    dirt: dict[str, int] = {}
    if dirty:
        dirt["split_row"] = _split_rows(columns, rng)
        dirt |= soil(columns, rng)
    data = list(zip(*columns.values(), strict=True))
    if dirty:
        dirt["duplicate_row"] = _repeat_rows(data, rng)
    lines: list[Sequence[Cell]] = [(TITLE,), (f"数据日期：{as_of}    单位：元",), (),
                                   tuple(COLUMNS[key] for key in keys)]
    lines += _furnished(keys, data, dirt) if dirty else data
    if dirty:
        lines = [(*line[:_GAP], None, *line[_GAP:]) for line in lines]
        dirt["blank_column"] = 1
    _save(path, lines)
    return SampleTruth(as_of, customers, len(data), MappingProxyType(dirt),
                       MappingProxyType(statuses(frame)))


def write_accounts(path: Path, customers: int = 2_000, seed: int = 7,
                   as_of: date = AS_OF) -> SampleTruth:
    """Write an account list as a core system prints it: the report date in B2, data from row 7.

    One to three accounts per customer, amounts as text with thousands separators, masked
    identity numbers, the header repeated on every page. No other dirt. Raises as `write` does.
    """
    frame = clean_customers(customers, np.random.default_rng(seed), as_of)
    table = split(frame)
    header = tuple(HEADERS.values())
    lines: list[Sequence[Cell]] = [("零售账户清单",), ("报表日期", f"{as_of:%Y%m%d}"),
                                   ("机构", "城东支行"), (), (), header]
    for start in range(0, len(table), _PAGE):
        lines += [header] if start else []
        lines += table[start:start + _PAGE]
    _save(path, lines)
    repeated = (len(table) - 1) // _PAGE
    return SampleTruth(as_of, customers, len(table),
                       MappingProxyType({"repeated_header_row": repeated}),
                       MappingProxyType(statuses(frame)))


def _cells(frame: pd.DataFrame, key: str) -> list[Cell]:
    """One column as typed cells; unknown is None, dates are dates, 万元 where so printed."""
    column = frame[key]
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.to_numpy().astype("datetime64[D]").astype(object).tolist()  # type: ignore[no-any-return]
    if pd.api.types.is_float_dtype(column):
        values = (column / 10_000).round(6) if key in TEN_THOUSAND else column
        return values.astype(object).where(values.notna(), None).tolist()  # type: ignore[no-any-return]
    return [None if value is None or value != value else value  # noqa: PLR0124 - NaN
            for value in column.tolist()]


def _split_rows(columns: dict[str, list[Any]], rng: Generator) -> int:
    """Give some customers with a time deposit a second row of their own for it."""
    held = [row for row, amount in enumerate(columns["time_deposit"]) if amount]
    chosen = rng.permutation(held)[:max(1, len(held) // 50)].tolist()
    for row in chosen:
        point = columns["aum_point"][row]
        share = columns["time_deposit"][row] / (point * 10_000)
        for key, column in columns.items():
            column.append(column[row])
            if key in {"aum_point", "aum_month_avg", "aum_prev_month_avg", "aum_prev_month_end"}:
                column[-1] = round(column[row] * share, 6 if key in TEN_THOUSAND else 2)
                column[row] = round(column[row] - column[-1], 6)
            elif key == "time_deposit":
                column[row] = 0.0
            elif key in _SUMMED or key == "loan":
                column[-1] = 0.0
    return len(chosen)


def _repeat_rows(data: list[tuple[Cell, ...]], rng: Generator) -> int:
    """Put exact copies of about 1 % of the rows somewhere else in the list."""
    count = max(1, len(data) // 100)
    for place in rng.integers(0, len(data), count).tolist():
        data.insert(int(rng.integers(len(data))), data[place])
    return count


def _furnished(keys: list[str], data: list[tuple[Cell, ...]],
               dirt: dict[str, int]) -> list[Sequence[Cell]]:
    """The data with subtotals, a repeated header, blank rows and footnotes between."""
    lines: list[Sequence[Cell]] = []
    for start in range(0, len(data), _PAGE):
        page = data[start:start + _PAGE]
        lines += [*page, _total("小计", keys, page), ()]
    middle = len(lines) // 2
    lines.insert(middle, tuple(COLUMNS[key] for key in keys))
    footnotes = [("注：本清单仅供网点内部服务使用，不得外传。",),
                 ("制表人：王芳    审核人：李强",)]
    lines += [_total("合计", keys, data), (), *footnotes]
    pages = -(-len(data) // _PAGE)
    dirt |= {"subtotal_row": pages, "blank_row": pages + 1, "repeated_header_row": 1,
             "total_row": 1, "footnote_row": len(footnotes), "unlawful_column": 1}
    return lines


def _total(word: str, keys: list[str], page: list[tuple[Cell, ...]]) -> tuple[Cell, ...]:
    """A totals row: the word under the first header, sums of the readable amounts."""
    sums: list[Cell] = [
        round(sum(value for value in column if isinstance(value, float)), 2)
        if key in _SUMMED else None
        for key, column in zip(keys, zip(*page, strict=True), strict=True)
    ]
    return (word, *sums[1:])


def _save(path: Path, lines: list[Sequence[Cell]]) -> None:
    book, content = Workbook(write_only=True), BytesIO()
    sheet = book.create_sheet("客户清单")
    for line in lines:
        sheet.append(line)
    book.save(content)
    try:
        write_private(path, content.getvalue())
    except OSError as error:
        raise InputError("sample.cannot_write", file=path.name) from error
