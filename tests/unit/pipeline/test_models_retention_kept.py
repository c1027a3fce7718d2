"""A learnt retention model: kept, asked about later lists without a fit; lists to learn from."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from model_lists import keep, listed, result_of

from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled
from branchseg.pipeline import models
from branchseg.pipeline.models import retention_history
from branchseg.pipeline.models.retention_history import History, Material, try_card
from branchseg.progress import Reporter
from branchseg.store.records import KeptModel

APRIL, JULY, OCTOBER = date(2026, 4, 30), date(2026, 7, 31), date(2026, 10, 31)
PEOPLE = 600


def columns_of(size=PEOPLE):
    """Some complained; the young log in; all have the same money."""
    rng = np.random.default_rng(2)
    return {"complaint": rng.random(size) < 0.2, "age": rng.integers(20, 80, size).astype(float),
            "aum_month_avg": np.full(size, 30_000.0), "demand": np.full(size, 3_000.0),
            "fund": np.full(size, 27_000.0), "login_days_30d": rng.integers(0, 9, size)}


NAMES = np.array([f"k{n}" for n in range(PEOPLE)])


@pytest.fixture(scope="module")
def lists():
    """Who complained may leave, and the old do: of the latter the card knows nothing."""
    told = columns_of()
    rng = np.random.default_rng(7)
    gone = rng.random(PEOPLE) < np.where(told["age"] > 65, 0.6, 0.01) + 0.15 * told["complaint"]
    stay = np.flatnonzero(~gone)
    newer = {key: values[stay] for key, values in told.items()}
    return History(listed(NAMES, JULY, **told), listed(NAMES[stay], OCTOBER, **newer))


def find(result, material, *, anew=False):
    return models.find("retention", result, Reporter(), {}, material, anew=anew)


@pytest.fixture(scope="module")
def learnt(lists):
    return find(result_of(lists.newer), Material(lists))


@pytest.fixture(scope="module")
def kept(learnt):
    """As it comes back from the vault."""
    plain = json.loads(json.dumps(asdict(replace(learnt.fitted, as_of=None, id=3))))
    return KeptModel(**plain | {"as_of": JULY, "features": tuple(plain["features"]), "names": ()})


def test_a_fit_that_beats_the_card_may_be_kept(learnt, kept):
    assert learnt.verdict is Verdict.OK
    assert "用历史拟合的模型更准" in dict(learnt.facts)["历史检验"]
    assert (kept.model, kept.quality["months"], len(kept.data_hash)) == ("retention", 3, 64)
    assert (kept.quality["customers"], kept.quality["judged"]) == (420, 180)
    assert kept.quality["auc_low"] > kept.quality["rule"] > 0.5


def test_a_kept_model_says_the_chance_of_everybody_and_why(lists, kept, monkeypatch):
    monkeypatch.setattr(retention_history, "learn", None)  # nothing may be fitted
    result = result_of(lists.newer)
    found = find(result, Material(lists, kept=kept))
    assert (found.verdict, found.kept, found.fitted) == (Verdict.OK, kept, None)
    facts = dict(found.facts)
    assert facts["模型来自"] == "2026-07-31 的名单（学了 420 户）"
    assert facts["留用时的质量"].startswith("没有学过的客户上 AUC 0.")
    assert "评分卡分得开" in facts["历史检验"]
    assert "模型更准" not in facts["历史检验"]
    assert any("按 2026-07-31 留用的模型逐户估计（3 个月内）" in words
               for words in found.warnings)
    age = result.table.frame["age"].to_numpy()
    old, young = (found.reason(int(place)) for place in (age.argmax(), age.argmin()))
    assert "3 个月内流失的可能约" in old
    assert kept.fitted["until"] == "2026-10-31"
    assert "年龄 " in old
    assert "可能性较高" in old
    assert "。。" not in old + young
    assert "。按留用的模型" in old
    assert "可能性较低" in young


def test_who_is_worth_the_cost_follows_from_the_kept_model(lists, kept, learnt):
    result = result_of(lists.newer)
    found = find(result, Material(lists, kept=kept))
    worth = np.concatenate([one.positions for one in found.groups
                            if "值得" in one.name and "不值得" not in one.name])
    age = result.table.frame["age"].to_numpy()
    assert age[worth].min() > 45
    by_card = np.concatenate([one.positions for one in learnt.groups
                              if "值得" in one.name and "不值得" not in one.name] or [[]])
    assert sorted(by_card) != sorted(worth)


def test_a_list_without_a_feature_is_judged_by_the_card(lists, kept):
    told = columns_of()
    del told["age"]
    found = find(result_of(listed(NAMES, OCTOBER, **told)), Material(kept=kept))
    assert (found.verdict, found.kept) == (Verdict.UNTRIED, kept)
    assert any("“年龄”没有或大多未知" in words and "按评分卡" in words for words in found.warnings)
    assert "按留用的模型" not in found.reason(0)
    assert found.groups


@pytest.fixture(scope="module")
def kept_by_assets(lists):
    """Learnt where customers have more or less money, and the poor leave as well as the old."""
    money = np.exp(np.random.default_rng(3).normal(11, 1, PEOPLE)).round()
    told = columns_of() | {"aum_month_avg": money, "demand": money * 0.1, "fund": money * 0.9}
    stay = np.flatnonzero(np.isin(NAMES, lists.newer.frame["customer_id"]))
    newer = {key: values[stay] for key, values in told.items()}
    return told, find(result_of(listed(NAMES, OCTOBER, **told)), Material(History(
        listed(NAMES, JULY, **told), listed(NAMES[stay], OCTOBER, **newer)))).fitted


@pytest.mark.parametrize(("gone", "now"), [
    (("aum_month_avg",), "各项余额相加（推算）：活期余额、基金余额"),
    (("aum_month_avg", "fund"), "各项余额相加（推算）：活期余额")])
def test_assets_of_another_measure_are_judged_by_the_card(kept_by_assets, gone, now):
    told, kept = kept_by_assets
    kept = replace(kept, id=3)
    other = {key: values for key, values in told.items() if key not in gone}
    found = find(result_of(listed(NAMES, OCTOBER, **other)), Material(kept=kept))
    assert any(f"AUM 口径不同（那时是月日均 AUM，这份名单是{now}）" in words
               and "按评分卡" in words for words in found.warnings)
    assert "按留用的模型" not in found.reason(0)


def test_the_older_list_of_another_measure_tells_nothing_of_the_kept_model(kept_by_assets):
    told, kept = kept_by_assets
    kept = replace(kept, id=3, fitted=kept.fitted | {"until": "2026-07-31"})
    stay = np.arange(PEOPLE) % 8 > 0
    newer = listed(NAMES[stay], OCTOBER, **{key: one[stay] for key, one in told.items()})

    def told_since(without):
        older = listed(NAMES, JULY, **{
            key: one for key, one in told.items() if key not in without})
        return dict(find(result_of(newer), Material(History(older, newer), kept=kept)).facts)

    words = "留用的模型没有学过这些结果"
    same = told_since(())
    assert same["AUM 口径"] == "月日均 AUM"
    assert words in same["历史检验"]
    assert words not in told_since(("aum_month_avg",)).get("历史检验", "")


def test_customers_who_have_become_others_are_told(kept):
    told = columns_of()
    told["age"] = np.minimum(told["age"] + 25, 90)
    found = find(result_of(listed(NAMES, OCTOBER, **told)), Material(kept=kept))
    assert "“年龄”的分布变化很大" in dict(found.facts)["与那时相比"]
    assert any("请重新训练" in words for words in found.warnings)


@pytest.mark.parametrize(("until", "worse", "told"), [
    ("2026-07-31", False, True), ("2026-08-01", False, False), ("2026-07-31", True, True)])
def test_a_kept_model_is_held_against_losses_it_did_not_know(lists, kept, until, worse, told):
    later = replace(kept, fitted=kept.fitted | {"until": until})
    if worse:  # the weights the other way round: the old would stay
        model = kept.fitted["model"]
        line = model["estimator"]
        weights = [-one for one in line["weights"]]
        later = replace(later, fitted=later.fitted | {
            "model": model | {"estimator": line | {"weights": weights}}})
    found = find(result_of(lists.newer), Material(lists, kept=later))
    assert ("留用的模型没有学过这些结果" in dict(found.facts)["历史检验"]) is told
    assert any("已经不如评分卡" in words for words in found.warnings) is worse


def test_wanted_anew_it_is_learnt_again_beside_the_one_kept(lists, kept):
    found = find(result_of(lists.newer), Material(lists, kept=kept), anew=True)
    assert found.kept == kept
    assert found.fitted.data_hash == kept.data_hash


def test_learning_can_be_stopped_on_its_way(lists):
    def show(_label, done):
        if done >= 0.6:
            reporter.cancel()

    reporter = Reporter(show)
    with pytest.raises(Cancelled):
        models.find("retention", result_of(lists.newer), reporter, {}, Material(lists))


def test_labels_by_chance_give_nothing_to_keep(lists):
    stay = np.random.default_rng(4).random(PEOPLE) > 0.15
    newer = listed(NAMES[stay], OCTOBER, **{
        key: values[stay] for key, values in columns_of().items()})
    found = find(result_of(newer), Material(History(lists.older, newer)))
    assert found.fitted is None


def test_columns_without_any_difference_are_not_learnt_from():
    stay = np.arange(PEOPLE) % 8 > 0
    alike = {"aum_month_avg": np.full(PEOPLE, 30_000.0)}
    older = listed(NAMES, JULY, **alike)
    newer = listed(NAMES[stay], OCTOBER, aum_month_avg=alike["aum_month_avg"][stay])
    trial = try_card(History(older, newer), result_of(newer))
    assert trial.model is None
    assert "没有一列可以学习" in trial.refused


SOME = list("abcdefgh")
FULL = {key: values for key, values in columns_of(len(SOME)).items()
        if key != "age"} | {"product_count": np.full(len(SOME), 2.0)}


def gathered(vault, clock=None):
    return models.gather("retention", vault, result_of(listed(SOME, OCTOBER, **FULL), clock))


def test_an_older_list_that_tells_too_little_is_passed_over(vault):
    keep(vault, listed(SOME, APRIL, **FULL))
    keep(vault, listed(SOME, JULY))
    keep(vault, listed(SOME, OCTOBER, **FULL))
    got = gathered(vault)
    assert got.history.older.as_of == APRIL
    assert got.passed == ("2026-07-31 的名单太简单，知道资产的只有 0%",)
    found = find(result_of(listed(SOME, OCTOBER, **FULL)), got)
    assert dict(found.facts)["没有用的旧名单"] == got.passed[0]


def test_where_all_are_thin_the_newest_is_taken(vault):
    for day in (APRIL, JULY, OCTOBER):
        keep(vault, listed(SOME, day))
    got = gathered(vault)
    assert (got.history.older.as_of, got.passed) == (JULY, ())


def test_a_list_of_others_is_named(vault):
    keep(vault, listed(SOME, APRIL, **FULL))
    keep(vault, listed([f"x{one}" for one in SOME], JULY, **FULL))
    keep(vault, listed(SOME, OCTOBER, **FULL))
    got = gathered(vault)
    assert got.history.older.as_of == APRIL
    assert got.passed == ("2026-07-31 的名单和 2026-10-31 的多半不是同一批客户",)


def test_a_list_dated_in_the_future_is_no_history(vault):
    for day in (JULY, OCTOBER, date(2062, 10, 31)):
        keep(vault, listed(SOME, day, **FULL))
    got = gathered(vault, clock=date(2026, 11, 5))
    assert (got.history.older.as_of, got.history.newer.as_of) == (JULY, OCTOBER)
    assert got.passed == ("2062-10-31 的名单写的数据日期还没有到",)


def test_lists_of_others_are_read_once_and_each_can_be_stopped_at(vault, monkeypatch):
    for month in range(1, 11):
        keep(vault, listed([f"{month}{one}" for one in SOME], date(2026, month, 28), **FULL))
    read, done = [], []
    people = vault.people
    monkeypatch.setattr(vault, "people", lambda: read.append(1) or people())
    monkeypatch.setattr(vault, "in_common", None)
    result = result_of(listed(SOME, OCTOBER, **FULL))
    got = retention_history.gather_history(vault, result, done.append)
    pairs = 7 * 8 // 2  # each list from April on, with those of three months before
    assert got.history is None
    assert len(got.passed) == pairs
    kinds = 1 + len(("October", "September", "August", "July"))  # so many are still kept
    assert (len(read), len(done)) == (1, 1 + kinds + pairs)
    assert done == sorted(done)
    assert done[-1] < 1.0


def test_who_is_on_another_list_of_the_same_day_has_not_left(vault):
    keep(vault, listed(SOME, JULY, **FULL))
    part = {key: values[6:] for key, values in FULL.items()}
    keep(vault, listed(SOME[6:], OCTOBER, **part))
    keep(vault, listed(SOME[:6], OCTOBER, **{key: one[:6] for key, one in FULL.items()}))
    got = gathered(vault)
    assert got.history.elsewhere == frozenset(SOME[6:])
    trial = try_card(got.history, result_of(listed(SOME, OCTOBER, **FULL)))
    assert (trial.customers, trial.lost) == (6, 0)


def test_the_model_kept_last_is_gathered(vault, kept):
    vault.keep_model(replace(kept, id=None), at=datetime.now(UTC))
    assert gathered(vault).kept.features == kept.features


def test_looking_for_lists_can_be_stopped(vault):
    for day in (APRIL, JULY, OCTOBER):
        keep(vault, listed(SOME, day))
    reporter = Reporter(lambda _label, _done: reporter.cancel())
    with pytest.raises(Cancelled):
        models.gather("retention", vault, result_of(listed(SOME, OCTOBER, **FULL)), reporter)
    with pytest.raises(Cancelled):
        models.gather("survival", vault, result_of(listed(SOME, OCTOBER, **FULL)), reporter)
