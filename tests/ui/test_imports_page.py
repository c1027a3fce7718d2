"""The import page from a workbook to saved customers, with real clicks and a real vault."""

import errno
import threading
from datetime import UTC, date, datetime

import pytest
from hand import LEFT, click, idle, read
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from soon import soon

from branchseg import intake, sample
from branchseg.errors import InputError
from branchseg.messages import explain, text
from branchseg.model.issues import Severity, by_severity
from branchseg.model.raw import CellError, ColumnMapping, ColumnMatch, MatchKind
from branchseg.sample import lists
from branchseg.store.records import NewTask
from branchseg.store.vault import Vault
from ui.pages.imports import asking
from ui.pages.imports import work as imports_work
from ui.pages.imports.columns import rivals
from ui.pages.imports.page import ImportsPage, Step
from ui.pages.imports.work import cell_text, masked

CUSTOMERS = 40


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """A dirty list whose one doubtful column is 产品名称, with one unlawful column 民族."""
    path = tmp_path_factory.mktemp("lists") / "十月名单.xlsx"
    sample.write(path, customers=CUSTOMERS, seed=7)
    return path


@pytest.fixture(scope="module")
def locked(workbook, tmp_path_factory):
    """The same list under the password Chengdong26."""
    from msoffcrypto.format.ooxml import OOXMLFile

    path = tmp_path_factory.mktemp("locked") / "加密名单.xlsx"
    with workbook.open("rb") as plain, path.open("wb") as target:
        OOXMLFile(plain).encrypt("Chengdong26", target)
    return path


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """Every file goes through the reading child process once; that is what takes the time."""
    real, known = intake.read, {}

    def read(path, *, sheet=None, password=None, reporter=None):
        key = (path, path.stat().st_mtime_ns, sheet, password)
        if key not in known:
            known[key] = real(path, sheet=sheet, password=password, reporter=reporter)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "read", read)
        yield


@pytest.fixture
def notes(session):
    """All notices said, as (text, kind, undo)."""
    heard = []
    session.noticed.connect(lambda note: heard.append((note.text, note.kind, note.undo)))
    return heard


@pytest.fixture
def page(notes, imports_page):
    return imports_page


def doubtful(page):
    return [match.index for match in page.mapping.groups[0].mapping.doubtful]


def column(page, header):
    columns = page.mapping.groups[0].mapping.columns
    return next(match.index for match in columns if match.header == header)


def check(qtbot, page):
    """Take every suggestion and go to the problems."""
    for index in doubtful(page):
        qtbot.mouseClick(page.mapping.table.suggestion(index), LEFT)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES


def answer(caption):
    """Click a button of the dialog that is about to open."""
    asked = []

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        next(each for each in box.buttons() if each.text() == caption).click()

    soon(0, press)
    return asked


# --- the whole way ---


def test_from_workbook_to_customers_and_back(qtbot, page, session, store, workbook, notes,
                                             monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames",
                        lambda *_args, **_kw: ([str(workbook)], ""))
    qtbot.mouseClick(page.files.choose, LEFT)
    idle(qtbot, session)
    assert page.step is Step.MAPPING
    assert session.settings.last_folder == str(workbook.parent)
    check(qtbot, page)
    assert page.foot.next.text() == f"完成导入 {CUSTOMERS} 户"
    assert store.batches() == []
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE
    assert page.done.headline.text() == f"本次导入 {CUSTOMERS} 户"
    assert len(session.result.table) == CUSTOMERS
    batch = store.batches()[0]
    assert batch.customers == CUSTOMERS
    assert batch.as_of == sample.AS_OF
    assert batch.summary["customers"] == CUSTOMERS
    assert len(store.mappings()) == 1
    assert notes[-1][:2] == (f"已导入 {CUSTOMERS} 户。", "ok")
    assert session.undo_stack.undoText() == f"导入 {CUSTOMERS} 户"

    notes[-1][2]()  # 撤销 in the banner
    idle(qtbot, session)
    assert session.result is None
    assert store.batches()[0].undone_at is not None
    assert page.step is Step.FILES
    session.undo_stack.redo()
    idle(qtbot, session)
    assert len(session.result.table) == CUSTOMERS
    assert store.batches()[0].undone_at is None


