"""A file of transactions in the models page: chosen, read, shown, and forgotten."""

import threading

import openpyxl
import pytest
from flows import flow, write
from msoffcrypto.format.ooxml import OOXMLFile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

LEFT = Qt.MouseButton.LeftButton
CUSTOMERS = 200
HINT = "流水只在本次使用，不保存；锁定后要重新选择。"


@pytest.fixture
def page(qtbot, session, models_page):
    models_page.activate("transactions")
    at_rest(qtbot, session, models_page)
    return models_page


@pytest.fixture
def good(customers, tmp_path):
    return write(tmp_path / "流水.csv", flow(customers.table.frame["customer_id"]))


@pytest.fixture
def answers(monkeypatch):
    """Paths the file dialog gives, the next first; "" where it is closed."""
    paths = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName",
                        lambda *_args: (str(paths.pop(0)), ""))
    return paths


def at_rest(qtbot, session, page):
    qtbot.waitUntil(lambda: not session.jobs.busy and not page.pictures.drawer.busy
                    and "正在" not in page.card.sentence.text())


def choose(qtbot, session, page):
    qtbot.mouseClick(page.file.choose, LEFT)
    at_rest(qtbot, session, page)


def test_a_good_file_gives_groups_that_lead_to_customers_with_reasons(
        qtbot, session, page, answers, good):
    assert "请点“选择交易流水…”" in page.card.sentence.text()
    assert HINT in page.file.words.text()
    answers.append(good)
    choose(qtbot, session, page)
    assert page.file.words.text() == f"流水.csv。{HINT}"
    assert page.card.chip.text() in {"可以参考", "规则已够用"}
    group = page._found["transactions"].groups[0]
    table = page.groups.table
    qtbot.mouseClick(table.viewport(), LEFT,
                     pos=table.visualRect(page.groups.model.index(0, 0)).center())
    where, what = page.went.pop()
    assert (where, what.title) == ("customers", group.name)
    assert what.ids == session.result.table.ids_at(group.positions)
    assert "近 12 个月来 " in what.why(what.ids[0])
    mark = next(one for one in page.pictures.view.marks if len(one.positions))
    qtbot.mouseClick(page.pictures.view, LEFT, pos=page.pictures.view.place_of(mark).toPoint())
    assert page.went.pop()[1].ids == session.result.table.ids_at(mark.positions)
    page.tabs.setCurrentIndex(0)
    page.activate("transactions")
    assert page._found["transactions"].groups[0] is group


def test_other_days_another_list_and_a_wrong_file_use_the_file_again(
        qtbot, session, page, answers, good, customers, tmp_path):
    answers.append(good)
    choose(qtbot, session, page)
    field = page.assumptions.fields["days"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "30")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    at_rest(qtbot, session, page)
    assert "未来 30 天" in page._found["transactions"].reason(
        int(page._found["transactions"].groups[0].positions[0]))
    session.set_result(customers)
    at_rest(qtbot, session, page)
    assert page.groups.isVisible()
    answers.append(write(tmp_path / "错.csv", [("1", "2")] * 2, ("客户号", "金额")))
    choose(qtbot, session, page)
    assert page.file.words.text().endswith("下面仍是原来那份流水。")
    assert page.groups.isVisible()


@pytest.mark.parametrize(("content", "words"), [
    ("客户号,交易金额\n1,2\n2,3\n", "这份文件里没有找到日期（可叫：交易日期"),
    ("姓名,手机\n张三,13912345678\n李四,13912345679\n", "这份文件里没有找到客户号"),
    ("", "数据没有改动"),
])
def test_a_wrong_file_is_explained(
        qtbot, session, page, answers, tmp_path, content, words):
    (tmp_path / "错.csv").write_text(content, encoding="utf-8")
    answers += ["", tmp_path / "错.csv"]
    qtbot.mouseClick(page.file.choose, LEFT)
    assert page.file.words.text() == HINT
    choose(qtbot, session, page)
    assert words in page.file.words.text()
    assert page.file.material is None
    assert page.file.choose.isEnabled()
    assert "请点“选择交易流水…”" in page.card.sentence.text()


@pytest.fixture
def protected(customers, tmp_path):
    """The workbook of a flow, locked with 123456."""
    book = openpyxl.Workbook()
    for row in (("客户号", "交易日期", "交易金额"), *flow(customers.table.frame["customer_id"])):
        book.active.append(row)
    book.save(tmp_path / "开.xlsx")
    with (tmp_path / "开.xlsx").open("rb") as plain, (tmp_path / "锁.xlsx").open("wb") as locked:
        OOXMLFile(plain).encrypt("123456", locked)
    return tmp_path / "锁.xlsx"


def give(qtbot, session, page, password):
    qtbot.keyClicks(page.file.password.field, password)
    qtbot.keyClick(page.file.password.field, Qt.Key.Key_Return)
    at_rest(qtbot, session, page)


def test_a_workbook_with_a_password_is_asked_for_it(qtbot, session, page, answers, protected):
    bar, answers[:] = page.file.password, [protected] * 2
    choose(qtbot, session, page)
    assert bar.isVisible()
    assert bar._text.text() == "“锁.xlsx”设有打开密码，请输入后继续。"
    give(qtbot, session, page, "1234")
    assert bar._text.text().startswith("“锁.xlsx”的密码不对")
    assert (bar.field.text(), page.file.words.text()) == ("", HINT)
    bar.dropped.emit()
    assert bar.isHidden()
    choose(qtbot, session, page)
    give(qtbot, session, page, "123456")
    assert bar.isHidden()
    assert page.file.words.text() == f"锁.xlsx。{HINT}"
    assert page.groups.isVisible()
    answers.append(protected)
    choose(qtbot, session, page)
    assert bar.isVisible()  # the password was not kept
    assert page.groups.isVisible()
    bar.field.setText("1234")
    session.lock()
    assert bar.isHidden()
    assert bar.field.text() == ""


@pytest.fixture
def reading(qtbot, session, page, answers, good):
    """A reading that waits for another job, and that job."""
    begun, may_end = threading.Event(), threading.Event()
    session.run("慢", lambda _reporter: (begun.set(), may_end.wait(60)), apart=True)
    assert begun.wait(60)
    started = []
    session.job_started.connect(started.append)
    answers.append(good)
    qtbot.mouseClick(page.file.choose, LEFT)
    assert not page.file.choose.isEnabled()
    yield started.pop(), may_end
    may_end.set()


def test_reading_can_be_cancelled(qtbot, session, page, reading):
    job, may_end = reading
    job.cancel()
    may_end.set()
    at_rest(qtbot, session, page)
    assert page.file.words.text() == "已取消，没有读入。"
    assert page.file.material is None
    assert page.file.choose.isEnabled()


def test_a_lock_stops_the_reading_and_forgets_the_file(qtbot, session, page, reading, customers,
                                                       answers, good):
    _job, may_end = reading
    session.lock()
    may_end.set()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert page.file.material is None
    assert page.file.words.text() == HINT
    session.set_result(customers)
    answers.append(good)
    choose(qtbot, session, page)
    assert page.groups.isVisible()
    session.lock()
    assert page.file.material is None
    assert not page._found
