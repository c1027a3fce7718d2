"""How long customers stay, told by the lists of past months."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from model_lists import RULES, keep, result_of

from branchseg.analytics.answer import Verdict
from branchseg.model.table import CustomerTable
from branchseg.pipeline import models
from branchseg.pipeline.models.lives import lives
from branchseg.pipeline.models.months import month_of
from branchseg.progress import Reporter
from branchseg.rules.retention import retention_card

RULE = retention_card(RULES).history
DAYS = [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31),
        date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]


def listed(names, day, **columns):
    frame = pd.DataFrame({"customer_id": list(names), "source_rows": "1"}).astype("str")
    frame["last_txn"] = pd.Series([pd.Timestamp(day)] * len(frame), dtype="datetime64[s]")
    for key, values in {"aum_month_avg": 80_000.0, "aum_point": 80_000.0, **columns}.items():
        kind = "boolean" if key == "payroll" else "float64"
        given = values if np.ndim(values) else [values] * len(frame)
        frame[key] = pd.Series(list(given), index=frame.index, dtype=kind)
    return CustomerTable(frame, day)


def followed(*tables):
    """The lists as months."""
    result = result_of(tables[-1])
    return tuple(month_of(table, result, before)
                 for table, before in zip(tables, (None, *tables), strict=False))


CROWD = [f"k{n}" for n in range(20)]


def of(found, name):
    place = found.customers.index.get_loc(name)
    return (int(found.first[place]), int(found.end[place]), bool(found.lost[place]),
            bool(found.heavy[place]), float(found.months[place]))


def test_who_leaves_returns_comes_late_or_stays():
    found = lives(followed(
        listed([*CROWD, "leaves", "returns"], DAYS[0]), listed([*CROWD, "late"], DAYS[1]),
        listed([*CROWD, "late", "returns"], DAYS[3]), listed([*CROWD, "new"], DAYS[4])), RULE)
    assert of(found, "leaves") == (0, 1, True, False, 1.0)
    assert of(found, "returns") == (0, 3, True, False, 4.0)
    assert of(found, "late") == (1, 3, True, False, 3.0)
    assert of(found, "k0") == (0, 3, False, False, 4.0)
    assert "new" not in found.customers.index, "nobody has watched who is on one list only"
    assert found.broken == ""
    assert sorted(found.customers.index[found.just_lost]) == ["late", "returns"]


def test_a_heavy_loss_by_the_columns_of_the_list_counts_on_its_day():
    months = {"aum_prev2_month_avg": 80_000.0, "aum_prev_month_avg": 80_000.0,
              "aum_prev_month_end": 80_000.0}
    low = [20_000.0, *[80_000.0] * 20]
    fallen = months | {"aum_prev_month_avg": low, "aum_prev_month_end": low}
    everybody = ["a", *CROWD]
    tables = [listed(everybody, DAYS[0], **months), listed(everybody, DAYS[1], **fallen),
              listed(everybody, DAYS[2], **months)]
    assert of(lives(followed(*tables), RULE), "a") == (0, 1, True, True, 1.0)
    before = lives(followed(*tables[1:]), RULE)
    assert "a" not in before.customers.index, "he was lost when first seen"


@pytest.mark.parametrize(("average", "point", "heavy"), [
    (49_999.0, 49_999.0, True), (50_000.0, 49_999.0, False), (49_999.0, 50_000.0, False)])
def test_a_heavy_loss_is_told_by_two_lists_of_adjoining_months(average, point, heavy):
    then = listed(["a", "b"], DAYS[0])
    now = listed(["a", "b"], DAYS[1], aum_month_avg=[average, 8e4], aum_point=[point, 8e4])
    later = listed(["a", "b"], DAYS[2], aum_month_avg=[average, 8e4], aum_point=[point, 8e4])
    assert followed(then, now)[1].frame["heavy"].tolist() == [heavy, False]
    apart = month_of(later, result_of(later), None)
    assert apart.frame["heavy"].tolist() == [False, False]


def test_lists_before_one_of_other_people_are_left_out():
    other = [f"x{n}" for n in range(8)]
    found = lives(followed(listed([*CROWD, *other], DAYS[0]), listed(CROWD, DAYS[1]),
                           listed(CROWD[1:], DAYS[2]), listed(CROWD[1:], DAYS[3])), RULE)
    assert len(found.days) == 3
    assert of(found, "k0") == (0, 1, True, False, 1.0)
    assert "x0" not in found.customers.index
    assert "2026-04-30" in found.broken
    assert "8 户（29%）" in found.broken


def test_lists_cut_by_assets_are_left_out():
    people = [f"k{n}" for n in range(200)]
    aum = np.linspace(2e3, 2e5, 200)
    found = lives(followed(
        listed(people, DAYS[0], aum_month_avg=aum, aum_point=aum),
        listed(people[30:], DAYS[1]), listed(people[30:], DAYS[2])), RULE)
    assert len(found.days) == 2
    assert "截过" in found.broken


def crowd(rates, size=300, seed=3):
    """Seven monthly lists; of those without and with payroll a share is lost each month."""
    rng = np.random.default_rng(seed)
    paid, old = np.arange(size) % 2 == 1, np.arange(size) % 4 > 1
    here, tables = np.ones(size, dtype=bool), []
    for day in DAYS:
        names = np.array([f"c{n}" for n in range(size)])[here]
        tables.append(listed(names, day, payroll=paid[here], age=np.where(old, 70.0, 35.0)[here]))
        here = here & (rng.random(size) >= np.where(paid, rates[1], rates[0]))
    return tables


@pytest.fixture(scope="module")
def leaving():
    """Who has no payroll leaves five times as often."""
    tables = crowd((0.10, 0.02))
    everybody = tables[0].frame
    return tables, models.find("survival", result_of(CustomerTable(everybody, DAYS[-1])),
                               Reporter(), {}, followed(*tables))


def test_the_curve_is_that_of_the_lists(leaving):
    tables, found = leaving
    assert found.verdict is Verdict.OK
    after = {months: len(tables[months]) / 300 for months in (3, 5)}
    assert f"3 个月后还在 {after[3]:.1%}（" in found.sentence
    assert f"5 个月后还在 {after[5]:.1%}（" in found.sentence
    facts = dict(found.facts)
    assert facts["按代发"] == (
        "各组快慢确实不同（对数秩检验 p<0.001；p 越小越不像凑巧，0.01 以下才算不同）")
    assert "没有可比" in facts["按层级"]
    lost = 300 - len(tables[-1])
    assert facts["流失的客户"] == f"{lost} 户：不再出现在名单上 {lost} 户，重度流失 0 户"


def test_the_groups_are_those_who_were_just_lost_and_who_is_here(leaving):
    tables, found = leaving
    names = [one.name for one in found.groups]
    assert names == ["刚流失（2026-10-31 的名单）", "还在：不是代发", "还在：代发客户",
                     "以前流失的"]
    just = len(tables[-2]) - len(tables[-1])
    assert len(found.groups[0].positions) == just
    assert sum(len(one.positions) for one in found.groups) == 300
    assert "核实" in found.groups[0].advice
    gone = found.groups[0].positions[0]
    assert found.reason(int(gone)) == (
        "2026-04-30 起在名单上，2026-10-31 的名单上没有了（第 6 个月）")
    stays = found.groups[1].positions[0]
    assert found.reason(int(stays)) == "2026-04-30 起在名单上，到 2026-10-31 看了 6 个月，没有流失"


def test_points_of_the_curves_and_bars_lead_to_the_lost(leaving):
    tables, found = leaving
    titles = [one.title for one in found.pictures]
    assert titles == ["全部", "按年龄", "按代发", "每个月流失多少"]
    for dark in (False, True):
        marks = found.pictures[0].draw(dark).marks
        assert [len(one.positions) for one in marks] == [
            300 - len(tables[3]), 300 - len(tables[5])]
    assert "3 个月内流失" in marks[0].title
    split = found.pictures[2].draw(False).marks
    assert sum(len(one.positions) for one in split) == sum(
        len(one.positions) for one in marks)
    months = found.pictures[3].draw(False).marks
    assert [len(one.positions) for one in months] == [
        len(a) - len(b) for a, b in pairwise(tables)]


def test_alike_groups_are_not_told_apart():
    tables = crowd((0.05, 0.05))
    found = models.find("survival", result_of(tables[-1]), Reporter(), {}, followed(*tables))
    assert "看不出快慢不同" in dict(found.facts)["按代发"]
    assert [one.name for one in found.groups] == ["还在：全部客户"]
    assert found.reason(0).endswith("没有流失")


@pytest.mark.parametrize(("count", "rates", "words"), [
    (0, (0.1, 0.1), "只有 0 个月的，至少要 3 个月"), (2, (0.1, 0.1), "只有 2 个月的"),
    (3, (0.1, 0.1), "前后隔 3 个月以上"), (7, (0.01, 0.0), "至少要 20 户")])
def test_too_little_is_refused_with_what_to_collect(count, rates, words):
    tables = crowd(rates)
    found = models.find("survival", result_of(tables[-1]), Reporter(), {},
                        followed(*tables[:count]) if count else ())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert words in found.sentence
    assert "每月" in found.sentence
    assert not found.groups
    assert not found.pictures


def test_gaps_and_a_short_watch_are_said():
    tables = crowd((0.06, 0.06))
    found = models.find("survival", result_of(tables[4]), Reporter(), {},
                        followed(tables[0], tables[1], tables[4]))
    assert any("最多隔 3 个月" in one for one in found.warnings)
    assert any("最长只看了 4 个月" in one for one in found.warnings)
    assert "5 个月后的还看不到" in found.sentence


def keep_all(vault, *lists):
    keep(vault, *(listed(names, day) for names, day in lists))


def test_the_vault_gives_the_last_list_of_each_month_of_one_kind(vault):
    people = list("abcd")
    keep_all(vault, (people, DAYS[0]), (people[:3], date(2026, 5, 8)), (people, DAYS[1]),
         (list("wxyz"), DAYS[2]), (people[1:], DAYS[3]))
    months = models.gather("survival", vault, result_of(listed(people, DAYS[3])))
    assert [month.day for month in months] == [DAYS[0], DAYS[1], DAYS[3]]
    assert [len(month.frame) for month in months] == [4, 4, 3]
    assert "payroll" not in months[0].frame
    whole = month_of(vault.list_table(1), result_of(listed(people, DAYS[3])), None)
    pd.testing.assert_frame_equal(months[0].frame, whole.frame)


def test_an_empty_vault_has_no_months(vault):
    assert models.gather("survival", vault, result_of(listed(["a"], DAYS[0]))) == ()


@pytest.mark.parametrize("day", [DAYS[3], date(2026, 8, 5)])
def test_a_short_list_among_the_monthly_ones_hides_none_of_them(vault, day):
    people = list("abcdefghij")
    keep_all(vault, *((people, one) for one in DAYS[:4]), (people[:2], day))
    months = models.gather("survival", vault, result_of(listed(people, DAYS[3])))
    assert [month.day for month in months] == DAYS[:4]
    assert [len(month.frame) for month in months] == [10, 10, 10, 10]


def test_of_two_kinds_the_one_still_kept_counts_and_of_those_the_longer(vault):
    old, new = list("abcd"), list("wxyz")
    keep_all(vault, *((old, day) for day in (DAYS[0], DAYS[1], DAYS[2])),
         *((new, day) for day in DAYS[3:5]))
    result = result_of(listed(new, DAYS[4]))
    assert [month.day for month in models.gather("survival", vault, result)] == DAYS[:3]
    keep_all(vault, (new, DAYS[6]), (new, date(2026, 11, 30)))
    assert [month.day for month in models.gather("survival", vault, result)] == [
        DAYS[3], DAYS[4], DAYS[6], date(2026, 11, 30)]


def test_a_list_of_a_day_that_has_not_come_is_no_month(vault):
    people = list("abcd")
    keep_all(vault, *((people, day) for day in (*DAYS[:3], date(2062, 7, 31))))
    result = replace(result_of(listed(people, DAYS[2])), clock=DAYS[3])
    assert [month.day for month in models.gather("survival", vault, result)] == DAYS[:3]


@pytest.mark.parametrize("day", [DAYS[3], date(2026, 8, 5)])
def test_who_is_on_another_list_of_that_day_or_later_is_not_lost(vault, day):
    moved, others = ["m0", "m1"], [f"x{n}" for n in range(18)]
    keep_all(vault, *(([*CROWD, *moved, "left"], one) for one in DAYS[:3]),
         ([*others, *moved], day), (CROWD, DAYS[3]))
    found = lives(models.gather("survival", vault, result_of(listed(CROWD, DAYS[3]))), RULE)
    assert found.broken == ""
    assert sorted(found.customers.index[found.lost]) == ["left"]
    assert of(found, "m0") == (0, 3, False, False, 3.0)


def test_who_was_on_another_list_in_between_is_lost_after_that(vault):
    others = [f"x{n}" for n in range(18)]
    keep_all(vault, ([*CROWD, "m0"], DAYS[0]), (CROWD, DAYS[1]), ([*others, "m0"], DAYS[1]),
         (CROWD, DAYS[2]))
    found = lives(models.gather("survival", vault, result_of(listed(CROWD, DAYS[2]))), RULE)
    assert of(found, "m0") == (0, 2, True, False, 2.0)
