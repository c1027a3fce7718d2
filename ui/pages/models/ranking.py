"""Where to cut a ranking: the gain chart with its line, what comes of it, and the customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from branchseg.model.amounts import money
from branchseg.model.fields import Kind

from ...columns import Chip, Column, column
from ...row_model import RowModel
from ...session import SheetsAbout
from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.flow import FlowLayout
from ...widgets.gain_chart import GainChart
from ...widgets.number_field import NumberField
from ...widgets.table import DataTable
from .work import KEPT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.pipeline.models import Ranking

    from ...session import Session

_CHART_HEIGHT, _TABLE_HEIGHT = 232, 330
_HINT = "指向一行，这里写明分数怎么来的；双击查看客户。"
_MOST_SCORE, _ROUNDED = 100, 0.051
_KEY = "cutoff.{}"
"""Under this name a chosen cut-off is kept beside the assumptions."""
_DECISIONS = {True: Chip("保留", "accent"), False: Chip("剔除")}
_COLUMNS = (
    column("name", width=88),
    Column("score", "分数", Kind.NUMBER, 72, "分"),
    Column("kept", "去留", width=72, chips={str(key): chip for key, chip in _DECISIONS.items()}),
    Column("chance", "反应率（%）", Kind.NUMBER, 92, decimals=1),
    Column("reason", "分数怎么来的", width=360, stretch=True),
    column("customer_id", width=116),
)


class CutOffPanel(Card):
    """The cut-off of a ranking and what it means.

    `moved(score)`: it is being moved; `changed(score)`: somebody chose another;
    `list_wanted(kept)`: show the customers who stay, or are dropped; `tasks_wanted`: make tasks
    for those who stay.
    """

    moved = Signal(float)
    changed = Signal(float)
    list_wanted = Signal(bool)
    tasks_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(padding=(12, 8))
        self._ranking: Ranking | None = None
        self.chart, self.field = GainChart(), NumberField(0, _MOST_SCORE, "分")
        self.words, self.sheets = label("", wrap=True), label("", "muted", wrap=True)
        self.kept = button("查看保留的客户", "customers", lambda: self.list_wanted.emit(True),
                           primary=True)
        self.dropped = button("查看剔除的客户", "", lambda: self.list_wanted.emit(False))
        self.tasks = button("给保留的客户生成任务单", "tasks", self.tasks_wanted.emit)
        self.proposed = button("用建议的临界分", "undo", self._propose, flat=True)
        self.field.setAccessibleName("临界分")
        self.field.setKeyboardTracking(False)
        self.field.setMaximumWidth(px(110))
        self.chart.setFixedHeight(px(_CHART_HEIGHT))
        self._build()
        self.chart.moved.connect(self._moved)
        self.chart.settled.connect(self.changed)
        self.field.edited.connect(self._typed)
        self.hide()

    def _build(self) -> None:
        head, foot = QHBoxLayout(), QWidget()
        head.addWidget(label("在哪里截断", "section"))
        head.addStretch()
        head.addWidget(label("临界分", "muted"))
        head.addWidget(self.field)
        head.addWidget(self.proposed)
        flow = FlowLayout(foot, spacing=px(8))
        for each in (self.kept, self.dropped, self.tasks):
            flow.addWidget(each)
        self.body.addLayout(head)
        self.body.addWidget(self.chart)
        self.body.addWidget(self.words)
        self.body.addWidget(self.sheets)
        self.body.addWidget(foot)

    def show_ranking(self, ranking: Ranking, score: float) -> None:
        """Show a ranking, cut at a score."""
        self._ranking = ranking
        self.chart.show_curve(ranking.curve, score)
        self._say(score)

    @property
    def score(self) -> float:
        """Where the list is cut."""
        return self.chart.value

    def _moved(self, score: float) -> None:
        self._say(score)
        self.moved.emit(score)

    def _typed(self, score: float) -> None:
        self.chart.set_value(score)
        self._moved(score)
        self.changed.emit(score)

    def _propose(self) -> None:
        if self._ranking is not None and self.score != self._ranking.proposed:
            self._typed(self._ranking.proposed)

    def _say(self, score: float) -> None:
        """What a cut-off means, in words and on the buttons."""
        ranking = self._ranking
        assert ranking is not None
        self.field.show_number(score)
        cut, everybody = ranking.curve.at(score), ranking.curve.at(-np.inf)
        dropped = everybody.n - cut.n
        cost = ranking.cost * cut.n
        rate = f"{cut.responses / cut.n:.1%}" if cut.n else "–"
        each = money(cost / cut.responses) if cut.responses else "–"
        self.words.setText(
            f"保留 {cut.n:,} 户，剔除 {dropped:,} 户（低于 {score:g} 分）。"
            f"预计 {cut.responses:,.1f} 个反应，反应率 {rate}"
            f"（不筛选 {everybody.responses / everybody.n:.1%}）；"
            f"联系成本 {money(cost)}，每个反应 {each}；扣除成本后 {money(cut.profit)}。")
        self.sheets.setText(_sheets(ranking, score))
        self.sheets.setVisible(cut.n > 0)
        self.kept.setEnabled(cut.n > 0)
        self.tasks.setEnabled(cut.n > 0)
        self.dropped.setEnabled(dropped > 0)
        proposed = ranking.curve.at(ranking.proposed)
        self.proposed.setEnabled(cut.n != proposed.n)
        self.proposed.setToolTip(
            f"{ranking.proposed:g} 分：扣除成本后最多，{money(proposed.profit)}")


def _sheets(ranking: Ranking, score: float) -> str:
    """What the task sheets of those who stay will be about."""
    kept = ranking.advised[ranking.scores >= score]
    about, others = int(kept.sum()), int((~kept).sum())
    if not about:
        return (f"任务单：规则没有建议对这些客户谈{ranking.about}，任务单谈的是各自的下一步；"
                "谈成了请在回执上勾选产品，结果才用得上。")
    rest = (f"；另 {others:,} 户规则没有建议谈{ranking.about}（没有合适的动作，或过不了门槛），"
            "任务单谈的是各自的下一步") if others else ""
    return f"任务单：{about:,} 户谈{ranking.about}{rest}。"


class RankedCustomers(Card):
    """Everybody ranked, the best first, with how the score came about; opens a customer."""

    def __init__(self, session: Session) -> None:
        super().__init__(padding=(1, 1))
        self._session = session
        self._ids: tuple[str, ...] = ()
        self.model = RowModel(_COLUMNS, parent=self)
        self.model.set_names_masked(masked=session.settings.names_masked)
        self.table = DataTable(self.model)
        self.table.setAccessibleName("评分的客户")
        self.table.setFixedHeight(px(_TABLE_HEIGHT))
        self.table.opened.connect(self._open)
        self.line = label(_HINT, "muted", wrap=True)
        self.line.setContentsMargins(px(12), px(8), px(12), px(8))
        self.table.entered.connect(lambda index: self._tell(self.model.position(index.row())))
        self.table.current_changed.connect(self._tell)
        self.body.addWidget(self.table)
        self.body.addWidget(self.line)
        session.settings_changed.connect(self._settings_changed)
        self.hide()

    def show_rows(self, cells: Mapping[str, Any], score: float) -> None:
        """Replace everybody."""
        self._ids = tuple(cells["customer_id"].tolist())
        self.model.set_data(cells)
        self.cut(score)
        self._tell(-1)
        # a learnt score is the chance itself
        same = bool(np.allclose(cells["score"], cells["chance"], atol=_ROUNDED))
        place = {shape.key: number for number, shape in enumerate(self.model.columns)}
        self.table.setColumnHidden(place["score"], same)
        best = place["chance" if same else "score"]
        self.model.sort(best, Qt.SortOrder.DescendingOrder)
        self.table.horizontalHeader().setSortIndicator(best, Qt.SortOrder.DescendingOrder)
        self.table.scrollToTop()

    def cut(self, score: float) -> None:
        """Say of each whether he stays."""
        scores = self.model.values("score")
        words = np.where(scores >= score, *KEPT).astype(object)
        self.model.replace_column("kept", words)

    @Slot(int)
    def _tell(self, place: int) -> None:
        """The whole reason of a row, below the table."""
        known = 0 <= place < len(self._ids)
        self.line.setText(str(self.model.values("reason")[place]) if known else _HINT)

    @Slot(int)
    def _open(self, place: int) -> None:
        self._session.open_customer(self._ids[place])

    @Slot()
    def _settings_changed(self) -> None:
        self.model.set_names_masked(masked=self._session.settings.names_masked)


class RankingView(QObject):
    """The `panel` and the `customers` of a ranking; keeps the cut-off that somebody chose."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._ranking: Ranking | None = None
        self.panel, self.customers = CutOffPanel(), RankedCustomers(session)
        self.panel.moved.connect(self.customers.cut)
        self.panel.changed.connect(self._keep)
        self.panel.list_wanted.connect(self._list)
        self.panel.tasks_wanted.connect(self._make_tasks)

    def show(self, ranking: Ranking | None, cells: Mapping[str, Any] | None) -> None:
        """Show a ranking and its customers; nothing, if there is none."""
        self._ranking = ranking
        if ranking is not None and cells is not None:
            kept = self._session.settings.assumptions.get(_KEY.format(ranking.key))
            score = kept if kept is not None and ranking.curve.at(kept).n else ranking.proposed
            self.panel.show_ranking(ranking, score)
            self.customers.show_rows(cells, score)
        for each in (self.panel, self.customers):
            each.setVisible(ranking is not None)

    @Slot(float)
    def _keep(self, score: float) -> None:
        """Remember the cut-off; the proposed one is not a choice."""
        if self._ranking is not None:
            key = _KEY.format(self._ranking.key)
            others = {one: value for one, value in self._session.settings.assumptions.items()
                      if one != key}
            chosen = {} if score == self._ranking.proposed else {key: score}
            self._session.keep_settings(assumptions=others | chosen)

    def _ids(self, *, kept: bool) -> list[str]:
        """Who stays, or who is dropped, the best first."""
        ranking, result = self._ranking, self._session.result
        if ranking is None or result is None:
            return []
        here = np.flatnonzero((ranking.scores >= self.panel.score) == kept)
        best = here[np.argsort(-ranking.scores[here], kind="stable")]
        return list(result.table.ids_at(ranking.positions[best].tolist()))

    @Slot(bool)
    def _list(self, kept: bool) -> None:  # noqa: FBT001 - a slot
        if self._ranking is not None:
            word = "保留" if kept else "剔除"
            title = f"{self._ranking.label}：{word}（临界分 {self.panel.score:g}）"
            self._session.show_customers(title, self._ids(kept=kept))

    @Slot()
    def _make_tasks(self) -> None:
        if self._ranking is not None:
            self._session.navigate("tasks", SheetsAbout(
                self._ids(kept=True), self._ranking.actions))
