"""The points card: every sign with its edges, what is unknown, faults of the table."""

from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest

from branchseg import rules
from branchseg.errors import RuleError
from branchseg.paths import resources_dir
from branchseg.rules.recovery import recovery
from branchseg.rules.retention import RETENTION_FILE, loss_signs, read_retention, told_by

AS_OF = date(2026, 10, 31)
RULES = rules.load(resources_dir() / "rules")
CARD = (resources_dir() / RETENTION_FILE).read_text(encoding="utf-8")
DATES = {"last_txn", "maturity_date", "mobile_bank_last", "open_date", "data_date", "pay_day"}
FLAGS = {"payroll", "mobile_bank", "complaint", "txn_partial", "aum_partial"}
WORDS = {"customer_id", "payroll_employer"}


def column(key, values):
    if key in DATES:
        return pd.Series(pd.to_datetime(values), dtype="datetime64[s]")
    if key in FLAGS:
        return pd.Series(values, dtype="boolean")
    return pd.Series(values, dtype="str" if key in WORDS else "float64")


def listed(*people):
    frame = pd.DataFrame({"customer_id": [f"k{n}" for n in range(len(people))]}).astype("str")
    for key in dict.fromkeys(key for one in people for key in one):
        frame[key] = column(key, [one.get(key) for one in people])
    return frame


def judged(*people, today=AS_OF, earlier=None):
    """`earlier` is what a list of three months ago told of each of them."""
    frame = listed(*people)
    results = rules.assess(frame, RULES, AS_OF, today=today)
    before = None
    if earlier is not None:
        old, day = listed(*([earlier] * len(people))), date(2026, 7, 31)
        before = told_by(old, rules.assess(old, RULES, day), day)
    return loss_signs(frame, results, RULES, AS_OF, today=today, earlier=before)


def points(sign, *people, **options):
    """The points a sign gives each customer; None where it cannot be told."""
    found = judged(*people, **options)
    one = dict(zip((sign.key for sign in found.card.signs), found.signs, strict=True))[sign]
    told = [int(points) if known else None
            for points, known in zip(one.points, one.known, strict=True)]
    return told if len(told) > 1 else told[0]


def expect(sign, cases):
    """Every customer of `cases` has the points beside him, all on one list."""
    assert points(sign, *(person for person, _ in cases)) == [given for _, given in cases]


def days_ago(days):
    return (AS_OF - timedelta(days=days)).isoformat()


def test_a_falling_balance():
    expect("balance", [
        ({"aum_point": now, "aum_prev_month_avg": before}, given) for now, before, given in (
            (30_000, 100_000, 3), (30_001, 100_000, 2), (60_000, 100_000, 2),
            (60_001, 100_000, 1), (80_000, 100_000, 1), (80_001, 100_000, 0),
            (200_000, 100_000, 0), (0, 10_000, 3), (0, 9_999.99, 0), (0, 0, None),
            (0, None, None), (None, 100_000, None))])


def test_a_balance_that_lacks_accounts_proves_no_fall():
    partial = {"aum_point": 10_000, "aum_prev_month_avg": 100_000, "aum_partial": True}
    assert points("balance", partial | {"aum_prev_month_end": None}) is None


def test_a_balance_is_never_compared_with_itself():
    assert points("balance", {"aum_quarter_avg": 100_000}) is None
    before = {"aum_quarter_avg": 100_000}
    assert points("balance", {"aum_quarter_avg": 30_000}, earlier=before) == 3


def test_no_action_for_long():
    expect("silent", [
        ({"last_txn": None if days is None else days_ago(days)}, given) for days, given in (
            (90, 0), (91, 1), (180, 1), (181, 2), (365, 2), (366, 3), (None, None))])


def test_an_account_without_a_last_action_may_have_had_one():
    assert points("silent", {"last_txn": days_ago(400), "txn_partial": True}) is None
    assert points("silent", {"last_txn": days_ago(90), "txn_partial": True}) == 0


def test_matured_and_not_renewed():
    expect("matured", [
        ({"maturity_date": days_ago(days), "maturity_amount": amount}, given)
        for days, amount, given in (
            (0, 50_000, 0), (1, 50_000, 3), (1, 49_999.99, 2), (1, None, 2), (90, 50_000, 3),
            (91, 50_000, 1), (180, 50_000, 1), (181, 50_000, 0), (-5, 50_000, 0))])


