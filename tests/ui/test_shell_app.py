"""From the lock screen to the pages and back, with the real vault, rules and sample."""

import gc
import sys
import threading
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QLocale, QLockFile
from soon import soon

from branchseg import settings as stored_settings
from branchseg.settings import Theme
from ui import app, opening, style
from ui.app import Application, make_qapplication
from ui.pages import PAGES
from ui.workspace import Workspace

PASSPHRASE = "一句容易记住的话2026"


@pytest.fixture
def application(qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "SAMPLE_CUSTOMERS", 60)
    made = Application(tmp_path)
    crashes = []
    made.session.crashed.connect(crashes.append)
    yield made
    assert made.close()
    assert not crashes


def wait_unlocked(qtbot, application, act):
    with qtbot.waitSignal(application.session.unlocked):
        act()


def test_first_use_then_lock_then_open_again(qtbot, application, tmp_path):
    screen, session = application.screen, application.session
    assert screen._first_use
    wait_unlocked(qtbot, application, lambda: screen.create_wanted.emit(
        "城东支行", "陈静", PASSPHRASE))
    assert isinstance(application.window.workspace, Workspace)
    assert session.vault is not None
    assert session.ruleset is not None
    assert session.result is None
    saved = stored_settings.load(tmp_path / stored_settings.FILE_NAME).settings
    assert (saved.branch_name, saved.operator) == ("城东支行", "陈静")
    session.lock()
    assert application.window.workspace is None
    assert not screen._first_use
    screen.open_wanted.emit("nicht die richtige")
    qtbot.waitUntil(lambda: screen._banner.isVisibleTo(screen))
    assert "口令" in screen._banner.text
    assert session.vault is None
    wait_unlocked(qtbot, application, lambda: screen.open_wanted.emit(PASSPHRASE))
    assert session.settings.branch_name == "城东支行"


def test_a_folder_that_cannot_be_written_is_said_so_on_the_lock_screen(application, tmp_path):
    (tmp_path / stored_settings.FILE_NAME).mkdir()
    application.screen.create_wanted.emit("城东支行", "陈静", PASSPHRASE)
    assert application.screen._banner.text == (
        "设置没有保存：无法写入数据文件夹。请检查磁盘空间和写入权限。")
    assert not application.jobs.busy
    assert application.session.settings.branch_name == ""


def test_samples_that_cannot_be_written_are_said_so(qtbot, application, tmp_path):
    (tmp_path / "sample").write_text("no folder")
    application.open_sample()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    assert application.screen._banner.text.startswith("不能读写名单库所在的文件夹。")


def test_sample_data_is_sorted_and_thrown_away(qtbot, application, tmp_path):
    wait_unlocked(qtbot, application, application.open_sample)
    session = application.session
    assert session.is_sample
    assert 40 <= len(session.result.table) <= 80
    assert len(session.result.results) == len(session.result.table)
    assert "示例数据" in application.window._state.text()
    with qtbot.waitSignal(session.result_changed):
        session.reload()
    assert (tmp_path / "sample" / "vault.db").exists()
    session.lock()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    assert not (tmp_path / "sample").exists()
    assert application.screen._first_use


def test_rules_with_faults_lock_nobody_out(qtbot, application, tmp_path):
    session = application.session
    session.keep_settings(rules_dir=str(tmp_path / "nowhere"))
    wait_unlocked(qtbot, application, application.open_sample)
    desk = application.window.workspace
    assert desk._notices.banner.isVisibleTo(desk)
    assert session.ruleset is not None


def test_the_theme_changes_at_once_the_scale_at_the_next_start(application):
    session = application.session
    session.keep_settings(theme=Theme.DARK, ui_scale=1.5)
    assert style.tokens() is style.DARK
    assert style.px(100) == 100


def test_faults_of_the_settings_file_are_told(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "SAMPLE_CUSTOMERS", 60)
    (tmp_path / stored_settings.FILE_NAME).write_text('{"lock_minutes": 999}', encoding="utf-8")
    made = Application(tmp_path)
    wait_unlocked(qtbot, made, made.open_sample)
    banner = made.window.workspace._notices.banner
    assert banner.isVisibleTo(made.window.workspace)
    assert made.session.settings.lock_minutes == 5
    assert made.close()


def test_what_was_closed_hears_of_nothing_any_more(qtbot, application):
    application.open_sample()
    qtbot.waitUntil(lambda: application.session.result is not None)
    for spec in PAGES:
        application.session.navigate(spec.key)
    qtbot.waitUntil(lambda: not application.jobs.busy)
    application.session.lock()
    qtbot.waitUntil(lambda: application.session.vault is None)
    gc.collect()
    application.session.keep_settings(names_masked=True, lock_minutes=10)  # slots must not raise
    assert application.session.settings.lock_minutes == 10


def test_idle_locks_but_not_while_work_goes_on(qtbot, application):
    wait_unlocked(qtbot, application, application.open_sample)
    session, desk = application.session, application.window.workspace
    go_on = threading.Event()
    job = session.run("慢", lambda _r: go_on.wait(10))
    desk._guard._idle.idle.emit()
    assert session.vault is not None
    go_on.set()
    qtbot.waitSignal(job.finished).wait()
    qtbot.waitUntil(lambda: not application.jobs.busy)
    desk._guard._idle.idle.emit()
    assert session.vault is None
    assert "5 分钟没有操作，已自动锁定。" in application.screen._banner.text


def test_qt_speaks_chinese_once_the_window_is_shown(qtbot, qapp, application):
    assert make_qapplication() is qapp
    application.show()
    qtbot.waitUntil(lambda: qapp.translate("QPlatformTheme", "Cancel") == "取消")
    assert QLocale().monthName(1) == "一月"


@pytest.fixture
def program(qapp, tmp_path, monkeypatch):
    """The data folder of a program about to run; what would be refused goes to a list."""
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    for where, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(where, name, getattr(where, name))
    refused = []
    monkeypatch.setattr(app, "_refuse", lambda *texts: refused.append(texts) or 1)
    return SimpleNamespace(folder=tmp_path / "data", refused=refused)


def test_it_runs_until_the_window_is_closed(qapp, program):
    soon(300, lambda: [w.close() for w in qapp.topLevelWidgets()])
    assert app.run() == 0
    assert not program.refused
    assert {p.name for p in program.folder.iterdir()} <= {"window.ini"}


def test_the_same_data_is_not_opened_twice(program):
    program.folder.mkdir()
    lock = QLockFile(str(program.folder / "branchseg.lock"))
    assert lock.tryLock(0)
    assert app.run() == 1
    assert program.refused[0][0] == "程序已经打开。"
    lock.unlock()


def test_a_data_folder_that_cannot_be_made_is_told(program):
    program.folder.write_text("")
    assert app.run() == 1
    assert program.refused[0][0] == "无法建立数据文件夹。"
