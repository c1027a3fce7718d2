"""Web pages and XML that systems name .xls."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from branchseg import intake
from branchseg.errors import InputError
from branchseg.model.raw import CellError


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def page(*tables: str) -> str:
    return "<html><body>" + "".join(f"<table>{rows}</table>" for rows in tables) + "</body></html>"


HEADER = "<tr><th>客户号</th><th>姓名</th><th>月日均<br>AUM</th></tr>"
ROW = "<tr><td>0001</td><td>张三</td><td>1,200.00</td></tr>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (table,) = intake.read(write(tmp_path / "a.xls", page(HEADER + ROW), encoding))
    assert table.source.file_format == "html"
    assert table.headers == ("客户号", "姓名", "月日均 AUM")
    assert table.columns == (["0001"], ["张三"], ["1,200.00"])


def test_blank_rows_count_as_in_excel(tmp_path: Path) -> None:
    """Findings name the row a person sees when the file is opened."""
    blank = "<tr><td></td><td>&nbsp;</td><td></td></tr>"
    text = page(blank + HEADER + ROW + blank + ROW.replace("0001", "0002"))
    (table,) = intake.read(write(tmp_path / "a.xls", text))
    assert (table.source.header_row, table.rows) == (2, [3, 5])
    assert [(issue.code, issue.row) for issue in table.issues] == [("blank_row", 4)]


def test_one_list_in_many_tables(tmp_path: Path) -> None:
    """A title above, a page each with its header, and the line that counts the pages."""
    title = "<tr><td colspan=2>城东支行客户清单 数据日期：2026-10-31</td></tr>"
    other = "<tr><td>0002</td><td>李四</td><td>5</td></tr>"
    text = page(title, HEADER + ROW, "<tr><td>第 1 页 共 2 页</td></tr>", HEADER + other)
    (table,) = intake.read(write(tmp_path / "a.xls", text))
    assert table.as_of is not None
    assert table.as_of.isoformat() == "2026-10-31"
    assert table.columns[0] == ["0001", "0002"]


def test_two_lists_on_a_page_are_two_sheets(tmp_path: Path) -> None:
    wide = "".join(f"<tr><td>{n}</td><td>a</td></tr>" for n in range(5))
    text = page(HEADER + ROW * 5, "<tr><th>客户号</th><th>姓名</th></tr>" + wide)
    tables = intake.read(write(tmp_path / "a.xls", text))
    assert [(t.source.sheet, len(t.rows)) for t in tables] == [("表1", 5), ("表2", 5)]


def test_a_table_in_a_layout_table(tmp_path: Path) -> None:
    inner = f"<table>{HEADER + ROW}</table>"
    text = page(f"<tr><td>菜单</td><td>{inner}</td></tr><tr><td>页脚</td></tr>")
    (table,) = intake.read(write(tmp_path / "a.xls", text))
    assert table.columns == (["0001"], ["张三"], ["1,200.00"])


def test_cells_over_several_rows_and_columns(tmp_path: Path) -> None:
    text = page("<tr><th rowspan=2>客户号</th><th rowspan=2>姓名</th><th colspan=2>余额</th></tr>"
                "<tr><th>活期余额</th><th>定期余额</th></tr>"
                "<tr><td>0001</td><td>张三</td><td>1</td><td>2</td></tr>")
    (table,) = intake.read(write(tmp_path / "a.xls", text))
    assert [h.rpartition("_")[2].rpartition(" › ")[2] for h in table.headers] == [
        "客户号", "姓名", "活期余额", "定期余额"]
    assert table.columns == (["0001"], ["张三"], ["1"], ["2"])


def test_the_number_beside_a_rounded_one_and_unclosed_tags(tmp_path: Path) -> None:
    text = ("<table><tr><td>客户号<td>姓名<td>AUM余额<tr><td x:str>0001<td>张三"
            "<!-- 注 --><td x:num=\"1234.5678\">1,234.57<script>x='<td>'</script></table>")
    (table,) = intake.read(write(tmp_path / "a.xls", text))
    assert table.columns == (["0001"], ["张三"], ["1234.5678"])


def test_a_page_that_claims_too_much(tmp_path: Path) -> None:
    text = page('<tr><td colspan="99999999">x</td></tr>')
    with pytest.raises(InputError) as caught:
        intake.read(write(tmp_path / "a.xls", text))
    assert caught.value.code == "intake.too_many_columns"


def test_a_single_file_web_page(tmp_path: Path) -> None:
    body = page(HEADER + ROW).replace("<body>", "<x:Name>客户</x:Name><body>")
    text = ('MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_b"\r\n\r\n'
            '--=_b\r\nContent-Type: text/html; charset="gb2312"\r\n'
            f"Content-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n--=_b--\r\n")
    (table,) = intake.read(write(tmp_path / "a.xls", text, "gb18030"))
    assert (table.source.file_format, table.source.sheet) == ("mhtml", "客户")
    assert table.columns[1] == ["张三"]


def workbook(rows: str, name: str = "客户", options: str = "") -> str:
    return ('<?xml version="1.0" encoding="gb2312"?>\n<?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
            ' xmlns:x="urn:schemas-microsoft-com:office:excel"'
            ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
            f'<Worksheet ss:Name="{name}"><Table>{rows}</Table>{options}</Worksheet></Workbook>')


def xml_row(*cells: str, attributes: str = "") -> str:
    return f"<Row {attributes}>{''.join(cells)}</Row>"


def xml_cell(text: str, kind: str = "String", attributes: str = "") -> str:
    return f'<Cell {attributes}><Data ss:Type="{kind}">{text}</Data></Cell>'


XML_HEADER = xml_row(*map(xml_cell, ("客户号", "姓名", "AUM余额", "到期日", "证件号码")))


def test_spreadsheetml(tmp_path: Path) -> None:
    row = xml_row(xml_cell("0001"), xml_cell("张&amp;三"), xml_cell("12.5", "Number"),
                  xml_cell("2026-12-31T00:00:00.000", "DateTime"),
                  xml_cell("110105199001011234", "Number"), attributes='ss:Index="5"')
    skipping = xml_row(xml_cell("0002"), xml_cell("#N/A", "Error", 'ss:Index="3"'))
    text = workbook(XML_HEADER + row + skipping)
    (table,) = intake.read(write(tmp_path / "a.xls", text, "gb18030"))
    assert (table.source.file_format, table.source.sheet) == ("spreadsheetml", "客户")
    assert table.rows == [5, 6]
    assert table.columns[:2] == (["0001", "0002"], ["张&三", None])
    assert table.columns[2] == [12.5, CellError("#N/A")]
    assert table.columns[3] == [datetime(2026, 12, 31), None]  # noqa: DTZ001 - a cell's date
    assert table.columns[4] == [110105199001011234, None]


def test_hidden_xml_sheets_are_left_alone(tmp_path: Path) -> None:
    hidden = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
    row = xml_row(xml_cell("0001"), xml_cell("张三"), xml_cell("1", "Number"))
    both = workbook(XML_HEADER + row, "旧", hidden).replace(
        "</Workbook>", workbook(XML_HEADER + row, "新").partition('excel"')[2].partition(">")[2])
    (table,) = intake.read(write(tmp_path / "a.xls", both))
    assert table.source.sheet == "新"
    assert intake.read(tmp_path / "a.xls", sheet="旧")[0].source.sheet == "旧"


def test_xml_that_places_a_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    row = xml_row(xml_cell("x", attributes='ss:Index="16384"'), attributes='ss:Index="1048576"')
    with pytest.raises(InputError) as caught:
        intake.read(write(tmp_path / "a.xls", workbook(XML_HEADER + row)))
    assert caught.value.code == "intake.too_many_rows"


def test_xml_with_entities_is_refused(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY e "lol">]>'
    text = workbook(XML_HEADER).replace("<Workbook", f"{doctype}<Workbook", 1)
    with pytest.raises(InputError) as caught:
        intake.read(write(tmp_path / "a.xls", text))
    assert caught.value.code == "intake.damaged"
