"""Finds what is cut off, squeezed or covered in a window, as a person looking at it would."""

from PySide6.QtCore import QMargins, QRect, QSize
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QStyle,
    QStyleOptionComboBox,
    QWidget,
)

from ui.widgets.basic import ElidedLabel

SLACK = 1
"""Pixels that rounding may cost."""
_LEAST_ELIDED, _LEAST_AREA = 24, 48
_ICON_EDGE = QMargins(1, 1, 1, 1)


def faults(root: QWidget) -> list[str]:
    """One line per fault among the visible widgets below `root`."""
    found = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisibleTo(root) or widget.width() == 0:
            continue
        found += [f"{name(widget)}: {fault}" for fault in (*_cut(widget), *_crowded(widget))]
    return found


def name(widget: QWidget) -> str:
    """Where a widget is: the classes from its page down, and its text."""
    path, each = [], widget
    while each is not None and len(path) < 4:
        path.append(type(each).__name__)
        each = each.parentWidget()
    text = getattr(widget, "text", None) or getattr(widget, "currentText", None)
    words = text() if callable(text) else widget.accessibleName()
    return f"{'>'.join(reversed(path))} “{str(words)[:24]}” {widget.width()}x{widget.height()}"


def _cut(widget: QWidget):
    """Texts that have less room than they need."""
    if isinstance(widget, ElidedLabel):
        if widget.text() and widget.width() < min(_LEAST_ELIDED, widget.sizeHint().width()):
            yield "no room even for an ellipsis"
    elif isinstance(widget, QLabel):
        if widget.wordWrap() and widget.text():
            need = widget.heightForWidth(widget.width())
            if widget.height() < need - SLACK:
                yield f"needs a height of {need}"
        elif widget.text():
            yield from _smaller(widget, widget.sizeHint())
    elif isinstance(widget, QComboBox):
        option = QStyleOptionComboBox()
        widget.initStyleOption(option)
        room = widget.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option,
            QStyle.SubControl.SC_ComboBoxEditField, widget)
        need = widget.fontMetrics().horizontalAdvance(widget.currentText())
        if room.width() < need - SLACK and not widget.toolTip():
            yield f"its text needs {need} of {room.width()}"
        yield from _smaller(widget, QSize(0, widget.sizeHint().height()))
    elif isinstance(widget, QPushButton | QCheckBox):
        yield from _smaller(widget, widget.sizeHint())
    elif isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QAbstractSpinBox):
        yield from _smaller(widget, QSize(0, widget.minimumSizeHint().height()))
    elif isinstance(widget, QAbstractSpinBox):
        yield from _smaller(widget, QSize(widget.minimumSizeHint().width(),
                                          widget.fontMetrics().height() + 8))
    elif isinstance(widget, QAbstractButton):
        yield from _smaller(widget, widget.iconSize().grownBy(_ICON_EDGE))
    elif (isinstance(widget, QAbstractScrollArea) and not isinstance(widget, QHeaderView)
          and widget.height() < _LEAST_AREA):
        yield "a scroll area nobody can look into"


def _smaller(widget: QWidget, need: QSize):
    if widget.width() < need.width() - SLACK or widget.height() < need.height() - SLACK:
        yield f"needs {need.width()}x{need.height()}"


def _crowded(parent: QWidget):
    """Children that cover each other or leave their parent."""
    layout = parent.layout()
    if isinstance(parent, QSplitter):
        children = [parent.widget(n) for n in range(parent.count())]
    elif layout is None or isinstance(layout, QStackedLayout):
        return
    else:
        children = list(_laid_out(layout))
    shown = [each for each in children if each is not None and not each.isHidden()]
    room = parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK)
    for number, each in enumerate(shown):
        if not room.contains(each.geometry()):
            yield f"{name(each)} at {_words(each.geometry())} leaves its parent"
        for other in shown[number + 1:]:
            common = each.geometry() & other.geometry()
            if common.width() > SLACK and common.height() > SLACK:
                yield f"{name(each)} covers {name(other)}"


def _laid_out(layout):
    """The widgets of a layout and of the layouts in it."""
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item.widget() is not None:
            yield item.widget()
        elif item.layout() is not None:
            yield from _laid_out(item.layout())


def _words(box: QRect) -> str:
    return f"{box.x()},{box.y()} {box.width()}x{box.height()}"


def wider_than(area: QAbstractScrollArea) -> int:
    """By how much the content is wider than its area: nobody should scroll sideways."""
    return area.horizontalScrollBar().maximum()



