"""The registry in the window: learnt models kept, applied, refused, listed, removed, undone."""

import shutil
import threading
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from branchseg.pipeline import models
from branchseg.pipeline.models import response_learning
from branchseg.progress import Reporter
from branchseg.rules.offers import line_labels
from branchseg.store.keys import Argon2Cost
from branchseg.store.records import NewTask, Outcome
from branchseg.store.vault import Vault
from ui.pages.models.page import KEYS, ModelsPage

LEFT = Qt.MouseButton.LeftButton
RULES = rules.load(resources_dir() / "rules")
LISTED, NOW, SIZE = date(2026, 3, 31), date(2026, 10, 31), 160
WEALTH = float(line_labels().index("理财"))


def listed(as_of, *without):
    """Customers who may be offered wealth products."""
    rng = np.random.default_rng(3)
    each = np.arange(SIZE)
    frame = pd.DataFrame({
        "customer_id": [f"{n}" for n in each], "source_rows": "1", "name": "甲",
        "mobile": "13800000000",
        "consent": True, "last_txn": pd.Timestamp(as_of), "risk_level": "C3",
        "risk_date": pd.Timestamp(as_of), "aum_month_avg": np.exp(rng.normal(11, 1, SIZE)),
        "age": rng.integers(20, 80, SIZE).astype(float),
        "wealth": np.where(each % 2, 0.0, 1000.0), "demand": 100.0,
        "login_days_30d": np.where(each % 5 < 2, 4.0, 0.0)})
    return CustomerTable(frame.astype({
        **dict.fromkeys(("customer_id", "source_rows", "name", "mobile",
                         "risk_level"), "str"),
        "consent": "boolean", **dict.fromkeys(("last_txn", "risk_date"), "datetime64[s]")}).drop(
            columns=list(without)), as_of)


def result_of(table):
    return pipeline.evaluate(pipeline.Prepared(
        table, IssueLog(), (), "given", SIZE, SIZE, {}), RULES)


def ask(store, customers, moment, batch=None):
    """A task for each of some customers."""
    return store.create_tasks([NewTask(
        customer_id=one, action_id="idle_funds", theme="", owner_role="", officer="",
        due=moment.date(), priority=1.0, ruleset_id=RULES.id, batch_id=batch)
        for one in customers], created_at=moment)


def register(store, table):
    """A list, tasks made from it, and their results: the old said yes."""
    batch = store.save_batch(
        table, imported_at=datetime(2026, 3, 31, tzinfo=UTC), ruleset_id=RULES.id, sources=(),
        rows_read=SIZE, rows_used=SIZE, issues=IssueLog(), summary={})
    moment = datetime(2026, 4, 1, tzinfo=UTC)
    tasks = ask(store, table.frame["customer_id"], moment, batch)
    chance = np.where(table.frame["age"] > 50, 0.95, 0.03)
    yes = np.random.default_rng(8).random(SIZE) < chance
    by_customer = dict(zip(table.frame["customer_id"], yes, strict=True))
    for place, task in enumerate(tasks):
        store.record_result(task.id, Outcome(3 if by_customer[task.customer_id] else 5),
                            closed_at=moment + timedelta(days=1 + place))


PASSPHRASE = "一句足够长的口令口令口令"


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    """The folder of a vault with a list and answers."""
    folder = tmp_path_factory.mktemp("answered") / "vault"
    with Vault.create(folder, PASSPHRASE, Argon2Cost(memory_kib=64, passes=1, lanes=1)) as made:
        register(made, listed(LISTED))
    return folder


@pytest.fixture
def store(session, answered, ruleset, tmp_path, monkeypatch):
    """A copy of it."""
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    session.set_rules(ruleset)
    with Vault.open(shutil.copytree(answered, tmp_path / "vault"), PASSPHRASE) as made:
        yield made
        session.jobs.drop_all()
        assert session.jobs.wait()


@pytest.fixture
def page(qtbot, session, store):
    others = session.settings.assumptions
    session.keep_settings(assumptions={**others, "response.line": WEALTH})
    session.unlock(store, day=session.clock(), result=result_of(listed(NOW)))
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    made.activate("response")
    rest(qtbot, session, made)
    return made


def rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy)


def press(qtbot, session, page, button):
    qtbot.mouseClick(button, LEFT)
    rest(qtbot, session, page)


def look_at(qtbot, session, page, key):
    page.tabs.setCurrentIndex(KEYS.index(key))
    rest(qtbot, session, page)


