"""Two amounts of one customer on lists of one day: which one was taken is said, with both."""

from __future__ import annotations

from datetime import date

import pytest

from branchseg.model.issues import SEVERITY, Severity
from branchseg.model.issues import IssueCode as C

DAY, EARLIER = date(2026, 10, 31), date(2026, 9, 30)


def conflicts(issues):
    return [(issue.source, issue.row, issue.field, issue.shown)
            for issue in issues if issue.code is C.LISTS_CONFLICT]


def two(make_list, first, second, key="demand", *, dates=(DAY, DAY), units=(1.0, 1.0)):
    return [make_list({"customer_id": ["A"], key: [amount]}, as_of=day, name=name,
                      units={key: unit})
            for amount, day, name, unit in zip(
                (first, second), dates, ("甲.xlsx", "乙.xlsx"), units, strict=True)]


def test_both_amounts_both_rows_and_the_field_are_named(clean, make_list):
    frame, issues, _ = clean(*two(make_list, 10000.0, 12345.6))
    assert frame["demand"].tolist() == [12345.6]
    assert conflicts(issues) == [
        ("乙.xlsx", 2, "demand",
         "取了 12,345.60 元（第 表2：2 行），没有取 10,000 元（第 2 行）")]
    assert SEVERITY[C.LISTS_CONFLICT] is Severity.WARNING


@pytest.mark.parametrize("key", ["aum_point", "aum_month_avg", "deposit", "wealth", "loan",
                                 "payroll_amount", "maturity_amount", "credit_limit"])
def test_it_holds_for_every_amount(clean, make_list, key):
    _, issues, _ = clean(*two(make_list, 10000.0, 20000.0, key))
    assert [field for _, _, field, _ in conflicts(issues)] == [key]


@pytest.mark.parametrize(("first", "second", "units", "told"), [
    (10000.0, 10000.0, (1.0, 1.0), 0),
    (10000.0, None, (1.0, 1.0), 0),
    (None, 10000.0, (1.0, 1.0), 0),
    (0.0, 10000.0, (1.0, 1.0), 1),
    (12345.67, 12346.0, (1.0, 1.0), 0),  # one list is in whole 元
    (12345.0, 12346.0, (1.0, 1.0), 1),
    (123_456.78, 12.35, (1.0, 1e4), 0),  # 万元 with two digits
    (123_456.78, 12.34, (1.0, 1e4), 0),  # cut off, not rounded
    (123_456.78, 12.33, (1.0, 1e4), 1),
    (12.35, 123_456.78, (1e4, 1.0), 0),
    (123_456.78, 12.0, (1.0, 1e4), 0),  # whole 万元
    (123_456.78, 14.0, (1.0, 1e4), 1),
    (10000.0, 14000.0, (1.0, 1.0), 1),  # round, but in 元
    (1.0, 10000.0, (1.0, 1.0), 1),  # a unit that was forgotten
])
def test_only_a_difference_that_rounding_does_not_explain_is_told(
        clean, make_list, first, second, units, told):
    _, issues, _ = clean(*two(make_list, first, second, units=units))
    assert len(conflicts(issues)) == told


@pytest.mark.parametrize(("dates", "told", "kept"), [
    ((DAY, DAY), 1, 2.0), ((EARLIER, DAY), 0, 2.0), ((DAY, EARLIER), 0, 1.0),
    ((None, None), 1, 2.0), ((None, DAY), 1, 2.0), ((DAY, None), 1, 1.0),
])
def test_amounts_of_two_days_may_differ(clean, make_list, dates, told, kept):
    frame, issues, _ = clean(*two(make_list, 1.0, 2.0, dates=dates))
    assert frame["demand"].tolist() == [kept]
    assert len(conflicts(issues)) == told


