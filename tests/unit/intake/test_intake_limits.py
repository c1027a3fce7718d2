"""Every limit of an import as it is shipped, with a file just inside it and one just outside."""

from __future__ import annotations

import io
import json
import struct
import sys
import time
import zipfile
from pathlib import Path
from random import Random

import pytest
from test_intake_xlsx import pack, sheet

from branchseg import intake, messages
from branchseg.errors import Cancelled, InputError
from branchseg.intake import child, formats, process, reader, wire
from branchseg.intake.formats import Format
from branchseg.intake.grid import Grid, ReadFile
from branchseg.intake.texts import read_text
from branchseg.intake.workbooks import check_size
from branchseg.progress import Reporter

MEGABYTE = 1 << 20
SMALL = pack(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', ""))


def answer(path: Path) -> str:
    """The code of the child's refusal, or "read"."""
    out = io.BytesIO()
    child.serve({"path": str(path), "sheet": None, "password": None}, out)
    out.seek(0)
    first: dict[str, str] = wire.read_json(out)
    return first.get("error", "read")


def refusal(action) -> str:
    """The code of what is raised, or "read"."""
    try:
        action()
    except InputError as error:
        return error.code if "数据没有改动。" in messages.explain(error) else "no sentence"
    return "read"


def padded(size: int) -> bytes:
    """A sound workbook of exactly `size` bytes."""
    out = io.BytesIO(SMALL)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/image1.png", b"")
    rest = size - len(out.getvalue())
    out = io.BytesIO(SMALL)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/media/image1.png", Random(1).randbytes(rest))
    return out.getvalue()


@pytest.mark.parametrize(("more", "code"), [(0, "read"), (1, "intake.file_too_big")])
def test_fifty_megabytes(tmp_path: Path, more: int, code: str) -> None:
    data = padded(50 * MEGABYTE + more)
    assert len(data) == 50 * MEGABYTE + more
    (tmp_path / "a.xlsx").write_bytes(data)
    assert answer(tmp_path / "a.xlsx") == code


def test_larger_texts_are_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(640 * MEGABYTE + 1)  # takes no room on the disk
    assert refusal(lambda: intake.read(tmp_path / "a.csv")) == "intake.file_too_big"


def archive(*sizes: tuple[int, int]) -> bytes:
    """A workbook with further entries: (bytes packed, bytes as the directory states)."""
    out = io.BytesIO(SMALL)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        for number, (held, _) in enumerate(sizes):
            made.writestr(f"xl/media/{number:06}.bin", bytes(held))
    data = bytearray(out.getvalue())
    for number, (_, stated) in enumerate(sizes):
        at = data.rfind(f"xl/media/{number:06}.bin".encode()) - 46
        struct.pack_into("<L", data, at + 24, stated)
    return bytes(data)


REST = sum(entry.file_size for entry in zipfile.ZipFile(io.BytesIO(SMALL)).infolist())
PACKED = 2 * MEGABYTE


@pytest.mark.parametrize(("sizes", "code"), [
    # 512 MB in all
    ([(PACKED, 200 * MEGABYTE), (PACKED, 200 * MEGABYTE), (PACKED, 112 * MEGABYTE - REST)],
     "read"),
    ([(PACKED, 200 * MEGABYTE), (PACKED, 200 * MEGABYTE), (PACKED, 112 * MEGABYTE - REST + 1)],
     "intake.zip_bomb"),
    # 200 times its packed size, from 1 MB on
    ([(10_000, 2_000_000)], "read"), ([(10_000, 2_000_001)], "intake.zip_bomb"),
    ([(1, MEGABYTE)], "read"), ([(1, MEGABYTE + 1)], "intake.zip_bomb"),
])
def test_what_an_archive_may_inflate_to(sizes: list[tuple[int, int]], code: str) -> None:
    assert refusal(lambda: formats.sniff(archive(*sizes))) == code


@pytest.mark.parametrize(("count", "code"), [(1000, "read"), (1001, "intake.zip_bomb")])
def test_a_thousand_entries(count: int, code: str) -> None:
    there = len(zipfile.ZipFile(io.BytesIO(SMALL)).infolist())
    data = archive(*[(0, 0)] * (count - there))
    assert refusal(lambda: formats.sniff(data)) == code


def read_grid(monkeypatch: pytest.MonkeyPatch, path: Path, rows: int, kind: Format) -> str:
    path.touch()
    columns = [["客户号", *map(str, range(rows))], ["姓名", *["张三"] * rows]]
    found = ReadFile(kind, "", date_1904=False, sheet_names=("表1",),
                     grids=[Grid("表1", 1, 1, columns, [])])
    monkeypatch.setattr(reader, "parse", lambda *_: found)
    return refusal(lambda: intake.read(path))


@pytest.mark.parametrize(("rows", "kind", "code"), [
    (200_000, Format.XLSX, "read"), (200_001, Format.XLSX, "intake.too_many_rows"),
    (200_001, Format.TEXT, "read"),
])
def test_two_hundred_thousand_rows(tmp_path, monkeypatch, rows, kind, code) -> None:
    assert read_grid(monkeypatch, tmp_path / "a.xlsx", rows, kind) == code


@pytest.mark.parametrize(("rows", "columns", "code"), [
    (210_000, 1, "read"), (210_001, 1, "intake.too_many_rows"),
    (80_000, 100, "read"), (80_000, 101, "intake.too_wide"),
    (200_000, 40, "read"), (200_000, 41, "intake.too_wide"),
])
def test_the_size_of_a_sheet(rows: int, columns: int, code: str) -> None:
    assert refusal(lambda: check_size(rows, columns)) == code


@pytest.mark.parametrize(("columns", "code"), [(300, "read"), (301, "intake.too_many_columns")])
def test_three_hundred_columns(tmp_path: Path, columns: int, code: str) -> None:
    header = ",".join(["客户号", "姓名", *(f"其他项目{n}" for n in range(columns - 2))])
    (tmp_path / "a.csv").write_text(f"{header}\n{'1,' * (columns - 1)}1\n", encoding="utf-8")
    assert refusal(lambda: intake.read(tmp_path / "a.csv")) == code


@pytest.mark.parametrize(("lines", "code"), [
    (5_000_000, "read"), (5_000_001, "intake.too_many_rows")])
def test_five_million_lines(lines: int, code: str) -> None:
    assert refusal(lambda: read_text(b"\n" * (lines - 1) + b"1", Format.TEXT, None)) == code


def test_cancelling_works_while_a_list_is_laid_out(tmp_path: Path) -> None:
    reporter = Reporter(lambda label, fraction: reporter.cancel() if fraction == 0.5 else None)
    (tmp_path / "a.csv").write_text("客户号,姓名\n1,张三\n", encoding="utf-8")
    with pytest.raises(Cancelled):
        intake.read(tmp_path / "a.csv", reporter=reporter)


def test_cancelling_takes_less_than_a_second(tmp_path, monkeypatch) -> None:
    """From the moment somebody presses the button, while the child is at work."""
    head = {"format": "text", "sha256": "", "date_1904": False, "sheet_names": [], "hidden": []}
    first = {"name": "", "first_row": 1, "first_column": 1, "height": 9, "merges": [],
             "faults": [], "hidden": []}
    monkeypatch.setattr(process, "_COMMAND", (sys.executable, "-c", (
        "import json, sys, threading; from branchseg.intake import wire\n"
        f"for part in json.loads({json.dumps([head, first])!r}):\n"
        "    wire.write_json(sys.stdout.buffer, part)\n"
        "wire._write_head(sys.stdout.buffer, 1, 1)\n"
        "wire.write_frame(sys.stdout.buffer, b's', b'x')\n"
        "sys.stdout.buffer.flush()\n"
        "threading.Event().wait()")))
    (tmp_path / "a.csv").write_bytes(b"x")
    assert min(_seconds_to_stop(tmp_path / "a.csv") for _ in range(3)) < 1.0


def _seconds_to_stop(path: Path) -> float:
    """From the press to the answer, which comes though the child works on."""
    pressed: list[float] = []

    def show(_label: str, fraction: float) -> None:
        if fraction > 0:
            pressed.append(time.monotonic())
            reporter.cancel()

    reporter = Reporter(show)
    with pytest.raises(Cancelled):
        intake.read(path, reporter=reporter)
    return time.monotonic() - pressed[0]
