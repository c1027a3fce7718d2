"""Sheets of a ranking are about its line, though no rule calls for that: made, kept, printed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from branchseg import pipeline, rules, sample
from branchseg.paths import resources_dir
from branchseg.pipeline.models.response import find_response
from branchseg.progress import Reporter
from branchseg.rules.offers import line_labels
from branchseg.sheets import PrintJob
from branchseg.store.records import NewTask, Outcome
from ui.pages.tasks import work
from ui.pages.today import work as today_work
from ui.session import SheetsAbout

DAY = date(2026, 10, 31)
NOON = datetime(2026, 10, 31, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("lists") / "名单.xlsx"
    sample.write(path, customers=150, seed=7)
    prepared = pipeline.prepare(pipeline.read_lists(path), as_of=DAY)
    return pipeline.evaluate(prepared, rules.load(resources_dir() / "rules"))


def ranked(result, line):
    """The ranking of a line, and the customers in it."""
    found = find_response(result, Reporter(), line=line_labels().index(line), base=0.05, cost=1,
                          benefit=100).ranking
    return found, result.table.ids_at(found.positions.tolist())


@pytest.mark.parametrize("line", [
    "存款", "保险", "贵金属", "贷款", "信用卡", "代发", "理财", "基金"])
def test_every_candidate_of_a_ranking_gets_a_sheet_about_its_line(result, store, line):
    ranking, ids = ranked(result, line)
    assert ranking.advised.all()
    view = work.candidates_of(result, store, DAY, SheetsAbout(ids, ranking.actions))
    mine = [one for one in view.people if one.task.customer_id in set(ids)]
    assert len(mine) == len(ids)
    assert {one.task.action_id for one in mine} <= ranking.actions
    others = [one for one in view.people if one.task.customer_id not in set(ids)]
    assert not result.ruleset.actions.on_request & {one.task.action_id for one in others}


def test_a_sheet_on_request_says_why_and_stands_for_the_customer_later(result, store):
    ranking, ids = ranked(result, "贷款")
    view = work.candidates_of(result, store, DAY, SheetsAbout(ids, ranking.actions))
    one = next(one for one in view.people if one.task.customer_id == ids[0])
    assert one.task.action_id == "loan_offer"
    job = PrintJob("", "", NOON, DAY, "")
    run = work.numbered(result, store, [one], DAY)
    (sheet,) = work.sheets_of(result, store, run, job)
    assert sheet.task.theme == "贷款需求了解"
    assert sheet.task.why.startswith("列入贷款的营销名单。")
    work.keep_printed(store, run, NOON)

    again = work.candidates_of(result, store, DAY)
    kept = again.people[again.rows[ids[0]]]
    assert (kept.task.action_id, kept.number) == ("loan_offer", run.numbers[0])
    said = work.explained(result, store, [(kept.position, "loan_offer")])[kept.position]
    assert work.reason_of(said, "loan_offer") == "列入贷款的营销名单"
    (entry,) = (entry for entry in today_work.view_of(result, store, DAY).entries
                if entry.customer_id == ids[0])
    assert (entry.theme, entry.is_stale) == ("贷款需求了解", False)


def test_who_is_no_longer_to_be_asked_has_a_task_whose_reason_is_gone(result, store):
    ranking, ids = ranked(result, "贷款")
    view = work.candidates_of(result, store, DAY, SheetsAbout(ids, ranking.actions))
    one = view.people[view.rows[ids[0]]]
    work.keep_printed(store, work.numbered(result, store, [one], DAY), NOON)
    frame = result.table.frame.copy()
    frame["complaint"] = (frame["customer_id"] == ids[0]).astype("boolean")
    later = pipeline.reassess(replace(result, prepared=replace(
        result.prepared, table=replace(result.table, frame=frame))))
    (entry,) = (entry for entry in today_work.view_of(later, store, DAY).entries
                if entry.customer_id == ids[0])
    assert entry.is_stale
    again = work.candidates_of(later, store, DAY)
    assert again.people[again.rows[ids[0]]].task.action_id == "complaint_follow"


def test_nobody_is_offered_more_in_a_month_than_the_branch_allows(result, store):
    ranking, ids = ranked(result, "贷款")
    most = result.ruleset.actions.follow_up.marketing_a_month
    made = store.create_tasks([
        NewTask(ids[0], key, "", "", "", DAY, 1.0, "r")
        for key in sorted(result.ruleset.actions.on_request - ranking.actions)[:most]],
        created_at=NOON)
    store.record_results({one.id: Outcome(1) for one in made}, closed_at=NOON)
    view = work.candidates_of(result, store, DAY, SheetsAbout(ids, ranking.actions))
    about = {one.task.customer_id: one.task.action_id for one in view.people}
    assert "loan_offer" not in about.get(ids[0], "")
    assert about[ids[1]] == "loan_offer"


def test_who_only_waits_for_his_turn_is_asked_all_the_same(result, store):
    """Reached yesterday, so that the routine contact is not due; nobody spoke of a loan."""
    ranking, ids = ranked(result, "贷款")
    plan = work.candidates_of(result, store, DAY)
    care = next(one for one in plan.people if one.task.action_id == "routine_care"
                and one.task.customer_id in set(ids))
    (made,) = store.create_tasks([care.task], created_at=NOON - timedelta(days=1))
    store.record_result(made.id, Outcome(1), closed_at=NOON - timedelta(days=1))
    mine = care.task.customer_id
    assert mine not in work.candidates_of(result, store, DAY).rows
    view = work.candidates_of(result, store, DAY, SheetsAbout(ids, ranking.actions))
    task = view.people[view.rows[mine]].task
    assert (task.action_id, task.theme) == ("loan_offer", "贷款需求了解")
    assert task.officer == care.task.officer
