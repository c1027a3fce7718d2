"""The cleaning log: every kind of finding has its place, and the figures are those of the log."""

import re
from datetime import date
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from branchseg import pipeline
from branchseg.intake import match
from branchseg.messages import known_codes, text
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import RawTable, SourceRef
from branchseg.pipeline.steps import cleaning_steps, stages

HEADERS = ("客户号", "姓名", "最近交易日", "时点AUM(万元)", "活期余额(万元)", "民族", "内部代码")


def raw(rows, headers=HEADERS, file="十月名单.xlsx", header_row=3):
    columns = tuple([row[place] for row in rows] for place in range(len(headers)))
    units = tuple(10_000.0 if "万元" in name else 0.0 for name in headers)
    return RawTable(SourceRef(file, "", "xlsx", "Sheet1", header_row), headers, units, columns,
                    list(range(header_row + 1, header_row + 1 + len(rows))), date(2026, 10, 31))


def source(*args, **kwargs):
    table = raw(*args, **kwargs)
    return pipeline.ListSource(table, match(table))


ROWS = [("0000000001", "王小明", "2026-10-01", 12.0, 3.0, "汉", "x"),
        ("0000000002", "李小红", "2026-10-02", "-", 3.0, "汉", "y"),
        ("0000000002", "李小红", "2026-10-02", "-", 3.0, "汉", "y")]


def told(steps):
    return {step.stage: step.text for step in steps}


def test_every_kind_of_finding_has_one_stage_and_a_phrase():
    placed = [code for stage in stages() for code in (*stage.codes, *stage.told)]
    assert sorted(placed) == sorted(IssueCode)
    for stage in stages():
        assert f"steps.stage.{stage.key}" in known_codes()
        for code in stage.codes:
            assert "7" in text(f"steps.code.{code}", count="7")


def test_a_list_is_told_from_file_to_customers():
    steps = pipeline.prepare([source(ROWS)]).steps
    assert [step.stage for step in steps] == [
        "读取", "对应列", "换算单位", "按未知处理", "认定客户", "合并", "定数据日期"]
    said = told(steps)
    assert said["读取"] == "十月名单.xlsx · Sheet1：表头在第 3 行，3 行。"
    assert said["对应列"] == "5 列对应，1 列不用（内部代码），1 列按规定拒收（民族）。"
    assert said["换算单位"] == "时点AUM、活期余额按万元换算为元。"
    assert said["按未知处理"] == "占位符 2 处。"
    assert said["认定客户"] == "3 行合并为 2 户。"
    assert said["合并"] == "1 户的重复行合并。"
    assert said["定数据日期"] == "数据日期 2026-10-31（取自名单标题）。"


def test_what_a_person_changed_is_told():
    one = source(ROWS)
    mended = one.corrections.put(5, {3: "8"}).exclude(6)
    steps = pipeline.prepare([pipeline.ListSource(one.raw, one.mapping, mended)]).steps
    assert told(steps)["手工改正"] == "手工改正 1 格，不用 1 行。"
    assert told(steps)["认定客户"] == "2 行就是 2 户。"


def test_several_lists_and_other_headers():
    others = source([("0000000003", "张三")], headers=("客户号", "姓名"), file="补充.xlsx",
                    header_row=1)
    said = told(pipeline.prepare([source(ROWS), others]).steps)
    assert said["读取"] == ("2 张表，共 4 行：十月名单.xlsx · Sheet1：表头在第 3 行，3 行；"
                          "补充.xlsx · Sheet1：表头在第 1 行，1 行。")
    assert said["对应列"].startswith("7 列对应，")


def test_the_summary_keeps_the_steps_for_the_history():
    prepared = pipeline.prepare([source(ROWS)])
    batch = SimpleNamespace(
        summary={"steps": [{"stage": step.stage, "text": step.text} for step in prepared.steps]},
        sources=prepared.sources, rows_read=3, rows_used=3)
    assert pipeline.saved(batch, prepared.table, IssueLog()).steps == prepared.steps
    batch.summary = {}
    assert pipeline.saved(batch, prepared.table, IssueLog()).steps == ()


@given(st.dictionaries(st.sampled_from([code for stage in stages() for code in stage.codes]),
                       st.integers(1, 3_000), max_size=6))
def test_every_figure_of_the_log_is_said(found):
    log = IssueLog()
    for code, count in found.items():
        log.add_many(code, Action.KEPT, range(1, count + 1), "", [""] * count, "名单")
    cleaned = SimpleNamespace(table=Two(), rows_used=3, as_of_source="title")
    lists = [(raw(ROWS), match(raw(ROWS)))]
    said = "".join(step.text for step in cleaning_steps(lists, log, cleaned))
    for code, count in found.items():
        assert text(f"steps.code.{code}", count=f"{count:,}") in said
    assert not re.search(r"[{}]", said)


class Two:
    """A table of two customers."""

    as_of = date(2026, 10, 31)

    def __len__(self):
        return 2