def facts(page):
    return dict(page._found[page.key].facts)


def test_a_kept_model_is_applied_to_the_next_list_and_an_undo_takes_it_back(
        qtbot, session, store, page):
    assert "怎么检验" in facts(page)
    assert page.keeping.keep.isVisible()
    press(qtbot, session, page, page.keeping.keep)
    (kept,) = store.kept_models("response.wealth")
    assert (kept.as_of, kept.quality["customers"]) == (NOW, 112)
    assert "按 2026-10-31 留用的模型" in page.card.sentence.text()
    assert not page.keeping.keep.isVisible()
    assert not page.keeping.rename.isVisible()
    scores = page._found["response"].ranking.scores.tolist()

    session.unlock(store, day=session.clock(), result=result_of(listed(date(2026, 11, 30))))
    rest(qtbot, session, page)
    assert "模型来自" in facts(page)
    assert "怎么检验" not in facts(page)
    assert len(page._found["response"].ranking.scores) == len(scores)
    assert "年龄 " in page._found["response"].ranking.reason(0)

    session.unlock(store, day=session.clock(), result=result_of(listed(NOW, "age")))
    rest(qtbot, session, page)
    assert "按规则分" in page.card.sentence.text()
    assert "“年龄”没有或大多未知" in page.card.warnings.text()
    assert page.keeping.renew.isVisible()

    press(qtbot, session, page, page.keeping.drop)
    assert store.kept_models() == []
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.kept_models() == [kept]
    assert page.keeping.drop.isVisible()


def test_a_new_model_may_replace_the_kept_one_or_not(qtbot, session, store, page):
    press(qtbot, session, page, page.keeping.keep)
    (before,) = store.kept_models()
    september = datetime(2026, 9, 1, tzinfo=UTC)
    (task,) = ask(store, ["7"], september)
    store.record_result(task.id, Outcome(3), closed_at=september + timedelta(days=1))
    press(qtbot, session, page, page.keeping.renew)
    assert "怎么检验" in facts(page)
    press(qtbot, session, page, page.keeping.back)
    assert "模型来自" in facts(page)
    assert store.kept_models() == [before]
    press(qtbot, session, page, page.keeping.renew)
    press(qtbot, session, page, page.keeping.keep)
    (after,) = store.kept_models()
    assert after.id == before.id
    assert after.data_hash != before.data_hash, "another answer gives another model"


def test_the_overview_lists_what_is_kept_and_how_it_stands(qtbot, session, store, page):
    look_at(qtbot, session, page, "kept")
    assert page.registry.sentence.text().startswith("还没有留用的模型")
    assert not page.card.isVisible()
    look_at(qtbot, session, page, "response")
    press(qtbot, session, page, page.keeping.keep)
    look_at(qtbot, session, page, "kept")
    (row,) = page._found["kept"].registry
    assert (row.title, row.origin) == ("客户反应率：理财", "2026-10-31 的名单（学了 112 户）")
    assert row.quality.startswith("没有学过的客户上 AUC 0.9")
    assert (row.state, row.mind) == ("各项指标的分布基本没变", False)
    (kept,) = store.kept_models()
    assert "年龄" in row.basis
    assert kept.data_hash[:12] in row.basis

    session.unlock(store, day=session.clock(), result=result_of(listed(NOW, "age")))
    rest(qtbot, session, page)
    (row,) = page._found["kept"].registry
    assert (row.state, row.mind) == ("用不上：“年龄”没有或大多未知", True)
    assert "其中 1 个要重新训练" in page.registry.sentence.text()


def test_from_the_overview_one_is_shown_trained_anew_and_removed(qtbot, session, store, page):
    press(qtbot, session, page, page.keeping.keep)
    session.keep_settings(assumptions={**session.settings.assumptions, "response.line": 0.0})
    look_at(qtbot, session, page, "kept")
    press(qtbot, session, page, page.registry.buttons[0]["show"])
    assert page.key == "response"
    assert session.settings.assumptions["response.line"] == WEALTH
    assert "按 2026-10-31 留用的模型" in page.card.sentence.text()
    look_at(qtbot, session, page, "kept")
    press(qtbot, session, page, page.registry.buttons[0]["renew"])
    assert page.key == "response"
    assert page.keeping.keep.isVisible()
    assert page.keeping.back.isVisible()
    look_at(qtbot, session, page, "kept")
    press(qtbot, session, page, page.registry.buttons[0]["drop"])
    assert store.kept_models() == []
    assert page.registry.buttons == []
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert len(store.kept_models()) == 1
    assert len(page.registry.buttons) == 1


