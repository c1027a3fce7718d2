import datetime as dt

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from branchseg.model.fields import Kind
from ui.columns import Chip, Column, column
from ui.row_model import RowModel
from ui.style import color
from ui.widgets.table import DataTable

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
COLUMNS = (
    column("name"), column("mobile"), column("aum"), column("maturity_date", due=True),
    Column("note", "备注", stretch=True),
    Column("state", "状态", Kind.CHOICE, 80, chips={"todo": Chip("待联系", "warn")}),
)
DATA = {
    "name": np.array(["张三", "李四", "王五"], object),
    "mobile": np.array(["13800001234", None, "13700009012"], object),
    "aum": np.array([1234.5, 2e6, -7.0]),
    "maturity_date": np.array(["2026-11-25", "NaT", "2026-11-20"], "datetime64[s]"),
    "note": np.array(["=1+1", "a\tb\nc", "-"], object),
    "state": np.array(["todo", "todo", None], object),
}


@pytest.fixture
def table(qtbot):
    model = RowModel(COLUMNS, checkable=True)
    model.set_data(DATA, dt.date(2026, 11, 22))
    made = DataTable(model)
    made.resize(900, 300)
    qtbot.addWidget(made)
    made.show()
    return made


def header_click(qtbot, table, section):
    header = table.horizontalHeader()
    at = QPoint(header.sectionViewportPosition(section) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_copy_is_masked_and_safe_to_paste(table):
    table.selectAll()
    table.copy()
    assert QGuiApplication.clipboard().text().split("\n") == [
        "张*\t138****1234\t1,234.50\t2026-11-25\t'=1+1\t待联系",
        "李*\t\t2,000,000.00\t\ta b c\t待联系",
        "王*\t137****9012\t-7.00\t2026-11-20\t'-\t",
    ]


def test_copy_stays_masked_when_the_screen_is_not(table):
    table.model().reveal(revealed=True)
    table.selectRow(0)
    table.copy()
    assert "13800001234" not in QGuiApplication.clipboard().text()
    assert "张三" not in QGuiApplication.clipboard().text()


def test_copy_follows_order_and_hidden_columns(qtbot, table):
    table.horizontalHeader().moveSection(3, 1)
    table.setColumnHidden(2, True)
    table.model().sort(3, DOWN)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_C,
                   Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text().split("\n") == [
        "AUM(取值)\t姓名\t到期日\t备注\t状态",
        "2,000,000.00\t李*\t\ta b c\t待联系",
    ]
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "姓名" not in QGuiApplication.clipboard().text()


def test_space_ticks_the_selected_rows(qtbot, table):
    table.selectAll()
    table.model().tick([1])
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.model().ticked.tolist() == [0, 1, 2]
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.model().ticked.tolist() == []
    table.selectRow(2)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.model().ticked.tolist() == [2]


def test_header_sorts_up_down_and_back(qtbot, table):
    seen = []
    for _ in range(3):
        header_click(qtbot, table, 3)
        marked = table.horizontalHeader().sortIndicatorSection()
        seen.append((table.model().shown.tolist(), marked))
    assert seen == [([2, 0, 1], 3), ([1, 0, 2], 3), ([0, 1, 2], -1)]


def test_header_box_ticks_all_and_does_not_sort(qtbot, table):
    header_click(qtbot, table, 3)
    header_click(qtbot, table, 0)
    assert table.model().all_shown_ticked
    assert table.model().sorted_by == (3, UP)
    header_click(qtbot, table, 0)
    assert table.model().ticked.size == 0


def test_enter_and_double_click_open(qtbot, table):
    heard = []
    table.opened.connect(heard.append)
    table.model().sort(3, UP)
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    at = table.visualRect(table.model().index(1, 2)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert heard[0] == 2
    assert heard[-1] == 0


def test_current_position_follows_keys_and_filters(qtbot, table):
    heard = []
    table.current_changed.connect(heard.append)
    assert table.select_position(1)
    assert table.move_current(1)
    assert not table.move_current(1)
    assert heard[-2:] == [1, 2]
    assert table.current_position == 2
    assert table.selected_positions() == [2]
    table.model().filter(table.model().mask([0]))
    assert table.current_position == -1
    assert not table.select_position(2)


def test_the_stretching_column_takes_the_rest_but_keeps_its_width(table):
    number = 5
    assert table.horizontalHeader().length() == table.viewport().width()
    table.resize(300, 300)
    assert table.columnWidth(number) == 130


def test_a_late_date_stays_red_on_the_selected_row(qtbot, table):
    table.selectRow(2)
    index = table.model().index(2, 4)
    image = table.grab(table.visualRect(index).translated(0, table.horizontalHeader().height()))
    image = image.toImage()
    pixels = {image.pixelColor(x, y).name() for x in range(image.width())
              for y in range(image.height())}
    assert color("danger").name() in pixels


def test_the_menu_of_a_cell_filters_by_its_value(qtbot, table):
    added = []
    table.menu_opening.connect(
        lambda menu, position: added.append((menu.addAction("打开"), position)))
    menu = table.cell_menu(table.model().index(1, 6))
    captions = [action.text().partition("\t")[0] for action in menu.actions()]
    assert captions == ["按“待联系”筛选", "复制", "连同表头复制", "打开"]
    assert added[0][1] == 1
    with qtbot.waitSignal(table.filter_wanted) as heard:
        menu.actions()[0].trigger()
    assert heard.args == ["state", "todo"]


def test_the_menu_never_shows_what_is_masked(table):
    menu = table.cell_menu(table.model().index(0, 2))
    assert menu.actions()[0].text() == "按“138****1234”筛选"


def test_the_menu_of_the_header_hides_columns(table):
    action = next(a for a in table.columns_menu().actions() if a.text() == "手机号")
    assert action.isChecked()
    action.trigger()
    assert table.isColumnHidden(2)
