"""The form of one visit: who it is, where, and the seven rows of ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QWidget,
)

from branchseg.messages import text

from ...style import px
from ...widgets.basic import Card, Chip, ElidedLabel, button, label
from .rows import TickRows
from .work import Person, Visit, newcomer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from PySide6.QtGui import QResizeEvent

    from branchseg.rules.factors import Factor

    from .work import Verdict

_TAIL = "[0-9]{0,4}"
_TAIL_LENGTH = 4
_NAME_LENGTH = 10
_LEGEND_FROM = 600


class HalfDone(NamedTuple):
    """A visit that is not saved yet; `name` and `tail` are those of a newcomer."""

    customer_id: str
    name: str
    tail: str
    place: str
    items: tuple[str, ...]


class PersonLine(QWidget):
    """Somebody of the list: name, masked details, status and tier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._details = label("", "section"), ElidedLabel()
        self._tier, self._status = Chip("", "accent"), Chip()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        for each in (self._name, self._tier, self._status):
            row.addWidget(each)
        row.addWidget(self._details, 1)

    def show_person(self, person: Person, last_seen: date | None = None) -> None:
        """Replace everything."""
        self._name.setText(person.name)
        self._tier.set(person.tier, "accent")
        self._status.set(person.status, "neutral")
        seen = f" · 上次记录 {last_seen:%m-%d}" if last_seen else ""
        self._details.setText(person.details + seen)
        self.setAccessibleName(f"{person.name} {person.tier} {person.status}")


class NewcomerLine(QWidget):
    """Somebody on no list: a salutation and the end of the phone number, both optional.

    Enter leads from one to the other; `entered` after the last one.
    """

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.tail = QLineEdit(), QLineEdit()
        self.name.setPlaceholderText("称呼，如 王女士（可不填）")
        self.name.setMaxLength(_NAME_LENGTH)
        self.name.setAccessibleName("称呼")
        self.tail.setPlaceholderText("手机后四位（可不填）")
        self.tail.setValidator(QRegularExpressionValidator(QRegularExpression(_TAIL), self.tail))
        self.tail.setAccessibleName("手机后四位")
        self.name.returnPressed.connect(self.tail.setFocus)
        self.tail.returnPressed.connect(self.entered)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(label("新客户", "section"))
        row.addWidget(self.name, 3)
        row.addWidget(self.tail, 2)

    def clear(self) -> None:
        """Nothing known."""
        self.name.clear()
        self.tail.clear()

    @property
    def complaint(self) -> str:
        """What keeps it from being saved."""
        short = 0 < len(self.tail.text()) < _TAIL_LENGTH
        return "手机后四位要填四位数字，或者不填。" if short else ""

    @property
    def person(self) -> Person:
        """The newcomer as typed."""
        return newcomer(self.name.text().strip(), self.tail.text())


class PlaceBar(QWidget):
    """Where in the branch the person was seen: one of the places of the paper checklist."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(label("在哪里见到", "muted"))
        row.addSpacing(px(10))
        places = self._places = text("sheets.checklist.places").split("|")
        for number, place in enumerate(places):
            each = QPushButton(place)
            each.setCheckable(True)
            each.setAutoDefault(False)
            ends = {0: "first", len(places) - 1: "last"}
            each.setProperty("segment", ends.get(number, "inner"))
            each.setAccessibleName(f"位置：{place}")
            self._group.addButton(each, number)
            row.addWidget(each)
        row.addSpacing(px(8))
        row.addStretch()
        self._legend = ElidedLabel()
        self._legend.setText("横条：上面一条看资料，下面一条看现场")
        row.addWidget(self._legend)
        self._group.buttons()[0].setChecked(True)
        self._group.idClicked.connect(lambda _number: self.chosen.emit())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The legend goes first where it is narrow."""
        super().resizeEvent(event)
        self._legend.setVisible(self.width() >= px(_LEGEND_FROM))

    def choose(self, place: str) -> None:
        """Choose a place, if it is one."""
        if place in self._places:
            self._group.button(self._places.index(place)).setChecked(True)

    @property
    def place(self) -> str:
        """The place chosen."""
        return self._places[self._group.checkedId()]


