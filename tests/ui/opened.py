"""The whole program on a small sample, for tests that look at every page."""

from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEventLoop
from soon import soon

from branchseg.settings import Settings, save
from ui import opening
from ui.app import Application

BRANCH, OPERATOR = "城东支行", "陈静"


@contextmanager
def opened_sample(folder):
    """The program with the sample opened, smaller than usual."""
    patch = pytest.MonkeyPatch()
    patch.setenv("BRANCHSEG_DATA", str(folder))
    patch.setattr(opening, "SAMPLE_CUSTOMERS", 200)
    save(Settings(branch_name=BRANCH, operator=OPERATOR))
    made = Application(folder)
    made.window.show()
    made.open_sample()
    wait_until(lambda: made.session.result is not None)
    rest(made)
    yield made
    made.window.close()
    assert made.close()
    patch.undo()


def pause(milliseconds):
    """Let Qt and the worker work; `QTest.qWait` would keep Python's lock while it sleeps."""
    loop = QEventLoop()
    soon(milliseconds, loop.quit)
    loop.exec()


def wait_until(done):
    """Wait for something; a minute is for slow machines."""
    for _ in range(3000):
        if done():
            return
        pause(20)
    pytest.fail("it takes too long")


def rest(program):
    """Wait for the worker, and for sizes to settle."""
    for length in (160, 20):  # charts wait that long for a size to settle
        pause(length)
        wait_until(lambda: not program.jobs.busy)
