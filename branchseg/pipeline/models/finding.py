"""What a model finds among the customers of a result, ready to be shown and read aloud."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from branchseg.analytics.answer import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from branchseg.analytics.cutoff import Curve
    from branchseg.charts import Chart
    from branchseg.store.records import KeptModel


@dataclass(frozen=True, slots=True)
class Group:
    """Customers a model puts together.

    Attributes:
        name: a short name for them.
        why: what tells them apart, in words.
        positions: their rows.
        share: their share of all that were looked at, 0..1.
        aum: what they hold together, 元; NaN where nothing is known.
        advice: what is to be done for most of them; "" where there is nothing.
        answers: questions of a campaign and what the model says to each.
    """

    name: str
    why: str
    positions: NDArray[np.intp]
    share: float
    aum: float
    advice: str
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Customers by score, to be cut somewhere: below the cut-off is dropped, equality stays.

    Attributes:
        key: what is ranked; a cut-off somebody chose is kept under it.
        label: what it is called.
        positions: their rows.
        scores: of each of them.
        chances: of a response, of each of them, 0..1.
        curve: what every cut-off means.
        proposed: the cut-off of the greatest profit.
        cost: of contacting one customer, 元.
        benefit: of one response, 元.
        reason: row -> how its score came about, in words.
        about: what it is that they answer to: a product line.
        actions: the actions of the rules that speak of it.
        advised: to whom of them the rules advise one of these, or would on request.
    """

    key: str
    label: str
    positions: NDArray[np.intp]
    scores: NDArray[np.float64]
    chances: NDArray[np.float64]
    curve: Curve
    proposed: float
    cost: float
    benefit: float
    reason: Callable[[int], str] = field(compare=False)
    about: str
    actions: frozenset[str]
    advised: NDArray[np.bool_]


class Picture(NamedTuple):
    """What a chart shows, and what makes it, in dark or light colours."""

    title: str
    draw: Callable[[bool], Chart]


class KeptRow(NamedTuple):
    """A model that is kept, as it stands on the customers of today.

    Attributes:
        kept: what is kept.
        model: the key of the model it belongs to.
        title: what it is called.
        origin: from when it is, and on how many it rests.
        quality: how good it was then.
        state: how far customers have moved since, or what they lack.
        basis: what it looks at, its seed and the start of the hash of its data.
        choices: assumptions under which the model shows it.
        mind: whether it should be fitted anew, or cannot be applied.
        there: whether the model can still show it.
    """

    kept: KeptModel
    model: str
    title: str
    origin: str
    quality: str
    state: str
    basis: str
    choices: Mapping[str, float]
    mind: bool
    there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The quality card of a model, its groups and its charts.

    Attributes:
        verdict: whether the groups may be used; without groups, why there are none.
        sentence: what was found, or what to collect, in one sentence.
        facts: label and value of what the result rests on and how good it is.
        warnings: sentences of what to mind.
        groups: the customers by group, the most worth looking at first.
        pictures: the charts, the one to be seen first before the others.
        fitted: what may be kept to be applied to later lists.
        kept: what was kept of an earlier list and is applied here, or cannot be; beside `fitted`,
            what that would replace.
        ranking: customers to be cut at a score; None where there is nothing to cut.
        registry: all models that are kept; None of a finding about customers.
        reason: says of the customer in a row what was found and why; None where nothing is said.
    """

    verdict: Verdict
    sentence: str
    facts: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    pictures: tuple[Picture, ...] = field(default=(), compare=False)
    fitted: KeptModel | None = None
    kept: KeptModel | None = None
    ranking: Ranking | None = field(default=None, compare=False)
    registry: tuple[KeptRow, ...] | None = None
    reason: Callable[[int], str] | None = field(default=None, compare=False)
