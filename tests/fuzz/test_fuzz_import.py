"""Broken files through the whole path: reading in the child, columns, cleaning, the vault.

Whatever is in a file, the answer is a table or one sentence; the program lives on, and a refused
file leaves no trace in the vault. A failure names the number of its file (see `mutate`).

A child is started for a part of the files; the others are read by a copy of it (see `forked`).
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import pytest
from broken_files import mutate
from forked import CAN_FORK, quick_children

from branchseg import pipeline
from branchseg.errors import InputError
from branchseg.messages import known_codes
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

TOO_SLOW = 20.0
"""Seconds after which a file counts as a hang."""

STARTED = 20 if CAN_FORK else 1
"""Every so-maniest file is read by a child that is started, and saved if it can be read."""

NOW = datetime(2026, 11, 22, tzinfo=UTC)


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
            with nullcontext() if started else quick_children():
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
