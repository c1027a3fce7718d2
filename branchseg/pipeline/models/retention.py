"""Retention: who is likely to leave, why, and who is worth the cost of keeping."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from branchseg import charts
from branchseg.analytics.answer import Verdict
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.pipeline.models import registry
from branchseg.pipeline.models.finding import Finding, Group, Picture
from branchseg.pipeline.models.groups import MOST, group
from branchseg.pipeline.models.retention_history import Material, earlier_values, try_card
from branchseg.pipeline.models.retention_learning import carry_on
from branchseg.pipeline.models.retention_losses import losses_of
from branchseg.pipeline.models.target import people_of, target
from branchseg.pipeline.models.value import lifetime
from branchseg.pipeline.models.worth import worth_grid
from branchseg.pipeline.overview import counted
from branchseg.progress import within
from branchseg.rules.retention import Answers, loss_signs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from branchseg.pipeline.models.retention_history import Trial
    from branchseg.pipeline.models.retention_learning import Applied
    from branchseg.pipeline.models.retention_losses import Losses
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter
    from branchseg.rules.recovery import Recovery
    from branchseg.rules.retention import LossSigns, RetentionCard, Sign

    Rows = NDArray[np.intp]

LEAST_JUDGED = 0.5
"""Less than this share of judged customers is too little to speak of the list."""

_NEARLY_ALL = 0.95
"""A sign that is known of so many need not be named."""

_MOST_PASSED = 3
"""So many lists that were passed over are named."""

_LEAST_APART = 1.5
"""Customers at a level are lost so many times as often as those one level below, if it tells."""

_MOST_SIGNS = 3
"""So many signs of a group are named."""


@dataclass(frozen=True, slots=True)
class _Case:
    """Customers at `rows` held against the card; the arrays are row for row with `rows`.

    `level` is the place in the card's levels, or their number where too little is known; `value`
    is the lifetime value and `gain` what caring keeps of it, 元. `people`, of all customers of
    the result, is what `people_of` gave.
    """

    result: RunResult
    signs: LossSigns
    rows: Rows
    level: NDArray[np.intp]
    value: NDArray[np.float64]
    gain: NDArray[np.float64]
    cost: float
    people: NDArray[np.intp]

    @property
    def judged(self) -> NDArray[np.bool_]:
        """Of whom enough is known."""
        return self.level < len(self.signs.card.levels)


def find_retention(result: RunResult, reporter: Reporter, material: Material | None = None, *,
                   value: Mapping[str, float], cost: float, saved: float, anew: bool = False,
                   **chances: float) -> Finding:
    """Who is likely to leave, by level of risk and by whether keeping them pays.

    Args:
        result: the customers.
        reporter: shows progress.
        material: what `gather_history` gave.
        value: the assumptions of the lifetime value.
        cost: of keeping one customer, 元.
        saved: share of the leaving who stay if they are cared for.
        anew: pass by the model that was kept.
        chances: chance_high, chance_middle, chance_low: of leaving, by level of risk, where no
            model that was kept says it customer by customer.
    """
    def progress(done: float) -> None:
        reporter.step(text("models.retention.working"), done)

    progress(0.0)
    kept = counted(result, with_invalid=False)
    old = result.results["outdated"].iloc[kept].to_numpy(dtype=bool)
    rows, known = kept[~old], material or Material()
    if not len(rows):
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, kept=known.kept,
                       sentence=text("models.retention.nobody"))
    applied = None if known.kept is None or anew else carry_on(
        known.kept, result, rows, within(progress, 0.0, 0.3))
    case = _case(result, rows, known, applied, lifetime(result, rows, **value).value,
                 (cost, saved), chances)
    losses = losses_of(result, known.before)
    trial = None if known.history is None else try_card(
        known.history, result, within(progress, 0.4, 1.0), applied=applied)
    facts = tuple(_told(case, losses, known, trial, applied))
    if case.judged.mean() < LEAST_JUDGED:
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, facts=facts, kept=known.kept,
                       sentence=text("models.retention.too_few", judged=int(case.judged.sum()),
                                     whole=len(rows), least=case.signs.card.least_known,
                                     lack=_lacking(case)))
    return Finding(
        verdict=_verdict(trial, applied), sentence=_sentence(case), facts=facts,
        warnings=tuple(_warnings(trial, applied, int(old.sum()))), groups=tuple(_groups(case)),
        reason=_reasons(case, applied), pictures=tuple(_pictures(case, losses.found)),
        kept=known.kept,
        fitted=trial.model if trial is not None and trial.fit_is_better else None)


def _case(result: RunResult, rows: Rows, material: Material, applied: Applied | None,
          worth: NDArray[np.float64], money: tuple[float, float],
          chances: Mapping[str, float]) -> _Case:
    """The customers at some rows held against the card; `money` is cost, and the share saved."""
    earlier = None if material.history is None else earlier_values(result, material.history)
    signs = loss_signs(result.table.frame, result.results, result.ruleset, result.table.as_of,
                       today=result.today, earlier=earlier)
    level, (cost, saved) = np.asarray(signs.level)[rows], money
    if applied is not None and applied.chances is not None:
        chance = applied.chances
    else:
        chance = np.array([*(chances[f"chance_{one.key}"] for one in signs.card.levels),
                           np.nan])[level]
    return _Case(result, signs, rows, level, worth, worth * chance * saved, cost,
                 people_of(result))


def _told(case: _Case, losses: Losses, material: Material, trial: Trial | None,
          applied: Applied | None) -> Iterator[tuple[str, str]]:
    """All facts of the quality card."""
    yield from _facts(case, losses)
    yield from _tried(material, trial, case.signs.card)
    if applied is not None and applied.used:
        yield from registry.facts(applied.kept, applied.stands)


def _reasons(case: _Case, applied: Applied | None) -> Callable[[int], str]:
    """What is said of the customer in a row: the card, and a kept model that was asked."""
    if applied is None or applied.chances is None or applied.reasons is None:
        return case.signs.said
    chances, whys, months = applied.chances, applied.reasons, applied.months
    places = {row: place for place, row in enumerate(case.rows.tolist())}

    def said(row: int) -> str:
        card = case.signs.said(row)
        if row not in places:
            return card
        return text("models.retention.learnt.reason", card=card, months=months,
                    chance=f"{chances[places[row]]:.0%}", why=whys[places[row]])

    return said


def _verdict(trial: Trial | None, applied: Applied | None) -> Verdict:
    """Whether the levels may be used; those of a model that is kept have been tried before."""
    used = applied is not None and applied.used
    if trial is None or not trial.tried:
        return Verdict.OK if used else Verdict.UNTRIED
    if not trial.holds or (_too_alike(trial) and not used):
        return Verdict.NOT_RELIABLE
    better = trial.fit_is_better or applied is not None
    return Verdict.OK if better else Verdict.RULE_IS_AS_GOOD


def _too_alike(trial: Trial) -> bool:
    """Whether two neighbouring levels of the card were lost nearly as often, or the wrong way."""
    rates = [rate for rate in trial.rates if not np.isnan(rate)]
    return any(higher < _LEAST_APART * lower for higher, lower in pairwise(rates))


def _warnings(trial: Trial | None, applied: Applied | None, outdated: int) -> Iterator[str]:
    """What to mind."""
    used = applied is not None and applied.used
    if applied is not None:
        yield from _of_model(applied)
    if trial is not None and trial.tried:
        if not trial.holds:
            yield text("models.retention.trial.fails")
        elif _too_alike(trial):
            yield text("models.retention.trial.alike")
        elif not used:
            yield text("models.retention.trial.tried")
    else:
        if not used:
            yield text("models.retention.untried")
        if trial is not None or not used:
            yield text("models.retention.unfitted") if trial is None else trial.refused
    if trial is not None and trial.since is not None and trial.since.ahead.high < 0:
        yield text("models.retention.learnt.worse_since")
    if outdated:
        yield text("models.retention.outdated", customers=outdated)


def _of_model(applied: Applied) -> Iterator[str]:
    """What to mind of a kept model, or why it is not applied."""
    if not applied.used:
        yield registry.refusal(applied.kept, applied.stands) + text(
            "models.retention.learnt.card_stands_in")
        return
    yield text("models.retention.learnt.used", day=applied.kept.as_of.isoformat(),
               months=applied.months)
    yield from registry.warnings(applied.kept, applied.stands)


def _tried(material: Material, trial: Trial | None,
           card: RetentionCard) -> Iterator[tuple[str, str]]:
    """What the customers of an earlier list have done since, and what that says of the card."""
    words, history = "models.retention.trial", material.history
    if history is not None and trial is not None and trial.card is not None:
        rates = text("models.retention.and").join(
            text(f"{words}.rate", label=level.label, share=f"{rate:.0%}")
            for level, rate in zip(card.levels, trial.rates, strict=True) if not np.isnan(rate))
        told = [text(f"{words}.held", older=history.older.as_of.isoformat(),
                     newer=history.newer.as_of.isoformat(), customers=trial.customers,
                     lost=trial.lost, rates=rates)]
        if trial.tried:
            how = "card_alike" if _too_alike(trial) else "card"
            told.append(text(f"{words}.{how if trial.holds else 'card_fails'}",
                             auc=trial.card.value, low=trial.card.low, high=trial.card.high))
        if trial.fit is not None and trial.ahead is not None:
            told.append(text(
                f"{words}.fit_better" if trial.fit_is_better else f"{words}.fit_equal",
                fit=trial.fit, rule=trial.fit - trial.ahead.value))
        if trial.since is not None:
            told.append(text(f"{words}.since", auc=trial.since.auc.value,
                             low=trial.since.auc.low, high=trial.since.auc.high))
        yield text("models.retention.facts.trial"), "；".join(told)
    if material.passed:
        yield text("models.retention.facts.passed"), "；".join(material.passed[:_MOST_PASSED])


def _sentence(case: _Case) -> str:
    """How many may leave, and how many of them are worth keeping."""
    levels = case.signs.card.levels
    if not (case.level < len(levels) - 1).any():
        return text("models.retention.none")
    counts = {one.key: int((case.level == place).sum()) for place, one in enumerate(levels)}
    months = {f"{one.key}_months": one.months for one in levels}
    worth = (case.level < len(levels) - 1) & (case.gain > case.cost)
    return text("models.retention.found", worth=int(worth.sum()), **counts, **months)


# --- what is known ---

def _shares(case: _Case) -> list[tuple[Sign, float]]:
    """Of which share of the customers each sign can be told."""
    return [(sign, float(np.asarray(found.known)[case.rows].mean()))
            for sign, found in zip(case.signs.card.signs, case.signs.signs, strict=True)]


def _lacking(case: _Case) -> str:
    """What to collect for the signs that cannot be told of most customers."""
    lack = [sign.lack for sign, share in _shares(case) if share < LEAST_JUDGED]
    return "；".join(dict.fromkeys(lack)) or text("models.retention.facts.nothing")


def _facts(case: _Case, losses: Losses) -> tuple[tuple[str, str], ...]:
    """What the card rests on, what is lacking, and losses that have happened already."""
    words = "models.retention.facts"
    shares = _shares(case)
    known = text("models.retention.and").join([
        *(text(f"{words}.sign", label=sign.label, share=f"{share:.0%}")
          for sign, share in shares if share < _NEARLY_ALL),
        text(f"{words}.others", signs=sum(share >= _NEARLY_ALL for _, share in shares))])
    found = (
        ("customers", text(f"{words}.judged", part=int(case.judged.sum()),
                           whole=len(case.rows))),
        ("signs", known), ("lack", _lacking(case)), ("loss", losses.said(case.rows)))
    return tuple((text(f"{words}.{key}"), value) for key, value in found)


def _pictures(case: _Case, losses: Recovery | None) -> Iterator[Picture]:
    """Who is worth keeping, and how many customers each sign touches."""
    yield worth_grid(case.signs.card.levels, case.level, case.value, case.gain, case.cost,
                     case.rows)
    title, bars = text("models.retention.chart"), list(_bars(case, losses))
    if bars:
        yield Picture(title, lambda dark: charts.bars("retention", title, bars, dark=dark))


def _bars(case: _Case, losses: Recovery | None) -> Iterator[charts.Row]:
    """How many customers each sign touches, most first; then those of lost assets."""
    touched = [(sign.label, case.rows[np.asarray(found.points)[case.rows] > 0])
               for sign, found in zip(case.signs.card.signs, case.signs.signs, strict=True)]
    touched.sort(key=lambda one: -len(one[1]))
    if losses is not None:
        touched += [(text(f"models.retention.loss_{key}"),
                     case.rows[np.asarray(getattr(losses, key))[case.rows]])
                    for key in ("heavy", "light", "back")]
    for label, rows in touched:
        if len(rows):
            yield charts.Row(label, (float(len(rows)),),
                             (text("models.retention.bar", customers=len(rows)),), rows)


# --- the groups ---

def _groups(case: _Case) -> Iterator[Group]:
    """Risk by worth, the highest risk first; nobody is in two groups."""
    for place, level in enumerate(case.signs.card.levels):
        at_risk = place < len(case.signs.card.levels) - 1
        for worth, mask in (("yes", case.gain > case.cost), ("no", case.gain <= case.cost),
                            ("unknown", np.isnan(case.gain))):
            here = np.flatnonzero((case.level == place) & mask)
            if len(here):
                name = text("models.retention.group" if at_risk else "models.retention.low",
                            level=level.label, months=level.months,
                            worth=text(f"models.retention.worth_{worth}"))
                yield _group(case, name, here, worth)
    here = np.flatnonzero(~case.judged)
    if len(here):
        yield _group(case, text("models.retention.unclear"), here, "unclear")


def _group(case: _Case, name: str, here: Rows, worth: str) -> Group:
    """One group with why, what to do, and the five answers; `here` are places in the case.

    The sign with the most points says what to do, if most have it; urgent ones count double.
    """
    rows, card = case.rows[here], case.signs.card
    strong = sorted(((int(np.asarray(found.points)[rows].sum()) * (1 + sign.urgent), place, sign)
                     for place, (sign, found) in enumerate(
                         zip(card.signs, case.signs.signs, strict=True))),
                    key=lambda one: (-one[0], one[1]))
    strong = [one for one in strong if one[0]]
    plan = card.unclear if worth == "unclear" else _plan(
        case, rows, [place for _, place, _ in strong], worth=worth != "no")
    found = group(case.result, name, _why(case, rows, [one[1] for one in strong], worth), rows,
                  len(case.rows))
    return replace(found, advice=plan.action, answers=tuple(_answers(case, here, plan, worth)))


def _plan(case: _Case, rows: Rows, strong: list[int], *, worth: bool) -> Answers:
    """What fits most of some customers: what the strongest of the signs most have asks for.

    Where they have none in common what fits the most of them, and it is said to how many.
    """
    card = case.signs.card
    signs = {place: float((np.asarray(case.signs.signs[place].points)[rows] > 0).mean())
             for place in strong}
    quiet = float((np.asarray(case.signs.points)[rows] == 0).mean())
    common = next((place for place, share in signs.items() if share >= MOST), None)
    if common is not None:
        return card.plan([card.signs[common]], worth=worth)
    if quiet >= MOST or not signs:
        return card.plan([], worth=worth)
    most = max(signs, key=lambda place: signs[place])
    share, chosen = ((quiet, []) if quiet >= signs[most] else (signs[most], [card.signs[most]]))
    plan = card.plan(chosen, worth=worth)

    def mixed(words: str) -> str:
        return text("models.retention.mixed", words=words, share=share)

    same = {} if worth else {"channel": plan.channel, "window": plan.window}  # cheap for all
    return Answers(*map(mixed, plan))._replace(**same)


def _why(case: _Case, rows: Rows, strong: list[int], worth: str) -> str:
    """The points and the signs behind them."""
    if worth == "unclear":
        return text("models.retention.why_unclear", least=case.signs.card.least_known)
    if not strong:
        return text("models.retention.why_quiet")
    signs = text("models.retention.and").join(
        text("models.retention.sign", label=case.signs.card.signs[place].label,
             customers=int((np.asarray(case.signs.signs[place].points)[rows] > 0).sum()))
        for place in strong[:_MOST_SIGNS])
    return text("models.retention.why", points=float(np.asarray(case.signs.points)[rows].mean()),
                signs=signs)


def _answers(case: _Case, here: Rows, plan: Answers, worth: str) -> Iterator[tuple[str, str]]:
    """Who they are; product, campaign, channel, time, and whether it is worth it."""
    words = "models.retention.answers"
    refused = int(case.result.results["do_not_contact"].iloc[case.rows[here]].sum())
    channel = text(f"{words}.channel_refused", channel=plan.channel, customers=refused)
    yield text(f"{words}.target"), target(case.people, case.rows, case.rows[here])
    yield text(f"{words}.product"), plan.product
    yield text(f"{words}.campaign"), plan.campaign
    yield text(f"{words}.channel"), channel if refused else plan.channel
    yield text(f"{words}.window"), plan.window
    gain = float(case.gain[here].mean())
    yield text(f"{words}.worth"), text(f"{words}.worth_{worth}", cost=money(case.cost),
                                       gain="" if np.isnan(gain) else money(gain))
