"""The rows of one list after cleaning, and the checks that look across a row's columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from branchseg.cleaning.columns import (
    DAY_OF_MONTH,
    EPOCH,
    FLOAT_KINDS,
    Asked,
    Column,
    blank,
    gender_is_coded,
    read_column,
    read_ids,
)
from branchseg.cleaning.findings import Findings, cell_text
from branchseg.cleaning.identity import Decoded, is_other_document
from branchseg.cleaning.names import told_by_names
from branchseg.cleaning.parsers import gender_code
from branchseg.cleaning.remarks import read_remarks
from branchseg.cleaning.texts import narrow, nothing
from branchseg.cleaning.traits import account_traits
from branchseg.model.fields import AUM_SOURCES, FIELDS, HOLDINGS, Kind
from branchseg.model.issues import Action, IssueCode
from branchseg.model.monthly import MONTHLY, in_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.raw import Cell, ColumnMapping, RawTable

MAY_BE_AHEAD = frozenset({"maturity_date", "risk_expiry", "pay_day"})
"""Dates that may lie after the data date."""

PARTS = (*HOLDINGS, "deposit")
"""Product balances; they add up to what a customer owns where a list does not state it."""

ASSETS = frozenset({*AUM_SOURCES, *PARTS})
"""Amounts that say what a customer owns: if an account lacks its part, the total is partial."""

PARTIAL = (dict.fromkeys(ASSETS, "aum_partial")
           | dict.fromkeys(("last_txn", "txn_count_12m"), "txn_partial"))
"""The flag that says the stored value of a field is only what could be known of it."""

OLDEST = 120
"""Years; older people are mistakes."""


@dataclass(slots=True)
class Rows:
    """Cleaned rows: `columns[field]` arrays (see `columns`) and, per row, where it came from.

    `members` are the sheet rows of a row, "118" or after a merge "118、903". `traits` tell the
    accounts of a customer apart (see `traits`); merged rows have none.
    """

    source: str
    columns: dict[str, Column]
    numbers: npt.NDArray[np.int64]
    members: Column
    traits: dict[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.numbers)

    def column(self, key: str) -> Column:
        """A column, all unknown if the list has none."""
        return self.columns[key] if key in self.columns else unknown_column(key, len(self))

    def trait(self, name: str) -> Column:
        """A trait, unknown of all rows if the list does not have it."""
        return self.traits[name] if name in self.traits else np.full(len(self), None, dtype=object)


def unknown_column(key: str, count: int) -> Column:
    """`count` unknown values of a field."""
    if FIELDS[key].kind in FLOAT_KINDS:
        return np.full(count, np.nan)
    return np.full(count, None, dtype=object)


def known(values: Column) -> npt.NDArray[np.bool_]:
    """Which values are known."""
    return np.asarray(pd.notna(values))


def read_rows(table: RawTable, mapping: ColumnMapping, findings: Findings) -> Rows:
    """Clean every mapped column of a list; ID numbers first, they decide about gender.

    What remarks in the other columns say to protect a customer is laid over it.
    """
    used = {key: match for key, match in mapping.used.items() if not FIELDS[key].derived}
    found: dict[str, Column] = {}
    decoded = None
    if "id_number" in used:
        found, decoded = _read_identity(table, mapping, findings)
    for key, match in used.items():
        if key in found:
            continue
        cells: Sequence[Cell] = table.columns[match.index]
        if key == "gender" and decoded is not None and not gender_is_coded(cells):
            cells = _without_codes(cells, decoded.valid)
        found[key] = read_column(cells, Asked(key, match.unit, table.date_1904), findings)
    found |= read_remarks(table, mapping, found, findings)
    members = np.empty(len(table.rows), dtype=object)
    members[:] = list(map(str, table.rows))
    rows = Rows(table.source.label, found, findings.rows, members,
                account_traits(table, mapping, found))
    _flag_losses(rows, table, mapping)
    if decoded is not None:
        _trust_id_numbers(rows, decoded, findings)
    return rows


def _flag_losses(rows: Rows, table: RawTable, mapping: ColumnMapping) -> None:
    """Set the partial flags where a cell said something that could not be read.

    Such a value is not nothing: it must never count as 0. Assets are whole all the same where
    the row states its AUM.
    """
    stated = np.zeros(len(rows), dtype=bool)
    for key in AUM_SOURCES:
        if key in rows.columns:
            stated |= known(rows.columns[key])
    for key, flag in PARTIAL.items():
        if key not in rows.columns:
            continue
        lost = rows.columns.setdefault(flag, np.zeros(len(rows)))
        cells = table.columns[mapping.used[key].index]
        unknown = ~known(rows.columns[key])
        if key in ASSETS:
            unknown &= ~stated
        for place in np.flatnonzero(unknown).tolist():
            if cells[place] is not None and _says_something(cells[place]):
                lost[place] = 1.0


def _says_something(cell: Cell) -> bool:
    """Whether a cell is neither empty nor a placeholder such as "-"; "不详" says something."""
    return not blank(cell) and nothing(narrow(cell_text(cell))) is not IssueCode.PLACEHOLDER


def _read_identity(table: RawTable, mapping: ColumnMapping, findings: Findings,
                   ) -> tuple[dict[str, Column], Decoded]:
    """The ID numbers, read with an eye on the document type."""
    used, found = mapping.used, {}
    other = np.zeros(len(table.rows), dtype=bool)
    if "id_type" in used:
        types = read_column(table.columns[used["id_type"].index], Asked("id_type"), findings)
        foreign = {t for t in set(types.tolist()) if t and is_other_document(t)}
        other = np.array([t in foreign for t in types.tolist()], dtype=bool)
        found["id_type"] = types
    cells = table.columns[used["id_number"].index]
    found["id_number"], decoded = read_ids(cells, other, findings)
    return found, decoded


def _without_codes(cells: Sequence[Cell], decided: Column) -> list[Cell]:
    """Gender cells less the bare codes of rows whose ID number says it anyway.

    Banks write 0 and 1 in either order, so such a code is no contradiction and no loss.
    """
    codes = {cell for cell in dict.fromkeys(cells)
             if not blank(cell) and gender_code(cell_text(cell))}
    return [None if done and cell in codes else cell
            for cell, done in zip(cells, decided.tolist(), strict=True)]


def _trust_id_numbers(rows: Rows, decoded: Decoded, findings: Findings) -> None:
    """Birth and gender from valid ID numbers: fill what is missing, correct what differs."""
    birth = rows.column("birth_date")
    differs = np.flatnonzero(decoded.valid & known(birth) & (birth != decoded.birth))
    findings.note(IssueCode.ID_BIRTH_CONFLICT, Action.FIXED, "birth_date", differs,
                  iso_dates(birth[differs]))
    rows.columns["birth_date"] = np.where(decoded.valid, decoded.birth, birth)
    gender = rows.column("gender")
    told = np.where(decoded.male, "男", "女").astype(object)
    differs = np.flatnonzero(decoded.valid & known(gender) & (gender != told))
    findings.note(IssueCode.ID_GENDER_CONFLICT, Action.FIXED, "gender", differs, gender[differs])
    rows.columns["gender"] = np.where(decoded.valid, told, gender)


def iso_dates(days: Column) -> list[str]:
    """Days since 1970-01-01 as texts."""
    start = date(1970, 1, 1)
    return [(start + timedelta(days=int(day))).isoformat() for day in days]


def check_rows(rows: Rows, as_of: date, findings: Findings) -> None:
    """Blank what the data date makes impossible and foreign money; note likely companies.

    Bare days of the month become those of the month of the data date.
    """
    today = as_of.toordinal() - EPOCH
    for key in MONTHLY & rows.columns.keys():
        _put_in_month(rows.columns[key], as_of)
    for key, values in rows.columns.items():
        if FIELDS[key].kind is Kind.DATE and key not in MAY_BE_AHEAD:
            _blank_days(rows, key, values > today, IssueCode.DATE_FUTURE, findings)
    if "birth_date" in rows.columns:
        oldest = as_of.replace(day=1, year=as_of.year - OLDEST - 1).toordinal() - EPOCH
        too_old = rows.columns["birth_date"] < oldest
        _blank_days(rows, "birth_date", too_old, IssueCode.AGE_RANGE, findings)
    _check_currency(rows, findings)
    _check_names(rows, findings)


def _put_in_month(days: Column, as_of: date) -> None:
    """Make dates of bare days of the month."""
    bare = np.flatnonzero(days < DAY_OF_MONTH + 100)
    days[bare] = [in_month(int(day - DAY_OF_MONTH), as_of).toordinal() - EPOCH
                  for day in days[bare]]


def _blank_days(rows: Rows, key: str, bad: Column, code: IssueCode, findings: Findings) -> None:
    """Make dates unknown and say so."""
    places = np.flatnonzero(bad)
    if len(places):
        values = rows.columns[key]
        findings.note(code, Action.BLANKED, key, places, iso_dates(values[places]))
        rows.columns[key] = np.where(bad, np.nan, values)
        if key in PARTIAL:
            rows.columns[PARTIAL[key]][places] = 1.0


def _check_currency(rows: Rows, findings: Findings) -> None:
    """Without a rate, amounts in another currency cannot be added: they become unknown.

    `aum_partial` says so where an asset was among them.
    """
    if "currency" not in rows.columns:
        return
    foreign = np.array([c is not None and c != "CNY" for c in rows.columns["currency"].tolist()],
                       dtype=bool)
    if not foreign.any():
        return
    lost = np.zeros(len(rows), dtype=bool)
    for key, values in rows.columns.items():
        if FIELDS[key].kind is not Kind.AMOUNT:
            continue
        lost_here = foreign & known(values) & (values != 0)  # nothing is nothing anywhere
        places = np.flatnonzero(lost_here)
        findings.note(IssueCode.FOREIGN_CURRENCY, Action.BLANKED, key, places,
                      (f"{value:.2f}" for value in values[places]))
        rows.columns[key] = np.where(lost_here, np.nan, values)
        if key in ASSETS:
            lost[places] = True
    if lost.any():
        rows.columns["aum_partial"][lost] = 1.0


_TOLD_BY_NAMES = (IssueCode.COMPANY_SUSPECT, IssueCode.NAME_MARKED, IssueCode.NAME_ODD,
                  IssueCode.NAME_TITLED, IssueCode.NAME_SURNAME)


def _check_names(rows: Rows, findings: Findings) -> None:
    """Names that say the customer is no person to be visited, and names that are none.

    What a name says goes into the customer type, because the rules judge by that.
    """
    names: list[Any] = rows.column("name").tolist()
    told = told_by_names(set(names) - {None})
    if not told:
        return
    plain, types = rows.columns["name"].copy(), rows.column("customer_type").copy()
    telling = [at for at, name in enumerate(names) if name in told]
    for code in _TOLD_BY_NAMES:
        places = [at for at in telling if told[names[at]].code is code]
        left = Action.FIXED if code is IssueCode.NAME_TITLED else Action.KEPT
        for action, kept in ((left, True), (Action.BLANKED, False)):
            here = [at for at in places if bool(told[names[at]].name) is kept]
            findings.note(code, action, "name", here, (names[at] for at in here))
        for at in places:
            plain[at] = told[names[at]].name or None
            types[at] = told[names[at]].mark or types[at]
    rows.columns["name"] = plain
    if known(types).any():
        rows.columns["customer_type"] = types
