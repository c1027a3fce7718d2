"""Payroll customers: how soon the pay leaves, who is lost or about to be, and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from branchseg import charts
from branchseg.analytics.answer import Verdict
from branchseg.analytics.pay_clock import left_after
from branchseg.analytics.survival import log_rank, survival
from branchseg.messages import text
from branchseg.model.fields import PAY_DAYS
from branchseg.model.figures import figures
from branchseg.pipeline.models.finding import Finding, Picture
from branchseg.pipeline.models.groups import group
from branchseg.pipeline.models.payroll_factors import LEAST, factors, pictures
from branchseg.pipeline.models.payroll_state import LOST, STATES, payroll_of
from branchseg.pipeline.models.target import people_of, target
from branchseg.rules.retention import retention_card

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.models.months import Month
    from branchseg.pipeline.models.payroll_factors import Factor
    from branchseg.pipeline.models.payroll_state import Payroll
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

    Truths = NDArray[np.bool_]

_WORDS = "models.payroll"
_SIGNS = {"lost_stopped": "payroll_stopped", "lost_drained": "payroll_leaves",
          "warn_stopped": "payroll_stopped", "warn_leaving": "payroll_leaves"}
"""How a customer may stand, and the sign of the retention card that says what to do about it."""

_SURE = 0.05
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Case:
    """The payroll customers, the day on which it counts what is kept, and the months known."""

    result: RunResult
    found: Payroll
    months: tuple[Month, ...]
    day: int
    least: float

    @property
    def clocked(self) -> Truths:
        """Of whom the list says what is kept after pay-day."""
        return np.asarray((~np.isnan(self.found.shares)).any(axis=1))


def find_payroll(result: RunResult, reporter: Reporter, material: tuple[Month, ...] = (), *,
                 day: float, periods: float, fall: float, kept: float) -> Finding:
    """How payroll customers stand, and when their pay leaves.

    Args:
        result: the customers.
        reporter: shows progress.
        material: what `gather_months` gave.
        day: the place in PAY_DAYS of the day on which it counts what is kept.
        periods: so many lists in a row without pay are a loss.
        fall: the share of the AUM that is gone of who is lost although he is paid.
        kept: who keeps a smaller share of the pay lets it go.
    """
    reporter.step(text(f"{_WORDS}.working"), 0.0)
    found = payroll_of(result, material, day=PAY_DAYS[int(day)], periods=int(periods), fall=fall,
                       least=kept)
    if not len(found.rows):
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence=text(f"{_WORDS}.nobody"),
                       facts=(_of_transactions(),))
    case = _Case(result, found, material, PAY_DAYS[int(day)], kept)
    reporter.step(text(f"{_WORDS}.working"), 0.5)
    told = factors(result, found)
    return Finding(
        verdict=Verdict.OK, sentence=_sentence(case), facts=tuple(_facts(case, told)),
        warnings=tuple(_warnings(case, int(periods))), groups=tuple(_groups(case)),
        pictures=(*_clock(case), _standing(case), *pictures(result, found, told), *_stops(case)),
        reason=lambda row: _reason(case, row))


def _sentence(case: _Case) -> str:
    """How many are lost, and how many are about to be."""
    state = case.found.state
    lost = int(case.found.lost.sum())
    return text(f"{_WORDS}.found", customers=len(state), lost=lost, share=lost / len(state),
                **{key: int(case.found.of(key).sum()) for key in STATES[:LOST + 2]})


def _warnings(case: _Case, periods: int) -> Iterator[str]:
    """What to mind."""
    known, over = ~np.isnan(case.found.kept), case.found.over
    waits = ~np.isnat(over)
    about = int((known & ~case.found.exact & ~waits).sum())
    if waits.any():
        yield text(f"{_WORDS}.waiting", customers=int(waits.sum()), day=case.day,
                   last=over[waits].max())
    if about:
        yield text(f"{_WORDS}.about", customers=about, day=case.day)
    if not (known | waits).any():
        yield text(f"{_WORDS}.unknown_kept", day=case.day)
    if case.found.lists <= periods:
        yield text(f"{_WORDS}.few_lists", lists=case.found.lists, periods=periods)


# --- the clock ---

def _facts(case: _Case, told: Sequence[Factor]) -> Iterator[tuple[str, str]]:
    """What is kept, when it leaves, and where the lost are."""
    found, words = case.found, f"{_WORDS}.facts"
    yield text(f"{words}.kept"), _kept(case)
    yield text(f"{words}.clock"), _median(case)
    if case.clocked.sum() < LEAST:
        yield _of_transactions()
    split = _by_employer(case)
    if len(split) > 1:
        yield text(f"{words}.employers"), _apart(case, split)
    yield text(f"{words}.where"), _employers(case)
    if found.lost.sum() < LEAST:
        yield text(f"{words}.factors"), text(f"{words}.few_lost", least=LEAST)
        return
    yield text(f"{words}.factors"), text(f"{_WORDS}.and").join(
        text(f"{words}.factor", name=one.name, lift=one.lift) for one in told[:_MOST_NAMED]
        if one.lift > 1) or text(f"{words}.no_factor")


def _of_transactions() -> tuple[str, str]:
    """What there is for who has no balances around pay-day, but transactions."""
    return (text(f"{_WORDS}.facts.transactions"),
            text(f"{_WORDS}.facts.transactions_value"))


def _kept(case: _Case) -> str:
    """What is kept on the mean, of balances around pay-day and about."""
    kept, exact = np.minimum(case.found.kept, 1.0), case.found.exact
    told = [text(f"{_WORDS}.facts.{key}", day=case.day, share=float(kept[mask].mean()),
                 customers=int(mask.sum()))
            for key, mask in (("mean", exact), ("about", ~np.isnan(kept) & ~exact)) if mask.any()]
    return "；".join(told) or text(f"{_WORDS}.facts.unknown")


def _times(case: _Case) -> tuple[NDArray[np.float64], Truths]:
    """When the pay of each had left, or was last seen; NaN without balances after pay-day."""
    return left_after(PAY_DAYS, case.found.shares, case.least)


def _median(case: _Case) -> str:
    """After how many days the pay of half of them has left."""
    if case.clocked.sum() < LEAST:
        return text(f"{_WORDS}.facts.no_clock", least=LEAST)
    times, left = _times(case)
    curve = survival(times[case.clocked], left[case.clocked])
    half = curve.median()
    told = {"customers": curve.size, "left": 1 - curve.at(min(case.day, curve.watched)).share,
            "day": int(min(case.day, curve.watched)), "least": case.least}
    if np.isnan(half):
        return text(f"{_WORDS}.facts.longer", last=int(curve.watched), **told)
    return text(f"{_WORDS}.facts.median", half=int(half), **told)


def _by_employer(case: _Case) -> list[tuple[str, Truths]]:
    """The employers whose customers' pay can be followed, the largest first."""
    frame = case.result.table.frame
    if "payroll_employer" not in frame:
        return []
    names = frame["payroll_employer"].iloc[case.found.rows]
    counts = names[case.clocked].value_counts()
    return [(str(name), (names == name).to_numpy(dtype=bool, na_value=False) & case.clocked)
            for name in counts[counts >= LEAST].index[:charts.MOST_LINES - 1]]


