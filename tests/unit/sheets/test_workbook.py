import math
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_assessment import JOB, sample_sheet

from branchseg.errors import Cancelled, InputError
from branchseg.progress import Reporter
from branchseg.sheets.workbook import Column, Format, write_table, write_task_list

DANGEROUS = ("=1+1", '=HYPERLINK("http://x","y")', "+86 134", "-1", "@SUM(A1)", "\t=1", "#N/A",
             "http://example.com", "mailto:a@b.c", "000001", "1e5", "{=1}", "'x", "=", "TRUE")


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_dangerous_texts_stay_texts(tmp_path):
    path = tmp_path / "导出.xlsx"
    count = write_table(path, "名单", [Column("文字", 20)], [[text] for text in DANGEROUS])
    assert count == len(DANGEROUS)
    sheet = openpyxl.load_workbook(path).active
    read = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert [cell.value for cell in read] == [text.replace("\t", " ") for text in DANGEROUS]
    assert {cell.data_type for cell in read} == {"s"}
    assert {cell.number_format for cell in read} == {"@"}
    assert all(cell.quotePrefix for cell in read)
    content = "".join(parts(path).values())
    assert "<f>" not in content
    assert "hyperlink" not in content


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=50), max_size=5))
def test_any_text_is_written_and_read_as_text(tmp_path, values):
    path = tmp_path / "a.xlsx"
    write_table(path, "名单", [Column("文字"), Column("序号", 6, Format.INTEGER)],
                [[value, number] for number, value in enumerate(values)])
    sheet = openpyxl.load_workbook(path).active
    numbers = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert numbers == [*range(len(values))]
    assert "<f>" not in "".join(parts(path).values())


def test_numbers_dates_and_unknown_values_keep_their_kind(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [Column("金额", 12, Format.AMOUNT), Column("日期", 12, Format.DATE), Column("文字"),
               Column("整数", 8, Format.INTEGER)]
    write_table(path, "名单", columns, [
        [1234.5, date(2026, 11, 22), 12, 3], [math.nan, None, None, "未知"],
        [0.0, datetime(2026, 11, 22, 8, 45), "", 0]])  # noqa: DTZ001 - as frames hold it
    rows = list(openpyxl.load_workbook(path).active.iter_rows(min_row=2))
    assert [cell.value for cell in rows[0]] == [1234.5, datetime(2026, 11, 22), "12", 3]  # noqa: DTZ001
    assert [cell.value for cell in rows[1]] == [None, None, None, "未知"]
    assert rows[0][0].number_format == "#,##0.00"
    assert rows[0][1].number_format == "yyyy-mm-dd"
    assert rows[2][0].value == 0
    assert rows[2][1].value == datetime(2026, 11, 22)  # noqa: DTZ001


def test_the_header_is_frozen_styled_and_filtered(tmp_path):
    path = tmp_path / "a.xlsx"
    write_table(path, "名单/2026:[全部]" + "长" * 40, [Column("甲", 30), Column("乙")],
                [["1", "2"], ["3", "4"]])
    sheet = openpyxl.load_workbook(path).active
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"
    assert sheet.column_dimensions["A"].width == 30
    assert sheet["A1"].font.bold
    assert sheet["A1"].fill.fgColor.rgb.endswith("D9E2EC")
    assert sheet.title == ("名单 2026  全部 " + "长" * 40)[:31]


def test_the_task_list_says_what_the_sheets_say(tmp_path):
    path = tmp_path / "任务表.xlsx"
    assert write_task_list(path, [sample_sheet(), sample_sheet(name="=cmd")], JOB) == 2
    book = openpyxl.load_workbook(path)
    sheet = book["任务表"]
    head = [cell.value for cell in sheet[1]]
    row = dict(zip(head, (cell.value for cell in sheet[2]), strict=True))
    assert row["单号"] == "20261122-0001"
    assert row["客户"] == "欧阳**（女，50–59 岁）"
    assert row["电话"] == "134****0996"
    assert row["计划日"] == datetime(2026, 11, 24)  # noqa: DTZ001
    assert row["最迟日"] == datetime(2026, 11, 30)  # noqa: DTZ001
    assert row["优先级"] == 87.4
    assert row["结果"] in {None, ""}
    about = {row[0]: row[1] for row in book["说明"].iter_rows(values_only=True)}
    assert about["规则"] == JOB.ruleset_id
    assert about["数据日期"] == "2026-11-20"
    content = "".join(parts(path).values())
    assert not [secret for secret in ("欧阳文博", "13412340996", "864213") if secret in content]


def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    reporter = Reporter()

    def rows():
        yield ["1"]
        reporter.cancel()
        yield ["2"]

    with pytest.raises(Cancelled):
        write_table(path, "名单", [Column("甲")], rows(), reporter=reporter)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_export_leaves_only_itself(tmp_path, monkeypatch):
    elsewhere = tmp_path / "temp"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    path = tmp_path / "a.xlsx"
    write_table(path, "名单", [Column("甲")], [["1"]], about=[("说明", "内部资料")])
    assert sorted(tmp_path.iterdir()) == [path, elsewhere]
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError) as caught:
        write_table(tmp_path / "none" / "a.xlsx", "名单", [Column("甲")], [])
    assert caught.value.code == "sheets.cannot_write"
    assert caught.value.params == {"file": "a.xlsx"}
