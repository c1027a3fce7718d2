"""What became of the customers of an earlier list, and what that says of the retention card."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.analytics.answer import Verdict
from branchseg.model.issues import IssueLog
from branchseg.model.raw import SourceRef
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline import models
from branchseg.pipeline.models.retention_history import History, earlier_values, try_card
from branchseg.progress import Reporter
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

RULES = rules.load(resources_dir() / "rules")
JULY, OCTOBER = date(2026, 7, 31), date(2026, 10, 31)
PEOPLE = 400


def listed(names, day, **columns):
    frame = pd.DataFrame({"customer_id": names, "source_rows": names}).astype("str")
    frame["last_txn"] = pd.Series([pd.Timestamp(day)] * len(names), dtype="datetime64[s]")
    frame["open_date"] = pd.Series(pd.Timestamp("2015-01-01"), index=frame.index,
                                   dtype="datetime64[s]")
    for key, values in columns.items():
        kind = "boolean" if key in {"complaint", "payroll"} else "float64"
        frame[key] = pd.Series(list(values), index=frame.index, dtype=kind)
    return CustomerTable(frame, day)


def result_of(table):
    size = len(table)
    return pipeline.evaluate(pipeline.Prepared(
        table, IssueLog(), (), "given", size, size, {}), RULES)


def history(chance_of_who_complained, chance_of_others, seed=1):
    """Two lists between which customers have gone."""
    rng = np.random.default_rng(seed)
    names = [f"k{n}" for n in range(PEOPLE)]
    angry = rng.random(PEOPLE) < 0.4
    gone = rng.random(PEOPLE) < np.where(angry, chance_of_who_complained, chance_of_others)
    aum = np.full(PEOPLE, 30_000.0)
    older = listed(names, JULY, complaint=angry, aum_month_avg=aum, demand=aum, fund=aum)
    stay = np.flatnonzero(~gone)
    newer = listed([names[n] for n in stay], OCTOBER, complaint=angry[stay],
                   aum_month_avg=aum[stay], demand=aum[stay], fund=aum[stay])
    return History(older, newer), int(gone.sum())


@pytest.fixture(scope="module")
def telling():
    """Who complained mostly leaves."""
    return history(0.7, 0.1)


def test_a_card_that_holds_says_so_and_is_as_good_as_a_fit(telling):
    lists, gone = telling
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, lists)
    assert found.verdict is Verdict.RULE_IS_AS_GOOD
    told = dict(found.facts)["历史检验"]
    assert f"2026-07-31 的 400 户，到 2026-10-31 流失 {gone} 户" in told
    assert "评分卡分得开" in told
    assert "不比评分卡更准" in told
    assert not any("还没有用本网点的实际流失结果验证" in words for words in found.warnings)


def test_the_rates_are_those_of_each_level(telling):
    lists, gone = telling
    trial = try_card(lists, result_of(lists.newer))
    angry = lists.older.frame["complaint"].to_numpy(dtype=bool)
    left = ~lists.older.frame["customer_id"].isin(lists.newer.frame["customer_id"]).to_numpy()
    assert (trial.customers, trial.lost) == (PEOPLE, gone)
    assert np.isnan(trial.rates[0])
    assert trial.rates[1:] == (left[angry].mean(), left[~angry].mean())
    assert repr(trial) == repr(try_card(lists, result_of(lists.newer)))


def test_a_card_that_does_not_hold_is_not_reliable():
    lists, _ = history(0.3, 0.3)
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, lists)
    assert found.verdict is Verdict.NOT_RELIABLE
    assert "没有分开" in dict(found.facts)["历史检验"]
    assert any("不要按它安排成本" in words for words in found.warnings)


def test_too_few_lost_ones_are_not_learnt_from():
    lists, gone = history(0.1, 0.02)
    assert gone < 50
    found = models.find("retention", result_of(lists.newer), Reporter(), {}, lists)
    assert found.verdict is Verdict.OK
    assert any(f"流失 {gone} 户" in words and "没有拟合" in words for words in found.warnings)


@pytest.mark.parametrize(("now", "lost"), [(5_000.0, 1), (5_000.01, 0), (None, 0)])
def test_who_took_half_his_money_away_is_lost(now, lost):
    older = listed(["a", "b"], JULY, aum_month_avg=[10_000.0, 9_999.0])
    newer = listed(["a", "b"], OCTOBER, aum_month_avg=[now, 100.0])
    trial = try_card(History(older, newer), result_of(newer))
    assert (trial.customers, trial.lost) == (1 if now is None else 2, lost)


def test_an_earlier_list_is_laid_beside_the_customers_of_now():
    older = listed(["a", "b"], JULY, aum_month_avg=[1.0, 2.0], payroll=[True, None],
                   demand=[5.0, 5.0], fund=[5.0, 0.0])
    newer = listed(["b", "c", "a"], OCTOBER, aum_month_avg=[1.0, 1.0, 1.0])
    found = earlier_values(result_of(newer), History(older, newer))
    assert found["aum"].tolist()[::2] == [2.0, 1.0]
    assert found["holdings"].tolist()[::2] == [1.0, 2.0]
    assert found["aum"].isna().tolist() == [False, True, False]
    assert found["payroll"].isna().tolist() == [True, True, False]


@pytest.fixture
def vault(tmp_path: Path):
    with Vault.create(tmp_path / "vault", "一句足够长的口令口令口令",
                      Argon2Cost(memory_kib=64, passes=1, lanes=1)) as opened:
        yield opened


def keep(vault, names, day):
    return vault.save_batch(
        listed(names, day, aum_month_avg=[1_000.0] * len(names)),
        imported_at=datetime.now(UTC), ruleset_id="r", issues=IssueLog(), summary={},
        sources=[SourceRef("名单.xlsx", "a" * 64, "xlsx", "Sheet1", 1)],
        rows_read=len(names), rows_used=len(names))


@pytest.mark.parametrize(("day", "names", "found"), [
    (date(2026, 7, 31), "abcd", True), (date(2026, 8, 1), "abcd", False),
    (date(2026, 7, 31), "awxyz", False)])
def test_lists_are_of_one_kind_and_three_months_apart(vault, day, names, found):
    keep(vault, list(names), day)
    keep(vault, list("abce"), OCTOBER)
    got = models.gather("retention", vault, result_of(listed(["a"], OCTOBER)))
    assert (got is not None) is found
    if got is not None:
        assert got.older.as_of == day
        assert sorted(got.newer.frame["customer_id"]) == list("abce")


def test_one_list_has_no_history(vault):
    keep(vault, ["a"], OCTOBER)
    assert models.gather("retention", vault, result_of(listed(["a"], OCTOBER))) is None
