"""The composition root: everything is built here, once, and handed to who needs it."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import (
    QByteArray,
    QLibraryInfo,
    QLockFile,
    QObject,
    QSettings,
    QTimer,
    QTranslator,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from branchseg import settings as stored_settings
from branchseg.messages import explain, text
from branchseg.paths import data_dir
from branchseg.store import vault_exists

from . import style
from .crash import CrashHandler
from .garbage import Collector
from .jobs import Jobs, Work
from .main_window import PROGRAM, MainWindow
from .session import NOT_KEPT, Session
from .unlock import UnlockScreen

if TYPE_CHECKING:
    from pathlib import Path

    from branchseg.errors import BranchsegError

    from .opening import Opened

_LOCK_FILE = "branchseg.lock"


class Application(QObject):
    """The running program: session, window, lock screen, and what connects them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._collector = Collector(self)
        self.jobs = Jobs(self)
        loaded = stored_settings.load(folder / stored_settings.FILE_NAME)
        self._remarks = [text(remark.code, **remark.params) for remark in loaded.remarks]
        self.session = Session(self.jobs, loaded.settings, folder, self)
        self._scale = loaded.settings.ui_scale
        style.set_scale(self._scale)
        self.screen = UnlockScreen(first_use=not vault_exists(folder))
        self.window = MainWindow(self.session, self.screen)
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._warm_up)
        self._layout = QSettings(self.session.layout_file, QSettings.Format.IniFormat)
        self._style()  # after the widgets: one pass over them is faster than one at each step
        self._connect()

    def _connect(self) -> None:
        session, screen = self.session, self.screen
        screen.create_wanted.connect(self._create)
        screen.open_wanted.connect(self._open)
        screen.sample_wanted.connect(self.open_sample)
        session.settings_changed.connect(self._style)
        session.locked.connect(self._locked)
        session.locked.connect(self._collector.thorough_next)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._style)

    def show(self) -> None:
        """Show the window where it was last time; load the libraries once it is painted."""
        self.window.resize(style.px(1280), style.px(720))
        place = self._layout.value("geometry", QByteArray())
        self.window.restoreGeometry(cast("QByteArray", place))
        self.window.show()
        self._later.start()

    def close(self) -> bool:
        """Store the window's place, end the work; False if a job would not stop.

        What was to be saved is saved: after some seconds the user is told what the program is
        waiting for, and may end it.
        """
        self._layout.setValue("geometry", self.window.saveGeometry())
        self.session.lock()
        ended = self.jobs.wait() or self._wait_on()
        if self.session.unsaved:
            self._tell_unsaved()
        return ended

    def _wait_on(self) -> bool:
        """Wait in sight of the user until all is done; False if the user will not wait."""
        from .dialogs.closing import wait_for  # noqa: PLC0415 - hardly ever needed

        return wait_for(self.jobs)

    def _tell_unsaved(self) -> None:
        """There will be no unlock in this run to tell it."""
        from .dialogs.error import ErrorDialog  # noqa: PLC0415 - a tenth of the first paint

        ErrorDialog("关闭前有操作没有保存。", "\n".join(self.session.unsaved)).exec()

    def open_sample(self, workbook: Path | None = None) -> None:
        """Work with invented customers, or those of `workbook`, in a throw-away vault."""
        settings, day = self.session.settings, self.session.clock()
        self._begin("正在准备示例数据",
                    lambda reporter: _opening().open_sample(
                        self._folder, settings, day, reporter, workbook))

    # --- opening and locking ---

    def _warm_up(self) -> None:
        """Load the libraries while the user types the passphrase."""
        _speak_chinese()
        loading = self.jobs.start("正在准备", lambda _reporter: _opening())
        loading.succeeded.connect(self._collector.spare_libraries)

    def _create(self, branch: str, operator: str, passphrase: str) -> None:
        session = self.session
        if not session.keep_settings(branch_name=branch, operator=operator):
            self.screen.fail(NOT_KEPT)
            return
        settings, day = session.settings, session.clock()
        self._begin("正在创建", lambda reporter: _opening().open_vault(
            self._folder, passphrase, settings, day, reporter, create=True))

    def _open(self, passphrase: str) -> None:
        """What is still being saved since the lock may change the settings: first that."""
        self.session.run("正在解锁", lambda _reporter: None,
                         lambda _nothing: self._open_now(passphrase))

    def _open_now(self, passphrase: str) -> None:
        settings, day = self.session.settings, self.session.clock()
        self._begin("正在解锁", lambda reporter: _opening().open_vault(
            self._folder, passphrase, settings, day, reporter))

    def _begin(self, label: str, work: Work) -> None:
        self.session.run(label, work, self._opened, self._not_opened)

    def _opened(self, opened: Opened) -> None:
        """The vault is open: show the pages."""
        self.session.set_rules(opened.ruleset)
        self.session.unlock(opened.vault, day=opened.day, result=opened.result,
                            is_sample=opened.is_sample)
        self.screen.forget()
        if opened.remark:
            self._remarks.append(opened.remark)
        said = [*self._remarks, *self.session.unsaved]
        self._remarks.clear()
        self.session.unsaved.clear()
        if said:
            self.session.notify("".join(said), "warn")

    def _not_opened(self, error: BranchsegError) -> None:
        self.screen.fail(explain(error))

    def _locked(self) -> None:
        self.screen.set_first_use(first_use=not vault_exists(self._folder))
        self.screen.forget()
        kept = "做到一半的内容已保留，解锁后继续。" if self.session.kept else ""
        self.screen.explain(f"{self.session.lock_reason}{kept}")
        if self.session.is_sample:
            self.jobs.start("正在清除示例数据",
                            lambda _reporter: _opening().discard_sample(self._folder),
                            writes=True)

    # --- look ---

    def _style(self) -> None:
        """Colours change at once; the size of everything only when the program starts."""
        style.apply(self.session.settings.theme, self._scale)


