"""切点会议室: one threshold at a time, over the customers, with what others would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from branchseg.errors import BranchsegError

from ...latest import Latest
from ...style import px
from ...widgets.basic import Card, Chip, button, label
from ...widgets.cut_chart import CutChart
from ...widgets.inputs import ChoiceBox
from ...widgets.number_field import NumberField
from . import work
from .agreement import AgreementCard
from .faults import fault_sentences
from .scrolling import ScrollColumn
from .trials import TrialTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.results import Observation
    from branchseg.pipeline import RunResult
    from branchseg.pipeline.cutpoints import CutPoint, Distribution
    from branchseg.store.records import Agreement, RuleVersion

    from ...session import Session
    from .draft import Recipe, RuleDraft

_BOX, _WIDEST_BOX, _FIELD, _CHART, _AGREEMENT = 190, 300, 140, 190, 290
_SIDE_BY_SIDE_FROM, _ANY = 720, 16777215
_NO_CUSTOMERS = ("还没有客户：导入名单后，这里显示客户的分布和敏感度。"
                 "切点、说明和确认现在就可以登记。")
_NO_VALUES = "名单里没有“{measure}”这一项，看不到分布；切点照样可以登记。"


class CutRoom(ScrollColumn):
    """`customers_wanted(title, ids)`: show these customers."""

    customers_wanted = Signal(str, object)

    def __init__(self, session: Session) -> None:
        super().__init__(narrow_below=_SIDE_BY_SIDE_FROM)
        self._session = session
        self._draft: RuleDraft | None = None
        self._points: dict[str, CutPoint] = {}
        self._versions: Sequence[RuleVersion] = ()
        self._shown: Distribution | None = None
        self._compared: RunResult | None = None
        self._tables = Latest(session)
        self.box = ChoiceBox()
        self.box.setMinimumWidth(px(_BOX))
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.box.setMaximumWidth(px(_WIDEST_BOX))
        self.box.setMaxVisibleItems(30)
        self.box.setAccessibleName("切点")
        self.chip = Chip()
        self.field = NumberField(0, 1, "")
        self.back = button("回到现行", "undo", self._back, flat=True)
        self.chart, self.words = CutChart(), label("", "muted", wrap=True)
        self.note = label("", "muted", wrap=True)
        self.left = button("", flat=True, clicked=lambda: self._show_side(below=True))
        self.right = button("", flat=True, clicked=lambda: self._show_side(below=False))
        self.trials, self.agreement = TrialTable(), AgreementCard()
        self.chart.setFixedHeight(px(_CHART))
        self._head = QHBoxLayout()
        self._build()
        self.box.currentIndexChanged.connect(lambda _index: self._chosen())
        self.chart.moved.connect(self._moved)
        self.chart.settled.connect(self._settled)
        self.agreement.edited.connect(self._agreed)
        self.trials.customers_wanted.connect(self._show_customers)

    def _build(self) -> None:
        self._head.setSpacing(px(10))
        self._head.addWidget(self.box, 2)
        self._head.addWidget(self.chip)
        self._head.addStretch(1)
        self._head.addWidget(label("切点", "muted"))
        self._head.addWidget(self.field)
        self._head.addWidget(self.back)
        card = Card(padding=(14, 10))
        card.body.addLayout(self._head)
        card.body.addWidget(self.chart)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(self.left)
        foot.addWidget(self.right)
        card.body.addLayout(foot)
        card.body.addWidget(self.note)
        self.column.addWidget(card)
        self.column.addLayout(self.row, 1)
        self.row.addWidget(self.trials, 1)
        self.row.addWidget(self.agreement)

    def set_narrow(self, *, narrow: bool) -> None:
        """The agreement stands beside the table, or below it."""
        super().set_narrow(narrow=narrow)
        self.agreement.setMaximumWidth(_ANY if narrow else px(_AGREEMENT))
        self.agreement.setMinimumWidth(0 if narrow else px(_AGREEMENT))

    # --- the draft ---

    def show_draft(self, draft: RuleDraft) -> None:
        """Change the thresholds of a draft."""
        self._draft = draft

    def show_versions(self, versions: Sequence[RuleVersion]) -> None:
        """Where agreements were registered; the last version first."""
        self._versions = versions
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """What has changed while it was hidden."""
        super().showEvent(event)
        self.refresh()
        self.work_out()

    def choose(self, key: str) -> None:
        """Put another threshold on the table."""
        self.box.setCurrentIndex(self.box.findData(key))

    @property
    def key(self) -> str:
        """Which threshold is on the table."""
        return str(self.box.currentData() or "")

    def refresh(self) -> None:
        """Show what the draft holds."""
        if self._draft is None or not self.isVisible():
            return
        self._fill_box(self._draft)
        self._show_point()

    def _fill_box(self, draft: RuleDraft) -> None:
        """All thresholds by their groups, with the values of the rules in force."""
        points = {point.key: point for point in work.points(draft.recipe())}
        if points == self._points:
            return
        self._points, kept = points, self.key
        model = QStandardItemModel(self.box)
        group = ""
        for point in points.values():
            if point.group != group:
                group = point.group
                title = QStandardItem(group)
                title.setFlags(Qt.ItemFlag.NoItemFlags)
                title.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
                model.appendRow(title)
            item = QStandardItem(point.parameter.label)
            item.setData(point.key, Qt.ItemDataRole.UserRole)
            model.appendRow(item)
        self.box.blockSignals(True)
        self.box.setModel(model)
        self.box.setCurrentIndex(max(self.box.findData(kept), 1))
        self.box.blockSignals(False)
        self._put_field()

    def _chosen(self) -> None:
        """Another threshold is on the table."""
        self._put_field()
        self._show_point()
        self.work_out()

    def _put_field(self) -> None:
        """A field for numbers of this kind."""
        self._shown = None
        self.chart.show_distribution(None, 0, 0)
        self.trials.clear()
        if self.key not in self._points:
            return
        parameter = self._points[self.key].parameter
        made = NumberField(parameter.minimum, parameter.maximum, parameter.unit)
        made.setAccessibleName(parameter.label)
        made.setFixedWidth(px(_FIELD))
        made.edited.connect(self._settled)
        self._head.replaceWidget(self.field, made)
        self.field.hide()
        self.field.deleteLater()
        self.field = made

    def _show_point(self) -> None:
        draft, key = self._draft, self.key
        if draft is None or key not in self._points:
            return
        parameter, value = self._points[key].parameter, draft.value(key)
        self.field.show_number(value)
        self.chart.set_value(value)
        changed = draft.is_changed(key)
        self.chip.set(*(("已改", "accent") if changed else ("现行", "neutral")))
        self.back.setToolTip(f"现行是 {parameter.words(parameter.value)}")
        self.back.setEnabled(changed)
        self.agreement.show_agreement(draft.agreement(key), parameter, value, self._versions,
                                      self._session.today)
        self._say(value)
        note = work.note_of(self._points[key], draft)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    # --- changing ---

    def _moved(self, value: float) -> None:
        """The line is being dragged: count, but leave the draft alone."""
        self.field.show_number(value)
        self._say(value)

    def _settled(self, value: float) -> None:
        if self._draft is not None:
            self._draft.set_value(self.key, value)

    def _back(self) -> None:
        self._settled(self._points[self.key].parameter.value)

    def _agreed(self, agreement: Agreement) -> None:
        if self._draft is not None:
            self._draft.agree(self.key, agreement)

    # --- the customers ---

    def work_out(self) -> None:
        """Lay the threshold over the customers, if it is looked at."""
        draft, key = self._draft, self.key
        result, vault = self._session.result, self._session.vault
        if draft is None or not self.isVisible() or key not in self._points:
            return
        if result is None or vault is None:
            self._tables.drop()
            self._shown = None
            self.chart.show_distribution(None, 0, 0)
            self.trials.clear(_NO_CUSTOMERS)
            self._say(draft.value(key))
            return
        recipe = draft.recipe()
        self._tables.ask("正在读取", lambda _reporter: vault.observations(),
                         lambda seen: self._lay_out(recipe, key, result, seen))

    def _lay_out(self, recipe: Recipe, key: str, result: RunResult,
                 seen: Sequence[Observation]) -> None:
        """Apart, so that saving and searching need not wait for the rules asked so often."""
        self._tables.ask("正在试算切点", lambda reporter: work.on_the_table(
            recipe, key, result, seen, reporter), self._show_table, self._failed, apart=True)

    def _show_table(self, table: work.Table) -> None:
        point = table.distribution.point
        if self._draft is None or point.key != self.key:
            return
        value, now = self._draft.value(point.key), self._points[point.key].parameter.value
        self._shown, self._compared = table.distribution, table.result
        self.chart.show_distribution(table.distribution, value, now)
        self.trials.show_trials(table.sensitivity, value, now, table.why_nobody)
        self._say(value)

    def _failed(self, error: BranchsegError) -> None:
        self.trials.clear(fault_sentences(error), "danger")

    def _say(self, value: float) -> None:
        """How many lie on either side of the line."""
        shown = self._shown
        for each in (self.left, self.right):
            each.setVisible(shown is not None)
        if shown is None:
            self.words.setText("")
            return
        known, below = len(shown.values), shown.below(value)
        unknown = f"，未知或不适用 {shown.unknown:,} 户" if shown.unknown else ""
        self.words.setText(f"{shown.measure}：已知 {known:,} 户{unknown}" if known
                           else _NO_VALUES.format(measure=shown.measure))
        for each, count, on_left in ((self.left, below, True), (self.right, known - below, False)):
            share = f"（{count / known:.1%}）" if known else ""
            each.setText(f"{_side(shown.point, value, below=on_left)} {count:,} 户{share}")
        self.left.setEnabled(below > 0)
        self.right.setEnabled(known > below)

    def _show_side(self, *, below: bool) -> None:
        shown = self._shown
        if shown is None:
            return
        cut = shown.below(self.chart.value)
        rows = shown.rows[:cut] if below else shown.rows[cut:]
        side = _side(shown.point, self.chart.value, below=below)
        self._show_customers(f"{shown.point.measure}{side}", rows.tolist())

    def _show_customers(self, title: str, rows: Sequence[int]) -> None:
        if self._compared is not None:
            self.customers_wanted.emit(title, self._compared.table.ids_at(rows))


def _side(point: CutPoint, value: float, *, below: bool) -> str:
    """On which side of the line: 100 元及以下, 超过 100 元, 不到 5 万元, 5 万元及以上."""
    words = point.parameter.words(value)
    if point.below:
        return f"{words}及以下" if below else f"超过 {words}"
    return f"不到 {words}" if below else f"{words}及以上"
