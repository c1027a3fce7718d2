"""The parsing child without the 0.15 s it takes to start one.

A copy of the process is forked off with everything imported, and answers many requests: with the
code of the child under its limits, through a pipe, to the parent that watches it and trusts
nothing. Where there is no fork, every file gets a child that is started.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest import mock

from branchseg.errors import InputError
from branchseg.intake import (  # noqa: F401 - what a copy need not import
    child,
    limits,
    passwords,
    process,
    second_readers,
    spreadsheetml,
    texts,
    webpages,
    workbooks,
)
from branchseg.intake.wire import WireError

CAN_FORK = sys.platform != "win32"
FILES_EACH = 100
"""After so many files a copy is replaced."""


def quick_children() -> AbstractContextManager[object]:
    """While this is open, files are read by forked copies."""
    return mock.patch.object(process, "_child", forked_child if CAN_FORK else process._child)


class Forked:
    """A copy of this process that parses file after file: what `_child` asks of a Popen.

    It limits itself and answers as a child that is started does, and is replaced when it dies.
    """

    def __init__(self) -> None:
        (requests, to_child), (from_child, answers) = os.pipe(), os.pipe()
        self.served = 0
        self.pid = os.fork()
        if not self.pid:
            os.close(to_child)  # or it would never see the end of the requests
            os.close(from_child)
            self._serve(requests, answers)
        os.close(requests)
        os.close(answers)
        self.stdin, self.stdout = Requests(to_child), os.fdopen(from_child, "rb")

    @staticmethod
    def _serve(requests: int, answers: int) -> None:
        try:
            os.dup2(os.open(os.devnull, os.O_RDWR), 2)
            limits.limit_myself()
            gc.disable()
            with os.fdopen(requests) as lines, os.fdopen(answers, "wb") as out:
                for line in lines:
                    child.serve(json.loads(line), out)
                    out.flush()
        finally:
            os._exit(0)

    def kill(self) -> None:
        os.kill(self.pid, 9)

    def close(self) -> None:
        self.kill()
        os.waitpid(self.pid, 0)
        self.stdout.close()
        self.stdin.shut()


class Requests:
    """The pipe to a forked child: one line per request, not closed after each."""

    def __init__(self, pipe: int) -> None:
        self._file = os.fdopen(pipe, "wb")
        self.shut = self._file.close

    def __enter__(self) -> None:
        """Nothing to open."""

    def __exit__(self, *_: object) -> None:
        """Not the last one."""

    def write(self, request: bytes) -> None:
        self._file.write(request + b"\n")
        self._file.flush()


FORKED: list[Forked] = []


@contextmanager
def forked_child() -> Iterator[Forked]:
    """The living copy; a new one after one that died or talked nonsense, and from time to time."""
    if not FORKED:
        FORKED.append(Forked())
    copy = FORKED[0]
    copy.served += 1
    sound = False
    try:
        yield copy
        sound = True
    except InputError as error:
        sound = not isinstance(error.__context__, WireError)
        raise
    finally:
        if not sound or copy.served == FILES_EACH:
            FORKED.pop().close()
