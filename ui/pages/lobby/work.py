"""What the lobby page has done in the worker: find, judge, keep, take back. No widget here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import nan
from typing import TYPE_CHECKING, Any

from branchseg import pipeline, sheets
from branchseg.model.identifiers import NO_NUMBER, is_made_up
from branchseg.model.masking import mask
from branchseg.model.results import Assessment, Observation
from branchseg.store.records import NewTask
from branchseg.store.search import pinyin_initials, search_positions

from ...columns import days_text
from ...row_model import arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from branchseg.model.results import Advice
    from branchseg.pipeline import RunResult
    from branchseg.rules import RuleSet
    from branchseg.rules.factors import FactorRules, Flag
    from branchseg.store.vault import Vault

MOST_SHOWN = 200
NEWCOMER = "新客户"
"""Stands in for the customer number until a newcomer is saved."""
UNSIGNED = "未署名"
"""Stands in for the observer while nobody's name is in the settings."""
_PERSON = ("customer_id", "name", "mobile", "tier", "status", "age_years", "manager")
_SHOWN = ("name", "mobile", "customer_id", "tier", "grade", "next_action")


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands in the lobby. A newcomer has no position and no customer id yet.

    `values` are what is known of a newcomer by field key; `details` is one masked line.
    """

    customer_id: str = ""
    position: int = -1
    name: str = NEWCOMER
    details: str = ""
    tier: str = ""
    status: str = ""
    age: float | None = None
    manager: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def is_newcomer(self) -> bool:
        """Whether the person is on no list."""
        return self.position < 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What was ticked for somebody, not saved yet."""

    person: Person
    seen_on: date
    observer: str
    place: str
    items: tuple[str, ...]

    def observation(self, customer_id: str) -> Observation:
        """The visit as it is kept."""
        return Observation(customer_id, self.seen_on, self.observer, self.place, self.items)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say with the ticks (`now`) and said without them (`before`).

    `before` is None for a newcomer, `last_seen` for somebody never seen before. `day` is what
    days to come are counted from.
    """

    visit: Visit
    now: Assessment
    before: Assessment | None
    flags: tuple[Flag, ...]
    last_seen: date | None
    day: date


@dataclass(slots=True)
class Kept:
    """A saved visit. The worker alone changes the ids: redoing gives new ones.

    `advice`: the task planned with it, under `rules`, with its days; `task_id` is 0 where that
    task was open already.
    """

    visit: Visit
    rules: RuleSet
    advice: Advice | None = None
    customer_id: str = ""
    observation_id: int = 0
    task_id: int = 0

    @property
    def sentence(self) -> str:
        """What was saved, for the user."""
        saved = f"已保存 {self.visit.person.name} 的 {len(self.visit.items)} 项观察"
        if self.advice is None:
            return f"{saved}。"
        days = days_text(self.advice.planned, self.advice.due)
        return f"{saved}，并给{self.advice.owner_role}派单：{self.advice.theme}（{days}）。"


@dataclass(frozen=True, slots=True)
class Found:
    """The people to choose from; `data` are the columns of the first MOST_SHOWN of them."""

    query: str
    count: int
    customer_ids: tuple[str, ...]
    data: Mapping[str, Any]


class Finder:
    """Searches one result; works out the pinyin of all names when first asked."""

    def __init__(self, result: RunResult) -> None:
        self.result = result

    @cached_property
    def _initials(self) -> list[str]:
        frame = self.result.table.frame
        return pinyin_initials(frame["name"].tolist()) if "name" in frame else [""] * len(frame)

    def find(self, query: str) -> Found:
        """Who `query` may mean."""
        positions = search_positions(self.result.table, query, self._initials)
        return self._found(query, positions)

    def seen_on(self, vault: Vault, day: date) -> Found:
        """Who was seen on a day, the last one first."""
        seen = [one.customer_id for one in vault.observations() if one.seen_on == day]
        places = {each: place for place, each in enumerate(self._ids)} if seen else {}
        positions = [places[each] for each in dict.fromkeys(reversed(seen)) if each in places]
        return self._found("", positions)

    def position(self, customer_id: str) -> int:
        """Where somebody stands in the table; -1 if nowhere."""
        ids = self._ids
        return ids.index(customer_id) if customer_id in ids else -1

    @cached_property
    def _ids(self) -> list[str]:
        return list(self.result.table.frame["customer_id"])

    def _found(self, query: str, positions: Sequence[int]) -> Found:
        shown = list(positions[:MOST_SHOWN])
        people, results = self.result.table.frame.iloc[shown], self.result.results.iloc[shown]
        actions = results["next_action"].map(self.result.ruleset.labels["next_action"])
        data = {**arrays(people, _SHOWN), **arrays(results, _SHOWN),
                **arrays(actions.to_frame(), ("next_action",))}
        return Found(query, len(positions), tuple(people["customer_id"]), data)

    def person(self, position: int, *, names_masked: bool) -> Person:
        """Somebody of the table, masked."""
        values, labels = pipeline.customer(self.result, position), self.result.ruleset.labels
        known = {key: values[key] for key in _PERSON
                 if isinstance(values.get(key), str) or values.get(key, nan) >= 0}
        customer_id, name = str(known["customer_id"]), str(known.get("name") or "")
        shown = (mask("name", name) if names_masked else name) or "未知姓名"
        parts = [NO_NUMBER if is_made_up(customer_id)
                 else f"客户号 {mask('customer_id', customer_id)}"]
        if known.get("mobile"):
            parts.append(f"手机 {mask('mobile', str(known['mobile']))}")
        return Person(
            customer_id, position, shown, " · ".join(parts),
            labels["tier"].get(str(known.get("tier")), ""),
            labels["status"].get(str(known.get("status")), ""), known.get("age_years"),
            str(known.get("manager") or ""))


def newcomer(name: str, tail: str) -> Person:
    """Somebody on no list; both texts may be empty."""
    values = {"name": name, "mobile": tail}
    return Person(name=mask("name", name) or NEWCOMER,
                  values=tuple((key, value) for key, value in values.items() if value))


def judge(vault: Vault, result: RunResult | None, ruleset: RuleSet, visit: Visit,
          before: Assessment | None, branch_name: str) -> Verdict:
    """Let the rules speak on one person with the ticks, and without unless `before` is given.

    What they advise to say is for whoever observes, ready to be said in the branch.
    """
    person = visit.person
    if person.is_newcomer or result is None:
        draft = visit.observation(NEWCOMER)
        now = pipeline.explain_newcomer(ruleset, visit.seen_on, [draft])
        now = _spoken(now, dict(person.values), visit, branch_name)
        return Verdict(visit, now, None, raised(ruleset.factors, [draft], visit.seen_on), None,
                       visit.seen_on)
    kept = vault.observations(person.customer_id)
    if before is None:
        before = pipeline.explain(result, person.position, kept, in_branch=True)
    day = max(visit.seen_on, result.today)  # a clock behind the list makes nothing old
    draft = replace(visit.observation(person.customer_id), seen_on=day)
    seen = [*kept, draft] if visit.items else kept
    now = before if not visit.items else pipeline.explain(
        result, person.position, seen, in_branch=True)
    now = _spoken(now, pipeline.customer(result, person.position), visit, branch_name)
    last = kept[-1].seen_on if kept else None
    return Verdict(visit, now, before, raised(ruleset.factors, seen, day), last, day)


def _spoken(now: Assessment, customer: Mapping[str, object], visit: Visit,
            branch_name: str) -> Assessment:
    """The assessment with the talking points as the observer says them."""
    observer = "" if visit.observer == UNSIGNED else visit.observer
    return replace(now, advice=tuple(
        sheets.spoken(one, customer, branch_name, observer) for one in now.advice))


def raised(rules: FactorRules, observations: Iterable[Observation],
           day: date) -> tuple[Flag, ...]:
    """The flags that any of the observations raises and that still count on `day`."""
    items = {item.key: item.flag for factor in rules.factors for item in factor.items}
    seen = [(one, {items.get(key, "") for key in one.items}) for one in observations]
    return tuple(flag for flag in rules.flags if any(
        flag.key in found and flag.lasts(one.seen_on, day) for one, found in seen))


def keep(vault: Vault, kept: Kept, now: datetime) -> Kept:
    """Save a visit; somebody new is registered first."""
    visit = kept.visit
    kept.customer_id = visit.person.customer_id or vault.add_walk_in(
        dict(visit.person.values), seen_on=visit.seen_on, created_at=now)
    kept.observation_id = vault.add_observation(
        visit.observation(kept.customer_id), created_at=now)
    if kept.advice is not None:
        _hand_over(vault, kept, kept.advice, now)
    return kept


def _hand_over(vault: Vault, kept: Kept, advice: Advice, now: datetime) -> None:
    """Plan the task advised: the first day its officer has room, and the last by the rules."""
    day, officer = kept.visit.seen_on, kept.visit.person.manager
    latest = max(advice.due, day)
    busy = [task for task in vault.tasks() if task.is_open]
    due = pipeline.free_day(kept.rules, day, busy, advice, officer)
    (task,) = vault.create_tasks([NewTask(
        kept.customer_id, advice.action_id, advice.theme, advice.owner_role, officer,
        min(due, latest), advice.priority, kept.rules.id, latest=latest)], created_at=now)
    kept.task_id = task.id if task.created_at == now else 0
    kept.advice = replace(advice, planned=task.due, due=task.deadline)


def take_back(vault: Vault, kept: Kept) -> Kept:
    """Erase a visit and the task planned with it, unless that is on paper by now.

    Somebody registered for it is forgotten, unless others refer to them.
    """
    vault.drop_tasks([kept.task_id])
    vault.remove_observation(kept.observation_id)
    if kept.visit.person.is_newcomer:
        vault.remove_walk_in(kept.customer_id)
    return kept


def reassess(vault: Vault, result: RunResult) -> RunResult:
    """The same customers with all observations there are now."""
    return pipeline.reassess(result, observations=vault.observations())

