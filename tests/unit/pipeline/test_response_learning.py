"""Learning response from registered answers: judged on later ones, always against the points."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules
from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline import models
from branchseg.pipeline.models import response_learning
from branchseg.pipeline.models.response_past import Material, features
from branchseg.progress import Reporter
from branchseg.rules.offers import line_labels, offer, response_card
from branchseg.store.keys import Argon2Cost
from branchseg.store.records import Closing, KeptModel, NewTask, Outcome, Task, TaskStatus
from branchseg.store.vault import Vault

RULES = rules.load(resources_dir() / "rules")
WEALTH = {"response.line": line_labels().index("理财")}
LISTED, NOW, SIZE = date(2026, 3, 31), date(2026, 10, 31), 300


def listed(as_of):
    """Customers who may be offered wealth products; half have no such product, half log in."""
    rng = np.random.default_rng(3)
    each = np.arange(SIZE)
    frame = pd.DataFrame({
        "customer_id": [f"{n}" for n in each], "source_rows": "1", "name": "甲",
        "mobile": "13800000000",
        "consent": True, "last_txn": pd.Timestamp(as_of), "risk_level": "C3",
        "risk_date": pd.Timestamp(as_of), "aum_month_avg": np.exp(rng.normal(11, 1, SIZE)),
        "age": rng.integers(20, 80, SIZE).astype(float),
        "wealth": np.where(each % 2, 0.0, 1000.0), "demand": 100.0,
        "time_deposit": np.where(each % 3, 5000.0, 0.0),
        "login_days_30d": np.where(each % 5 < 2, 4.0, 0.0)})
    return CustomerTable(frame.astype({
        **dict.fromkeys(("customer_id", "source_rows", "name", "mobile",
                         "risk_level"), "str"),
        "consent": "boolean", **dict.fromkeys(("last_txn", "risk_date"), "datetime64[s]")}), as_of)


@pytest.fixture(scope="module")
def customers():
    return pipeline.evaluate(pipeline.Prepared(
        listed(NOW), IssueLog(), (), "given", SIZE, SIZE, {}), RULES)


def answers(chances, first=date(2026, 4, 1)):
    """A task for each customer, one a day at most, with yes as likely as told."""
    rng = np.random.default_rng(8)
    tasks = []
    for place, chance in enumerate(chances):
        day = first + timedelta(days=place // 2)
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        tasks.append(Task(
            id=place, sheet_number=None, customer_id=f"{place}", action_id="idle_funds", theme="",
            owner_role="", officer="", due=day, priority=1.0, status=TaskStatus.DONE,
            created_at=moment, printed_at=None, result=3 if rng.random() < chance else 5,
            result_note="", next_date=None, needs=(), fund_plan="", products=(), amount=None,
            closed_at=moment, closing=Closing.NONE, closed_by=None, follows=None, batch_id=None,
            ruleset_id=""))
    return tuple(tasks)


def found(customers, tasks, lists=None):
    return models.find("response", customers, Reporter(), WEALTH,
                       Material(tasks, (listed(LISTED),) if lists is None else lists))


@pytest.fixture(scope="module")
def by_age(customers):
    """Old people say yes, of which the points know nothing."""
    age = listed(LISTED).frame["age"].to_numpy()
    return found(customers, answers(np.where(age > 50, 0.85, 0.05)))


def without_product():
    """Who has no such product mostly says yes, as the points have it."""
    return answers(np.where(np.arange(SIZE) % 2, 0.8, 0.1))


@pytest.fixture(scope="module")
def by_points(customers):
    return found(customers, without_product())


@pytest.fixture(scope="module")
def by_chance(customers):
    return found(customers, answers(np.full(SIZE, 0.4)))


def test_a_model_that_beats_the_points_ranks_the_customers(by_age, customers):
    assert by_age.verdict is Verdict.OK
    assert "按模型" in by_age.sentence
    assert any("更准" in words for words in by_age.warnings)
    ranking = by_age.ranking
    assert ranking.key == "response.wealth.model"
    assert ranking.scores == pytest.approx(100 * ranking.chances, abs=0.051)
    age = customers.table.frame["age"].to_numpy()[ranking.positions]
    assert ranking.scores[age > 55].min() > ranking.scores[age < 45].max()
    best = ranking.reason(int(ranking.positions[ranking.scores.argmax()]))
    assert "年龄 " in best
    assert best.endswith(" 分"), "the points that add up by hand stand beside it"


def test_the_card_says_how_it_was_judged(by_age):
    facts = dict(by_age.facts)
    assert facts["怎么检验"] == "用较早的 210 个结果学，用较晚的 90 个检验"
    assert facts["模型的区分力（AUC）"].startswith("0.9")
    assert facts["规则分的区分力（AUC）"].startswith(("0.4", "0.5", "0.6"))
    assert facts["预计与实际平均差（校准误差）"].endswith(" 个百分点")
    assert "离训练还差" not in facts


def test_what_the_points_tell_as_well_stays_with_the_points(by_points):
    assert by_points.verdict is Verdict.RULE_IS_AS_GOOD
    assert by_points.ranking.key == "response.wealth.rule"
    assert any("没有比规则分更准" in words for words in by_points.warnings)
    rate = np.mean([task.result == 3 for task in without_product()])
    assert by_points.fitted is None, "what is not better cannot be kept"
    assert by_points.ranking.chances.mean() == pytest.approx(rate, rel=0.1)


def test_answers_by_chance_give_no_model(by_chance):
    assert by_chance.ranking.key == "response.wealth.rule"
    assert any("乱猜" in words or "没有比规则分" in words for words in by_chance.warnings)


@pytest.mark.parametrize("lists", [(), (listed(NOW),)])
def test_what_a_list_told_after_the_answer_is_not_learnt_from(customers, lists):
    late = found(customers, answers(np.full(SIZE, 0.4)), lists)
    assert late.verdict is Verdict.UNTRIED
    assert any("联系之前有名单可查的 0 个" in words for words in late.warnings)


@pytest.mark.parametrize(("count", "yes"), [(99, 0.5), (300, 0.0)])
def test_too_few_answers_are_counted_and_nothing_is_learnt(customers, count, yes):
    few = found(customers, answers(np.full(count, yes)))
    assert few.verdict is Verdict.UNTRIED
    assert "离训练还差" in dict(few.facts)
    assert len(few.facts) == len(dict(few.facts))
    assert "怎么检验" not in dict(few.facts)


def test_one_answer_only_is_no_crash(customers):
    all_yes = found(customers, answers(np.ones(SIZE)))
    assert all_yes.ranking.key == "response.wealth.rule"
    assert any("还不能训练" in words for words in all_yes.warnings)


def thin(as_of, every=1):
    """A list of the same customers that tells their names only."""
    return CustomerTable(
        listed(as_of).frame[["customer_id", "source_rows", "name"]].iloc[::every]
        .reset_index(drop=True), as_of)


BEFORE = date(2026, 3, 25)


@pytest.fixture(scope="module")
def before(customers):
    return found(customers, without_product(), (listed(BEFORE),))


@pytest.mark.parametrize("every", [1, 3])
def test_a_list_of_names_hides_nothing_that_an_older_one_tells(customers, before, every):
    both = found(customers, without_product(), (thin(LISTED, every), listed(BEFORE)))
    assert both.verdict is before.verdict is Verdict.RULE_IS_AS_GOOD
    told = "规则分的区分力（AUC）"
    assert dict(both.facts)[told] == dict(before.facts)[told]


def test_who_was_known_by_name_only_is_not_learnt_from(customers):
    late = found(customers, answers(np.full(SIZE, 0.4)), (thin(LISTED),))
    assert any("联系之前有名单可查的 0 个" in words for words in late.warnings)


@pytest.mark.parametrize(("day", "known"), [
    (date(2026, 4, 1), 298), (date(2026, 3, 31), 300), (date(2026, 4, 2), 296)])
def test_a_list_of_the_day_of_the_answer_is_not_learnt_from(customers, monkeypatch, day, known):
    monkeypatch.setattr(response_learning, "LEAST_LEARNT", SIZE)  # so that it only counts
    late = found(customers, answers(np.full(SIZE, 0.4)), (listed(day),))
    assert any(f"联系之前有名单可查的 {known} 个" in words for words in late.warnings)


def test_a_list_after_the_answer_tells_nothing_of_whom_it_was_given_by(customers, by_points):
    """Half answer after the second list: they are learnt from as it has them, the others not."""
    middle = date(2026, 6, 15)
    later = listed(middle)
    later.frame["wealth"] = 0.0
    both = found(customers, without_product(), (later, listed(LISTED)))
    told = "规则分的区分力（AUC）"
    assert dict(both.facts)[told] != dict(by_points.facts)[told]
    never = CustomerTable(later.frame, date(2026, 9, 30))
    assert found(customers, without_product(), (never, listed(LISTED))).facts == by_points.facts


def test_the_order_of_rows_in_a_list_is_nothing(customers, by_age):
    age = listed(LISTED).frame["age"].to_numpy()
    mixed = listed(LISTED).frame.iloc[::-1].reset_index(drop=True)
    other = found(customers, answers(np.where(age > 50, 0.85, 0.05)),
                  (CustomerTable(mixed, LISTED),))
    assert other.facts == by_age.facts
    assert other.ranking.chances.tolist() == by_age.ranking.chances.tolist()


def test_a_list_between_contact_and_registering_is_not_learnt_from(customers):
    """Who bought is listed with it before the paper sheet is typed in: that would tell it all."""
    yes = answers(np.full(SIZE, 0.4))
    late = tuple(replace(task, closed_at=datetime(2026, 8, 1 + task.id % 25, tzinfo=UTC))
                 for task in yes)
    between = listed(date(2026, 7, 20))
    between.frame["age"] = np.where([task.result == 3 for task in yes], 70.0, 30.0)
    told = found(customers, late, (between, listed(LISTED)))
    assert told.ranking.key == "response.wealth.rule"
    assert any("乱猜" in words or "没有比规则分" in words for words in told.warnings)


def test_answers_dated_in_the_future_are_none(customers, by_chance):
    customers = replace(customers, clock=NOW)
    done = answers(np.full(SIZE, 0.4))
    slip = tuple(replace(task, closed_at=datetime(2062, 4, 1, tzinfo=UTC)) for task in done[:250])
    told = found(customers, slip + done[250:])
    assert dict(told.facts)["已登记的结果"].startswith("50 个")
    before = tuple(replace(task, id=task.id + SIZE) for task in done[:250])
    assert dict(found(customers, before + slip + done[250:]).facts)["已登记的结果"] == dict(
        by_chance.facts)["已登记的结果"]


def test_what_is_not_known_is_no_answer_no(customers, by_age):
    """Points that cannot be told are unknown to the model, not "no"."""
    gaps = listed(LISTED)
    rows = np.arange(SIZE) % 4 == 0
    gaps.frame.loc[rows, "login_days_30d"] = np.nan
    offered = offer(gaps.frame, pipeline.evaluate(pipeline.Prepared(
        gaps, IssueLog(), (), "given", SIZE, SIZE, {}), RULES).results, RULES, LISTED,
        response_card(RULES).lines[int(WEALTH["response.line"])])
    known = {one.label: rows for one, rows in zip(
        offered.line.points, offered.told, strict=True)}
    assert any((~told == rows).all() for told in known.values())


def later_list(**columns):
    """The customers of a month later, some columns of them otherwise (None: not there)."""
    table = listed(date(2026, 11, 30))
    frame = table.frame.assign(**{key: one for key, one in columns.items() if one is not None})
    table = CustomerTable(frame.drop(columns=[key for key, one in columns.items()
                                              if one is None]), table.as_of)
    return pipeline.evaluate(pipeline.Prepared(
        table, IssueLog(), (), "given", SIZE, SIZE, {}), RULES)


def applied(kept, result, *, anew=False, tasks=()):
    return models.find("response", result, Reporter(), WEALTH,
                       Material(tasks, (listed(LISTED),), {kept.model: kept}), anew=anew)


@pytest.fixture(scope="module")
def kept(by_age):
    """As it comes back from the vault."""
    plain = json.loads(json.dumps(asdict(replace(by_age.fitted, as_of=None, id=7))))
    return KeptModel(**plain | {"as_of": NOW, "features": tuple(plain["features"]),
                                "names": tuple(plain["names"])})


def test_what_may_be_kept_says_on_what_it_rests(kept):
    assert (kept.model, kept.as_of, kept.seed, len(kept.data_hash)) == (
        "response.wealth", NOW, 0, 64)
    assert "年龄" in kept.features
    assert (kept.quality["customers"], kept.quality["judged"]) == (210, 90)
    assert kept.quality["auc_low"] > kept.quality["rule"]


def test_a_kept_model_gives_the_same_scores_without_any_answer(kept, by_age, customers):
    again = applied(kept, customers)
    assert again.verdict is Verdict.OK
    assert again.ranking.scores.tolist() == by_age.ranking.scores.tolist()
    first = int(again.ranking.positions[0])
    assert again.ranking.reason(first) == by_age.ranking.reason(first)
    assert again.ranking.key == by_age.ranking.key
    assert (again.kept, again.fitted) == (kept, None)
    assert "按 2026-10-31 留用的模型" in again.sentence
    facts = dict(again.facts)
    assert facts["模型来自"] == "2026-10-31 的名单（学了 210 户）"
    assert facts["留用时的质量"].startswith("没有学过的客户上 AUC 0.9")
    assert facts["与那时相比"] == "各项指标的分布基本没变"


def test_customers_who_have_become_others_are_told(kept):
    older = applied(kept, later_list(age=listed(NOW).frame["age"] + 25))
    assert older.ranking.key == "response.wealth.model"
    assert "“年龄”的分布变化很大" in dict(older.facts)["与那时相比"]
    assert any("请重新训练" in words for words in older.warnings)


def test_chances_that_were_off_are_to_be_read_with_care(kept, customers):
    off = replace(kept, quality=kept.quality | {"error": 5.1})
    (words,) = applied(off, customers).warnings
    assert words.startswith("算出的可能性和实际平均差 5 个百分点")
    exact = replace(kept, quality=kept.quality | {"error": 5.0})
    assert not applied(exact, customers).warnings


def test_assets_of_another_measure_are_ranked_by_the_points(kept):
    total = listed(NOW).frame["aum_month_avg"]
    other = applied(kept, later_list(aum_month_avg=None, aum_point=total))
    assert other.ranking.key == "response.wealth.rule"
    assert any("AUM 口径不同（那时是月日均 AUM，这份名单是时点 AUM）" in words
               for words in other.warnings)


@pytest.mark.parametrize(("column", "name"), [("age", "年龄"), ("wealth", "还没有理财")])
def test_a_list_without_a_feature_is_ranked_by_the_points(kept, column, name):
    without = applied(kept, later_list(**{column: None}))
    assert without.verdict is Verdict.UNTRIED
    assert without.ranking.key == "response.wealth.rule"
    assert (without.kept, without.fitted) == (kept, None)
    assert any("不能用在这份名单上" in words and name in words and "先按规则分排序" in words
               for words in without.warnings)


def test_wanted_anew_it_is_learnt_again_beside_the_one_kept(kept, by_age, customers):
    age = listed(LISTED).frame["age"].to_numpy()
    again = applied(kept, customers, anew=True, tasks=answers(np.where(age > 50, 0.85, 0.05)))
    assert again.kept == kept
    assert again.fitted.data_hash == kept.data_hash
    assert "怎么检验" in dict(again.facts)


def test_a_model_of_another_line_is_of_no_interest(kept, customers):
    other = applied(replace(kept, model="response.fund"), customers)
    assert other.kept is None
    assert other.ranking.key == "response.wealth.rule"


def test_of_lists_before_the_last_answer_all_but_names_is_read(customers, tmp_path):
    with Vault.create(tmp_path, "一句足够长的口令口令口令", Argon2Cost(8, 1, 1)) as vault:
        for day in (LISTED, date(2026, 4, 1), date(2026, 4, 2)):
            vault.save_batch(listed(day), imported_at=datetime(2026, 10, 1, tzinfo=UTC),
                             ruleset_id="r", issues=IssueLog(), summary={}, sources=[],
                             rows_read=SIZE, rows_used=SIZE)
        moment = datetime(2026, 4, 2, tzinfo=UTC)
        (task,) = vault.create_tasks([NewTask(
            customer_id="5", action_id="idle_funds", theme="", owner_role="", officer="",
            due=moment.date(), priority=1.0, ruleset_id="r", batch_id=None)], created_at=moment)
        vault.record_result(task.id, Outcome(3), closed_at=moment)
        got = models.gather("response", vault, customers)
    assert [one.as_of for one in got.lists] == [date(2026, 4, 1), LISTED]
    read = got.lists[0].frame
    assert read["customer_id"].tolist() == ["5"]
    assert "name" not in read
    line = response_card(RULES).lines[int(WEALTH["response.line"])]
    whole = listed(LISTED).frame

    def shown(frame):
        table = CustomerTable(frame, LISTED)
        run = pipeline.evaluate(pipeline.Prepared(
            table, IssueLog(), (), "given", SIZE, SIZE, {}), RULES)
        return features(run, offer(frame, run.results, RULES, LISTED, line))

    kept = [key for key in read if key in whole]
    assert shown(whole[kept]).equals(shown(whole)), "nothing that is learnt from is left out"


@pytest.mark.parametrize("stopped", [0.25, 0.4, 0.6, 0.85])
def test_learning_can_be_stopped_on_its_way(customers, stopped):
    seen = []

    def show(_label, done):
        seen.append(done)
        if done >= stopped:
            reporter.cancel()

    reporter = Reporter(show)
    age = listed(LISTED).frame["age"].to_numpy()
    with pytest.raises(Cancelled):
        models.find("response", customers, reporter, WEALTH,
                    Material(answers(np.where(age > 50, 0.85, 0.05)), (listed(LISTED),)))
    assert seen[-1] < stopped + 0.2


def test_a_kept_model_is_held_against_answers_that_came_after_it(customers):
    """It learnt that the old say yes; of those asked later the points tell better."""
    age = listed(LISTED).frame["age"].to_numpy()
    half = SIZE // 2
    done = answers(np.where(age > 50, 0.95, 0.02))
    kept = replace(found(customers, done[:half]).fitted, id=1)
    good = applied(kept, customers, tasks=done)
    said = dict(good.facts)["留用以后的结果"]
    assert said.startswith("150 个（以前没有结果的客户）：模型 AUC 0.9")
    assert not any("不如规则分" in words for words in good.warnings)
    other = answers(np.where(np.arange(SIZE) % 2, 0.95, 0.02))
    turned = applied(kept, customers, tasks=done[:half] + other[half:])
    assert any("已经不如规则分" in words for words in turned.warnings)
    again = tuple(replace(task, id=task.id + SIZE, closed_at=task.closed_at + timedelta(days=160),
                          created_at=task.created_at + timedelta(days=160))
                  for task in done[:half])
    assert "留用以后的结果" not in dict(applied(kept, customers, tasks=done[:half] + again).facts)
