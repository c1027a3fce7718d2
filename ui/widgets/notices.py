"""NoticeSlot: where sentences appear - over title and search, so that nothing below moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from .banner import Banner

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from .page import PageHeader


class NoticeSlot(QObject):
    """One banner for what was done, and one above it for what is about to happen."""

    def __init__(self, host: QWidget, header: PageHeader) -> None:
        super().__init__(host)
        self._header = header
        self.banner = Banner(host, slim=True)
        self.alarm = Banner(host, passing=False, slim=True)
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._place)
        header.installEventFilter(self)

    def tell(self, text: str, kind: str,
             actions: Sequence[tuple[str, Callable[[], object]]] = ()) -> None:
        """Say a sentence; the one before is gone."""
        self.banner.tell(text, kind, actions)
        self._place()

    def announce(self, text: str) -> None:
        """Say what will happen unless somebody does something; "" takes it back."""
        if text:
            self.alarm.tell(text, "warn")
            self._place()
        else:
            self.alarm.dismiss()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The header has moved, or its buttons have."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.LayoutRequest):
            self._later.start()
        return False

    def _place(self) -> None:
        """From the title to the page's buttons, at least as high as the header."""
        place, width = self._header.geometry(), self._header.notice_width
        for each in (self.banner, self.alarm):
            if each.isHidden():
                continue
            height = each.heightForWidth(width)
            each.setGeometry(place.x(), place.y(), width, max(place.height(), height))
            each.raise_()
