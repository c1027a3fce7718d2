"""Every sheet of a dirty list: nothing on paper that would have to be explained away."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import datetime

import pandas as pd
import pytest

from branchseg import pipeline, rules, sample, sheets
from branchseg.paths import resources_dir

ODD = re.compile(r"【|】|[≥≤∞]|符合[；。，]|nan|None|NaT|（女士|（先生|万元以内|  |，，|。。")
SAYS_CALL = re.compile("电话|短信|座机")


def texts_of(value):
    if is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    path = tmp_path_factory.mktemp("bulk") / "名单.xlsx"
    sample.write(path, customers=300, seed=11)
    result = pipeline.evaluate(pipeline.prepare(pipeline.read_lists(path)),
                               rules.load(resources_dir() / "rules"))
    job = sheets.PrintJob("城东支行", "陈静", datetime(2026, 11, 22, 8, 45),  # noqa: DTZ001 - printed
                          result.table.as_of, result.ruleset.id)
    positions = pipeline.work_list(result)
    tasks = [pipeline.Task(position, sheets.sheet_number(job.printed_at.date(), place))
             for place, position in enumerate(positions, 1)]
    rows = [pipeline.customer(result, position) for position in positions]
    return list(zip(rows, pipeline.task_sheets(result, tasks, job), strict=True))


def test_no_sheet_has_odd_words(printed):
    assert len(printed) > 150
    found = {text for _, sheet in printed for text in texts_of(sheet) if ODD.search(text)}
    assert not found


def test_no_sheet_promises_what_the_data_do_not_support(printed):
    for row, sheet in printed:
        known = isinstance(row.get("mobile"), str)
        if not known:
            planned = sheet.task.channel.replace("不外呼、不发短信", "")
            assert not SAYS_CALL.search(planned), planned
        added = row.get("wecom")
        if pd.isna(added) or not added:
            assert "企业微信" not in sheet.task.channel


def test_no_sheet_contradicts_itself(printed):
    for row, sheet in printed:
        if sheet.theme_line.startswith("产品主题"):
            assert "对应产品风险" in sheet.suitability
        if "不谈产品" in sheet.suitability:
            assert sheet.theme_line.startswith("服务主题")
        if not pd.isna(row.get("do_not_contact")) and row["do_not_contact"]:
            assert sheet.theme_line.startswith("服务主题")
        if "客户到厅时" in sheet.task.window:
            assert not re.search("请您抽|在网点等您|说话方便", sheet.talk.opening
                                 + sheet.talk.closing)
