"""Response and retention: who will take an offer, who will leave - learnt from known outcomes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from branchseg.analytics import evaluation, splitting
from branchseg.analytics.answer import Answer, Verdict, per_customer
from branchseg.analytics.encoding import fit_encoding
from branchseg.analytics.evaluation import LEAST_OF_CLASS, LEAST_ROWS
from branchseg.analytics.judging import Judged, judge, leaks
from branchseg.analytics.labels import positives
from branchseg.analytics.learning import coefficients, importance
from branchseg.analytics.predictors import find_predictors, read_predictors
from branchseg.analytics.reasons import reasons
from branchseg.analytics.spec import COLUMN, DATE, TEXT, choice, columns, integer, number, option
from branchseg.analytics.values import days, texts
from branchseg.messages import text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from branchseg.analytics.learning import Learner
    from branchseg.analytics.points_card import PointsCard
    from branchseg.analytics.predictors import Predictor
    from branchseg.analytics.splitting import Parts, Units

LEAST_JUDGED = 5
"""Customers of each class needed to judge."""

CHANCE = 0.5
"""The AUC of scores that say nothing."""

FAR_DAYS = 3650
"""A day so long after the middle day of a table is a slip of the pen."""

LEARNERS: dict[str, tuple[Learner, ...]] = {
    "logistic": ("logistic",), "trees": ("trees",), "best": ("logistic", "trees")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomesSpec:
    """What to learn from, how to split, and with what.

    `target` has the value `positive` for the customers to find. `drop` are columns not to learn
    from; `customer` and `time` never are. Rows after `as_of` are left out.
    """

    target: str = option("columns", COLUMN)
    positive: str | float = option("columns", TEXT)
    drop: tuple[str, ...] = option("columns", columns(0), ())
    customer: str | None = option("columns", COLUMN, None)
    time: str | None = option("columns", COLUMN, None)
    kind: str = option("split", choice("stratified", "kfold", "time"), "stratified")
    test: float = option("split", number(0.05, 0.9), 0.3)
    folds: int = option("split", integer(2, 20), 5)
    seed: int = option("split", integer(0, 2**32 - 1), 0)
    model: str = option("rules", choice("logistic", "trees", "best"), "best")
    as_of: date | None = option("rules", DATE, None)


class _Labelled(NamedTuple):
    """The rows whose outcome is known; `rows` are their places in the table."""

    rows: NDArray[np.intp]
    truth: NDArray[np.float64]
    who: Units
    warnings: tuple[str, ...]


class _Refused(Exception):  # noqa: N818 - not an error: a table from which nothing can be learnt
    """Why there is no model."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.code, self.params = f"analytics.outcomes.{reason}", params


def answer(frame: pd.DataFrame, spec: OutcomesSpec) -> Answer:
    """Learn, judge on rows not learnt from, score every customer."""
    known = _labelled(frame, spec)
    try:
        names = [name for name in frame.columns
                 if name not in {spec.target, spec.customer, spec.time, *spec.drop}]
        predictors = find_predictors(frame, names)
        typed = read_predictors(frame, predictors)
        _check(known.truth, known.who)
        parts = _parts(frame, spec, known)
        left_out = _left_out(typed.iloc[known.rows], parts)
    except _Refused as refused:
        return Answer(rows=len(frame), rows_used=len(known.rows), verdict=Verdict.NOT_ENOUGH_DATA,
                      code=refused.code, params=refused.params, warnings=known.warnings)
    useful = typed.drop(columns=list(left_out))
    shown = useful.iloc[known.rows]
    found = judge(shown, known.truth, known.who, parts, learners=LEARNERS[spec.model],
                  seed=spec.seed)
    leaking = leaks(shown, known.truth, known.who, spec.seed)
    verdict, code, params = _verdict(found, leaking, spec)
    used = [one for one in predictors if one.name not in left_out]
    return Answer(
        rows=len(frame), rows_used=len(known.rows), verdict=verdict, code=code, params=params,
        quality=found.quality(), parameters=_parameters(found, spec),
        warnings=(*known.warnings, *(f"column_left_out:{name}" for name in left_out),
                  *(f"leak_suspected:{name}" for name in leaking)),
        figures=_figures(found, shown, parts, leaking, spec),
        per_row=_per_row(frame, spec, known, found, parts, useful, used))


