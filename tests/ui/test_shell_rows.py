import datetime as dt
from math import isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from branchseg.model.fields import Kind
from ui.columns import Chip, Column, column
from ui.row_model import CHIP_ROLE, POSITION_ROLE, TONE_ROLE, RowModel, arrays
from ui.style import color

UP, DOWN = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
AS_OF = dt.date(2026, 11, 22)
TIERS = {"gold": Chip("金卡", "warn"), "base": Chip("普卡")}
COLUMNS = (
    column("name"), column("mobile"), column("aum", label="资产"), column("tier", chips=TIERS),
    column("maturity_date", due=True), column("consent"), Column("note", "备注"),
)


def days(*texts):
    return np.array(texts, "datetime64[s]")


def texts(*values):
    return np.array(values, object)


DATA = {
    "name": texts("张三", "李四", None, "欧阳小明"),
    "mobile": texts("13800001234", "13900005678", "13700009012", None),
    "aum": np.array([1234.5, np.nan, -3.0, 1234.5]),
    "tier": texts("base", "gold", None, "unheard"),
    "maturity_date": days("2026-11-25", "2026-11-22", "NaT", "2026-11-20"),
    "consent": texts(True, False, None, True),
    "note": texts("", "乙", "甲", None),
}


@pytest.fixture
def model():
    made = RowModel(COLUMNS, checkable=True)
    made.set_data(DATA, AS_OF)
    return made


def shown_names(model):
    return [DATA["name"][p] for p in model.shown]


def cell(model, row, key, role=Qt.ItemDataRole.DisplayRole):
    number = [c.key for c in model.columns].index(key) + 1
    return model.data(model.index(row, number), role)


def test_qt_finds_no_fault(model, qtmodeltester):
    qtmodeltester.check(model)
    model.sort(3, DOWN)
    model.filter(np.array([True, False, True, True]))
    qtmodeltester.check(model)


def test_an_empty_model_is_fine_too(qtmodeltester):
    empty = RowModel(COLUMNS)
    qtmodeltester.check(empty)
    empty.set_data({})
    empty.sort(0)
    assert empty.rowCount() == 0
    assert empty.total == 0
    assert not empty.ticked.size


@pytest.mark.parametrize(("row", "key", "expected"), [
    (0, "name", "张*"), (2, "name", "–"), (3, "name", "欧阳**"),
    (0, "mobile", "138****1234"), (3, "mobile", "–"),
    (0, "aum", "1,234.50"), (1, "aum", "–"), (2, "aum", "-3.00"),
    (0, "tier", "普卡"), (1, "tier", "金卡"), (2, "tier", "–"), (3, "tier", "unheard"),
    (0, "maturity_date", "11-25  3 天后"), (1, "maturity_date", "11-22  今天"),
    (2, "maturity_date", "–"), (3, "maturity_date", "11-20  逾期 2 天"),
    (0, "consent", "是"), (1, "consent", "否"), (2, "consent", "–"),
])
def test_cells_read_as_staff_write(model, row, key, expected):
    assert cell(model, row, key) == expected


def test_personal_values_are_masked_until_revealed(model):
    model.reveal(revealed=True)
    assert cell(model, 0, "name") == "张三"
    assert cell(model, 0, "mobile") == "13800001234"
    model.reveal(revealed=False)
    assert cell(model, 0, "mobile") == "138****1234"
    model.set_names_masked(masked=False)
    assert cell(model, 0, "name") == "张三"
    assert cell(model, 0, "mobile") == "138****1234"


def test_chips_and_due_days_have_tones(model):
    assert cell(model, 1, "tier", CHIP_ROLE) == "warn"
    assert cell(model, 3, "tier", CHIP_ROLE) is None
    assert cell(model, 0, "name", CHIP_ROLE) is None
    assert cell(model, 3, "maturity_date", TONE_ROLE) == "danger"
    assert cell(model, 1, "maturity_date", TONE_ROLE) == "danger"
    assert cell(model, 0, "maturity_date", TONE_ROLE) is None
    assert cell(model, 2, "maturity_date", TONE_ROLE) is None
    ink = cell(model, 3, "maturity_date", Qt.ItemDataRole.ForegroundRole)
    assert QColor(ink) == color("danger")


def test_numbers_stand_right_texts_left(model):
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    role = Qt.ItemDataRole.TextAlignmentRole
    assert cell(model, 0, "aum", role) == right
    assert cell(model, 0, "name", role) != right
    assert model.headerData(3, Qt.Orientation.Horizontal, role) == right
    assert model.headerData(3, Qt.Orientation.Horizontal) == "资产（元）"
    assert model.headerData(0, Qt.Orientation.Horizontal) is None
    assert model.headerData(0, Qt.Orientation.Vertical) is None


@pytest.mark.parametrize(("key", "up", "down"), [
    ("aum", [2, 0, 3, 1], [0, 3, 2, 1]),
    ("maturity_date", [3, 1, 0, 2], [0, 1, 3, 2]),
    ("name", [1, 3, 0, 2], [0, 3, 1, 2]),  # 李 欧 张 in pinyin order
    ("tier", [1, 0, 3, 2], [3, 0, 1, 2]),  # as in the table of chips, unheard ones after
    ("consent", [1, 0, 3, 2], [0, 3, 1, 2]),
    ("note", [0, 2, 1, 3], [1, 2, 0, 3]),
])
def test_sorting_puts_unknown_last_both_ways(model, key, up, down):
    number = [c.key for c in COLUMNS].index(key) + 1
    model.sort(number, UP)
    assert model.shown.tolist() == up
    assert model.sorted_by == (number, UP)
    model.sort(number, DOWN)
    assert model.shown.tolist() == down
    model.sort(-1)
    assert model.shown.tolist() == [0, 1, 2, 3]
    assert model.sorted_by is None


