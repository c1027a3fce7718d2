"""Response: who may be offered a line is ranked, and every cut-off says what it means."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from branchseg import pipeline, rules, sample
from branchseg.analytics.answer import Verdict
from branchseg.errors import Cancelled
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline import models
from branchseg.pipeline.models.response_past import Answer, Material, told
from branchseg.progress import Reporter
from branchseg.rules.offers import line_labels, response_card
from branchseg.store.records import Closing, Task, TaskStatus

RULES = rules.load(resources_dir() / "rules")
WEALTH = line_labels().index("理财")
LINE = response_card(RULES).lines[WEALTH]


@pytest.fixture(scope="module")
def customers(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "名单.xlsx"
    sample.write(path, customers=600, seed=7)
    prepared = pipeline.prepare(pipeline.read_lists(path), as_of=date(2026, 10, 31))
    return pipeline.evaluate(prepared, RULES)


@pytest.fixture(scope="module")
def found(customers):
    return models.find("response", customers, Reporter(), {"response.line": WEALTH})


def task(number, customer, result, products=(), action="idle_funds"):
    """A task with a result."""
    moment = datetime(2026, 9, 1, number % 24, tzinfo=UTC)
    return Task(
        id=number, sheet_number=None, customer_id=customer, action_id=action, theme="",
        owner_role="", officer="", due=date(2026, 9, 1), priority=1.0, status=TaskStatus.DONE,
        created_at=moment, printed_at=None, result=result, result_note="", next_date=None,
        needs=(), fund_plan="", products=products, amount=None, closed_at=moment,
        closing=Closing.NONE, closed_by=None, follows=None, batch_id=None, ruleset_id="")


def test_everybody_is_ranked_or_told_why_not(found, customers):
    assert found.verdict is Verdict.UNTRIED
    everybody = np.concatenate([group.positions for group in found.groups])
    valid = np.flatnonzero(customers.results["status"] != "invalid")
    assert sorted(everybody.tolist()) == valid.tolist()
    ranked = np.concatenate([group.positions for group in found.groups
                             if group.name.startswith("可以谈")])
    assert sorted(ranked.tolist()) == sorted(found.ranking.positions.tolist())
    assert "建议临界分" in found.sentence


def test_the_score_is_the_sum_that_the_reason_adds_up(found):
    ranking = found.ranking
    for position, score in zip(ranking.positions.tolist(), ranking.scores, strict=True):
        words = ranking.reason(position)
        assert words.endswith(f"= {score:g} 分") or (score == 0 and "0 分" in words)


def test_below_the_cut_off_is_dropped_and_equality_stays(found):
    ranking = found.ranking
    score = ranking.proposed
    assert ranking.curve.at(score).n == int((ranking.scores >= score).sum())
    assert ranking.curve.at(score + 0.01).n == int((ranking.scores > score).sum())
    assert (ranking.scores == score).any()


def test_what_a_cut_off_brings_follows_from_the_assumptions(customers):
    found = models.find("response", customers, Reporter(), {
        "response.line": WEALTH, "response.base": 0.1, "response.cost": 20.0,
        "response.benefit": 500.0})
    ranking = found.ranking
    everybody = ranking.curve.at(-np.inf)
    assert everybody.responses == pytest.approx(0.1 * len(ranking.scores))
    assert everybody.profit == pytest.approx(500 * everybody.responses - 20 * everybody.n)
    doubled = ranking.chances / np.maximum(ranking.scores, 1)
    assert np.ptp(doubled[ranking.scores > 0]) < 1e-12
    assert ranking.curve.at(ranking.proposed).profit == ranking.curve.profit.max()


def test_where_it_never_pays_the_card_says_so(customers):
    found = models.find("response", customers, Reporter(), {
        "response.line": WEALTH, "response.benefit": 0.0})
    assert any("不够本" in words for words in found.warnings)


def test_the_card_says_what_training_still_lacks(customers):
    ids = customers.table.frame["customer_id"].tolist()
    material = tuple(task(n, ids[n], 3 if n < 5 else 5) for n in range(30))
    facts = dict(models.find("response", customers, Reporter(), {"response.line": WEALTH},
                             Material(material)).facts)
    assert facts["已登记的结果"] == "30 个，其中有反应 5 个"
    assert facts["离训练还差"].startswith("70 个结果、15 个有反应")


def test_answers_are_who_was_reached_about_the_line():
    card = response_card(RULES)
    tasks = [task(1, "a", 5), task(2, "a", 3), task(3, "b", 2), task(4, "c", 6),
             task(5, "d", 1, ("wealth",), "routine_care"), task(6, "e", 1, (), "routine_care"),
             task(7, "f", 3), task(8, "f", 5), replace(task(9, "g", 3), result=None)]
    day, before = date(2026, 9, 1), date(2026, 8, 31)
    assert told(tasks, LINE, card, day) == {
        "a": Answer(day, True, before), "d": Answer(day, True, before),
        "f": Answer(day, False, before)}
    assert told(tasks, LINE, card, before) == {}


@pytest.mark.parametrize("label", line_labels())
def test_every_line_gives_an_answer(customers, label):
    found = models.find("response", customers, Reporter(),
                        {"response.line": line_labels().index(label)})
    assert label in found.sentence
    assert found.facts


def test_without_anybody_to_talk_to_the_reason_is_said(customers):
    frame = customers.table.frame.assign(
        consent=pd.Series(False, index=customers.table.frame.index, dtype="boolean"))
    nobody = replace(customers, prepared=replace(
        customers.prepared, table=CustomerTable(frame, customers.table.as_of)))
    found = models.find("response", nobody, Reporter(), {"response.line": WEALTH})
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert found.ranking is None
    assert "客户不同意营销" in found.sentence


def test_an_empty_list_is_no_crash(customers):
    none = replace(
        customers, results=customers.results.iloc[:0],
        prepared=replace(customers.prepared, table=CustomerTable(
            customers.table.frame.iloc[:0], customers.table.as_of)))
    found = models.find("response", none, Reporter())
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "名单里没有客户" in found.sentence


def test_it_can_be_cancelled(customers):
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        models.find("response", customers, reporter)
