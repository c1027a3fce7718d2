"""Several rows of one customer become one: repeated rows, and the rows of several accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from branchseg.cleaning.choices import choices
from branchseg.cleaning.columns import EPOCH, Column
from branchseg.cleaning.rows import ASSETS, PARTIAL, PARTS, Rows, known
from branchseg.cleaning.traits import DIGITS_LEFT
from branchseg.model.fields import AUM_SOURCES, FIELDS, HOLDINGS, REFUSALS, Kind, Merge
from branchseg.model.issues import Action, IssueCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from branchseg.cleaning.findings import Findings

_BALANCES = (*HOLDINGS, "deposit", "loan", "mortgage", "maturity_amount")
_ACCOUNT_PARTS = ("account_no", "currency", "maturity_product", "maturity_date")
_DIFFER_BY_NATURE = frozenset({"account_no", "currency"})
_ANY_ROW = REFUSALS | frozenset(PARTIAL.values())
"""Flags that are set if one of several repeated rows has them set, be it the oldest."""

_RATING = frozenset({"risk_level", "risk_date", "risk_expiry"})
"""One rating: of several accounts, all of it comes from one row."""

_ENOUGH_GROUPS = 3
"""So many customers must show the same sum on all rows before it counts as no coincidence."""

_ROUND = 10_000.0
"""元; deposits, wealth products and loans are of round amounts, totals of a customer hardly."""

_REPEATED_SHARE = 0.9
"""Of the customers with several rows, how many must repeat the same total on all of them."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows sorted by customer. Only customers with several rows are in `order` and `starts`.

    `order` are row positions, customer by customer; customer number `groups[i]` begins at
    `starts[i]` and has `sizes[i]` rows. `heads` is the first row of every customer.
    """

    codes: npt.NDArray[np.int64]
    order: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int64]

    @classmethod
    def of(cls, codes: npt.NDArray[np.int64]) -> Groups:
        """Group rows by `codes` 0..n-1."""
        sizes = np.bincount(codes)
        shared = sizes[codes] > 1
        several = np.flatnonzero(shared)
        order = several[np.argsort(codes[several], kind="stable")]
        groups = np.flatnonzero(sizes > 1)
        starts = np.cumsum(sizes[groups]) - sizes[groups]
        heads = np.empty(len(sizes), dtype=np.int64)
        heads[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
        return cls(codes, order, starts, sizes[groups], groups, heads)

    def spread(self, values: Column, merged: Column) -> Column:
        """One value per customer: of `values` by row for lone rows, `merged` for the others."""
        result: Column = values[self.heads]
        result[self.groups] = merged
        return result

    def differ(self, values: Column) -> npt.NDArray[np.bool_]:
        """For which customers two known values differ."""
        mine = _comparable(values[self.order])
        low, high = (f.reduceat(mine, self.starts) for f in (np.fmin, np.fmax))
        return np.asarray(low < high)

    def partly_known(self, values: Column) -> npt.NDArray[np.bool_]:
        """For which customers a value is known on some rows and unknown on others."""
        there = known(values[self.order])
        return np.asarray(np.logical_or.reduceat(there, self.starts)
                          & ~np.logical_and.reduceat(there, self.starts))


def _comparable(values: Column) -> npt.NDArray[np.float64]:
    """Object values as numbers that are equal where the values are; NaN for unknown."""
    if values.dtype != object:
        return values
    codes, _ = pd.factorize(values)
    return np.where(codes < 0, np.nan, codes.astype(np.float64))


def row_codes(columns: list[Column]) -> npt.NDArray[np.int64]:
    """The same number 0..n-1 for rows that are equal in all columns, unknown equal to unknown."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    count = 1
    for values in columns:
        mine, distinct = pd.factorize(values)
        codes, uniques = pd.factorize(codes * (len(distinct) + 1) + mine + 1)
        count = len(uniques)
        if count == len(codes):
            break
    return codes.astype(np.int64)


def _pick(values: Column, order: Column, groups: Groups) -> Column:
    """Per customer the last known value in `order` (sorted by customer, best last)."""
    mine = values[order]
    best = np.maximum.reduceat(np.where(known(mine), np.arange(len(mine)), -1), groups.starts)
    result: Column = mine[best]
    result[best < 0] = None if mine.dtype == object else np.nan
    return result


def _sum(values: Column, groups: Groups) -> Column:
    """Sums of the known values, unknown if none is known."""
    mine = values[groups.order]
    there = known(mine)
    total = np.add.reduceat(np.where(there, mine, 0.0), groups.starts)
    return np.where(np.logical_or.reduceat(there, groups.starts), np.round(total, 4), np.nan)


