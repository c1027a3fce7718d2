"""Response: who may take an offer of a product line, and where to cut the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from branchseg.analytics import cutoff
from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.outcomes import LEAST_OF_CLASS, LEAST_ROWS
from branchseg.messages import text
from branchseg.model.outcomes import outcomes
from branchseg.pipeline.models.finding import Finding, Ranking
from branchseg.pipeline.models.groups import group
from branchseg.pipeline.overview import counted
from branchseg.rules.offers import Offer, ProductLine, ResponseCard, offer, response_card

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from branchseg.pipeline.models.finding import Group
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter
    from branchseg.store.records import Task
    from branchseg.store.vault import Vault

    Rows = NDArray[np.intp]
    Numbers = NDArray[np.float64]


def gather_answers(vault: Vault, _result: RunResult) -> tuple[Task, ...]:
    """The tasks with a result, the oldest result first. For the worker that has the vault."""
    done = [task for task in vault.tasks() if task.result is not None]
    return tuple(sorted(done, key=lambda task: (str(task.closed_at), task.id)))


def find_response(result: RunResult, reporter: Reporter, material: Sequence[Task] = (), *,
                  line: float, base: float, cost: float, benefit: float) -> Finding:
    """Rank who may be offered a product of a line.

    Args:
        result: the customers.
        reporter: shows progress.
        material: what `gather_answers` gave.
        line: the place of the line in the card.
        base: the response to expect of a customer of average points.
        cost: of contacting one customer, 元.
        benefit: of one response, 元.
    """
    reporter.step(text("models.response.working"), 0.0)
    kept = counted(result, with_invalid=False)
    card = response_card(result.ruleset)
    chosen = card.lines[int(line)]
    found = offer(result.table.frame, result.results, result.ruleset, result.table.as_of, chosen,
                  today=result.today)
    stopped = np.zeros(len(result.table), dtype=bool)
    for one in found.stopped:
        stopped |= one.rows
    places = kept[~stopped[kept]]
    answers = told(material, chosen, card)
    facts = tuple(_facts(found, kept, places, answers))
    groups = tuple(_groups(result, found, kept, places))
    if not len(places):
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, facts=facts, groups=groups,
                       sentence=_nobody(found, kept))
    points = found.points[places].astype(np.float64)
    ranking = _ranking(points, places, _spread(points, base), (cost, benefit), found)
    return Finding(verdict=Verdict.OK, facts=facts, groups=groups, ranking=ranking,
                   sentence=_sentence(chosen, ranking),
                   warnings=tuple(_warnings(ranking, base)))


def told(tasks: Sequence[Task], line: ProductLine, card: ResponseCard) -> dict[str, bool]:
    """Who has answered to an offer of a line, and whether the last answer was a yes.

    A task that speaks of the line is an answer if the customer was reached; a product of the
    line that was ticked is a yes whatever the task spoke of.
    """
    found = {}
    for task in tasks:
        if task.result is None or not outcomes().result(task.result).reached:
            continue
        ticked = line.product in task.products
        if ticked or task.action_id in line.actions:
            found[task.customer_id] = ticked or task.result in card.answers
    return found


def _spread(points: Numbers, base: float) -> Numbers:
    """The chance of each customer: `base` at the average points, twice the points twice it."""
    middle = float(points.mean())
    return np.minimum(points / middle * base, 1.0) if middle else np.full(len(points), base)


def _ranking(scores: Numbers, places: Rows, chances: Numbers, money: tuple[float, float],
             found: Offer) -> Ranking:
    """The customers by score, with the cut-off of the greatest profit proposed."""
    curve = cutoff.curve(scores, chances, *money)
    best = curve.best()
    assert best is not None
    return Ranking(
        key=f"response.{found.line.key}",
        label=text("models.response.list", line=found.line.label),
        positions=places, scores=scores, chances=chances, curve=curve, proposed=best.score,
        cost=money[0], benefit=money[1], reason=found.reason)


def _sentence(line: ProductLine, ranking: Ranking) -> str:
    """What was found, in one sentence."""
    said = {"line": line.label, "customers": len(ranking.positions), "score": ranking.proposed}
    if len(ranking.curve.scores) == 1:
        return text("models.response.alike", **said)
    return text("models.response.by_rule", **said,
                kept=ranking.curve.at(ranking.proposed).n)


def _warnings(ranking: Ranking, base: float) -> Iterator[str]:
    """What to mind."""
    yield text("models.response.spread", base=base)
    if ranking.curve.at(ranking.proposed).profit <= 0:
        yield text("models.response.no_gain")


def _nobody(found: Offer, kept: Rows) -> str:
    """Why nobody may be offered a line: what holds most of them back."""
    most = max(found.stopped, key=lambda one: int(one.rows[kept].sum()))
    reason = most.because if len(kept) else text("models.response.nobody_listed")
    return text("models.response.nobody", line=found.line.label, reason=reason)


def _facts(found: Offer, kept: Rows, places: Rows,
           answers: dict[str, bool]) -> Iterator[tuple[str, str]]:
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
    positives = sum(answers.values())
    yield said("answers", answers=len(answers), positives=positives)
    lacking = {"answers": max(LEAST_ROWS - len(answers), 0),
               "positives": max(LEAST_OF_CLASS - positives, 0)}
    if any(lacking.values()):
        yield said("missing", **lacking, least=LEAST_ROWS, least_positives=LEAST_OF_CLASS)


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
