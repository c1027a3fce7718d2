"""The main job in the real window, by clicks: first use -> import -> sheets -> outcome -> lock."""

import pypdfium2
import pytest
from hands import PASSPHRASE, button, enter, idle, press, read, set_up
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from branchseg import sample
from ui.pages.imports.page import Step

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def show(program, key):
    program.session.navigate(key)
    return program.window.workspace._pages[key]


def test_from_a_list_to_printed_sheets_and_back(qtbot, program, tmp_path, monkeypatch):
    set_up(qtbot, program)
    assert program.session.vault is not None
    assert program.session.result is None

    workbook = tmp_path / "十月名单.xlsx"
    sample.write(workbook, customers=60, seed=4)
    imports = read(qtbot, program, workbook)
    assert imports.step is Step.ISSUES
    assert not program.session.vault.batches(), "nothing is saved before 完成"
    press(qtbot, imports.foot.next)
    idle(qtbot, program)
    assert len(program.session.result.table) == 60

    tasks = show(program, "tasks")
    idle(qtbot, program)
    press(qtbot, button(tasks, "前 20"))
    target = tmp_path / "任务单.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        lambda *_args, **_kwargs: (str(target), ""))
    press(qtbot, tasks.preview.pdf)
    idle(qtbot, program)
    assert len(pypdfium2.PdfDocument(target)) == 20
    printed = program.session.vault.tasks()
    assert len(printed) == 20
    assert len({task.sheet_number for task in printed}) == 20

    today = show(program, "today")
    idle(qtbot, program)
    assert today is not None
    batch = program.session.vault.batches()[0]
    assert batch.customers == 60

    program.session.lock()
    idle(qtbot, program)
    assert program.session.result is None
    enter(program.screen, PASSPHRASE)
    press(qtbot, button(program.screen, "解锁"))
    idle(qtbot, program)
    assert len(program.session.result.table) == 60
    assert len(program.session.vault.tasks()) == 20


def take_in(qtbot, program, workbook):
    """Import a list, step by step, with the program's own suggestions."""
    press(qtbot, read(qtbot, program, workbook).foot.next)
    idle(qtbot, program)


def test_a_refusal_on_paper_outlives_the_next_list(qtbot, program, tmp_path, monkeypatch):
    set_up(qtbot, program)
    for name, customers in (("十月名单.xlsx", 60), ("十一月名单.xlsx", 61)):
        sample.write(tmp_path / name, customers=customers, seed=4)
    take_in(qtbot, program, tmp_path / "十月名单.xlsx")

    tasks = show(program, "tasks")
    idle(qtbot, program)
    press(qtbot, button(tasks, "前 20"))
    target = tmp_path / "任务单.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName",
                        lambda *_args, **_kwargs: (str(target), ""))
    press(qtbot, tasks.preview.pdf)
    idle(qtbot, program)
    vault, session = program.session.vault, program.session
    printed = vault.tasks()[0]

    today = show(program, "today")
    idle(qtbot, program)
    today.open_number(printed.sheet_number)
    press(qtbot, button(today.pane, "拒绝再联系"))
    qtbot.keyClick(today.pane.form.note, Qt.Key.Key_Return)
    idle(qtbot, program)
    assert vault.refused() == {printed.customer_id}

    def refuses():
        table, results = session.result.table.frame, session.result.results
        place = table["customer_id"].tolist().index(printed.customer_id)
        return bool(results["do_not_contact"].iat[place])

    assert refuses()
    take_in(qtbot, program, tmp_path / "十一月名单.xlsx")
    assert refuses()
    assert not any(task.is_open for task in vault.tasks(customer_id=printed.customer_id))
    assert "拒绝再联系" in "".join(entry.text for entry in vault.timeline(printed.customer_id))
