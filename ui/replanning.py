"""Replanner: what own segments call for is planned anew when it has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from .latest import Latest

if TYPE_CHECKING:
    from branchseg.pipeline import RunResult

    from .session import Session

_PAUSE_MS = 200
"""A thousand changes of customers, after a long print, mean one look."""


class Replanner(QObject):
    """Has the customers sorted again after a step that gives own segments other members or work.

    That is a segment kept, changed or removed, and a tag of staff that one asks for; undone too.
    """

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._looking = session, Latest(session)
        self._pause = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self._look)
        session.segments_changed.connect(self._pause.start)
        session.customer_changed.connect(self._customer_changed)

    @Slot(str)
    def _customer_changed(self, _customer_id: str) -> None:
        result = self._session.result
        if result is not None and result.calling is not None:
            self._pause.start()

    @Slot()
    def _look(self) -> None:
        vault, result = self._session.vault, self._session.result
        if vault is None or result is None:
            return

        def work(_reporter: object) -> tuple[RunResult, bool]:
            from branchseg.pipeline import ownsegments  # noqa: PLC0415 - pandas

            return result, ownsegments.calling(vault) != result.calling

        self._looking.ask("正在查看客群", work, self._decide)

    @Slot(object)
    def _decide(self, answer: tuple[RunResult, bool]) -> None:
        asked, is_other = answer
        if self._session.result is not asked:
            self._look()
        elif is_other:
            self._session.reload()
