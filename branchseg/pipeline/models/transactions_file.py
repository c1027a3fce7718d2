"""Transactions out of a file: whose, when, how much. They are kept nowhere."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from branchseg.cleaning.identity import identifier, number_text
from branchseg.errors import InputError
from branchseg.intake.labels import normalise
from branchseg.intake.lookup import field_names
from branchseg.intake.reader import read
from branchseg.messages import text
from branchseg.model.raw import FOREIGN, CellError
from branchseg.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from branchseg.model.raw import Cell, RawTable
    from branchseg.progress import Reporter

COLUMNS = ("customer", "date", "amount")
_WORDS = "models.transactions"


@dataclass(frozen=True, slots=True)
class TransactionsFile:
    """The rows of a file as they were written, and which columns they come from.

    Attributes:
        rows: COLUMNS; a customer is the tidied number or None, an amount in 元 where its unit
            was stated.
        headers: the names of these columns in the file.
    """

    rows: pd.DataFrame
    headers: tuple[str, ...]


def read_transactions(path: Path, reporter: Reporter,
                      password: str | None = None) -> TransactionsFile:
    """The transactions of all sheets that have the columns; by whatever name they go.

    `password` opens a protected workbook.

    Raises:
        InputError: nobody can use the file, or columns are missing; it says which.
        Cancelled: the user asked to stop.
    """
    found = [(table, _places(table)) for table in read(
        path, password=password, reporter=reporter)]
    best = max((places for _, places in found), key=len)
    missing = [key for key in COLUMNS if key not in best]
    if missing:
        raise InputError(f"{_WORDS}.missing", columns="、".join(
            text(f"{_WORDS}.column.{key}", names="、".join(list(_names()[key])[:3]))
            for key in missing))
    whole = [(table, places) for table, places in found if len(places) == len(COLUMNS)]
    if any(table.units[places["amount"]] == FOREIGN for table, places in whole):
        raise InputError(f"{_WORDS}.foreign")
    reporter.step(text(f"{_WORDS}.sorting"), 0.9)
    rows = pd.concat([_rows(table, places) for table, places in whole], ignore_index=True)
    first, places = whole[0]
    return TransactionsFile(rows, tuple(first.headers[places[key]] for key in COLUMNS))


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Column -> the names it goes by, best first."""
    path = resources_dir() / "transactions.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))["names"]
    return {"customer": field_names()["customer_id"], "date": tuple(told["date"]),
            "amount": tuple(told["amount"])}


def _places(table: RawTable) -> dict[str, int]:
    """Column -> its place in a list; the best name wins."""
    places = {normalise(header): place for place, header in reversed(
        list(enumerate(table.headers)))}
    found = {}
    for key, names in _names().items():
        here = [places[name] for name in map(normalise, names) if name in places]
        if here:
            found[key] = here[0]
    return found


def _rows(table: RawTable, places: Mapping[str, int]) -> pd.DataFrame:
    """The three columns of a list."""
    cells = {key: table.columns[place] for key, place in places.items()}
    unit = table.units[places["amount"]] or 1.0
    return pd.DataFrame({
        "customer": pd.Series(_identifiers(cells["customer"]), dtype=object),
        "date": _objects(cells["date"]), "amount": _objects(cells["amount"]),
        "unit": unit})


def _identifiers(cells: Iterable[Cell]) -> list[str | None]:
    """Customer numbers written as those of lists are."""
    known: dict[object, str | None] = {}
    found = []
    for cell in cells:
        if cell not in known:
            plain = cell if isinstance(cell, str) else (
                number_text(cell) if isinstance(cell, int | float) else None)
            known[cell] = identifier(plain or "")[0]
        found.append(known[cell])
    return found


def _objects(cells: Iterable[Cell]) -> pd.Series:
    """Cells as they are; an error says nothing."""
    return pd.Series([None if isinstance(cell, CellError) else cell for cell in cells],
                     dtype=object)
