"""The real program is locked in the middle of a meeting, and the meeting goes on afterwards."""

import pytest
from PySide6.QtGui import QKeySequence

from ui.app import Application
from ui.pages.settings.page import SettingsPage

PASSPHRASE = "一句容易记住的话2026"


@pytest.fixture
def application(qtbot, tmp_path):
    made = Application(tmp_path)
    crashes = []
    made.session.crashed.connect(crashes.append)
    made.window.show()
    with qtbot.waitSignal(made.session.unlocked):
        made.screen.create_wanted.emit("城东支行", "陈静", PASSPHRASE)
    qtbot.waitUntil(lambda: not made.jobs.busy)
    yield made
    assert made.close()
    assert not crashes


def room_of(application):
    return application.window.findChild(SettingsPage).editor.room


def test_a_meeting_goes_on_after_a_lock_and_its_version_stays(qtbot, application):
    session, jobs = application.session, application.jobs
    session.navigate("settings", "cutpoints")
    qtbot.waitUntil(lambda: not jobs.busy)
    room = room_of(application)
    room.field.setValue(300)
    room.agreement.names.insert("业务部")
    next(one for one in application.window.workspace.actions()
         if one.shortcut() == QKeySequence("Ctrl+L")).trigger()
    assert application.window.workspace is None
    del room
    application.screen.open_wanted.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: application.window.workspace is not None and not jobs.busy)
    room = room_of(application)
    assert room.isVisible()
    assert (room.field.number, room.agreement.names.text()) == (300, "业务部")
    editor = application.window.findChild(SettingsPage).editor
    editor.save_button.click()
    qtbot.waitUntil(lambda: not jobs.busy)
    session.lock()
    application.screen.open_wanted.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: application.window.workspace is not None and not jobs.busy)
    assert session.kept == {}
    session.navigate("settings", "cutpoints")
    qtbot.waitUntil(lambda: not jobs.busy)
    room = room_of(application)
    assert (room.field.number, room.agreement.names.text()) == (300, "业务部")
    assert room.agreement.said.text() == "确认的是 300 元。登记于第 2 版。"
