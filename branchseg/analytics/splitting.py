"""Who learns and who judges: rows parted so that no customer is on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Places = NDArray[np.intp]
    Parts = tuple[tuple[Places, Places], ...]


@dataclass(frozen=True, slots=True)
class Units:
    """Customers: `rows[i]` is the customer of row i, `truth` says who was positive at all."""

    rows: Places
    truth: NDArray[np.bool_]

    @property
    def repeated(self) -> int:
        """How many customers have more than one row."""
        return int((np.bincount(self.rows) > 1).sum()) if len(self.rows) else 0


def units(truth: ArrayLike, customers: ArrayLike | None = None) -> Units:
    """The customers of rows, in order of appearance; without labels each row is one."""
    positive = np.asarray(truth) > 0
    if customers is None:
        return Units(np.arange(len(positive)), positive)
    _, first, places = np.unique(np.asarray(customers), return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.intp)
    order[np.argsort(first)] = np.arange(len(first))
    rows = order[places]
    return Units(rows, np.bincount(rows, weights=positive, minlength=len(first)) > 0)


def hold_out(who: Units, share: float, seed: int) -> Parts:
    """One part: the rows of (1 - share) of the customers learn, the others judge; stratified."""
    learning, judging = train_test_split(
        np.arange(len(who.truth)), test_size=share, stratify=who.truth, random_state=seed)
    return ((_rows(who, learning), _rows(who, judging)),)


def cross_validation(who: Units, folds: int, seed: int) -> Parts:
    """So many parts; each customer judges once and learns in all others; stratified."""
    cut = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return tuple((_rows(who, learning), _rows(who, judging))
                 for learning, judging in cut.split(who.truth, who.truth))


def later(who: Units, days: NDArray[np.datetime64], share: float) -> Parts:
    """One part: the latest rows (at least `share` of all, days are never parted) judge.

    Earlier rows learn, but for those of customers who have a row among the latest. All rows may
    be on one side; then the other is empty.
    """
    ordered = np.sort(days)
    first = ordered[max(int(np.floor(len(days) * (1 - share))), 0)]
    judging = days >= first
    both = np.isin(who.rows, who.rows[judging])
    return ((np.flatnonzero(~judging & ~both), np.flatnonzero(judging)),)


def fold_of_rows(who: Units, folds: int, seed: int) -> Places:
    """The number of the fold in which each row judges."""
    found = np.zeros(len(who.rows), dtype=np.intp)
    for number, (_, judging) in enumerate(cross_validation(who, folds, seed)):
        found[judging] = number
    return found


def _rows(who: Units, chosen: Places) -> Places:
    """The rows of some customers: in the order in which those were chosen, if each has one row."""
    if len(who.truth) == len(who.rows):
        return chosen
    return np.flatnonzero(np.isin(who.rows, chosen))
