"""What the command line says about columns it leaves out, and how they are taken all the same."""

import csv
import json

import pytest

from branchseg.cli import main

LIST = ("客户号,姓名,最近交易日,时点AUM,日均AUM,经办备注\n"
        "0000000001,王小明,2026-10-20,120000,110000,周六\n"
        "0000000002,李小红,2026-10-21,56000,50000,\n")


@pytest.fixture
def listed(tmp_path):
    path = tmp_path / "名单.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def codes(folder):
    with (folder / "issues.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def run(path, out, *options):
    return main(["run", str(path), "--out", str(out), "--as-of", "2026-10-31", *options])


def test_columns_left_out_are_said(listed, tmp_path, capsys):
    assert run(listed, tmp_path / "o") == 0
    said = capsys.readouterr().err
    assert "有 1 列的含义不确定，没有使用：“日均AUM”（可能是“月日均AUM”" in said
    assert "--accept-doubtful" in said
    assert "这些列没有用到：经办备注。" in said
    assert "只认出" not in said
    assert "王小明" not in said
    found = codes(tmp_path / "o")
    assert found["column_doubtful"]["shown_value"] == "日均AUM"
    assert found["column_doubtful"]["severity"] == "warning"
    assert found["column_unused"]["shown_value"] == "经办备注"


def test_doubtful_columns_can_be_accepted(listed, tmp_path, capsys):
    assert run(listed, tmp_path / "o", "--accept-doubtful") == 0
    assert "含义不确定" not in capsys.readouterr().err
    assert "column_doubtful" not in codes(tmp_path / "o")
    with (tmp_path / "o" / "customers.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["aum_month_avg"]) for row in rows] == [110_000.0, 50_000.0]


def test_reading_says_it_beside_the_json(listed, capsys):
    assert main(["read", str(listed), "--json"]) == 0
    said = capsys.readouterr()
    assert "日均AUM" in said.err
    columns = json.loads(said.out)["columns"]
    assert [column["doubtful"] for column in columns] == [False] * 4 + [True, False]


def test_few_known_columns_are_said(tmp_path, capsys):
    path = tmp_path / "少.csv"
    names = [f"自定义{number}" for number in range(17)]
    path.write_text(f"客户号,姓名,最近交易日,{','.join(names)}\n"
                    f"0000000001,王小明,2026-10-20{',1' * 17}\n", encoding="utf-8")
    assert run(path, tmp_path / "o") == 0
    assert "共 20 列，只认出 3 列" in capsys.readouterr().err


def test_a_list_nobody_can_use_is_refused_in_one_line(tmp_path, capsys):
    path = tmp_path / "无.csv"
    path.write_text("性别,日均AUM\n男,3\n女,4\n", encoding="utf-8")
    assert run(path, tmp_path / "o") == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert "没有能认出客户的列" in said
    assert not (tmp_path / "o").exists()