@dataclass(frozen=True, slots=True)
class Orders:
    """The rows of each customer in the orders the merge rules ask for, best row last."""

    newest: Column
    first: Column
    next_due: Column
    rated: Column

    @classmethod
    def of(cls, rows: Rows, groups: Groups, as_of: date) -> Orders:
        """`newest` by last_txn, then position; `next_due` by the maturity date, with its amount.

        `rated` by the date of the rating, then its expiry; rows without a level come first.
        """
        order, customer = groups.order, groups.codes[groups.order]
        today = as_of.toordinal() - EPOCH
        due = rows.column("maturity_date")[order]
        ahead = due >= today
        wanted = np.where(ahead, 1e9 - due, np.where(np.isnan(due), -np.inf, due))
        stated = known(rows.column("maturity_amount")[order])
        last = np.nan_to_num(rows.column("last_txn")[order], nan=-np.inf)
        rated, expiry = (np.nan_to_num(rows.column(key)[order], nan=-np.inf)
                         for key in ("risk_date", "risk_expiry"))
        has_level = known(rows.column("risk_level")[order])
        return cls(newest=order[np.lexsort((order, last, customer))],
                   first=order[np.lexsort((-order, customer))],
                   next_due=order[np.lexsort((-order, stated, wanted, customer))],
                   rated=order[np.lexsort((order, last, expiry, rated, has_level, customer))])


def collapse(rows: Rows, groups: Groups, merged: Callable[[str, Column], Column]) -> Rows:
    """One row per customer; `merged(key, values)` gives the values of customers with several."""
    columns = {key: groups.spread(values, merged(key, values))
               for key, values in rows.columns.items()}
    _keep_marks(rows, groups, columns)
    numbers = groups.spread(rows.numbers,
                            np.minimum.reduceat(rows.numbers[groups.order], groups.starts))
    return Rows(rows.source, columns, numbers,
                groups.spread(rows.members, _joined_members(rows, groups)))


def _keep_marks(rows: Rows, groups: Groups, columns: dict[str, Column]) -> None:
    """Who is marked as dead or gone on one row is so, whatever the other rows say."""
    if "customer_type" not in rows.columns:
        return
    types = rows.columns["customer_type"]
    for value in dict.fromkeys(mark.value for mark in choices().remarks.marks if mark.value):
        marked = np.unique(groups.codes[np.flatnonzero(types == value)])
        columns["customer_type"][marked] = value


def _joined_members(rows: Rows, groups: Groups) -> Column:
    """The sheet rows of every customer with several rows, ascending."""
    mine = rows.members[groups.order].tolist()
    joined = np.empty(len(groups.starts), dtype=object)
    for place, (start, size) in enumerate(zip(groups.starts, groups.sizes, strict=True)):
        joined[place] = join_members(mine[start:start + size])
    return joined


def join_members(texts: Iterable[str]) -> str:
    """Sheet rows as one text, ascending and list by list: "2、9；表2：4"."""
    found: dict[str, list[int]] = {}
    for text in texts:
        for part in text.split("；"):
            mark, colon, numbers = part.rpartition("：")
            found.setdefault(mark + colon, []).extend(map(int, numbers.split("、")))
    return "；".join(mark + "、".join(map(str, sorted(found[mark])))
                    for mark in sorted(found, key=lambda mark: (len(mark), mark)))


def merge_repeated(rows: Rows, codes: npt.NDArray[np.int64], as_of: date,
                   findings: Findings, *, accounts: bool) -> Rows:
    """Repeated rows: never added up; where they contradict, the newest row's value is taken.

    `accounts` tells that the list is one of accounts.
    """
    groups = Groups.of(codes)
    if not len(groups.starts):
        return rows
    newest = Orders.of(rows, groups, as_of).newest
    result = collapse(rows, groups, lambda key, values: (
        np.fmax.reduceat(values[groups.order], groups.starts) if key in _ANY_ROW
        else _pick(values, newest, groups)))
    first = np.full(len(groups.starts), "", dtype=object)
    for key in sorted(rows.columns, key=lambda key: FIELDS[key].kind is not Kind.AMOUNT):
        values = rows.columns[key]
        if FIELDS[key].derived:
            continue
        first = np.where((first == "") & groups.differ(values), key, first)
    last_row = np.maximum.reduceat(rows.numbers[groups.order], groups.starts)
    members = result.members[groups.groups]
    unclear = (first == "") & _unclear(rows, groups, accounts=accounts)
    findings.note_rows(IssueCode.ACCOUNTS_UNCLEAR, Action.MERGED, "", last_row[unclear],
                       members[unclear])
    for key in dict.fromkeys(first.tolist()):
        mine = (first == key) & ~unclear
        code = IssueCode.MERGE_CONFLICT if key else IssueCode.DUPLICATE_MERGED
        findings.note_rows(code, Action.MERGED, key, last_row[mine], members[mine])
    return result