def _apart(case: _Case, split: Sequence[tuple[str, Truths]]) -> str:
    """Whether the pay leaves at different speed, by employer."""
    times, left = _times(case)
    here = np.concatenate([np.flatnonzero(mask) for _, mask in split])
    label = np.concatenate([np.full(int(mask.sum()), place)
                            for place, (_, mask) in enumerate(split)])
    test = log_rank(times[here], left[here], label)
    differ = test is not None and test.p < _SURE
    return text(f"{_WORDS}.facts.{'differ' if differ else 'alike'}")


def _clock(case: _Case) -> Iterator[Picture]:
    """The share of the pay that is still there by days after pay-day."""
    if case.clocked.sum() < LEAST:
        return
    lines = [_line(case, text(f"{_WORDS}.everybody"), case.clocked),
             *(_line(case, name, mask) for name, mask in _by_employer(case))]
    title = text(f"{_WORDS}.clock")
    marked = ((float(case.day), text(f"{_WORDS}.day_mark", day=case.day)),)
    yield Picture(title, lambda dark: charts.curves(
        "pay_clock", title, lines, marked=marked, x_label=text(f"{_WORDS}.axis"), steps=False,
        dark=dark))


def _line(case: _Case, name: str, mask: Truths) -> charts.Line:
    """What some customers keep on average, with points that lead to those whose pay has left."""
    shares = np.minimum(case.found.shares[mask], 1.0)
    times, left = _times(case)
    x, y, pins = [0.0], [1.0], []
    for place, day in enumerate(PAY_DAYS):
        known = shares[:, place][~np.isnan(shares[:, place])]
        if len(known):
            x.append(float(day))
            y.append(float(known.mean()))
            gone = case.found.rows[mask & left & (times <= day)]
            pins.append(charts.Pin(x[-1], y[-1], text(
                f"{_WORDS}.pin", name=name, day=day, customers=len(gone)), np.sort(gone)))
    return charts.Line(f"{name} {y[-1]:.0%}", np.array(x), np.array(y), tuple(pins))


