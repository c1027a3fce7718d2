"""What tells two accounts of one customer apart, though no field keeps it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.choices import choices
from branchseg.cleaning.columns import Column, blank
from branchseg.cleaning.findings import cell_text
from branchseg.cleaning.identity import digits_left, would_be_left
from branchseg.cleaning.texts import narrow, nothing
from branchseg.model.raw import MatchKind, shown_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.model.raw import Cell, ColumnMapping, RawTable

DIGITS_LEFT = "digits left"
"""The trait that holds what is left of damaged account numbers."""

_UNREAD = frozenset({MatchKind.OWN, MatchKind.REFUSED})
_BRACKETS = re.compile(r"[(（].*?[)）]")


def account_traits(table: RawTable, mapping: ColumnMapping,
                   found: Mapping[str, Column]) -> dict[str, Column]:
    """Name -> one text per row, None where the row says nothing.

    They are the words of unused columns that tell accounts apart ([account_columns] of
    choices.toml), and the first digits of account numbers that a spreadsheet has damaged: two
    that differ are two accounts, two that are equal may be. `found` are the fields as read.
    """
    traits: dict[str, Column] = {}
    used = {match.index for match in mapping.used.values()}
    for match in mapping.columns:
        name = _BRACKETS.sub("", shown_header(match.header).rpartition("›")[2]).strip()
        if (match.index not in used and match.kind not in _UNREAD
                and name in choices().account_columns):
            traits[match.header] = _texts(table.columns[match.index])
    if "account_no" in found:
        left = _left(table.columns[mapping.used["account_no"].index], found["account_no"])
        if pd.notna(left).any():
            traits[DIGITS_LEFT] = left
    return traits


def _texts(cells: list[Cell]) -> Column:
    """The texts of a column, each different cell read once."""
    texts = {cell: None if blank(cell) or nothing(text := narrow(cell_text(cell))) else text
             for cell in set(cells)}
    return np.array([texts[cell] for cell in cells], dtype=object)


def _left(cells: Sequence[Cell], numbers: Column) -> Column:
    """What is left of damaged account numbers, and what would be of whole ones beside them.

    A text in scientific notation has lost any number of digits: whole ones do not compare.
    """
    left = np.full(len(cells), None, dtype=object)
    texts = False
    for place in np.flatnonzero(pd.isna(numbers)).tolist():
        left[place] = digits_left(cells[place])
        texts |= left[place] is not None and isinstance(cells[place], str)
    if pd.notna(left).any() and not texts:
        for place in np.flatnonzero(pd.notna(numbers)).tolist():
            left[place] = would_be_left(numbers[place])
    return left
