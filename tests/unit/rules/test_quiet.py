"""Times in which nobody is called, and windows of the rules that reach into them."""


import pytest

from branchseg.rules.quiet import QUIET, clash

NOON, NIGHT = QUIET


@pytest.mark.parametrize(("window", "span"), [
    ("工作日 10:00–11:30、15:00–17:00", None),
    ("工作日 10:00–12:00、14:00–20:00", None),
    ("工作日 10:00–12:01", NOON),
    ("工作日 18:00-21:00", NIGHT),
    ("工作日 8:30–9:30", NIGHT),
    ("工作日，避开 12:00–14:00", None),
    ("避开 12:00–14:00、20:00–21:00", None),
    ("工作日 12：30－13：30", NOON),
    ("工作日 11:30至12:30", NOON),
    ("工作日 19:30到20:30", NIGHT),
    ("避开 12:00–14:00，19:00–24:00", NIGHT),
    ("客户到厅时", None),
    ("开户后 48 小时内、第 7 天", None),
    ("25:00–26:00", None),
])
def test_windows_reach_into_a_quiet_time_or_not(window, span):
    assert clash(window, QUIET) == span
