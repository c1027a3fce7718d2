"""Banner: one sentence in the page, where it belongs, instead of a dialog in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ..icons import icon
from ..style import px
from .basic import Picture, button, label, restyle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = {
    # kind -> (tone of style.TONES, icon)
    "ok": ("ok", "check"),
    "info": ("accent", "info"),
    "warn": ("warn", "warning"),
    "error": ("danger", "error"),
}
_STAYS_MS = 10_000


class Banner(QFrame):
    """Hidden until `tell`. ok and info go away by themselves; warn and error stay."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, passing: bool = True,
                 slim: bool = False) -> None:
        """`passing` False keeps every kind until it is closed or replaced; `slim`: no edge."""
        super().__init__(parent)
        self._passing = passing
        self._buttons: list[QPushButton] = []
        self._picture = Picture("info", "accent", 18)
        self._text = label("", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = QToolButton()
        self._close.setIconSize(QSize(px(14), px(14)))
        self._close.setToolTip("关闭")
        self._close.setAccessibleName("关闭提示")
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        edge = 0 if slim else px(6)
        self._row.setContentsMargins(px(12), edge, px(6), edge)
        self._row.setSpacing(px(8))
        self._row.addWidget(self._picture)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        self._timer = QTimer(self, interval=_STAYS_MS, singleShot=True)
        self._timer.timeout.connect(self.dismiss)
        self.hide()

    def tell(self, text: str, kind: str = "info",
             actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Show one sentence; `actions` are buttons (caption, what to do), which also close."""
        tone, picture = KINDS[kind]
        restyle(self, "banner", tone)
        self._text.setText(text)
        restyle(self._text, "tone", tone)
        self._picture.set(picture, tone)
        self._close.setIcon(icon("close", tone))
        for old in self._buttons:
            old.hide()
            old.deleteLater()
        self._buttons = [button(caption, clicked=self._then(act)) for caption, act in actions]
        for each in self._buttons:
            self._row.insertWidget(self._row.count() - 1, each)
        self.setAccessibleName(text)
        self.show()
        self._timer.stop()
        if self._passing and kind in ("ok", "info"):
            self._timer.start()

    @property
    def text(self) -> str:
        """The sentence shown last."""
        return self._text.text()

    def dismiss(self) -> None:
        """Hide it."""
        self._timer.stop()
        self.hide()
        self.closed.emit()

    def _then(self, act: Callable[[], object]) -> Callable[[], None]:
        """What a button does: close the banner, then act."""
        def run() -> None:
            self.dismiss()
            act()
        return run
