"""Windows in tests: offscreen, in the real look, with a session on fakes."""

import os
import threading
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from branchseg.settings import Settings
from ui import style
from ui.jobs import Jobs
from ui.session import Session

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HERE = Path(__file__).parent
TODAY = date(2026, 10, 31)


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


@pytest.fixture
def session(jobs, tmp_path):
    return Session(jobs, Settings(branch_name="城东支行", operator="陈静"), tmp_path / "data",
                   clock=lambda: TODAY)


@pytest.fixture
def vault():
    return FakeVault()


@pytest.fixture
def result():
    """Just enough of a RunResult for the status bar."""
    return SimpleNamespace(table=Customers(), has_list=True, ruleset=SimpleNamespace(id="rules"),
                           today=Customers.as_of)
