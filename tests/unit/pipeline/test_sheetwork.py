from dataclasses import replace
from datetime import date, datetime

import pytest

from branchseg import pipeline, rules, sample
from branchseg.paths import resources_dir
from branchseg.pipeline import Task, task_sheet
from branchseg.sheets import PrintJob

AS_OF = date(2026, 11, 22)
JOB = PrintJob("城东支行", "陈静", datetime(2026, 11, 22, 8, 45), AS_OF, "std-1")  # noqa: DTZ001


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "名单.xlsx"
    sample.write(path, customers=60, seed=7, as_of=AS_OF)
    prepared = pipeline.prepare(pipeline.read_lists(path))
    return pipeline.evaluate(prepared, rules.load(resources_dir() / "rules"))


def several(result):
    """Somebody with two actions or more, and what the rules say of him."""
    for position in pipeline.work_list(result):
        found = pipeline.explain(result, position)
        if len(found.advice) > 1:
            return position, found
    raise AssertionError


def test_a_sheet_is_about_the_best_action(result):
    position, found = several(result)
    sheet = task_sheet(result, found, Task(position, "20261122-0001"), JOB)
    assert (sheet.task.theme, sheet.task.due, sheet.task.latest) == (
        found.advice[0].theme, None, found.advice[0].due)


def test_a_task_planned_before_keeps_its_action_and_its_day(result):
    position, found = several(result)
    second = found.advice[1]
    task = Task(position, "20261122-0001", second.action_id, date(2026, 12, 24))
    sheet = task_sheet(result, found, task, JOB)
    assert (sheet.task.theme, sheet.task.due, sheet.task.latest) == (
        second.theme, date(2026, 12, 24), second.due)
    sheet = task_sheet(result, found, replace(task, latest=date(2026, 12, 31)), JOB)
    assert sheet.task.latest == date(2026, 12, 31)
    assert second.theme not in sheet.task.others.split("、")


def test_an_action_that_is_gone_leaves_the_best_one_as_it_is(result):
    position, found = several(result)
    task = Task(position, "20261122-0001", "gone", date(2026, 12, 24))
    sheet = task_sheet(result, found, task, JOB)
    assert (sheet.task.theme, sheet.task.due, sheet.task.latest) == (
        found.advice[0].theme, None, found.advice[0].due)


def test_nothing_to_do_is_a_sheet_too(result):
    position, found = several(result)
    sheet = task_sheet(result, replace(found, advice=()), Task(position, "n", due=AS_OF), JOB)
    assert sheet.task.due is None


def test_the_owner_is_the_one_the_sheet_names(result):
    ruleset = result.ruleset
    for position in pipeline.work_list(result, 15):
        customer = pipeline.customer(result, position)
        tier = customer["tier"] if isinstance(customer["tier"], str) else None
        best = pipeline.explain(result, position).advice[0]
        assert ruleset.owner(best.action_id, tier) == best.owner_role


def test_of_equally_urgent_customers_the_one_with_more_assets_comes_first(result):
    few = result.results.iloc[:5].assign(
        status="core", next_action="care", priority=[50.0, 50.0, 50.0, 50.0, 60.0],
        aum=[1.0, 9.0, float("nan"), 9.0, 0.0])
    assert pipeline.work_list(replace(result, results=few)) == [4, 1, 3, 0, 2]
    assert pipeline.work_list(replace(result, results=few), 2) == [4, 1]