class VisitForm(Card):
    """`changed` comes when anything that matters to the rules changed; `left` by 换一位."""

    changed = Signal()
    typed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(12, 10))
        self.rows, self.places = TickRows(), PlaceBar()
        self.known, self.new = PersonLine(), NewcomerLine()
        self._person: Person | None = None
        self._who = QStackedWidget()
        self._who.addWidget(self.known)
        self._who.addWidget(self.new)
        self._who.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self._who, 1)
        top.addWidget(button("换一位", "close", self.left.emit, flat=True, tip="换一位（Esc）"))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.rows)
        self.body.setSpacing(px(6))
        self.body.addLayout(top)
        self.body.addWidget(self.places)
        self.body.addWidget(scroll, 1)
        self.rows.changed.connect(self.changed)
        self.rows.reached.connect(lambda widget: scroll.ensureWidgetVisible(widget, 0, px(4)))
        self.new.entered.connect(self.rows.setFocus)
        self.new.name.textChanged.connect(self.typed)
        self.new.tail.textChanged.connect(self.typed)

    def begin(self, person: Person, factors: Sequence[Factor]) -> None:
        """A blank form for somebody."""
        self._person = person
        self.rows.set_factors(factors)
        self.rows.clear()
        self.new.clear()
        if person.is_newcomer:
            self._who.setCurrentWidget(self.new)
        else:
            self.known.show_person(person)
            self._who.setCurrentWidget(self.known)

    def renew(self, person: Person) -> None:
        """The same person with other figures; the ticks stay."""
        self._person = person
        self.known.show_person(person)

    def end(self) -> None:
        """Nobody is here; nothing personal stays."""
        self._person = None
        self.rows.clear()
        self.new.clear()
        self.known.show_person(Person())

    def resume(self, kept: HalfDone) -> None:
        """The ticks of a visit that was begun before; the person is here again."""
        self.new.name.setText(kept.name)
        self.new.tail.setText(kept.tail)
        self.places.choose(kept.place)
        self.rows.tick(kept.items)

    def show_verdict(self, verdict: Verdict) -> None:
        """Levels per factor, and when the person was here last."""
        before = verdict.before.factors if verdict.before is not None else ()
        self.rows.show_levels(verdict.now.factors, before)
        if not verdict.visit.person.is_newcomer:
            self.known.show_person(verdict.visit.person, verdict.last_seen)

    @property
    def person(self) -> Person | None:
        """Who is here; a newcomer as typed."""
        if self._person is not None and self._person.is_newcomer:
            return self.new.person
        return self._person

    def visit(self, day: date, observer: str) -> Visit | None:
        """What was seen on `day`; None if nobody is here."""
        person = self.person
        return None if person is None else Visit(
            person, day, observer, self.places.place, self.rows.ticked)

    @property
    def half_done(self) -> HalfDone | None:
        """What would be lost now; None without ticks."""
        person = self.person
        if person is None or not self.rows.ticked:
            return None
        return HalfDone(person.customer_id if not person.is_newcomer else "",
                        self.new.name.text(), self.new.tail.text(), self.places.place,
                        self.rows.ticked)

    @property
    def may_print(self) -> bool:
        """Whether there can be a task sheet: a newcomer has to be saved first."""
        person = self._person
        return person is not None and not (person.is_newcomer and self.complaint)

    @property
    def complaint(self) -> str:
        """What keeps the visit from being saved, "" if nothing."""
        if not self.rows.ticked:
            return "先勾选看到、听到的情况；没看到的不用管。"
        newcomer_here = self._person is not None and self._person.is_newcomer
        return self.new.complaint if newcomer_here else ""
