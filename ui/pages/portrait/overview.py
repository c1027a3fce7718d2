"""OverviewPane: what to do next, money, events, suitability, and who the customer is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from branchseg.model.results import ActionKind

from ...columns import days_text, due_text
from ...style import px
from ...widgets.basic import Chip, button, label, restyle
from ...widgets.chips import ChipRow
from .sections import Pairs, Pane, ReachBar, Tiles, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.results import Advice, Assessment
    from branchseg.pipeline.ownsegments import Belonging

    from .facts import Facts


class OverviewPane(Pane):
    """The first tab. `show_facts` fills it at once, `show_assessment` adds advice and reasons."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.advice = AdviceBox()
        self._contact = words("", "strong", "accent")
        self._contact.hide()
        self._outdated = words("", "strong", "warn")
        step = self.section("下一步")
        step.addWidget(self._outdated)
        step.addWidget(self._contact)
        step.addWidget(self.advice)
        self._build_money()
        self.loss, self._loss_title = self._passage("流失迹象")
        self.own, self._own_title = self._passage("自建客群")
        self.events = Pairs()
        self.section("事件与到期").addWidget(self.events)
        self._build_rules()
        self.basics = Pairs()
        self.section("基本信息").addWidget(self.basics)
        self.column.addStretch()

    def _passage(self, title: str) -> tuple[QLabel, QLabel]:
        """A text under a title, both hidden while there is nothing to say."""
        passage, heading = words(""), label(title, "section")
        room = self.section("")
        room.addWidget(heading)
        room.addWidget(passage)
        return passage, heading

    def _build_money(self) -> None:
        self._aum, self._basis = label("", "figure"), label("", "muted")
        self._bar, self._distance = ReachBar(), words("", "muted")
        self.tiles, self._ties = Tiles(), ChipRow()
        self._not_tied = words("", "muted")
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self._aum)
        row.addWidget(self._basis, 1, Qt.AlignmentFlag.AlignBottom)
        value = self.section("资产与层级")
        value.addLayout(row)
        value.addWidget(self._bar)
        value.addWidget(self._distance)
        products = self.section("持有产品")
        products.addWidget(self.tiles)
        products.addWidget(self._ties)
        products.addWidget(self._not_tied)

    def _build_rules(self) -> None:
        room = self.section("适当性与授权")
        self._suitability, self._consent = words(""), words("")
        room.addWidget(self._suitability)
        room.addWidget(self._consent)

    def show_facts(self, facts: Facts, *, revealed: bool) -> None:
        """The customer's own values; what the rules explain is empty until it comes."""
        self._aum.setText(facts.aum)
        self._basis.setText(facts.aum_basis)
        self._bar.show_share(facts.share)
        self._distance.setText(facts.distance)
        self._distance.setToolTip("")
        self.tiles.show_holdings(facts.holdings)
        has, lacks = facts.bound
        self._ties.show_chips([Chip(tie, "ok") for tie in has])
        self._not_tied.setText(f"未开通：{'、'.join(lacks)}")
        self._not_tied.setVisible(bool(lacks))
        events = facts.events or [("", "名单没有到期、交易等日期", "")]
        self.events.show_pairs(events)
        consent, tone = facts.consent
        self._consent.setText(consent)
        restyle(self._consent, "tone", tone)
        self._suitability.setText("")
        self.show_basics(facts, revealed=revealed)
        self.show_contact("")
        self._show_findings("", ())
        self._outdated.setText(facts.outdated)
        self._outdated.setVisible(bool(facts.outdated))
        self.advice.wait()
        self.verticalScrollBar().setValue(0)

    def show_basics(self, facts: Facts, *, revealed: bool) -> None:
        """Who the customer is, masked or for a while not."""
        self.basics.show_pairs([
            (name, value, "") for name, value in facts.basics(revealed=revealed)])

    def show_contact(self, sentence: str) -> None:
        """What came of the last contact, so that nobody calls again; "" for nothing."""
        self._contact.setText(sentence)
        self._contact.setVisible(bool(sentence))

    def _show_findings(self, loss: str, segments: Sequence[Belonging]) -> None:
        """How likely the customer is to leave, and the own segments he belongs to."""
        own = "\n".join(
            f"{one.name}：{one.why}。" + (f"对应动作：{one.theme}。" if one.theme else "")
            for one in segments)
        for said, sentences, heading in ((self.loss, loss, self._loss_title),
                                         (self.own, own, self._own_title)):
            said.setText(sentences)
            for each in (said, heading):
                each.setVisible(bool(sentences))

    def show_assessment(self, assessment: Assessment, facts: Facts, loss: str,
                        segments: Sequence[Belonging]) -> None:
        """What the rules say; `loss` is the risk that the customer leaves, "" for nothing."""
        self._show_findings(loss, segments)
        self.advice.show_advice(assessment.advice, facts)
        self._suitability.setText(assessment.suitability)
        self._distance.setText("。".join(filter(None, (facts.distance, assessment.fall))))
        self._distance.setToolTip(assessment.tier_reason)


