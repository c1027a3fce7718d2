"""Garbage is left alone while cells are made, and only then."""

from __future__ import annotations

import gc
import threading

import pytest

from branchseg.memory import uncollected


@pytest.fixture(autouse=True)
def _as_before():
    was = gc.isenabled()
    yield
    gc.enable() if was else gc.disable()


@pytest.mark.parametrize("before", [True, False])
def test_the_search_is_as_before_also_after_a_failure(*, before: bool) -> None:
    gc.enable() if before else gc.disable()

    @uncollected()
    def fail() -> None:
        assert not gc.isenabled()
        raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert gc.isenabled() == before


def test_it_serves_as_a_decorator_again_and_again() -> None:
    gc.enable()
    seen = uncollected()(gc.isenabled)
    assert [seen(), gc.isenabled(), seen(), gc.isenabled()] == [False, True, False, True]


def test_other_threads_leave_the_switch_alone() -> None:
    gc.enable()
    seen: list[bool] = []
    other = threading.Thread(target=lambda: seen.append(uncollected()(gc.isenabled)()))
    other.start()
    other.join()
    assert seen == [True]
