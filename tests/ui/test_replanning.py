"""What own segments call for is planned anew: after a save, an undo, a tag; and only then."""

from datetime import UTC, date, datetime

import pytest

from branchseg import pipeline, sample
from branchseg.store.records import OwnSegment
from ui.opening import sort_customers
from ui.pages.portrait import work as portrait_work
from ui.pages.tasks import work as tasks_work
from ui.pages.today import work as today_work
from ui.replanning import Replanner
from ui.session import Session

NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)
DAY = date(2026, 10, 31)
ELDERLY = {"field": "age_years", "op": "ge", "value": 60.0}
RUNNERS = {"field": "tag_:爱跑步", "op": "is_true"}


class NoReport:
    def step(self, *_args):
        """Nobody looks."""


@pytest.fixture
def full(store, tmp_path, ruleset):
    path = tmp_path / "名单.xlsx"
    sample.write(path, customers=120, seed=7, as_of=DAY)
    prepared = pipeline.prepare(pipeline.read_lists(path), as_of=DAY)
    store.save_batch(prepared.table, imported_at=NOON, ruleset_id=ruleset.id,
                     sources=prepared.sources, rows_read=prepared.rows_read,
                     rows_used=prepared.rows_used, issues=prepared.issues, summary={})
    return store


@pytest.fixture
def sitting(qtbot, session: Session, full, ruleset):
    session.set_rules(ruleset)
    session.unlock(full, day=DAY, result=sort_customers(full, ruleset, NoReport(), DAY))
    replanner = Replanner(session)
    yield lambda: qtbot.waitUntil(
        lambda: not session.jobs.busy and not replanner._pause.isActive())
    session.vault = None


def called(session):
    return [one.label for one in session.result.calls]


def test_keeping_changing_and_removing_a_segment_is_work_at_once(session, full, sitting):
    first = session.result
    session.segments_changed.emit()
    sitting()
    assert session.result is first  # nothing is bound
    kept = full.keep_own_segment(OwnSegment("长者", ELDERLY, action="asset_review"), at=NOON)
    session.segments_changed.emit()
    sitting()
    assert called(session) == ["长者"]
    second = session.result
    session.customer_changed.emit("whoever")
    session.segments_changed.emit()
    sitting()
    assert session.result is second
    full.remove_own_segment(kept, at=NOON)
    session.segments_changed.emit()
    sitting()
    assert called(session) == []
    assert session.result.results.equals(first.results)


def test_a_tag_that_a_bound_segment_asks_for_moves_its_members(session, full, sitting):
    there = session.result.results["status"] != "invalid"
    someone, other = session.result.table.ids_at(there.to_numpy().nonzero()[0][:2])
    full.keep_own_segment(OwnSegment("跑团", RUNNERS, action="asset_review"), at=NOON)
    session.segments_changed.emit()
    sitting()
    assert called(session) == []
    before = session.result
    full.set_tags(other, ["爱书法"], at=NOON)
    session.customer_changed.emit(other)
    sitting()
    assert session.result is before
    full.set_tags(someone, ["爱跑步"], at=NOON)
    session.customer_changed.emit(someone)
    sitting()
    [call] = session.result.calls
    assert session.result.table.ids_at(call.rows.nonzero()[0]) == (someone,)


def test_the_task_stands_on_both_pages_with_its_reason(session, full, sitting):
    """On 任务单 and on 今日 like those of built-in segments."""
    results = session.result.results
    place = next(n for n, (one, refused, status) in enumerate(zip(
        results["next_action"], results["do_not_contact"], results["status"], strict=True))
        if one in {"routine_care", "mobile_bank"} and not refused and status != "unverified")
    [someone] = session.result.table.ids_at([place])
    full.keep_own_segment(OwnSegment("沙龙", None, (someone,), action="loss_heavy"), at=NOON)
    session.segments_changed.emit()
    sitting()
    result = session.result
    view = tasks_work.candidates_of(result, full, DAY)
    one = view.people[view.rows[someone]]
    assert (one.task.action_id, one.task.theme) == ("loss_heavy", "重度流失回访")
    reasons = tasks_work.explained(result, full, [(place, "loss_heavy")])
    assert reasons[place].advice[0].why == "属于自建客群“沙龙”"
    today = today_work.view_of(result, full, DAY)
    assert any(entry.customer_id == someone and entry.theme == "重度流失回访"
               for entry in today.entries)


def test_the_portrait_says_to_which_segments_one_belongs(session, full, sitting):
    sitting()
    result = session.result
    [someone] = result.table.ids_at([0])
    full.keep_own_segment(OwnSegment("沙龙", None, (someone,), action="asset_review"), at=NOON)
    full.keep_own_segment(OwnSegment("别人", None, ("nobody",)), at=NOON)
    assert portrait_work.segments_of(result, full, 0) == [("沙龙", "在固定名单上", "资产检视")]
