"""Several lists in force: who is on an older one only, from cleaned rows to what is to be done."""

from datetime import date

import numpy as np
import pytest

from branchseg import pipeline, rules
from branchseg.intake import match
from branchseg.model.raw import RawTable, SourceRef
from branchseg.paths import resources_dir

RULES = rules.load(resources_dir() / "rules")
HEADERS = ("客户号", "姓名", "月日均AUM", "最近交易日", "同意营销")
OLD, NEW = date(2025, 1, 31), date(2026, 2, 28)
WANG = ("C1", "王五", 860_000.0, "2025-01-20", "是")
LI = ("C2", "李四", 60_000.0, "2025-01-10", "是")


def a_list(day, *rows, headers=HEADERS):
    """A list of its day, as it was read."""
    raw = RawTable(SourceRef(f"{day}.xlsx", "", "xlsx", "", 1), headers, (0.0,) * len(headers),
                   tuple(list(column) for column in zip(*rows, strict=True)),
                   list(range(2, 2 + len(rows))), day)
    return pipeline.ListSource(raw, match(raw).accept())


def judged(*lists, **options):
    return pipeline.evaluate(pipeline.prepare(lists, **options), RULES)


def row_of(result, customer_id):
    place = result.table.frame["customer_id"].tolist().index(customer_id)
    return place, pipeline.customer(result, place)


def test_who_is_on_the_old_list_only_is_not_dormant():
    result = judged(a_list(OLD, WANG, LI),
                    a_list(NEW, ("C2", "李四", 70_000.0, "2026-02-20", "是")))
    place, wang = row_of(result, "C1")
    assert result.table.as_of == NEW
    assert (wang["status"], wang["tier"], wang["days_since_txn"]) == ("unverified", "vip", 11)
    assert wang["actions"] == "verify_current"
    told = pipeline.explain(result, place)
    assert told.status_evidence[0].text.endswith("资料停在 2025-01-31")
    assert told.tier_reason.endswith("数据截至 2025-01-31。")
    assert np.isnan(wang["rfm_r"])  # what was recent a year ago is not now
    _, li = row_of(result, "C2")
    assert (li["status"], li["days_since_txn"], li["outdated"]) == ("core", 8, False)
    assert li["rfm_r"] == 5


def test_deposits_count_as_holdings_for_rules_and_rfm_alike():
    headers = ("客户号", "最近交易日", "存款余额", "基金余额", "月日均AUM")
    rows = [("C1", "2026-02-01", 5_000.0, 7_000.0, 12_000.0), ("C2", "2026-02-01", 9.0, 0.0, 9.0)]
    result = judged(a_list(NEW, *rows, headers=headers)).results
    assert result["holdings"].tolist() == [2, 1]
    assert result["rfm_f"].tolist() == [3, 2]
    assert set(result["rfm_f_basis"]) == {"holdings"}


def test_recency_counts_to_each_customers_own_day():
    acted = ("C1", "王五", 860_000.0, "2026-01-20", "是")
    result = judged(a_list(date(2026, 1, 31), acted), a_list(NEW, LI))
    assert result.results["rfm_r"].tolist() == [5, 1]


def test_a_list_of_balances_makes_nobody_active_or_dormant():
    owned = a_list(NEW, ("C1", 900_000.0), ("C2", 65_000.0), headers=("客户号", "月日均AUM"))
    result = judged(a_list(OLD, WANG, LI), owned)
    place, wang = row_of(result, "C1")
    assert (wang["status"], wang["outdated"], wang["aum"]) == ("unverified", True, 900_000)
    assert "截至" not in pipeline.explain(result, place).tier_reason


@pytest.mark.parametrize("days", [(date(2026, 1, 28), date(2026, 1, 31)),
                                  (date(2025, 12, 31), date(2026, 2, 28))])
def test_lists_of_one_or_two_months_punish_nobody(days):
    acted = ("C1", "王五", 860_000.0, "2025-12-20", "是")
    newer = ("C2", "李四", 60_000.0, "2026-01-10", "是")
    result = judged(a_list(days[0], acted), a_list(days[1], newer))
    assert result.results["status"].tolist() == ["core", "core"]
    assert result.results["outdated"].tolist() == [False, False]


def test_a_single_list_is_never_behind_whatever_its_title_says():
    result = judged(a_list(OLD, WANG, LI), as_of=NEW)
    assert result.results["days_behind_list"].tolist() == [0, 0]
    assert result.results["status"].tolist() == ["dormant", "dormant"]


def test_totals_say_how_many_the_newest_list_does_not_tell_of():
    invalid = ("C3", "赵六", 10.0, "2020-01-01", "是")
    result = judged(a_list(date(2026, 2, 20), WANG, LI, invalid),
                    a_list(NEW, ("C2", "李四", 70_000.0, "2026-02-20", "是")))
    assert not row_of(result, "C1")[1]["outdated"]  # still in all totals
    assert pipeline.left_behind(result) == [row_of(result, "C1")[0]]
    assert pipeline.summary(result)["not_in_newest_list"] == 1
    alone = judged(a_list(NEW, WANG, LI))
    assert pipeline.left_behind(alone) == []
    assert pipeline.summary(alone)["not_in_newest_list"] == 0


# --- the day of the data ---


def of_two_days(old, new):
    """`old` customers of January and `new` ones of February, seen on 10 March 2026."""
    january, february = date(2026, 1, 31), date(2026, 2, 28)
    lists = [a_list(day, *((f"{day.month}-{n}", "王五", 1.0, day.isoformat(), "是")
                           for n in range(count)))
             for day, count in ((january, old), (february, new))]
    return pipeline.evaluate(pipeline.prepare(lists), RULES, today=date(2026, 3, 10))


@pytest.mark.parametrize(("old", "new", "told", "age"), [
    (5, 2, "2026-01-31（2 户较新，最新 2026-02-28）",
     "大多数客户的数据日期是 2026-01-31，已过 38 天。"),
    (2, 5, "2026-02-28", ""), (3, 3, "2026-02-28", ""),
])
def test_a_few_new_customers_do_not_make_the_others_new(old, new, told, age):
    result = of_two_days(old, new)
    assert result.days_told == told
    assert pipeline.list_age(result).startswith(age)
    assert bool(pipeline.list_age(result)) is bool(age)
    assert result.today == date(2026, 3, 10)


def test_a_list_of_balances_is_as_new_as_its_assets():
    rows = [("C1", 5.0), ("C2", 6.0)]
    result = judged(a_list(OLD, WANG, LI), a_list(NEW, *rows, headers=("客户号", "月日均AUM")))
    assert result.usual_day == NEW
