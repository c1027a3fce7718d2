"""Value tiers: left-closed, right-open bands of assets, from one of several presets."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.rules.evaluation import Column, Evaluation, Mask, Truths, total
from branchseg.rules.reading import LARGEST, is_number

if TYPE_CHECKING:
    from branchseg.rules.reading import Node
    from branchseg.rules.rule_fields import Known

LOSS = (("heavy", "重度流失"), ("light", "轻度流失"), ("none", "未流失"))
ASSET_LEVEL = "asset_level_{}"
_NEAR_FALL = 1.5
"""For rules of a branch that were saved before it could be set."""

_STAND_IN = (1.0, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Tier:
    """One band: customers from `start` 元 up to the next tier's start.

    `owner` is who looks after such customers, `cadence_days` how often they are contacted.
    """

    key: str
    label: str
    start: float
    owner: str
    cadence_days: float


@dataclass(frozen=True, slots=True)
class TierPreset:
    """A named set of tiers, lowest first, measured by `field` (AUM, or a year's spending).

    `asset_levels` are the assets in 元 from which the asset factor is at level 1, 2 and 3.
    """

    key: str
    label: str
    field: str
    tiers: tuple[Tier, ...]
    asset_levels: tuple[float, ...]

    def floor_of(self, key: str) -> str:
        """What a tier asks for in few words: "满 5 万元"; of the lowest, what it stays below."""
        place = [tier.key for tier in self.tiers].index(key)
        if not place and len(self.tiers) > 1:
            return text("rules.tier.first", end=money(self.tiers[1].start, exact=True))
        return text("rules.tier.floor", start=money(self.tiers[place].start, exact=True))

    def range_of(self, key: str) -> str:
        """The amounts of a tier in words: "5 万元（含）到 20 万元（不含）"."""
        place = [tier.key for tier in self.tiers].index(key)
        start, ends = self.tiers[place].start, [tier.start for tier in self.tiers[place + 1:]]
        code = "last" if not ends else "between" if place else "first"
        return text(f"rules.tier.{code}", start=money(start, exact=True),
                    end=money(ends[0], exact=True) if ends else "")


@dataclass(frozen=True, slots=True)
class TierRules:
    """The presets, which is in force, and the near-tier and loss settings.

    Near a tier is whose amount reaches `near_ratio` of its start, unless the assets at the end
    of the month before were above `near_fall` times that start: such money has gone, not come.
    """

    presets: tuple[TierPreset, ...]
    active: TierPreset
    near_ratio: float
    near_fall: float
    loss_from: float

    @property
    def labels(self) -> dict[str, str]:
        """Tier key -> label of the preset in force, lowest first."""
        return {tier.key: tier.label for tier in self.active.tiers}


def read_tiers(root: Node, known: Known) -> TierRules:
    """Read tiers.toml: presets must start at 0 and rise.

    The files read after it may use the active preset's `asset_levels` as $asset_level_1..3.
    """
    presets = [_preset(node, known) for node in root.rows("preset")]
    root.unique((preset.key for preset in presets), "preset")
    keys = [preset.key for preset in presets]
    chosen = root.choice("active", keys)
    active = next((p for p in presets if p.key == chosen),
                  TierPreset("", "", "aum", (), _STAND_IN))
    root.source.amounts.update(
        {ASSET_LEVEL.format(level): amount for level, amount in enumerate(active.asset_levels, 1)})
    return TierRules(tuple(presets), active, root.number("near_ratio", 0.5, 1.0),
                     root.number("near_fall", 1.0, 10.0, default=_NEAR_FALL),
                     root.number("loss_from", 0.0, LARGEST))


def _preset(node: Node, known: Known) -> TierPreset:
    tiers = []
    for row in node.rows("tier"):
        tiers.append(Tier(row.identifier("id"), row.text("label"),
                          row.number("from", 0.0, LARGEST), row.text("owner"),
                          row.number("cadence_days", 1, 730)))
        row.close()
    starts = [tier.start for tier in tiers]
    if starts and (starts[0] != 0 or any(a >= b for a, b in itertools.pairwise(starts))):
        node.fault("tier", "tiers_order")
    node.unique((tier.key for tier in tiers), "tier")
    amounts = [key for key, field in known.items() if field.unit == "元"]
    preset = TierPreset(node.identifier("id"), node.text("label"),
                        node.choice("field", amounts, "aum"), tuple(tiers),
                        _asset_levels(node))
    node.close()
    return preset


def _asset_levels(node: Node) -> tuple[float, ...]:
    """Three rising amounts."""
    found = node.raw("asset_levels")
    if (isinstance(found, list) and len(found) == len(_STAND_IN) and all(map(is_number, found))
            and all(a < b for a, b in itertools.pairwise([0, *found]))):
        return tuple(map(float, found))
    node.fault("asset_levels", "asset_levels")
    return _STAND_IN


def reached(scope: Evaluation, amount: Column, starts: list[float]) -> Any:
    """How many of the rising `starts` an amount reaches, as an array; 0 for an unknown one."""
    return total((scope.numbers(amount) >= start for start in starts), scope.nothing() * 0)


def put_tiers(scope: Evaluation, rules: TierRules, aside: Mask | None = None) -> None:
    """Add tier, next_tier, to_next_tier (元), to_next_share, near_tier, fallen, cadence and loss.

    Customers put `aside` are in no tier.
    """
    tiers = rules.active.tiers
    amount = scope.get(rules.active.field)
    if amount is None:
        amount = scope.constant(None)
    elif aside is not None and aside.any():
        amount = scope.constant(None).zip_with(scope.column(aside, nw.Boolean), amount)
    starts = [tier.start for tier in tiers[1:]]
    known = scope.known(amount)
    rank = reached(scope, amount, starts) + ~known * len(tiers)
    scope.put("tier", scope.look_up(rank, [*(t.key for t in tiers), None], nw.String))
    scope.put("cadence_days", scope.look_up(
        rank, [*(t.cadence_days for t in tiers), tiers[0].cadence_days], nw.Float64))
    ahead = [*(t.key for t in tiers[1:]), None, None]
    scope.put("next_tier", scope.look_up(rank, ahead, nw.String))
    goal = scope.look_up(rank, [*starts, None, None], nw.Float64)
    scope.put("to_next_tier", goal - amount)
    scope.put("to_next_share", amount / goal)
    near = [round(start * rules.near_ratio, 2) for start in starts]
    near_from = scope.look_up(rank, [*near, None, None], nw.Float64)
    fallen = _fallen(scope, rules, goal)
    scope.mark("fallen", fallen)
    is_near = (scope.numbers(amount) >= scope.numbers(near_from)) & ~fallen
    scope.put("near_tier", scope.flag(Truths(is_near, ~is_near & known)))
    _put_loss(scope, [start for start in starts if start >= rules.loss_from])


def _fallen(scope: Evaluation, rules: TierRules, goal: Column) -> Mask:
    """Whose assets were far above the threshold that lies ahead now, a month ago."""
    end = scope.get("aum_prev_month_end")
    if end is None or rules.active.field != "aum":
        return scope.nothing()
    return scope.numbers(end) > scope.numbers(goal) * rules.near_fall


def _put_loss(scope: Evaluation, starts: list[float]) -> None:
    """Loss over the months, only where the list has the months' columns.

    Light: the previous month's average reached a threshold that the month-end balance did not.
    Heavy: the average of the month before reached one that neither of the two did.
    """
    before, month, end = (scope.get(key) for key in (
        "aum_prev2_month_avg", "aum_prev_month_avg", "aum_prev_month_end"))
    if month is None or end is None or not starts:
        return
    month_rank, end_rank = reached(scope, month, starts), reached(scope, end, starts)
    known = scope.known(month) & scope.known(end)
    light = known & (month_rank > end_rank)
    heavy = scope.nothing()
    if before is not None:
        before_rank = reached(scope, before, starts)
        heavy = (known & scope.known(before)
                 & (before_rank > month_rank) & (before_rank > end_rank))
    place = scope.first([heavy, light, known])
    scope.put("loss", scope.look_up(place, [*(key for key, _ in LOSS), None], nw.String))