def test_what_matures_after_the_list_was_made_is_not_known_to_be_left_alone():
    person = {"maturity_date": "2026-11-05", "maturity_amount": 50_000}
    assert points("matured", person, today=date(2026, 11, 20)) == 0


def test_who_has_nothing_that_matures():
    expect("matured", [
        ({"time_deposit": 0, "wealth": 0}, 0), ({"time_deposit": 5, "wealth": 0}, None),
        ({"time_deposit": 0, "wealth": None}, None), ({"demand": 5}, None)])


def test_payroll_that_has_stopped():
    expect("payroll_stopped", [
        ({"payroll": True, "payroll_amount": 0}, 3), ({"payroll": True, "payroll_amount": 1}, 0),
        ({"payroll": True}, None), ({"payroll": False}, None), ({}, None),
        ({"payroll": False, "payroll_employer": "某单位"}, 2)])


@pytest.mark.parametrize(("now", "before", "given"), [
    (False, True, 3), (True, True, 0), (False, False, 0), (None, True, None)])
def test_an_earlier_list_tells_of_payroll(now, before, given):
    person = {"payroll": now, "payroll_amount": 5_000 if now else None}
    assert points("payroll_stopped", person, earlier={"payroll": before}) == given


def test_payroll_that_leaves_at_once():
    paid = {"payroll": True, "payroll_amount": 6_000, "aum_prev_month_end": 4_000}
    gone = paid | {"aum_point": 999, "aum_prev_month_avg": 1_998}
    expect("payroll_leaves", [
        *((paid | {"aum_point": point, "aum_prev_month_avg": average}, given)
          for point, average, given in ((999, 999, 1), (1_000, 1_000, 0), (999, 1_998, 3),
                                        (999, 1_997, 1), (None, 5_000, None))),
        (gone | {"payroll": False}, 0), (gone | {"payroll": None}, None)])


def test_balances_around_pay_day_go_before_those_of_the_months():
    paid = {"payroll": True, "payroll_amount": 6_000, "aum_prev_month_end": 4_000,
            "aum_point": 9_000}
    expect("payroll_leaves", [
        (paid, 0),
        (paid | {"pay_before": 2_000, "pay_after_7": 799}, 1),
        (paid | {"pay_before": 2_000, "pay_after_7": 800}, 0),
        (paid | {"pay_before": 2_000, "pay_after_7": None}, 0),
        (paid | {"pay_before": 2_000, "pay_after_7": 700, "aum_point": 50,
                 "aum_prev_month_avg": 100}, 3)])


def test_a_balance_of_a_day_after_pay_day_that_has_not_come_is_unknown():
    paid = {"payroll": True, "payroll_amount": 6_000, "pay_before": 4_000, "pay_after_7": 0,
            "pay_day": "2026-10-25"}
    expect("payroll_leaves", [
        (paid, None), (paid | {"pay_day": "2026-10-24"}, 1), (paid | {"pay_day": None}, 1),
        (paid | {"pay_day": "2026-10-24", "data_date": "2026-10-30"}, None),
        (paid | {"aum_prev_month_end": 4_000, "aum_point": 9_000}, 0)])


@pytest.mark.parametrize(("now", "before", "given"), [
    ({"aum_quarter_avg": 30_000}, {"aum_year_avg": 100_000}, None),
    ({"demand": 30_000}, {"aum_quarter_avg": 100_000}, None),
    ({"demand": 30_000}, {"demand": 50_000, "fund": 50_000}, None),
    ({"demand": 30_000, "fund": 0}, {"demand": 50_000, "fund": 50_000}, 3)])
def test_only_balances_of_one_measure_are_compared(now, before, given):
    assert points("balance", now, earlier=before) == given


KINDS = ("demand", "time_deposit", "fund", "wealth", "insurance")


@pytest.mark.parametrize(("before", "given"), [(2, 0), (3, 1), (4, 2), (5, 3), (None, None)])
def test_fewer_products_than_in_an_earlier_list(before, given):
    def having(count):
        return {key: 5.0 if place < count else 0.0 for place, key in enumerate(KINDS)}

    person = having(2)
    assert points("fewer_products", person,
                  earlier={} if before is None else having(before)) == given
    assert points("fewer_products", person) is None


