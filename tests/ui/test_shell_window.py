import threading
from dataclasses import dataclass
from importlib.util import find_spec

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QUndoCommand
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from soon import soon

from branchseg.sheets import qr_payload
from ui import actions, style, workspace
from ui.dialogs.help import HelpDialog
from ui.main_window import MainWindow
from ui.pages import PAGES, PageSpec
from ui.session import CustomerList, SheetNumber
from ui.widgets.drop import dropped_list
from ui.widgets.page import Page


class SomePage(Page):
    """A page that writes down what the window does with it."""

    title = "某页"

    def __init__(self, session):
        super().__init__(session)
        self.log = []
        self.leave = True
        self.half = None
        self.button = QPushButton("做")
        self.commands = {"export": lambda: self.log.append("export")}

    def header_widgets(self):
        return [self.button]

    def activate(self, argument=None):
        self.log.append(argument)

    def can_leave(self):
        return self.leave

    def keep(self):
        return self.half

    def resume(self, kept):
        self.half = kept


class SearchingPage(SomePage):
    title = "会搜索"
    filters_search = True


@dataclass(frozen=True)
class FakeSpec(PageSpec):
    page: type = SomePage

    def build(self, session):
        return self.page(session)


SPECS = (
    FakeSpec("today", "今日", "today", "Ctrl+1", ""),
    FakeSpec("customers", "客户", "customers", "Ctrl+2", "", page=SearchingPage),
    FakeSpec("imports", "导入", "import", "Ctrl+O", ""),
    FakeSpec("settings", "设置", "settings", "Ctrl+,", "", at_foot=True),
)


@pytest.fixture
def window(qtbot, session, monkeypatch):
    monkeypatch.setattr(workspace, "PAGES", SPECS)
    made = MainWindow(session, QLabel("锁"))
    made.resize(1366, 728)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def desk(window, session, vault):
    """The workspace of the unlocked window."""
    session.unlock(vault, day=session.clock())
    return window.workspace


def page(desk, key):
    return desk._pages[key]


def test_locked_at_first(window, session):
    session.navigate("today")
    assert window.workspace is None
    assert not window.statusBar().isVisible()


def test_unlocking_shows_the_first_page(window, desk):
    assert desk._nav.marked == "today"
    assert page(desk, "today").log == [None]
    assert list(desk._pages) == ["today"]
    assert window.windowTitle() == "厅堂营销助手 — 城东支行"
    assert desk._header.user.text() == "陈静"
    assert window.statusBar().isVisible()


def test_pages_are_built_once_and_get_the_argument(desk, session):
    session.show_customers("临界客户", ["C3", "C1"])
    first = page(desk, "customers")
    session.open_customer("6200")
    session.navigate("customers")
    assert page(desk, "customers") is first
    assert first.log == [CustomerList("临界客户", ["C3", "C1"]), "6200", None]
    session.navigate("no such page")
    assert desk._nav.marked == "customers"


def test_a_page_may_refuse_to_go(window, desk, session):
    page(desk, "today").leave = False
    session.navigate("customers")
    assert desk._nav.marked == "today"
    assert not window.close()
    session.navigate("today", 5)
    assert page(desk, "today").log == [None, 5]
    page(desk, "today").leave = True
    assert window.close()


def test_locking_deletes_all_pages_and_closes_the_vault(qtbot, window, desk, session, vault,
                                                       result):
    session.set_result(result)
    gone = page(desk, "today")
    desk._header.search.setText("张")
    session.set_search("张")
    with qtbot.waitSignal(gone.destroyed):
        session.lock()
    assert window.workspace is None
    assert not window.statusBar().isVisible()
    assert session.result is None
    assert session.search == ""
    qtbot.waitUntil(lambda: len(vault.closed_in) == 1)
    assert vault.closed_in != [threading.get_ident()]
    session.unlock(vault, day=session.clock())
    assert window.workspace._nav.marked == "today"
    assert window.workspace._header.search.text() == ""