def test_sorting_keeps_the_selected_customer(model):
    kept = model.index(1, 1)
    persistent = QPersistentModelIndex(kept)
    model.sort(3, DOWN)
    assert persistent.row() == 3
    assert persistent.data(POSITION_ROLE) == 1


def test_a_filter_hides_rows_but_keeps_ticks(model):
    model.tick([0, 1])
    model.filter(np.array([False, True, True, True]))
    assert model.shown.tolist() == [1, 2, 3]
    assert model.rowCount() == 3
    assert model.position(0) == 1
    assert model.row_of(0) == -1
    assert model.row_of(2) == 1
    assert model.ticked.tolist() == [1, 0]
    model.filter(None)
    assert model.ticked.tolist() == [0, 1]
    model.filter(model.mask([3, 0]))
    assert model.shown.tolist() == [0, 3]
    model.filter(model.mask([]))
    assert model.rowCount() == 0
    model.filter(None)
    assert model.rowCount() == 4


def test_ticking(model, qtbot):
    box = model.index(1, 0)
    role = Qt.ItemDataRole.CheckStateRole
    assert model.data(box, role) == Qt.CheckState.Unchecked
    with qtbot.waitSignal(model.ticks_changed) as heard:
        assert model.setData(box, Qt.CheckState.Checked.value, role)
    assert heard.args == [1]
    assert model.data(box, role) == Qt.CheckState.Checked
    assert model.flags(box) & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.flags(model.index(1, 1)) & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.setData(model.index(1, 1), "x")
    assert not model.all_shown_ticked
    model.tick_shown()
    assert model.all_shown_ticked
    model.tick([0, 2], on=False)
    assert model.ticked.tolist() == [1, 3]


def test_new_data_starts_clean_but_keeps_the_sorting(model):
    model.tick([0])
    model.sort(3, UP)
    model.set_data({key: values[::-1] for key, values in DATA.items()}, AS_OF)
    assert model.ticked.size == 0
    assert model.shown.tolist() == [1, 0, 3, 2]


def test_columns_of_unequal_length_are_a_bug(model):
    with pytest.raises(ValueError, match="unequal"):
        model.set_data({"name": texts("a"), "aum": np.zeros(2)})


def test_a_column_without_data_is_empty():
    model = RowModel([column("name"), column("aum")])
    model.set_data({"name": texts("张三")})
    assert model.data(model.index(0, 1)) == "–"
    model.sort(1)
    assert model.shown.tolist() == [0]
    assert model.data(QModelIndex()) is None


def test_arrays_of_a_frame():
    frame = pd.DataFrame({
        "name": pd.Series(["张三", None], dtype="str"), "aum": [1.0, np.nan],
        "last_txn": pd.Series(["2026-01-02", None], dtype="datetime64[s]"),
        "consent": pd.Series([True, None], dtype="boolean"), "rank": [1, 2],
    })
    found = arrays(frame, ["name", "aum", "last_txn", "consent", "rank", "absent"])
    assert list(found) == ["name", "aum", "last_txn", "consent", "rank"]
    assert found["name"].tolist() == ["张三", None]
    assert found["consent"].tolist() == [True, None]
    model = RowModel([Column(key, key) for key in found])
    model.set_data(found)
    row = [model.value(0, shape) for shape in model.columns]
    assert row == ["张三", 1.0, dt.date(2026, 1, 2), True, 1.0]
    assert [model.value(1, shape) for shape in model.columns][1:4] != row[1:4]
    assert model.value(1, model.columns[2]) is None
    found["name"][0] = "x"
    assert frame["name"][0] == "张三"


words = st.one_of(st.none(), st.text(st.characters(codec="gb18030", exclude_characters="\x1e"),
                                     max_size=6))


@given(st.lists(words, max_size=40), st.booleans())
def test_texts_sort_by_their_gb18030_bytes(values, down):
    model = RowModel([Column("note", "备注")])
    model.set_data({"note": texts(*values) if values else np.array([], object)})
    model.sort(0, DOWN if down else UP)
    got = [values[p] for p in model.shown]
    known = [v for v in values if v is not None]
    expected = sorted(known, key=lambda v: v.encode("gb18030").rstrip(b"\0"), reverse=down)
    keys = [None if v is None else v.encode("gb18030").rstrip(b"\0") for v in got]
    assert keys == [v.encode("gb18030").rstrip(b"\0") for v in expected] + [None] * (
        len(values) - len(known))


@given(st.lists(st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float)), max_size=40),
       st.booleans())
def test_sorting_numbers_is_stable(values, down):
    model = RowModel([column("aum")])
    model.set_data({"aum": np.array(values, float)})
    model.sort(0, DOWN if down else UP)
    known = [p for p, v in enumerate(values) if not isnan(v)]
    unknown = [p for p, v in enumerate(values) if isnan(v)]
    sign = -1 if down else 1
    assert model.shown.tolist() == sorted(known, key=lambda p: sign * values[p]) + unknown


def test_kinds_tell_what_is_a_number():
    assert column("aum").is_number
    assert column("age").is_number
    assert not column("customer_id").is_number
    assert column("age").decimals == 0
    assert column("tenure").kind is Kind.NUMBER
