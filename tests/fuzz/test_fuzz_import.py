"""Broken files through the whole path: reading in the child, columns, cleaning.

Whatever is in a file, the answer is a table or one sentence; the program lives on. A mutation
has a number, so a failure names the file that caused it: `mutate(number)` makes it again.
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import pytest

from branchseg import pipeline
from branchseg.errors import InputError
from branchseg.messages import known_codes

SEEDS = Path(__file__).resolve().parents[1] / "data/workbooks"
TOO_SLOW = 20.0
"""Seconds after which a file counts as a hang."""

XML_BOOK = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="客户"><Table>
<Row><Cell><Data ss:Type="String">客户号</Data></Cell>
<Cell><Data ss:Type="String">姓名</Data></Cell>
<Cell><Data ss:Type="String">AUM余额</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">0001</Data></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="Number">12.5</Data></Cell></Row></Table>
</Worksheet></Workbook>
"""


def seeds() -> list[tuple[str, bytes]]:
    """Small sound files of every format there is one of."""
    names = ("ok_plain.xlsx", "ok_biff8.xls", "html_as.xls", "csv_gbk.csv", "id_as_number.xlsx",
             "title_merged_header_footer.xlsx", "formula_no_cache.xlsx", "password_123456.xlsx")
    found = [(name, (SEEDS / name).read_bytes()) for name in names]
    return [*found, ("book.xml", XML_BOOK.encode())]


def mutate(number: int) -> tuple[str, bytes]:
    """The broken file of a number: a seed with some bytes cut, doubled, or written over."""
    chance = random.Random(number)
    name, data = chance.choice(seeds())
    if data.startswith(b"PK") and chance.random() < 0.7:
        return name, _mutate_part(data, chance)
    return name, _mutate_bytes(data, chance)


def _mutate_part(data: bytes, chance: random.Random) -> bytes:
    """Break one part inside a zip archive, and leave the archive sound."""
    out = io.BytesIO()
    with (zipfile.ZipFile(io.BytesIO(data)) as old,
          zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new):
        victim = chance.choice(old.namelist())
        for part in old.namelist():
            content = old.read(part)
            new.writestr(part, _mutate_bytes(content, chance) if part == victim else content)
    return out.getvalue()


def _mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    """One to six wounds."""
    text = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((1, 2, 8, 64, 1024)))
        wound = chance.randrange(5)
        if wound == 0:
            text[start:end] = b""
        elif wound == 1:
            text[start:start] = text[start:end]
        elif wound == 2:
            text[start:end] = chance.randbytes(end - start)
        elif wound == 3:
            text[start:end] = chance.choice(
                (b"9" * 12, b"\xff" * 4, b"<", b"\x00", b"-1", b",,,\n"))
        else:
            del text[start + (len(text) - start) // 2:]
    return bytes(text)


def outcome(number: int, folder: Path) -> str:
    """What became of one broken file: "read", or the code of the sentence."""
    name, data = mutate(number)
    path = folder / f"{number}-{name}"
    path.write_bytes(data)
    started = monotonic()
    try:
        pipeline.prepare(pipeline.read_lists(path))
    except InputError as error:
        return error.code
    finally:
        path.unlink()
    return "read" if monotonic() - started < TOO_SLOW else f"file {number} took too long"


def check(count: int, folder: Path) -> Counter[str]:
    """The outcomes of `count` files, as many at a time as there are processors."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        return Counter(pool.map(partial(outcome, folder=folder), range(count), chunksize=20))


def test_broken_files_never_break_the_program(tmp_path: Path) -> None:
    found = check(1_000, tmp_path)
    assert not set(found) - {"read"} - known_codes()
    assert found["read"] > 100, found
    assert len(found) > 5, found
    assert not list(tmp_path.iterdir())


@pytest.mark.nightly
def test_many_broken_files(tmp_path: Path) -> None:
    assert not set(check(20_000, tmp_path)) - {"read"} - known_codes()
