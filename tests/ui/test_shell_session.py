import threading
from datetime import date
from types import SimpleNamespace

import pytest

from branchseg.errors import InputError, StoreError
from branchseg.messages import text
from branchseg.settings import Settings, load
from ui import opening
from ui.session import CustomerList, Notice, Session


@pytest.fixture
def heard_of():
    """heard_of(signal) -> a list that grows with every emission."""
    def listen(signal):
        found = []
        signal.connect(lambda *what: found.append(what))
        return found
    return listen


@pytest.fixture
def heard(session):
    """Everything the session says, in order."""
    log = []
    session.noticed.connect(log.append)
    session.crashed.connect(lambda error: log.append(type(error)))
    session.navigate_requested.connect(lambda *what: log.append(what))
    session.result_changed.connect(lambda: log.append("result"))
    session.locked.connect(lambda: log.append("locked"))
    session.unlocked.connect(lambda: log.append("unlocked"))
    session.search_changed.connect(lambda text: log.append(("search", text)))
    return log


def test_work_ends_in_the_callers_method(qtbot, session):
    done = []
    started = []
    session.job_started.connect(started.append)
    job = session.run("读", lambda _r: 7, done.append)
    qtbot.waitSignal(job.finished).wait()
    assert done == [7]
    assert started == [job]


def test_quiet_work_is_not_shown(qtbot, session):
    started = []
    session.job_started.connect(started.append)
    job = session.run("读", lambda _r: 7, quiet=True)
    qtbot.waitSignal(job.finished).wait()
    assert not started


def fail(error):
    def work(_reporter):
        raise error
    return work


def test_expected_failures_become_a_notice(qtbot, session, heard):
    job = session.run("读", fail(InputError("cleaning.no_lists")))
    qtbot.waitSignal(job.finished).wait()
    assert heard == [Notice("没有可用的名单。请先选择一个客户名单文件。", "error")]


def test_expected_failures_may_be_taken_over(qtbot, session, heard):
    caught = []
    job = session.run("读", fail(InputError("cleaning.no_lists")), on_error=caught.append)
    qtbot.waitSignal(job.finished).wait()
    assert [error.code for error in caught] == ["cleaning.no_lists"]
    assert heard == []


def test_anything_else_is_a_crash_even_if_errors_are_taken_over(qtbot, session, heard):
    job = session.run("读", fail(ZeroDivisionError()), on_error=lambda _e: heard.append("wrong"))
    qtbot.waitSignal(job.finished).wait()
    assert heard == [ZeroDivisionError]


def test_verbs(session, heard):
    session.show_customers("临界", ["C1"])
    session.open_customer("6200")
    session.notify("好。")
    session.set_search("  zs ")
    session.set_search("zs")
    assert heard == [
        ("customers", CustomerList("临界", ["C1"])), ("customers", "6200"), Notice("好。", "ok"),
        ("search", "zs")]


def test_results_do_not_change_the_rules(session, heard, result):
    session.set_rules(result.ruleset)
    session.set_result(result)
    session.set_result(None)
    assert session.ruleset is result.ruleset
    assert heard == ["result", "result"]


def sorting(monkeypatch, log):
    """Customers sorted by the rules and the day asked for, without any customers."""
    def sort_customers(_vault, ruleset, _reporter, day):
        log.append((ruleset.id, day))
        return SimpleNamespace(ruleset=ruleset, today=day)
    monkeypatch.setattr(opening, "sort_customers", sort_customers)


def test_rules_saved_during_a_reload_stay_in_force(qtbot, session, vault, monkeypatch):
    log, old, new = [], SimpleNamespace(id="old"), SimpleNamespace(id="new")
    sorting(monkeypatch, log)
    session.set_rules(old)
    session.unlock(vault, day=session.clock())
    session.reload()
    session.set_rules(new)  # before the reload has ended
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert session.ruleset is new
    assert session.result.ruleset is new
    assert [rules for rules, _day in log] == ["old", "new"]


def test_a_result_of_yesterday_is_sorted_again(qtbot, session, vault, monkeypatch):
    log, rules = [], SimpleNamespace(id="rules")
    sorting(monkeypatch, log)
    session.set_rules(rules)
    session.unlock(vault, day=session.clock())
    session.reload()
    session.clock = lambda: date(2026, 12, 1)  # midnight, before the reload has ended
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert session.result.today == date(2026, 12, 1)
    assert len(log) == 2


def test_unlocking_over_midnight_sorts_again(qtbot, session, vault, monkeypatch):
    log, rules = [], SimpleNamespace(id="rules")
    sorting(monkeypatch, log)
    session.set_rules(rules)
    session.clock = lambda: date(2026, 12, 1)
    yesterday = date(2026, 11, 30)
    session.unlock(vault, day=yesterday, result=SimpleNamespace(ruleset=rules, today=yesterday))
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert session.today == date(2026, 12, 1)
    assert log == [("rules", date(2026, 12, 1))]


