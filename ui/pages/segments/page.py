"""分层分群: how the customers fall into states, tiers and segments, in figures and charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from branchseg.charts import CHARTS
from branchseg.store.records import OwnSegment

from ... import style
from ...latest import Latest
from ...session import FixedSegment
from ...style import GAP, px
from ...widgets.basic import button
from ...widgets.left_behind import LeftBehind
from ...widgets.page import Page
from . import work
from .chart import ChartCard
from .figures import FigureCards
from .own import OwnSegmentsTab
from .table import ClassTable, SegmentTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...session import Session

GALLERY = tuple(key for key, kind in CHARTS.items() if not kind.about_one)
TABS = ("图表", "主分群", "RFM", "自建客群")
_OWN = TABS.index("自建客群")
_TWO_COLUMNS_FROM = 1040


class SegmentsPage(Page):
    """Figures, a gallery of charts, the table of segments; every part leads to its customers."""

    title = "分层分群"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.figures, self.segments, self.classes = FigureCards(), SegmentTable(), ClassTable()
        self.own = OwnSegmentsTab(session)
        self.charts = [ChartCard(session, key) for key in GALLERY]
        self.large = ChartCard(session, GALLERY[0], large=True)
        self.behind = LeftBehind()
        self.with_invalid = QCheckBox("含无效户")
        self.with_invalid.setToolTip("无效客户平时不参与分群和平均；漏斗总是看全部客户。")
        self.tabs = QTabBar()
        self._gallery, self._grid, self._columns = QWidget(), QGridLayout(), 0
        self._counting = Latest(session)
        self._shown: work.Figures | None = None
        self._stale, self._own_stale, self._theme = True, True, ""
        self._empty = self.import_first(
            "segments", "还没有客户", "导入客户名单后，这里用图表看清客户结构。")
        self._overview, self._enlarged = self._build_overview(), self._build_enlarged()
        self._stack = self.show_faces(self._empty, self._overview, self._enlarged)
        self._connect()
        self.commands = {"refresh": self._rebuild, "export": self._export}

    # --- building ---

    def _build_overview(self) -> QScrollArea:
        """Figures, tabs, and what the chosen tab shows, in one scroll area."""
        for word in TABS:
            self.tabs.addTab(word)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)  # the chosen one is wider, in bold
        row = QHBoxLayout()
        row.addWidget(self.tabs)
        row.addStretch()
        row.addWidget(self.behind)
        row.addWidget(self.with_invalid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(px(GAP))
        self._gallery.setLayout(self._grid)
        self._arrange(2)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(4), 0)
        column.setSpacing(px(GAP))
        column.addWidget(self.figures)
        column.addLayout(row)
        column.addWidget(self._gallery)
        for each in (self.segments, self.classes, self.own):
            column.addWidget(each)
            each.hide()
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        return area

    def _build_enlarged(self) -> QWidget:
        """One chart with the room of the page."""
        box = QWidget()
        self.back = button("返回全部图表", "chevron-left", self.show_gallery)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch()
        self.previous = button("上一张", clicked=lambda: self._step(-1))
        self.next = button("下一张", clicked=lambda: self._step(1))
        row.addWidget(self.previous)
        row.addWidget(self.next)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(GAP))
        column.addLayout(row)
        column.addWidget(self.large, 1)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), box, self.show_gallery)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        return box

    def _connect(self) -> None:
        session = self.session
        session.result_changed.connect(self._result_changed)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.with_invalid.toggled.connect(self._rebuild)
        self.behind.wanted.connect(session.show_customers)
        for each in (self.figures, self.segments, self.classes):
            each.group_clicked.connect(self._show_customers)
        for card in self.charts:
            card.enlarge_wanted.connect(self.enlarge)

    def _arrange(self, columns: int) -> None:
        """The charts of the gallery in one or two columns."""
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self.charts):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < columns))

    # --- what the window says ---

    def activate(self, argument: object = None) -> None:
        """Show the gallery; `argument` may be the key of a chart to enlarge, or a FixedSegment."""
        if self._stale or self._theme != style.tokens().name:
            self._rebuild()
        if isinstance(argument, FixedSegment):
            self.show_gallery()
            self.tabs.setCurrentIndex(_OWN)
            self.own.begin(OwnSegment("", None, argument.ids))
        if isinstance(argument, str) and argument in GALLERY:
            self.enlarge(argument)

    def keep(self) -> object:
        """Own segments with changes that are not kept yet."""
        return self.own.drafts or None

    def resume(self, kept: object) -> None:
        """Go on editing them."""
        if isinstance(kept, dict):
            self.tabs.setCurrentIndex(_OWN)
            self.own.resume(kept)

    def set_low(self, *, low: bool) -> None:
        """Less for the figures, more for the charts."""
        self.figures.set_low(low=low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two charts side by side where there is room."""
        super().resizeEvent(event)
        self._arrange(2 if self.width() >= px(_TWO_COLUMNS_FROM) else 1)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the charts anew in the colours of another theme."""
        super().changeEvent(event)
        if (event.type() == QEvent.Type.StyleChange and self.isVisible()
                and self._theme not in {"", style.tokens().name}):
            self._rebuild()

    def _result_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._rebuild()

    # --- what is shown ---

    def _rebuild(self) -> None:
        """Figures and charts from the present result; what was on its way is dropped."""
        result, with_invalid = self.session.result, self.with_invalid.isChecked()
        self._stale, self._theme = False, style.tokens().name
        self._counting.drop()
        if result is None:
            self._stack.setCurrentWidget(self._empty)
            self.set_subtitle("")
        else:
            if self._stack.currentWidget() is self._empty:
                self._stack.setCurrentWidget(self._overview)
            self.set_subtitle(f"数据日期 {result.days_told} · "
                              f"规则 {result.ruleset.title}")
            self._counting.ask(
                "正在统计", lambda _reporter: work.figures(result, with_invalid=with_invalid),
                self._show_figures)
        if self._stack.currentWidget() is self._enlarged:
            self.large.show_result(result, with_invalid=with_invalid)
        for card in self.charts:
            card.show_result(result, with_invalid=with_invalid)
        self._own_stale = True
        self._show_own()

    def _show_own(self) -> None:
        """The own segments of the present result, once they are looked at."""
        if self._own_stale and self.tabs.currentIndex() == _OWN:
            self._own_stale = False
            self.own.refresh(with_invalid=self.with_invalid.isChecked())

    def _show_figures(self, figures: work.Figures) -> None:
        self._shown = figures
        self.figures.show_figures(figures.main)
        self.behind.show_people(figures.behind)
        self.segments.show_figures(figures)
        self.classes.show_figures(figures)

    def _show_customers(self, title: str, positions: Sequence[int]) -> None:
        """Who stands behind a figure: the customers it was counted from."""
        if self._shown is not None:
            self.session.show_customers(title, self._shown.result.table.ids_at(positions))

    def _tab_changed(self, index: int) -> None:
        self.figures.setVisible(index != _OWN)  # conditions need the room
        self._gallery.setVisible(index == 0)
        for place, each in enumerate((self.segments, self.classes, self.own), 1):
            each.setVisible(index == place)
        self._show_own()

    def enlarge(self, key: str) -> None:
        """Show one chart with all the room there is."""
        if self.session.result is None:
            return
        self._stack.setCurrentWidget(self._enlarged)
        self.large.view.setFocus()
        self.large.show_result(self.session.result, with_invalid=self.with_invalid.isChecked(),
                               key=key)

    def show_gallery(self) -> None:
        """Back to all charts."""
        if self.session.result is not None:
            self._stack.setCurrentWidget(self._overview)

    def _step(self, steps: int) -> None:
        """The chart before or after the large one."""
        place = GALLERY.index(self.large.key) + steps
        self.enlarge(GALLERY[place % len(GALLERY)])

    def _export(self) -> None:
        """Save the large chart; in the gallery each has a button of its own."""
        if self._stack.currentWidget() is self._enlarged:
            self.large.save()
