"""What a model found, how sure it is, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from branchseg.analytics.answer import Verdict

from ...style import px
from ...widgets.basic import Card, Chip, label

if TYPE_CHECKING:
    from branchseg.pipeline.models import Finding

_WORDS = {
    Verdict.OK: ("可以参考", "ok"),
    Verdict.RULE_IS_AS_GOOD: ("规则已够用", "accent"),
    Verdict.NOT_ENOUGH_DATA: ("数据不够", "neutral"),
    Verdict.NOT_RELIABLE: ("不可靠", "warn"),
    Verdict.UNTRIED: ("还没验证", "neutral"),
}


class FindingCard(Card):
    """The quality card of a model."""

    def __init__(self) -> None:
        super().__init__()
        self.chip, self.sentence = Chip(), label("", wrap=True)
        self.facts = QWidget()
        self._grid = QGridLayout(self.facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(1, 1)
        self.warnings = label("", "muted", wrap=True)
        row = QHBoxLayout()
        row.addWidget(label("质量卡", "section"))
        row.addStretch()
        row.addWidget(self.chip)
        self.body.addLayout(row)
        self.body.addWidget(self.sentence)
        self.body.addWidget(self.warnings)
        self.body.addWidget(self.facts)
        self.body.addStretch(1)

    def say(self, sentence: str) -> None:
        """Nothing is found yet: what is going on."""
        self.chip.set("", "neutral")
        self.sentence.setText(sentence)
        self._show((), ())

    def show_finding(self, finding: Finding) -> None:
        """Show the card of a finding."""
        self.chip.set(*_WORDS[finding.verdict])
        self.sentence.setText(finding.sentence)
        self._show(finding.facts, finding.warnings)

    def _show(self, facts: tuple[tuple[str, str], ...], warnings: tuple[str, ...]) -> None:
        for child in self.facts.findChildren(QWidget):
            self._grid.removeWidget(child)
            child.hide()
            child.deleteLater()
        for row, (name, value) in enumerate(facts):
            self._grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label(value, wrap=True), row, 1)
        self.warnings.setText("\n".join(f"注意：{words}" for words in warnings))
        self.warnings.setVisible(bool(warnings))
