"""StepHeader: where one is in a wizard of a few steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from ..style import px
from .basic import label, restyle

if TYPE_CHECKING:
    from collections.abc import Sequence


class StepHeader(QWidget):
    """Numbered steps joined by lines; those up to the current one are filled."""

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: list[QLabel] = []
        self._titles: list[QLabel] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        for place, title in enumerate(titles):
            if place:
                line = QFrame()
                line.setProperty("role", "rule")
                line.setFixedHeight(1)
                row.addWidget(line, 1)
            number, text = QLabel(str(place + 1)), label(title)
            number.setFixedSize(px(24), px(24))
            number.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._numbers.append(number)
            self._titles.append(text)
            row.addWidget(number)
            row.addWidget(text)
        self.current = 0
        self.go(0)

    def go(self, step: int) -> None:
        """Make `step` (from 0) the current one."""
        self.current = step
        for place, (number, text) in enumerate(zip(self._numbers, self._titles, strict=True)):
            restyle(number, "step", "on" if place <= step else "off")
            role = "strong" if place == step else "" if place < step else "muted"
            restyle(text, "role", role)
        self.setAccessibleName(
            f"第 {step + 1} 步，共 {len(self._titles)} 步：{self._titles[step].text()}")
