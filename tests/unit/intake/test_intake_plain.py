"""Any table as it stands: separators, encodings, gzip, titles above the header."""

import gzip
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.errors import InputError
from branchseg.intake import plain
from branchseg.intake.plain import read_plain
from branchseg.messages import explain

EXPECTED = {"客户": ["01", "02"], "金额": ["1.5", None]}


def written(folder: Path, data: bytes) -> Path:
    path = folder / "表"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("content", "encoding"), [
    ("客户,金额\n01,1.5\n02,\n", "utf-8"),
    ("客户,金额\r\n01,1.5\r\n\r\n02,\r\n", "gb18030"),
    ("客户;金额\n01;1.5\n02;\n", "utf-8-sig"),
    ("客户\t金额\n01\t1.5\n02\n", "utf-16"),
    ('"客户","金额"\n"01","1.5"\n"02",""\n', "utf-8"),
    ("客户交易明细,\n,\n客户,金额\n01,1.5\n02,\n", "utf-8"),
])
def test_texts_are_read_as_they_stand(tmp_path: Path, content: str, encoding: str) -> None:
    path = written(tmp_path, content.encode(encoding))
    assert read_plain(path, ["客户", "金额"]) == EXPECTED


def test_a_gzipped_text_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress("客户,金额\n01,1.5\n02,\n".encode()))
    assert read_plain(path, ["客户"]) == EXPECTED


def test_the_separator_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, b" id  day\n 00004  19970101\n")
    assert read_plain(path, ["day"], separator=" ") == {"id": ["00004"], "day": ["19970101"]}


def test_western_letters_without_a_known_encoding_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "id,value,\n1,2,Décimo \xff\n".encode("latin-1"))
    assert read_plain(path, ["id"]) == {"id": ["1"], "value": ["2"]}


def test_a_workbook_gives_typed_cells_from_the_sheet_that_has_the_columns(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["说明"])
    sheet = book.create_sheet("数据")
    for row in (["名单"], ["客户", "金额"], ["01", 1.5], [None, None], ["02", None]):
        sheet.append(row)
    path = tmp_path / "表.xlsx"
    book.save(path)
    assert read_plain(path, ["客户", "金额"]) == {"客户": ["01", "02"], "金额": [1.5, None]}


def with_hidden_sheet(folder: Path, shown: list[list[object]]) -> Path:
    """A workbook with one sheet in sight and 300 customers on a hidden one."""
    book = openpyxl.Workbook()
    for row in shown:
        book.active.append(row)
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    for row in (["客户", "金额"], *([f"{one}", one] for one in range(300))):
        hidden.append(row)
    path = folder / "表.xlsx"
    book.save(path)
    return path


def test_a_hidden_sheet_is_passed_over(tmp_path: Path) -> None:
    path = with_hidden_sheet(tmp_path, [["金额", "客户"], [1.5, "01"]])
    assert read_plain(path, ["客户", "金额"]) == {"金额": [1.5], "客户": ["01"]}


@pytest.mark.parametrize("shown", [[["说明"], ["见底稿"]], [["客户", "备注"], ["01", "x"]], []])
def test_columns_that_only_a_hidden_sheet_has_are_never_read_in_part(
        tmp_path: Path, shown: list[list[object]]) -> None:
    with pytest.raises(InputError) as caught:
        read_plain(with_hidden_sheet(tmp_path, shown), ["客户", "金额"])
    assert (caught.value.code, caught.value.params) == ("intake.sheet_hidden", {"sheet": "底稿"})
    assert "底稿" in explain(caught.value)


def test_columns_that_no_sheet_has_are_looked_for_in_sight(tmp_path: Path) -> None:
    path = with_hidden_sheet(tmp_path, [["客户", "备注"], ["01", "x"]])
    assert read_plain(path, ["年龄"]) == {"客户": ["01"], "备注": ["x"]}


def test_a_name_that_stands_twice_means_the_first_column(tmp_path: Path) -> None:
    assert read_plain(written(tmp_path, b"a,a,b\n1,2,3\n"), ["a"]) == {"a": ["1"], "b": ["3"]}


def test_a_column_without_a_cell_is_there(tmp_path: Path) -> None:
    assert read_plain(written(tmp_path, b"a,b,c\n1\n"), ["c"]) == {
        "a": ["1"], "b": [None], "c": [None]}


@pytest.mark.parametrize(("data", "code"), [
    (b"", "intake.empty_file"),
    (b"a,b\n", "intake.no_rows"),
    (b"\x89PNG\r\n", "intake.not_spreadsheet"),
    (gzip.compress(b"\x89PNG\r\n"), "intake.not_spreadsheet"),
    (gzip.compress(b"a,b\n1,2\n")[:-9], "intake.damaged"),
    (b'a,b\n"' + b"x" * 200_000, "intake.damaged"),
])
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_plain(written(tmp_path, data), ["a"])
    assert caught.value.code == code


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MAX_TEXT_BYTES", 1000)
    with pytest.raises(InputError) as caught:
        read_plain(written(tmp_path, gzip.compress(b"a,b\n" * 500)), ["a"])
    assert caught.value.code == "intake.file_too_big"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_plain(tmp_path / "nothing.csv", ["a"])
    assert caught.value.code == "intake.not_found"


@given(data=st.binary(max_size=400))
def test_junk_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("junk") / "x"
    path.write_bytes(b"a,b\n" + data)
    try:
        table = read_plain(path, ["a"])
    except InputError:
        return
    assert len({len(column) for column in table.values()}) <= 1