def test_settings_are_kept_in_the_folder_of_the_session(session):
    assert session.keep_settings(names_masked=True)
    assert session.keep_settings(last_folder="/lists")
    kept = load(session.folder / "settings.json").settings
    assert (kept.names_masked, kept.last_folder) == (True, "/lists")
    assert kept == session.settings


def test_where_lists_were_opened_is_news_to_nobody(session, heard_of):
    changes = heard_of(session.settings_changed)
    session.keep_settings(last_folder="/lists")
    assert changes == []
    session.keep_settings(names_masked=True)
    assert len(changes) == 1


def test_locking_closes_in_the_worker_and_forgets(qtbot, session, vault, heard, result):
    session.unlock(vault, day=session.clock(), is_sample=True)
    assert session.is_sample
    session.set_result(result)
    session.set_search("张")
    late = session.run("慢", lambda _r: 1, lambda _v: heard.append("too late"))
    session.lock()
    qtbot.waitUntil(lambda: bool(vault.closed_in))
    assert vault.closed_in[0] != threading.get_ident()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert late is not None
    assert "too late" not in heard
    assert heard == ["unlocked", "result", "result", ("search", "张"), ("search", ""), "locked",
                     "result"]
    assert session.vault is None
    assert session.result is None


@pytest.fixture
def slow(session, in_the_way):
    """A job that is in the way of all others."""
    return in_the_way(session)


def test_a_write_that_waits_is_done_before_the_vault_is_closed(
        qtbot, session, vault, heard, slow):
    session.unlock(vault, day=session.clock())
    closed_at_write = []
    session.run("正在保存", lambda _r: closed_at_write.append(bool(vault.closed_in)),
                lambda _v: heard.append("too late"), writes=True)
    session.run("正在读取", lambda _r: heard.append("read"))
    session.lock()
    assert "locked" in heard  # at once, with the worker still busy
    assert not closed_at_write
    session.lock()  # closing the window locks once more
    slow.end()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert closed_at_write == [False]
    assert len(vault.closed_in) == 1
    assert not {"too late", "read"} & {what for what in heard if isinstance(what, str)}
    assert session.unsaved == []


def test_a_write_that_fails_after_the_lock_is_not_forgotten(qtbot, session, vault, heard, slow):
    session.unlock(vault, day=session.clock())
    session.run("正在保存结果", fail(StoreError("store.disk_full")), writes=True)
    session.run("正在查找", fail(StoreError("store.io")))
    session.lock()
    slow.end()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert session.unsaved == [
        f"上次锁定前的“保存结果”没有成功。{text('store.disk_full')}"]
    assert not [what for what in heard if isinstance(what, Notice)]


def test_a_fault_in_a_write_after_the_lock_is_a_crash(qtbot, session, vault, heard, slow):
    session.unlock(vault, day=session.clock())
    session.run("正在保存", fail(ZeroDivisionError()), writes=True)
    session.lock()
    slow.end()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert ZeroDivisionError in heard
    assert session.unsaved == []


def test_locking_twice_is_harmless(session, heard):
    session.lock()
    session.lock()
    assert heard.count("locked") == 2


def test_a_new_day_sorts_the_customers_again(qtbot, jobs, vault, heard_of, tmp_path, monkeypatch):
    days = [date(2026, 11, 22)]
    session = Session(jobs, Settings(), tmp_path, clock=lambda: days[-1])
    asked = []
    monkeypatch.setattr(session, "reload", lambda: asked.append(session.clock()))
    changes = heard_of(session.result_changed)
    session.look_at_clock()
    days.append(date(2026, 11, 23))
    session.look_at_clock()  # locked: the next unlock sorts them anyway
    session.unlock(vault, day=session.clock())
    session.look_at_clock()
    assert (asked, len(changes)) == ([], 1)
    days.append(date(2026, 11, 24))
    session.look_at_clock()  # nobody on any list: the pages only have to look again
    assert (asked, len(changes)) == ([], 2)
    session.result = SimpleNamespace(today=date(2026, 11, 24))
    days.append(date(2026, 11, 25))
    for _ in range(3):
        session.look_at_clock()
    assert asked == [date(2026, 11, 25)]


def test_today_is_the_day_of_the_result(jobs, tmp_path):
    session = Session(jobs, Settings(), tmp_path, clock=lambda: date(2026, 11, 22))
    assert session.today == date(2026, 11, 22)
    session.result = SimpleNamespace(today=date(2026, 11, 30))  # a list dated in the future
    assert session.today == date(2026, 11, 30)


def test_the_clock_is_looked_at_every_minute(session):
    assert session._watch.isActive()
    assert session._watch.interval() == 60_000
