"""Account lists in several parts: one list, so that balances of one customer add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.findings import Findings
from branchseg.cleaning.merge import Groups, is_account_list
from branchseg.cleaning.rows import Rows, known
from branchseg.model.fields import FIELDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from branchseg.cleaning.columns import Column
    from branchseg.model.raw import ColumnMapping, RawTable

_ROUNDING = 1e-6
"""Amounts are products of floats: so far they may be off a multiple of their unit."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list whose rows all have a customer id, its own data date, and where its issues go.

    `steps` are the last digits of its amounts in 元: 100.0 where they are in 万元 with two digits.
    """

    rows: Rows
    date: date | None
    findings: Findings
    steps: Mapping[str, float]

    @property
    def codes(self) -> Column:
        """The same number 0..n-1 for rows of the same customer."""
        codes, _ = pd.factorize(self.rows.columns["customer_id"])
        return np.asarray(codes)


def keyed(rows: Rows, keys: Column, table: RawTable, mapping: ColumnMapping,
          findings: Findings) -> Keyed:
    """A list with its customer ids; rows without one are left out."""
    has_key = known(keys)
    places = slice(None) if has_key.all() else np.flatnonzero(has_key)
    steps = {key: last_digit(rows.columns[key], match.unit)
             for key, match in mapping.used.items()
             if key in rows.columns and FIELDS[key].kind is Kind.AMOUNT}
    columns = {key: values[places] for key, values in rows.columns.items()}
    columns["customer_id"] = keys[places]
    traits = {name: texts[places] for name, texts in rows.traits.items()}
    return Keyed(Rows(rows.source, columns, rows.numbers[places], rows.members[places], traits),
                 table.as_of, findings, steps)


def last_digit(values: Column, unit: float) -> float:
    """What the last digit of amounts in `unit` is in 元, never less than 1."""
    step = max(unit, 1.0)
    amounts = values[known(values)]
    while step > 1.0 and (np.abs(amounts / step - np.round(amounts / step)) > _ROUNDING).any():
        step /= 10
    return step


def join_accounts(lists: Sequence[Keyed]) -> list[Keyed]:
    """The lists, those that are parts of one account list joined to one.

    A bank's system cuts long account lists into files. Parts have the same columns and the same
    data date, and their rows are accounts: they have account numbers, or each part's rows show
    it. All other lists say something of their own and are laid over each other later.
    """
    parts: dict[object, list[Keyed]] = {}
    for number, part in enumerate(lists):
        kind = (frozenset(part.rows.columns), part.date) if _has_accounts(part) else number
        parts.setdefault(kind, []).append(part)
    return [_joined(group) if len(group) > 1 else group[0] for group in parts.values()]


def _has_accounts(part: Keyed) -> bool:
    return ("account_no" in part.rows.columns
            or is_account_list(part.rows, Groups.of(part.codes)))


def _joined(parts: Sequence[Keyed]) -> Keyed:
    """The rows of several lists one after another."""
    rows = [part.rows for part in parts]
    columns = {key: np.concatenate([one.columns[key] for one in rows]) for key in rows[0].columns}
    whole = Rows(_named(one.source for one in rows), columns,
                 np.concatenate([one.numbers for one in rows]),
                 np.concatenate([one.members for one in rows]),
                 {name: np.concatenate([one.trait(name) for one in rows])
                  for name in dict.fromkeys(name for one in rows for name in one.traits)})
    steps = {key: max(part.steps[key] for part in parts) for key in parts[0].steps}
    return Keyed(whole, parts[0].date,
                 Findings(parts[0].findings.log, whole.source, whole.numbers), steps)


def _named(sources: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(sources))
