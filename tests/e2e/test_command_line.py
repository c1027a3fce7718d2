"""The command line end to end: a dirty list in, a complete folder out, or one sentence."""

import csv
import json
import os
import re
import shutil
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pypdfium2
import pytest
from openpyxl import load_workbook

from branchseg import sample
from branchseg.cli import Hooks, main
from branchseg.pipeline import read_returns
from branchseg.settings import Settings, save
from ui.printing import write_pdf

HOOKS = Hooks(write_pdf=write_pdf)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("list") / "名单.xlsx"
    sample.write(path, customers=300, seed=5)
    return path


@pytest.fixture(scope="module")
def clear(workbook, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("out") / "clear"
    assert main(["run", str(workbook), "--out", str(out), "--clear"]) == 0
    return out


@pytest.fixture(scope="module")
def finished(workbook, tmp_path_factory, qapp) -> Path:
    out = tmp_path_factory.mktemp("out") / "结果"
    assert main(["run", str(workbook), "--out", str(out), "--sheets", "top:7"], HOOKS) == 0
    return out


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_run_writes_everything(finished):
    names = {p.relative_to(finished).as_posix() for p in finished.rglob("*") if p.is_file()}
    assert {"summary.json", "customers.csv", "issues.csv", "task_sheets.pdf", "task_list.xlsx",
            "quality_report.xlsx", "quality_report.pdf",
            "charts/status_funnel.png", "charts/tier_pyramid.png"} <= names


def test_the_quality_report_agrees_with_the_run(finished):
    summary = json.loads((finished / "summary.json").read_text(encoding="utf-8"))
    document = pypdfium2.PdfDocument(finished / "quality_report.pdf")
    said = normalize("NFKC", document[0].get_textpage().get_text_range())
    assert len(document) == 1
    assert "数据质量报告" in said
    assert summary["ruleset"].split(" · ")[1] in said
    document.close()
    rows = list(load_workbook(finished / "quality_report.xlsx")["质量报告"].values)
    assert sum(row[3] for row in rows if row[0] in {"问题", "说明"}) == sum(
        summary["issues"].values())
    assert {row[4] for row in rows if row[0] == "完整度"} == {summary["customers"]}
    steps = list(load_workbook(finished / "quality_report.xlsx")["清洗步骤"].values)[1:]
    assert [row[1:] for row in steps] == [(one["stage"], one["text"]) for one in summary["steps"]]
    assert any("合并为 300 户" in one["text"] for one in summary["steps"])


def test_summary_adds_up(finished):
    summary = json.loads((finished / "summary.json").read_text(encoding="utf-8"))
    customers = read_csv(finished / "customers.csv")
    assert summary["as_of"] == sample.AS_OF.isoformat()
    assert summary["customers"] == 300 == len(customers)
    assert sum(summary["status"].values()) == 300
    assert sum(summary["grades"].values()) == 300
    assert sum(summary["segments"].values()) == 300
    assert summary["rows_read"] >= summary["rows_used"] > 300
    assert sum(summary["issues"].values()) == len(read_csv(finished / "issues.csv"))


def test_customers_are_masked(finished, workbook):
    rows = read_csv(finished / "customers.csv")
    assert list(rows[0])[:2] == ["customer_id", "status"]
    assert all(row["name"].endswith("*") for row in rows if row["name"])
    assert not [row["mobile"] for row in rows if row["mobile"] and "*" not in row["mobile"]]
    assert not [row["id_number"] for row in rows
                if row["id_number"] and "*" not in row["id_number"]]


def test_nobody_can_work_out_a_birthday_from_masked_files(finished, clear):
    """The year of birth stays; what changes on the birthday is left out, written or counted."""
    rows, whole = read_csv(finished / "customers.csv"), read_csv(clear / "customers.csv")
    assert {len(row["birth_date"]) for row in rows} <= {0, 4}
    gone = {"age", "age_years", "days_to_birthday"} & set(whole[0])
    assert gone >= {"age_years", "days_to_birthday"}
    assert set(whole[0]) - set(rows[0]) == gone
    greeted = [(mine["due_days"], theirs["due_days"] != "")
               for mine, theirs in zip(rows, whole, strict=True)
               if mine["next_action"] == "birthday"]
    assert set(greeted) == {("", True)}
    shown = [issue["shown_value"] for issue in read_csv(finished / "issues.csv")
             if issue["field"] == "birth_date"]
    assert shown
    assert not [text for text in shown if sum(map(str.isdigit, text)) > 4]


def test_results_stand_in_the_order_of_the_contract(finished):
    factors = [f"factor_{number}" for number in range(1, 8)]
    front = ["customer_id", "status", "tier", "tier_basis", "to_next_tier", *factors, "score",
             "completeness", "grade", "rfm", "segment", "actions"]
    assert list(read_csv(finished / "customers.csv")[0])[:len(front)] == front


def test_a_filled_list_of_the_command_line_is_recorded_on_nobody(finished, tmp_path):
    """A vault gives its sheets the plain numbers of the same day: they must not meet."""
    book = load_workbook(finished / "task_list.xlsx")
    sheet = book.worksheets[0]
    place = [cell.value for cell in sheet[1]].index("结果") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, place, "3")
    book.save(tmp_path / "填好.xlsx")
    book.close()
    found = read_returns(tmp_path / "填好.xlsx", [], date(2026, 11, 22))
    assert len(found.faulty) == 7
    assert all("用命令行批量打印" in row.fault for row in found.faulty)


