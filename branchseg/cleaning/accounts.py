"""Account lists in several parts: one list, so that balances of one customer add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.cleaning.findings import Findings
from branchseg.cleaning.merge import Groups, is_account_list
from branchseg.cleaning.rows import Rows, known

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from branchseg.cleaning.columns import Column


@dataclass(frozen=True, slots=True)
class Keyed:
    """A list whose rows all have a customer id, its own data date, and where its issues go."""

    rows: Rows
    date: date | None
    findings: Findings

    @property
    def codes(self) -> Column:
        """The same number 0..n-1 for rows of the same customer."""
        codes, _ = pd.factorize(self.rows.columns["customer_id"])
        return np.asarray(codes)


def keyed(rows: Rows, keys: Column, day: date | None, findings: Findings) -> Keyed:
    """A list with its customer ids; rows without one are left out."""
    places = np.flatnonzero(known(keys))
    columns = {key: values[places] for key, values in rows.columns.items()}
    columns["customer_id"] = keys[places]
    return Keyed(Rows(rows.source, columns, rows.numbers[places], rows.members[places]), day,
                 findings)


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
                 np.concatenate([one.members for one in rows]))
    return Keyed(whole, parts[0].date,
                 Findings(parts[0].findings.log, whole.source, whole.numbers))


def _named(sources: Iterable[str]) -> str:
    return " + ".join(dict.fromkeys(sources))
