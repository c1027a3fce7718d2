"""Response: who may take an offer of a product line, and where to cut the list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from branchseg.analytics import cutoff
from branchseg.analytics.answer import Verdict
from branchseg.messages import text
from branchseg.pipeline.models.finding import Finding, Ranking
from branchseg.pipeline.models.groups import group
from branchseg.pipeline.models.response_learning import (
    LEAST_ANSWERS,
    LEAST_POSITIVE,
    carry_on,
    last_answer,
    learn,
    too_few,
)
from branchseg.pipeline.models.response_past import (
    Material,
    answers_since,
    features,
    kept_key,
    told,
)
from branchseg.pipeline.overview import counted
from branchseg.rules.offers import Offer, ProductLine, offer, response_card
from branchseg.rules.planning import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.models.response_learning import Learnt
    from branchseg.pipeline.models.response_past import Answer
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Progress, Reporter
    from branchseg.store.records import KeptModel

    Rows = NDArray[np.intp]
    Numbers = NDArray[np.float64]


def find_response(result: RunResult, reporter: Reporter, material: Material | None = None, *,
                  line: float, base: float, cost: float, benefit: float,
                  anew: bool = False) -> Finding:
    """Rank who may be offered a product of a line.

    By the model of the line that was kept. If there is none, or it is wanted `anew`, by what is
    learnt from registered answers, if there are enough and it is better than the points on later
    ones. Else by the points of the card.

    Args:
        result: the customers.
        reporter: shows progress.
        material: the answers and what is kept (`response_past.gather`).
        line: the place of the line in the card.
        base: the response to expect of a customer of average points, while too few answered.
        cost: of contacting one customer, 元.
        benefit: of one response, 元.
        anew: pass by what is kept.
    """
    reporter.step(text("models.response.working"), 0.0)
    kept = counted(result, with_invalid=False)
    card = response_card(result.ruleset)
    chosen = card.lines[int(line)]
    found = offer(result.table.frame, result.results, result.ruleset, result.table.as_of, chosen,
                  today=result.today)
    places = _open(found, kept)
    known = material or Material()
    answers = told(known.tasks, chosen, card, result.clock or date.max)
    facts = tuple(_facts(found, kept, places, answers))
    groups = tuple(_groups(result, found, kept, places))
    before = known.kept.get(kept_key(chosen))
    if not len(places):
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, facts=facts, groups=groups, kept=before,
                       sentence=_nobody(found, kept))

    def progress(done: float) -> None:
        reporter.step(text("models.response.working"), 0.2 + 0.7 * done)

    learnt = (learn(result, found, places, answers, known.lists, progress)
              if before is None or anew
              else _carried_on(before, result, found, places, known, answers, progress))
    rate = None if too_few(answers) else (
        sum(one.yes for one in answers.values()) / len(answers))
    scored = _scored(found, places, learnt, base if rate is None else rate)
    ranking = _ranking(scored, places, (cost, benefit), found, result)
    return Finding(
        verdict=_verdict(learnt), facts=facts + (learnt.facts if learnt else ()), groups=groups,
        ranking=ranking, sentence=_sentence(chosen, ranking, scored),
        warnings=tuple(_warnings(ranking, learnt, base, rate)), kept=before,
        fitted=learnt.fitted if learnt else None)


def _carried_on(kept: KeptModel, result: RunResult, found: Offer, places: Rows,
                known: Material, answers: Mapping[str, Answer], progress: Progress) -> Learnt:
    """What a kept model says, held against the answers it knows nothing of."""
    since = answers_since(last_answer(kept), known.tasks, answers, found.line,
                          response_card(result.ruleset))
    return carry_on(kept, result, found, places, since, known.lists, progress)


def features_now(result: RunResult, kept: KeptModel) -> pd.DataFrame | None:
    """What a model that was kept looks at, of today's customers; None if its line is gone."""
    chosen = line_of(result, kept)
    if chosen is None:
        return None
    found = offer(result.table.frame, result.results, result.ruleset, result.table.as_of, chosen,
                  today=result.today)
    return features(result, found).iloc[_open(found, counted(result, with_invalid=False))]


def _open(found: Offer, rows: Rows) -> Rows:
    """Who of the customers at some rows may be offered a line."""
    stopped = np.zeros(len(found.held), dtype=bool)
    for one in found.stopped:
        stopped |= one.rows
    return rows[~stopped[rows]]


def line_of(result: RunResult, kept: KeptModel) -> ProductLine | None:
    """The product line of a model that was kept; None if there is no such line any more."""
    lines = response_card(result.ruleset).lines
    return next((one for one in lines if kept_key(one) == kept.model), None)


class _Scored(NamedTuple):
    """Scores and chances of customers, and where both come from."""

    scores: Numbers
    chances: Numbers
    reason: Callable[[int], str]
    by: str
    day: str = ""


def _scored(found: Offer, places: Rows, learnt: Learnt | None, rate: float) -> _Scored:
    """By the model, if it may be used: its chances in percent; else by the points."""
    if learnt is None or learnt.chances is None or learnt.reasons is None:
        points = found.points[places].astype(np.float64)
        return _Scored(points, _spread(points, rate), found.reason, "rule")
    said = dict(zip(places.tolist(), learnt.reasons.tolist(), strict=True))

    def reason(row: int) -> str:
        return text("models.response.reason_model", model=said[row], card=found.reason(row))

    scores = np.round(100 * learnt.chances, 1)
    if learnt.kept is None:
        return _Scored(scores, learnt.chances, reason, "model")
    return _Scored(scores, learnt.chances, reason, "kept", learnt.kept.as_of.isoformat())


