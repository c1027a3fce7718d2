"""Two lists of one branch: who is new, who is gone, who moved up or down, where money went.

Both are judged by the same rules, each on its own data date. Unknown is no move: only who has a
known tier in both lists can rise or fall, and only assets known in both can grow or shrink.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from branchseg.model.issues import IssueLog
from branchseg.model.results import Status
from branchseg.pipeline.story import Prepared, evaluate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.pipeline.story import RunResult
    from branchseg.rules import RuleSet
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

    Rows = NDArray[np.intp]

LEAST_COMMON = 0.5
"""Lists that share a smaller part of their customers are hardly of the same kind."""

UNKNOWN, ABSENT = "", "absent"
"""What stands for a tier nobody knows, and for a customer who is not on the list."""

JUDGED = ("tier", "status")
"""The results columns that are compared."""


class Flow(NamedTuple):
    """Customers who were `before` and are `after`: keys of the rules, UNKNOWN or ABSENT."""

    before: str
    after: str
    rows: Rows


class Money(NamedTuple):
    """Assets in 元: after = before - left + came + grown - shrunk + unclear.

    `before` and `after` are all known assets of each list; `left` those of who is gone, `came` of
    who is new; `grown` and `shrunk` (both >= 0) of who is on both with known assets. `unclear` is
    what one of the two lists does not tell of somebody who is on both.
    """

    before: float
    after: float
    left: float
    came: float
    grown: float
    shrunk: float
    unclear: float


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of an older list's customers.

    `people` has a row for everybody, those of the newer list first: `customer_id`; `before` and
    `after`, the row positions in the two results (-1: not on that list); `tier_before`,
    `tier_after`, `status_before`, `status_after`; `aum_before`, `aum_after` and `aum_change` (元),
    NaN where unknown, the change to the cent; `steps`, the tiers climbed (0 also where one is
    unknown); `next_tier`, the one above that of the newer list, and `to_next`, what lacks to it
    (元). `new`, `gone`, `up`, `down` (tier), `turned` (status; 待核实 is no status to turn from or
    to) and `near` (a small step to the next tier, by the rules; the smallest first) are row
    positions in `people`.
    """

    before: RunResult
    after: RunResult
    people: pd.DataFrame
    new: Rows
    gone: Rows
    up: Rows
    down: Rows
    turned: Rows
    near: Rows
    money: Money

    @property
    def common(self) -> int:
        """How many customers are on both lists."""
        return len(self.people) - len(self.new) - len(self.gone)

    @property
    def alike(self) -> bool:
        """Whether the lists are of the same kind, so that who is missing has really gone."""
        return are_alike(self.common, len(self.before.table), len(self.after.table))

    def flows(self, column: str) -> list[Flow]:
        """Everybody by a column of JUDGED before and after, in the order of the rules.

        UNKNOWN and ABSENT come last; pairs nobody has are left out.
        """
        order = [*self.after.ruleset.labels[column], UNKNOWN, ABSENT]
        people = self.people
        sides = [people[f"{column}_{side}"].fillna(UNKNOWN).mask(people[side] < 0, ABSENT)
                 for side in ("before", "after")]
        found = pd.DataFrame(dict(enumerate(sides))).groupby([0, 1]).indices
        return [Flow(before, after, found[before, after]) for before in order for after in order
                if (before, after) in found]

    def listed(self, key: str) -> pd.Series:
        """A field of the customers as the newer list has it; of who is gone, the older."""
        sides = [result.table.frame[key].reindex(self.people[side]).reset_index(drop=True)
                 for side, result in (("after", self.after), ("before", self.before))
                 if key in result.table.frame]
        if not sides:
            return pd.Series([None] * len(self.people), dtype="str")
        return sides[0] if len(sides) == 1 else sides[0].where(self.people["after"] >= 0, sides[1])


def are_alike(common: int, before: int, after: int) -> bool:
    """Whether two lists of these sizes share at least LEAST_COMMON of the longer one."""
    return common >= LEAST_COMMON * max(before, after, 1)


def compare(before: RunResult, after: RunResult) -> Changes:
    """Compare an older list with a newer one, customer by customer.

    The same person must have the same id in both (`Vault.list_table` sees to that). Raises
    ValueError if they are not judged by the same rules.
    """
    if before.ruleset.id != after.ruleset.id:
        msg = "lists are compared by the same rules"
        raise ValueError(msg)
    people = _people(before, after)
    there = {side: (people[side] >= 0).to_numpy() for side in ("before", "after")}
    both = there["before"] & there["after"]
    turned = both & (people["status_before"] != people["status_after"]).to_numpy()
    for side in ("before", "after"):
        turned &= (people[f"status_{side}"] != Status.UNVERIFIED).to_numpy()
    return Changes(
        before, after, people,
        new=np.flatnonzero(~there["before"]), gone=np.flatnonzero(~there["after"]),
        up=np.flatnonzero(people["steps"] > 0), down=np.flatnonzero(people["steps"] < 0),
        turned=np.flatnonzero(turned), near=_near(people, after), money=_money(people, both))