def test_clear_shows_the_values(clear):
    rows = read_csv(clear / "customers.csv")
    assert sum("*" not in row["mobile"] and len(row["mobile"]) == 11 for row in rows) > 250


def test_pdf_has_one_page_per_sheet_and_no_full_number(finished, clear):
    document = pypdfium2.PdfDocument(finished / "task_sheets.pdf")
    assert len(document) == 7
    # some fonts give Kangxi radicals for common characters; NFKC brings them back
    text = normalize("NFKC", "".join(p.get_textpage().get_text_range() for p in document))
    assert text.count("跟进任务单") == 7
    assert text.count("识别-默认 v1") == 7
    for row in read_csv(clear / "customers.csv"):
        for key in ("mobile", "id_number", "customer_id"):
            assert len(row[key]) < 8 or row[key] not in text


@pytest.mark.parametrize(("options", "saved", "branch", "operator"), [
    ((), Settings(), "＿＿＿＿", "＿＿＿＿"),
    ((), Settings(branch_name="城西支行", operator="陈静"), "城西支行", "陈静"),
    (("--branch", "城东支行", "--operator", "李明"),
     Settings(branch_name="城西支行", operator="陈静"), "城东支行", "李明"),
])
def test_sheets_are_headed_by_options_settings_or_a_line(
        workbook, tmp_path, qapp, monkeypatch, options, saved, branch, operator):
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    save(saved)
    out = tmp_path / "out"
    assert main(["run", str(workbook), "--out", str(out), "--sheets", "top:1", *options],
                HOOKS) == 0
    pdf = pypdfium2.PdfDocument(out / "task_sheets.pdf")
    words = normalize("NFKC", pdf[0].get_textpage().get_text_range())
    pdf.close()
    assert normalize("NFKC", f"\n{branch} · ") in words
    assert normalize("NFKC", f"操作人 {operator}") in words
    assert "示例支行" not in words
    assert "【" not in words


def test_nothing_personal_is_printed(workbook, tmp_path, capsys):
    main(["run", str(workbook), "--out", str(tmp_path / "a"), "--clear"])
    main(["read", str(workbook), "--json"])
    printed = "".join(capsys.readouterr())
    for row in read_csv(tmp_path / "a" / "customers.csv"):
        for key in ("name", "mobile", "id_number", "customer_id"):
            assert len(row[key]) < 3 or row[key] not in printed


def test_same_input_same_output(finished, workbook, tmp_path):
    out = tmp_path / "again"
    main(["run", str(workbook), "--out", str(out)])
    assert (out / "customers.csv").read_bytes() == (finished / "customers.csv").read_bytes()
    assert (out / "issues.csv").read_bytes() == (finished / "issues.csv").read_bytes()


def test_an_earlier_result_is_replaced_and_a_strange_folder_refused(workbook, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["run", str(workbook), "--out", str(out)]) == 0
    assert main(["run", str(workbook), "--out", str(out)]) == 0
    strange = tmp_path / "mine"
    strange.mkdir()
    (strange / "报告.docx").write_text("x")
    assert main(["run", str(workbook), "--out", str(strange)]) == 2
    assert "换一个空文件夹" in capsys.readouterr().err
    assert [p.name for p in strange.iterdir()] == ["报告.docx"]


