from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from branchseg.sheets import qr_payload, unregistered_number
from ui.dialogs.sheet_number import fault_of
from ui.scanning import ScanWatch

NUMBER = "20261122-0007"


@pytest.fixture
def typed(qtbot):
    """A window with a field in focus, and a watch over it."""
    window, field = QWidget(), QLineEdit()
    QVBoxLayout(window).addWidget(field)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    watch = ScanWatch(window.windowHandle(), window)
    heard = []
    watch.scanned.connect(heard.append)
    watch.misread.connect(lambda text: heard.append(f"misread {text}"))
    return window, field, heard


def keys(window, text):
    for character in text:
        QTest.keyClick(window.windowHandle(), character)


def scan(window, text):
    keys(window, text)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return)


@pytest.mark.parametrize("code", [qr_payload(NUMBER), qr_payload(NUMBER).lower()])
def test_a_code_reaches_no_field(typed, code):
    window, field, heard = typed
    scan(window, code)
    assert heard == [NUMBER]
    assert field.text() == ""


def test_a_damaged_code_is_told(typed):
    window, field, heard = typed
    scan(window, qr_payload(NUMBER)[:-4] + "0000")
    assert heard == [f"misread T1|{NUMBER}|0000"]
    assert field.text() == ""


def test_a_sheet_of_the_command_line_is_refused(typed):
    window, field, heard = typed
    code = qr_payload(unregistered_number(date(2026, 11, 22), 100_000))
    scan(window, code)
    assert heard == [f"misread {code}"]
    assert field.text() == ""
    assert "命令行" in fault_of(code)
    assert "认不出" in fault_of(code[:-1])


@pytest.mark.parametrize("words", ["Tang", "t", "T1 is no code", "zs", "20261122-0007"])
def test_what_people_type_arrives(qtbot, typed, words):
    window, field, heard = typed
    keys(window, words)
    qtbot.waitUntil(lambda: field.text() == words)
    assert heard == []


def test_enter_arrives_behind_the_word_before_it(typed):
    window, field, heard = typed
    entered = []
    field.returnPressed.connect(lambda: entered.append(field.text()))
    scan(window, "Tom")
    assert entered == ["Tom"]
    assert heard == []