def compare_imports(vault: Vault, older: Batch, newer: Batch, ruleset: RuleSet) -> Changes:
    """Compare two imports of a vault, each with what its own list says and people united."""
    return compare(*(
        evaluate(Prepared(vault.list_table(batch.id), IssueLog(), batch.sources, "given",
                          batch.rows_read, batch.rows_used, {}), ruleset)
        for batch in (older, newer)))


def predecessor(vault: Vault, batch: Batch) -> Batch | None:
    """The newest import in force before this one that is of the same kind; None if there is none.

    A branch takes in lists of several kinds in turn: all customers, maturities, payroll.
    """
    shared = vault.in_common(batch.id)
    if batch.id not in shared:  # erased meanwhile
        return None
    mine = shared[batch.id].people
    return next((one for one in batch.older(vault.batches())
                 if are_alike(shared[one.id].common, shared[one.id].people, mine)), None)


def summary(changes: Changes) -> dict[str, Any]:
    """The figures of a comparison; no customer value is among them."""
    older = changes.before
    return {
        "as_of": older.table.as_of.isoformat(),
        "sources": [{"file": source.file_name, "sheet": source.sheet, "sha256": source.sha256}
                    for source in older.prepared.sources],
        "customers": len(older.table),
        "common": changes.common,
        "same_kind": changes.alike,
        **{key: len(getattr(changes, key)) for key in (
            "new", "gone", "up", "down", "turned", "near")},
        "aum": {key: round(value, 2) for key, value in changes.money._asdict().items()},
        **{f"{column}_flows": [
            {"before": flow.before, "after": flow.after, "customers": len(flow.rows)}
            for flow in changes.flows(column)] for column in JUDGED},
    }


def _people(before: RunResult, after: RunResult) -> pd.DataFrame:
    """The frame of `Changes`."""
    sides = {"before": before, "after": after}
    ids = {side: pd.Index(result.table.frame["customer_id"]) for side, result in sides.items()}
    everybody = ids["after"].append(ids["before"].difference(ids["after"], sort=False))
    columns: dict[str, Any] = {"customer_id": everybody.to_numpy()}
    columns |= {side: ids[side].get_indexer(everybody) for side in sides}
    for key in (*JUDGED, "aum"):
        for side, result in sides.items():
            columns[f"{key}_{side}"] = result.results[key].reindex(columns[side]).to_numpy()
    people = pd.DataFrame(columns).astype({
        "customer_id": "str", **{f"{key}_{side}": "str" for key in JUDGED for side in sides},
        **{f"aum_{side}": "float64" for side in sides}})
    ahead = after.results[["next_tier", "to_next_tier"]].reindex(columns["after"])
    people = people.assign(
        next_tier=ahead["next_tier"].astype("str").to_numpy(),
        to_next=ahead["to_next_tier"].to_numpy(dtype=np.float64, na_value=np.nan).round(2))
    rank = {key: place for place, key in enumerate(after.ruleset.labels["tier"])}
    climbed = people["tier_after"].map(rank) - people["tier_before"].map(rank)
    return people.assign(aum_change=(people["aum_after"] - people["aum_before"]).round(2),
                         steps=climbed.fillna(0).astype("int64"))


def _near(people: pd.DataFrame, after: RunResult) -> Rows:
    """Who on the newer list is near the next tier; invalid customers are put aside."""
    near = after.results["near_tier"].fillna(value=False).astype(bool)
    near &= after.results["status"] != Status.INVALID
    here = near.reindex(people["after"]).fillna(value=False).to_numpy(dtype=bool)
    rows = np.flatnonzero(here)
    return rows[np.argsort(people["to_next"].to_numpy()[rows], kind="stable")]


def _money(people: pd.DataFrame, both: NDArray[np.bool_]) -> Money:
    """The sums over everybody."""
    old, new = (people[f"aum_{side}"].fillna(0.0).to_numpy() for side in ("before", "after"))
    change = people["aum_change"].fillna(0.0).to_numpy()
    one_sided = both & people["aum_change"].isna().to_numpy()
    gone, come = (people["after"] < 0).to_numpy(), (people["before"] < 0).to_numpy()
    return Money(*map(float, (
        old.sum(), new.sum(), old[gone].sum(), new[come].sum(), change[change > 0].sum(),
        0.0 - change[change < 0].sum(), (new - old)[one_sided].sum())))
