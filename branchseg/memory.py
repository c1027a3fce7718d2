"""Doing without the search for garbage while millions of values are made.

What is counted leaves memory at once. Python looks for the rest, objects that refer to each
other in a circle, whenever many objects were made, and then looks at every list there is.
"""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no circles meanwhile; cells and columns of a list are never part of one.

    Also a decorator. Only the main thread may: whether somebody looks is one switch for all
    threads, and the window, which works in others, has it off for good (see `ui.garbage`).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