def _labelled(frame: pd.DataFrame, spec: OutcomesSpec) -> _Labelled:
    """The rows with an outcome and, where they have a time, a possible one."""
    found = positives(frame[spec.target], spec.positive)
    usable = ~np.isnan(found)
    warnings: list[str] = []
    if not usable.all():
        warnings.append(f"target_unknown:{int((~usable).sum())}")
    if spec.time is not None:
        when = days(frame[spec.time])
        undated = np.isnat(when)
        late = ~undated & (when > _latest(when, spec.as_of))
        for code, out in (("time_unknown", undated & (spec.kind == "time")),
                          ("future_dates", late)):
            if out.any():
                warnings.append(f"{code}:{int(out.sum())}")
                usable &= ~out
    rows = np.asarray(np.flatnonzero(usable), dtype=np.intp)
    truth, customers = found[rows], None
    if spec.customer is not None:
        named = texts(frame[spec.customer]).iloc[rows].reset_index(drop=True)
        blank = "\0" + named.index.astype("str").to_series(index=named.index)
        customers = named.where(named.notna(), blank).to_numpy(dtype="str")
    who = splitting.units(truth, customers)
    if who.repeated:
        warnings.append(f"customers_repeated:{who.repeated}")
    elif spec.customer is None and (same := int(frame.iloc[rows].duplicated().sum())):
        warnings.append(f"rows_repeated:{same}")
    return _Labelled(rows, truth, who, tuple(warnings))


