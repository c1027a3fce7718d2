"""What a person does in the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton

PASSPHRASE = "一句足够长的口令口令"


def idle(qtbot, program):
    """Wait until all work is done."""
    qtbot.waitUntil(lambda: not program.jobs.busy)


def press(qtbot, widget):
    """A click."""
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def button(parent, caption):
    """The button in sight whose caption begins like this, or whose tool tip is this."""
    return next(each for each in parent.findChildren(QPushButton) if each.isVisible()
                and (each.text().strip().startswith(caption) or each.toolTip() == caption))


def enter(screen, *texts):
    """Type into the fields in sight."""
    fields = [field for field in screen.findChildren(QLineEdit) if field.isVisible()]
    for field, value in zip(fields, texts, strict=True):
        field.setText(value)


def set_up(qtbot, program):
    """First use: who works here, and the passphrase."""
    enter(program.screen, "城东支行", "林经理", PASSPHRASE, PASSPHRASE)
    press(qtbot, button(program.screen, "创建并进入"))
    idle(qtbot, program)


def page_in_front(program):
    """The page on show."""
    desk = program.window.workspace
    return desk._pages[desk._current]


def read(qtbot, program, path):
    """An import up to its problems, with the program's own suggestions; the import page."""
    program.session.navigate("imports", path)
    page = page_in_front(program)
    idle(qtbot, program)
    qtbot.waitUntil(lambda: page.mapping.table.complete)
    for match in page.mapping.groups[0].mapping.doubtful:
        press(qtbot, page.mapping.table.suggestion(match.index))
    press(qtbot, page.foot.next)
    idle(qtbot, program)
    return page
