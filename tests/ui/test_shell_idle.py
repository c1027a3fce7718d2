import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ui.idle import COUNTDOWN, IdleWatch


@pytest.fixture
def counted():
    """A watch of five minutes in its last seconds, and what it has told."""
    watch, told = IdleWatch(5), []
    watch.counting.connect(told.append)
    watch.idle.connect(lambda: told.append("idle"))
    watch._begin()
    watch._second.stop()
    return watch, told


def test_the_last_half_minute_is_counted_down(counted):
    watch, told = counted
    assert watch._timer.interval() == 270_000
    for _ in range(COUNTDOWN):
        watch._count()
    assert told == [*range(30, 0, -1), 0, "idle"]


def test_any_key_takes_the_countdown_back(counted):
    watch, told = counted
    watch._second.start()
    watch.eventFilter(watch, QEvent(QEvent.Type.KeyPress))
    assert told == [30, 0]
    assert watch._timer.isActive()
    assert not watch._second.isActive()


def test_signs_of_life_start_the_time_over(qtbot):
    window = QPushButton("在")
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    watch = IdleWatch(1)
    for act in (lambda: QTest.mouseMove(window.windowHandle(), QPoint(3, 3)),
                lambda: QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)):
        watch._timer.stop()
        act()
        qtbot.waitUntil(watch._timer.isActive)


def test_windows_that_come_later_are_watched_too(qtbot):
    watch = IdleWatch(1)
    window = QPushButton("后来")
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    watch._timer.stop()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    qtbot.waitUntil(watch._timer.isActive)