@pytest.mark.parametrize(("now", "before", "given"), [
    ({"demand": 5_000}, {"product_count": 4}, None),
    ({"product_count": 4, "demand": 5_000}, {"product_count": 4}, None),
    ({"product_count": 1}, {"product_count": 4}, 3),
    ({"product_count": 4}, {"product_count": 4}, 0),
    ({"demand": 5}, {"demand": 5, "fund": 5}, None),
    ({"deposit": 5}, {"demand": 5, "time_deposit": 5}, None)])
def test_products_counted_otherwise_are_not_compared(now, before, given):
    assert points("fewer_products", now, earlier=before) == given


def test_mobile_banking_no_longer_used():
    expect("mobile_unused", [
        ({"mobile_bank": True, "mobile_bank_last": days_ago(30)}, 0),
        ({"mobile_bank": True, "mobile_bank_last": days_ago(31)}, 1),
        ({"mobile_bank": True, "mobile_bank_last": days_ago(90)}, 1),
        ({"mobile_bank": True, "mobile_bank_last": days_ago(90), "login_days_30d": 3}, 0),
        ({"mobile_bank": True, "mobile_bank_last": days_ago(91)}, 2),
        ({"mobile_bank": True, "mobile_bank_last": days_ago(181)}, 3),
        ({"mobile_bank_last": days_ago(181)}, 3), ({"mobile_bank": False}, 0),
        ({"mobile_bank": True, "login_days_30d": 0}, 1), ({"login_days_30d": 4}, 0),
        ({"mobile_bank": True}, None), ({}, None)])


@pytest.mark.parametrize(("sign", "cases"), [
    ("complaint", [({"complaint": True}, 3), ({"complaint": False}, 0),
                   ({"complaint": None}, None)]),
    ("new", [({"open_date": "2025-11-01"}, 2), ({"open_date": "2025-10-31"}, 1),
             ({"open_date": "2023-11-01"}, 1), ({"open_date": "2023-10-31"}, 0)]),
    ("few_products", [({"demand": 5}, 1), ({"demand": 5, "fund": 5}, 0)])])
def test_other_signs(sign, cases):
    expect(sign, cases)


@pytest.mark.parametrize("sign", ["balance", "silent", "matured", "payroll_stopped",
                                  "payroll_leaves", "fewer_products", "mobile_unused",
                                  "complaint", "new", "few_products"])
def test_without_its_columns_no_sign_can_be_told(sign, bare):
    told = dict(zip((one.key for one in bare.card.signs), bare.signs, strict=True))
    assert told[sign].known.tolist() == [False]


@pytest.fixture(scope="module")
def bare():
    """Somebody of whom a list tells nothing but the number."""
    return judged({})


def test_the_reason_has_points_and_values_most_points_first():
    found = judged({"complaint": True, "last_txn": "2026-07-01", "demand": 5})
    assert found.reason(0) == ("有投诉 3 分（有投诉）；久未动账 1 分（最近交易日 2026-07-01）；"
                               "产品单一 1 分（持有 1 类产品）")
    assert found.points[0] == 5
    assert judged({"complaint": False}).reason(0) == ""


def test_the_levels_need_points_and_urgent_points_and_the_low_one_knowledge():
    slow = {"last_txn": days_ago(400), "mobile_bank_last": days_ago(200),
            "open_date": "2026-01-01"}
    found = judged({"complaint": True, "last_txn": days_ago(366)}, {"complaint": True}, slow,
                   {"complaint": False},
                   {"complaint": False, "last_txn": "2026-10-30", "demand": 5, "fund": 5,
                    "open_date": "2015-01-01"})
    assert found.points.tolist() == [6, 3, 8, 0, 0]
    assert found.level.tolist() == [0, 1, 1, 3, 2]


@pytest.mark.parametrize(("old", "new", "where"), [
    ('id = "high"', 'id = "middle"', "level"),
    ("from = [{ points = 6, urgent = 3 }]", "from = [{ points = 0, urgent = 3 }]", "level"),
    ("from = [{ points = 0, urgent = 0 }]", "from = [{ points = 1, urgent = 0 }]", "level"),
    ("least_known = 4", "least_known = 400", "least_known"),
    ('points_3 = { field = "complaint", op = "is_true" }', "", "points_3"),
    ('field = "complaint"', 'field = "complaints"', "field"),
    ('product = "定期、国债、现金管理类"', "", "product"),
    ("[cheap]", '[cheap]\nchanel = "x"', "cheap"),
])
def test_faults_are_named(old, new, where):
    assert CARD.count(old) >= 1
    with pytest.raises(RuleError) as failed:
        read_retention(CARD.replace(old, new, 1), RULES)
    assert any(where in fault.key_path for fault in failed.value.faults)