def test_a_lock_while_it_learns_leaves_nothing_behind(qtbot, session, page, monkeypatch):
    crashes, begun, may_end, learnt = [], threading.Event(), threading.Event(), []
    judge = response_learning.judge

    def slow(*args, **named):
        begun.set()
        assert may_end.wait(60)
        learnt.append(judge(*args, **named))
        return learnt[0]

    monkeypatch.setattr(response_learning, "judge", slow)
    session.crashed.connect(crashes.append)
    assert "response" in page._found
    page.refresh()
    qtbot.waitUntil(begun.is_set)
    session.lock()
    may_end.set()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert not crashes
    assert not learnt, "it stops on its way"
    assert "response" not in page._found


def test_cancelled_while_it_learns_the_page_says_so(qtbot, session, page):
    started = []
    session.job_started.connect(started.append)
    session.job_started.connect(lambda job: job.cancel())
    page.refresh()
    rest(qtbot, session, page)
    assert started
    assert page.card.sentence.text().startswith("已取消")


def test_a_model_of_a_line_that_is_gone_can_only_be_removed(page, session, store):
    kept = page._found["response"].fitted
    gone = type(kept)(**{name: getattr(kept, name) for name in kept.__slots__} | {
        "model": "response.fairy"})
    found = models.find("kept", session.result, Reporter(), material=(gone,))
    (row,) = found.registry
    assert (row.title, row.there, row.mind) == ("客户反应率：fairy", False, True)
    page.registry.show_finding(found)
    assert [key for key, one in page.registry.buttons[0].items() if one.isEnabled()] == ["drop"]


LEAVING = 500


def followed(day, gone=()):
    """Customers of whom the old leave, of which the card knows nothing; some complained."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({
        "customer_id": [f"k{n}" for n in range(LEAVING)], "source_rows": "1",
        "last_txn": pd.Timestamp(day), "open_date": pd.Timestamp("2015-01-01"),
        "complaint": rng.random(LEAVING) < 0.2,
        "age": rng.integers(20, 80, LEAVING).astype(float), "aum_month_avg": 30_000.0,
        "demand": 3_000.0, "fund": 27_000.0, "login_days_30d": rng.integers(0, 9, LEAVING)})
    frame = frame.astype({
        "customer_id": "str", "source_rows": "str", "complaint": "boolean",
        "login_days_30d": "float64",
        **dict.fromkeys(("last_txn", "open_date"), "datetime64[s]")})
    return CustomerTable(frame.drop(index=list(gone)).reset_index(drop=True), day)


def test_a_kept_retention_model_is_applied_and_an_undo_takes_it_back(qtbot, session, store):
    older = followed(date(2026, 7, 31))
    chance = (np.where(older.frame["age"] > 65, 0.6, 0.01)
              + 0.15 * older.frame["complaint"].to_numpy(dtype=bool))
    newer = followed(NOW, np.flatnonzero(np.random.default_rng(7).random(LEAVING) < chance))
    for table in (older, newer):
        store.save_batch(
            table, imported_at=datetime(2026, 11, 1, tzinfo=UTC), ruleset_id=RULES.id,
            sources=(), rows_read=1, rows_used=1, issues=IssueLog(), summary={})
    session.unlock(store, day=session.clock(), result=pipeline.evaluate(pipeline.Prepared(
        newer, IssueLog(), (), "given", 1, 1, {}), RULES))
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.show()
    made.activate("retention")
    rest(qtbot, session, made)
    assert "模型更准" in facts(made)["历史检验"]
    press(qtbot, session, made, made.keeping.keep)
    (kept,) = store.kept_models("retention")
    assert kept.quality["months"] == 3
    assert "留用的模型逐户估计" in made.card.warnings.text()
    assert "流失的可能约" in made._found["retention"].reason(0)
    look_at(qtbot, session, made, "kept")
    assert made._found["kept"].registry[0].title == "客户维护率"
    session.undo_stack.undo()
    rest(qtbot, session, made)
    assert store.kept_models() == []
    look_at(qtbot, session, made, "retention")
    assert made.keeping.keep.isVisible()
    assert "流失的可能约" not in made._found["retention"].reason(0)
