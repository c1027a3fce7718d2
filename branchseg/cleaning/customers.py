"""From lists to customers: clean every list, find the data date, merge, and build the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from branchseg.cleaning.accounts import Keyed, join_accounts, keyed
from branchseg.cleaning.checks import check_customers
from branchseg.cleaning.columns import EPOCH, Column
from branchseg.cleaning.combine import combine
from branchseg.cleaning.findings import Findings
from branchseg.cleaning.keys import KEY_SETS, customer_keys, note_lost_zeros
from branchseg.cleaning.merge import (
    Groups,
    account_codes,
    is_account_list,
    merge_accounts,
    merge_repeated,
)
from branchseg.cleaning.persons import left_out
from branchseg.cleaning.rows import Rows, check_rows, known, read_rows
from branchseg.errors import InputError
from branchseg.model.fields import FIELDS, NUMERIC, Kind
from branchseg.model.overlay import Columns
from branchseg.model.table import SOURCE_ROWS, CustomerTable
from branchseg.progress import Reporter

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from branchseg.model.issues import IssueLog
    from branchseg.model.raw import ColumnMapping, RawTable

AsOfSource = Literal["given", "title", "activity"]

Known = Callable[[date], Columns]
"""The ids, names and numbers of everybody who is known when a list of a day comes."""

_ACTIVITY = ("last_txn", "mobile_bank_last", "last_contact")
"""Where a data date may be read off, the most telling first."""

_FAR, _FAR_IN_FEW, _FEW = 400, 3650, 100
"""Days after the other activity (10 years among fewer than 100 dates) that tell a typing error.

Few customers may all have been quiet for years but one; a whole branch is never.
"""

_LAST_PLAUSIBLE = date(2099, 12, 30).toordinal() - EPOCH


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One row per customer, where the data date came from, how many rows were read and used."""

    table: CustomerTable
    as_of_source: AsOfSource
    rows_read: int
    rows_used: int


def to_customers(lists: Sequence[tuple[RawTable, ColumnMapping]], *, as_of: date | None,
                 log: IssueLog, secret: bytes | None = None, known_before: Known | None = None,
                 confirmed: Sequence[Collection[int]] = (),
                 reporter: Reporter | None = None) -> Cleaned:
    """Clean lists and merge their rows into one table with one row per customer.

    `as_of` is the data date if the user gave one; else the newest date in the titles, else the
    newest activity. Of several lists the known values of the one with the newest data date of
    its own win, field by field, whatever the order of `lists` (see `combine`); amounts are never
    added across lists, but for the parts of one account list. Every change and every loss is an
    issue in `log`.

    `secret` keys the ids of customers who have none: who has it finds the same ids again. Without
    it they are numbered, and stand for these lists only.

    `known_before` says who is known before a list of a day; rows in which somebody else stands
    under a known id are left out (see `left_out`), but for the sheet rows `confirmed`.

    Raises:
        InputError: a list has no column that tells customers apart, no row can be assigned to
            a customer, all belong to somebody else, or no data date can be found.
    """
    reporter = reporter or Reporter()
    if not lists:
        raise InputError("cleaning.no_lists")
    _need_keys(lists)
    findings = [Findings(log, table.source.label, np.array(table.rows, dtype=np.int64))
                for table, _ in lists]
    cleaned = _read(lists, findings, reporter)
    day, day_source = _data_date(lists, cleaned, as_of)
    reporter.step("正在核对各行", 0.7)
    for rows, mine in zip(cleaned, findings, strict=True):
        check_rows(rows, day, mine)
    reporter.step("正在合并客户", 0.8)
    read = sum(map(len, cleaned))
    cleaned, findings = left_out(
        cleaned, findings, known_before(day) if known_before else {}, confirmed)
    note_lost_zeros(cleaned, findings)
    keys = customer_keys(cleaned, findings, secret)
    used = sum(int(known(key).sum()) for key in keys)
    if not used:
        others = read and not any(map(len, cleaned))
        raise InputError("cleaning.all_others" if others else "cleaning.no_usable_rows")
    parts = join_accounts([
        keyed(rows, key, table, mapping, mine)
        for rows, key, (table, mapping), mine in zip(cleaned, keys, lists, findings, strict=True)])
    customers = combine([replace(part, rows=_one_per_customer(part, day)) for part in parts], day)
    check_customers(customers, Findings(log, customers.source, customers.numbers))
    reporter.step("正在生成客户表", 0.95)
    return Cleaned(CustomerTable(_frame(customers), day), day_source, read, used)


