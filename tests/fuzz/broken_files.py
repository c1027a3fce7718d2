"""Broken lists, made of sound ones. `mutate(number)` makes the same file every time."""

from __future__ import annotations

import io
import random
import zipfile
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[1] / "data/workbooks"

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

WEB_ARCHIVE = """MIME-Version: 1.0
Content-Type: multipart/related; boundary="=_b"

--=_b
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: 8bit

<html><body><table><tr><th>客户号</th><th>姓名</th><th rowspan="2">AUM余额</th></tr>
<tr><td>0001</td><td colspan="2">张三</td></tr><tr><td>0002</td><td>李四</td><td>1.5万</td></tr>
</table></body></html>
--=_b--
"""

QUOTED = """客户清单,,,\n数据日期：2026-10-31,,,
客户号,姓名,AUM余额(万元),备注\n="0001",张三,"1,234.5","两
行"\n0002,"李""四",-,x\n合计,,"1,234.5",\n"""

ODS_CONTENT = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="客户"><table:table-row>
<table:table-cell office:value-type="string"><text:p>客户号</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>AUM余额</text:p></table:table-cell>
</table:table-row><table:table-row table:number-rows-repeated="3">
<table:table-cell office:value-type="string"><text:p>0001</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>张三</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12.5"/>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def _ods() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS_CONTENT)
    return out.getvalue()


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Small sound files of every format that can be written here."""
    names = ("ok_plain.xlsx", "ok_biff8.xls", "html_as.xls", "csv_gbk.csv", "id_as_number.xlsx",
             "title_merged_header_footer.xlsx", "formula_no_cache.xlsx", "password_123456.xlsx")
    return (*((name, (SEEDS / name).read_bytes()) for name in names),
            ("book.xml", XML_BOOK.encode()), ("page.xls", WEB_ARCHIVE.encode()),
            ("quoted.csv", QUOTED.encode("utf-16")), ("book.ods", _ods()))


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
