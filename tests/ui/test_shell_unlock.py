import pytest
from PySide6.QtCore import Qt

from branchseg.store import keys
from ui.unlock import SHORTEST, UnlockScreen, strength


@pytest.fixture
def first(qtbot):
    made = UnlockScreen(first_use=True)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def later(qtbot):
    made = UnlockScreen(first_use=False)
    qtbot.addWidget(made)
    made.show()
    return made


def fill(screen, branch="城东支行", operator="陈静", first="一句容易记住的话2026", again=None):
    screen._branch.setText(branch)
    screen._operator.setText(operator)
    screen._first.setText(first)
    screen._again.setText(first if again is None else again)


def test_both_sides_want_the_same_length():
    assert SHORTEST == keys.SHORTEST_PASSPHRASE


@pytest.mark.parametrize(("passphrase", "tone"), [
    ("", "neutral"), ("123456789", "neutral"), ("1234567890", "warn"), ("aaaaaaaaaaaa", "danger"),
    ("1212121212", "danger"), ("11112222", "neutral"), ("abcdefghij", "warn"),
    ("Abc123def4", "ok"), ("correct horse battery", "ok"), ("春眠不觉晓处处闻啼鸟", "warn"),
    ("春眠不觉晓，处处闻啼鸟。", "ok"), ("春眠不觉晓 2026 处处", "ok"),
])
def test_strength(passphrase, tone):
    assert strength(passphrase)[1] == tone


def test_it_says_how_many_characters_are_missing():
    assert strength("1234567")[0] == "至少 10 个字符，还差 3 个"


@pytest.mark.parametrize(("change", "complaint"), [
    ({"branch": " "}, "网点名称"), ({"operator": ""}, "使用人"),
    ({"first": "短"}, "至少要 10 个字符"), ({"again": "另一句容易记住的话"}, "不一样"),
])
def test_first_use_is_checked_before_anything_is_made(qtbot, first, change, complaint):
    fill(first, **change)
    with qtbot.assertNotEmitted(first.create_wanted):
        qtbot.mouseClick(first._go, Qt.MouseButton.LeftButton)
    assert complaint in first._banner.text
    assert first._go.isEnabled()


def test_first_use(qtbot, first):
    fill(first)
    with qtbot.waitSignal(first.create_wanted) as heard:
        qtbot.keyClick(first._again, Qt.Key.Key_Return)
    assert heard.args == ["城东支行", "陈静", "一句容易记住的话2026"]
    assert not first._go.isEnabled()
    first.fail("磁盘已满。")
    assert first._go.isEnabled()
    assert first._banner.text == "磁盘已满。"
    assert first._go.text() == "创建并进入"


def test_it_is_honest_about_a_lost_passphrase(first, later):
    assert first._lost.isVisible()
    assert "无法找回" in first._lost.text()
    assert not later._lost.isVisible()
    assert not later._again.isVisible()


def test_later_only_the_passphrase_is_asked(qtbot, later):
    with qtbot.assertNotEmitted(later.open_wanted):
        qtbot.keyClick(later._first, Qt.Key.Key_Return)
    qtbot.keyClicks(later._first, "secret")
    with qtbot.waitSignal(later.open_wanted) as heard:
        qtbot.keyClick(later._first, Qt.Key.Key_Return)
    assert heard.args == ["secret"]
    assert later._go.text() == "正在解锁…"
    later.fail("口令不对。")
    assert later._first.selectedText() == "secret"


def test_the_mode_changes_after_the_vault_was_made(first):
    fill(first)
    first.set_first_use(first_use=False)
    first.forget()
    assert first._first.text() == ""
    assert first._again.text() == ""
    assert not first._branch.isVisible()
    assert first._go.text() == "解锁"


def test_the_caps_lock_is_noticed(qtbot, later):
    shift = Qt.KeyboardModifier.ShiftModifier
    for key, text, modifier, shown in (
            (Qt.Key.Key_A, "A", Qt.KeyboardModifier.NoModifier, True),
            (Qt.Key.Key_A, "a", Qt.KeyboardModifier.NoModifier, False),
            (Qt.Key.Key_A, "a", shift, True), (Qt.Key.Key_A, "A", shift, False)):
        press(later._first, key, text, modifier)
        assert later._caps.isVisible() is shown


def press(field, key, text, modifier):
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QKeyEvent

    QCoreApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, key, modifier, text))


def test_the_eye_shows_the_passphrase_until_it_is_forgotten(later):
    later._first.setText("x")
    later._first._eye.trigger()
    assert later._first.echoMode() == later._first.EchoMode.Normal
    later.forget()
    assert later._first.echoMode() == later._first.EchoMode.Password


def test_sample_data_can_be_tried_first(qtbot, first):
    with qtbot.waitSignal(first.sample_wanted):
        qtbot.mouseClick(first._sample, Qt.MouseButton.LeftButton)
    assert not first._go.isEnabled()