def _latest(when: NDArray[np.datetime64], as_of: date | None) -> np.datetime64:
    """The last day a row can be of."""
    if as_of is not None:
        return np.datetime64(as_of, "D")
    known = np.sort(when[~np.isnat(when)])
    if not len(known):
        return np.datetime64("NaT")
    return np.datetime64(known[len(known) // 2] + np.timedelta64(FAR_DAYS, "D"))


def _check(truth: NDArray[np.float64], who: Units) -> None:
    """Refuse where there is too little to learn from."""
    customers, ups = len(who.truth), int(who.truth.sum())
    if not len(truth):
        raise _Refused("no_target")
    if truth.all() or not truth.any():
        raise _Refused("all_positive" if truth.all() else "none_positive", n=customers)
    if customers < LEAST_ROWS or min(ups, customers - ups) < LEAST_OF_CLASS:
        raise _Refused("too_few", n=customers, ups=ups, downs=customers - ups,
                       least=LEAST_ROWS, least_of_class=LEAST_OF_CLASS)


def _parts(frame: pd.DataFrame, spec: OutcomesSpec, known: _Labelled) -> Parts:
    """Learning and judging rows, as places among the labelled rows."""
    if spec.kind == "kfold":
        parts = splitting.cross_validation(known.who, spec.folds, spec.seed)
    elif spec.kind == "stratified":
        parts = splitting.hold_out(known.who, spec.test, spec.seed)
    elif spec.time is None:
        raise _Refused("no_time")
    else:
        when = days(frame[spec.time])[known.rows]
        parts = splitting.later(known.who, when, spec.test)
    for learning, judging in parts:
        learners = splitting.units(known.truth[learning], known.who.rows[learning]).truth
        judges = known.truth[judging] > 0
        ups, seen = int(learners.sum()), int(judges.sum())
        if (len(learners) < LEAST_ROWS or min(ups, len(learners) - ups) < LEAST_OF_CLASS
                or min(seen, len(judges) - seen) < LEAST_JUDGED):
            raise _Refused("too_few_to_split", n=len(learners), ups=ups, judged=len(judges),
                           seen=seen, least=LEAST_ROWS, least_of_class=LEAST_OF_CLASS,
                           least_judged=LEAST_JUDGED)
    return parts


def _left_out(shown: pd.DataFrame, parts: Parts) -> tuple[str, ...]:
    """Columns from which nothing can be learnt in any part."""
    encodings = [fit_encoding(shown.iloc[learning]) for learning, _ in parts]
    if not all(one.columns for one in encodings):
        raise _Refused("nothing_to_learn_from")
    return tuple(name for name in encodings[0].left_out
                 if all(name in one.left_out for one in encodings))


def _verdict(found: Judged, leaking: tuple[str, ...],
             spec: OutcomesSpec) -> tuple[Verdict, str, dict[str, object]]:
    """Whether the model may be used, the sentence that says so, and what fills it."""
    base = float(found.truth.mean())
    best = evaluation.lift(found.truth, found.chances)
    said: dict[str, object] = {"target": spec.target, "positive": spec.positive}
    if leaking:
        return (Verdict.NOT_RELIABLE, "analytics.outcomes.leak",
                {"columns": "”“".join(leaking)})
    if not found.auc().low > CHANCE:
        return Verdict.NOT_RELIABLE, "analytics.outcomes.chance", said
    if not found.advantage().low > 0:
        rule = found.final.rule.items[0].bands.name
        return Verdict.RULE_IS_AS_GOOD, "analytics.outcomes.rule", said | {"column": rule}
    return Verdict.OK, "analytics.outcomes.ok", said | {
        "n": len(found.rows), "base": f"{base:.1%}", "top": f"{base * best:.1%}",
        "lift": f"{best:.1f}"}


def _parameters(found: Judged, spec: OutcomesSpec) -> dict[str, Any]:
    model = found.final.model
    return {"learner": model.learner, "training_auc": model.fold_auc, "seed": spec.seed,
            "calibration": {"intercept": model.intercept, "slope": model.slope}}


def _figures(found: Judged, shown: pd.DataFrame, parts: Parts, leaking: tuple[str, ...],
             spec: OutcomesSpec) -> dict[str, Any]:
    """What is said beside quality and parameters."""
    model, learning = found.final.model, parts[0][0]
    if model.learner == "logistic":
        weights = {_plain(name): one for name, one in coefficients(model).items()}
        kind = "standardised"
    else:
        first = found.part == 0  # rows that the first part's model has not seen
        weights = importance(found.fitted[0].model, shown.iloc[found.rows[first]],
                             found.truth[first], seed=spec.seed)
        kind = "auc_lost_if_shuffled"
    return {
        "coefficients": weights, "coefficients_kind": kind,
        "split": {"kind": spec.kind, "parts": len(parts), "learned": len(learning),
                  "judged": len(found.rows)},
        "baseline": _card(found.final.rule), "card": _card(found.final.card),
        "deciles": [asdict(one) for one in evaluation.deciles(found.truth, found.chances)],
        "leaks": list(leaking),
    }


def _plain(name: str) -> str:
    """The name of a matrix column in words."""
    column, equals, level = name.rpartition("=")
    if level and (level != "*" or not equals):
        return name
    return f"{column}={text('analytics.outcomes.rest' if level else 'analytics.reasons.unknown')}"


def _card(card: PointsCard) -> dict[str, Any]:
    """A points card: per column the points of each band, by what the band holds."""
    items = {}
    for item in card.items:
        bands = item.bands
        if bands.levels:
            names = [text("analytics.outcomes.rest"),
                     *(level or text("analytics.reasons.unknown") for level in bands.levels)]
        else:
            ends = ["", *(f"{limit:.10g}" for limit in bands.edges), ""]
            names = [text("analytics.reasons.unknown"),
                     *(f"[{low},{high})" for low, high in pairwise(ends))]
        items[bands.name] = dict(zip(names, item.points, strict=True))
    return {"points": items, "intercept": card.intercept, "slope": card.slope}


def _per_row(frame: pd.DataFrame, spec: OutcomesSpec, known: _Labelled, found: Judged,
             parts: Parts, useful: pd.DataFrame, predictors: list[Predictor]) -> pd.DataFrame:
    """One row per customer, the last of those with several: score, points and reason.

    A score of a judged row is one by a model that has not seen it.
    """
    model = found.final.model
    scores, part = model.chances(useful), np.full(len(frame), "new", dtype=object)
    for learning, _ in parts:
        part[known.rows[learning]] = "learned"
    scores[known.rows[found.rows]] = found.chances
    part[known.rows[found.rows]] = "judged"
    names = (texts(frame[spec.customer]).to_numpy(dtype=object) if spec.customer is not None
             else np.arange(1, len(frame) + 1))
    rows = per_customer(spec.customer, names, pd.DataFrame({
        "part": part, "score": scores, "points": found.final.card.points(useful),
        "reason": reasons(model, useful, predictors)}))
    if spec.customer is None:
        return rows
    if spec.time is not None:
        rows = rows.iloc[np.argsort(days(frame[spec.time]), kind="stable")]  # NaT comes last
    named = pd.notna(rows[spec.customer])
    return rows[~(rows[spec.customer].duplicated(keep="last") & named)].sort_index()
