"""Who belongs to an own segment: shown on the customers page, or kept as a fixed list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from . import own_work

if TYPE_CHECKING:
    from branchseg.pipeline.ownsegments import Crowd
    from branchseg.store.records import OwnSegment

    from ...record_change import RecordChanger
    from ...session import Session


class Members:
    """Finds them in the worker."""

    def __init__(self, session: Session, changer: RecordChanger) -> None:
        self._session, self._changer = session, changer

    def show(self, crowd: Crowd, segment: OwnSegment) -> None:
        """Go to them."""
        self._session.run("正在查找客户", lambda _reporter: own_work.ids(crowd, segment),
                          partial(self._go, segment.name or "自建客群"), quiet=True)

    def _go(self, title: str, ids: tuple[str, ...]) -> None:
        if ids:
            self._session.show_customers(title, ids)
        else:
            self._session.notify("现在没有客户符合。", "info")

    def fix(self, crowd: Crowd, segment: OwnSegment) -> None:
        """Keep those of today as a list that stays."""
        self._session.run("正在固定名单", lambda _reporter: own_work.fixed(crowd, segment),
                          self._keep, quiet=True)

    def _keep(self, segment: OwnSegment) -> None:
        if segment.members:
            self._changer.do(f"固定名单“{segment.name}”", None, segment)
        else:
            self._session.notify("现在没有客户符合，没有名单可以固定。", "info")
