"""All tests run without a screen, and draw the same examples every time.

The nightly run draws new ones: HYPOTHESIS_PROFILE=nightly.
"""

import gc
import os

import pytest
from hypothesis import settings
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("always", derandomize=True, deadline=None, max_examples=60)
settings.register_profile("nightly", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "always"))

for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
    wait.__kwdefaults__["timeout"] = 60_000  # a machine may be busy with other work


@pytest.fixture(autouse=True, scope="module")
def widgets_die_between_tests(request):
    """As in the program (`ui.garbage`): not in a thread that happens to collect, nor inside Qt.

    Other tests have none, and looking at all objects after each module takes minutes.
    """
    shows_widgets = bool({"ui", "e2e"} & set(request.path.parts))
    if shows_widgets:
        gc.disable()
    yield
    if shows_widgets:
        gc.enable()
        gc.collect()
        gc.freeze()  # else the libraries are looked at again after each module: seconds
