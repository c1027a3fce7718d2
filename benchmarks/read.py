"""Reading a workbook of 50,000 rows x 30 columns, against an expat scan and openpyxl."""

from __future__ import annotations

import hashlib
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


def unguarded(path: str) -> dict[str, int]:
    """The same without the guard: no child, no limits, no pipe, straight from calamine."""
    import gc

    from branchseg.intake import reader

    gc.disable()  # as the child does
    reader.parse = _parse_here
    return ours(path)


def _parse_here(path: Path, sheet: str | None, _password: object, _reporter: object) -> object:
    """What `intake.process.parse` gives, made in this process."""
    from branchseg.intake import child, formats, grid

    data = path.read_bytes()
    kind = formats.sniff(data)
    parsed = child._parse(data, kind, sheet)
    grids = [
        grid.Grid(found.name, found.first_row, found.first_column, [
            [None if cell == "" else cell for cell in column]
            for column in zip(*found.rows, strict=True)], found.merges)
        for found in parsed.sheets]
    return grid.ReadFile(kind, hashlib.sha256(data).hexdigest(), parsed.date_1904,
                         tuple(parsed.sheet_names), grids)


def figures(folder: Path) -> list[Figure]:
    """CPU of our reader over the floor and over the peer, for both ways of storing texts."""
    inline, shared = str(folder / "inline.xlsx"), str(folder / "shared.xlsx")
    fresh("read", "write_workbook", inline, shared, ROWS)
    found = []
    for name, path in (("as Excel writes", shared), ("texts in cells", inline)):
        floor, mine, bare, other = interleaved(
            5, ("read", "scan", path), ("read", "ours", path), ("read", "unguarded", path),
            ("read", "peer", path))
        detail = f"{mine.cpu:.2f} s; expat {floor.cpu:.2f} s; openpyxl {other.cpu:.2f} s"
        found += [
            Figure(f"read xlsx 50k x 30, {name} / expat", mine.cpu / floor.cpu, 2.5, "x", detail),
            Figure(f"read xlsx 50k x 30, {name}, guard", mine.cpu / bare.cpu, 1.3, "x",
                   f"{mine.cpu:.2f} s; in this process {bare.cpu:.2f} s"),
            Figure(f"read xlsx 50k x 30, {name} / openpyxl", mine.cpu / other.cpu, 0.15, "x",
                   detail),
        ]
    return found
