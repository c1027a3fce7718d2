"""`branchseg cutpoints`: figures of every threshold, two rule folders, and bad input."""

import json

import pytest

from branchseg import rules, sample
from branchseg.cli import main
from branchseg.paths import resources_dir

SHIPPED = resources_dir() / "rules"


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("list") / "名单.xlsx"
    sample.write(path, customers=60, seed=5)
    return path


def test_a_threshold_in_figures(workbook, capsys):
    assert main(["cutpoints", str(workbook), "--only", "invalid_aum", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    (one,) = answer["cutpoints"]
    assert (one["key"], one["value"], one["unit"], one["outcome"]) == (
        "invalid_aum", 100, "元", "status")
    assert one["known"] + one["unknown"] == answer["customers"] == 60
    assert sum(one["bands"]) == one["known"]
    assert one["bands"][0] == one["below"]  # up to 100 元, where the line is
    trials = {trial["value"]: trial for trial in one["trials"]}
    assert trials[100]["moved"] == 0
    assert trials[0]["counts"]["无效"] + trials[0]["moved"] == trials[100]["counts"]["无效"]
    assert all(sum(trial["counts"].values()) == 60 for trial in trials.values())


def test_two_rule_folders_are_compared_in_lines(workbook, tmp_path, capsys):
    older = tmp_path / "旧规则"
    rules.save(rules.load(SHIPPED).with_parameters({"core_aum": 200_000}), older)
    assert main(["cutpoints", str(workbook), "--only", "core_aum", "--against",
                 str(older)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "核心有效：达标门槛 50,000 元：按月日均 AUM、时点 AUM 两种都有，线左 ")
    assert "  50,000：移动 0 户（" in "\n".join(lines)
    assert any(line.startswith("与另一版相比：1 个切点不同，") for line in lines)
    assert any(line.startswith("  潜在-有效 → 核心有效：") for line in lines)


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["--only", "no_such"], 2, "没有“no_such”这个切点。可以写：invalid_aum、"),
    (["--rules", "没有的文件夹"], 3, "规则"),
])
def test_bad_input_is_one_clear_sentence(workbook, capsys, arguments, code, said):
    assert main(["cutpoints", str(workbook), *arguments]) == code
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.startswith(said)
