"""What counts from today and what from the data date, and on which day things are due."""

from datetime import date, timedelta

import pytest
from conftest import AS_OF, as_polars, customers, plain

from branchseg.rules import assess, explain
from branchseg.rules.planning import due_working_day
from branchseg.rules.wording import say

TUESDAY = AS_OF  # 30 June 2026
FRIDAY, SATURDAY, SUNDAY = date(2026, 7, 3), date(2026, 7, 4), date(2026, 7, 5)
ACTIVE = {"aum_point": 60_000, "last_txn": "2026-06-20", "consent": True}


@pytest.fixture(scope="module")
def on(rules):
    """on(today, rows, *keys) -> the columns of the results, alike on both engines."""
    def judge(today, rows, *keys, as_of=AS_OF):
        frame = customers(*rows)
        found = plain(assess(frame, rules, as_of, today=today))
        assert plain(assess(as_polars(frame), rules, as_of, today=today)) == found
        return [row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)
                for row in found]
    return judge


def test_today_is_the_data_date_unless_said_otherwise(rules):
    frame = customers({**ACTIVE, "maturity_date": "2026-07-02", "birth_date": "1980-07-01"})
    assert plain(assess(frame, rules, AS_OF)) == plain(assess(frame, rules, AS_OF, today=AS_OF))
    assert plain(assess(frame, rules, AS_OF))[0]["days_to_maturity"] == 2


def test_a_clock_before_the_data_date_is_not_believed(rules):
    frame = customers({**ACTIVE, "maturity_date": "2026-07-02"})
    before = AS_OF - timedelta(days=1)
    assert plain(assess(frame, rules, AS_OF, today=before)) == plain(assess(frame, rules, AS_OF))
    assert explain(frame, 0, rules, AS_OF, today=before).advice[0].due == date(2026, 7, 2)


def test_what_the_customer_did_counts_from_the_data_date(on):
    row = {"aum_point": 60_000, "last_txn": "2025-06-30", "last_contact": "2026-06-20",
           "mobile_bank_last": "2026-06-10"}
    keys = ("status", "days_since_txn", "days_since_contact", "days_since_login")
    assert on(AS_OF + timedelta(days=40), [row], *keys) == on(AS_OF, [row], *keys) \
        == [("core", 365, 10, 20)]


def test_what_the_calendar_moves_on_counts_from_today(on):
    row = {**ACTIVE, "maturity_date": "2026-07-30", "birth_date": "1961-07-09",
           "open_date": "2021-07-10", "risk_level": "C3", "risk_date": "2025-07-09"}
    keys = ("days_to_maturity", "age_years", "days_to_birthday", "tenure", "days_since_open",
            "risk_valid")
    assert on(AS_OF, [row], *keys) == [(30, 64, 9, 4, 1816, True)]
    assert on(date(2026, 7, 9), [row], *keys) == [(21, 65, 0, 4, 1825, True)]
    assert on(date(2026, 7, 10), [row], *keys) == [(20, 65, 364, 5, 1826, False)]


def test_a_birthday_on_29_february_is_kept_on_the_28th(on):
    row = [{**ACTIVE, "birth_date": "2000-02-29"}]
    keys = ("days_to_birthday", "age_years")
    as_of = date(2027, 2, 1)
    days = [date(2027, 2, 27), date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28),
            date(2028, 2, 29)]
    assert [on(day, row, *keys, as_of=as_of)[0] for day in days] == [
        (1, 26), (0, 26), (365, 27), (1, 27), (0, 28)]


def test_the_window_after_payday_is_that_of_today(on):
    row = {**ACTIVE, "payroll": True, "age": 40, "risk_level": "C2", "risk_date": "2026-01-01"}
    inside = ["payroll_window" in found
              for day in (9, 10, 17, 18) for found in on(date(2026, 7, day), [row], "actions")]
    assert inside == [False, True, True, False]


def test_what_has_matured_is_checked_for_30_days(on):
    today = date(2026, 7, 14)  # a Tuesday, 14 days after the data date
    rows = [{**ACTIVE, "maturity_date": (today + timedelta(days=days)).isoformat()}
            for days in (1, 0, -1, -30, -31)]
    keys = ("days_to_maturity", "days_since_maturity", "next_action", "due_days")
    assert on(today, rows, *keys) == [
        (1, -1, "maturity_notice", 1), (0, 0, "maturity_notice", 0),
        (-1, 1, "matured_check", 0), (-30, 30, "matured_check", 0),
        (-31, 31, "routine_care", 90)]
    tags = [set(found.split(";")) & {"matured", "maturity_7"} for found in on(today, rows, "tags")]
    assert tags == [{"maturity_7"}, {"maturity_7"}, {"matured"}, {"matured"}, set()]


