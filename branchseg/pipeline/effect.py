"""What other rules would change: two results of the same customers, compared in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from branchseg.pipeline.views import labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

COLUMNS = ("status", "tier", "grade", "next_action")
"""What staff would notice: the results columns that are compared."""

NONE = "无"


@dataclass(frozen=True, slots=True)
class Effect:
    """How one results column changes.

    `changed` are the row positions whose word changes. `shares` are (word, customers before,
    customers after), the words before in their order, then those only the new rules have.
    """

    column: str
    changed: NDArray[np.intp]
    shares: tuple[tuple[str, int, int], ...]


def effects(before: RunResult, after: RunResult) -> tuple[Effect, ...]:
    """Compare two results of one table, column by column of COLUMNS.

    Words are compared, not keys: tiers of two presets are the same where they are called the
    same. Raises ValueError if the results are not of the same customers.
    """
    if len(before.results) != len(after.results):
        msg = "effects compares results of the same customers"
        raise ValueError(msg)
    return tuple(_effect(column, words_of(before, column), words_of(after, column))
                 for column in COLUMNS)


def words_of(result: RunResult, column: str) -> pd.Series:
    """The column in Chinese, as an ordered categorical; unknown and nothing are NONE."""
    words = labels(result.ruleset).get(column, {})
    values = result.results[column].map(words).fillna(NONE).reset_index(drop=True)
    order = [*dict.fromkeys(words.values()), NONE]
    return pd.Series(pd.Categorical(values, categories=order, ordered=True))


def _effect(column: str, old: pd.Series, new: pd.Series) -> Effect:
    changed = np.flatnonzero(old.astype("str") != new.astype("str"))
    olds, news = old.value_counts(), new.value_counts()
    words = dict.fromkeys([*old.cat.categories, *new.cat.categories])
    words = dict.fromkeys([*(word for word in words if word != NONE), NONE])
    shares = [(word, int(olds.get(word, 0)), int(news.get(word, 0))) for word in words]
    return Effect(column, changed, tuple(share for share in shares if share[1] or share[2]))