def _standing(case: _Case) -> Picture:
    """How many stand how."""
    title = text(f"{_WORDS}.standing")
    rows = [charts.Row(text(f"{_WORDS}.{key}"), (float(len(who)),),
                       (text("charts.unit.people_share", count=len(who),
                             share=f"{len(who) / len(case.found.rows):.1%}"),), who)
            for key in STATES if len(who := case.found.rows[case.found.of(key)])]
    return Picture(title, lambda dark: charts.bars("payroll_standing", title, rows, dark=dark))


def _stops(case: _Case) -> Iterator[Picture]:
    """On which list pay stopped."""
    past = [month for month in case.months
            if "payroll" in month.frame or "payroll_amount" in month.frame]
    here = case.found.of("lost_stopped") | case.found.of("warn_stopped")
    places = np.unique(case.found.stopped[here & (case.found.stopped >= 0)])
    if not len(places):
        return
    title, rows = text(f"{_WORDS}.stops"), []
    for place in places.tolist():
        who = case.found.rows[here & (case.found.stopped == place)]
        rows.append(charts.Row(past[place].day.isoformat(), (float(len(who)),),
                               (text("charts.unit.people", count=len(who)),), who))
    yield Picture(title, lambda dark: charts.bars("payroll_stops", title, rows, dark=dark))


# --- who they are ---

def _employers(case: _Case) -> str:
    """Where most of the lost are paid, or were."""
    frame, found = case.result.table.frame, case.found
    if "payroll_employer" not in frame:
        return text(f"{_WORDS}.facts.no_employer")
    names = frame["payroll_employer"].iloc[found.rows[found.lost]].value_counts()
    return text(f"{_WORDS}.and").join(
        text(f"{_WORDS}.facts.employer", name=name, customers=count)
        for name, count in names[:_MOST_NAMED].items()) or text(f"{_WORDS}.facts.nobody_lost")


def _groups(case: _Case) -> Iterator[Group]:
    """Everybody by how he stands, the worst first."""
    result, found = case.result, case.found
    people, card = people_of(result), retention_card(result.ruleset)
    signs = {sign.key: sign for sign in card.signs}
    for key in STATES:
        here = found.of(key)
        if not here.any():
            continue
        rows = found.rows[here]
        told = group(result, text(f"{_WORDS}.{key}"), _why(case, key, here), rows,
                     len(found.rows))
        plan = signs[_SIGNS[key]].answers if _SIGNS.get(key) in signs else None
        if plan is None:
            yield told
            continue
        answers = [(text("models.retention.answers.target"),
                    target(people, found.rows, rows))]
        answers += [(text(f"models.retention.answers.{part}"), getattr(plan, part))
                    for part in ("product", "campaign", "channel", "window")]
        yield replace(told, advice=plan.action, answers=tuple(answers))


def _why(case: _Case, key: str, here: Truths) -> str:
    """What the customers of a group have in common."""
    kept = case.found.kept[here]
    kept = np.minimum(kept[~np.isnan(kept)], 1.0)
    waits = int((~np.isnat(case.found.over[here])).sum())
    said = text(f"{_WORDS}.why_{key}")
    if key == "unclear" and waits:
        said = text(f"{_WORDS}.why_{'waiting' if waits == here.sum() else 'some_wait'}",
                    day=case.day, customers=waits)
    if not len(kept):
        return said
    return said + text(f"{_WORDS}.why_kept", share=float(kept.mean()))


def _reason(case: _Case, row: int) -> str:
    """How a customer stands, and what that rests on."""
    found = case.found
    places = np.flatnonzero(found.rows == row)
    if not len(places):
        return text(f"{_WORDS}.no_payroll")
    place = int(places[0])
    said = [text(f"{_WORDS}.{STATES[int(found.state[place])]}")]
    if found.stopped[place] >= 0:
        said.append(text(f"{_WORDS}.reason_stopped"))
    if not np.isnan(found.kept[place]):
        said.append(text(f"{_WORDS}.reason_kept" if found.exact[place]
                         else f"{_WORDS}.reason_about", day=case.day,
                         share=float(found.kept[place])))
    if not np.isnat(found.over[place]):
        said.append(text(f"{_WORDS}.reason_waiting", day=case.day, over=found.over[place],
                         paid=found.over[place] - np.timedelta64(case.day, "D")))
    if not np.isnan(found.change[place]):
        said.append(text(f"{_WORDS}.reason_change", change=float(found.change[place])))
    amount = float(figures("payroll_amount", case.result.table.frame)[row])
    if amount > 0:
        said.append(text(f"{_WORDS}.reason_amount", amount=amount))
    return "；".join(said)
