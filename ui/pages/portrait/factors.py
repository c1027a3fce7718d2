"""FactorsPane: the seven factors with their evidence, and the radar against the tier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from branchseg.model.results import INSUFFICIENT

from ...drawing import ChartDrawer
from ...widgets.basic import Chip, label
from ...widgets.chart_view import ChartView
from ...widgets.chips import ChipRow
from ...widgets.factors import FactorList
from .sections import Pane, words

if TYPE_CHECKING:
    from branchseg.model.results import Assessment

    from ...session import Session
    from .facts import Facts
    from .work import Details

_RADAR_RATIO, _RADAR_DPI = 0.9, 93
"""Charts are made for whole pages; this one is small."""
_NOTE = ("七要素是本行可配置的工作口径，仅供参考，不改变价值层级；"
         "“外在与随身线索”不能单独使等级上升。")


class FactorsPane(Pane):
    """The second tab; empty until the rules have explained themselves."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details: Details | None = None
        head = self.section("七要素")
        self._chips, self._notes = ChipRow(), words("", "muted", "warn")
        self._notes.hide()
        head.addWidget(self._chips)
        head.addWidget(self._notes)
        self.factors = FactorList()
        self.full = QCheckBox("显示全部判定条件")
        self.full.setProperty("role", "muted")
        self.full.toggled.connect(lambda _on: self._list())
        head.addWidget(self.factors)
        head.addWidget(self.full)
        self._ask = self.section("还不知道的，可以问")
        self._questions = words("")
        self._ask.addWidget(self._questions)
        self.radar = ChartView(ratio=_RADAR_RATIO, dpi=_RADAR_DPI)
        self.drawer = ChartDrawer(session, self.radar)
        self.section("与同层级比较").addWidget(self.radar)
        self.column.addWidget(words(_NOTE, "muted"))
        self.column.addStretch()

    def wait(self) -> None:
        """Nothing is known of the customer who comes next."""
        self._details = None
        self._chips.show_chips([label("正在分析…", "muted")])
        self._notes.hide()
        self._questions.setText("–")
        self.factors.show_factors(())
        self.drawer.clear()
        self.verticalScrollBar().setValue(0)

    def show_details(self, details: Details, facts: Facts) -> None:
        """Score, factors, questions and radar."""
        self._details, assessment = details, details.assessment
        grade = facts.chip("grade")
        score = "" if assessment.score is None else f" · {assessment.score:.0f} 分"
        self._chips.show_chips([
            Chip(f"{assessment.grade_label}{score}", grade.tone if grade else "neutral"),
            Chip(f"完整度 {assessment.completeness:.0%}"),
            Chip(f"现场覆盖 {assessment.observed_coverage:.0%}")])
        notes = _notes(assessment)
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self._list()
        self._questions.setText(_questions(assessment))
        self.drawer.show(lambda: details.radar, "七要素等级与同层级平均")

    def _list(self) -> None:
        if self._details is not None:
            full = self.full.isChecked()
            self.factors.show_factors(self._details.assessment.factors if full
                                      else self._details.short_factors)


def _questions(assessment: Assessment) -> str:
    """What to find out along with the next task, or why nothing is asked."""
    if not assessment.ask:
        return "七个要素都有依据。"
    ask = assessment.advice[0].ask if assessment.advice else assessment.ask
    return "\n".join(f"· {question}" for question in ask) or "这次的任务不问这些，以后再了解。"


def _notes(assessment: Assessment) -> list[str]:
    """What a reader must know before trusting the grade."""
    found = []
    conflicts = sum(factor.conflict for factor in assessment.factors)
    if conflicts:
        found.append(f"有 {conflicts} 项数据与现场观察相差较大，请复核。")
    if assessment.grade == INSUFFICIENT:
        found.append("已知的要素太少，暂不给等级；请先补充信息或做一次厅堂识别。")
    if assessment.do_not_contact:
        found.append("客户拒绝营销：只做服务提醒，不做营销。")
    return found