def test_as_of_is_taken_or_given(workbook, tmp_path, capsys):
    main(["run", str(workbook), "--out", str(tmp_path / "o"), "--as-of", "2026-11-30"])
    summary = json.loads((tmp_path / "o" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["as_of"], summary["as_of_source"]) == ("2026-11-30", "given")
    assert "指定" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), [
    ("empty.xlsx", b""),
    ("picture.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 300),
    ("half.xlsx", b"PK\x03\x04" + b"0" * 200),
    ("nothing.csv", "甲,乙\n".encode()),
    ("no_key.csv", "活期余额,定期余额,理财余额,最近交易日\n1,2,3,2026-01-01\n".encode()),
])
def test_bad_input_is_one_chinese_sentence(name, content, tmp_path, capsys):
    path = tmp_path / name
    path.write_bytes(content)
    assert main(["run", str(path), "--out", str(tmp_path / "out")]) == 2
    message = capsys.readouterr().err.strip()
    assert "\n" not in message
    assert any("一" <= char <= "鿿" for char in message)
    assert "Traceback" not in message
    assert not (tmp_path / "out").exists()
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_missing_file_and_wrong_words(tmp_path, capsys):
    assert main(["run", str(tmp_path / "没有.xlsx"), "--out", str(tmp_path / "o")]) == 2
    assert main(["run", "a.xlsx"]) == 2
    assert main(["fly"]) == 2
    assert main(["run", "a.xlsx", "--out", "o", "--as-of", "31.10.2026"]) == 2
    assert main(["run", "a.xlsx", "--out", "o", "--sheets", "some"]) == 2
    for line in capsys.readouterr().err.strip().splitlines():
        assert any("一" <= char <= "鿿" for char in line)


def test_faults_in_rules_are_all_listed(workbook, tmp_path, capsys):
    from branchseg.paths import resources_dir

    rules = tmp_path / "rules"
    rules.mkdir()
    for path in (resources_dir() / "rules").glob("*.toml"):
        (rules / path.name).write_bytes(path.read_bytes())
    status = rules / "status.toml"
    status.write_text(status.read_text(encoding="utf-8")
                      .replace('op = "le"', 'op = "lee"')
                      .replace('field = "txn_count_12m"', 'field = "txn_cnt_12m"'),
                      encoding="utf-8")
    command = ["run", str(workbook), "--out", str(tmp_path / "out"), "--rules", str(rules)]
    assert main(command) == 3
    message = capsys.readouterr().err
    assert message.count("status.toml") >= 2
    assert "txn_count_12m" in message
    assert not (tmp_path / "out").exists()


