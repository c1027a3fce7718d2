"""`branchseg model`: from a file and a specification to an answer, or a clear sentence."""

import csv
import gzip
import io
import json
import re
from datetime import date, timedelta

import numpy as np
import openpyxl
import pytest

from branchseg.cli import main
from branchseg.pipeline.modelling import TABLE_MODELS

COMMON = {"model", "rows", "rows_used", "quality", "parameters", "verdict", "warnings",
          "message"}
"""What every answer has."""


def table(columns):
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


def people(size=400):
    """Customers of two kinds, of whom the second answers more often."""
    rng = np.random.default_rng(5)
    second = rng.random(size) < 0.4
    answered = rng.random(size) < np.where(second, 0.55, 0.1)
    return {
        "编号": [f"C{n:05d}" for n in range(size)],
        "余额": np.round(np.where(second, 9e5, 900) * np.exp(rng.normal(0, .3, size)), 2).tolist(),
        "笔数": (np.where(second, 60, 5) + rng.integers(0, 4, size)).tolist(),
        "产品": (np.where(second, 6, 2) + rng.integers(0, 2, size)).tolist(),
        "年龄": rng.integers(20, 80, size).tolist(),
        "结果": np.where(answered, "是", "否").tolist(),
        "分数": np.round(np.where(second, 0.6, 0.2) + rng.random(size) * 0.1, 4).tolist(),
        "月数": rng.integers(1, 7, size).tolist(),
        "参加": np.where(rng.random(size) < 0.5, "是", "否").tolist(),
    }


def transactions():
    """Two hundred customers who buy at rates of their own until they stay away (BG/NBD)."""
    rng = np.random.default_rng(6)
    rows = []
    for one in range(200):
        day, rate, leaves = rng.uniform(0, 300), rng.gamma(1, 0.03), rng.beta(0.8, 2.5)
        while day < 720:
            written = date(2024, 1, 1) + timedelta(int(day))
            rows.append((f"C{one:03d}", written.isoformat(), round(float(rng.gamma(2, 50)), 2)))
            day += rng.exponential(1 / rate) if rng.random() > leaves else 720
    return dict(zip(("编号", "日期", "金额"), map(list, zip(*rows, strict=True)), strict=True))


def wages():
    """Forty customers who are paid on the tenth of six months; half take it out two days later."""
    rows = []
    for one in range(40):
        balance = 1_000.0
        for month in range(1, 7):
            for day, amount, kind in ((10, 5_000.0, "代发工资"),
                                      (12, -5_800.0 if one % 2 else -500.0, "转账"),
                                      (28, 800.0 if one % 2 else -4_500.0, "其他")):
                balance += amount
                rows.append((f"C{one:05d}", date(2026, month, day).isoformat(), amount,
                             kind, balance))
    return dict(zip(("编号", "日期", "金额", "摘要", "余额"),
                    map(list, zip(*rows, strict=True)), strict=True))


SPECS = {
    "rfm": '[columns]\ncustomer="编号"\ndate="日期"\namount="金额"',
    "clv": '[columns]\ncustomer="编号"\ndate="日期"\namount="金额"\n[rules]\nunit="week"',
    "clusters": '[columns]\nfeatures=["余额","笔数","产品"]\n[rules]\nk="auto"',
    "factors": '[columns]\nfeatures=["余额","笔数","产品","年龄"]\n[rules]\nfactors=2',
    "response": '[columns]\ntarget="结果"\npositive="是"\ncustomer="编号"\n[split]\n'
                'kind="stratified"\ntest=0.3\nseed=1\n[rules]\nmodel="logistic"',
    "retention": '[columns]\ntarget="结果"\npositive="是"\ncustomer="编号"\n[rules]\n'
                 'model="logistic"',
    "survival": '[columns]\nduration="月数"\nlost="结果"\ngroup="参加"\ncustomer="编号"',
    "payroll": '[columns]\ncustomer="编号"\ndate="日期"\namount="金额"\nkind="摘要"\n'
               'balance="余额"\n[rules]\npay="代发"',
    "cutoff": '[columns]\nscore="分数"\ntarget="结果"\n[rules]\ncost=5\nbenefit=40',
    "effect": '[columns]\ntreated="参加"\ncontrol_value="否"\noutcome="余额"\n[rules]\n'
              'kind="mean"\nrandomised=true',
}


