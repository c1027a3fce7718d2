"""The import page: file, columns, problems, done. Nothing is saved before the last step."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from branchseg.messages import explain

from ...style import px
from ...widgets.banner import Banner
from ...widgets.page import Page
from ...widgets.steps import StepHeader
from ...widgets.wizard_foot import WizardFoot
from . import asking
from .done import DoneStep
from .exports import ProblemExports
from .files import FilesStep
from .flow import HalfDone, ImportFlow
from .issues import IssuesStep
from .mapping import MappingStep
from .mending import Mending
from .past import PastImports
from .quality import QualityReports
from .undo import ImportUndo

if TYPE_CHECKING:
    from datetime import date

    from branchseg.errors import BranchsegError

    from ...session import Session
    from .field_search import FieldEntry
    from .work import Checked, ListGroup, Reading, Saved


class Step(IntEnum):
    """Where the import is."""

    FILES = 0
    MAPPING = 1
    ISSUES = 2
    DONE = 3


class StepStack(QStackedWidget):
    """The steps; one that is not on show takes no room."""

    def fill(self, *steps: QWidget) -> None:
        """The steps, in their order."""
        for step in steps:
            self.addWidget(step)

    def fit(self) -> None:
        """Let the room follow the step on show."""
        usual, none = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored
        for place in range(self.count()):
            step = self.widget(place)
            if step is not None:
                step.setSizePolicy(usual, usual if place == self.currentIndex() else none)


def _connect_mending(issues: IssuesStep, mending: Mending) -> None:
    """What is wanted with the row of a finding."""
    issues.edit_wanted.connect(mending.edit)
    issues.exclude_wanted.connect(mending.exclude)
    issues.confirm_wanted.connect(mending.confirm)
    issues.undo_wanted.connect(mending.undo)


def _lay_out(page: QWidget, header: QWidget, banner: QWidget, steps: QWidget,
             foot: QWidget) -> None:
    """One below the other; the steps have the room that is left."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(px(12))
    for part in (header, banner, steps, foot):
        column.addWidget(part, int(part is steps))


