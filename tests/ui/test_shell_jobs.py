import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from branchseg.errors import Cancelled, InputError


class Ends(QObject):
    """Writes down what a job says, and in which thread it was told."""

    def __init__(self, job=None):
        super().__init__()
        self.log, self.threads = [], set()
        if job is not None:
            self.follow(job)

    def follow(self, job):
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self.succeeded)
        job.failed.connect(self.failed)
        job.expected.connect(self.expected)
        job.cancelled.connect(self.cancelled)
        job.finished.connect(self.finished)
        job.outlived.connect(lambda value: self.note("outlived", value))
        job.lost.connect(lambda label, error: self.note("lost", label, type(error)))

    def note(self, *what):
        self.log.append(what)
        self.threads.add(threading.get_ident())

    def progressed(self, label, fraction):
        self.note("progressed", label, fraction)

    def succeeded(self, value):
        self.note("succeeded", value)

    def failed(self, error):
        self.note("failed", type(error))

    def expected(self, error):
        self.note("expected", error.code)

    def cancelled(self):
        self.note("cancelled")

    def finished(self):
        self.note("finished")


def test_success_comes_in_the_main_thread(qtbot, jobs):
    def work(reporter):
        reporter.step("读取", 0.5)
        return threading.get_ident()

    job = jobs.start("试", work)
    ends = Ends(job)
    qtbot.waitSignal(job.finished).wait()
    names = [entry[0] for entry in ends.log]
    assert names == ["progressed", "progressed", "succeeded", "finished"]
    assert ends.log[1] == ("progressed", "读取", 0.5)
    assert ends.log[2][1] != threading.get_ident()
    assert ends.threads == {threading.get_ident()}


def test_failure_carries_the_exception(qtbot, jobs):
    def work(_reporter):
        raise KeyError(3)

    job = jobs.start("试", work)
    ends = Ends(job)
    qtbot.waitSignal(job.finished).wait()
    assert [e for e in ends.log if e[0] != "progressed"] == [("failed", KeyError), ("finished",)]


def test_expected_failure_is_told_twice(qtbot, jobs):
    def work(_reporter):
        raise InputError("pipeline.no_list")

    job = jobs.start("试", work)
    ends = Ends(job)
    qtbot.waitSignal(job.finished).wait()
    assert ends.log[1:] == [
        ("failed", InputError), ("expected", "pipeline.no_list"), ("finished",)]


def test_cancel_stops_at_the_next_step(qtbot, jobs):
    started, go_on, after = threading.Event(), threading.Event(), []

    def work(reporter):
        started.set()
        go_on.wait(5)
        reporter.step("二", 0.5)
        after.append("ran on")

    job = jobs.start("试", work)
    ends = Ends(job)
    assert started.wait(5)
    job.cancel()
    go_on.set()
    qtbot.waitSignal(job.finished).wait()
    assert ends.log == [("cancelled",), ("finished",)]
    assert not after


def test_a_waiting_job_that_is_cancelled_never_starts(qtbot, jobs):
    go_on, ran = threading.Event(), []
    jobs.start("一", lambda _r: go_on.wait(5))
    second = jobs.start("二", lambda _r: ran.append(1))
    ends = Ends(second)
    second.cancel()
    go_on.set()
    qtbot.waitSignal(second.finished).wait()
    assert ends.log == [("cancelled",), ("finished",)]
    assert not ran


def test_a_dropped_job_says_nothing_but_that_it_is_over(qtbot, jobs):
    go_on = threading.Event()
    job = jobs.start("试", lambda _r: go_on.wait(5))
    ends = Ends(job)
    jobs.drop_all()
    go_on.set()
    qtbot.waitSignal(job.finished).wait()
    assert ends.log == [("finished",)]


@pytest.fixture
def behind(jobs, in_the_way):
    """behind(work, **options) -> the ends of a job that waits for a slow one; drops all."""
    def wait_for_slow_one(work, **options):
        slow = in_the_way(jobs)
        ends = Ends(jobs.start("正在保存", work, **options))
        jobs.drop_all()
        slow.end()
        assert jobs.wait(60_000)
        return ends.log
    return wait_for_slow_one


def test_what_is_to_be_written_is_written_though_nobody_waits_for_it(behind):
    done = []
    assert behind(lambda _r: done.append(1) or 7, writes=True) == [
        ("outlived", 7), ("finished",)]
    assert done == [1]


def test_what_is_only_read_never_starts(behind):
    done = []
    assert behind(lambda _r: done.append(1)) == [("finished",)]
    assert not done


def test_a_write_that_fails_unseen_is_lost_by_name(behind):
    def work(_reporter):
        raise InputError("pipeline.no_list")

    assert behind(work, writes=True) == [("lost", "正在保存", InputError), ("finished",)]


