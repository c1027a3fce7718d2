"""What is found out about an own segment: how good it is, what it shares with another."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from ...latest import Latest
from ...style import GAP, px
from ...widgets.basic import Card, Chip, button, label
from ...widgets.flow import FlowLayout
from ...widgets.inputs import ChoiceBox
from . import own_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.pipeline.ownsegments import Overlap, TwoLists
    from branchseg.store.records import OwnSegment

    from ...session import Session
    from .own_work import Detail, Survey


class QualityCard(Card):
    """The points one below the other: what, how, why."""

    def __init__(self) -> None:
        super().__init__("这个客群好不好用", padding=(16, 10))
        self.points: list[tuple[str, str, str]] = []
        self.about = label("", "muted", wrap=True)
        self._box: QWidget | None = None
        self.body.addWidget(self.about)

    def show_detail(self, detail: Detail) -> None:
        """Replace all points."""
        self.about.setText(detail.fault or detail.definition)
        self.about.setVisible(bool(detail.fault or detail.definition))
        if self._box is not None:
            self.body.removeWidget(self._box)
            self._box.deleteLater()
        self._box = QWidget()
        grid = QGridLayout(self._box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(10))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(2, 1)
        for row, point in enumerate(detail.points):
            grid.addWidget(label(point.label, "strong"), row, 0)
            grid.addWidget(Chip(point.word, point.tone), row, 1)
            grid.addWidget(label(point.sentence, wrap=True), row, 2)
        self.points = [(one.label, one.tone, one.word) for one in detail.points]
        self.body.addWidget(self._box)
        self.show()


class OverlapCard(Card):
    """Another segment is chosen; who is in both, and what tells the two apart.

    Signals:
        wanted(segment): compare with it; None for none.
        people_wanted(title, positions).
    """

    wanted = Signal(object)
    people_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(padding=(16, 10))
        self.box = ChoiceBox()
        self.box.setAccessibleName("与哪个客群比较")
        self._others: Sequence[OwnSegment] = ()
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(label("与另一个客群比较", "section"))
        head.addWidget(self.box)
        head.addStretch()
        self.buttons = [button("", clicked=partial(self._people, place))
                        for place in range(3)]
        self._figures, self.sentences = QWidget(), label("", wrap=True)
        row = FlowLayout(self._figures, spacing=px(8))
        for each in self.buttons:
            row.addWidget(each)
        self._groups: list[tuple[str, Any]] = []
        self.body.addLayout(head)
        self.body.addWidget(self._figures)
        self.body.addWidget(self.sentences)
        self.box.currentIndexChanged.connect(self._chosen)
        self._clear()

    def offer(self, others: Sequence[OwnSegment]) -> None:
        """What there is to compare with; nothing is chosen."""
        self._others = others
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItem("请选择")
            self.box.addItems([one.name for one in others])
        self._clear()
        self.setVisible(bool(others))

    def _clear(self) -> None:
        self._figures.hide()
        self.sentences.hide()

    def _chosen(self, place: int) -> None:
        self._clear()
        self.wanted.emit(self._others[place - 1] if place > 0 else None)

    def show_overlap(self, name: str, other: str, found: Overlap) -> None:
        """The figures, each a way to the customers, and the differences in words."""
        self._groups = [("两边都在", found.both),
                        (f"只在“{name}”", found.only_first), (f"只在“{other}”", found.only_second)]
        for made, (title, positions) in zip(self.buttons, self._groups, strict=True):
            made.setText(f"{title} {len(positions):,} 户".replace("&", "&&"))
            made.setEnabled(len(positions) > 0)
        self.sentences.setText("\n".join(found.apart) or _nothing(found))
        self._figures.show()
        self.sentences.show()

    def _people(self, place: int) -> None:
        title, positions = self._groups[place]
        self.people_wanted.emit(title, positions.tolist())


def _nothing(found: Overlap) -> str:
    """Why no difference is told."""
    if all(found.sides):
        return "除了建群的条件，看不出明显差别；也可能人数太少、资料不全。"
    if len(found.both):
        return "两个客群是同一批客户，没有可比的。"
    return "有一个客群现在没有客户，没有可比的。"


class DetailPanel(QWidget):
    """Both cards, and the questions to the worker behind them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._survey: Survey | None = None
        self._segment: OwnSegment | None = None
        self._lists: TwoLists | None = None
        self._lists_known = False
        self._looking, self._comparing = Latest(session), Latest(session)
        self.quality, self.overlap = QualityCard(), OverlapCard()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(GAP))
        column.addWidget(self.quality)
        column.addWidget(self.overlap)
        self.overlap.wanted.connect(self._compare)
        self.overlap.people_wanted.connect(self._show_positions)

    def forget(self) -> None:
        """There are other customers, perhaps other lists."""
        self.drop()
        self._lists, self._lists_known = None, False

    def drop(self) -> None:
        """Answers on their way are of no interest any more."""
        self._looking.drop()
        self._comparing.drop()

    def offer(self, others: Sequence[OwnSegment]) -> None:
        """Another segment is shown; what it can be compared with."""
        self.quality.hide()
        self.overlap.offer(others)

    def look(self, survey: Survey, segment: OwnSegment) -> None:
        """Find out about a segment; one without conditions says nothing."""
        self._survey, self._segment = survey, segment
        if segment.tree == {}:
            self.quality.hide()
        elif self._lists_known:
            self._ask()
        else:
            vault = self._session.vault
            self._looking.ask(
                "正在对照上一份名单", lambda _reporter: own_work.two_lists(vault, survey.crowd),
                self._keep_lists)

    def _keep_lists(self, lists: TwoLists | None) -> None:
        self._lists, self._lists_known = lists, True
        self._ask()

    def _ask(self) -> None:
        survey, segment, lists = self._survey, self._segment, self._lists
        if survey is not None and segment is not None:
            self._looking.ask("正在查看客群",
                              lambda _reporter: own_work.detail(survey, segment, lists),
                              self.quality.show_detail)

    def _compare(self, other: OwnSegment | None) -> None:
        """Hold the segment against another one."""
        survey, segment = self._survey, self._segment
        self._comparing.drop()
        if other is not None and survey is not None and segment is not None \
                and segment.tree != {}:
            mine = replace(segment, name=segment.name or "这个客群")
            self._comparing.ask(
                "正在比较客群", lambda _reporter: own_work.overlap(survey, mine, other),
                partial(self.overlap.show_overlap, mine.name, other.name))

    def _show_positions(self, title: str, positions: list[int]) -> None:
        if self._survey is not None:
            ids = self._survey.crowd.result.table.ids_at(positions)
            self._session.show_customers(title, ids)
