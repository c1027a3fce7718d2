"""The lobby page: somebody walks in; find, tick what is seen, know the next step, save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from ...style import px
from ...widgets.basic import button
from ...widgets.page import Page
from . import dialogs, work
from .judging import Judging
from .saving import VisitKeeper
from .search import PersonFinder
from .verdict import VerdictPane
from .visit import HalfDone, VisitForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from branchseg.model.results import Advice

    from ...session import Session

_VERDICT_WIDTH = 304


class LobbyPage(Page):
    """`activate(customer_id)` begins with that customer.

    Ticks stay while another page is shown.
    """

    title = "厅堂识别"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.finding = PersonFinder(session, self)
        self.form, self.verdict = VisitForm(), VerdictPane()
        self.verdict.setFixedWidth(px(_VERDICT_WIDTH))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.finding.pane)
        self._stack.addWidget(self.form)
        self._keeper = VisitKeeper(session, self)
        self._judging = Judging(session, self)
        self._lay_out()
        self._connect()
        self._result_changed()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(px(10))
        left.addLayout(self.finding.bar)
        left.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        row.addLayout(left, 1)
        row.addWidget(self.verdict)

    def _connect(self) -> None:
        for changed in (self.session.result_changed, self.session.settings_changed):
            changed.connect(self._result_changed)
        self.finding.picked.connect(self.choose)
        self.finding.searching.connect(self._show_side)
        self.finding.newcomer_wanted.connect(self.begin_newcomer)
        self.finding.pane.import_wanted.connect(lambda: self.session.navigate("imports"))
        self.form.changed.connect(self._judge)
        self.form.places.chosen.connect(self.form.rows.setFocus)
        self.form.typed.connect(self._offer)
        self.form.left.connect(self.leave_person)
        self.verdict.save_wanted.connect(self.save)
        self.verdict.task_wanted.connect(self.save_with_task)
        self.verdict.sheet_wanted.connect(self._sheet)
        self._judging.judged.connect(self._judged)
        self._keeper.kept.connect(self._kept)
        self._keeper.taken_back.connect(self._taken_back)
        self._keeper.sheet_ready.connect(self._print_task)
        self._keeper.idle.connect(self._offer)
        self.verdict.add_keys(self)

    # --- what the window asks ---

    def header_widgets(self) -> Sequence[QWidget]:
        """The blank checklist."""
        tip = "A5 纸质清单，先手写再补录"
        return (button("打印空白清单", "print", self.print_checklist, tip=tip),)

    def activate(self, argument: object = None) -> None:
        """Show the page; a customer id chooses that customer."""
        self._say_who()
        if isinstance(argument, str):
            self.choose(argument)
        elif self.form.person is None:
            self.finding.look()
            self.finding.box.setFocus()

    def keep(self) -> HalfDone | None:
        """Who is here, and what was ticked; nothing of a visit that is being saved."""
        return None if self._keeper.is_saving(self._visit()) else self.form.half_done

    def resume(self, kept: object) -> None:
        """The same person with the same ticks; nothing if the customer is gone."""
        if isinstance(kept, HalfDone):
            self.choose(kept.customer_id)
            if self.form.person is not None:
                self.form.resume(kept)

    # --- finding ---

    @Slot()
    def _result_changed(self) -> None:
        """Other customers, rules or settings: keep who is here and what is ticked."""
        self._say_who()
        self.finding.renew()
        person = self.form.person
        if person is not None and not person.is_newcomer:
            again = self.finding.person(person.customer_id)
            if again is None:
                self._end()
            else:
                self.form.renew(again)
        self._judging.forget()
        self._judge()

    def _say_who(self) -> None:
        self.set_subtitle(f"观察人 {self._observer} · {self.session.clock():%Y-%m-%d} · "
                          "按行号再按项号，就能勾选")

    @property
    def _observer(self) -> str:
        return self.session.settings.operator or work.UNSIGNED

    @Slot(bool)
    def _show_side(self, searching: bool) -> None:  # noqa: FBT001 - a slot
        """The list while searching or while nobody is here, else the form."""
        form = self.form.person is not None and not searching
        self._stack.setCurrentWidget(self.form if form else self.finding.pane)

    # --- the person ---

    @Slot(str)
    def choose(self, customer_id: str) -> None:
        """Begin with somebody of the list; "" is somebody on no list."""
        here, person = self.form.person, self.finding.person(customer_id)
        if not customer_id:
            self.begin_newcomer()
        elif here is not None and here.customer_id == customer_id:
            self.finding.clear()
            self.form.rows.setFocus()
        elif person is None:
            self.session.notify("客户名单里已经没有这位客户。", "warn")
        elif self._may_discard():
            self._begin(person)
            self.form.rows.setFocus()

    @Slot()
    def begin_newcomer(self) -> None:
        """Begin with somebody who is on no list."""
        if self._may_discard():
            self._begin(work.Person())
            self.form.new.name.setFocus()

    def _begin(self, person: work.Person) -> None:
        rules = self.session.ruleset
        assert rules is not None  # the vault is open
        self.form.begin(person, rules.factors.factors)
        self._judging.forget()
        self.verdict.show_waiting()
        self.finding.clear()
        self._judge()

    @Slot()
    def leave_person(self) -> None:
        """Back to the search, after asking if something was ticked."""
        if self._may_discard():
            self._end()

    def _end(self) -> None:
        """Ready for the next person."""
        self._judging.forget()
        self.form.end()
        self.verdict.show_nobody()
        self.finding.clear()
        self.finding.box.setFocus()

    def _may_discard(self) -> bool:
        """True if nothing was ticked, or the user lets it go."""
        return self.form.half_done is None or dialogs.may_discard(self)

    # --- judging ---

    def _visit(self) -> work.Visit | None:
        return self.form.visit(self.session.clock(), self._observer)

    @Slot()
    def _judge(self) -> None:
        """Let the rules speak on what is ticked now."""
        self._offer()
        self._judging.ask(self._visit())

    @Slot(object)
    def _judged(self, verdict: work.Verdict) -> None:
        self.form.show_verdict(verdict)
        self.verdict.show_verdict(verdict)

    @Slot()
    def _offer(self) -> None:
        """What can be done now."""
        if self.form.person is not None:
            self.verdict.offer(self.form.complaint, sheet=self.form.may_print)

    # --- saving ---

    def save(self, advice: Advice | None = None, *, then_print: bool = False) -> None:
        """Keep the visit, with the task advised if any; the next person may come."""
        visit = self._visit()
        if visit is None or self.form.complaint or not self.verdict.save.isEnabled():
            return
        self.verdict.pause()
        self._keeper.save(visit, advice, then_print=then_print)

    def save_with_task(self) -> None:
        """Keep the visit, and hand the next step to whoever does it."""
        if self.verdict.next_step is not None:
            self.save(self.verdict.next_step)

    @Slot(object)
    def _kept(self, kept: work.Kept) -> None:
        """Say so, let it be undone, and make ready."""
        here = self.form.person
        if here is not None and here.customer_id == kept.visit.person.customer_id:
            self._end()
        self.session.notify(kept.sentence, "ok", lambda: self._keeper.take_back(kept))

    @Slot(object)
    def _taken_back(self, _kept: work.Kept) -> None:
        self.finding.look()
        self.session.notify("已撤销，这次观察没有保留。", "info")

    @Slot()
    def _sheet(self) -> None:
        """The task sheet of who is here; ticks are saved first."""
        person = self.form.person
        if self.form.rows.ticked:
            self.save(then_print=True)
        elif person is not None:
            self._print_task(person.customer_id)

    @Slot(str)
    def _print_task(self, customer_id: str) -> None:
        self.session.navigate("tasks", [customer_id])

    @Slot()
    def print_checklist(self) -> None:
        """The blank checklist on A5, as the rules have it."""
        if self.session.ruleset is not None:
            dialogs.preview_checklist(
                self, self.session.ruleset, self.session)

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and arrows reach the rows from anywhere on the page; Esc goes back."""
        shown = self._stack.currentWidget() is self.form
        if shown and self.form.rows.take_key(event):
            return
        if event.key() == Qt.Key.Key_Escape and self.form.person is not None:
            if shown:
                self.leave_person()
            else:
                self.finding.clear()
                self.form.rows.setFocus()
            return
        super().keyPressEvent(event)
