"""名单变化: who is new, who is gone, who moved tier between two imports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ... import style
from ...columns import show_amount_short
from ...drawing import ChartDrawer
from ...latest import Latest
from ...session import ListPair
from ...style import GAP, px
from ...widgets.banner import Banner
from ...widgets.basic import Card, ElidedLabel, KpiCard, button, label
from ...widgets.chart_view import ChartView
from ...widgets.page import Page
from . import work
from .grid import FlowGrid
from .people import ChangedCustomers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.store.records import Batch

    from ...session import Session
    from .work import ChangesView

_CARDS = (
    # key of the group, title, icon, tone
    ("new", "新增", "plus", "accent"), ("gone", "不在新名单", "user", "warn"),
    ("up", "升层", "arrow-up", "ok"), ("down", "降层", "arrow-down", "danger"),
    ("near", "差一步升层", "star", "accent"),
)
_DETAILS = {"up": "AUM 共变化 {aum}", "down": "AUM 共变化 {aum}", "near": "共差 {aum}"}
_GRIDS = (("tier", "层级"), ("status", "状态"))
_SIDE_BY_SIDE_FROM = 1040
_FLOW_RATIO = 0.62
_UNLIKE = ("两份名单只有 {common:,} 户相同（较长的一份有 {longest:,} 户），很可能不是同一种名单："
           "“新增”和“不在新名单”不代表客户真的新来或流失。")
_FILE_KIND = "Excel 工作簿 (*.xlsx)"


class ChangesPage(Page):
    """`activate` takes a ListPair; None shows the newest one, or what was chosen since it came."""

    title = "名单变化"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: ChangesView | None = None
        self._choice: work.Choice | None = None
        self._comparison = Latest(session)
        self.older, self.newer, self.money = QComboBox(), label(), ElidedLabel()
        self.older.setAccessibleName("和哪份名单相比")
        self.older.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.banner = Banner(passing=False)
        self.cards = {key: KpiCard(title, picture, tone, link=True)
                      for key, title, picture, tone in _CARDS}
        self.tabs, self.kinds = QTabBar(), QTabBar()
        self.grid, self.people = FlowGrid(), ChangedCustomers(session)
        self.hint = label("", "muted")
        self.flow = ChartView(ratio=_FLOW_RATIO)
        self._drawer = ChartDrawer(session, self.flow)
        self.export = button("导出", "export", self.save, tip="下方列出的客户，已脱敏（Ctrl+E）")
        self.to_customers = button("在客户页查看", "customers", self._show_customers,
                                   primary=True)
        self.back = button("返回导入", "chevron-left",
                           lambda: session.navigate("imports"), flat=True)
        self.commands = {"export": self.save, "refresh": self.reload}
        self._grid_card = Card(padding=(12, 8))
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._stack = self.show_faces(QWidget(), self.import_first(
            "table", "还没有两份可以比较的名单",
            "导入下一期名单后，这里列出谁是新来的、谁不在了、谁升了层或降了层。"), self._build())
        self._connect()

    def _build(self) -> QWidget:
        """What is compared, figures, and below them the numbers beside the customers."""
        for word in ("客户", "变化表"):
            self.tabs.addTab(word)
        for _key, word in _GRIDS:
            self.kinds.addTab(f"按{word}")
        self.kinds.addTab("流向图")
        for bar in (self.tabs, self.kinds):
            bar.setExpanding(False)
            bar.setDrawBase(False)
        top, cards, head = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(label("上次", "strong"))
        top.addWidget(self.older)
        top.addWidget(label("这次", "strong"))
        top.addWidget(self.newer)
        top.addWidget(self.money, 1)
        cards.setSpacing(px(GAP))
        for card in self.cards.values():
            cards.addWidget(card, 1)
        head.addWidget(self.kinds)
        head.addStretch()
        head.addWidget(self.hint)
        self._grid_card.body.addLayout(head)
        self._grid_card.body.addWidget(self.grid, 0, Qt.AlignmentFlag.AlignLeft)
        self._grid_card.body.addWidget(self.flow)
        self._grid_card.body.addStretch()
        self._body.setSpacing(px(GAP))
        self._body.addWidget(self._grid_card, 0)
        self._body.addWidget(self.people, 1)
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(GAP))
        for each in (top, self.banner, cards, self.tabs):
            if isinstance(each, QWidget):
                column.addWidget(each)
            else:
                column.addLayout(each)
        column.addLayout(self._body, 1)
        return area

    def _connect(self) -> None:
        for key, card in self.cards.items():
            card.clicked.connect(lambda key=key: self.choose(key))
        self.grid.chosen.connect(self._show_cell)
        self.flow.mark_clicked.connect(
            lambda mark: self._show_cell(mark.title, mark.positions.tolist()))
        self.tabs.currentChanged.connect(lambda _tab: self._arrange())
        self.kinds.currentChanged.connect(lambda _tab: self._show_grid())
        self.older.activated.connect(self._choose_older)
        self.session.result_changed.connect(self._result_changed)

    # --- what the window says ---

    def header_widgets(self) -> Sequence[QWidget]:
        """Back, export, and the customers page."""
        return (self.back, self.export, self.to_customers)

    def activate(self, argument: object = None) -> None:
        """Compare what is asked for."""
        if isinstance(argument, ListPair):
            self._choice = work.Choice(argument)
        self.reload()

    def set_low(self, *, low: bool) -> None:
        """One line each for the figures."""
        for card in self.cards.values():
            card.set_low(low=low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Numbers and customers side by side, or behind tabs."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        wide = self.width() >= px(_SIDE_BY_SIDE_FROM)
        self.tabs.setVisible(not wide)
        self._grid_card.setVisible(wide or self.tabs.currentIndex() == 1)
        self.people.setVisible(wide or self.tabs.currentIndex() == 0)

    # --- comparing ---

    @Slot()
    def reload(self) -> None:
        """Compare again; what was on its way is dropped."""
        session, choice = self.session, self._choice
        vault, ruleset = session.vault, session.ruleset
        self._comparison.drop()
        if vault is None or ruleset is None or session.result is None:
            self._show(None)
            return
        self._comparison.ask("正在比较名单", lambda reporter: work.load(
            vault, ruleset, choice, reporter), self._show, quiet=False)

    @Slot()
    def _result_changed(self) -> None:
        if self.isVisible():
            self.reload()

    @Slot(object)
    def _show(self, view: ChangesView | None) -> None:
        """Everything anew; the first card of moves that has customers is chosen."""
        self.view = view
        self._stack.setCurrentIndex(2 if view is not None else 1)
        for each in (self.export, self.to_customers):
            each.setEnabled(view is not None)
        if view is None:
            self.set_subtitle("")
            return
        self._choice = self._choice and self._choice.seen(view)
        self.set_subtitle(f"{view.older.as_of.isoformat()} → {view.batch.as_of.isoformat()}")
        with QSignalBlocker(self.older):
            self.older.clear()
            for place, one in enumerate(view.choices):
                self.older.addItem(_short(one))
                self.older.setItemData(place, work.list_words(one), Qt.ItemDataRole.ToolTipRole)
            self.older.setCurrentIndex(view.choices.index(view.older))
        self.older.setToolTip(work.list_words(view.older))
        self.newer.setText(_short(view.batch))
        self.newer.setToolTip(work.list_words(view.batch))
        changes = view.changes
        self.money.setText(work.money_words(changes.money))
        if changes.alike:
            self.banner.dismiss()
        else:
            self.banner.tell(_UNLIKE.format(common=changes.common, longest=max(
                view.batch.customers, view.older.customers)), "warn")
        for key, card in self.cards.items():
            count, aum = f"{len(getattr(changes, key)):,} 户", show_amount_short(view.aum[key])
            detail = _DETAILS.get(key, "AUM {aum}").format(aum=aum)
            card.set(count, detail)
        self._show_grid()
        self.people.show_view(view)
        self.choose(next((key for key in work.MOVES if len(getattr(changes, key))), "new"))

    @Slot(int)
    def _choose_older(self, index: int) -> None:
        if self.view is not None:
            self._choice = work.Choice(
                ListPair(self.view.batch.id, self.view.choices[index].id), self.view.latest)
            self.reload()

    def _show_grid(self) -> None:
        """The numbers by tier or status, or the flow from tier to tier."""
        view, place = self.view, self.kinds.currentIndex()
        as_chart = place == len(_GRIDS)
        self.hint.setText("只画升层和降层：左是上次，右是这次；点色块看客户" if as_chart
                          else "行是上次，列是这次；点数字看客户")
        self.grid.setVisible(not as_chart)
        self.flow.setVisible(as_chart)
        self._drawer.clear()
        if view is None:
            return
        if as_chart:
            dark = style.tokens().name == "dark"
            self._drawer.show(lambda: work.flow_chart(view, dark=dark), "层级流向图")
        else:
            key, word = _GRIDS[place]
            self.grid.show_grid(view.grids[key], f"{word}变化表")

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in the colours of another theme."""
        super().changeEvent(event)
        if (event.type() == QEvent.Type.StyleChange and self.isVisible()
                and self._drawer.chart is not None):
            self._show_grid()

    # --- customers ---

    def choose(self, key: str) -> None:
        """List the customers of a card."""
        if self.view is not None:
            self.grid.clearSelection()
            title = next(title for card, title, *_rest in _CARDS if card == key)
            self._list(title, getattr(self.view.changes, key).tolist(), key)

    @Slot(str, object)
    def _show_cell(self, title: str, rows: list[int]) -> None:
        self._list(title, rows, "")

    def _list(self, title: str, rows: list[int], key: str) -> None:
        self.people.show_rows(title, rows, key)
        self.tabs.setCurrentIndex(0)
        for each in (self.export, self.to_customers):
            each.setEnabled(bool(rows))

    def _show_customers(self) -> None:
        """The customers listed, on their own page."""
        view = self.view
        if view is not None and self.people.rows:
            self.session.show_customers(f"{self.people.title}（和 {view.older.as_of} 相比）",
                                        view.data["customer_id"][list(self.people.rows)].tolist())

    @Slot()
    def save(self) -> None:
        """Write the customers listed as a workbook; asks where to."""
        view, settings, rows = self.view, self.session.settings, self.people.shown()
        if view is None or not rows:
            return
        title = self.people.title
        name = f"名单变化_{view.older.as_of:%Y%m%d}-{view.batch.as_of:%Y%m%d}.xlsx"
        chosen, _kind = QFileDialog.getSaveFileName(
            self, "导出名单变化（已脱敏）", str(Path(settings.last_folder) / name), _FILE_KIND)
        if chosen:
            path, now = Path(chosen), datetime.now().astimezone()
            self.session.run("正在导出名单变化", lambda reporter: work.export(
                view, title, rows, path, settings, now, reporter), self._saved)

    @Slot(object)
    def _saved(self, count: int) -> None:
        self.session.notify(f"已导出 {count:,} 户，个人信息已脱敏。")


def _short(batch: Batch) -> str:
    """An import by its day and size; its files are in the tool tip."""
    return f"{batch.as_of.isoformat()} · {batch.customers:,} 户"
