"""What the pages share: the open vault, the current result, and the verbs that leave a page.

Pages never know each other and never call slow core functions directly. They
- read `session.result` (a `branchseg.pipeline.RunResult`, or None) and listen to `result_changed`;
- run work: `session.run("正在…", function, self.on_done)`, `function(reporter)` in the worker;
  with `writes=True` if it changes the vault: it is done even if the vault is locked meanwhile;
- go elsewhere: `session.navigate("customers", argument)`, `show_customers`, `open_customer`;
- speak: `session.notify("已保存。", "ok", undo=self.undo_it)`;
- change data undoably: push a QUndoCommand on `session.undo_stack` (see `ui.undo_stack`).

`session.vault` is the open `branchseg.store.vault.Vault`, never None while pages are shown (sample
data has one too); it is used inside `run` only. Locking deletes all pages.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from branchseg import settings as stored_settings
from branchseg.errors import BranchsegError
from branchseg.messages import explain

from .undo_stack import UndoStack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from branchseg.pipeline import RunResult
    from branchseg.progress import Reporter
    from branchseg.rules import RuleSet
    from branchseg.settings import Settings
    from branchseg.store.vault import Vault

    from .jobs import Job, Jobs, Work


LAYOUT_FILE = "window.ini"
NOT_KEPT = "设置没有保存：无法写入数据文件夹。请检查磁盘空间和写入权限。"
_UNSEEN = {"last_folder"}
"""Settings on which nothing on the screen depends."""
_MINUTE_MS = 60_000
"""How often the clock is looked at: a timer set to midnight would sleep with the PC."""


class CustomerList(NamedTuple):
    """A selection to show on the customers page: its title and who they are.

    Ids, because a row position means something in one result only. `why` says of one of them
    how likely he is to leave, where a model knows more than the newest list tells.
    """

    title: str
    ids: Sequence[str]
    why: Callable[[str], str] | None = None


class SheetsAbout(NamedTuple):
    """Customers who are to get a task sheet about one of some actions, if the rules advise one."""

    ids: Sequence[str]
    actions: frozenset[str]


class FixedSegment(NamedTuple):
    """Customers to be kept as an own segment: who they are."""

    ids: tuple[str, ...]


class SheetNumber(NamedTuple):
    """A printed task sheet whose result is to be registered: its number, "20261122-0001"."""

    number: str


class ListPair(NamedTuple):
    """An import to be compared with an older one; None is the newest of the same kind."""

    batch_id: int
    older_id: int | None = None


class Notice(NamedTuple):
    """One sentence for the banner; `kind` is "ok", "info", "warn" or "error"."""

    text: str
    kind: str
    undo: Callable[[], None] | None = None


class Session(QObject):
    """One sitting of one user. Built in `app.py`, handed to every page.

    Signals:
        result_changed: there is another result, or none (`result` is None).
        customer_changed(customer_id): observations, tags or notes of one customer changed.
        segments_changed: own segments were kept, changed or removed.
        settings_changed: `settings` was replaced.
        unlocked, locked: the vault was opened, closed; on `locked` drop everything personal.
        locking: it will be closed now; the pages are still there.
        search_changed(text): the search box changed (already debounced and stripped).
        navigate_requested(page key, argument), noticed(Notice), job_started(Job),
        crashed(exception): for the window only.
    """

    result_changed = Signal()
    customer_changed = Signal(str)
    segments_changed = Signal()
    settings_changed = Signal()
    unlocked = Signal()
    locking = Signal()
    locked = Signal()
    search_changed = Signal(str)
    navigate_requested = Signal(str, object)
    noticed = Signal(object)
    job_started = Signal(object)
    crashed = Signal(object)

    def __init__(self, jobs: Jobs, settings: Settings, folder: Path,
                 parent: QObject | None = None, clock: Callable[[], date] | None = None) -> None:
        """`folder` has the vault, the settings and the branch's own rules.

        `clock` tells the day; nothing else in the program decides which day it is.
        """
        super().__init__(parent)
        self.clock = clock or _clock
        self.folder = folder
        self._day = self.clock()
        self._watch = QTimer(self, interval=_MINUTE_MS)
        self._watch.timeout.connect(self.look_at_clock)
        self._watch.start()
        self.jobs = jobs
        self.settings = settings
        self.vault: Vault | None = None
        self.is_sample = False
        self.result: RunResult | None = None
        self._ruleset: RuleSet | None = None
        self.search = ""
        self.lock_reason = ""
        self.kept: dict[str, object] = {}
        self.unsaved: list[str] = []
        self.undo_stack = UndoStack(self)

    # --- state ---

    @property
    def today(self) -> date:
        """The day of work: that of the result (see `RunResult.today`), else the clock's."""
        return self.result.today if self.result is not None else self.clock()

    @property
    def ruleset(self) -> RuleSet | None:
        """The rules in force; None before the first unlock."""
        return self._ruleset

    def set_rules(self, ruleset: RuleSet) -> None:
        """Put rules in force. Only opening a vault and saving changed rules do this."""
        self._ruleset = ruleset

    @property
    def layout_file(self) -> str:
        """Where windows and dialogs keep their places, for QSettings."""
        return str(self.folder / LAYOUT_FILE)

    @Slot()
    def look_at_clock(self) -> None:
        """After midnight everything that is due counts from the new day."""
        day = self.clock()
        if day == self._day or self.vault is None:
            return
        self._day = day
        if self.result is None:
            self.result_changed.emit()
        else:
            self.reload()

    def set_result(self, result: RunResult | None) -> None:
        """Replace the current result and tell everyone; instead of an outdated one sort again.

        Work under way while rules were saved or the day changed delivers such a result.
        """
        if result is not None and self.vault is not None and self._is_outdated(result):
            self.reload()
            return
        self.result = result
        self.result_changed.emit()

    def _is_outdated(self, result: RunResult) -> bool:
        """Whether a result is that of other rules or of an earlier day than now."""
        other = self._ruleset is not None and result.ruleset.id != self._ruleset.id
        return other or result.today < self.clock()

    def keep_settings(self, **changes: Any) -> bool:
        """Write changed settings and tell everyone; False, and a notice, if it will not do.

        The one way to change settings, in the main thread: what it starts from is never stale.
        """
        wanted = self.settings._replace(**changes)
        if wanted == self.settings:
            return True
        try:
            stored_settings.save(wanted, self.folder / stored_settings.FILE_NAME)
        except OSError:
            self.notify(NOT_KEPT, "error")
            return False
        self.settings = wanted
        if changes.keys() - _UNSEEN:
            self.settings_changed.emit()
        return True

    def set_search(self, text: str) -> None:
        """Replace the search text."""
        wanted = text.strip()
        if wanted != self.search:
            self.search = wanted
            self.search_changed.emit(wanted)

    def unlock(self, vault: Vault, *, day: date, result: RunResult | None = None,
               is_sample: bool = False) -> None:
        """Take over an opened vault; that of the sample data is thrown away at the end.

        `result` are its customers as sorted on `day`: if midnight has passed, they are sorted
        again at once.
        """
        self.vault, self.is_sample, self.result, self._day = vault, is_sample, result, day
        self.unlocked.emit()
        self.result_changed.emit()
        self.look_at_clock()

    def lock(self, reason: str = "") -> None:
        """Drop everything personal from memory; the worker closes the vault after its last write.

        What such a write could not save is in `unsaved`, sentences for the next unlock.
        `reason` is for the lock screen. What a page has `kept` (an import half done) outlives
        the lock in memory, shown to nobody before the passphrase has been given.
        """
        self.lock_reason = reason
        self.locking.emit()
        self.jobs.drop_all()
        vault, self.vault = self.vault, None
        self.result = None
        self.undo_stack.clear()
        self.set_search("")
        if vault is not None:
            self.jobs.start("正在锁定", lambda _reporter: vault.close(), writes=True)
        self.locked.emit()
        self.result_changed.emit()

    # --- verbs ---

    def run(self, label: str, work: Work, on_success: Callable[[Any], None] | None = None,
            on_error: Callable[[BranchsegError], None] | None = None, *,
            quiet: bool = False, writes: bool = False, apart: bool = False) -> Job:
        """Run `work(reporter)` in the worker; the window shows `label` with a cancel button.

        `on_success(value)` and `on_error(error)` are called in the main thread; give bound
        methods of the page. `on_error` gets expected failures only (`branchseg.errors`);
        without it they become a notice. Any other exception is a crash. `quiet` shows nothing.
        `writes`: the user wants it kept, so a lock does not cancel it. `apart`: it takes long and
        touches neither the vault nor a chart.
        Cancel an outdated job with `job.cancel()`; ends arrive in the order of starting, those of
        jobs `apart` among themselves.
        """
        job = self.jobs.start(label, work, writes=writes, apart=apart)
        if on_success is not None:
            job.succeeded.connect(on_success)
        if on_error is not None:
            job.expected.connect(on_error)
        else:
            job.expected.connect(self._say_error)
        job.failed.connect(self._check_failure)
        job.lost.connect(self._note_lost)
        if not quiet:
            self.job_started.emit(job)
        return job

    def reload(self, on_success: Callable[[Any], None] | None = None) -> Job:
        """Sort all customers of the vault again, after an import, an undo or new rules.

        Sets the result; `on_success(result)` is called after that.
        """
        vault, ruleset, day = self.vault, self.ruleset, self.clock()

        def work(reporter: Reporter) -> Any:
            from .opening import sort_customers  # noqa: PLC0415 - pandas, in the worker only

            assert vault is not None
            assert ruleset is not None
            return sort_customers(vault, ruleset, reporter, day)

        job = self.run("正在判定客户", work, self.set_result)
        if on_success is not None:
            job.succeeded.connect(on_success)
        return job

    def navigate(self, page: str, argument: object = None) -> None:
        """Show a page of `ui.pages.PAGES`; `argument` goes to its `activate`."""
        self.navigate_requested.emit(page, argument)

    def show_customers(self, title: str, ids: Sequence[str],
                       why: Callable[[str], str] | None = None) -> None:
        """Show the customers page with these customers only; see `CustomerTable.ids_at`."""
        self.navigate("customers", CustomerList(title, ids, why))

    def open_customer(self, customer_id: str) -> None:
        """Show the customers page with one customer open (`activate` gets the id)."""
        self.navigate("customers", customer_id)

    def open_sheet(self, number: str) -> None:
        """Show the form that registers the result of a printed task sheet."""
        self.navigate("today", SheetNumber(number))

    def show_changes(self, batch_id: int) -> None:
        """Show what has changed from an older list to this import."""
        self.navigate("changes", ListPair(batch_id))

    def notify(self, text: str, kind: str = "ok", undo: Callable[[], None] | None = None) -> None:
        """Show a banner: `kind` is ok, info, warn or error; `undo` adds a button 撤销."""
        self.noticed.emit(Notice(text, kind, undo))

    @Slot(object)
    def _say_error(self, error: BranchsegError) -> None:
        """An expected failure nobody else takes care of."""
        self.notify(explain(error), "error")

    @Slot(object)
    def _check_failure(self, error: BaseException) -> None:
        """Anything unexpected is a bug: the window reports it and stops."""
        if not isinstance(error, BranchsegError):
            self.crashed.emit(error)

    @Slot(str, object)
    def _note_lost(self, label: str, error: BaseException) -> None:
        """A write failed after the lock: whoever unlocks must learn of it."""
        if isinstance(error, BranchsegError):
            what = label.removeprefix("正在")
            self.unsaved.append(f"上次锁定前的“{what}”没有成功。{explain(error)}")
        self._check_failure(error)


def _clock() -> date:
    """The day on the clock of this PC."""
    return datetime.now().astimezone().date()
