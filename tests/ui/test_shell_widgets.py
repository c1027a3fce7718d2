import threading
from datetime import date

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QLabel

from branchseg.model.results import Evidence, FactorResult, Truth
from ui.widgets.banner import Banner
from ui.widgets.basic import Card, Chip, ElidedLabel, EmptyState, KpiCard, button
from ui.widgets.factors import FactorList
from ui.widgets.inputs import FilterBar, SearchBox, date_edit, spin_box
from ui.widgets.progress import ProgressStrip
from ui.widgets.steps import StepHeader


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(600, 200)
    widget.show()
    return widget


def texts(widget):
    QCoreApplication.processEvents()
    return [each.text() for each in widget.findChildren(QLabel) if each.isVisibleTo(widget)]


@pytest.mark.parametrize(("kind", "passes"), [
    ("ok", True), ("info", True), ("warn", False), ("error", False)])
def test_good_news_passes_and_bad_news_stays(qtbot, kind, passes):
    banner = shown(qtbot, Banner())
    banner.tell("一句话。", kind)
    assert banner.isVisible()
    assert banner._timer.isActive() is passes
    banner._timer.timeout.emit()
    assert not banner.isVisible()


def test_a_banner_replaces_its_buttons(qtbot):
    banner, log = shown(qtbot, Banner(passing=False)), []
    banner.tell("一。", "warn", [("甲", lambda: log.append("甲"))])
    banner.tell("二。", "ok", [("乙", lambda: log.append("乙"))])
    assert banner.text == "二。"
    assert not banner._timer.isActive()
    assert [each.text() for each in banner._buttons] == ["乙"]
    qtbot.mouseClick(banner._buttons[0], Qt.MouseButton.LeftButton)
    assert log == ["乙"]
    assert not banner.isVisible()


def test_a_search_waits_for_a_pause(qtbot):
    box = shown(qtbot, SearchBox("找"))
    heard = []
    box.searched.connect(heard.append)
    qtbot.keyClicks(box, "zs ")
    assert heard == []
    with qtbot.waitSignal(box.searched):
        pass
    assert heard == ["zs"]
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert heard == ["zs", ""]
    with qtbot.waitSignal(box.submitted) as submitted:
        qtbot.keyClicks(box, "li")
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert submitted.args == ["li"]
    assert heard == ["zs", "", "li"]


def test_filters(qtbot):
    bar = shown(qtbot, FilterBar())
    changes = []
    bar.changed.connect(lambda: changes.append(bar.chosen("tier")))
    bar.add_filter("tier", "全部层级", {"gold": "金卡", "base": "普卡"})
    bar.add_filter("state", "全部状态", {"todo": "待联系"})
    assert bar.chosen("tier") == ""
    bar.choose("tier", "gold")
    bar.choose("tier", "unheard")
    assert changes == ["gold", ""]
    bar.choose("tier", "base")
    bar.set_choices("tier", "全部层级", {"base": "普卡", "top": "私行"})
    assert bar.chosen("tier") == "base"
    bar.set_choices("tier", "全部层级", {"top": "私行"})
    assert bar.chosen("tier") == ""
    assert changes == ["gold", "", "base"]
    bar.choose("tier", "top")
    bar.choose("state", "todo")
    changes.clear()
    bar.reset()
    bar.reset()
    assert changes == [""]
    bar.set_count("共 3 户")
    assert "共 3 户" in texts(bar)


def test_progress_is_silent_about_quick_work_and_can_be_cancelled(qtbot, jobs):
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    quick = jobs.start("快", lambda _r: 1)
    strip.watch(quick)
    qtbot.waitSignal(quick.finished).wait()
    assert not strip.isVisible()
    assert not strip._quiet.isActive()

    go_on = threading.Event()

    def work(reporter):
        reporter.step("读取", 0.5)
        go_on.wait(10)
        reporter.step("写", 0.6)

    slow, after = jobs.start("慢", work), jobs.start("后", lambda _r: 2)
    strip.watch(slow)
    strip.watch(after)
    qtbot.waitUntil(strip.isVisible)
    qtbot.waitUntil(lambda: strip._bar.value() == 50)
    assert strip._text.text() == "读取…  50%"
    qtbot.mouseClick(strip._cancel, Qt.MouseButton.LeftButton)
    assert not strip._cancel.isEnabled()
    with qtbot.waitSignals([slow.cancelled, after.succeeded]):
        go_on.set()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_steps(qtbot):
    steps = shown(qtbot, StepHeader(["选择文件", "核对列", "完成"]))
    steps.go(1)
    assert steps.current == 1
    assert [n.property("step") for n in steps._numbers] == ["on", "on", "off"]
    assert [t.property("role") for t in steps._titles] == ["", "strong", "muted"]
    assert steps.accessibleName() == "第 2 步，共 3 步：核对列"