def _verdict(learnt: Learnt | None) -> Verdict:
    """Points may be used in any case; as long as nothing was learnt nobody has tried them."""
    if learnt is None or learnt.verdict is Verdict.NOT_ENOUGH_DATA:
        return Verdict.UNTRIED
    return Verdict.RULE_IS_AS_GOOD if learnt.chances is None else Verdict.OK


def _spread(points: Numbers, base: float) -> Numbers:
    """The chance of each customer: `base` at the average points, twice the points twice it."""
    middle = float(points.mean())
    return np.minimum(points / middle * base, 1.0) if middle else np.full(len(points), base)


def _ranking(scored: _Scored, places: Rows, money: tuple[float, float],
             found: Offer, result: RunResult) -> Ranking:
    """The customers by score, with the cut-off of the greatest profit proposed."""
    line = found.line
    advised = (set(one.split(SEPARATOR)) if isinstance(one, str) else set()
               for one in result.results["actions"].iloc[places])
    curve = cutoff.curve(scored.scores, scored.chances, *money)
    best = curve.best()
    assert best is not None
    return Ranking(
        key=f"response.{line.key}.{'rule' if scored.by == 'rule' else 'model'}",
        label=text("models.response.list", line=line.label), positions=places,
        scores=scored.scores, chances=scored.chances, curve=curve, proposed=best.score,
        cost=money[0], benefit=money[1], reason=scored.reason,
        about=line.label, actions=line.actions,
        advised=found.asked[places] | np.array(
            [not line.actions.isdisjoint(one) for one in advised], dtype=bool))


def _sentence(line: ProductLine, ranking: Ranking, scored: _Scored) -> str:
    """What was found, in one sentence."""
    said = {"line": line.label, "customers": len(ranking.positions), "score": ranking.proposed}
    if len(ranking.curve.scores) == 1:
        return text("models.response.alike", **said)
    return text(f"models.response.by_{scored.by}", **said, day=scored.day,
                kept=ranking.curve.at(ranking.proposed).n)


def _warnings(ranking: Ranking, learnt: Learnt | None, base: float,
              rate: float | None) -> Iterator[str]:
    """What to mind; `rate` is that of the answers, None where these are too few."""
    if learnt is not None:
        yield from learnt.warnings
    if learnt is None or learnt.chances is None:
        yield (text("models.response.spread", base=base) if rate is None
               else text("models.response.spread_known", base=rate))
    if ranking.curve.at(ranking.proposed).profit <= 0:
        yield text("models.response.no_gain")


def _nobody(found: Offer, kept: Rows) -> str:
    """Why nobody may be offered a line: what holds most of them back."""
    most = max(found.stopped, key=lambda one: int(one.rows[kept].sum()))
    reason = most.because if len(kept) else text("models.response.nobody_listed")
    return text("models.response.nobody", line=found.line.label, reason=reason)


def _facts(found: Offer, kept: Rows, places: Rows,
           answers: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
    """What the ranking rests on, and what training still lacks."""
    def said(key: str, **params: object) -> tuple[str, str]:
        return (text(f"models.response.facts_{key}", noun=found.line.noun),
                text(f"models.response.facts_{key}_value", **params))

    def people(key: str, count: int) -> tuple[str, str]:
        return (text(f"models.response.facts_{key}", noun=found.line.noun),
                text("models.response.people", count=count))

    yield said("open", part=len(places), whole=len(kept))
    if len(kept) > len(places):
        yield people("stopped", len(kept) - len(places))
    for key, rows in (("held", found.held), ("unsure", found.unsure)):
        if rows[places].any():
            yield people(key, int(rows[places].sum()))
    positives = sum(one.yes for one in answers.values())
    yield said("answers", answers=len(answers), positives=positives)
    lacking = {"answers": max(LEAST_ANSWERS - len(answers), 0),
               "positives": max(LEAST_POSITIVE - positives, 0)}
    if any(lacking.values()):
        yield said("missing", **lacking, least=LEAST_ANSWERS, least_positives=LEAST_POSITIVE)


def _groups(result: RunResult, found: Offer, kept: Rows, places: Rows) -> Iterator[Group]:
    """Who may be offered a line, by whether they have it, and who may not, by the reason."""
    points = found.points
    held, unsure = found.held[places], found.unsure[places]
    for key, here in (("open", ~held & ~unsure), ("unsure", unsure), ("held", held)):
        if here.any():
            mine = points[places[here]]
            yield group(result, text(f"models.response.group_{key}", noun=found.line.noun),
                        text(f"models.response.why_{key}", most=int(mine.max()),
                             middle=float(np.median(mine))), places[here], len(kept))
    for one in found.stopped:
        here = kept[one.rows[kept]]
        if len(here):
            yield group(result, text("models.response.group_stopped", because=one.because),
                        text("models.response.why_stopped"), here, len(kept))
