"""Every page at the sizes branch PCs have: nothing is cut off, nothing covers anything.

1366x768 at 100 % and at 150 % (911x512), the latter also without title bar and task bar.
"""

import pytest
from layout_audit import faults, wider_than
from opened import opened_sample, pause, rest, wait_until
from PySide6.QtWidgets import QApplication

from ui.app import Application
from ui.pages.tasks.filters import PRESETS

SIZES = {"full": (1366, 768), "scaled": (911, 512), "least": (911, 442)}
SETTINGS = ("book", "tiers", "parameters", "cutpoints", "versions", "window", "data")


@pytest.fixture(scope="module")
def program(qapp, tmp_path_factory):
    with opened_sample(tmp_path_factory.mktemp("layout")) as made:
        yield made


def check(program):
    """What is wrong with the page in front, in words."""
    rest(program)
    desk = program.window.workspace
    found = faults(program.window)
    beyond = wider_than(desk._bodies[desk._current])
    found += [f"{beyond} pixels wider than the window"] if beyond else []
    return found + [f"a window of its own: {other!r}" for other in QApplication.topLevelWidgets()
                    if other.isVisible() and other is not program.window]


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def show(request, program):
    """Resizes the window, and shows a page of it."""
    program.window.resize(*request.param)
    assert program.window.size().toTuple() == request.param

    def page(key, argument=None):
        program.session.navigate(key, argument)
        rest(program)
        return program.window.workspace._pages[key]

    return page


def test_today(program, show):
    page = show("today")
    assert check(program) == []
    page._plan()
    assert check(program) == []
    page.choose_result(2)
    assert check(program) == []
    page.side.soon_tab.setChecked(True)
    assert check(program) == []
    page.side.show_task()


def test_customers(program, show):
    page = show("customers")
    for tab in range(3):
        page.portrait.tabs.setCurrentIndex(tab)
        assert check(program) == []
    page.set_wide(wide=True)
    assert check(program) == []
    page.set_wide(wide=False)
    program.session.set_search("查无此人")
    assert check(program) == []
    program.session.set_search("")


def test_lobby(program, show):
    page = show("lobby")
    page.leave_person()
    assert check(program) == []
    page.choose(program.session.result.table.frame["customer_id"].iloc[3])
    for row in page.form.rows.rows[:4]:
        row.buttons[1].setChecked(True)
    assert check(program) == []
    page.form.rows.clear()
    page.begin_newcomer()
    assert check(program) == []
    page.leave_person()


def test_segments(program, show):
    page = show("segments")
    assert check(program) == []
    for tab in (1, 2):
        page.tabs.setCurrentIndex(tab)
        assert check(program) == []
    page.tabs.setCurrentIndex(0)
    page.enlarge("status_funnel")
    assert check(program) == []
    page.show_gallery()


def test_tasks(program, show):
    page = show("tasks")
    assert check(program) == []
    page.choose_preset(next(iter(PRESETS)))
    assert check(program) == []


def test_imports(program, show):
    page = show("imports")
    assert check(program) == []
    page._flow.read_sample()
    rest(program)
    wait_until(lambda: page.mapping.table.complete)
    at_columns = check(program)
    page._next()
    at_problems = check(program)
    page._reset()  # or the next page would be asked for in vain
    assert at_columns + at_problems == []


def test_changes(program, show):
    page = show("changes")
    assert page.view is None, "the sample is one list"
    assert check(program) == []


@pytest.mark.parametrize("section", SETTINGS)
def test_settings(program, show, section):
    show("settings", section)
    assert check(program) == []


def test_notices(program, show):
    show("today")
    program.session.notify("没有找到单号 20261122-0001。请核对单号；在其他电脑打印的任务单"
                           "要在那台电脑上登记。", "warn", lambda: None)
    assert check(program) == []


def test_the_lock_screen(qtbot, tmp_path):
    made = Application(tmp_path)
    qtbot.addWidget(made.window)
    made.window.show()
    for size in SIZES.values():
        made.window.resize(*size)
        pause(50)
        assert faults(made.window) == []
    assert made.close()
