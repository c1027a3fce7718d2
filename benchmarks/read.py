"""Reading a workbook of 50,000 rows x 30 columns, against an expat scan and openpyxl."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from benchmarks.measure import Figure, fresh, interleaved

ROWS = 50_000


_INLINE = re.compile(
    rb't="inlineStr"><is><t(?: xml:space="preserve")?>(.*?)</t></is></c>', re.DOTALL)
_PART = "xl/sharedStrings.xml"
_ADDED = {
    "[Content_Types].xml": (
        b"</Types>",
        (b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
         b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>')),
    "xl/_rels/workbook.xml.rels": (
        b"</Relationships>",
        (b'<Relationship Id="rIdTexts" Target="sharedStrings.xml" Type="http://schemas.'
         b'openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>')),
}


def write_workbook(inline: str, shared: str, rows: int) -> None:
    """The sample list with texts in the cells, as openpyxl writes, and apart, as Excel does."""
    from branchseg import sample

    sample.write(Path(inline), customers=rows, seed=11)
    texts: dict[bytes, int] = {}

    def share(cell: re.Match[bytes]) -> bytes:
        return b't="s"><v>%d</v></c>' % texts.setdefault(cell[1], len(texts))

    with (zipfile.ZipFile(inline) as old,
          zipfile.ZipFile(shared, "w", zipfile.ZIP_DEFLATED) as new):
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = _INLINE.sub(share, part)
            if name in _ADDED and _PART not in old.namelist():
                end, added = _ADDED[name]
                part = part.replace(end, added + end)
            if name != _PART:
                new.writestr(name, part)
        items = b"".join(b'<si><t xml:space="preserve">%s</t></si>' % text for text in texts)
        new.writestr(_PART, b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
                     b'main" uniqueCount="%d">%s</sst>' % (len(texts), items))


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
    """CPU of our reader over the floor and over the peer, for both ways of storing texts."""
    inline, shared = str(folder / "inline.xlsx"), str(folder / "shared.xlsx")
    fresh("read", "write_workbook", inline, shared, ROWS)
    found = []
    for name, path in (("as Excel writes", shared), ("texts in cells", inline)):
        floor, mine, other = interleaved(
            3, ("read", "scan", path), ("read", "ours", path), ("read", "peer", path))
        detail = f"{mine.cpu:.2f} s; expat {floor.cpu:.2f} s; openpyxl {other.cpu:.2f} s"
        found += [
            Figure(f"read xlsx 50k x 30, {name} / expat", mine.cpu / floor.cpu, 2.5, "x", detail),
            Figure(f"read xlsx 50k x 30, {name} / openpyxl", mine.cpu / other.cpu, 0.15, "x",
                   detail),
        ]
    return found
