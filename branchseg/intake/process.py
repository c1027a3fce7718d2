"""The parent's side of the parsing child: start, watch, stop, and check what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

import branchseg
from branchseg.errors import InputError
from branchseg.intake.formats import MAX_CELLS, MAX_TEXT_CELLS, Format
from branchseg.intake.grid import Grid, ReadFile
from branchseg.intake.limits import limit_child
from branchseg.intake.wire import WireError, raise_error, read_json, read_rows
from branchseg.memory import uncollected
from branchseg.model.raw import Cell, CellError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchseg.progress import Reporter

_SECONDS = 120.0
_POLL = 0.05
_PIPE_BYTES = 1 << 20
"""Room enough that the two processes seldom wait for each other."""

_LABEL = "正在读取文件"
_COMMAND = (sys.executable, "-m", "branchseg.intake.child")


def parse(path: Path, sheet: str | None, password: str | None, reporter: Reporter) -> ReadFile:
    """Have a child read the file. Raises InputError for whatever goes wrong, or Cancelled."""
    reporter.step(_LABEL, 0.0)
    request = json.dumps({"path": os.fspath(path.absolute()), "sheet": sheet,
                          "password": password}).encode("ascii")
    with _child() as process, _Watch(process, reporter) as watch:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(OSError), process.stdin:
            process.stdin.write(request)
        try:
            with uncollected():
                return _receive(process.stdout, reporter)
        except WireError:
            if reporter.cancelled:
                reporter.step(_LABEL, 1.0)  # raises Cancelled
            code = "intake.timed_out" if watch.timed_out else "intake.too_big"
            raise InputError(code) from None


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """A running child, capped; it is dead and its pipes are closed afterwards."""
    root = str(Path(branchseg.__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        bufsize=_PIPE_BYTES >> 2, pipesize=_PIPE_BYTES, env={**os.environ, "PYTHONPATH": path},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    job = None
    try:
        job = limit_child(process)
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        del job


class _Watch:
    """Kills the child when the user cancels or the time is up; its pipe then ends."""

    def __init__(self, process: subprocess.Popen[bytes], reporter: Reporter) -> None:
        self._process = process
        self._reporter = reporter
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="intake-watch", daemon=True)
        self.timed_out = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while not self._done.wait(_POLL):
            self.timed_out = time.monotonic() > deadline
            if self.timed_out or self._reporter.cancelled:
                self._process.kill()
                return


def _receive(stream: IO[bytes], reporter: Reporter) -> ReadFile:
    """Everything the child sends. Raises WireError if it breaks off or talks nonsense."""
    try:
        head = read_json(stream)
        raise_error(head)
        most = MAX_TEXT_CELLS if head["format"] == Format.TEXT else MAX_CELLS
        grids: list[Grid] = []
        while not (sheet := read_json(stream)).get("end"):
            raise_error(sheet)
            grids.append(_receive_sheet(stream, sheet, most, reporter))
        return ReadFile(str(head["format"]), str(head["sha256"]), bool(head["date_1904"]),
                        tuple(map(str, head["sheet_names"])), grids,
                        frozenset(map(str, head["hidden"])))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise WireError("answer") from error


def _receive_sheet(stream: IO[bytes], sheet: dict[str, Any], max_cells: int,
                   reporter: Reporter) -> Grid:
    expected = max(int(sheet["height"]), 1)
    columns: list[list[Cell]] = []
    height = 0
    for block in read_rows(stream, max_cells):
        columns += ([None] * height for _ in range(len(block) - len(columns)))
        height += len(block[0])
        for column, cells in zip_longest(columns, block):
            column.extend([None] * len(block[0]) if cells is None else cells)
        reporter.step(_LABEL, min(height / expected, 1.0))
    width = len(columns)
    for row, column, text in sheet["faults"]:
        if 0 <= row < height and 0 <= column < width:
            columns[column][row] = CellError(str(text))
    merges = [(int(a), int(b), int(c), int(d)) for a, b, c, d in sheet["merges"]]
    return Grid(str(sheet["name"]), int(sheet["first_row"]), int(sheet["first_column"]), columns,
                merges, frozenset(map(int, sheet["hidden"])))
