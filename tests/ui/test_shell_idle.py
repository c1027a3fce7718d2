from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from ui.idle import IdleWatch


def test_it_tells_when_nobody_is_there(qtbot):
    watch = IdleWatch(5)
    assert watch._timer.interval() == 300_000
    watch._timer.setInterval(1)
    with qtbot.waitSignal(watch.idle):
        watch.restart()


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
