"""RecipeStrip: that a list is like an earlier one, what no longer fits, and one click to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...icons import icon
from ...style import px
from ...widgets.basic import button, label, restyle

if TYPE_CHECKING:
    from branchseg.pipeline import Recalled

_MOST, _MOST_LOW = 4, 1
"""So many changes are told, in a low window fewer; the others are counted."""

_TIP = "列的含义和单位与上次一样，直接去检查问题；还没有保存，可以返回修改。"
_NOT_YET = "先把标黄的列确认好。"


class RecipeStrip(QFrame):
    """Hidden for lists like none before; `apply` goes on as before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._text = QLabel(), label("", wrap=True)
        self._recalled: Recalled | None = None
        self._most = _MOST
        self.apply = button("按上次的做法处理", "redo", tip=_TIP)
        texts = QVBoxLayout()
        texts.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(10))
        row.addWidget(self._picture)
        row.addLayout(texts, 1)
        row.addWidget(self.apply)
        self.hide()

    def set_low(self, *, low: bool) -> None:
        """Leave the room to the columns in a low window."""
        self._most = _MOST_LOW if low else _MOST
        self._say()

    def tell(self, recalled: Recalled | None, *, possible: bool) -> None:
        """Show what is known of lists like these; `possible`: one click would do."""
        self._recalled = recalled
        self.setVisible(recalled is not None)
        self.apply.setVisible(recalled is not None and recalled.same)
        self.apply.setEnabled(possible)
        self.apply.setToolTip(_TIP if possible else _NOT_YET)
        self._say()

    def _say(self) -> None:
        """The sentences; those that are only counted stand in the tool tip."""
        if self._recalled is None:
            return
        drifts, most = [one.text for one in self._recalled.drifts], self._most
        more = [f"另有 {len(drifts) - most} 处不同。"] if len(drifts) > most else []
        self._text.setText("\n".join([self._recalled.headline, *drifts[:most], *more]))
        self._text.setToolTip("\n".join(drifts) if more else "")
        restyle(self, "banner", "warn" if drifts else "info")
        shown = icon("warning", "warn") if drifts else icon("redo", "accent")
        self._picture.setPixmap(shown.pixmap(px(18), px(18)))

    @property
    def text(self) -> str:
        """The sentences shown, one a line."""
        return self._text.text()
