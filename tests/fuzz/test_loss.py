"""No cell is lost in silence: each one is a value of its customer, or something that was said.

What a cell stands for was known before it was written (see `dirty_lists`), and nothing here asks
the program. A failure names the number of its list: `complaints(number, folder)` says it again.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pandas as pd
from dirty_lists import AMOUNTS, AS_OF, DATES, LOST, DirtyList, check_character, dirty_list
from forked import quick_children
from written_lists import write

from branchseg import pipeline
from branchseg.model.issues import Issue

MERGED = {"accounts_merged", "duplicate_merged", "accounts_unclear", "merge_conflict"}
JUNK = {"title_rows", "repeated_header", "total_row", "footnote_row", "blank_row"}
SUMMED = {"deposit", "wealth", "fund", "loan", "txn_count_12m"}


def read(path: Path) -> pipeline.Prepared:
    """Import a list as somebody does who confirms every column as it was proposed."""
    with quick_children():
        (source,) = pipeline.read_lists(path)
    mapping = source.mapping
    for column in mapping.doubtful:
        unit = source.raw.units[column.index] or 1.0
        mapping = mapping.choose(column.index, column.field, unit)
    return pipeline.prepare([replace(source, mapping=mapping)], as_of=AS_OF)


def equal(key: str, value: Any, expected: Any) -> bool:
    """Whether a value of the table is the expected one, blanks and widths aside."""
    if key in AMOUNTS:
        return bool(abs(value - expected) < 0.005)
    if key in DATES:
        return bool(value.date() == expected)
    if isinstance(expected, str):
        return "".join(unicodedata.normalize("NFKC", value).split()) == expected
    return bool(value == expected)


class Said:
    """The findings about a list, by row and field."""

    def __init__(self, issues: list[Issue]) -> None:
        self.cells = {(issue.row, issue.field) for issue in issues}
        self.junk = {issue.row for issue in issues if issue.code in JUNK}
        self.strangers = {issue.row for issue in issues if issue.code == "person_differs"}
        self.without_key = {issue.row for issue in issues if issue.code == "row_no_key"}
        self.repeated = {issue.field for issue in issues if issue.code == "repeated_amount"}
        self.merges = [(issue.code, set(map(int, re.findall(r"\d+", issue.shown))))
                       for issue in issues if issue.code in MERGED]

    def merged(self, rows: list[int], *, added: bool = False) -> bool:
        """Whether it was said that these rows became one customer, and amounts were added."""
        return any(set(rows) <= those and (code == "accounts_merged" or not added)
                   for code, those in self.merges)


def complaints(number: int, folder: Path) -> list[str]:
    """What is wrong with the import of one list."""
    written = dirty_list(number)
    path = write(written.grid, folder, number)
    prepared = read(path)
    path.unlink()
    return [f"list {number}: {what}" for what in _judge(written, prepared)]


def _judge(written: DirtyList, prepared: pipeline.Prepared) -> Iterator[str]:
    said = Said(list(prepared.issues))
    yield from (f"row {row} was left out in silence" for row in written.junk - said.junk)
    yield from (f"row {row} is data and was left out" for row in said.junk - written.junk)
    seen: set[int] = set()
    by_account = _is_by_account(written, said.strangers)
    for _, customer in prepared.table.frame.iterrows():
        rows = sorted(map(int, customer["source_rows"].split("、")))
        seen.update(rows)
        if not set(rows) <= written.keys.keys():
            yield f"rows {rows} are not all data"
            continue
        if len({written.keys[row] for row in rows}) != 1:
            yield f"rows {rows} are several persons"
            continue
        if len(rows) > 1 and not said.merged(rows):
            yield f"rows {rows} were merged in silence"
        for key in written.headers:
            yield from _judge_cells(written, key, rows, customer.get(key), said,
                                    by_account=by_account)
    for row in written.truth.keys() - seen:
        keyless = written.truth[row]["customer_id"][1] is LOST
        if not ((row in said.without_key and keyless)
                or (row in said.strangers and _has_a_name_of_its_own(written, row))):
            yield f"row {row} is gone"


def _has_a_name_of_its_own(written: DirtyList, row: int) -> bool:
    """Whether some other row with the same customer id has another name."""
    names = {written.truth[other]["name"][1] for other, key in written.keys.items()
             if key == written.keys[row] and "name" in written.truth[other]}
    return len(names - {LOST}) > 1


def _is_by_account(written: DirtyList, strangers: set[int]) -> bool:
    """Whether some customer has two account numbers, so that balances add up."""
    numbers = defaultdict(set)
    for row, cells in written.truth.items():
        account = cells.get("account_no", (None, LOST))[1]
        if LOST not in {account, cells["customer_id"][1]} and row not in strangers:
            numbers[written.keys[row]].add(account)
    return any(len(found) > 1 for found in numbers.values())


def _judge_cells(written: DirtyList, key: str, rows: list[int], value: Any, said: Said, *,
                 by_account: bool) -> Iterator[str]:
    """The cells of one customer in one column, against the value that came of them."""
    cells = {row: written.truth[row][key] for row in rows}
    for row, (cell, expected) in cells.items():
        if cell is not None and expected is LOST and (row, key) not in said.cells:
            yield f"{key} in row {row}: {cell!r} was dropped in silence"
    expected = [meant for _, meant in cells.values() if meant is not LOST]
    if not expected:
        return
    if key == "customer_id" and len(expected) < len(rows):
        return
    if key == "birth_date":
        for row in rows:
            told, meant = _by_id(written, row), cells[row][1]
            if told and meant not in {LOST, told} and (row, key) not in said.cells:
                yield f"{key} in row {row} was corrected in silence"
        expected = [_by_id(written, row) or cells[row][1] for row in rows]
    added = key in SUMMED and key not in said.repeated and said.merged(rows, added=True)
    if value is None or pd.isna(value):
        yield f"{key} in rows {rows}: {cells} became nothing"
    elif added and len(rows) > 1:
        if not equal("deposit", value, sum(expected)):
            yield f"{key} in rows {rows}: {cells} is not {value}"
    elif by_account and len(rows) > 1 and key in SUMMED and key not in said.repeated:
        yield f"{key} in rows {rows} was not added up"
    elif not any(meant is not LOST and equal(key, value, meant) for meant in expected):
        yield f"{key} in rows {rows}: {cells} became {value!r}"


def _by_id(written: DirtyList, row: int) -> date | None:
    """The birthday a sound ID number of a row tells."""
    number = written.truth[row].get("id_number", (None, LOST))[1]
    if number is LOST or len(number) != 18 or "*" in number:
        return None
    if check_character(number) != number[-1]:
        return None
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def test_no_cell_is_lost_in_silence(tmp_path: Path) -> None:
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = pool.map(partial(complaints, folder=tmp_path), range(1_000), chunksize=20)
        assert [what for of_one in found for what in of_one] == []
