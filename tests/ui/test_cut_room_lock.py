"""The real program is locked in the middle of a meeting, and the meeting goes on afterwards."""

from PySide6.QtGui import QKeySequence

from ui.pages.settings.page import SettingsPage

PASSPHRASE = "一句容易记住的话2026"


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


def test_what_is_being_changed_outlives_a_lock_while_older_changes_are_taken_back(
        qtbot, application, in_the_way):
    session, jobs = application.session, application.jobs
    session.navigate("settings", "cutpoints")
    qtbot.waitUntil(lambda: not jobs.busy)
    before = session.ruleset.id
    room_of(application).field.setValue(300)
    application.window.findChild(SettingsPage).editor.save_button.click()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert session.ruleset.id != before
    room_of(application).field.setValue(400)
    room_of(application).agreement.names.insert("业务部")
    slow = in_the_way(session)
    session.undo_stack.undo()
    session.lock()
    slow.end()
    application.screen.open_wanted.emit(PASSPHRASE)
    qtbot.waitUntil(lambda: application.window.workspace is not None and not jobs.busy)
    assert session.ruleset.id == before
    room = room_of(application)
    assert room.isVisible()
    assert (room.field.number, room.agreement.names.text()) == (400, "业务部")
