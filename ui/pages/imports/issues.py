"""Step 3 of the import: what was wrong with the list and what was done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from branchseg.model.issues import IssueCode, Severity
from branchseg.model.masking import mask

from ...icons import icon
from ...row_model import CHIP_ROLE
from ...style import ROW_HEIGHT, px
from ...widgets.basic import Card, KpiCard, button, label
from ...widgets.table import CellDelegate
from .issues_head import IssuesHead
from .mending import find_row
from .steps_view import StepsView
from .telling import (
    COSTS,
    costs,
    finding_words,
    names_beside,
    planned,
    remarks_heeded,
    short_labels,
    tally,
    where,
)
from .work import ACTION_WORDS, SEVERITY_WORDS, field_label, shown_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.issues import Issue
    from branchseg.model.quality import Finding, QualityReport

    from ...session import Session
    from .work import Checked, ListGroup

_TONES = {Severity.ERROR: "danger", Severity.WARNING: "warn", Severity.NOTE: "neutral"}
_KINDS = (("程度", 76), ("问题与处理", 0), ("处数", 72))
_EXAMPLES = (("行号", 68), ("姓名", 84), ("列", 96), ("内容", 0), ("处理", 92))
_NAMED_ROW = 108
"""The width of a row number beside the name of its list."""
_ROOMY = 440
"""From this height on, in pixels at scale 1, there is room for the cards with the figures."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class IssuesStep(QWidget):
    """Figures, findings by kind, and examples of the kind that is chosen.

    Signals:
        export_wanted: write all findings as a workbook.
        rows_wanted: write the rows that have problems, to be mended and imported again.
        edit_wanted(Issue), exclude_wanted(Issue): change the row of a finding, or leave it out.
        confirm_wanted(Issue): the row is its customer's, though another person stands there.
        undo_wanted: take the last change of a row back.
        date_given(date): check again as of another day.
        report_wanted: show the quality report.
    """

    export_wanted = Signal()
    rows_wanted = Signal()
    edit_wanted = Signal(object)
    exclude_wanted = Signal(object)
    confirm_wanted = Signal(object)
    undo_wanted = Signal()
    date_given = Signal(object)
    report_wanted = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._groups: Sequence[Finding] = ()
        self._lists: Sequence[ListGroup] = ()
        self._kind: IssueCode | None = None
        self._report: QualityReport | None = None
        self._about, self.head = label("", "muted"), IssuesHead()
        self.date, self.steps = self.head.date, StepsView()
        self.export, self.export_rows = self.head.export, self.head.export_rows
        self.report = self.head.report
        self.edit = button("修改这一行…", "edit", lambda: self._want(self.edit_wanted))
        self.exclude = button("排除这一行", "trash", lambda: self._want(self.exclude_wanted),
                              tip="这次导入不用这一行；可以撤销。")
        self.confirm = button("确认是同一人", "user", lambda: self._want(self.confirm_wanted),
                              tip="姓名和证件号都改了的同一位客户：使用这一行；可以撤销。")
        self.undo = button("撤销上一处修改", "undo", self.undo_wanted.emit, flat=True)
        self.cards = {
            "read": KpiCard("读到行数", "table"),
            "customers": KpiCard("客户数", "customers", "ok"),
            "issues": KpiCard("要看的问题", "warning", "warn"),
            "unverified": KpiCard("待核实", "help", "warn"),
        }
        self._figures, self._problems = QWidget(), QWidget()
        self._in_words = label("", "muted", wrap=True)
        self._in_words.hide()
        self.cost = _Strip()
        self.kinds, self.examples = _table(_KINDS, 1), _table(_EXAMPLES, 3)
        self._fit_rows = QTimer(self, interval=0, singleShot=True)
        self._fit_rows.timeout.connect(self._fit)
        self._build()
        figures = QTableWidgetItem(_KINDS[2][0])
        figures.setTextAlignment(_RIGHT)
        self.kinds.setHorizontalHeaderItem(2, figures)
        self.kinds.horizontalHeader().sectionResized.connect(
            lambda *_sizes: self._fit_rows.start())
        self.kinds.currentCellChanged.connect(lambda row, *_rest: self._show_examples(row))
        self.examples.currentCellChanged.connect(lambda *_cells: self._offer())
        self.examples.itemDoubleClicked.connect(lambda _item: self._want(self.edit_wanted))
        self.head.steps_tab.toggled.connect(lambda on: self._views.setCurrentIndex(int(on)))
        self.export.clicked.connect(self.export_wanted)
        self.export_rows.clicked.connect(self.rows_wanted)
        self.report.clicked.connect(self.report_wanted)
        self.date.changed.connect(self.date_given)
        self._session.settings_changed.connect(self._settings_changed)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.head)
        cards = QHBoxLayout(self._figures)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(px(12))
        for card in self.cards.values():
            cards.addWidget(card, 1)
        column.addWidget(self._figures)
        column.addWidget(self._in_words)
        column.addWidget(self.cost)
        tables = QHBoxLayout(self._problems)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(px(12))
        left, right = Card(padding=(1, 1)), Card(padding=(1, 1))
        left.body.addWidget(self.kinds)
        self._about.setContentsMargins(px(12), px(8), px(12), 0)
        right.body.addWidget(self._about)
        right.body.addWidget(self.examples)
        right.body.addLayout(self._acts())
        tables.addWidget(left, 11)
        tables.addWidget(right, 10)
        steps = Card(padding=(1, 1))
        steps.body.addWidget(self.steps)
        self._views = QStackedWidget()
        self._views.addWidget(self._problems)
        self._views.addWidget(steps)
        column.addWidget(self._views, 1)

    def _acts(self) -> QHBoxLayout:
        """What can be done about the finding that is chosen."""
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(8))
        row.addWidget(self.edit)
        row.addWidget(self.exclude)
        row.addWidget(self.confirm)
        row.addStretch()
        row.addWidget(self.undo)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the figures become one line: the findings need the room."""
        super().resizeEvent(event)
        self.head.fit(self.width())
        roomy = self.height() >= px(_ROOMY)
        self._figures.setVisible(roomy)
        self.head.facts.setVisible(roomy)
        self._in_words.setVisible(not roomy)
        self._tell_costs()

    def _tell_costs(self) -> None:
        """What the gaps cost, in a low window only the first; and which remarks were heeded."""
        if self._report is not None:
            most = COSTS if self.height() >= px(_ROOMY) else 1
            self.cost.tell("\n".join(filter(None, (
                costs(self._report, most), remarks_heeded(self._report.findings)))))

    def show_checked(self, checked: Checked, *, can_undo: bool = False) -> None:
        """Show what checking has found; `can_undo`: rows were changed by hand."""
        prepared = checked.prepared
        names = dict.fromkeys(source.file_name for source in prepared.sources)
        done = tally(checked.groups)
        self.head.facts.setText(" · ".join(
            [*names, *([done] if done else []), *planned(checked.report),
             "还没有保存，可以放心返回修改"]))
        self._lists = checked.groups
        self.undo.setVisible(can_undo)
        self.date.show_day(prepared.table.as_of, prepared.as_of_source)
        waiting = checked.statuses.get("unverified", 0)
        errors = sum(g.count for g in checked.issues if g.severity is Severity.ERROR)
        customers = len(prepared.table)
        self.cards["read"].set(f"{prepared.rows_read:,}", f"用到 {prepared.rows_used:,} 行")
        merged = prepared.rows_used > customers
        self.cards["customers"].set(f"{customers:,}", f"由 {prepared.rows_used:,} 行合并而成"
                                    if merged else "一位客户一行")
        notes = sum(g.count for g in checked.issues if g.severity is Severity.NOTE)
        grave = len(prepared.issues) - notes
        self.cards["issues"].set(
            f"{grave:,}", f"错误 {errors:,} · 提醒 {grave - errors:,}；另有说明 {notes:,}")
        share = f"占客户的 {waiting / max(customers, 1):.1%}"
        self.cards["unverified"].set(f"{waiting:,}", share if waiting else "关键数据齐全")
        self._in_words.setText(
            f"读到 {prepared.rows_read:,} 行 · {customers:,} 户 · 待核实 {waiting:,} 户"
            f" · 错误 {errors:,} 处、提醒 {grave - errors:,} 处、说明 {notes:,} 处"
            f"{f' · {done}' if done else ''}")
        self._report = checked.report
        self._tell_costs()
        self.export.setEnabled(bool(len(prepared.issues)))
        self.export_rows.setEnabled(any(
            group.severity is not Severity.NOTE and any(issue.row for issue in group.examples)
            for group in checked.issues))
        self.steps.show_steps(checked.report.steps)
        self._show_kinds(checked.issues)

    def _show_kinds(self, groups: Sequence[Finding]) -> None:
        """One row per kind of finding; the kind and the place on show stay on show."""
        before, chosen = self._kind, max(self.examples.currentRow(), 0)
        self._groups = groups
        self.kinds.setRowCount(0)
        self.kinds.setRowCount(len(groups))
        for row, group in enumerate(groups):
            level = QTableWidgetItem(SEVERITY_WORDS[group.severity])
            level.setData(CHIP_ROLE, _TONES[group.severity])
            sentence = finding_words(group.code)
            words, count = QTableWidgetItem(sentence), QTableWidgetItem(f"{group.count:,}")
            words.setToolTip(sentence)
            count.setTextAlignment(_RIGHT)
            for place, item in enumerate((level, words, count)):
                self.kinds.setItem(row, place, item)
        self._fit_rows.start()
        if groups:
            codes = [group.code for group in groups]
            same = before in codes
            self.kinds.setCurrentCell(codes.index(before) if same and before else 0, 1)
            rows = self.examples.rowCount()
            self.examples.setCurrentCell(min(chosen, rows - 1) if same else 0, 0)
        else:
            self._about.setText("没有发现问题。")
            self.examples.setRowCount(0)
            self._offer()

    def _fit(self) -> None:
        """Make every sentence readable: the style's own size hints forget its paddings."""
        metrics, width = self.kinds.fontMetrics(), self.kinds.columnWidth(1) - px(24)
        for row, group in enumerate(self._groups):
            box = metrics.boundingRect(QRect(0, 0, width, 0), Qt.TextFlag.TextWordWrap,
                                       finding_words(group.code))
            self.kinds.setRowHeight(row, max(box.height() + px(14), px(ROW_HEIGHT)))

    @Slot()
    def _settings_changed(self) -> None:
        self._show_examples(self.kinds.currentRow())

    def _show_examples(self, row: int) -> None:
        """The first findings of the kind in `row`."""
        if not 0 <= row < len(self._groups):
            return
        group = self._groups[row]
        self._kind = group.code
        shown = len(group.examples)
        self._about.setText(f"共 {group.count:,} 处，内容已脱敏" if shown == group.count
                            else f"共 {group.count:,} 处，列出前 {shown} 处；全部请导出问题清单")
        self.examples.setRowCount(0)
        self.examples.setRowCount(shown)
        masked = self._session.settings.names_masked
        names, places = names_beside(self._lists, group.examples), short_labels(self._lists)
        self.examples.setColumnWidth(0, px(_NAMED_ROW if len(places) > 1 else _EXAMPLES[0][1]))
        self.examples.setColumnHidden(1, not any(names))
        for place, (issue, name) in enumerate(zip(group.examples, names, strict=True)):
            texts = (where(issue, places),
                     mask("name", name) if masked else name, field_label(issue.field),
                     shown_words(issue), ACTION_WORDS[issue.action])
            for column, words in enumerate(texts):
                item = QTableWidgetItem(words)
                item.setToolTip(issue.source if column == 0 else words)
                self.examples.setItem(place, column, item)
        self.examples.setCurrentCell(0, 0)
        self._offer()

    @property
    def chosen(self) -> Issue | None:
        """The finding that is chosen, if its row is one of the list."""
        row, place = self.kinds.currentRow(), self.examples.currentRow()
        if not 0 <= row < len(self._groups) or not 0 <= place < len(self._groups[row].examples):
            return None
        issue = self._groups[row].examples[place]
        return issue if find_row(self._lists, issue) else None

    def _offer(self) -> None:
        """Whether the row of the finding that is chosen can be changed."""
        possible = self.chosen is not None
        self.edit.setEnabled(possible)
        self.exclude.setEnabled(possible)
        self.confirm.setVisible(possible and self._kind is IssueCode.PERSON_DIFFERS)

    def _want(self, signal: SignalInstance) -> None:
        if self.chosen is not None:
            signal.emit(self.chosen)


class _Strip(QFrame):
    """One sentence about what the gaps cost; hidden when there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("banner", "warn")
        self._text = label("", wrap=True)
        picture = QLabel()
        picture.setPixmap(icon("warning", "warn").pixmap(px(18), px(18)))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.addWidget(picture)
        row.addWidget(self._text, 1)

    def tell(self, sentence: str) -> None:
        """Show a sentence; "" hides the strip."""
        self._text.setText(sentence)
        self.setVisible(bool(sentence))

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()


def _table(columns: Sequence[tuple[str, int]], stretched: int) -> QTableWidget:
    """A read-only table of rows; the column `stretched` takes the room that is left."""
    made = QTableWidget(0, len(columns))
    made.setHorizontalHeaderLabels([title for title, _ in columns])
    made.setShowGrid(False)
    made.setItemDelegate(CellDelegate(made))
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.setTabKeyNavigation(False)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(px(ROW_HEIGHT))
    header = made.horizontalHeader()
    header.setDefaultAlignment(_LEFT)
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    for place, (_, width) in enumerate(columns):
        if width:
            made.setColumnWidth(place, px(width))
    return made
