"""What earlier contacts pause, until when, and what they never touch."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from plan_customers import MONDAY, RULES, losing, person, result_of

from branchseg.pipeline import Pause, day_plan, past_of
from branchseg.store.records import Closing, Task, TaskStatus

CALLED, MISSED, AGREED, WRONG_NUMBER = 1, 2, 3, 6


def task(action, result=None, ago=0, *, mine="C0", due=MONDAY, follows=None, next_date=None):
    """A task of a customer; with a result, registered so many days ago."""
    day = MONDAY - timedelta(days=ago)
    closed = None if result is None else datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    status = TaskStatus.PLANNED if result is None else TaskStatus.DONE
    return Task(1, None, mine, action, action, "", "", due, 50.0, status,
                closed or datetime(2026, 10, 1, tzinfo=UTC), None, result, "", next_date, (), "",
                (), None, closed, Closing.NONE, None, follows, None, RULES.id)


def paused(result, tasks, day=MONDAY):
    """What of the advice is paused, by action; of one customer."""
    advised = set(result.results["actions"].iat[0].split(";"))
    found = past_of(result, tasks, day).paused
    return {action: why.value for (_, action), why in found.items() if action in advised}


def old_list(rows, **values):
    """A result of today from a list of months ago: nothing done since is in it."""
    return result_of(rows, as_of=MONDAY, ruleset=RULES, **values)


# --- as often as the tier asks for ---


@pytest.mark.parametrize(("days", "why"), [(82, "cadence"), (83, None), (200, None)])
def test_who_was_reached_waits_for_his_turn(days, why):
    result = old_list([person(mobile="13800001111")])  # 达标: every 90 days
    assert "routine_care" in result.results["actions"].iat[0]
    found = past_of(result, [task("maturity_notice", CALLED, days)], MONDAY)
    assert found.paused.get(("C0", "routine_care")) == why
    due = MONDAY + timedelta(days=max(90 - days, 0))
    assert found.deadlines["C0", "routine_care"] == due


def test_the_last_contact_of_the_list_counts_and_a_missed_call_does_not():
    told = old_list([person(mobile="13800001111", last_contact="2026-11-02")])
    assert paused(told, []) == {"routine_care": "cadence"}
    untold = old_list([person(mobile="13800001111")])
    assert paused(untold, [task("maturity_notice", MISSED, 5)]) == {}


def test_the_plan_gives_the_day_by_the_cadence():
    result = old_list([person(mobile="13800001111", last_contact="2026-08-28")])
    one, = day_plan(result, (), past_of(result, (), MONDAY))
    assert (one.action_id, one.latest) == ("routine_care", MONDAY + timedelta(days=3))


# --- several visits after an event ---


def newcomer(days):
    opened = MONDAY - timedelta(days=days)
    return old_list([person(mobile="13800001111", open_date=f"{opened:%Y-%m-%d}")])


@pytest.mark.parametrize(("days", "done", "why", "left"), [
    (1, [], None, None),
    (1, [(CALLED, 0)], "result", 4),      # the next on the 7th day, a Sunday
    (12, [(CALLED, 0)], "result", 18),    # late, and so for two of them
    (13, [(CALLED, 1)], "steps", 17),
    (4, [(MISSED, 0)], "result", None),  # nobody answered today: tomorrow
    (4, [(MISSED, 1)], None, None),
    (4, [(CALLED, 3)], "steps", 3),
    (5, [(CALLED, 4)], None, 2),
    (12, [(CALLED, 11)], None, 0),       # late: today
    (12, [(CALLED, 11), (CALLED, 5)], "steps", 18),
    (29, [(CALLED, 28), (CALLED, 20)], None, 1),
    (29, [(CALLED, 28), (MISSED, 20)], None, 0),
    (29, [(CALLED, 28), (CALLED, 20), (CALLED, 1)], "steps", None),
    (3, [(CALLED, 40)], None, None),     # before the account was opened
])
def test_newcomers_are_visited_three_times(days, done, why, left):
    found = past_of(newcomer(days), [task("welcome", code, ago) for code, ago in done], MONDAY)
    assert found.paused.get(("C0", "welcome")) == why
    due = None if left is None else MONDAY + timedelta(days=left)
    assert found.deadlines.get(("C0", "welcome")) == due


# --- who does not answer ---


@pytest.mark.parametrize(("results", "silent"), [
    ([(MISSED, 9), (MISSED, 8)], False),
    ([(MISSED, 9), (MISSED, 8), (MISSED, 7)], True),
    ([(MISSED, 9), (WRONG_NUMBER, 8), (MISSED, 7)], True),
    ([(MISSED, 9), (CALLED, 8), (MISSED, 7), (MISSED, 6)], False),
    ([(MISSED, 200), (MISSED, 190), (MISSED, 180)], False),
    ([(MISSED, 400), (MISSED, 390), (MISSED, 380), (MISSED, 5)], False),  # after the rest anew
    ([(MISSED, 5), (MISSED, 5), (MISSED, 5)], False),                     # all on one day
    ([(MISSED, 200), (MISSED, 190), (MISSED, 179)], True),
])
def test_after_three_calls_nobody_answered_nobody_calls_for_a_while(results, silent):
    result = old_list([person(mobile="13800001111", aum_prev_month_end=10_000,
                              aum_prev_month_avg=60_000)])
    found = past_of(result, [task("loss_light", code, ago) for code, ago in results],
                    MONDAY)
    assert (found.paused.get(("C0", "routine_care")) == Pause.ATTEMPTS) is silent


def test_what_waits_for_the_customer_in_the_branch_stays():
    result = old_list([person(mobile=None)])
    told = [task("routine_care", MISSED, ago) for ago in (9, 8, 7)]
    rules = {one.key: one for one in RULES.actions.actions}
    for key, why in paused(result, told).items():
        assert why != "attempts" or not all(way.in_branch for way in rules[key].channels)


def test_reminders_come_though_nobody_answered():
    result = old_list([person(mobile="13800001111", maturity_date="2026-11-26")])
    found = past_of(result, [task("routine_care", MISSED, ago) for ago in (9, 8, 7)], MONDAY)
    assert ("C0", "maturity_notice") not in found.paused
    assert [one.action_id for one in day_plan(result, (), found)] == ["maturity_notice"]


@pytest.mark.parametrize(("ago", "code", "planned"), [
    (0, MISSED, []), (1, MISSED, ["loss_light"]), (1, CALLED, []), (1, WRONG_NUMBER, []),
])
def test_a_call_nobody_answered_is_made_again_the_next_day(ago, code, planned):
    result = result_of([losing()], as_of=MONDAY - timedelta(days=5), today=MONDAY, ruleset=RULES)
    past = past_of(result, [task("loss_light", code, ago)], MONDAY)
    assert [one.action_id for one in day_plan(result, (), past)] == planned


# --- offers in a month ---


def tempting():
    """Somebody near the next tier, to whom marketing is open."""
    return old_list([person(48_000, mobile="13800001111", risk_level="C3", risk_date="2026-06-01",
                            maturity_date="2026-12-10", maturity_amount=20_000)])


@pytest.mark.parametrize(("tasks", "full"), [
    ([("near_tier", CALLED, 20), ("maturity_plan", CALLED, 1)], True),
    ([("near_tier", CALLED, 23), ("maturity_plan", CALLED, 1)], False),    # of last month
    ([("near_tier", MISSED, 20), ("maturity_plan", CALLED, 1)], False),
    ([("loss_light", CALLED, 20), ("maturity_plan", CALLED, 1)], False),   # service
    ([("near_tier", None, 0), ("maturity_plan", CALLED, 1)], True),        # still to be made
])
def test_nobody_is_offered_more_than_a_month_may_have(tasks, full):
    result = tempting()
    marketing = {one.key for one in RULES.actions.actions if one.kind == "marketing"}
    advised = marketing & set(result.results["actions"].iat[0].split(";"))
    assert advised
    found = past_of(result, [task(*one) for one in tasks], MONDAY).paused
    for key in advised - {action for action, _, _ in tasks}:
        assert (found.get(("C0", key)) == Pause.MONTH) is full
    assert not any(why is Pause.MONTH for (_, key), why in found.items() if key not in marketing)


def test_who_is_offered_nothing_more_is_served_all_the_same():
    opened = MONDAY - timedelta(days=1)
    result = old_list([person(48_000, mobile="13800001111", risk_level="C3",
                              risk_date="2026-06-01", open_date=f"{opened:%Y-%m-%d}")])
    actions = result.results["actions"].iat[0].split(";")
    assert actions.index("near_tier") < actions.index("welcome")
    first, = day_plan(result)
    offered = [task("maturity_plan", CALLED, 20), task("idle_funds", CALLED, 10)]
    served, = day_plan(result, (), past_of(result, offered, MONDAY))
    assert (first.action_id, served.action_id) == ("near_tier", "welcome")
    assert (served.latest - MONDAY).days == 2
    assert served.priority < first.priority


def test_the_branch_may_allow_no_offers_at_all():
    result = replace(tempting(), ruleset=RULES.with_parameters({"marketing_a_month": 0}))
    marketing = {one.key for one in RULES.actions.actions if one.kind == "marketing"}
    assert paused(result, []).keys() == marketing & set(
        result.results["actions"].iat[0].split(";"))


# --- what is in hand ---


def test_an_open_task_is_never_paused():
    result = old_list([person(mobile="13800001111", last_contact="2026-11-20")])
    assert paused(result, []) == {"routine_care": "cadence"}
    assert paused(result, [task("routine_care")]) == {}
    later = task("routine_care", due=MONDAY + timedelta(days=2), follows=1)
    assert paused(result, [later]) == {"routine_care": "agreed"}
