"""What must not get out of a run: live formulas, left-over folders, sheets made twice."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest

from branchseg import pipeline
from branchseg.cli import Hooks, main, outputs
from branchseg.sheets import composing

FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1")
HEADERS = ("客户号", "姓名", "手机号", "工作单位", "月日均AUM", "最近交易日", "到期日")
ROWS = [(f"=C{n}", f"客户{n}", f"1380013800{n}", FORMULAS[n % 6], 60_000.0 + n, "2026-10-20",
         "2026-11-02") for n in range(8)]


@pytest.fixture(autouse=True)
def no_charts(monkeypatch):
    monkeypatch.setattr(outputs, "_draw_charts", lambda _result, folder: folder.mkdir())


def workbook(folder: Path, sheets=(("名单", HEADERS, ROWS),), name="=名单.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(title)
        for row in (headers, *rows):
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    path = folder / name
    book.save(path)
    return path


def run(path: Path, out: Path, hooks=None, *options: str) -> int:
    return main(["run", str(path), "--out", str(out), "--as-of", "2026-10-31", "--today",
                 "2026-10-31", *options], hooks or Hooks())


def test_no_cell_of_a_table_begins_like_a_formula(tmp_path):
    assert run(workbook(tmp_path), tmp_path / "out", None, "--clear") == 0
    for name in ("customers.csv", "issues.csv"):
        with (tmp_path / "out" / name).open(encoding="utf-8-sig", newline="") as file:
            texts = [cell for row in csv.reader(file) for cell in row]
        assert any(text.startswith("'=") for text in texts), name
        live = [text for text in texts if text.startswith(("=", "+", "@", "\t", "\r"))]
        assert live == []
        assert all(text[1:].replace(".", "").isdigit() for text in texts
                   if text.startswith("-"))  # a minus only before a number


def test_no_cell_of_a_workbook_is_a_formula(tmp_path):
    out = tmp_path / "out"
    assert run(workbook(tmp_path), out, None, "--clear", "--sheets", "all") == 0
    with zipfile.ZipFile(out / "task_list.xlsx") as archive:
        parts = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert parts
    assert not any(b"<f>" in part or b"<hyperlink" in part for part in parts)
    book = openpyxl.load_workbook(out / "task_list.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str)
               and cell.number_format == "@")


@pytest.mark.parametrize("option", [None, "--history"])
def test_a_list_in_the_folder_of_an_earlier_result_is_not_replaced(tmp_path, capsys, option):
    out, path = tmp_path / "out", workbook(tmp_path)
    assert run(path, out, None, "--clear") == 0
    before = {each: each.read_bytes() for each in out.iterdir() if each.is_file()}
    inside = out / "customers.csv"
    capsys.readouterr()
    options = () if option is None else (option, str(inside))
    assert run(inside if option is None else path, out / ".." / "out", None, *options) == 2
    assert "“customers.csv”，没有写入任何内容" in capsys.readouterr().err
    assert {each: each.read_bytes() for each in out.iterdir() if each.is_file()} == before


class BrokenError(Exception):
    """A bug, as far as the run can tell."""


@pytest.mark.parametrize(("error", "code"), [(OSError(), 2), (BrokenError(), 1)])
def test_a_run_that_fails_leaves_nothing(tmp_path, error, code, capsys):
    path = workbook(tmp_path)
    seen: list[Path] = []

    def write_pdf(_pages, target, _reporter, **_title):
        seen.append(target.parent)
        raise error

    assert run(path, tmp_path / "out", Hooks(write_pdf=write_pdf), "--sheets", "all") == code
    assert seen
    assert not seen[0].exists()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_every_sheet_is_made_once(tmp_path, monkeypatch):
    made = []
    real = composing.compose
    monkeypatch.setattr(pipeline.sheetwork.sheets, "compose",
                        lambda *arguments: made.append(1) or real(*arguments))

    def write_pdf(pages, target, _reporter, **_title):
        target.write_bytes(b"%PDF")
        return sum(1 for _ in pages)

    out = tmp_path / "out"
    assert run(workbook(tmp_path), out, Hooks(write_pdf=write_pdf), "--sheets", "all") == 0
    listed = openpyxl.load_workbook(out / "task_list.xlsx").worksheets[0].max_row - 1
    assert len(made) == listed == 8


def test_pages_are_listed_as_they_are_printed(monkeypatch):
    """Neither all pages nor all rows are ever in memory."""
    log = []

    def written():
        for number in range(3):
            log.append(f"made {number}")
            yield number

    monkeypatch.setattr(outputs.sheets, "task_pages", lambda sheet: [sheet])
    pages = outputs._listed(written(), lambda sheet: log.append(f"listed {sheet}"))
    log.extend(f"printed {page}" for page in pages)
    assert log == [f"{what} {number}" for number in range(3)
                   for what in ("made", "listed", "printed")]


@pytest.mark.parametrize("turned", [False, True])
def test_the_largest_sheet_is_the_list(tmp_path, turned):
    sheets = [("说明", ("客户号", "备注"), [("C1", "x")]), ("名单", HEADERS, ROWS),
              ("旧", ("客户号", "姓名", "年龄"), [("C1", "张三", 3), ("C2", "李四", 4)])]
    path = workbook(tmp_path, sheets[::-1] if turned else sheets)
    found = pipeline.read_lists(path)
    assert [source.raw.source.sheet for source in found] == ["名单"]
    assert sorted(issue.shown for issue in found[0].raw.issues
                  if issue.code == "other_list") == ["旧", "说明"]
