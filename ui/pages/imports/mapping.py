"""Step 2 of the import: what the columns mean, which sheet, which data date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from branchseg.model.fields import FIELDS, TRADES, Kind
from branchseg.model.raw import MatchKind, shown_header

from ...style import px
from ...widgets.basic import Card, button, label
from . import asking
from .column_row import UNIT_DOUBTS, WHOLE_OR_PART
from .columns import ColumnTable, rivals
from .date import DataDate
from .recipe import RecipeStrip
from .telling import may_be_days, short_labels, tally

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from branchseg.model.raw import ColumnMapping

    from .field_search import FieldEntry
    from .work import ListGroup

_ASKED_ONE_BY_ONE = ("intake.match.content", *UNIT_DOUBTS, WHOLE_OR_PART,
                     "intake.match.part", "recipe.doubt.known", "recipe.doubt.name")
"""Doubts about what is in a column: a person must have looked at it."""

_ROOMY = 440
"""From this height on, in pixels at scale 1, there is room for all that is told."""

_NAMED = 8
"""So many unused columns are named, the others counted."""

_SHEETS = 4
"""So many sheets read together are named."""


class MappingStep(QWidget):
    """Shows one list group at a time; `groups` are the lists as decided so far.

    Signals:
        changed: a column was decided.
        sheet_wanted(place of the file, sheet): only this sheet of a workbook, None for all that
            are alike.
        as_before_wanted: go on with what was decided for a list like this.
    """

    changed = Signal()
    sheet_wanted = Signal(int, object)
    as_before_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.groups: list[ListGroup] = []
        self.as_of: date | None = None
        self._facts, self.unused = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.accept = button("", "check", self._accept)
        self.table, self.date, self.recipe = ColumnTable(), DataDate(), RecipeStrip()
        self._sheet, self._tabs = QComboBox(), QTabBar()
        self._sheet.setAccessibleName("工作表")
        self._sheet.setMinimumWidth(px(150))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        card = Card(padding=(1, 1))
        card.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(10))
        column.addLayout(self._head())
        column.addWidget(self._tabs)
        column.addWidget(self.recipe)
        column.addWidget(card, 1)
        self.table.decided.connect(self._decided)
        self._tabs.currentChanged.connect(self._show)
        self.recipe.apply.clicked.connect(self.as_before_wanted)
        self._sheet.activated.connect(self._other_sheet)
        self.date.changed.connect(self._date_given)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the columns need the room."""
        super().resizeEvent(event)
        self.recipe.set_low(low=self.height() < px(_ROOMY))

    def _head(self) -> QHBoxLayout:
        """Title and facts at the left; sheet and data date at the right."""
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(label("核对每一列的含义", "section"))
        texts.addWidget(self._facts)
        texts.addWidget(self.unused)
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addLayout(texts, 1)
        row.addWidget(self._sheet)
        row.addWidget(self.date)
        row.addWidget(self.accept)
        return row

    def show_groups(self, groups: Sequence[ListGroup], fields: Sequence[FieldEntry]) -> None:
        """Begin with freshly read lists; `fields` are what their columns can be."""
        self.table.set_fields(fields)
        self.groups = list(groups)
        self.as_of = None
        days = [source.raw.as_of for group in groups for source in group.sources
                if source.raw.as_of is not None]
        self.date.show_day(max(days, default=None), "title")
        self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        for _group in groups:
            self._tabs.addTab("")
        self._tabs.blockSignals(False)
        self._tabs.setVisible(len(groups) > 1)
        self._show(0)

    def forget(self) -> None:
        """Let go of the lists."""
        self.groups = []
        self.table.clear_rows()

    def show_day(self, day: date, source: str) -> None:
        """Show the data date that checking has found."""
        self.date.show_day(day, source)

    @property
    def complaint(self) -> str:
        """What still has to be decided, in one sentence; "" if all is."""
        for group in self.groups:
            for key, headers in rivals(group.mapping).items():
                names = "、".join(f"“{shown_header(name)}”" for name in headers)
                return f"{names}都选成了“{FIELDS[key].label}”，请只留一列。"
        waiting = sum(len(group.mapping.doubtful) for group in self.groups)
        if waiting:
            return f"还有 {waiting} 列请选择含义"
        if any(not group.mapping.used for group in self.groups):
            return "一列也没有认出：请在“含义”里选择，或检查选对了工作表没有、表头是不是列名。"
        return ""

    @property
    def doubt(self) -> str:
        """What speaks against the lists as they are, though one may go on; "" if nothing."""
        for group in self.groups:
            mapping = group.mapping
            if mapping.few:
                return (f"只认出 {len(mapping.used)} 列（共 {len(mapping.columns)} 列），请核对"
                        "选对了工作表没有、表头是不是列名。")
        days = [shown_header(match.header) for group in self.groups
                for match in group.mapping.columns
                if match.kind is MatchKind.NONE and may_be_days(group.samples[match.index])]
        if self._no_trades and days and not self.like_before:
            return (f"没有一列是“最近交易日”，而“{days[0]}”里是日期却没有用到：看不出谁还在"
                    "用账户，状态会判为“待核实”。请核对这一列的“含义”。")
        return ""

    @property
    def _no_trades(self) -> bool:
        """Whether no list tells who still uses an account."""
        return not any(key in group.mapping.used for group in self.groups for key in TRADES)

    @property
    def warning(self) -> str:
        """What the lists cannot tell, as they are; "" if they can tell everybody's status."""
        if self._no_trades and not self.complaint:
            return ("没有一列是“最近交易日”或“近12月交易笔数”：以前的名单里也没有的客户，"
                    "状态都会是“待核实”。")
        return ""

    @property
    def hint(self) -> str:
        """What is worth knowing before going on; "" if nothing is."""
        silent = sum(
            1 for group in self.groups for key, match in group.mapping.used.items()
            if FIELDS[key].kind is Kind.AMOUNT and not group.raw.units[match.index]
            and match.kind not in (MatchKind.CHOSEN, MatchKind.REMEMBERED))
        return f"{silent} 列金额没有写明单位，按“元”读入；不对请在“单位”一栏改。" if silent else ""

    # --- what happens ---

    def _show(self, place: int) -> None:
        """Put up the group of a tab."""
        if not 0 <= place < len(self.groups):
            return
        group = self.groups[place]
        self.table.show_group(group)
        self.show_sheets()
        self._tell()

    def show_sheets(self) -> None:
        """Offer the sheets of the workbook on show; where several are read, all of them first."""
        group = self._shown
        sheets, together = group.raw.sheets, self._together(group)
        self._sheet.clear()
        if together > 1:
            self._sheet.addItem(f"{together} 张同样的表都读")
        elif group.alone:
            self._sheet.addItem("同样的表都读")
        one = "只读“{}”" if self._sheet.count() else "{}"
        for sheet in sheets:
            self._sheet.addItem(one.format(sheet), sheet)
        self._sheet.setCurrentIndex(
            0 if together > 1 else self._sheet.findData(group.raw.source.sheet))
        self._sheet.setVisible(len(sheets) > 1)

    def _together(self, group: ListGroup) -> int:
        """How many sheets of the workbook of a group are read."""
        return sum(each.files.count(group.files[0]) for each in self.groups)

    @property
    def _shown(self) -> ListGroup:
        return self.groups[max(self._tabs.currentIndex(), 0)]

    def _tell(self) -> None:
        """The line of facts, and to the page that something has changed."""
        group = self._shown
        mapping, rows = group.mapping, sum(len(each.raw.rows) for each in group.sources)
        self._facts.setText(" · ".join(filter(None, (
            *_lists_read(group), f"表头在第 {group.raw.source.header_row} 行", f"{rows:,} 行",
            f"已识别 {len(mapping.used)} / {len(mapping.columns)} 列"))))
        self._name_unused(mapping)
        sure = len(mapping.doubtful) - len(mapping.accept(but=_ASKED_ONE_BY_ONE).doubtful)
        self.accept.setVisible(sure > 1)
        self.accept.setText(f"全部确认（{sure} 列）")
        self.accept.setToolTip("按每一列后面的建议确认；内容或单位有疑问的列，仍要逐列确认。")
        names = short_labels(self.groups)
        for place, each in enumerate(self.groups):
            waiting, name = len(each.mapping.doubtful), names[each.raw.source.label]
            self._tabs.setTabText(place, f"{name}（{waiting} 列待选）" if waiting else name)
        self.recipe.tell(group.recalled, possible=self.like_before)
        self.changed.emit()

    @property
    def like_before(self) -> bool:
        """Whether all lists are like earlier ones and nothing is left to decide."""
        return not self.complaint and all(
            group.recalled is not None and group.recalled.same for group in self.groups)

    def _name_unused(self, mapping: ColumnMapping) -> None:
        """Say which columns of the list are not used."""
        names = [shown_header(match.header) for match in mapping.columns if match.unused]
        more = f"等 {len(names)} 列" if len(names) > _NAMED else ""
        self.unused.setText(f"这些列没有用到：{'、'.join(names[:_NAMED])}{more}。"
                            "其中写明的投诉、拒绝等照样读取；要用哪一列，请在“含义”里选。"
                            if names else "")
        self.unused.setToolTip("、".join(names) if more else "")
        self.unused.setVisible(bool(names))

    def _accept(self) -> None:
        """Settle the doubts about names in the group shown as suggested."""
        place = max(self._tabs.currentIndex(), 0)
        group = self.groups[place]
        self.groups[place] = replace(group, mapping=group.mapping.accept(but=_ASKED_ONE_BY_ONE))
        self.table.refresh(self.groups[place])
        self._tell()

    def _decided(self, index: int, key: str | None, unit: float) -> None:
        """A person has decided a column of the group shown."""
        place = max(self._tabs.currentIndex(), 0)
        group = self.groups[place]
        self.groups[place] = replace(group, mapping=group.mapping.choose(index, key, unit))
        self.table.refresh(self.groups[place])
        self._tell()

    def _other_sheet(self, index: int) -> None:
        """All that are alike, or one; nothing if that is read already."""
        group, sheet = self._shown, self._sheet.itemData(index)
        before = None if self._together(group) > 1 else group.raw.source.sheet
        if sheet == before:
            return
        if tally(self.groups) and not asking.may_read_again(self):
            self.show_sheets()
        else:
            self.sheet_wanted.emit(group.files[0], sheet)

    def _date_given(self, day: date) -> None:
        self.as_of = day
        self.changed.emit()


def _lists_read(group: ListGroup) -> list[str]:
    """Which files and sheets a group is read from, and that the others are left out."""
    refs = [each.raw.source for each in group.sources]
    names = list(dict.fromkeys(ref.file_name for ref in refs))
    files = names[0] if len(names) == 1 else f"{names[0]} 等 {len(names)} 个文件"
    if len(refs) == 1:
        left = len(group.raw.sheets) - 1
        more = f"，另外 {left} 张没有读" if group.alone and left else ""
        sheets = f"工作表 {refs[0].sheet}{more}" if refs[0].sheet else ""
    elif len(names) == 1:
        told = "、".join(ref.sheet for ref in refs[:_SHEETS])
        sheets = f"{len(refs)} 张同样的表：{told}{'等' if len(refs) > _SHEETS else ''}"
    else:
        sheets = f"共 {len(refs)} 张同样的表" if len(refs) > len(names) else ""
    return [files, sheets]
