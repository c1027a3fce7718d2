"""Today beside the data date, and the work list spread over working days."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from plan_customers import MONDAY, RULES, losing, person, result_of

from branchseg import pipeline
from branchseg.pipeline import Past, Pause, day_plan, overview, working_day_from


def days_of(result, *args):
    return [(one.customer_id, (one.due - result.today).days) for one in day_plan(result, *args)]


# --- which day it is ---


def test_the_day_of_work_is_never_before_the_data_date():
    rows = [person(maturity_date="2026-11-25")]
    cases = {None: 2, MONDAY: 2, MONDAY + timedelta(days=1): 1, MONDAY - timedelta(days=1): 2}
    for today, left in cases.items():
        result = result_of(rows, today=today)
        assert result.results["days_to_maturity"].tolist() == [left]
        assert result.today == max(today or MONDAY, MONDAY)


@pytest.mark.parametrize(("days", "said"), [
    (-1, "晚于今天"), (0, ""), (10, ""), (11, "已过 11 天")])
def test_an_old_list_and_a_wrong_clock_are_told(days, said):
    result = result_of([person()], today=MONDAY + timedelta(days=days))
    told = pipeline.list_age(result)
    assert (said in told) if said else told == ""
    assert pipeline.summary(result)["list_age"] == told
    assert pipeline.summary(result)["today"] == result.today.isoformat()


def test_other_rules_and_observations_keep_the_day():
    result = result_of([person(maturity_date="2026-11-27")], today=date(2026, 11, 25))
    again = pipeline.reassess(result, RULES)
    assert again.today == date(2026, 11, 25)
    assert again.results["days_to_maturity"].tolist() == [2]


def test_every_page_counts_the_same_days():
    today = MONDAY + timedelta(days=3)
    rows = [person(maturity_date=(today + timedelta(days=days)).isoformat(), maturity_amount=1e4)
            for days in (-1, 0, 7, 8)]
    result = result_of(rows, today=today)
    bars = {mark.gid.partition(":")[2]: len(mark.positions)
            for mark in overview.chart(result, "maturities", with_invalid=False, dark=False).marks}
    assert sorted(bars.values(), reverse=True)[:3] == [2, 1, 1]
    tags = result.results["tags"].str.split(";")
    assert [("matured" in one, "maturity_7" in one, "maturity_30" in one) for one in tags] == [
        (True, False, False), (False, True, False), (False, True, False), (False, False, True)]
    told = list(pipeline.explain_many(result, range(4)))
    assert [one.advice[0].due for one in told] == [
        today + timedelta(days=int(days)) for days in result.results["due_days"]]


# --- the plan ---


def test_a_day_takes_no_more_than_it_can():
    result = result_of([losing(aum_point=60_000 - n) for n in range(5)])
    assert set(result.results["next_action"]) == {"loss_light"}
    assert days_of(result) == [("C0", 0), ("C1", 0), ("C2", 1), ("C3", 1), ("C4", 2)]


def test_weekends_are_left_out():
    friday = date(2026, 11, 27)
    rows = [losing(aum_point=60_000 - n) for n in range(3)]
    assert [due for _, due in days_of(result_of(rows, today=friday))] == [0, 0, 3]
    saturday = friday + timedelta(days=1)
    assert [due for _, due in days_of(result_of(rows, today=saturday))] == [2, 2, 3]
    assert [working_day_from(friday + timedelta(days=n)).day for n in range(4)] == [27, 30, 30, 30]


def test_each_officer_has_a_day_of_their_own_but_the_lobby_has_one_desk():
    rich = [losing(aum=300_000 - n, manager=name) for n, name in enumerate("甲甲甲乙")]
    assert [due for _, due in days_of(result_of(rich))] == [0, 0, 1, 0]
    angry = [person(complaint=True, aum_point=300_000 - n, manager=name)
             for n, name in enumerate("甲甲乙")]
    assert [due for _, due in days_of(result_of(angry))] == [0, 0, 1]  # the head of branch
    plain = [losing(aum=60_000 - n, manager=name) for n, name in enumerate("甲甲甲乙")]
    assert [due for _, due in days_of(result_of(plain))] == [0, 0, 1, 1]


def test_calls_and_talks_are_counted_apart():
    shop = person(merchant=True)
    rows = [losing(), losing(), shop, shop]
    result = result_of(rows)
    assert result.results["effort"].tolist() == ["call", "call", "visit", "visit"]
    assert dict(days_of(result)) == {"C0": 0, "C1": 0, "C2": 0, "C3": 1}


def test_what_is_bound_to_a_maturity_is_never_put_after_it():
    rows = [person(maturity_date="2026-11-24", aum_point=60_000 - n) for n in range(6)]
    assert [due for _, due in days_of(result_of(rows))] == [0, 0, 1, 1, 1, 1]
    gone = [person(maturity_date="2026-11-20", aum_point=60_000 - n) for n in range(5)]
    assert [due for _, due in days_of(result_of(gone))] == [0, 0, 1, 1, 2]


def test_what_takes_no_time_keeps_its_own_day():
    result = result_of([person(900) for _ in range(40)])
    assert set(result.results["next_action"]) == {"lobby_care"}
    assert len(set(days_of(result))) == 40
    assert {due for _, due in days_of(result)} == set(result.results["due_days"])


def test_open_tasks_keep_their_day_and_take_their_room():
    result = result_of([losing(aum_point=60_000 - n) for n in range(4)])
    late = MONDAY - timedelta(days=2)
    tasks = [SimpleNamespace(customer_id="C3", action_id="loss_light", owner_role="大堂经理",
                             officer="", due=late, deadline=MONDAY),
             SimpleNamespace(customer_id="somebody else", action_id="near_tier",
                             owner_role="大堂经理", officer="甲", due=MONDAY,
                             deadline=MONDAY)]
    assert days_of(result, tasks) == [("C0", 1), ("C1", 1), ("C2", 2), ("C3", -2)]
    past = Past({("C0", "loss_light"): Pause.RESULT})
    assert days_of(result, [], past) == [("C1", 0), ("C2", 0), ("C3", 1)]


def test_the_day_planned_and_the_last_day_are_two():
    result = result_of([losing(aum_point=60_000 - n) for n in range(9)])
    kept = SimpleNamespace(customer_id="C8", action_id="loss_light", owner_role="大堂经理",
                           officer="", due=MONDAY, deadline=MONDAY + timedelta(days=1))
    plan = day_plan(result, [kept])
    told = [((one.due - MONDAY).days, (one.latest - MONDAY).days) for one in plan]
    assert told[:3] == [(0, 3), (1, 3), (1, 3)]
    assert told[-2:] == [(4, 3), (0, 1)]  # the days are full; and what is open keeps both


def test_three_hundred_calls_are_spread_by_the_shipped_rules():
    result = result_of([losing(manager="甲", aum=300_000) for _ in range(300)], ruleset=RULES)
    load = Counter(one.due for one in day_plan(result))
    assert set(load.values()) == {15}
    assert all(day.weekday() < 5 for day in load)
    assert max(load) == MONDAY + timedelta(days=25)  # 20 working days


def test_marketing_never_meets_a_refusal():
    result = result_of([person(45_000, risk_level="C2", risk_date="2026-01-01")])
    assert result.results["next_action"].tolist() == ["near_tier"]
    slipped = replace(result, results=result.results.assign(do_not_contact=True))
    assert day_plan(slipped) == []


def test_what_does_not_fit_before_its_event_takes_nobody_s_room():
    due = [person(48_000, maturity_date="2026-11-24", maturity_amount=9_000, mobile="13800001111")
           for _ in range(6)]
    result = result_of(due)
    plan = day_plan(result)
    assert {one.action_id for one in plan} == {"maturity_notice"}
    assert [(one.crowded, (one.due - MONDAY).days) for one in plan] == [
        (False, 0), (False, 0), (False, 1), (False, 1), (True, 1), (True, 1)]