def _opening() -> Any:
    """The functions of the worker; called there, because they load pandas and the database."""
    from . import opening  # noqa: PLC0415 - not before the window is on the screen

    return opening


def _speak_chinese() -> None:
    """Chinese in Qt's own dialogs and menus, and in dates; the lock screen has neither."""
    from PySide6.QtCore import QLocale  # noqa: PLC0415 - its enums cost a tenth of the first paint

    translator = QTranslator(QApplication.instance())
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        QApplication.installTranslator(translator)
    QLocale.setDefault(QLocale("zh_CN"))


def make_qapplication() -> QApplication:
    """The QApplication; colours come with the session.

    Fusion is asked for on the command line: `setStyle` costs a tenth of the first paint.
    """
    app = QApplication.instance() or QApplication(["branchseg", "-style", "fusion"])
    assert isinstance(app, QApplication)
    app.setApplicationName("branchseg")
    app.setApplicationDisplayName(PROGRAM)
    return app


def run(workbook: Path | None = None) -> int:
    """Show the window until it is closed; on `workbook` at once if given. The exit code."""
    app = make_qapplication()
    folder = data_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return _refuse("无法建立数据文件夹。", f"请确认有写入权限：{folder}")
    lock = QLockFile(str(folder / _LOCK_FILE))
    lock.setStaleLockTime(0)
    if not lock.tryLock(100):
        return _refuse("程序已经打开。", "请在任务栏找到它的窗口；同一份数据不能同时打开两次。")
    crash = CrashHandler(folder, partial(app.exit, 1))
    crash.install()
    application = Application(folder)
    application.session.crashed.connect(crash.handle)
    application.show()
    if workbook is not None:
        application.open_sample(workbook)
    code = app.exec()
    stopped = application.close()
    lock.unlock()
    if not stopped:
        os._exit(code)  # the user would not wait; what was being saved is a transaction
    return code


def _refuse(happened: str, to_do: str) -> int:
    """Say why there is no window."""
    from .dialogs.error import ErrorDialog  # noqa: PLC0415 - a tenth of the first paint

    style.apply()
    ErrorDialog(happened, to_do).exec()
    return 1
