"""Keeping a clustering in the window: kept, renamed, renewed, dropped, and all of it undone."""

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from branchseg import pipeline, rules
from branchseg.model.issues import IssueLog
from branchseg.model.table import CustomerTable
from branchseg.paths import resources_dir
from ui.pages.models.keeping import NamesDialog
from ui.pages.models.page import KEYS, ModelsPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, session, store, clusterable):
    session.unlock(store, day=session.clock(), result=clusterable)
    made = ModelsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    made.activate()
    rest(qtbot, session, made)
    return made


@pytest.fixture(scope="module")
def clusterable():
    """Two kinds of customers nobody can miss."""
    size = 150
    rng = np.random.default_rng(1)
    rich = np.arange(size) % 3 == 0
    frame = pd.DataFrame({
        "customer_id": pd.Series([f"C{n}" for n in range(size)], dtype="str"),
        "source_rows": pd.Series(["2"] * size, dtype="str"),
        "txn_count_12m": np.where(rich, 60.0, 4.0) + rng.integers(0, 3, size)})
    results = pd.DataFrame({
        "aum": np.where(rich, 8e5, 900.0) * np.exp(rng.normal(0, 0.2, size)),
        "aum_basis": pd.Series("aum_point", index=range(size), dtype="str"),
        "status": pd.Series("core", index=range(size), dtype="str"),
        "next_action": pd.Series(None, index=range(size), dtype="str")})
    table = CustomerTable(frame, pd.Timestamp("2026-10-31").date())
    return pipeline.RunResult(
        pipeline.Prepared(table, IssueLog(), (), "given", size, size, {}), results,
        rules.load(resources_dir() / "rules"))


def rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy)


def press(qtbot, session, page, button):
    qtbot.mouseClick(button, LEFT)
    rest(qtbot, session, page)


def names(page):
    model = page.groups.model
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_what_is_kept_is_used_from_now_on_and_can_be_taken_back(qtbot, session, store, page):
    bar = page.keeping
    assert bar.keep.isVisible()
    assert not bar.rename.isVisible()
    press(qtbot, session, page, bar.keep)
    (kept,) = store.kept_models("clusters")
    assert page.card.sentence.text().startswith("沿用 2026-10-31 留用的分群")
    assert not bar.keep.isVisible()
    press(qtbot, session, page, bar.drop)
    assert store.kept_models("clusters") == []
    assert page.card.sentence.text().startswith("找到 2 群")
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.kept_models("clusters") == [kept]
    assert page.card.sentence.text().startswith("沿用")


def test_groups_get_names_of_their_own(qtbot, session, store, page, monkeypatch):
    press(qtbot, session, page, page.keeping.keep)
    before = names(page)

    def type_names(dialog):
        for edit, name in zip(dialog.edits, ("沙龙常客", "沙龙常客"), strict=True):
            edit.setText(name)
        dialog._try()
        assert dialog.edits[0].property("invalid") == "true"
        dialog.edits[1].setText("其他客户")
        dialog._try()
        return dialog.result()

    monkeypatch.setattr(NamesDialog, "exec", type_names)
    press(qtbot, session, page, page.keeping.rename)
    assert sorted(names(page)) == ["其他客户", "沙龙常客"]
    assert store.kept_models("clusters")[0].names == ("沙龙常客", "其他客户")
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert names(page) == before


def test_a_new_clustering_may_replace_the_kept_one(qtbot, session, store, page):
    press(qtbot, session, page, page.keeping.keep)
    press(qtbot, session, page, page.keeping.renew)
    assert page.card.sentence.text().startswith("找到 2 群")
    assert page.keeping.keep.isVisible()
    press(qtbot, session, page, page.keeping.back)
    assert page.card.sentence.text().startswith("沿用")
    (before,) = store.kept_models("clusters")
    press(qtbot, session, page, page.keeping.renew)
    press(qtbot, session, page, page.keeping.keep)
    assert len(store.kept_models("clusters")) == 1
    assert page.card.sentence.text().startswith("沿用")
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.kept_models("clusters") == [before]
    press(qtbot, session, page, page.keeping.drop)
    assert page.card.sentence.text().startswith("找到 2 群")


def test_an_undo_from_another_tab_leaves_nothing_stale(qtbot, session, store, page):
    press(qtbot, session, page, page.keeping.keep)
    page.activate("value")
    rest(qtbot, session, page)
    session.undo_stack.undo()
    rest(qtbot, session, page)
    assert store.kept_models("clusters") == []
    page.activate("clusters")
    rest(qtbot, session, page)
    assert page.card.sentence.text().startswith("找到 2 群")


def test_wanted_anew_and_left_at_once_no_other_model_hears_of_it(qtbot, session, page):
    press(qtbot, session, page, page.keeping.keep)
    crashes = []
    session.crashed.connect(crashes.append)
    qtbot.mouseClick(page.keeping.renew, LEFT)
    page.tabs.setCurrentIndex(KEYS.index("factors"))
    rest(qtbot, session, page)
    assert not crashes
    assert "正在计算" not in page.card.sentence.text()
    page.activate("clusters")
    rest(qtbot, session, page)
    assert page.card.sentence.text().startswith("沿用")


def test_on_other_models_there_is_nothing_to_keep(qtbot, session, page):
    page.activate("value")
    rest(qtbot, session, page)
    assert not page.keeping.isVisible()
    assert QApplication.activeModalWidget() is None
