"""What the portrait has done in the worker: the rules' explanation, the radar, the records."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from branchseg import charts, pipeline, sheets
from branchseg.model.fields import FIELDS
from branchseg.model.outcomes import outcomes
from branchseg.model.results import Evidence, FactorResult, Truth
from branchseg.pipeline import ownsegments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.charts import Chart
    from branchseg.model.results import Assessment
    from branchseg.pipeline import RunResult
    from branchseg.pipeline.ownsegments import Belonging
    from branchseg.settings import Settings
    from branchseg.store.records import TimelineEntry
    from branchseg.store.vault import Vault

    from ..customers.work import CustomerView

_SECOND_PART = re.compile("[、与和及].*")


@dataclass(frozen=True, slots=True)
class Records:
    """What staff and program noted about a customer; `in_use` are all tags, most used first.

    `contact` is the result that stands in the way of another call, "" if none does.
    """

    customer_id: str
    tags: tuple[str, ...]
    in_use: tuple[str, ...]
    timeline: tuple[TimelineEntry, ...]
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """What the rules say of a customer in `result`, and the radar against the tier.

    `loss` is the risk that the customer leaves and its signs, "" where nobody asks; `segments`
    are the branch's own segments the customer belongs to.
    """

    result: RunResult
    position: int
    assessment: Assessment
    radar: Chart
    loss: str
    segments: Sequence[Belonging]

    @property
    def short_factors(self) -> tuple[FactorResult, ...]:
        """The factors with the values they rest on only."""
        return tuple(replace(factor, evidence=_short(factor.evidence))
                     for factor in self.assessment.factors)


def records_of(vault: Vault, customer_id: str, day: date) -> Records:
    """The records of a customer on `day`, newest first."""
    return Records(customer_id, vault.tags(customer_id), tuple(vault.all_tags()),
                   tuple(vault.timeline(customer_id)), _contact(vault, customer_id, day))


def _contact(vault: Vault, customer_id: str, day: date) -> str:
    """The last result, if it is of `day` or the next contact is still to come."""
    closed = [(task.closed_at, task) for task in vault.tasks(customer_id=customer_id)
              if task.closed_at is not None and task.outcome is not None]
    if not closed:
        return ""
    at, task = max(closed, key=lambda pair: pair[0])
    outcome, on = task.outcome, at.astimezone().date()
    assert outcome is not None  # chosen above
    ahead = outcome.next_date is not None and outcome.next_date > day
    if on != day and not ahead:
        return ""
    when = "今天" if on == day else f"{on:%m-%d} "
    again = f"，下次联系 {outcome.next_date:%m-%d}" if outcome.next_date is not None else ""
    return f"{when}已登记“{task.theme}”：{outcomes().result(outcome.result).label}{again}。"


def details_of(view: CustomerView, position: int, vault: Vault, settings: Settings, *,
               dark: bool) -> Details:
    """The explanation of one customer (0.2 to 0.4 s), with the talking points ready to be said."""
    result, customer_id = view.result, view.ids[position]
    assessment = pipeline.explain(result, position, vault.observations(customer_id))
    assessment = _planned(assessment, vault)
    person = pipeline.customer(result, position)
    assessment = replace(assessment, advice=tuple(
        sheets.spoken(one, person, settings.branch_name,
                      sheets.speaker_of(one, person, settings.operator))
        for one in assessment.advice))
    names = {key: _SECOND_PART.sub("", name) for key, name in view.labels["factor"].items()}
    radar = charts.build("factor_radar", result.table.frame, result.results,
                         {**view.labels, "factor": names}, dark=dark, focus=position)
    return Details(result, position, assessment, radar, pipeline.loss_risk(result, position),
                   segments_of(result, vault, position))


def segments_of(result: RunResult, vault: Vault, position: int) -> list[Belonging]:
    """The branch's own segments a customer belongs to."""
    crowd = ownsegments.Crowd(result, vault.tagged())
    return ownsegments.belonging(crowd, vault.own_segments(), position)


def _planned(assessment: Assessment, vault: Vault) -> Assessment:
    """The advice with the days of the tasks that are open for it already."""
    theirs = {task.action_id: task for task in vault.tasks(customer_id=assessment.customer_id)
              if task.is_open}
    return replace(assessment, advice=tuple(
        replace(one, planned=task.due, due=task.deadline)
        if (task := theirs.get(one.action_id)) else one for one in assessment.advice))


def add_note(vault: Vault, customer_id: str, text: str) -> str:
    """Keep a remark; returns whose it is."""
    vault.add_note(customer_id, text, created_at=datetime.now().astimezone())
    return customer_id


def _short(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The values without the requirements, met ones first; else what the lists lack."""
    found: dict[str, Evidence] = {}
    lacking: dict[str, None] = {}
    for item in sorted(evidence, key=lambda item: item.truth is not Truth.TRUE):
        if item.field not in FIELDS:
            continue  # such as the day of the month: nothing about the customer
        if item.truth is Truth.UNKNOWN:
            lacking[FIELDS[item.field].label] = None
        else:
            found.setdefault(item.field, replace(item, text=item.value))
    if found or not lacking:
        return tuple(found.values())
    words = f"名单未提供：{'、'.join(lacking)}"
    return (Evidence("", Truth.UNKNOWN, words, words),)