def factor(**changes):
    base = {"factor_id": "f", "name": "财务实力", "weight": 1.0, "level": 2.0, "data_level": 2.0,
            "observed_level": None,
            "evidence": (Evidence("aum", Truth.TRUE, "达到 50 万", "达到 50 万"),),
            "observed": ("问起大额存单",), "conflict": False}
    return FactorResult(**(base | changes))


def test_factors_show_level_and_reason(qtbot):
    table = shown(qtbot, FactorList())
    table.show_factors([factor(), factor(name="需求", level=None, evidence=(), observed=()),
                        factor(name="决策权", conflict=True, level=1.5)])
    said = texts(table)
    for expected in ("财务实力", "2 级", "达到 50 万；问起大额存单", "未知", "还没有依据",
                     "2 级", "观察与数据不一致"):
        assert expected in said
    table.show_factors([factor(name="唯一")])
    assert [t for t in texts(table) if t in ("财务实力", "需求")] == []
    assert "唯一" in texts(table)
    table.grab()


def test_kpi_card(qtbot):
    card, clicks = shown(qtbot, KpiCard("今日待联系", "phone", link=True)), []
    card.clicked.connect(lambda: clicks.append(1))
    card.set("37", "其中逾期 5 户")
    assert card.accessibleName() == "今日待联系 37 其中逾期 5 户"
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    qtbot.keyClick(card, Qt.Key.Key_Return)
    assert clicks == [1, 1]
    plain = shown(qtbot, KpiCard("户数", "customers"))
    plain.clicked.connect(lambda: clicks.append(2))
    qtbot.mouseClick(plain, Qt.MouseButton.LeftButton)
    assert clicks == [1, 1]


def test_long_text_is_shortened_with_a_tool_tip(qtbot):
    line = shown(qtbot, ElidedLabel())
    line.setText("一" * 200)
    line.grab()
    assert line.toolTip() == "一" * 200
    line.setText("短")
    line.grab()
    assert line.toolTip() == ""


def test_small_pieces(qtbot):
    chip = shown(qtbot, Chip("金卡", "warn"))
    chip.set("", "ok")
    assert not chip.isVisible()
    chip.set("已完成", "ok")
    assert chip.isVisible()
    assert chip.property("chip") == "ok"
    pressed = []
    empty = shown(qtbot, EmptyState("file", "还没有名单", "把 Excel 拖进来。",
                                    (button("导入", "import", lambda: pressed.append(1)),)))
    assert texts(empty)[-2:] == ["还没有名单", "把 Excel 拖进来。"]
    qtbot.mouseClick(empty.findChild(type(button(""))), Qt.MouseButton.LeftButton)
    assert pressed == [1]
    assert texts(shown(qtbot, Card("标题"))) == ["标题"]
    number = spin_box(1, 30, " 分钟")
    number.setValue(99)
    assert number.text() == "30 分钟"
    assert date_edit(date(2026, 11, 22)).text() == "2026-11-22"


@pytest.mark.parametrize("width", [260, 420, 900])
def test_an_empty_state_never_cuts_its_text(qtbot, width):
    hint = "输入姓名、拼音首字母、手机后四位或客户号，回车选第一位；"
    empty = EmptyState("file", "还没有名单", hint * 2)
    qtbot.addWidget(empty)
    empty.resize(width, 400)
    empty.show()
    for line in empty.findChildren(QLabel):
        assert line.height() >= line.heightForWidth(line.width())


def test_text_is_never_taken_for_markup(qtbot):
    for widget in (Card("<b>x</b>"), Chip("<i>y</i>"), EmptyState("file", "<u>z</u>")):
        qtbot.addWidget(widget)
        for each in [*widget.findChildren(QLabel), widget]:
            if isinstance(each, QLabel) and each.text():
                assert each.textFormat() == Qt.TextFormat.PlainText