@pytest.fixture
def ask(tmp_path, capsys):
    """Run a model on a table; the exit code, what it printed, and what it complained of."""
    def run(name, content, spec, *options, file="数据.csv"):
        (tmp_path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
        (tmp_path / "设置.toml").write_text(spec, encoding="utf-8")
        code = main(["model", name, "--in", str(tmp_path / file), "--spec",
                     str(tmp_path / "设置.toml"), *options])
        said = capsys.readouterr()
        return code, said.out, said.err
    return run


def content_for(name):
    if name == "payroll":
        return table(wages())
    return table(transactions() if name in {"rfm", "clv"} else people())


@pytest.mark.parametrize("name", TABLE_MODELS)
def test_every_model_answers_with_its_card(ask, name, tmp_path):
    out = tmp_path / "结果.csv"
    code, said, complaints = ask(name, content_for(name), SPECS[name], "--json", "--out", str(out))
    answer = json.loads(said)
    assert code == 0
    assert answer.keys() >= COMMON
    assert answer["model"] == name
    assert answer["verdict"] in {"ok", "rule_is_as_good", "not_enough_data", "not_reliable"}
    assert answer["message"].endswith("。")
    if answer["verdict"] in {"ok", "rule_is_as_good"} and name not in {"cutoff", "effect"}:
        rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
        assert len(rows) == 1 + {"rfm": 200, "clv": 200, "payroll": 40}.get(name, 400)
    else:
        assert out.exists() is ("没有写结果文件" not in complaints)


@pytest.mark.parametrize("name", TABLE_MODELS)
def test_no_customer_is_printed(ask, name):
    _, said, complaints = ask(name, content_for(name), SPECS[name], "--json")
    assert "C00" not in said + complaints


JUNK = {"letters": "x," * 10 + "\n", "blanks": "无,,,,,,,,,,,\n" * 50,
        "ones": "1,1,1,1,1,1,1,1,1,1,1,1\n" * 300}
"""A row without an outcome of meaning, rows without any, rows that are all the same."""

NOTHING = {
    "rfm": dict.fromkeys(JUNK, "没有一笔可用的交易"),
    "clv": dict.fromkeys(JUNK, "可用的客户 0 位"),
    "clusters": dict.fromkeys(JUNK, "没有可用的特征"),
    "factors": dict.fromkeys(JUNK, "可用的列只有 0 列"),
    **{key: {"letters": "已知结果的1位客户里没有一位是目标结果", "blanks": "没有一条记录知道结果",
              "ones": "已知结果的1位客户里没有一位是目标结果"}
       for key in ("response", "retention")},
    "survival": dict.fromkeys(("letters", "blanks"), "知道时长和结果的0位客户里只流失0位") | {
        "ones": "300位客户的时长全都一样"},
    "payroll": dict.fromkeys(JUNK, "能看满7天的代发只有0笔"),
    "cutoff": {"letters": "有分数和结果的客户有0位", "blanks": "有分数和结果的客户有0位",
               "ones": "有分数和结果的客户有300位，其中有反应的300位"},
    "effect": {"letters": "参加活动的有0位、对照的有0位", "blanks": "参加活动的有0位、对照的有0位",
               "ones": "参加活动的有300位、对照的有0位"},
}
"""What each model says of junk."""


@pytest.mark.parametrize("name", TABLE_MODELS)
@pytest.mark.parametrize("junk", JUNK)
def test_junk_gets_a_sentence_and_no_result(ask, name, junk, tmp_path):
    out = tmp_path / "结果.csv"
    header = ",".join(transactions() | people() | wages())
    code, said, complaints = ask(name, f"{header}\n{JUNK[junk]}", SPECS[name], "--json", "--out",
                                 str(out))
    answer = json.loads(said)
    assert (code, answer["verdict"]) == (0, "not_enough_data")
    assert NOTHING[name][junk] in answer["message"]
    assert complaints == "注意：这次没有逐户结果，没有写结果文件。\n"
    assert not out.exists()


@pytest.mark.parametrize("name", TABLE_MODELS)
def test_a_header_without_rows_ends_with_2(ask, name):
    header = ",".join(transactions() | people() | wages())
    code, said, complaints = ask(name, header, SPECS[name], "--json")
    assert (code, said) == (2, "")
    assert complaints.startswith("表格只有表头，没有客户数据。")


def book_of(columns):
    """The same as a workbook; its texts stay texts."""
    book = openpyxl.Workbook()
    for row in (list(columns), *zip(*columns.values(), strict=True)):
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_gzip_and_workbooks_give_the_same(ask):
    columns = people()
    text = table(columns)
    kinds = {"数据.csv": text, "数据.csv.gz": gzip.compress(text.encode()),
             "数据.xlsx": book_of(columns), "数据.txt": text.encode("gb18030")}
    answers = [ask("clusters", content, SPECS["clusters"], "--json", file=file)[1]
               for file, content in kinds.items()]
    assert len(set(answers)) == 1


@pytest.mark.parametrize(("spec", "place"), [
    ('[columns]\nfeatures=["余额","没有"]', "columns.features"),
    ('[columns]\nfeatures=["余额","笔数"]\nmore=1', "columns.more"),
    ('[columns]\nfeatures=["余额","笔数"]\n[rules]\nk=1', "rules.k"),
    ('[columns]\nfeatures=["余额","笔数"]\n[file]\nseparator="，，"', "file.separator"),
    ("[columns", "-"),
])
def test_faults_of_the_specification_are_all_told_and_end_with_3(ask, spec, place):
    code, said, complaints = ask("clusters", table(people()), spec)
    assert (code, said) == (3, "")
    assert "模型设置文件有 1 处错误" in complaints
    assert f"设置.toml · {place}：" in complaints


@pytest.mark.parametrize(("content", "word"), [
    (b"", "空"), (b"\x89PNG\r\n\x1a\n", "表格"), ("余额,笔数\n".encode(), "数据")])
def test_a_file_nobody_can_use_ends_with_2(ask, content, word):
    code, said, complaints = ask("clusters", content, SPECS["clusters"])
    assert (code, said) == (2, "")
    assert word in complaints


def test_missing_files_and_unknown_models_are_told(tmp_path, capsys):
    spec = tmp_path / "设置.toml"
    assert main(["model", "clusters", "--in", str(tmp_path / "无"), "--spec", str(spec)]) == 2
    assert "设置.toml" in capsys.readouterr().err
    spec.write_text(SPECS["clusters"], encoding="utf-8")
    assert main(["model", "clusters", "--in", str(tmp_path / "无"), "--spec", str(spec)]) == 2
    assert main(["model", "别的", "--in", "a", "--spec", "b"]) == 2


def test_a_result_that_cannot_be_written_is_told(ask, tmp_path):
    code, said, complaints = ask("clusters", table(people()), SPECS["clusters"], "--out",
                                 str(tmp_path))
    assert (code, said) == (2, "")
    assert "没有写入任何内容" in complaints


@pytest.mark.parametrize("option", ["--in", "--spec"])
def test_a_source_is_never_overwritten(ask, tmp_path, option):
    name = {"--in": "数据.csv", "--spec": "设置.toml"}[option]
    (tmp_path / "folder").mkdir()
    out = tmp_path / "folder" / ".." / name
    code, said, complaints = ask("clusters", table(people()), SPECS["clusters"], "--json", "--out",
                                 str(out))
    assert (code, said) == (2, "")
    assert f"“{name}”" in complaints
    assert "没有写入任何内容" in complaints
    assert (tmp_path / "数据.csv").read_text("utf-8") == table(people()).replace("\r\n", "\n")
    assert (tmp_path / "设置.toml").read_text("utf-8") == SPECS["clusters"]


@pytest.mark.parametrize("name", ["rfm", "clv", "clusters", "factors", "response", "retention",
                                  "cutoff"])
@pytest.mark.parametrize("file", ["数据.csv", "数据.xlsx"])
def test_no_cell_of_a_result_is_a_formula(ask, tmp_path, name, file):
    columns = transactions() if name in {"rfm", "clv"} else people()
    columns = {f"=1+{key}": column for key, column in columns.items()}
    columns["=1+编号"] = [f"{'=+-@'[place % 4]}1+{one}"
                        for place, one in enumerate(columns["=1+编号"])]
    spec = re.sub(f'"({"|".join(transactions() | people() | wages())})"', r'"=1+\1"', SPECS[name])
    if name in {"clusters", "factors"}:
        spec = spec.replace("[columns]", '[columns]\ncustomer="=1+编号"')
    out = tmp_path / "结果.csv"
    content = table(columns) if file.endswith("csv") else book_of(columns)
    assert ask(name, content, spec, "--out", str(out), file=file)[0] == 0
    cells = [cell for row in csv.reader(out.read_text("utf-8-sig").splitlines()) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []
    assert all(cell[1:2].isdigit() and "+" not in cell
               for cell in cells if cell.startswith("-"))  # a minus only before a number
    assert name == "cutoff" or {f"'{mark}" for mark in "=+-@"} <= {cell[:2] for cell in cells}


def test_the_help_says_that_a_result_is_not_masked(capsys):
    with pytest.raises(SystemExit):
        main(["model", "--help"])
    assert "不脱敏" in capsys.readouterr().out


EFFECT = SPECS["effect"].replace("true", "false")


def test_warnings_are_said_in_words_beside_the_answer(ask):
    columns = people() | {"层": ["独", *"甲乙" * 199, "甲"], "年龄": ["不详"] * 400}
    spec = EFFECT.replace("[rules]", 'stratum="层"\n[rules]')
    code, said, complaints = ask("effect", table(columns), spec)
    assert code == 0
    assert "注意" not in said
    assert complaints.splitlines() == [
        "注意：不是随机分组，两组客户可能原本就不同，差别不一定是活动带来的。",
        "注意：有 1 行所在的层里只有一组客户，没法比较，没有使用。"]


def test_columns_of_one_warning_are_named_together(ask):
    columns = people() | {"产品": ["2"] * 400, "笔数": ["3"] * 400}
    assert ask("factors", table(columns), SPECS["factors"])[2] == (
        "注意：这些列几乎人人相同，区分不出客户：笔数、产品。\n")


def test_what_the_answer_says_is_not_said_again(ask):
    _, said, complaints = ask("cutoff", table(people()), SPECS["cutoff"].replace(
        "benefit=40", "benefit=1"))
    assert "收不回成本" in said
    assert complaints == ""


def test_warnings_stay_codes_in_json(ask):
    _, said, complaints = ask("effect", table(people()), EFFECT, "--json")
    assert "not_randomised" in json.loads(said)["warnings"]
    assert complaints == ""