def test_a_dropped_write_can_still_step(behind):
    def work(reporter):
        reporter.step("一半", 0.5)
        return "done"

    assert behind(work, writes=True) == [("outlived", "done"), ("finished",)]


def test_what_the_user_cancels_is_not_written(qtbot, jobs, in_the_way):
    slow, done = in_the_way(jobs), []
    job = jobs.start("正在保存", lambda _r: done.append(1), writes=True)
    ends = Ends(job)
    job.cancel()
    slow.end()
    qtbot.waitSignal(job.finished).wait()
    assert ends.log == [("cancelled",), ("finished",)]
    assert not done


def test_waiting_takes_in_what_a_job_started_at_its_end(qapp, jobs):
    done = []
    first = jobs.start("一", lambda _r: done.append(1))
    first.finished.connect(lambda: jobs.start("二", lambda _r: done.append(2)))
    assert jobs.wait(60_000)
    assert done == [1, 2]


def test_200_quick_jobs_run_in_order_in_one_thread(qtbot, jobs):
    threads, ends, last = set(), Ends(), None

    def work(number):
        threads.add(threading.get_ident())
        return number

    for number in range(200):
        last = jobs.start("试", lambda _r, n=number: work(n))
        last.succeeded.connect(ends.succeeded)
    qtbot.waitSignal(last.finished).wait()
    assert [value for _name, value in ends.log] == list(range(200))
    assert len(threads) == 1
    assert not jobs.busy


def test_no_job_dies_in_the_worker(qtbot, jobs, monkeypatch):
    """A QObject deleted in another thread than its own may crash the program."""
    died_in = set()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for _ in range(600):
            job = jobs.start("试", lambda _r: None)
            weakref.finalize(job, lambda: died_in.add(threading.get_ident()))
            with qtbot.waitSignal(job.finished):
                del job
    finally:
        sys.setswitchinterval(interval)
    assert died_in == {threading.get_ident()}


def test_dropping_stops_what_is_running(qapp, jobs):
    started = threading.Event()

    def work(reporter):
        started.set()
        while True:
            reporter.step("转", 0.5)

    ends = Ends(jobs.start("试", work))
    assert started.wait(5)
    jobs.drop_all()
    assert jobs.wait(5000)
    qapp.processEvents()
    assert not any(entry[0] == "succeeded" for entry in ends.log)
    assert not jobs.busy


def test_waiting_says_when_a_job_will_not_stop(qapp, jobs):
    started, go_on = threading.Event(), threading.Event()

    def work(_reporter):
        started.set()
        go_on.wait(10)

    jobs.start("试", work)
    assert started.wait(5)
    jobs.drop_all()
    assert not jobs.wait(20)
    go_on.set()
    assert jobs.wait(5000)


def test_wait_lets_queued_work_finish(qapp, jobs):
    done = []
    for number in range(3):
        jobs.start("试", lambda _r, n=number: done.append(n))
    assert jobs.wait(5000)
    assert done == [0, 1, 2]


def test_a_receiver_may_die_before_the_end(qtbot, jobs):
    go_on = threading.Event()
    job = jobs.start("试", lambda _r: go_on.wait(5))
    log = (ends := Ends(job)).log
    ends.deleteLater()
    del ends
    qtbot.wait(1)
    go_on.set()
    qtbot.waitSignal(job.finished).wait()
    assert not [entry for entry in log if entry[0] == "succeeded"]


def test_cancelled_is_not_a_failure_even_if_raised_by_hand(qtbot, jobs):
    def work(_reporter):
        raise Cancelled

    job = jobs.start("试", work)
    ends = Ends(job)
    qtbot.waitSignal(job.finished).wait()
    assert ends.log[-2:] == [("cancelled",), ("finished",)]


@pytest.mark.parametrize("error", [SystemExit, MemoryError])
def test_no_exception_is_lost(qtbot, jobs, error):
    def work(_reporter):
        raise error

    job = jobs.start("试", work)
    ends = Ends(job)
    qtbot.waitSignal(job.finished).wait()
    assert ("failed", error) in ends.log


def test_a_job_apart_holds_up_no_other_and_they_keep_their_order(qtbot, jobs):
    go_on = threading.Event()
    first = jobs.start("模型", lambda _reporter: go_on.wait(60), apart=True)
    second = jobs.start("另一个模型", lambda _reporter: go_on.is_set(), apart=True)
    saved = jobs.start("保存", lambda _reporter: threading.get_ident())
    ends = {name: Ends(job) for name, job in (("一", first), ("二", second), ("存", saved))}
    with qtbot.waitSignal(saved.finished):
        pass
    assert ("finished",) not in ends["一"].log
    go_on.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert ("succeeded", True) in ends["一"].log
    assert ("succeeded", True) in ends["二"].log