class AdviceBox(QWidget):
    """The next action with its reason; the talking points unfold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._chips = words("", "strong"), ChipRow()
        self._purpose, self._why = words(""), words("", "muted")
        self._blocked, self._others = words("", "muted", "warn"), words("", "muted")
        self.talk = QWidget()
        self._talk = QVBoxLayout(self.talk)
        self._talk.setContentsMargins(px(10), 0, 0, 0)
        self._talk.setSpacing(px(4))
        self.toggle = button("展开话术", "chevron-down", flat=True)
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._unfold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        for each in (self._theme, self._chips, self._purpose, self._why, self._blocked):
            column.addWidget(each)
        column.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.talk)
        column.addWidget(self._others)
        self.wait()

    def wait(self) -> None:
        """Nothing is known yet."""
        self._theme.setText("正在分析…")
        for each in (self._chips, self._purpose, self._why, self._blocked, self.toggle,
                     self.talk, self._others):
            each.hide()

    def show_advice(self, advice: tuple[Advice, ...], facts: Facts) -> None:
        """The first action in full, the others by name."""
        if not advice:
            self._theme.setText("暂时没有要做的事")
            return
        first, others = advice[0], advice[1:]
        self._theme.setText(first.theme)
        service = first.kind is ActionKind.SERVICE
        near = f"{days_text(first.planned, first.due)}（{due_text(first.due, facts.today)}）"
        self._chips.show_chips([
            Chip("服务", "ok") if service else Chip("营销", "accent"), Chip(near, "warn"),
            Chip(first.owner_role, "neutral")])
        for each, text in (
            (self._purpose, first.purpose), (self._why, f"为什么：{first.why}"),
            (self._blocked, first.blocked),
            (self._others, "还可以：" + "、".join(other.theme for other in others)),
        ):
            each.setText(text)
        self._purpose.show()
        self._why.setVisible(bool(first.why))
        self._blocked.setVisible(bool(first.blocked))
        self._others.setVisible(bool(others))
        self._fill_talk(first)
        self.toggle.show()
        self._unfold(self.toggle.isChecked())

    def _fill_talk(self, advice: Advice) -> None:
        """How to reach the customer and what to say, in the order of the talk."""
        while (item := self._talk.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        parts = (
            ("渠道与时间", (f"{advice.channel}；{advice.window}",)),
            ("开场", (advice.opening,)),
            ("了解", tuple(f"{n}. {q}" for n, q in enumerate(advice.questions, 1))),
            ("要点", tuple(f"· {point}" for point in advice.points)),
            ("约定", (advice.closing,)),
        )
        for title, lines in parts:
            self._talk.addWidget(label(title, "muted"))
            for line in lines:
                self._talk.addWidget(words(line))

    def _unfold(self, on: bool) -> None:  # noqa: FBT001 - a slot of toggled
        self.talk.setVisible(on and not self.toggle.isHidden())
        self.toggle.setText("收起话术" if on else "展开话术")
