"""The payroll clock of a table of transactions."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg.analytics.answer import Verdict
from branchseg.analytics.answers.payroll import PayrollSpec, answer

SPEC = {"customer": "号", "date": "日", "amount": "额", "kind": "摘要", "pay": "代发"}


def book(customers=20, months=range(1, 7), stops=0):
    """Odd customers take nearly all out two days after the tenth, the others keep half.

    The first `stops` customers are paid for the last time in April.
    """
    rows = []
    for one in range(customers):
        balance = 1_000.0
        for month in months:
            paid = one >= stops or month <= 4
            for day, amount, kind in ((10, 5_000.0 if paid else 0.0, "批量代发工资"),
                                      (12, -5_800.0 if one % 2 else -3_000.0, "转账"),
                                      (28, 800.0 if one % 2 else -2_000.0, "其他")):
                if amount > 0 or paid:
                    balance += amount
                    rows.append((f"C{one:02d}", date(2026, month, day).isoformat(), amount, kind,
                                 balance, "乙厂" if one % 2 else "甲厂"))
    return pd.DataFrame(rows, columns=["号", "日", "额", "摘要", "余", "单位"]).astype(object)


def asked(frame, **more):
    return answer(frame, PayrollSpec(**SPEC | more))


def test_with_balances_it_says_what_is_kept_and_when_it_leaves():
    found = asked(book(), balance="余", group="单位")
    assert (found.verdict, found.warnings) == (Verdict.OK, ())
    odd = np.mean([200 / 6_000] * 6)
    kept = np.mean([odd, 0.5])
    assert found.quality["kept"] == pytest.approx(kept)
    assert found.quality["left"] == 0.5
    assert found.quality["median_days"] == 2
    curve = found.figures["curve"]
    assert [curve[day]["kept"] for day in (0, 1)] == [1, 1]
    assert curve[2]["kept"] == pytest.approx(kept)
    assert [curve[day]["left"] for day in (1, 2, 15)] == [0, 0.5, 0.5]
    groups = found.figures["groups"]
    assert groups["乙厂"]["left"] == 1
    assert groups["甲厂"]["left"] == 0
    assert found.figures["log_rank"]["p"] < 0.001


def test_a_row_per_customer_who_was_paid():
    found = asked(book(stops=3), balance="余")
    rows = found.per_row.set_index("号")
    assert len(rows) == 20
    assert rows.loc["C00"].tolist()[:2] == [4, "2026-04-10"]
    assert rows.loc["C00", ["months_missed", "lost"]].tolist() == [2, True]
    assert rows.loc["C05", ["months_missed", "lost"]].tolist() == [0, False]
    assert rows.loc["C05", "days_until_left"] == 2
    assert np.isnan(rows.loc["C04", "days_until_left"])
    assert found.quality["lost"] == 3
    assert asked(book(stops=3), balance="余", periods=3).quality["lost"] == 0


def test_a_month_whose_pay_day_has_not_come_is_not_missed():
    frame = book(stops=3)
    early = frame[frame["日"] <= "2026-06-09"]
    rows = asked(early, balance="余").per_row.set_index("号")
    assert rows.loc["C00", "months_missed"] == 1


def test_without_balances_it_is_about_and_says_so():
    found = asked(book())
    assert found.warnings == ("no_balance",)
    assert found.quality["kept"] == pytest.approx(np.mean([0, 0.4]))


@pytest.mark.parametrize("balance", ["余", None])
def test_the_newest_first_gives_the_same(balance):
    frame = book()
    turned = asked(frame.iloc[::-1].reset_index(drop=True), balance=balance)
    whole = asked(frame, balance=balance)
    assert turned.quality == whole.quality
    pd.testing.assert_frame_equal(turned.per_row, whole.per_row)


def test_rows_that_cannot_be_read_are_left_out_and_too_few_pays_refused():
    frame = book()
    frame.loc[0, "日"] = "某日"
    assert asked(frame, balance="余").warnings == ("rows_left_out:1",)
    few = asked(book(customers=3), balance="余")
    assert (few.verdict, few.code) == (Verdict.NOT_ENOUGH_DATA, "analytics.payroll.few")
    assert few.params["pays"] == 18
    assert asked(book(), pay="奖金").params["pays"] == 0


def mistyped(frame, day):
    return pd.concat([frame, frame.iloc[[0]].assign(日=day, 额=-1.0)], ignore_index=True)


@pytest.mark.parametrize("options", [{}, {"as_of": date(2026, 6, 30)}])
def test_a_row_of_a_day_to_come_changes_nothing_and_is_said(options):
    whole = asked(book(stops=3), balance="余", **options)
    found = asked(mistyped(book(stops=3), "2962-06-20"), balance="余", **options)
    assert found.warnings == ("after_end:1",)
    assert found.quality == whole.quality
    pd.testing.assert_frame_equal(found.per_row, whole.per_row)


def test_months_are_counted_up_to_the_day_asked_for():
    def lost(day):
        rows = asked(book(), balance="余", as_of=date.fromisoformat(day)).per_row
        return rows["months_missed"].unique().tolist()
    assert [lost("2026-06-30"), lost("2026-08-09"), lost("2026-08-10")] == [[0], [1], [2]]
    early = asked(book(), balance="余", as_of=date(2026, 3, 31))
    assert early.quality["pays"] == 60
    assert early.warnings == ("after_end:180",)


def test_what_is_kept_is_seen_up_to_the_day_asked_for():
    frame = book()
    frame = frame[frame["日"] <= "2026-06-12"]
    assert asked(frame, balance="余").quality["pays_judged"] == 100
    assert asked(frame, balance="余", as_of=date(2026, 6, 17)).quality["pays_judged"] == 120


def test_a_lone_last_day_is_doubted():
    assert "as_of_doubtful" not in asked(book(), balance="余").warnings
    early = book().assign(日=lambda frame: frame["日"].str.replace("2026", "2020"))
    found = asked(mistyped(early, "2022-06-20"), balance="余")
    assert found.warnings == ("as_of_doubtful",)
    assert found.parameters == {"as_of": "2022-06-20"}
