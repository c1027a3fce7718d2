"""Small pieces: labels, buttons, cards, chips, empty states. Their look is in style.qss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyleOption,
    QVBoxLayout,
    QWidget,
)

from ..icons import icon
from ..style import px

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A text. Roles: title, section, figure, muted, strong, brand; "" is body text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


class Picture(QWidget):
    """An icon at a size in pixels; painted anew with every theme and resolution."""

    def __init__(self, icon_name: str, tone: str = "text2", size: int = 20,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon(icon_name, tone)
        self.setFixedSize(px(size), px(size))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set(self, icon_name: str, tone: str) -> None:
        """Change the icon."""
        self._icon = icon(icon_name, tone)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the icon."""
        painter = QPainter(self)
        self._icon.paint(painter, self.rect())
        painter.end()


class ElidedLabel(QLabel):
    """One line that gets an ellipsis, and a tool tip, where there is too little room."""

    def __init__(self, role: str = "muted", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """May shrink to some characters."""
        return QSize(px(32), super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The text, shortened to the room there is."""
        metrics, room = self.fontMetrics(), self.contentsRect()
        shown = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip("" if shown == self.text() else self.text())
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawItemText(
            painter, room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            option.palette, self.isEnabled(), shown, QPalette.ColorRole.WindowText)
        painter.end()


def button(text: str, icon_name: str = "", clicked: Callable[[], object] | None = None, *,
           primary: bool = False, flat: bool = False, tip: str = "") -> QPushButton:
    """A push button; at most one `primary` per page. `flat` looks like a link."""
    made = QPushButton(text)
    if icon_name:
        token = "on_accent" if primary else "accent" if flat else "text2"
        made.setIcon(icon(icon_name, token))
        made.setIconSize(QSize(px(18), px(18)))
    made.setProperty("primary", primary)
    made.setProperty("flat", flat)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def dialog_foot(dialog: QDialog, verb: QPushButton) -> QHBoxLayout:
    """The foot of a dialog: a button that leaves all as it is, and at the right the verb."""
    row = QHBoxLayout()
    row.setSpacing(px(8))
    row.addStretch()
    row.addWidget(button("取消", clicked=dialog.reject))
    row.addWidget(verb)
    return row


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Change a dynamic property that style.qss looks at, and have it drawn anew."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()


class Chip(QLabel):
    """A short word on a soft fill; `tone` is one of `style.TONES`."""

    def __init__(self, text: str = "", tone: str = "neutral",
                 parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("chip", tone)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set(self, text: str, tone: str) -> None:
        """Change word and tone; an empty word hides the chip."""
        self.setText(text)
        restyle(self, "chip", tone)
        self.setVisible(bool(text))


class Card(QFrame):
    """A bordered surface; put things into `self.body` (a QVBoxLayout)."""

    def __init__(self, title: str = "", parent: QWidget | None = None, *,
                 padding: tuple[int, int] = (16, 12)) -> None:
        super().__init__(parent)
        self.setProperty("card", "true")
        self.body = QVBoxLayout(self)
        across, down = px(padding[0]), px(padding[1])
        self.body.setContentsMargins(across, down, across, down)
        self.body.setSpacing(px(8))
        if title:
            self.body.addWidget(label(title, "section"))


class KpiCard(QFrame):
    """One figure with its name and one line of detail; `clicked` if made a link."""

    clicked = Signal()

    def __init__(self, title: str, icon_name: str, tone: str = "accent",
                 parent: QWidget | None = None, *, link: bool = False) -> None:
        super().__init__(parent)
        self._link = link
        self._title, self._words, self._short = title, "–", "–"
        self._low = False
        self.setProperty("card", "link" if link else "true")
        if link:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._figure, self._detail = label("–", "figure"), ElidedLabel()
        self._picture = Picture(icon_name, tone, 28)
        self._texts = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._texts.setSpacing(px(2))
        for each in (label(title, "muted"), self._figure, self._detail):
            self._texts.addWidget(each)
        self._row = QHBoxLayout(self)
        self._row.addLayout(self._texts, 1)
        self._row.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self.set_low(low=False)

    def set_low(self, *, low: bool) -> None:
        """One line instead of three, for low windows."""
        self._low = low
        self._figure.setText(self._short if low else self._words)
        self._texts.setDirection(QBoxLayout.Direction.LeftToRight if low
                                 else QBoxLayout.Direction.TopToBottom)
        self._texts.setSpacing(px(8 if low else 2))
        self._row.setContentsMargins(px(12 if low else 16), px(5 if low else 12),
                                     px(12 if low else 16), px(5 if low else 12))
        restyle(self._figure, "role", "section" if low else "figure")
        self._detail.setVisible(not low)
        self._picture.setVisible(not low)

    def set(self, figure: str, detail: str = "", short: str = "") -> None:
        """Change figure and detail, e.g. ("1,284.6 万", "定期 860 万 · 理财 424.6 万").

        `short` stands for both in a low window, where it is not the figure alone.
        """
        self._words, self._short = figure, short or figure
        self._figure.setText(self._short if self._low else figure)
        self._detail.setText(detail)
        self.setToolTip(detail)
        self.setAccessibleName(f"{self._title} {figure} {detail}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a link card."""
        if self._link and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter or Space on a link card."""
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if self._link and event.key() in keys:
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


class EmptyState(QWidget):
    """What a page shows instead of nothing: a picture, one sentence, the next step."""

    def __init__(self, icon_name: str, sentence: str, hint: str = "",
                 actions: tuple[QPushButton, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(px(10))
        column.addStretch()
        column.addWidget(Picture(icon_name, "text3", 48), 0, Qt.AlignmentFlag.AlignCenter)
        for text, role in ((sentence, "section"), (hint, "muted")):
            line = label(text, role, wrap=True)
            line.setAlignment(Qt.AlignmentFlag.AlignCenter)
            line.setVisible(bool(text))
            column.addWidget(line)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addStretch()
        for each in actions:
            row.addWidget(each)
        row.addStretch()
        column.addSpacing(px(4))
        column.addLayout(row)
        column.addStretch()
