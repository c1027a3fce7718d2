"""Something done a little later, by a timer that Python owns."""

from PySide6.QtCore import QTimer

_TIMERS = []


def soon(milliseconds, function):
    """QTimer.singleShot without its flaw.

    The timer that one makes is owned by Qt, and Shiboken 6.11 looks once more at the Python
    object that was freed with it; that has crashed a test run now and then.
    """
    timer = QTimer(singleShot=True, interval=milliseconds)
    timer.timeout.connect(function)
    timer.start()
    _TIMERS.append(timer)
