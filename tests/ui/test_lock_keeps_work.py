"""What was asked for before a lock is done, whichever way the program was locked or closed."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication
from soon import soon

from branchseg.errors import StoreError
from branchseg.store.vault import Vault
from ui.dialogs.closing import ClosingBox
from ui.dialogs.error import ErrorDialog
from ui.jobs import Jobs
from ui.pages.customers.undo import TagEditor

PASSPHRASE = "一句容易记住的话2026"
CUSTOMER = "62000001"


@pytest.fixture
def slow(application, in_the_way):
    """A refresh that is in the way of all other work."""
    return in_the_way(application.session)


def tags_kept(folder):
    with Vault.open(folder, PASSPHRASE) as vault:
        return vault.tags(CUSTOMER)


def by_verb(_qtbot, application):
    application.session.lock("休息一下。")


def by_key(_qtbot, application):
    action = next(one for one in application.window.workspace.actions()
                  if one.shortcut() == QKeySequence("Ctrl+L"))
    action.trigger()


def by_button(qtbot, application):
    qtbot.mouseClick(application.window.workspace._header.user, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("lock", [by_verb, by_key, by_button])
def test_a_tag_given_behind_a_refresh_outlives_the_lock(qtbot, application, slow, tmp_path, lock):
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    lock(qtbot, application)
    assert application.window.workspace is None  # blank at once, whatever the worker does
    assert application.jobs.busy
    slow.end()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    assert tags_kept(tmp_path) == ("喜欢国债",)


def test_nobody_is_locked_out_of_work_that_still_waits(qtbot, application, slow):
    """Who unlocks before the write is done waits for it, and sees it."""
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    application.session.lock()
    application.screen.open_wanted.emit(PASSPHRASE)
    with qtbot.waitSignal(application.session.unlocked):
        slow.end()
    vault, found = application.session.vault, []
    application.session.run("正在读取", lambda _reporter: vault.tags(CUSTOMER), found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert found == [("喜欢国债",)]


def test_idle_locks_after_the_write(qtbot, application, slow, tmp_path):
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    guard = application.window.workspace._guard
    guard._idle.idle.emit()
    assert application.session.vault is not None
    slow.end()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    guard._idle.idle.emit()
    assert application.session.vault is None
    qtbot.waitUntil(lambda: not application.jobs.busy)
    assert tags_kept(tmp_path) == ("喜欢国债",)


def test_closing_waits_for_what_is_to_be_written(application, slow, tmp_path):
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    application.window.close()
    soon(50, slow.end)
    assert application.close()
    assert tags_kept(tmp_path) == ("喜欢国债",)


def with_box(kind, act):
    """Do something with the box of this kind as soon as it is there."""
    watch = QTimer(QApplication.instance(), interval=10)

    def look():
        box = next((one for one in QApplication.topLevelWidgets()
                    if isinstance(one, kind) and one.isVisible()), None)
        if box is not None:
            watch.stop()
            act(box)

    watch.timeout.connect(look)
    watch.start()


@pytest.fixture
def impatient(monkeypatch):
    """The box comes at once."""
    real = Jobs.wait
    monkeypatch.setattr(Jobs, "wait", lambda jobs, _timeout=0: real(jobs, 1))


def test_what_takes_long_is_told_and_ends_by_itself(application, slow, impatient, tmp_path):
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    said = []

    def act(box):
        said.append(box.text())
        box.reject()  # Esc waits on
        with_box(ClosingBox, lambda _again: slow.end())

    with_box(ClosingBox, act)
    assert application.close()
    assert said == ["刚才的操作还在保存，完成后会自动关闭。"]
    assert tags_kept(tmp_path) == ("喜欢国债",)


def test_the_user_may_force_the_end(application, slow, impatient):
    with_box(ClosingBox, lambda box: box.force.click())
    assert not application.close()


def test_what_could_not_be_saved_is_told_at_the_next_unlock(qtbot, application, slow, monkeypatch):
    def full(*_args, **_more):
        raise StoreError("store.disk_full")

    monkeypatch.setattr(Vault, "set_tags", full)
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    application.session.lock()
    slow.end()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    with qtbot.waitSignal(application.session.unlocked):
        application.screen.open_wanted.emit(PASSPHRASE)
    banner = application.window.workspace._notices.banner
    qtbot.waitUntil(lambda: banner.isVisibleTo(application.window.workspace))
    assert banner.text.startswith("上次锁定前的“保存标签”没有成功。磁盘已满")
    assert application.session.unsaved == []


def test_what_could_not_be_saved_is_told_before_the_program_ends(application, slow, monkeypatch):
    def full(*_args, **_more):
        raise StoreError("store.disk_full")

    monkeypatch.setattr(Vault, "set_tags", full)
    TagEditor(application.session).add(CUSTOMER, (), "喜欢国债")
    told = []
    with_box(ErrorDialog, lambda box: (told.append(box.windowTitle()), box.accept()))
    soon(50, slow.end)
    assert application.close()
    assert told == ["出现问题"]
    application.session.unsaved.clear()
