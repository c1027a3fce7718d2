"""Windows in tests: offscreen, in the real look, with a session on fakes."""

import os
import threading
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from sqlalchemy import Engine, event

from branchseg import pipeline, rules, sample
from branchseg.paths import resources_dir
from branchseg.settings import Settings
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault
from ui import style
from ui.app import Application
from ui.jobs import Job, Jobs
from ui.pages.imports.page import ImportsPage
from ui.pages.models.page import ModelsPage
from ui.session import Session

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HERE = Path(__file__).parent
TODAY = date(2026, 10, 31)
PASSPHRASE = "一句容易记住的话2026"


def pytest_collection_modifyitems(items):
    """The offscreen platform warns about what it cannot do; that is no fault of ours."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


def grab(widget, path):
    """A screenshot for looking at."""
    widget.grab().save(str(path))


@pytest.fixture(autouse=True)
def look(qapp):
    """Every test starts light, at 100 %, without the windows of the one before."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    style.apply("light", 1.0)
    return qapp


OPENING = {"正在解锁", "正在创建", "正在准备示例数据"}


@pytest.fixture(autouse=True)
def writes_are_declared(monkeypatch):
    """A job of the program that changes the vault says so: else a lock would cancel it."""
    running, undeclared = [], []
    real = Job.run

    def run(job):
        running.append(job)
        real(job)
        running.remove(job)

    def look(_connection, _cursor, statement, *_rest):
        if statement.startswith(("INSERT INTO", "UPDATE", "DELETE")):
            undeclared.extend(job.label for job in running
                              if not job.writes and job.label.startswith("正在")
                              and job.label not in OPENING)

    monkeypatch.setattr(Job, "run", run)
    event.listen(Engine, "before_cursor_execute", look)
    yield
    event.remove(Engine, "before_cursor_execute", look)
    assert not undeclared


@dataclass
class FakeVault:
    """Knows only whether it was closed, and in which thread."""

    closed_in: list[int] = field(default_factory=list)

    def close(self):
        self.closed_in.append(threading.get_ident())


class Customers:
    """A table of three customers nobody looks into."""

    as_of = date(2026, 11, 22)

    def __len__(self):
        return 3


@pytest.fixture
def jobs(qapp):
    runner = Jobs()
    yield runner
    runner.drop_all()
    assert runner.wait()


@dataclass
class Slow:
    """A job that is in the way of all others until it may end."""

    begun: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)

    def __call__(self, _reporter):
        self.begun.set()
        self.may_end.wait(60)

    def end(self):
        self.may_end.set()


@pytest.fixture
def in_the_way():
    """in_the_way(session or jobs) -> a Slow that has begun there."""
    made = []

    def begin(runner):
        slow = Slow()
        made.append(slow)
        (runner.run if hasattr(runner, "run") else runner.start)("慢", slow)
        assert slow.begun.wait(60)
        return slow

    yield begin
    for slow in made:
        slow.end()


@pytest.fixture
def session(jobs, tmp_path):
    return Session(jobs, Settings(branch_name="城东支行", operator="陈静"), tmp_path / "data",
                   clock=lambda: TODAY)


@pytest.fixture
def vault():
    return FakeVault()


@pytest.fixture(scope="session")
def ruleset():
    """The rules as they are shipped."""
    return rules.load(resources_dir() / "rules")


@pytest.fixture(scope="session")
def sampled(ruleset, tmp_path_factory):
    """sampled(count) -> so many customers of the sample, sorted; each number once for all."""
    @cache
    def build(count):
        path = tmp_path_factory.mktemp("lists") / "名单.xlsx"
        sample.write(path, customers=count, seed=7)
        return pipeline.evaluate(
            pipeline.prepare(pipeline.read_lists(path), as_of=TODAY), ruleset)

    return build


@pytest.fixture(scope="module")
def customers(request, sampled):
    """Sorted customers, as many as the module says (`CUSTOMERS`)."""
    return sampled(request.module.CUSTOMERS)


@pytest.fixture
def went(session):
    """Where pages asked to go, as (page, argument)."""
    heard = []
    session.navigate_requested.connect(lambda page, argument: heard.append((page, argument)))
    return heard


@pytest.fixture
def notes(session):
    """All notices said."""
    heard = []
    session.noticed.connect(heard.append)
    return heard


@pytest.fixture
def models_page(qtbot, session, customers, went):
    """The page of models with these customers, before a model is looked at."""
    session.set_result(customers)
    made = ModelsPage(session)
    made.went = went
    qtbot.addWidget(made)
    made.resize(1130, 640)
    made.show()
    return made


@pytest.fixture
def application(qtbot, tmp_path):
    """The program on a new vault, and nothing else to do."""
    made = Application(tmp_path)
    crashes = []
    made.session.crashed.connect(crashes.append)
    made.window.show()
    with qtbot.waitSignal(made.session.unlocked):
        made.screen.create_wanted.emit("城东支行", "陈静", PASSPHRASE)
    qtbot.waitUntil(lambda: not made.jobs.busy)
    yield made
    assert made.close()
    assert not crashes


@pytest.fixture
def store(session, ruleset, tmp_path, monkeypatch):
    """A real vault, and the session's rules; the settings file goes to the same folder."""
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    made = Vault.create(tmp_path / "vault", "一句足够长的口令口令口令",
                        Argon2Cost(memory_kib=64, passes=1, lanes=1))
    session.set_rules(ruleset)
    yield made
    session.jobs.drop_all()
    assert session.jobs.wait()
    made.close()


@pytest.fixture
def imports_page(qtbot, session, store):
    """The import page on a real vault that is open."""
    session.unlock(store, day=session.clock())
    crashes = []
    session.crashed.connect(crashes.append)
    made = ImportsPage(session)
    qtbot.addWidget(made)
    made.resize(1130, 620)
    made.show()
    made.activate()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    yield made
    assert not crashes


@pytest.fixture
def result():
    """Just enough of a RunResult for the status bar."""
    return SimpleNamespace(table=Customers(), has_list=True, ruleset=SimpleNamespace(id="rules"),
                           today=Customers.as_of, days_told=Customers.as_of.isoformat())
