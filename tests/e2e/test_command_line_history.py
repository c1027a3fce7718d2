"""`run --history`: an earlier list beside the new one, or one sentence that names the file."""

import csv
import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from branchseg.cli import main
from branchseg.cli.outputs import _WRITTEN

HEADERS = ("客户号", "姓名", "证件号码", "AUM时点余额", "最近交易日期")
OLD = (("0000000001", "张三", "", 60_000, "2026-10-20"), ("0000000002", "李四", "", 900_000,
                                                       "2026-10-21"),
       ("0000000003", "王五", "", 10_000, "2026-10-22"))
NEW = (("0000000001", "张三", "", 250_000, "2026-11-20"), ("0000000002", "李四", "", 40_000,
                                                        "2026-11-21"),
       ("0000000004", "赵六", "", 70_000, "2026-11-22"))


def write(path: Path, rows, day: str) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append([f"客户清单 数据日期：{day}"])
    sheet.append(HEADERS)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def lists(tmp_path):
    return (write(tmp_path / "十月.xlsx", OLD, "2026-10-31"),
            write(tmp_path / "十一月.xlsx", NEW, "2026-11-30"))


def run(new, old, out, *more):
    return main(["run", str(new), "--history", *map(str, old), "--out", str(out), *more])


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_has_changed_is_written(lists, tmp_path, capsys):
    old, new = lists
    assert run(new, [old], tmp_path / "out") == 0
    rows = read_csv(tmp_path / "out" / "changes.csv")
    assert [(row["customer_id"], row["change"], row["tier_before"], row["tier_after"],
             row["aum_change"], row["steps"]) for row in rows] == [
        ("******0001", "both", "qualified", "affluent", "190000.0", "1"),
        ("******0002", "both", "vip", "mass", "-860000.0", "-3"),
        ("******0004", "new", "", "qualified", "", "0"),
        ("******0003", "gone", "mass", "", "", "0")]
    changes = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["changes"]
    assert (changes["as_of"], changes["customers"], changes["common"]) == ("2026-10-31", 3, 2)
    assert [changes[key] for key in ("new", "gone", "up", "down")] == [1, 1, 1, 1]
    assert changes["sources"][0]["file"] == "十月.xlsx"
    assert changes["aum"]["left"] == 10_000.0
    assert ("和 2026-10-31 的名单相比：新增 1 户，不在新名单 1 户，升层 1 户，降层 1 户。"
            in capsys.readouterr().out)
    assert {path.name for path in (tmp_path / "out").iterdir()} <= _WRITTEN
    assert run(new, [old], tmp_path / "out", "--clear") == 0, "its own folder is replaced"
    assert read_csv(tmp_path / "out" / "changes.csv")[0]["customer_id"] == "0000000001"


def test_without_history_nothing_is_said_of_changes(lists, tmp_path):
    assert main(["run", str(lists[1]), "--out", str(tmp_path / "out")]) == 0
    assert not (tmp_path / "out" / "changes.csv").exists()
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert "changes" not in summary


def test_customers_without_an_id_are_known_by_their_id_number(tmp_path):
    people = [("", "张三", "11010519491231002X", 60_000, "2026-10-20"),
              ("", "李四", "110101199003074514", 10_000, "2026-10-21")]
    old = write(tmp_path / "十月.xlsx", people, "2026-10-31")
    new = write(tmp_path / "十一月.xlsx", people[::-1], "2026-11-30")
    first, second = tmp_path / "a", tmp_path / "b"
    assert run(new, [old], first) == run(new, [old], second) == 0
    changes = json.loads((first / "summary.json").read_text("utf-8"))["changes"]
    assert (changes["common"], changes["new"], changes["gone"]) == (2, 0, 0)
    assert ((first / "customers.csv").read_bytes() == (second / "customers.csv").read_bytes())


def test_several_earlier_files_are_one_list(lists, tmp_path):
    _old, new = lists
    parts = [write(tmp_path / f"十月{n}.xlsx", [row], "2026-10-31") for n, row in enumerate(OLD)]
    assert run(new, parts, tmp_path / "out") == 0
    changes = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["changes"]
    assert (changes["customers"], len(changes["sources"])) == (3, 3)


def test_lists_of_other_people_are_named_as_such(lists, tmp_path, capsys):
    others = write(tmp_path / "代发.xlsx", [
        (f"00000001{n:02}", "钱七", "", 1, "2026-10-20") for n in range(9)], "2026-10-31")
    assert run(lists[1], [others], tmp_path / "out") == 0
    assert "两份名单只有 0 户相同，可能不是同一种名单" in capsys.readouterr().err
    changes = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))["changes"]
    assert changes["same_kind"] is False


@pytest.mark.parametrize("fault", ["missing", "damaged", "no list"])
def test_a_history_file_nobody_can_use_is_named(lists, tmp_path, capsys, fault):
    old, new = lists
    bad = tmp_path / "九月.xlsx"
    if fault == "damaged":
        bad.write_bytes(old.read_bytes()[:900])
    elif fault == "no list":
        Workbook().save(bad)
    assert run(new, [old, bad], tmp_path / "out") == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("以前的名单“九月.xlsx”不能用：")
    assert "\n" not in said
    assert not (tmp_path / "out").exists()


def test_lists_the_wrong_way_round_are_refused(lists, tmp_path, capsys):
    old, new = lists
    assert run(old, [new], tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "“十一月.xlsx”的数据日期 2026-11-30 晚于这次名单的 2026-10-31" in said
    assert not (tmp_path / "out").exists()
    assert run(old, [new], tmp_path / "out", "--as-of", "2026-11-30") == 0


def test_a_file_with_no_row_to_use_is_named(lists, tmp_path, capsys):
    book = load_workbook(lists[0])
    sheet = book.active
    for row in range(3, 6):
        for column in (1, 2, 3):
            sheet.cell(row, column).value = None
    bad = tmp_path / "空.xlsx"
    book.save(bad)
    assert run(lists[1], [bad], tmp_path / "out") == 2
    assert "以前的名单“空.xlsx”不能用：" in capsys.readouterr().err
