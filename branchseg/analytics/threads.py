"""One thread for small sums: threads that wait for each other are slower on a busy PC."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this, the libraries loaded by now compute in one thread."""
    with _pools().limit(limits=1):
        yield


@cache
def _pools() -> ThreadpoolController:
    """The thread pools of the libraries; finding them takes a while."""
    return ThreadpoolController()
