"""Who speaks, how walk-ins are called on paper, and which products are known to be held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sample_assessment import ADVICE, ASSESSMENT, CUSTOMER, JOB, NAN, sample_sheet

from branchseg.model.masking import mask
from branchseg.sheets import compose, task_pages
from branchseg.sheets.marks import Text
from branchseg.sheets.spoken import speaker_of, spoken

MANAGED = replace(ADVICE, managed=True)


def composed(customer, advice=ADVICE, officer=""):
    return compose(replace(ASSESSMENT, advice=(advice,)), CUSTOMER | customer, JOB,
                   "20261122-0001", (1, 1), officer)


@pytest.mark.parametrize(("advice", "manager", "officer", "said"), [
    (ADVICE, "周立", "", "陈静"), (ADVICE, None, "", "陈静"),
    (MANAGED, "周立", "", "周立"),
    (MANAGED, None, "", ""),                    # nobody reads out another's name
    (MANAGED, None, "吴敏", "吴敏"), (MANAGED, "周立", "吴敏", "吴敏"),
    (ADVICE, None, "吴敏", "吴敏"),
])
def test_only_who_is_responsible_says_his_name(advice, manager, officer, said):
    assert speaker_of(advice, {"manager": manager}, "陈静", officer) == said
    sheet = composed({"manager": manager}, advice, officer)
    assert f"我是城东支行的{said or '＿＿＿＿'}。" in sheet.talk.opening
    assert sheet.task.owner == f"理财经理 {officer}".strip()


def test_what_is_spoken_holds_no_blank():
    told = spoken(replace(ADVICE, points=("【日期】见",), closing="【其他】"), CUSTOMER, "", "")
    assert told.opening.startswith("欧阳女士您好，我是＿＿＿＿的＿＿＿＿。")
    assert (told.points, told.closing) == (("＿＿月＿＿日见",), "＿＿＿＿")


@pytest.mark.parametrize(("key", "value", "shown"), [
    ("name", "王女士", "王女士"), ("name", "欧阳先生", "欧阳先生"), ("name", "王小明", "王**"),
    ("name", "张三先生", "张***"), ("name", "王女", "王*"), ("name", "女士", "女*"),
    ("mobile", "6688", "6688"), ("mobile", "66881", "****1"), ("mobile", "668", "**8"),
    ("mobile", "13412340996", "134****0996"), ("customer_id", "6688", "***8"),
])
def test_a_salutation_and_a_tail_hide_nothing(key, value, shown):
    assert mask(key, value) == shown


def test_a_walk_in_is_called_as_he_was_written_down():
    person = {"customer_id": "厅堂-20261122-001", "name": "王女士", "mobile": "6688",
              "gender": None, "age_years": NAN}
    found = replace(ASSESSMENT, customer_id="厅堂-20261122-001")
    portrait = compose(found, CUSTOMER | person, JOB, "20261122-0001", (1, 1)).portrait
    assert (portrait.name, portrait.phone, portrait.customer_no) == (
        "王女士", "尾号 6688", "到访登记")


NONE_KNOWN = dict.fromkeys((
    "demand", "time_deposit", "wealth", "fund", "insurance", "bond", "metal", "loan",
    "credit_card", "payroll", "pension", "mobile_bank", "wecom", "maturity_date",
    "days_to_maturity", "maturity_product"))


def held(**known):
    return {one.label: one.held for one in sample_sheet(**NONE_KNOWN | known).holdings}


def test_holdings_come_from_the_total_and_from_what_falls_due():
    assert held() == {}
    total = held(deposit=5000.0)
    assert (total["存款"], total["理财"]) == (True, None)
    assert "活期" not in total
    assert "定期" not in total
    assert held(deposit=0.0)["存款"] is False
    due = {"maturity_date": date(2026, 11, 25), "days_to_maturity": 3.0}
    assert held(**due, maturity_product="三年期定期")["定期"] is True
    assert held(**due, maturity_product="稳健理财 A")["理财"] is True
    assert held(**due, maturity_product="大额存单", deposit=5e4)["定期"] is True
    assert held(**due, maturity_product="稳利") == {}
    assert held(maturity_date=date(2026, 11, 1), days_to_maturity=-2.0,
                maturity_product="三年期定期") == {}
    split = held(demand=0.0, deposit=5.0)
    assert (split["活期"], split["存款"], "定期" in split) == (False, True, False)
    assert "存款" not in held(demand=5.0, time_deposit=0.0, deposit=5.0)


def test_nothing_known_leaves_no_row_of_question_marks():
    marks = [mark.text for mark in task_pages(sample_sheet(**NONE_KNOWN))[0].marks
             if isinstance(mark, Text)]
    assert "产品与绑定" not in marks
    assert "？" not in marks


def test_only_whole_questions_are_printed():
    long = "您在别的银行有没有保险、国债，以后方便加企业微信或者留一个座机号码吗？" * 2
    sheet = replace(sample_sheet(), ask=("职业", long, "家庭决策人是否为本人"))
    words = "".join(mark.text for mark in task_pages(sheet)[0].marks if isinstance(mark, Text))
    assert "职业" in words
    assert long[:8] not in words or long in words