def test_done_leads_on(qtbot, page, session, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    click(qtbot, page, page.foot.next)
    went = []
    session.navigate_requested.connect(lambda key, _argument: went.append(key))
    for each in (page.done.customers, page.done.segments, page.done.tasks):
        qtbot.mouseClick(each, LEFT)
    assert went == ["customers", "segments", "tasks"]
    qtbot.mouseClick(page.done.again, LEFT)
    assert page.step is Step.FILES


def test_the_sample_list_can_be_tried(qtbot, page, session):
    click(qtbot, page, page.files.sample)
    assert page.step is Step.MAPPING
    assert page.mapping.groups[0].raw.source.file_name == "示例名单.xlsx"


# --- columns ---


@pytest.mark.parametrize(("owner", "what"), [
    (lists, "write_private"), (imports_work, "TemporaryDirectory")])
def test_a_sample_list_that_finds_no_room_is_said_so(
        qtbot, page, session, notes, monkeypatch, owner, what):
    def full(*_args, **_more):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(owner, what, full)
    click(qtbot, page, page.files.sample)
    assert [(words, kind) for words, kind, _undo in notes] == [
        (text("sample.cannot_write", file="示例名单.xlsx"), "error")]
    assert page.step is Step.FILES


def test_a_doubtful_column_must_be_decided(qtbot, page, workbook):
    read(qtbot, page, workbook)
    index = column(page, "产品名称")
    table = page.mapping.table
    assert doubtful(page) == [index]
    assert table.item(0, 0).text() == "产品名称"
    assert table.field_box(index).currentIndex() == -1
    assert not page.foot.next.isEnabled()
    assert page.foot.text == "还有 1 列请选择含义"
    qtbot.mouseClick(page.foot.next, LEFT)
    assert page.step is Step.MAPPING
    assert table.suggestion(index).text() == "就是“到期产品”"
    qtbot.mouseClick(table.suggestion(index), LEFT)
    assert page.foot.next.isEnabled()
    assert page.mapping.groups[0].mapping.used["maturity_product"].kind is MatchKind.CHOSEN
    assert not table.suggestion(index).isVisible()


def test_a_column_can_be_left_out_by_keyboard(qtbot, page, workbook):
    read(qtbot, page, workbook)
    index = column(page, "产品名称")
    qtbot.keyClick(page.mapping.table.field_box(index), Qt.Key.Key_Down)
    match = page.mapping.groups[0].mapping.columns[index]
    assert (match.field, match.doubtful) == (None, False)
    assert page.foot.next.isEnabled()


def test_two_columns_cannot_be_the_same(qtbot, page, workbook):
    read(qtbot, page, workbook)
    box = page.mapping.table.field_box(column(page, "产品名称"))
    box.setCurrentIndex(box.findData("occupation"))
    box.activated.emit(box.currentIndex())
    assert not page.foot.next.isEnabled()
    assert page.foot.text == "“职业”、“产品名称”都选成了“职业”，请只留一列。"


def test_an_unlawful_column_is_neither_shown_nor_offered(qtbot, page, workbook):
    read(qtbot, page, workbook)
    index, table = column(page, "民族"), page.mapping.table
    assert table.field_box(index) is None
    row = next(r for r in range(table.rowCount()) if table.item(r, 0).text() == "民族")
    assert table.item(row, 1).text() == text("intake.refused.ethnicity")
    assert "汉" not in table.item(row, 1).toolTip()


def test_a_unit_can_be_changed(qtbot, page, workbook):
    read(qtbot, page, workbook)
    index = column(page, "活期余额")
    box = page.mapping.table.unit_box(index)
    assert [box.itemText(place) for place in range(box.count())] == ["元", "千元", "万元"]
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert page.mapping.groups[0].mapping.columns[index].unit == 10_000.0


def test_the_wheel_scrolls_the_list_and_changes_no_choice(qtbot, page, workbook):
    read(qtbot, page, workbook)
    box = page.mapping.table.field_box(column(page, "性别"))
    before = box.currentIndex()
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    event = QWheelEvent(QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
                        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
                        Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(box, event)
    assert box.currentIndex() == before


def test_a_decision_is_remembered_for_the_next_list(qtbot, page, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    click(qtbot, page, page.foot.next)
    read(qtbot, page, workbook)
    assert doubtful(page) == []
    assert page.foot.next.isEnabled()
    assert "已经导入过（40 户）" in page.banner.text
    assert page.banner.isVisible()


def test_going_back_keeps_the_decisions_and_a_change_is_checked_again(qtbot, page, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    qtbot.mouseClick(page.foot.back, LEFT)
    assert page.step is Step.MAPPING
    assert doubtful(page) == []
    for header in ("最近交易日", "近12月交易笔数"):
        box = page.mapping.table.field_box(column(page, header))
        qtbot.keyClick(box, Qt.Key.Key_Home)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES
    assert "无最近交易日 → " in page.issues.cost.text


# --- problems ---


def test_problems_are_grouped_and_shown_with_rows(qtbot, page, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    kinds = [page.issues.kinds.item(row, 0).text() for row in range(page.issues.kinds.rowCount())]
    assert kinds == sorted(kinds, key=["错误", "提醒", "说明"].index)
    sentences = [page.issues.kinds.item(row, 1).text() for row in range(len(kinds))]
    row = sentences.index(text("issue.field_refused"))
    page.issues.kinds.setCurrentCell(row, 1)
    assert page.issues.examples.item(0, 0).text() == "整列"
    assert page.issues.examples.item(0, 4).text() == "已拒收"


def test_another_data_date_is_checked_at_once(qtbot, page, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    page.issues.date.edit.setDate(QDate(2026, 11, 15))
    qtbot.waitUntil(lambda: page._flow.checked.prepared.table.as_of == date(2026, 11, 15))
    idle(qtbot, page.session)
    assert page.step is Step.ISSUES
    assert page._flow.checked.prepared.as_of_source == "given"


def test_the_problem_list_can_be_exported(qtbot, page, workbook, notes, tmp_path, monkeypatch):
    read(qtbot, page, workbook)
    check(qtbot, page)
    target = tmp_path / "问题.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    click(qtbot, page, page.issues.export)
    rows = list(load_workbook(target).active.values)
    found = len(page._flow.checked.prepared.issues)
    assert len(rows) == 1 + found
    assert notes[-1][0] == f"已导出 {found:,} 处问题，内容已脱敏。"
    assert page.step is Step.ISSUES


def test_a_list_without_a_key_is_explained_before_anything_is_saved(qtbot, page, store, tmp_path):
    book = Workbook()
    for row in (("性别", "职业", "活期余额"), ("男", "教师", 1.0), ("女", "医生", 2.0)):
        book.active.append(row)
    book.save(tmp_path / "无主键.xlsx")
    read(qtbot, page, tmp_path / "无主键.xlsx")
    click(qtbot, page, page.foot.next)
    assert page.step is Step.MAPPING
    assert "没有能认出客户的列" in page.banner.text
    assert store.batches() == []


def test_a_list_without_any_date_asks_for_the_data_date(qtbot, page, tmp_path):
    book = Workbook()
    for row in (("客户号", "姓名", "活期余额"), ("0000000001", "王小明", 1.0)):
        book.active.append(row)
    book.save(tmp_path / "无日期.xlsx")
    read(qtbot, page, tmp_path / "无日期.xlsx")
    assert page.foot.text.endswith("1 列金额没有写明单位，按“元”读入；不对请在“单位”一栏改。")
    click(qtbot, page, page.foot.next)
    assert page.step is Step.MAPPING
    assert "不知道这份名单是哪一天的数据" in page.banner.text
    assert not page.mapping.date.edit.isVisible()
    qtbot.mouseClick(page.mapping.date.fill, LEFT)
    page.mapping.date.show_day(date(2026, 10, 31), "given")
    page.mapping.date._tell()
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES
    assert page._flow.checked.prepared.table.as_of == date(2026, 10, 31)


def test_another_sheet_of_the_workbook_can_be_read(qtbot, page, tmp_path):
    book = Workbook()
    book.active.title = "定期"
    for row in (("客户号", "姓名", "定期余额"), ("0000000001", "王小明", 1.0),
                ("0000000002", "李小红", 2.0)):
        book.active.append(row)
    second = book.create_sheet("理财")
    for row in (("客户号", "姓名", "理财余额"), ("0000000003", "张小强", 3.0)):
        second.append(row)
    book.save(tmp_path / "两张表.xlsx")
    read(qtbot, page, tmp_path / "两张表.xlsx")
    chooser = page.mapping._sheet
    assert [chooser.itemText(place) for place in range(chooser.count())] == ["定期", "理财"]
    assert chooser.currentText() == "定期"
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    idle(qtbot, page.session)
    assert page.mapping.groups[0].raw.source.sheet == "理财"
    assert "wealth" in page.mapping.groups[0].mapping.used
    assert "工作表 理财，另外 1 张没有读" in page.mapping._facts.text()


# --- files nobody can use ---


def test_a_wrong_file_is_explained_in_place(qtbot, page, tmp_path):
    path = tmp_path / "通知.xlsx"
    path.write_bytes(b"%PDF-1.7 no table at all")
    page.activate(path)
    idle(qtbot, page.session)
    assert page.step is Step.FILES
    assert page.files.banner.isVisible()
    assert page.files.banner.text == "通知.xlsx：" + explain(InputError("intake.not_spreadsheet"))


def test_one_wrong_file_of_two_can_be_skipped(qtbot, page, workbook, tmp_path):
    path = tmp_path / "通知.xlsx"
    path.write_bytes(b"%PDF-1.7 no table at all")
    page.activate([path, workbook])
    idle(qtbot, page.session)
    assert page.step is Step.FILES
    page._flow.skip_failed()
    idle(qtbot, page.session)
    assert page.step is Step.MAPPING
    assert [group.raw.source.file_name for group in page.mapping.groups] == [workbook.name]


def test_a_password_is_asked_for_in_place(qtbot, page, locked):
    page.activate(locked)
    idle(qtbot, page.session)
    bar = page.files.password
    assert bar.isVisible()
    for password in ("nope", "Chengdong26"):
        qtbot.keyClicks(bar.field, password)
        qtbot.keyClick(bar.field, Qt.Key.Key_Return)
        assert bar.field.text() == ""
        idle(qtbot, page.session)
        assert page.step is (Step.FILES if password == "nope" else Step.MAPPING)
    assert page.mapping.groups[0].raw.source.file_name == "加密名单.xlsx"


def test_two_lists_with_different_columns_are_decided_one_by_one(qtbot, page, workbook, tmp_path):
    book = Workbook()
    for row in (("客户号", "经办备注"), ("0000000001", "周六上午")):
        book.active.append(row)
    other = tmp_path / "补充.xlsx"
    book.save(other)
    page.activate([other, workbook])
    idle(qtbot, page.session)
    assert len(page.mapping.groups) == 2
    assert page.foot.text == "还有 1 列请选择含义"
    page.mapping._tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.mapping.table.complete)
    assert page.mapping.table.item(0, 0).text() == "产品名称"


# --- giving up ---


def test_giving_up_leaves_the_store_unchanged(qtbot, page, session, store, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    asked = answer("放弃这次导入")
    qtbot.mouseClick(page.foot.cancel, LEFT)
    assert asked == ["这次导入还没有完成。"]
    assert page.step is Step.FILES
    assert page.mapping.groups == []
    assert page._flow.checked is None
    assert store.batches() == []
    assert store.mappings() == {}
    assert session.result is None


def test_leaving_with_unsaved_work_asks(qtbot, page, workbook):
    assert page.can_leave()
    read(qtbot, page, workbook)
    answer("继续导入")
    assert not page.can_leave()
    assert page.step is Step.MAPPING
    answer("放弃这次导入")
    assert page.can_leave()
    assert page.step is Step.FILES


def test_work_can_be_cancelled(qtbot, page, session, store, workbook):
    hold = threading.Event()
    session.run("忙", lambda _reporter: hold.wait(5))
    page.activate(workbook)
    page._flow.cancel()
    hold.set()
    idle(qtbot, session)
    assert page.step is Step.FILES
    assert not page._flow.busy
    assert store.batches() == []


def test_cancelling_while_saving_saves_nothing(qtbot, page, session, store, workbook):
    read(qtbot, page, workbook)
    check(qtbot, page)
    hold = threading.Event()
    session.run("忙", lambda _reporter: hold.wait(5))
    qtbot.mouseClick(page.foot.next, LEFT)
    qtbot.mouseClick(page.foot.cancel, LEFT)
    hold.set()
    idle(qtbot, session)
    assert page.step is Step.ISSUES
    assert page.foot.next.isEnabled()
    assert store.batches() == []


def begin_saving(qtbot, page, session, workbook, in_the_way):
    """Press 完成导入 while the worker has something else to do."""
    read(qtbot, page, workbook)
    check(qtbot, page)
    slow = in_the_way(session)
    qtbot.mouseClick(page.foot.next, LEFT)
    return slow


def test_what_is_being_saved_is_not_offered_again_after_a_lock(
        qtbot, page, session, store, workbook, tmp_path, in_the_way):
    slow = begin_saving(qtbot, page, session, workbook, in_the_way)
    assert page.keep() is None
    session.lock()
    slow.end()
    idle(qtbot, session)
    with Vault.open(tmp_path / "vault", "一句足够长的口令口令口令") as again:
        assert len(again.batches()) == 1


def test_leaving_while_it_is_being_saved_asks_nothing_and_loses_nothing(
        qtbot, page, session, store, workbook, notes, in_the_way):
    slow = begin_saving(qtbot, page, session, workbook, in_the_way)
    assert page.can_leave()
    page.activate(workbook)  # dropped into the window
    assert [words for words, _kind, _undo in notes] == [
        "上一份名单正在保存，完成后再导入这一份。"]
    slow.end()
    idle(qtbot, session)
    assert page.step is Step.DONE
    assert len(store.batches()) == 1
    assert session.result is not None


# --- history ---


def test_history_takes_back_and_brings_back(qtbot, page, session, store, workbook):
    assert page.files.sample.isVisible()
    read(qtbot, page, workbook)
    check(qtbot, page)
    click(qtbot, page, page.foot.next)
    qtbot.mouseClick(page.done.again, LEFT)
    history = page.files.history
    assert [history.item(0, place).text() for place in range(1, 4)] == [
        "十月名单.xlsx", "2026-10-31", "40 户"]
    found = by_severity(store.batches()[0].issue_counts)
    assert found[Severity.NOTE] > 0
    grave = found[Severity.ERROR] + found[Severity.WARNING]
    assert history.item(0, 4).text() == f"{grave:,}"
    assert history.item(0, 4).toolTip() == (
        f"错误和提醒 {grave:,} 处，另有说明 {found[Severity.NOTE]:,} 处")

    def act():
        from PySide6.QtWidgets import QPushButton
        return history.cellWidget(0, 6).findChild(QPushButton)

    assert act().text() == "撤销本次导入"
    click(qtbot, page, act())
    assert session.result is None
    assert act().text() == "恢复"
    click(qtbot, page, act())
    assert len(session.result.table) == CUSTOMERS
    assert store.batches()[0].undone_at is None


def test_taking_back_asks_while_sheets_are_out(qtbot, page, session, store, workbook,
                                              monkeypatch):
    asked, answers = [], [False, False, True]
    monkeypatch.setattr(asking, "may_take_back", lambda _parent, words: (
        asked.append(words) or answers.pop(0)))
    read(qtbot, page, workbook)
    check(qtbot, page)
    click(qtbot, page, page.foot.next)
    customer = session.result.table.frame["customer_id"].iloc[0]
    now = datetime.now(UTC)
    (task,) = store.create_tasks([NewTask(
        customer, "a", "回访", "大堂经理", "", session.clock(), 1.0, "r")], created_at=now)
    session.undo_stack.undo()
    idle(qtbot, session)
    assert asked[-1] == ("要撤销的是“十月名单.xlsx”（40 户）。其中 1 户只在这份名单里，"
                         "还有 1 项任务没有完成。")
    assert session.undo_stack.canUndo()
    assert store.batches()[0].undone_at is None
    store.mark_printed({task.id: "20261122-0001"}, printed_at=now)
    click(qtbot, page, page.done.undo)
    assert asked[-1].endswith("其中 1 户只在这份名单里，已打印 1 张任务单还没收回。")
    assert len(session.result.table) == CUSTOMERS
    click(qtbot, page, page.done.undo)
    assert session.result is None
    assert store.batches()[0].undone_at is not None


# --- small pieces ---


@pytest.mark.parametrize(("key", "header", "sample_text", "shown"), [
    ("name", "姓名", "欧阳娜娜", "欧阳**"),
    ("mobile", "手机", "13800001234", "138****1234"),
    ("id_number", "证件", "110101199003070011", "1****************1"),
    ("occupation", "职业", "13800001234", "*******1234"),
    ("demand", "活期", "12345678", "12345678"),
    (None, "备注", "周六上午", "周六上午"),
    (None, "备注", "电话13800001234请晚上打", "电话*******1234请晚上打"),
    (None, "联系人", "王小明", "王**"),
])
def test_samples_never_show_a_person(key, header, sample_text, shown):
    assert masked(key, header, sample_text) == shown


@pytest.mark.parametrize(("cell", "shown"), [
    (None, ""), (13800001234.0, "13800001234"), (0.010001, "0.010001"), (49999.987, "49999.99"),
    (True, "TRUE"), (-1234567.5, "-1234567.50"), (CellError("#REF!"), "#REF!"),
    ("  王 ", "王"), (date(2026, 10, 31), "2026-10-31"),
    (330102195110243000.0, "330102195110243000"), (-6.22848017777100e18, "-6228480177771000000"),
    (999999999999999.0, "999999999999999"), (330102195110243000, "330102195110243000"),
])
def test_cells_look_as_in_excel(cell, shown):
    assert cell_text(cell) == shown


def test_rivals_are_columns_with_the_same_field():
    columns = [ColumnMatch(0, "手机", "mobile", 1.0, MatchKind.EXACT),
               ColumnMatch(1, "电话", "mobile", 0.7, MatchKind.FUZZY, doubtful=True),
               ColumnMatch(2, "备注", None, 0.0, MatchKind.NONE)]
    assert rivals(ColumnMapping("f", tuple(columns))) == {}
    decided = ColumnMapping("f", tuple(columns)).choose(1, "mobile")
    assert rivals(decided) == {"mobile": ["手机", "电话"]}


def test_an_import_half_done_outlives_a_lock(qtbot, page, session, workbook):
    read(qtbot, page, workbook)
    before = page.mapping.groups
    kept = page.keep()
    page._reset()
    assert page.keep() is None
    again = ImportsPage(session)
    qtbot.addWidget(again)
    again.resume(kept)
    assert again.step is Step.MAPPING
    assert again.mapping.groups == before
    assert again._flow.files == kept.files
    assert "已回到锁定前的导入" in again.banner.text
    qtbot.waitUntil(lambda: again.mapping.table.complete)  # else it may be collected half built
