"""What changed rules would do to the present customers, before anything is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ...style import color, px
from ...widgets.basic import Card, button, label, restyle
from .work import TITLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.effect import Effect

_MOST_BARS = 12
_ROW, _BAR = 26, 6
_IDLE = "修改后，这里显示现有客户会怎样变化；保存前不影响任何结果。"


class BeforeAfter(QWidget):
    """Per word two thin bars, now above and then below, and both figures."""

    def __init__(self, shares: Sequence[tuple[str, int, int]],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares = tuple(shares)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("，".join(
            f"{word} 从 {before:,} 户到 {after:,} 户" for word, before, after in shares))

    def sizeHint(self) -> QSize:
        """One row a word."""
        return QSize(px(220), px(_ROW) * len(self._shares))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Word, bars, figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = painter.fontMetrics()
        figures = [f"{before:,} → {after:,}" for _, before, after in self._shares]
        right = max(map(metrics.horizontalAdvance, figures), default=0) + px(8)
        left = min(max((metrics.horizontalAdvance(word) for word, _, _ in self._shares),
                       default=0) + px(8), round(self.width() * 0.4))
        most = max((max(before, after) for _, before, after in self._shares), default=1) or 1
        room = max(self.width() - left - right, px(20))
        for place, (word, before, after) in enumerate(self._shares):
            top = place * px(_ROW)
            painter.setPen(color("text"))
            words = metrics.elidedText(word, Qt.TextElideMode.ElideRight, left - px(8))
            painter.drawText(QRectF(0, top, left, px(_ROW)), Qt.AlignmentFlag.AlignVCenter, words)
            painter.drawText(QRectF(0, top, self.width(), px(_ROW)),
                             Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                             figures[place])
            painter.setPen(Qt.PenStyle.NoPen)
            middle = top + px(_ROW) / 2
            for count, token, y in ((before, "control", middle - px(_BAR) - 1),
                                    (after, "accent", middle + 1)):
                if count:
                    painter.setBrush(color(token))
                    bar = QRectF(left, y, max(room * count / most, 2.0), px(_BAR))
                    painter.drawRoundedRect(bar, px(2), px(2))
        painter.end()


class EffectPanel(Card):
    """`customers_wanted(title, positions)`: show those whose word changes."""

    customers_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("保存后的影响", padding=(16, 12))
        self.headline = label(_IDLE, "muted", wrap=True)
        self.body.addWidget(self.headline)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self._area, 1)
        self.setMinimumWidth(px(260))
        self.links: dict[str, QPushButton] = {}

    def rest(self) -> None:
        """Nothing is being changed."""
        self._say(_IDLE)
        self._area.setWidget(self._new_column()[0])

    def wait(self) -> None:
        """A new effect is being worked out; what is shown is that of the last change."""
        self._say("正在计算影响…")

    def fail(self, sentence: str) -> None:
        """The values do not fit together."""
        self._say(sentence, "danger")
        self._area.setWidget(self._new_column()[0])

    def show_effects(self, effects: Sequence[Effect], headline: str) -> None:
        """What changes, column by column."""
        self._say(headline, "accent")
        content, column = self._new_column()
        for effect in effects:
            self._add(column, effect)
        if any(len(effect.changed) for effect in effects):
            column.addWidget(label("灰条是现在，蓝条是保存后；点户数看是哪些客户。", "muted",
                                   wrap=True))
        column.addStretch()
        self._area.setWidget(content)

    @property
    def text(self) -> str:
        """The sentence above the bars."""
        return self.headline.text()

    def _say(self, sentence: str, tone: str = "") -> None:
        self.headline.setText(sentence)
        restyle(self.headline, "tone", tone)
        restyle(self.headline, "role", "strong" if tone else "muted")

    def _new_column(self) -> tuple[QWidget, QVBoxLayout]:
        """An empty column; shown only when it is full, so that nothing flickers."""
        self.links.clear()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(4))
        return content, column

    def _add(self, column: QVBoxLayout, effect: Effect) -> None:
        """Title, how many, a link to them, and the words whose figures change."""
        title, count = TITLES[effect.column], len(effect.changed)
        row = QHBoxLayout()
        row.setContentsMargins(0, px(6), 0, 0)
        row.addWidget(label(title, "strong"), 1)
        if count:
            link = button(f"{count:,} 户有变化", flat=True, tip="查看这些客户", clicked=lambda:
                          self.customers_wanted.emit(f"{title}会改变", effect.changed.tolist()))
            self.links[effect.column] = link
            row.addWidget(link)
        else:
            row.addWidget(label("不变", "muted"))
        column.addLayout(row)
        moved = [share for share in effect.shares if share[1] != share[2]]
        moved.sort(key=lambda share: -abs(share[2] - share[1]))
        shown = moved[:_MOST_BARS]
        if shown:
            column.addWidget(BeforeAfter([share for share in effect.shares if share in shown]))
        if len(moved) > len(shown):
            column.addWidget(label(f"另有 {len(moved) - len(shown)} 项变化较小", "muted"))
