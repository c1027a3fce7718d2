import gc
import sys
import threading
import weakref

import pytest

from ui.garbage import Collector


class Node:
    """An object that only a look for cycles can find dead."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def collector(qapp):
    made = Collector(long_s=60)
    made._timer.setInterval(1)
    yield made
    made.deleteLater()


def test_cycles_die_in_the_main_thread_between_events(qtbot, collector):
    died_in = []
    weakref.finalize(Node(), lambda: died_in.append(threading.get_ident()))
    assert not gc.isenabled()
    assert not died_in
    qtbot.waitUntil(lambda: died_in == [threading.get_ident()])


def test_the_worker_never_collects_garbage(qtbot, jobs, collector):
    """A widget in a cycle would die in the wrong thread."""
    seen_in = set()

    def note(_phase, _info):
        seen_in.add(threading.get_ident())

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    gc.callbacks.append(note)
    try:
        for _ in range(150):
            job = jobs.start("试", lambda _r: len([[] for _ in range(2000)]))
            with qtbot.waitSignal(job.finished):
                pass
    finally:
        gc.callbacks.remove(note)
        sys.setswitchinterval(interval)
    assert seen_in <= {threading.get_ident()}


def test_old_cycles_die_too(collector):
    node = Node()
    gc.collect()  # now it is of the oldest generation
    dead = weakref.ref(node)
    del node
    collector.tick()
    assert dead() is not None
    collector.thorough_next()
    collector.tick()
    assert dead() is None


def test_what_a_long_look_left_alive_is_spared_until_the_lock(collector):
    node = Node()
    dead = weakref.ref(node)
    collector._long_s = 0
    collector.thorough_next()
    collector.tick()
    assert gc.get_freeze_count() > 0
    del node
    gc.collect()
    assert dead() is not None
    collector.thorough_next()
    collector.tick()
    assert dead() is None


def test_libraries_are_spared_at_once(collector):
    before, node = gc.get_freeze_count(), Node()
    collector.spare_libraries()
    assert gc.get_freeze_count() > before
    assert node.itself is node
