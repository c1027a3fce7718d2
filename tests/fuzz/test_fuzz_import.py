"""Broken files through the whole path: reading in the child, columns, cleaning, the vault.

Whatever is in a file, the answer is a table or one sentence; the program lives on, and a refused
file leaves no trace in the vault. A failure names the number of its file (see `mutate`).

A child is started for a part of the files only: that costs 0.15 s each. For the others one is
forked off with everything imported, and answers a hundred requests: with the same code under the
same limits, through a pipe, to the same parent that watches it and trusts nothing.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from unittest import mock

import pytest
from broken_files import mutate

from branchseg import pipeline
from branchseg.errors import InputError
from branchseg.intake import (  # noqa: F401 - what a forked child need not import
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
from branchseg.messages import known_codes
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

TOO_SLOW = 20.0
"""Seconds after which a file counts as a hang."""

STARTED = 1 if sys.platform == "win32" else 20
"""Every so-maniest file is read by a child that is started, and saved if it can be read."""

FILES_EACH = 100
"""After so many files a forked child is replaced."""

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Forked:
    """A copy of this process that parses file after file: what `_child` asks of a Popen.

    It limits itself and answers as a child that is started does, and is replaced when it dies.
    """

    def __init__(self) -> None:
        (requests, to_child), (from_child, answers) = os.pipe(), os.pipe()
        self.served = 0
        self.pid = os.fork()
        if not self.pid:
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


class Importer:
    """What each process of the pool has: a folder, and a vault with one list in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / str(os.getpid())
        self.vault = Vault.create(self.folder / "vault", "一句足够长的口令口令口令",
                                  Argon2Cost(memory_kib=8, passes=1, lanes=1))
        self.secret = self.vault.secret()
        sound = self.folder / "sound.csv"
        sound.write_text("客户号,姓名,最近交易日\n1,张三,2026-10-31\n", encoding="utf-8")
        self.save(pipeline.prepare(pipeline.read_lists(sound), secret=self.secret))
        sound.unlink()

    def save(self, prepared: pipeline.Prepared) -> int:
        return self.vault.save_batch(
            prepared.table, imported_at=NOW, ruleset_id="standard", sources=prepared.sources,
            rows_read=prepared.rows_read, rows_used=prepared.rows_used, issues=prepared.issues,
            summary={})

    def kept(self) -> str:
        """A digest of all that is on the disk."""
        found = sha256()
        for path in sorted(self.folder.rglob("*")):
            found.update(path.name.encode() + (path.read_bytes() if path.is_file() else b""))
        return found.hexdigest()

    def outcome(self, number: int) -> str:
        """What became of one broken file: "read", or the code of the sentence."""
        name, data = mutate(number)
        started = number % STARTED == 0
        before, begun = self.kept(), monotonic()
        path = self.folder / f"{number}-{name}"
        path.write_bytes(data)
        try:
            with (mock.patch.object(process, "_child", process._child if started else
                                    forked_child)):
                prepared = pipeline.prepare(pipeline.read_lists(path), secret=self.secret)
        except InputError as error:
            path.unlink()
            return error.code if self.kept() == before else f"file {number} left a trace"
        path.unlink()
        if started:
            self.vault.undo_batch(self.save(prepared), undone_at=NOW)
        return "read" if monotonic() - begun < TOO_SLOW else f"file {number} took too long"


def set_up(folder: Path) -> None:
    """Make the importer of a process of the pool."""
    globals()["IMPORTER"] = Importer(folder)


def outcome(number: int) -> str:
    found: str = globals()["IMPORTER"].outcome(number)
    return found


def check(count: int, folder: Path) -> Counter[str]:
    """The outcomes of `count` files, as many at a time as there are processors."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), set_up, (folder,)) as pool:
        return Counter(pool.map(outcome, range(count), chunksize=20))


def test_broken_files_never_break_the_program(tmp_path: Path) -> None:
    found = check(2_000, tmp_path)
    assert not set(found) - {"read"} - known_codes()
    assert found["read"] > 200, found
    assert len(found) > 5, found
    assert {path.name for path in tmp_path.rglob("*")
            if path.is_file()} == {"vault.db", "vault.keys"}


@pytest.mark.nightly
def test_many_broken_files(tmp_path: Path) -> None:
    assert not set(check(20_000, tmp_path)) - {"read"} - known_codes()
