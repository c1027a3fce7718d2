"""Reading a workbook of 50,000 rows x 30 columns, against an expat scan and openpyxl."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from benchmarks.measure import Figure, fresh, interleaved

ROWS = 50_000


def write_workbook(path: str, rows: int) -> None:
    """The sample list as a workbook."""
    from branchseg import sample

    sample.write(Path(path), customers=rows, seed=11)


def scan(path: str) -> None:
    """The floor: expat without handlers over the same parts."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet") or name == "xl/sharedStrings.xml":
                with archive.open(name) as part:
                    expat.ParserCreate().ParseFile(part)


def peer(path: str) -> None:
    """openpyxl, read only, every row."""
    import openpyxl

    for row in openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(
            values_only=True):
        del row


def ours(path: str) -> dict[str, int]:
    """The whole intake: guard, child process, structure, mapping."""
    from branchseg import intake

    table = intake.read(Path(path))[0]
    intake.match(table)
    return {"rows": len(table.rows)}


def figures(folder: Path) -> list[Figure]:
    """CPU of our reader over the floor and over the peer."""
    path = str(folder / "list.xlsx")
    fresh("read", "write_workbook", path, ROWS)
    floor, mine = interleaved(3, ("read", "scan", path), ("read", "ours", path))
    other = fresh("read", "peer", path)
    detail = f"{mine.cpu:.2f} s; expat {floor.cpu:.2f} s; openpyxl {other.cpu:.2f} s"
    return [
        Figure("read xlsx 50k x 30 / expat scan", mine.cpu / floor.cpu, 2.5, "x", detail),
        Figure("read xlsx 50k x 30 / openpyxl", mine.cpu / other.cpu, 0.15, "x", detail),
    ]
