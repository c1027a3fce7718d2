"""价值层级: choose a preset and see its tiers, with how many customers each would have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QWidget,
)

from branchseg.model.fields import FIELDS

from ...columns import show_number
from ...style import px
from ...widgets.basic import Card, Chip, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.rules.tiers import TierPreset

    from .draft import RuleDraft

_HEADS = ("层级", "起点（含）", "上限（不含）", "维护责任人", "至少联系", "客户数")
_NUMBERS = frozenset({1, 2, 5})
_RIGHT = Qt.AlignmentFlag.AlignRight
_LEAST_AREA = 140


class TierSection(Card):
    """The presets of the rule files; where tiers begin is changed in the cut-point room."""

    def __init__(self) -> None:
        super().__init__("分层方案")
        self._draft: RuleDraft | None = None
        self._shown: TierPreset | None = None
        self._counts: dict[str, QLabel] = {}
        self._grid = QGridLayout()
        self.box = QComboBox()
        self.box.setMinimumWidth(px(180))
        self.box.setAccessibleName("分层方案")
        self.box.currentIndexChanged.connect(self._chosen)
        self._chip, self._note = Chip(), label("", "muted", wrap=True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setMinimumHeight(px(_LEAST_AREA))
        row = QHBoxLayout()
        row.setSpacing(px(10))
        row.addWidget(self.box)
        row.addWidget(self._chip)
        row.addStretch()
        self.body.addLayout(row)
        self.body.addWidget(self._note)
        self.body.addSpacing(px(6))
        self.body.addWidget(self._area, 1)

    def show_draft(self, draft: RuleDraft) -> None:
        """Offer the presets of a draft."""
        self._draft = draft
        self.box.blockSignals(True)
        for preset in draft.base.tiers.presets:
            self.box.addItem(preset.label, preset.key)
        self.box.blockSignals(False)

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """How many customers each tier (by label) has under the draft."""
        for word, cell in self._counts.items():
            cell.setText(f"{counts.get(word, 0):,}")

    def refresh(self) -> None:
        """Show what the draft holds; the counts are those of before until new ones come."""
        if self._draft is None:
            return
        preset, active = self._draft.preset, self._draft.base.tiers.active.key
        self.box.blockSignals(True)
        self.box.setCurrentIndex(self.box.findData(preset.key))
        self.box.blockSignals(False)
        self._chip.set(*(("现行", "neutral") if preset.key == active else ("未保存", "accent")))
        measure = "资产（优先月日均）" if preset.field == "aum" else FIELDS[preset.field].label
        self._note.setText(f"按{measure}划分，单位元。总分不改变层级；起点在“切点会议室”里改。")
        if preset != self._shown:
            self._shown = preset
            self._area.setWidget(self._table(preset))

    def _table(self, preset: TierPreset) -> QWidget:
        """One row per tier, the highest on top."""
        self._counts = {}
        self._grid = QGridLayout()
        ends = [*(show_number(tier.start, 0) for tier in preset.tiers[1:]), "不限"]
        self._put(0, _HEADS, "muted")
        rows = reversed(list(zip(preset.tiers, ends, strict=True)))
        for row, (tier, end) in enumerate(rows, 1):
            cells = self._put(row, (tier.label, show_number(tier.start, 0), end, tier.owner,
                                    f"{tier.cadence_days:g} 天一次", "–"))
            self._counts[tier.label] = cells[-1]
        self._grid.setContentsMargins(0, 0, px(8), 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(10))
        self._grid.setColumnStretch(3, 1)
        self._grid.setRowStretch(len(preset.tiers) + 1, 1)
        table = QWidget()
        table.setLayout(self._grid)
        return table

    def _put(self, row: int, words: tuple[str, ...], role: str = "") -> list[QLabel]:
        """One line of cells."""
        cells = []
        for column, word in enumerate(words):
            made = label(word, role or ("strong" if column == 0 else ""))
            side = _RIGHT if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(made, row, column, side | Qt.AlignmentFlag.AlignVCenter)
            cells.append(made)
        return cells

    def _chosen(self, _index: int) -> None:
        if self._draft is not None:
            self._draft.set_preset(str(self.box.currentData()))
