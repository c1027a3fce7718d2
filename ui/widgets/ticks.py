"""TickButton: a check box one can hit in a hurry, with the digit that ticks it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ..icons import pixmap
from ..style import color, font, px

_BOX, _LEFT = 16, 8
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class TickButton(QPushButton):
    """On or off. `digit` stands in its box while it is off; 0 shows none."""

    def __init__(self, text: str, digit: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._digit = digit
        self.setProperty("tick", "true")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """May be cut where even one line has too little room; the tool tip has it all."""
        return QSize(px(64), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button, then its box with a tick or a digit."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(_BOX)
        box = QRectF(px(_LEFT) + 0.5, (self.height() - side) // 2 + 0.5, side - 1, side - 1)
        on = self.isChecked()
        painter.setPen(color("accent" if on else "control"))
        painter.setBrush(color("accent" if on else "surface"))
        painter.drawRoundedRect(box, px(4), px(4))
        if on:
            ratio = self.devicePixelRatioF()
            picture = pixmap("tick", "on_accent", round(side * ratio))
            picture.setDevicePixelRatio(ratio)
            painter.drawPixmap(box.topLeft(), picture)
        elif self._digit:
            painter.setFont(font(8))
            painter.setPen(color("text2"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(self._digit))
        painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows are for whoever arranges the buttons; Space ticks."""
        if event.key() in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)