def test_the_header_shows_what_belongs_to_the_page(desk, session):
    today = page(desk, "today")
    today.set_subtitle("数据日期 2026-11-22")
    assert desk._header._subtitle.text() == "数据日期 2026-11-22"
    assert today.button.isVisible()
    session.navigate("customers")
    assert not today.button.isVisible()
    assert page(desk, "customers").button.isVisible()
    assert desk._header._title.text() == "会搜索"
    assert not desk._header._subtitle.isVisible()
    today.set_subtitle("不在前面")
    assert desk._header._subtitle.text() == ""


def test_shortcuts_reach_pages_and_commands(qtbot, desk, session):
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(desk, Qt.Key.Key_2, control)
    assert desk._nav.marked == "customers"
    qtbot.keyClick(desk, Qt.Key.Key_E, control)
    qtbot.keyClick(desk, Qt.Key.Key_F5)
    assert page(desk, "customers").log == [None, "export"]
    qtbot.keyClick(desk, Qt.Key.Key_F, control)
    assert desk._header.search.hasFocus()
    qtbot.keyClick(desk, Qt.Key.Key_L, control)
    assert session.vault is None


def test_search_leads_to_the_customers(qtbot, desk, session):
    box = desk._header.search
    box.setFocus()
    qtbot.keyClicks(box, " zs ")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert session.search == "zs"
    assert desk._nav.marked == "customers"
    before = len(page(desk, "customers").log)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert len(page(desk, "customers").log) == before
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert session.search == ""


def test_notices_can_be_undone(qtbot, desk, session):
    undone = []
    session.notify("已导入 3 户。", "ok", undo=lambda: undone.append(1))
    banner = desk._notices.banner
    assert banner.isVisible()
    qtbot.mouseClick(banner._buttons[0], Qt.MouseButton.LeftButton)
    assert undone == [1]
    assert not banner.isVisible()


def test_undo_names_what_it_undoes(desk, session):
    class Change(QUndoCommand):
        pass

    session.undo_stack.push(Change("修改标签"))
    assert desk._actions["undo"].text() == "撤销 修改标签"
    desk._actions["undo"].trigger()
    assert desk._actions["redo"].text() == "重做 修改标签"
    assert not desk._actions["undo"].isEnabled()


def test_the_status_bar_says_what_is_shown(window, desk, session, result):
    session.set_result(result)
    assert window._state.text() == "已加密保存在本机 · 3 户 · 数据日期 2026-11-22"
    session.is_sample = True
    session.set_result(None)
    assert window._state.text() == "示例数据，关闭或锁定后清除"


@pytest.mark.parametrize(("width", "compact"), [(1366, False), (1180, False), (1179, True)])
def test_a_narrow_window_keeps_pictures_only(window, desk, width, compact):
    window.resize(width, 700)
    assert desk._nav.width() == (64 if compact else 188)
    entry = desk._nav._entries["today"]
    assert entry.text() == ("" if compact else "  今日")
    assert entry.toolTip() == "今日（Ctrl+1）"


def drag(path, kind=QDragEnterEvent):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    at = QPointF(50, 50)
    first = at if kind is QDropEvent else at.toPoint()
    return data, kind(first, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)


def send(window, event):
    window._drop.eventFilter(window, event)
    return event.isAccepted()


def test_a_list_can_be_dropped_anywhere(desk, tmp_path):
    _data, enter = drag(tmp_path / "名单.XLSX")
    enter.ignore()
    assert send(desk, enter)
    assert desk._drop.isVisible()
    desk._drop.eventFilter(desk, QDragLeaveEvent())
    assert not desk._drop.isVisible()
    _other, drop = drag(tmp_path / "名单.xlsx", QDropEvent)
    assert send(desk, drop)
    assert page(desk, "imports").log == [tmp_path / "名单.xlsx"]


def test_other_files_are_not_taken(desk, tmp_path):
    _data, picture = drag(tmp_path / "photo.png")
    picture.ignore()
    assert not send(desk, picture)
    remote = QMimeData()
    remote.setUrls([QUrl("https://example.com/list.xlsx")])
    assert dropped_list(remote) is None


