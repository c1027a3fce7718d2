"""规则版本: what was saved one after the other, and two of them side by side."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout

from branchseg.errors import BranchsegError
from branchseg.model.fields import Kind

from ...columns import Chip, Column
from ...latest import Latest
from ...row_model import RowModel, from_lists
from ...style import px
from ...widgets.basic import Card, button, label
from ...widgets.table import DataTable
from . import work
from .faults import fault_sentences
from .restoring import RestoreRow
from .scrolling import ScrollColumn
from .work import TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.model.results import Observation
    from branchseg.pipeline import RunResult
    from branchseg.pipeline.ruleversions import VersionChanges
    from branchseg.rules import RuleSet
    from branchseg.store.records import RuleVersion

    from ...session import Session

_HISTORY = (Column("version", "版本", width=150), Column("saved", "保存时间", width=136),
            Column("changes", "与前一版相比", width=300, stretch=True),
            Column("agreed", "已有人确认", Kind.INTEGER, 104))
_THRESHOLDS = (Column("threshold", "切点", width=150, stretch=True),
               Column("older", "原来", width=92), Column("newer", "后来", width=92),
               Column("agreed", "谁确认", width=120))
_MOVES = (Column("column", "结果", width=92, chips={key: Chip(title) for key, title in
                                                    TITLES.items()}),
          Column("before", "原来", width=104), Column("after", "后来", width=104, stretch=True),
          Column("count", "户数", Kind.INTEGER, 64))
_HOW = "点一行，看这一版改了什么；不是现行的，可以恢复。"
_WITHDRAWN = "（已撤回）"
_SHIPPED, _LOOSE = "随程序提供的默认规则", "现行规则（没有版本记录）"
_BOX, _HISTORY_HEIGHT, _LEAST_TABLE, _SIDE_BY_SIDE_FROM = 180, 190, 150, 760
_MINUTES = "写成 Excel：每个切点的说明和确认、改了什么、多少客户移动；不含客户信息"
_NO_HISTORY = ("还没有保存过规则。在“切点会议室”或“阈值与权重”里改动并保存后，"
               "每一版都记在这里，可以两两对比。")


class Entry(NamedTuple):
    """Rules that can be chosen; `version` is None for those as shipped or never kept."""

    name: str
    sources: Mapping[str, str]
    version: RuleVersion | None = None


class VersionSection(ScrollColumn):
    """The history above, two versions compared below.

    `customers_wanted(title, ids)`: show these customers.
    """

    customers_wanted = Signal(str, object)

    def __init__(self, session: Session) -> None:
        super().__init__(narrow_below=_SIDE_BY_SIDE_FROM)
        self._session = session
        self._entries: list[Entry] = []
        self._bases: list[int] = []
        self._versions: Sequence[RuleVersion] = ()
        self._shipped: RuleSet | None = None
        self._compared: RunResult | None = None
        self._changes: VersionChanges | None = None
        self._asked, self._told = Latest(session), Latest(session)
        self._known: dict[tuple[str, str], str] = {}
        self.history, self.thresholds, self.moves = (
            DataTable(RowModel(columns)) for columns in (_HISTORY, _THRESHOLDS, _MOVES))
        self.older, self.newer = QComboBox(), QComboBox()
        self.restoring = RestoreRow()
        self.everybody = button("", "customers", self._show_everybody, flat=True)
        self.minutes = button("导出会议纪要", "export", self._save_minutes,
                              tip=_MINUTES)
        self.said, self.remark = label("", wrap=True), label("", "muted", wrap=True)
        self._build()
        for box, name in ((self.older, "原来的版本"), (self.newer, "后来的版本")):
            box.setMinimumWidth(px(_BOX))
            box.setAccessibleName(name)
            box.activated.connect(lambda _index: self.compare())
        self.history.clicked.connect(self._chosen)
        self.moves.clicked.connect(self._moves_clicked)
        session.result_changed.connect(self.compare)

    def _build(self) -> None:
        top, below = Card("版本", padding=(14, 10)), Card("对比两版", padding=(14, 10))
        self.history.setFixedHeight(px(_HISTORY_HEIGHT))
        self.moves.setCursor(Qt.CursorShape.PointingHandCursor)
        top.body.addWidget(self.remark)
        top.body.addWidget(self.history)
        top.body.addWidget(self.restoring)
        boxes = QHBoxLayout()
        boxes.setSpacing(px(10))
        for each in (label("从", "muted"), self.older, label("到", "muted"), self.newer):
            boxes.addWidget(each)
        boxes.addStretch()
        boxes.addWidget(self.minutes)
        said = QHBoxLayout()
        said.addWidget(self.said, 1)
        said.addWidget(self.everybody)
        for table, share in ((self.thresholds, 6), (self.moves, 5)):
            table.setMinimumHeight(px(_LEAST_TABLE))
            self.row.addWidget(table, share)
        below.body.addLayout(boxes)
        below.body.addLayout(said)
        below.body.addLayout(self.row, 1)
        self.column.addWidget(top)
        self.column.addWidget(below, 1)

    # --- what there is ---

    def show_versions(self, versions: Sequence[RuleVersion], shipped: RuleSet) -> None:
        """Other versions are kept now; the last one first."""
        self._versions, self._shipped = versions, shipped
        if self.isVisible():
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        """What has changed while it was hidden."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        """The entries in the boxes, the newest change chosen; the history in the worker."""
        now = self._session.ruleset
        if self._shipped is None or now is None:
            return
        last = self._take_entries(self._shipped, now)
        self.restoring.show_version(None)
        for box, place in ((self.older, max(self._bases[last], 0)), (self.newer, last)):
            box.clear()
            box.addItems([entry.name for entry in self._entries])
            box.setCurrentIndex(place)
        self.remark.setText(_HOW if self._versions else _NO_HISTORY)
        self.history.setVisible(bool(self._versions))
        entries, bases = list(self._entries), list(self._bases)
        self._told.ask("正在读取版本", lambda reporter: work.told(
            [one.sources for one in entries], bases, self._known, reporter), self._show_history,
            apart=True)
        self.compare()

    def _take_entries(self, shipped: RuleSet, now: RuleSet) -> int:
        """What can be chosen, and what each was made from; the place of what is in force."""
        kept = list(reversed(self._versions))
        self._entries = [Entry(_SHIPPED, shipped.sources), *(
            Entry(f"第 {one.id} 版{_WITHDRAWN if one.withdrawn_at else ''}", one.sources, one)
            for one in kept)]
        self._bases = [-1, *(base + 1 for base in work.bases(kept))]
        last = max(place for place, one in enumerate(self._entries)
                   if one.version is None or one.version.withdrawn_at is None)
        newest = self._entries[last]
        if newest.sources != dict(now.sources):
            if kept or now.id != shipped.id:
                self._entries.append(Entry(_LOOSE, now.sources))
                self._bases.append(last)
                return len(self._entries) - 1
        elif last:
            self._entries[last] = newest._replace(name=f"{newest.name}（现行）")
        return last

    def _show_history(self, told: Sequence[str]) -> None:
        """The last version on top."""
        rows = [(entry, words) for entry, words in zip(self._entries, told, strict=True)
                if entry.version is not None]
        rows.reverse()
        kept = [entry.version for entry, _ in rows if entry.version is not None]
        self.history.model().set_data(from_lists({  # type: ignore[attr-defined] # a RowModel
            "version": [entry.name for entry, _ in rows],
            "saved": [f"{one.saved_at.astimezone():%Y-%m-%d %H:%M}" for one in kept],
            "changes": [_with_note(one, words)
                        for one, (_, words) in zip(kept, rows, strict=True)],
            "agreed": [float(sum(bool(each.agreed_by) for each in one.agreements.values()))
                       for one in kept]}))

    def _chosen(self, index: QModelIndex) -> None:
        """Compare a version with the one it was made from; offer to have it in force again."""
        model: RowModel = self.history.model()  # type: ignore[assignment]
        place = self._entries.index(next(
            entry for entry in self._entries if entry.version is not None
            and entry.version.id == self._versions[model.position(index.row())].id))
        self.older.setCurrentIndex(max(self._bases[place], 0))
        self.newer.setCurrentIndex(place)
        entry, now = self._entries[place], self._session.ruleset
        old = now is not None and entry.sources != dict(now.sources)
        self.restoring.show_version(entry.version if old else None)
        self.compare()

    # --- two of them ---

    def compare(self) -> None:
        """Hold the two chosen versions against each other, if they are looked at."""
        vault, result = self._session.vault, self._session.result
        if not self.isVisible() or vault is None or not self._entries:
            return
        older, newer = (self._entries[box.currentIndex()] for box in (self.older, self.newer))
        self.said.setText("正在对比…")
        self._asked.ask("正在读取", lambda _reporter: vault.observations(),
                        lambda seen: self._compare(older, newer, result, seen))

    def _compare(self, older: Entry, newer: Entry, result: RunResult | None,
                 seen: Sequence[Observation]) -> None:
        """Apart, so that saving and searching need not wait for the rules asked twice."""
        self._asked.ask("正在对比规则", lambda reporter: work.Compared(result, work.compare(
            older.sources, newer.sources, result, seen, reporter)), self._show, self._failed,
            apart=True)

    def _show(self, compared: work.Compared) -> None:
        changes = self._changes = compared.changes
        self._compared = compared.result
        self.minutes.setEnabled(True)
        agreed = self._entries[self.newer.currentIndex()].version
        who = {} if agreed is None else agreed.agreements
        self.thresholds.model().set_data(from_lists({  # type: ignore[attr-defined]
            "threshold": [one.parameter.label for one in changes.thresholds],
            "older": [one.parameter.words(one.older) for one in changes.thresholds],
            "newer": [one.parameter.words(one.newer) for one in changes.thresholds],
            "agreed": [who[one.parameter.key].agreed_by if one.parameter.key in who else ""
                       for one in changes.thresholds]}))
        moves = changes.moves or ()
        self.moves.model().set_data(from_lists({  # type: ignore[attr-defined]
            "column": [one.column for one in moves], "before": [one.before for one in moves],
            "after": [one.after for one in moves],
            "count": [float(len(one.rows)) for one in moves]}))
        self.everybody.setVisible(bool(len(changes.rows)))
        self.everybody.setText(f"查看有变化的 {len(changes.rows):,} 户")
        self.said.setText(_summary(changes))

    def _failed(self, error: BranchsegError) -> None:
        self._changes = None
        self.minutes.setEnabled(False)
        for table in (self.thresholds, self.moves):
            table.model().set_data({})  # type: ignore[attr-defined]
        self.everybody.hide()
        sentences = fault_sentences(error)
        self.said.setText(f"这一版规则现在的程序读不出来，不能对比。{sentences}".strip())

    def _moves_clicked(self, index: QModelIndex) -> None:
        if self._changes is not None and self._changes.moves:
            model: RowModel = self.moves.model()  # type: ignore[assignment]
            move = self._changes.moves[model.position(index.row())]
            self._show_customers(f"{TITLES[move.column]}：{move.before} → {move.after}",
                                 move.rows.tolist())

    def _save_minutes(self) -> None:
        """Ask where to, and write what is shown."""
        changes, session = self._changes, self._session
        if changes is None:
            return
        older, newer = (self._entries[box.currentIndex()] for box in (self.older, self.newer))
        now = datetime.now().astimezone()
        name = str(Path(session.settings.last_folder) / f"切点会议纪要_{now:%Y%m%d}.xlsx")
        chosen, _kind = QFileDialog.getSaveFileName(self, "导出会议纪要", name, "Excel (*.xlsx)")
        if not chosen:
            return
        path = Path(chosen).with_suffix(".xlsx")
        about = [("网点", session.settings.branch_name), ("记录人", session.settings.operator),
                 ("时间", f"{now:%Y-%m-%d %H:%M}"), ("从", older.name), ("到", newer.name),
                 ("结论", self.said.text())]
        agreements = newer.version.agreements if newer.version is not None else {}
        if newer.version is not None and newer.version.agreed_by:
            about.append(("恢复", _with_note(newer.version, "")))
        session.run("正在导出会议纪要", lambda _reporter: work.write_minutes(
            path, about, newer.sources, agreements, changes),
            lambda _none: session.notify("已导出会议纪要，不含客户信息。"))

    def _show_everybody(self) -> None:
        if self._changes is not None:
            pair = f"{self.older.currentText()} → {self.newer.currentText()}"
            self._show_customers(f"{pair}：有变化", self._changes.rows.tolist())

    def _show_customers(self, title: str, rows: Sequence[int]) -> None:
        if self._compared is not None:
            self.customers_wanted.emit(title, self._compared.table.ids_at(rows))


def _with_note(version: RuleVersion, words: str) -> str:
    """What a version changes, and why and by whom an older one was put in force again."""
    if not version.agreed_by:
        return words
    return f"{version.note.rstrip('。')}（{version.agreed_by} 同意）" + (words and f"：{words}")


def _summary(changes: VersionChanges) -> str:
    """How two versions differ, in one sentence."""
    parts = [f"{len(changes.thresholds)} 个切点不同"] if changes.thresholds else []
    if changes.presets:
        parts.append(f"分层方案由“{changes.presets[0]}”换成“{changes.presets[1]}”")
    if changes.other:
        parts.append("规则文件的其他内容也不同")
    if not parts:
        return "这两版的规则一样。"
    if changes.moves is None:
        moved = "还没有客户，看不到影响"
    else:
        moved = (f"{len(changes.rows):,} 户因此不同，点一行看是哪些客户" if len(changes.rows)
                 else "没有客户因此不同")
    return f"{'，'.join(parts)}；{moved}。"