def is_account_list(rows: Rows, groups: Groups) -> bool:
    """Whether the rows of one customer are its accounts (else they are repetitions).

    They are if account numbers, what is left of damaged ones, or currencies differ, or if a
    list without any customer total (AUM) has balances, and they or their products differ. A
    customer total that differs is a contradiction, unless most customers whose products differ
    have one for each: then it is the balance of the account.
    """
    sure = [rows.column("account_no"), rows.column("currency"), rows.trait(DIGITS_LEFT)]
    if any(groups.differ(values).any() for values in sure):
        return True
    if not _may_be_accounts(rows):
        return _totals_go_by_product(rows, groups)
    parts = [rows.columns[key] for key in (*_BALANCES, *_ACCOUNT_PARTS) if key in rows.columns]
    return any(groups.differ(values).any() for values in (*parts, *rows.traits.values()))


def _totals_go_by_product(rows: Rows, groups: Groups) -> bool:
    """Whether what a list calls a customer's total differs where products do.

    One customer proves nothing: a row that was corrected may differ in both.
    """
    products = [groups.differ(values) for name, values in rows.traits.items()
                if name != DIGITS_LEFT]
    products.append(groups.differ(rows.column("maturity_product")))
    totals = [groups.differ(rows.columns[key]) for key in AUM_SOURCES if key in rows.columns]
    several = np.logical_or.reduce(products)
    both = several & np.logical_or.reduce([groups.differ(rows.column("aum_point")), *totals])
    return bool(both.sum() > 1 and 2 * both.sum() > several.sum())


def _may_be_accounts(rows: Rows) -> bool:
    """Whether a list has balances and no customer total."""
    return (any(key in rows.columns for key in _BALANCES)
            and not any(key in rows.columns for key in AUM_SOURCES))