class ImportsPage(Page):
    """Leads through an import. `activate(path or paths)` begins to read at once."""

    title = "导入名单"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.files, self.mapping = FilesStep(lambda: session.settings.last_folder), MappingStep()
        self.issues, self.done = IssuesStep(session), DoneStep(session)
        self.header = StepHeader(("选择文件", "核对列", "检查问题", "完成"))
        self.banner, self.foot = Banner(passing=False), WizardFoot()
        self._stack = StepStack()
        self._flow, self._undo = ImportFlow(session, self), ImportUndo(session, self)
        self._past = PastImports(session, self.files, self._undo)
        self._mending = Mending(self.mapping, self)
        self._fields: tuple[FieldEntry, ...] = ()
        self._exports = ProblemExports(session, self._flow, self)
        self.reports = QualityReports(session, self)
        self._stack.fill(self.files, self.mapping, self.issues, self.done)
        _lay_out(self, self.header, self.banner, self._stack, self.foot)
        self._connect_steps()
        self._connect_work()
        self.commands = {"export": self._exports.save_list}
        self._go(Step.FILES)

    def _connect_steps(self) -> None:
        """What the user does."""
        files, mapping, issues, done = self.files, self.mapping, self.issues, self.done
        files.files_chosen.connect(self._begin)
        files.sample_wanted.connect(self._flow.read_sample)
        files.password_given.connect(self._flow.give_password)
        files.password_dropped.connect(self._reset)
        files.report_wanted.connect(self.reports.show_batch)
        mapping.changed.connect(self._refresh)
        mapping.sheet_wanted.connect(self._flow.choose_sheet)
        mapping.as_before_wanted.connect(self._check)
        issues.date_given.connect(self._check_as_of)
        issues.report_wanted.connect(self._show_report)
        issues.export_wanted.connect(self._exports.save_list)
        issues.rows_wanted.connect(self._exports.save_rows)
        _connect_mending(issues, self._mending)
        self._mending.changed.connect(self._check)
        done.go_wanted.connect(self.session.navigate)
        done.undo_wanted.connect(self._undo.take_back_saved)
        done.again_wanted.connect(self._reset)
        self.foot.cancel.clicked.connect(self._cancel)
        self.foot.back.clicked.connect(self._back)
        self.foot.next.clicked.connect(self._next)

    def _connect_work(self) -> None:
        """How work ended."""
        self._flow.read_done.connect(self._read_done)
        self._flow.check_done.connect(self._check_done)
        self._flow.check_failed.connect(self._check_failed)
        self._flow.saved.connect(self._saved)
        self._flow.busy_changed.connect(self._refresh)
        self._undo.changed.connect(self._taken_back)

    # --- what the window asks ---

    def activate(self, argument: object = None) -> None:
        """Show the page; a path, or several, begins an import."""
        self._past.load()
        paths = [argument] if isinstance(argument, str | Path) else argument
        if isinstance(paths, Sequence) and paths and self._may_discard():
            self._begin([Path(path) for path in paths])

    def can_leave(self) -> bool:
        """Ask before an import that is not finished is thrown away; then begin afresh."""
        if not self._may_discard():
            return False
        if self._unsaved or self.step is Step.DONE:
            self._reset()
        return True

    def keep(self) -> HalfDone | None:
        """What was read and decided, unless it is being saved; the check is made again."""
        if self._flow.saving or not self.mapping.groups:
            return None
        return HalfDone(self._flow.files, tuple(self.mapping.groups), self._fields,
                        self.mapping.as_of)

    def resume(self, kept: object) -> None:
        """Go on at the columns, as they were decided."""
        if isinstance(kept, HalfDone):
            self._flow.resume(kept)
            self._show_lists(kept.groups, kept.fields)
            self.mapping.as_of = kept.as_of
            if kept.as_of is not None:
                self.mapping.show_day(kept.as_of, "given")
            self.banner.tell("已回到锁定前的导入，核对过的列都还在。", "info")

    @property
    def step(self) -> Step:
        """Where the import is."""
        return Step(self._stack.currentIndex())

    @property
    def _unsaved(self) -> bool:
        at_work = self.step in (Step.MAPPING, Step.ISSUES) or self._flow.busy
        return at_work and not self._flow.saving

    def _may_discard(self) -> bool:
        """True if nothing would be lost, or the user does not mind."""
        return not self._unsaved or asking.may_discard(self)

    # --- how work ended ---

    @Slot(object)
    def _read_done(self, reading: Reading) -> None:
        """Go on to the columns, or say what is wrong with a file."""
        if reading.error is not None:
            self._go(Step.FILES)
            self.files.explain_failure(
                reading, self._flow.skip_failed if self._flow.several_files else None)
            return
        self._show_lists(reading.groups, reading.fields)
        if reading.before:
            self.banner.tell(reading.before_words, "warn")

    def _show_lists(self, groups: Sequence[ListGroup], fields: Sequence[FieldEntry]) -> None:
        """Have the columns decided."""
        self._fields = tuple(fields)
        self._mending.forget()
        self._go(Step.MAPPING)
        self.mapping.show_groups(groups, fields)

    @Slot(object)
    def _check_done(self, checked: Checked) -> None:
        self.issues.show_checked(checked, can_undo=self._mending.can_undo)
        self.mapping.show_day(checked.prepared.table.as_of, checked.prepared.as_of_source)
        self._go(Step.ISSUES)
        doubts = [*([("返回核对列", self._back)] if checked.losses else []),
                  *([("不导入了", self._cancel)] if checked.standing else [])]
        if doubts:
            self.banner.tell(checked.losses + checked.standing, "warn", doubts)

    @Slot()
    def _show_report(self) -> None:
        if self._flow.checked is not None:
            self.reports.show_report(self._flow.checked.report)

    @Slot(object)
    def _check_failed(self, error: BranchsegError) -> None:
        self._go(Step.MAPPING)
        self.banner.tell(explain(error), "error", [("撤销上一处修改", self._mending.undo)]
                         if self._mending.can_undo else [])

    @Slot(object)
    def _saved(self, saved: Saved) -> None:
        """Show everybody the new customers; say so; let it be undone."""
        checked = self._flow.checked
        assert checked is not None  # that is what was saved
        count = len(checked.prepared.table)
        self.done.show_saved(checked, saved)
        self._forget()
        self._go(Step.DONE)
        self._undo.note_import(saved.batch_id, count)
        self.session.set_result(saved.result)
        self._past.load()
        self.session.notify(f"已导入 {count:,} 户。", "ok",
                            partial(self._undo.take_back_saved, saved.batch_id))

    @Slot()
    def _taken_back(self) -> None:
        """An import was taken back or brought back."""
        if self.step is Step.DONE:
            self._go(Step.FILES)
        self._past.load()

    # --- moving ---

    @Slot(object)
    def _begin(self, paths: Sequence[Path]) -> None:
        if self._flow.saving:
            self.session.notify("上一份名单正在保存，完成后再导入这一份。", "info")
            return
        self._reset()
        self._flow.begin(paths)

    def _next(self) -> None:
        if self.step is Step.MAPPING:
            doubt = self.mapping.doubt
            if not doubt or asking.go_on_anyway(self, doubt):
                self._check()
        elif self.step is Step.ISSUES and asking.may_save(self, self._flow.ahead):
            self._flow.save()

    @Slot(object)
    def _check_as_of(self, day: date) -> None:
        self.mapping.as_of = day
        self._check()

    @Slot()
    def _check(self) -> None:
        self._flow.check(self.mapping.groups, self.mapping.as_of)

    def _back(self) -> None:
        if self.step is Step.ISSUES:
            self._go(Step.MAPPING)
        elif self._may_discard():
            self._reset()

    def _cancel(self) -> None:
        """Stop what is running, else give the import up."""
        if self._flow.busy:
            self._flow.cancel()
        elif self._may_discard():
            self._reset()

    @Slot()
    def _reset(self) -> None:
        """Back to the beginning; nothing of this import is kept in memory."""
        self._forget()
        self._go(Step.FILES)

    def _forget(self) -> None:
        """Keep no list and no password in memory."""
        self._flow.give_up()
        self.mapping.forget()
        self._mending.forget()

    def _go(self, step: Step) -> None:
        self.banner.dismiss()
        self.files.quiet()
        self._stack.setCurrentIndex(step)
        self._stack.fit()
        self.header.go(step)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        """What can be done now, and why not."""
        busy, step = self._flow.busy, self.step
        self.foot.setVisible(step in (Step.MAPPING, Step.ISSUES))
        self.foot.back.setEnabled(not busy)
        self.files.set_busy(busy=busy)
        for each in (self.mapping, self.issues):
            each.setEnabled(not busy)
        if step is Step.MAPPING:
            complaint = self.mapping.complaint
            self.foot.offer("下一步：检查问题", possible=not complaint and not busy)
            warning = complaint or self.mapping.doubt
            told = warning or self.mapping.warning + self.mapping.hint
            self.foot.say(told, warn=bool(warning or self.mapping.warning))
        elif step is Step.ISSUES and self._flow.checked is not None:
            count = len(self._flow.checked.prepared.table)
            self.foot.offer(f"完成导入 {count:,} 户", possible=not busy)
            ahead = self._flow.ahead
            self.foot.say(asking.before_saving(ahead), warn=ahead is not None)
