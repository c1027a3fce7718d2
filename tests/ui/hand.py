"""What a user's hand does in tests of the window: press, begin, and wait for the worker."""

from PySide6.QtCore import Qt

from ui.pages.imports.page import Step

LEFT = Qt.MouseButton.LeftButton


def idle(qtbot, session):
    """Wait until the worker has nothing left to do."""
    qtbot.waitUntil(lambda: not session.jobs.busy)


def click(qtbot, page, button):
    """Press a button and wait for what it starts."""
    qtbot.mouseClick(button, LEFT)
    idle(qtbot, page.session)


def read(qtbot, page, path):
    """Begin an import and wait until its columns can be decided."""
    page.activate(path)
    idle(qtbot, page.session)
    assert page.step is Step.MAPPING
    qtbot.waitUntil(lambda: page.mapping.table.complete)