def account_codes(rows: Rows, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The same number for rows that are one account: same number, currency and product.

    Rows without an account number are one account only if they are equal in everything. A
    damaged number may be the whole one beside it if the rows are else equal.
    """
    traits = rows.traits.values()
    parts = [codes, *(rows.columns[key] for key in _ACCOUNT_PARTS if key in rows.columns), *traits]
    numbered = known(rows.column("account_no"))
    result = np.empty(len(rows), dtype=np.int64)
    if numbered.any():
        result[numbered] = row_codes([part[numbered] for part in parts])
    if not numbered.all():
        every = [codes, *rows.columns.values(), *traits]
        offset = result[numbered].max(initial=-1) + 1
        result[~numbered] = row_codes([part[~numbered] for part in every]) + offset
    if DIGITS_LEFT in rows.traits and numbered.any():
        others = (values for key, values in rows.columns.items() if key != "account_no")
        alike = row_codes([codes, *others, *traits])
        whole = dict(zip(alike[numbered].tolist(), result[numbered].tolist(), strict=True))
        for place in np.flatnonzero(~numbered & known(rows.traits[DIGITS_LEFT])).tolist():
            result[place] = whole.get(int(alike[place]), result[place])
    return result


def _unclear(rows: Rows, groups: Groups, *, accounts: bool) -> npt.NDArray[np.bool_]:
    """Which repeated rows may be equal accounts: they hold money and no account number tells.

    Where a list shows nothing but customers (no sign of accounts), repeated rows are repeated.
    """
    signs = accounts or (_may_be_accounts(rows) and (
        any(key in rows.columns for key in _ACCOUNT_PARTS) or bool(rows.traits)))
    numbered = np.logical_and.reduceat(known(rows.column("account_no")[groups.order]),
                                       groups.starts)
    held = np.zeros(len(groups.starts), dtype=bool)
    for key in (key for key in _BALANCES if key in rows.columns and signs):
        mine = rows.columns[key][groups.order]
        held |= np.logical_or.reduceat(known(mine) & (mine != 0), groups.starts)
    return np.asarray(held & ~numbered)


def merge_accounts(rows: Rows, codes: npt.NDArray[np.int64], as_of: date,
                   findings: Findings) -> Rows:
    """Accounts of one customer: every field by its merge rule (see `model.fields.Merge`)."""
    groups = Groups.of(codes)
    if not len(groups.starts):
        return rows
    orders = Orders.of(rows, groups, as_of)
    rules = {key: _rule(key, values, groups, findings) for key, values in rows.columns.items()}
    has_due = "maturity_date" in rows.columns
    result = collapse(rows, groups, lambda key, values: _by_rule(
        rules[key], values, groups, orders, has_due=has_due) if key not in _RATING
        else values[orders.rated[groups.starts + groups.sizes - 1]])
    _report_accounts(rows, groups, rules, result, findings)
    return result


def _rule(key: str, values: Column, groups: Groups, findings: Findings) -> Merge:
    """The merge rule of a column: a customer total that stands on every row is not added up."""
    if FIELDS[key].derived:
        return Merge.ANY
    rule = FIELDS[key].merge
    chosen = _ROUND if key in _BALANCES else 0.0
    if rule is Merge.SUM and _repeats_total(values, groups, chosen):
        findings.note_column(IssueCode.REPEATED_AMOUNT, Action.MERGED, key, "")
        return Merge.LATEST
    return rule


def _report_accounts(rows: Rows, groups: Groups, rules: Mapping[str, Merge], result: Rows,
                     findings: Findings) -> None:
    """Note contradictions and missing parts; set the flags `aum_partial` and `txn_partial`."""
    first_row, members = result.numbers[groups.groups], result.members[groups.groups]
    for key, values in rows.columns.items():
        once = rules[key] is Merge.FIRST or (FIELDS[key].merge is Merge.SUM
                                             and rules[key] is Merge.LATEST)
        if once and key not in _DIFFER_BY_NATURE:
            wrong = groups.differ(values)
            findings.note_rows(IssueCode.MERGE_CONFLICT, Action.MERGED, key, first_row[wrong],
                               members[wrong])
    for key, values in _must_be_whole(rows, rules).items():
        partial = groups.partly_known(values)
        code = IssueCode.PARTIAL_TXN if key == "last_txn" else IssueCode.PARTIAL_SUM
        findings.note_rows(code, Action.KEPT, key, first_row[partial], members[partial])
        if key in PARTIAL:
            result.columns[PARTIAL[key]][groups.groups[partial]] = 1.0
    findings.note_rows(IssueCode.ACCOUNTS_MERGED, Action.MERGED, "", first_row, members)


def _must_be_whole(rows: Rows, rules: Mapping[str, Merge]) -> dict[str, Column]:
    """The columns that every account of a customer must fill, or the merged value is partial.

    An account holds one kind of product, so single product balances may well be blank: only a
    row without any of them lacks its part of the assets, and then only in a list that does not
    state AUM itself.
    """
    whole = {key: values for key, values in rows.columns.items()
             if key == "last_txn" or key in AUM_SOURCES
             or (rules[key] is Merge.SUM and key not in ASSETS)}
    parts = [rows.columns[key] for key in PARTS if key in rows.columns]
    if parts and not any(key in rows.columns for key in AUM_SOURCES):
        some = np.logical_or.reduce([known(values) for values in parts])
        whole[PARTS[0]] = np.where(some, 0.0, np.nan)
    return whole


def _repeats_total(values: Column, groups: Groups, chosen: float) -> bool:
    """Whether a column repeats the customer's total on every account row.

    Adding those up would multiply what the customer owns. A few customers whose rows differ
    are mistakes in such a column, and become conflicts. Equal multiples of `chosen` are no
    proof (0: all are): people choose such amounts, and twice.
    """
    mine = values[groups.order]
    mine = np.where(mine == 0, np.nan, mine)
    several = np.add.reduceat(known(mine).astype(np.int64), groups.starts) > 1
    equal = several & ~groups.differ(values)
    if chosen:
        by_choice = equal & (np.fmax.reduceat(mine, groups.starts) % chosen == 0)
        several, equal = several & ~by_choice, equal & ~by_choice
    return bool(equal.sum() >= max(_ENOUGH_GROUPS, _REPEATED_SHARE * several.sum()))


def _by_rule(rule: Merge, values: Column, groups: Groups, orders: Orders, *,
             has_due: bool) -> Column:
    """The merged values of one column."""
    if rule is Merge.SUM:
        return _sum(values, groups)
    if rule in {Merge.MAX, Merge.ANY}:
        return np.fmax.reduceat(values[groups.order], groups.starts)
    if rule is Merge.MIN:
        return np.fmin.reduceat(values[groups.order], groups.starts)
    if rule is Merge.NEXT and has_due:
        last = groups.starts + groups.sizes - 1
        due: Column = values[orders.next_due[last]]
        return due
    return _pick(values, orders.newest if rule is Merge.LATEST else orders.first, groups)
