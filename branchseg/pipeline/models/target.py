"""Whom a group mostly consists of: the age and gender that stand out against all customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.messages import text
from branchseg.pipeline.models.columns import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult

    Rows = NDArray[np.intp]

_AGES = (20, 30, 40, 50, 60)
"""Where a band of age ends and the next begins."""

_LEAST, _LEAST_SHARE, _LEAST_LIFT = 5, 0.1, 1.2
"""Who stands out: so many customers, so much of the group, so many times the share of all."""

_UNKNOWN = -1


def people_of(result: RunResult) -> NDArray[np.intp]:
    """A number per customer for age and gender, _UNKNOWN where one of them is not known."""
    age, frame = numbers(result, "age_years"), result.table.frame
    known = ~np.isnan(age)
    women = np.zeros(len(frame), dtype=np.intp)
    if "gender" not in frame:
        return np.full(len(frame), _UNKNOWN)
    for place, word in enumerate(_genders()):
        women[(frame["gender"] == word).to_numpy(dtype=bool, na_value=False)] = place + 1
    bands = np.searchsorted(_AGES, np.nan_to_num(age), side="right")
    return np.where(known & (women > 0), bands * len(_genders()) + women - 1, _UNKNOWN)


def target(people: NDArray[np.intp], all_rows: Rows, rows: Rows) -> str:
    """The age and gender that stand out most among `rows` against `all_rows`, in words."""
    here, everybody = people[rows], people[all_rows]
    here, everybody = here[here != _UNKNOWN], everybody[everybody != _UNKNOWN]
    if not len(here):
        return text("models.target.unknown")
    found = []
    for code in np.unique(here):
        count, share = int((here == code).sum()), float((here == code).mean())
        usual = float((everybody == code).mean())
        if count >= _LEAST and share >= _LEAST_SHARE and share >= _LEAST_LIFT * usual:
            found.append((share / usual, share, -int(code), usual))
    if not found:
        return text("models.target.nobody")
    _, share, code, usual = max(found)
    return text("models.target.found", who=_who(-code), share=f"{share:.0%}",
                usual=f"{usual:.0%}")


def _genders() -> tuple[str, str]:
    """The genders as the lists have them."""
    return text("models.target.female"), text("models.target.male")


def _who(code: int) -> str:
    """A band of age and a gender in words."""
    band, gender = divmod(code, len(_genders()))
    if band == 0:
        age = text("models.target.below", end=_AGES[0])
    elif band == len(_AGES):
        age = text("models.target.above", start=_AGES[-1])
    else:
        age = text("models.target.between", start=_AGES[band - 1], end=_AGES[band] - 1)
    return text("models.target.who", age=age, gender=_genders()[gender])