def test_read_reports_columns(workbook, capsys):
    assert main(["read", str(workbook), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["format"], answer["header_row"]) == ("xlsx", 4)
    fields = {column["field"] for column in answer["columns"]}
    assert {"customer_id", "name", "id_number", "mobile", "aum_month_avg", "last_txn"} <= fields
    assert answer["issues"]["field_refused"] == 1


def test_status_of_the_sample_is_known(tmp_path):
    """On a clean list the funnel gives exactly the statuses the generator planted."""
    path = tmp_path / "clean.xlsx"
    truth = sample.write(path, customers=400, seed=3, dirty=False)
    main(["run", str(path), "--out", str(tmp_path / "out")])
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["status"] == {k: v for k, v in truth.statuses.items() if v}
    assert date.fromisoformat(summary["as_of"]) == truth.as_of


def test_a_bug_tells_places_and_no_values(workbook, tmp_path, capsys, monkeypatch):
    def broken(*_):
        raise RuntimeError("张三 13812345678")

    monkeypatch.setattr("branchseg.cli.commands.write_outputs", broken)
    assert main(["run", str(workbook), "--out", str(tmp_path / "o")]) == 1
    message = capsys.readouterr().err
    assert "没有预料到" in message
    assert "RuntimeError" in message
    assert "张三" not in message
    assert "138" not in message


def test_foreign_files_beside_an_earlier_result_stay(finished, workbook, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    (out / "论文.docx").write_text("mine")
    assert main(["run", str(workbook), "--out", str(out)]) == 2
    assert (out / "论文.docx").read_text() == "mine"
    assert (out / "customers.csv").exists()


def test_the_old_result_stays_if_the_new_one_cannot_be_put_in_place(
        finished, workbook, tmp_path, monkeypatch):
    out = tmp_path / "out"
    shutil.copytree(finished, out)
    rename = Path.rename

    def fails(self, target):
        if target == out and not self.name.endswith("-old"):
            raise PermissionError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    assert main(["run", str(workbook), "--out", str(out)]) == 2
    assert (out / "summary.json").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_an_output_place_that_is_no_folder_is_refused(workbook, tmp_path, kind):
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("x")
    else:
        out.symlink_to(tmp_path / "nowhere")
    assert main(["run", str(workbook), "--out", str(out)]) == 2


def test_what_a_killed_run_left_is_swept(workbook, tmp_path):
    left = tmp_path / ".branchseg-abc"
    left.mkdir()
    (left / "customers.csv").write_text("x")
    os.utime(left, (0, 0))
    assert main(["run", str(workbook), "--out", str(tmp_path / "out")]) == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("again", [False, True])
def test_a_result_is_never_lost_between_the_two_renames(workbook, tmp_path, monkeypatch, again):
    """Killed there, the old result lies aside; the next run brings it back, whatever it does."""
    out = tmp_path / "out"
    assert main(["run", str(workbook), "--out", str(out)]) == 0
    rename = Path.rename

    class KilledError(BaseException):
        """Nothing of the program can catch this."""

    def killed(self, target):
        if target == out:
            raise KilledError
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        with pytest.raises(KilledError):
            main(["run", str(workbook), "--out", str(out)])
    assert not out.exists()
    other = out if again else tmp_path / "other"
    assert main(["run", str(workbook), "--out", str(other)]) == 0
    assert (out / "summary.json").exists()
    assert not list(tmp_path.glob(".branchseg-*-old"))


def test_the_demo_tells_how_long_reading_took(tmp_path):
    assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
    summary = json.loads((tmp_path / "demo" / "结果" / "summary.json").read_text("utf-8"))
    assert summary["seconds"]["read"] > 0


def test_result_folders_are_private(finished):
    assert finished.stat().st_mode & 0o077 == 0


def test_a_list_without_header_prints_nobody(tmp_path, capsys):
    path = tmp_path / "无表头.csv"
    path.write_text("张三,女,教师,本部\n李四,男,医生,本部\n", encoding="utf-8")
    main(["read", str(path), "--json"])
    assert "张三" not in "".join(capsys.readouterr())


def test_invalid_customers_are_put_aside(finished):
    rows = read_csv(finished / "customers.csv")
    invalid = [row for row in rows if row["status"] == "invalid"]
    assert invalid
    assert not [row for row in invalid if row["rfm"]]
    assert list(rows[0])[:5] == ["customer_id", "status", "tier", "tier_basis", "to_next_tier"]
    assert {len(row["birth_date"]) for row in rows} <= {0, 4}


def test_a_column_nobody_has_a_value_in_is_no_fault(tmp_path):
    """Everybody unverified: the RFM column is there and empty."""
    path = tmp_path / "名单.csv"
    path.write_text("客户号,姓名,证件号码,活期余额\n0001,,,5\n0002,,,6\n", encoding="utf-8")
    command = ["run", str(path), "--out", str(tmp_path / "o"), "--as-of", "2026-10-31"]
    assert main(command) == 0
    rows = read_csv(tmp_path / "o" / "customers.csv")
    assert [(row["status"], row["name"]) for row in rows] == [("unverified", "")] * 2


def test_misuse_is_said_in_chinese_only(capsys):
    main(["run"])
    main(["read", "a.xlsx", "--fly"])
    words = set(re.findall(r"[a-z]+", capsys.readouterr().err))
    assert words <= {"branchseg", "run", "read", "help"}


def test_events_count_from_today_and_an_old_list_is_told(workbook, tmp_path, capsys):
    def run(today):
        out = tmp_path / today
        assert main(["run", str(workbook), "--out", str(out), "--today", today,
                     "--as-of", "2026-10-31"]) == 0
        return json.loads((out / "summary.json").read_text("utf-8")), read_csv(
            out / "customers.csv"), capsys.readouterr().out

    fresh, rows, said = run("2026-11-10")
    assert (fresh["today"], fresh["list_age"]) == ("2026-11-10", "")
    assert "2026-11-10" in said
    old, later, said = run("2026-11-11")
    assert old["list_age"] in said
    assert "已过 11 天" in old["list_age"]
    assert old["status"] == fresh["status"]
    days = [(float(a["days_to_maturity"]), float(b["days_to_maturity"]))
            for a, b in zip(rows, later, strict=True) if a["days_to_maturity"]]
    assert days
    assert all(a - b == 1 for a, b in days)
    future, _, said = run("2026-10-30")
    assert future["today"] == "2026-10-31"
    assert future["list_age"] in said
    assert "晚于今天（2026-10-30）" in said