def test_the_table_of_pages_is_sound():
    assert len({spec.key for spec in PAGES}) == len(PAGES)
    keys = [each.shortcut for each in (*PAGES, *actions.VERBS, *actions.UNDO)]
    assert len(set(keys)) == len(keys)
    assert all(find_spec(spec.module) for spec in PAGES)


def test_the_help_lists_every_shortcut(qtbot):
    dialog = HelpDialog()
    qtbot.addWidget(dialog)
    texts = {label.text() for label in dialog.findChildren(QLabel)}
    for keys, meaning in actions.all_shortcuts():
        assert keys in texts
        assert meaning in texts


@pytest.mark.parametrize(("theme", "scale"), [("light", 1.0), ("dark", 1.0), ("light", 1.5)])
def test_it_draws_without_a_warning(window, desk, session, theme, scale):
    style.apply(theme, scale)
    session.notify("好。", "ok")
    image = window.grab().toImage()
    assert image.pixelColor(600, 400).name() == style.tokens().bg.lower()


def test_everything_to_press_has_a_name(desk):
    for each in desk.findChildren(QPushButton):
        assert each.text() or each.accessibleName()
    assert isinstance(desk.window().focusWidget(), QWidget)


def test_a_notice_moves_nothing_and_covers_no_button(window, desk, session):
    today = page(desk, "today")
    before = today.mapTo(desk, today.rect().topLeft())
    session.notify("没有找到单号 20261122-0001。请核对单号；" * 3, "warn")
    QApplication.processEvents()
    banner = desk._notices.banner
    assert today.mapTo(desk, today.rect().topLeft()) == before
    for each in (today.button, desk._header.cover, desk._header.user):
        mine = QRect(each.mapTo(desk, QPoint()), each.size())
        assert not QRect(banner.mapTo(desk, QPoint()), banner.size()).intersects(mine)


def test_the_countdown_is_told_until_somebody_is_there(desk):
    alarm = desk._notices.alarm
    desk._guard._counting(30)
    assert alarm.isVisible()
    assert "30 秒后自动锁定" in alarm.text
    desk._guard._counting(0)
    assert not alarm.isVisible()


def test_a_dialog_is_closed_before_the_lock(qtbot, desk, session):
    dialog = QDialog(desk)
    soon(0, desk._guard._lock)
    assert dialog.exec() == QDialog.DialogCode.Rejected
    qtbot.waitUntil(lambda: session.vault is None)
    assert session.lock_reason == "5 分钟没有操作，已自动锁定。"


def test_what_is_half_done_outlives_the_lock(window, desk, session, vault):
    session.show_customers("临界客户", ["C1"])
    page(desk, "customers").half = "三列已核对"
    session.lock()
    assert session.kept == {"customers": "三列已核对"}
    session.unlock(vault, day=session.clock())
    again = window.workspace
    assert again._nav.marked == "customers"
    assert page(again, "customers").half == "三列已核对"
    assert session.kept == {}


def test_nothing_of_the_sample_outlives_the_lock(desk, session):
    page(desk, "today").half = "示例"
    session.is_sample = True
    session.lock()
    assert session.kept == {}


def test_names_are_covered_by_one_button_which_is_remembered(qtbot, desk, session, monkeypatch):
    saved = []
    monkeypatch.setattr("branchseg.settings.save", lambda kept, _path: saved.append(kept))
    assert not session.settings.names_masked
    qtbot.keyClick(desk, Qt.Key.Key_F9)
    assert session.settings.names_masked
    assert desk._header.cover.isChecked()
    qtbot.mouseClick(desk._header.cover, Qt.MouseButton.LeftButton)
    assert [each.names_masked for each in saved] == [True, False]


def test_a_scanner_is_understood_on_every_page(desk, window, session):
    session.navigate("customers")
    for character in qr_payload("20261122-0007"):
        QTest.keyClick(window.windowHandle(), character)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)
    assert desk._nav.marked == "today"
    assert page(desk, "today").log[-1] == SheetNumber("20261122-0007")