def _need_keys(lists: Sequence[tuple[RawTable, ColumnMapping]]) -> None:
    """Raise InputError for a list that cannot tell its customers apart."""
    for table, mapping in lists:
        if not any(set(keys) <= mapping.used.keys() for keys in KEY_SETS):
            raise InputError("cleaning.no_key_column", list=table.source.label)


def _read(lists: Sequence[tuple[RawTable, ColumnMapping]], findings: Sequence[Findings],
          reporter: Reporter) -> list[Rows]:
    """The cleaned rows of every list; from the second one on they tell which list they are of."""
    cleaned = []
    for place, ((table, mapping), mine) in enumerate(zip(lists, findings, strict=True)):
        reporter.step("正在清洗各列", 0.7 * place / len(lists))
        cleaned.append(read_rows(table, mapping, mine))
        if place:
            cleaned[-1].members = f"表{place + 1}：" + cleaned[-1].members
    return cleaned


def _data_date(lists: Sequence[tuple[RawTable, ColumnMapping]], cleaned: Sequence[Rows],
               given: date | None) -> tuple[date, AsOfSource]:
    """The data date and its source."""
    if given is not None:
        return given, "given"
    titles = [table.as_of for table, _ in lists if table.as_of is not None]
    if titles:
        return max(titles), "title"
    active = newest_activity(cleaned)
    if active is None:
        raise InputError("cleaning.no_data_date")
    return active, "activity"


def newest_activity(cleaned: Sequence[Rows]) -> date | None:
    """The newest day on which lists show that a customer did something; None if they do not."""
    for key in _ACTIVITY:
        days = [day for rows in cleaned if (day := _newest(rows.column(key))) is not None]
        if days:
            return date.fromordinal(max(days) + EPOCH)
    return None


def _newest(days: Column) -> int | None:
    """The newest day that is not far beyond the 99th percentile of a list; None if none."""
    days = days[days <= _LAST_PLAUSIBLE]
    if not len(days):
        return None
    far = _FAR if len(days) >= _FEW else _FAR_IN_FEW
    usual = np.percentile(days, 99, method="lower")
    return int(days[days <= usual + far].max())


def _one_per_customer(part: Keyed, as_of: date) -> Rows:
    """Rows of one list -> one row per customer of that list."""
    rows, codes, findings = part.rows, part.codes, part.findings
    groups = Groups.of(codes)
    if not len(groups.starts):
        return rows
    if not is_account_list(rows, groups):
        return merge_repeated(rows, codes, as_of, findings, accounts=False)
    rows = merge_repeated(rows, account_codes(rows, codes), as_of, findings, accounts=True)
    codes, _ = pd.factorize(rows.columns["customer_id"])
    return merge_accounts(rows, codes, as_of, findings)


def _frame(rows: Rows) -> pd.DataFrame:
    """The frame with the dtypes that `model.table` promises, columns in the order of FIELDS."""
    data: dict[str, Any] = {key: _series(key, rows.columns[key])
                            for key in FIELDS if key in rows.columns}
    data[SOURCE_ROWS] = pd.array(rows.members, dtype="str")
    return pd.DataFrame(data, copy=False)


def _series(key: str, values: Column) -> Any:
    """One column as pandas keeps it."""
    kind = FIELDS[key].kind
    if kind in NUMERIC:
        return values
    if kind is Kind.FLAG:
        return pd.arrays.BooleanArray(values == 1.0, np.isnan(values))
    if kind is Kind.DATE:
        unknown = np.isnan(values)
        days = np.where(unknown, 0, values).astype(np.int64) * 86_400
        stamps = days.astype("datetime64[s]")
        stamps[unknown] = np.datetime64("NaT")
        return stamps
    if key == "account_no":  # the law asks for no more than what is needed
        values = np.array([v[-4:] if v else None for v in values.tolist()], dtype=object)
    return pd.array(values, dtype="str")