@pytest.mark.parametrize("word", RULES.suitability.forbidden)
def test_no_forbidden_word_is_in_the_card(word):
    assert word not in CARD


@pytest.mark.parametrize(("point", "back", "amount"), [
    (60_000, True, 20_000), (50_000, True, 10_000), (49_999.99, False, 0), (None, False, 0)])
def test_who_has_reached_the_threshold_again_is_back(point, back, amount):
    frame = pd.DataFrame({"customer_id": ["k"], "aum_prev_month_avg": [55_000.0],
                          "aum_prev_month_end": [40_000.0], "aum_point": [point]}).astype(
        {"customer_id": "str", "aum_point": "float64"})
    found = recovery(frame, rules.assess(frame, RULES, AS_OF), RULES, AS_OF)
    assert bool(found.light[0])
    assert not found.heavy[0]
    assert bool(found.back[0]) is back
    assert found.amount[0] == amount


def test_a_heavy_loss_is_measured_by_the_month_before():
    frame = pd.DataFrame({"customer_id": ["k"], "aum_prev2_month_avg": [210_000.0],
                          "aum_prev_month_avg": [190_000.0], "aum_prev_month_end": [180_000.0],
                          "aum_point": [199_999.0]}).astype({"customer_id": "str"})
    found = recovery(frame, rules.assess(frame, RULES, AS_OF), RULES, AS_OF)
    assert bool(found.heavy[0])
    assert not found.back[0]


def test_losses_that_cannot_be_told_are_none():
    frame = pd.DataFrame({"customer_id": ["k"], "aum_point": [1.0]}).astype({"customer_id": "str"})
    assert recovery(frame, rules.assess(frame, RULES, AS_OF), RULES, AS_OF) is None


def test_what_is_said_of_one_customer():
    quiet = {"complaint": False, "demand": 5, "fund": 5, "open_date": "2015-01-01"}
    found = judged({"complaint": True, "last_txn": days_ago(366)}, {"complaint": True},
                   quiet | {"last_txn": days_ago(1)}, quiet | {"last_txn": days_ago(91)},
                   {"complaint": False})
    assert [found.said(row) for row in range(5)] == [
        ("风险高，预计 3 个月内，共 6 分：久未动账 3 分（最近交易日 2025-10-30）；"
         "有投诉 3 分（有投诉）。"),
        "风险中，预计 5 个月内，共 3 分：有投诉 3 分（有投诉）。",
        "风险低，没有看到流失迹象。",
        "风险低，共 1 分：久未动账 1 分（最近交易日 2026-08-01）。",
        "知道的迹象不到 4 项，看不出风险高低。"]


def test_polars_and_pandas_say_the_same():
    days = [date(2026, 10, 1), date(2026, 6, 1), None, date(2025, 1, 1)]
    columns = {"customer_id": ["a", "b", "c", "d"], "last_txn": days, "maturity_date": days,
               "maturity_amount": [60_000.0, None, 1.0, 60_000.0],
               "aum_point": [1.0, 50_000.0, None, 90_000.0], "demand": [5.0, None, 0.0, 1.0],
               "aum_prev_month_avg": [120_000.0, 100_000.0, 100_000.0, None],
               "aum_prev_month_end": [40_000.0, 90_000.0, 20_000.0, 90_000.0],
               "complaint": [True, None, False, False], "payroll": [True, True, False, None],
               "payroll_amount": [5_000.0, 0.0, None, 5_000.0]}
    frames = [pd.DataFrame({key: column(key, values) for key, values in columns.items()}),
              pl.DataFrame(columns)]
    told, back = [], []
    for frame in frames:
        results = rules.assess(frame, RULES, AS_OF)
        found = loss_signs(frame, results, RULES, AS_OF)
        told.append([found.said(row) for row in range(4)])
        losses = recovery(frame, results, RULES, AS_OF)
        back.append([losses.light.tolist(), losses.back.tolist(), losses.amount.tolist()])
    assert told[0] == told[1]
    assert back[0] == back[1]
    assert len(set(told[0])) > 2
