from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from branchseg.errors import Cancelled, places_of
from ui.crash import CrashHandler, write_report
from ui.dialogs import error
from ui.dialogs.error import ErrorDialog

SECRET = "张三13800001234"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def broken():
    def read(row):
        name = row["name"]
        raise ValueError(f"bad {name}")

    try:
        try:
            read({"name": SECRET})
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        return error


def test_a_report_names_places_but_no_values(tmp_path):
    text, path = write_report(broken(), tmp_path, NOW)
    assert "KeyError" in text
    assert "ValueError" in text
    assert "test_shell_crash.py" in text
    assert "read" in text
    assert "张三" not in text
    assert "1380" not in text
    assert path == tmp_path / "crash" / "20261122-093000.txt"
    assert path.read_text(encoding="utf-8") == text


def test_only_the_latest_reports_are_kept(tmp_path):
    for day in range(25):
        write_report(ValueError(), tmp_path, NOW + timedelta(day))
    kept = sorted(p.name for p in (tmp_path / "crash").iterdir())
    assert len(kept) == 20
    assert kept[-1] == "20261216-093000.txt"


def test_a_full_disk_does_not_hide_the_fault(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    text, path = write_report(ValueError(), blocked, NOW)
    assert path is None
    assert "ValueError" in text


def test_causes_in_a_circle_end():
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert places_of(one).split("\n") == ["ValueError", "KeyError"]


@pytest.fixture
def shown(monkeypatch):
    """The dialogs that would be shown."""
    log = []
    monkeypatch.setattr(error, "ErrorDialog", lambda *texts, **_more: SimpleNamespace(
        exec=lambda: log.append(texts)))
    return log


def test_the_first_fault_stops_the_program_once(qapp, tmp_path, shown):
    stopped = []
    handler = CrashHandler(tmp_path, lambda: stopped.append(1))
    handler.handle(broken())
    handler.handle(ValueError())
    assert stopped == [1]
    assert len(shown) == 1
    assert "数据没有改动" in shown[0][1]
    assert not any("张三" in str(text) for text in shown[0])
    assert len(list((tmp_path / "crash").iterdir())) == 1


def test_cancel_and_control_c_are_no_faults(qapp, tmp_path, shown):
    handler = CrashHandler(tmp_path, lambda: None)
    handler.handle(Cancelled())
    handler.handle(KeyboardInterrupt())
    handler.handle(None)
    assert not shown


def test_install_takes_over_all_three_hooks(qapp, tmp_path, shown, monkeypatch):
    import sys
    import threading

    for where, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(where, name, getattr(where, name))
    stopped = []
    CrashHandler(tmp_path, lambda: stopped.append(1)).install()
    sys.excepthook(ValueError, ValueError(), None)
    assert stopped == [1]
    assert sys.unraisablehook.__module__ == "ui.crash"
    assert threading.excepthook.__module__ == "ui.crash"


def test_the_dialog_folds_its_details_away(qtbot):
    dialog = ErrorDialog("坏了。", "请重开。", "ValueError")
    qtbot.addWidget(dialog)
    dialog.show()
    by_text = {b.text(): b for b in dialog.findChildren(QPushButton)}
    assert not dialog._details.isVisible()
    by_text["显示技术信息"].click()
    assert dialog._details.isVisible()
    by_text["复制技术信息"].click()
    assert QGuiApplication.clipboard().text() == "ValueError"
    by_text["显示技术信息"].click()
    assert not dialog._details.isVisible()
    with qtbot.waitSignal(dialog.accepted):
        by_text["知道了"].click()


def test_without_details_there_is_nothing_to_unfold(qtbot):
    dialog = ErrorDialog("坏了。", "请重开。")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog._more.isVisible()