def test_how_long_ago_something_matured_can_be_set(rules):
    longer = rules.with_parameters({"matured_days": 31})
    frame = customers({**ACTIVE, "maturity_date": "2026-05-30"})
    assert plain(assess(frame, longer, AS_OF))[0]["next_action"] == "matured_check"
    assert plain(assess(frame, rules, AS_OF))[0]["next_action"] == "routine_care"


def test_the_sentence_says_how_long_ago(rules):
    frame = customers({**ACTIVE, "maturity_date": "2026-07-10", "maturity_product": "稳利"})
    told = explain(frame, 0, rules, AS_OF, today=date(2026, 7, 13)).advice[0]
    assert (told.action_id, told.due) == ("matured_check", date(2026, 7, 13))
    assert told.purpose == ("稳利到期日（2026-07-10）已过 3 天，名单里没有续存记录，"
                            "先核实是否已转存。")


@pytest.mark.parametrize(("days", "said"), [
    (-3, "到期日已过 3 天"), (0, "今天到期"), (5, "5 天后到期")])
def test_a_maturity_is_said_the_same_from_both_ends(rules, days, said):
    assert say(rules.known["days_to_maturity"], float(days)) == said
    assert say(rules.known["days_since_maturity"], float(-days)) == said


@pytest.mark.parametrize(("today", "days", "said"), [
    (date(2026, 11, 29), 6, "12月5日到期"), (date(2026, 12, 5), 0, "12月5日到期"),
    (date(2026, 12, 30), 6, "2027年1月5日到期"), (date(2026, 12, 8), -3, "12月5日已到期")])
def test_what_is_read_out_later_says_the_date(rules, today, days, said):
    assert say(rules.known["days_to_maturity"], float(days), today) == said
    assert say(rules.known["days_since_maturity"], float(-days), today) == said


def test_talking_points_and_reasons_say_the_date_of_an_event(rules):
    frame = customers({**ACTIVE, "maturity_date": "2026-07-15"})
    told = explain(frame, 0, rules, AS_OF, today=date(2026, 7, 10)).advice[0]
    assert "您有一笔产品 7月15日到期" in told.opening
    assert told.why.startswith("7月15日到期")


@pytest.mark.parametrize(("today", "matures", "due"), [
    (TUESDAY, 1, 1),       # never after the day itself, though the rule says 2
    (TUESDAY, 5, 2),       # Thursday
    (FRIDAY, 2, 0),        # Sunday: on the Friday before
    (FRIDAY, 5, 0),        # two days from Friday are a Sunday
    (SATURDAY, 1, 1),      # the Friday has passed, the Monday is too late
    (SATURDAY, 2, 2),      # Monday
    (SATURDAY, 0, 0),
    (SATURDAY, -1, 2),     # has matured: on the Monday
    (SUNDAY, -1, 1),
    (FRIDAY, -1, 0),
])
def test_due_on_a_working_day_and_not_after_the_maturity(on, rules, today, matures, due):
    row = {**ACTIVE, "maturity_date": (today + timedelta(days=matures)).isoformat()}
    assert on(today, [row], "due_days") == [due]
    told = explain(customers(row), 0, rules, AS_OF, today=today)
    assert told.advice[0].due == today + timedelta(days=due)
    assert all(one.due <= max(date.fromisoformat(row["maturity_date"]), told.advice[0].due)
               for one in told.advice if one.action_id.startswith("maturity"))


def test_a_greeting_is_never_late(on):
    rows = [{**ACTIVE, "aum_point": 900, "birth_date": f"1990-07-0{day}"} for day in (2, 4, 5, 6)]
    found = on(date(2026, 7, 1), rows, "actions", "due_days", "next_action")
    assert [(due, top) for _, due, top in found] == [
        (1, "birthday"), (2, "birthday"), (2, "birthday"), (5, "birthday")]


def test_from_a_weekend_to_friday_or_monday():
    assert [due_working_day(TUESDAY, days) for days in (0, 1, 3, 4, 5, 6)] == [0, 1, 3, 3, 3, 6]
    assert [due_working_day(SATURDAY, days) for days in (0, 1, 2, 7, 8)] == [0, 2, 2, 6, 6]
    assert [due_working_day(SUNDAY, days) for days in (0, 1, 6, 7)] == [0, 1, 5, 5]
    assert due_working_day(SATURDAY, 1, bound=True) == 1


def test_what_takes_an_officers_time(on):
    wanted = {**ACTIVE, "aum_point": 45_000, "risk_level": "C2", "risk_date": "2026-01-01"}
    notice = {**ACTIVE, "maturity_date": "2026-07-01"}
    rows = [notice, {**notice, "consent": None}, {**notice, "do_not_contact": True},
            {**wanted, "consent": True}, {**wanted, "consent": None},
            {"aum_point": 900, "last_txn": "2026-06-20"}]
    assert on(AS_OF, rows, "next_action", "effort") == [
        ("maturity_notice", "call"), ("maturity_notice", "call"), ("maturity_notice", None),
        ("near_tier", "call"), ("near_tier", None), ("lobby_care", None)]