def test_of_three_lists_each_other_amount_is_told(clean, make_list):
    lists = [make_list({"customer_id": ["A", "B"], "demand": [amount, 7.0]}, as_of=DAY)
             for amount in (100.0, 200.0, 300.0)]
    frame, issues, _ = clean(*lists)
    assert frame["demand"].tolist() == [300.0, 7.0]
    assert [shown for *_, shown in conflicts(issues)] == [
        "取了 200 元（第 表2：2 行），没有取 100 元（第 2 行）",
        "取了 300 元（第 表3：2 行），没有取 200 元（第 表2：2 行）"]


def test_parts_of_an_account_list_add_up_and_contradict_nobody(clean, make_list):
    parts = [make_list({"customer_id": ["A"], "account_no": [number], "demand": [amount]},
                       as_of=DAY) for number, amount in (("1", 10.0), ("2", 20.0))]
    frame, issues, _ = clean(*parts)
    assert frame["demand"].tolist() == [30.0]
    assert not conflicts(issues)


def test_many_rows_are_not_all_named(clean, make_list):
    accounts = make_list({"customer_id": ["A"] * 30, "account_no": [str(n) for n in range(30)],
                          "demand": [1.0] * 30}, as_of=DAY)
    _, issues, _ = clean(accounts, make_list({"customer_id": ["A"], "demand": [61.0]}, as_of=DAY))
    ((*_, shown),) = conflicts(issues)
    assert shown == ("取了 61 元（第 表2：2 行），没有取 30 元"
                     "（第 2、3、4、5、6、7、8、9、10、11、12、13… 行）")


ACCOUNTS = [3.23, 3.23, 3.23, 3.23, 3.23]


@pytest.mark.parametrize(("total", "told"), [
    (161_728.35, 0), (161_999.99, 0), (162_000.0, 1), (161_000.01, 0), (161_000.0, 1)])
@pytest.mark.parametrize("accounts_first", [True, False])
def test_every_account_that_was_added_up_was_rounded(clean, make_list, total, told,
                                                     accounts_first):
    accounts = make_list({"customer_id": ["A"] * 5, "account_no": list("12345"),
                          "demand": ACCOUNTS}, as_of=DAY, units={"demand": 1e4})
    whole = make_list({"customer_id": ["A"], "demand": [total]}, as_of=DAY)
    _, issues, _ = clean(*([accounts, whole] if accounts_first else [whole, accounts]))
    assert len(conflicts(issues)) == told


def test_accounts_of_several_parts_were_rounded_too(clean, make_list):
    parts = [make_list({"customer_id": ["A"] * len(numbers), "account_no": list(numbers),
                        "demand": ACCOUNTS[:len(numbers)]}, as_of=DAY, units={"demand": 1e4})
             for numbers in ("123", "45")]
    whole = make_list({"customer_id": ["A"], "demand": [161_728.35]}, as_of=DAY)
    frame, issues, _ = clean(*parts, whole)
    assert frame["demand"].tolist() == [161_728.35]
    assert not conflicts(issues)


DUE, OTHER_DUE = date(2026, 12, 5), date(2027, 1, 5)


@pytest.mark.parametrize(("due", "amount"), [(DUE, 50_000.0), (OTHER_DUE, float("nan"))])
def test_an_amount_stays_with_its_maturity_date(clean, make_list, due, amount):
    frame, _, _ = clean(
        make_list({"customer_id": ["A"], "maturity_date": [DUE], "maturity_amount": [50_000.0]},
                  as_of=EARLIER, name="甲.xlsx"),
        make_list({"customer_id": ["A"], "maturity_date": [due], "maturity_amount": [None]},
                  as_of=DAY, name="乙.xlsx"))
    assert frame["maturity_date"][0].date() == due
    (kept,) = frame["maturity_amount"].tolist()
    assert kept == pytest.approx(amount, nan_ok=True)


def test_of_rows_with_one_maturity_date_the_one_with_an_amount_counts(clean):
    frame, _, _ = clean({"customer_id": ["A", "A"], "maturity_date": [DUE, DUE],
                         "maturity_amount": [None, 50_000.0]})
    assert frame["maturity_amount"].tolist() == [50_000.0]
