from dataclasses import fields, is_dataclass, replace
from datetime import date

import pytest
from sample_assessment import ADVICE, ASSESSMENT, CUSTOMER, JOB, NAN, sample_sheet

from branchseg.model.results import ActionKind, Evidence, Truth
from branchseg.sheets import compose, task_pages
from branchseg.sheets.marks import Text
from branchseg.sheets.privacy import Redactor, age_band, band, band_within

SECRETS = ("欧阳文博", "13412340996", "11010519740612002X", "6222020200112233445", "6200015573318")


def texts_of(value):
    """Every string inside nested dataclasses and tuples."""
    if is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from texts_of(part)
    elif isinstance(value, str):
        yield value


def assessed(**changes):
    return compose(replace(ASSESSMENT, **changes), CUSTOMER, JOB, "20261122-0001", (1, 8))


def test_the_portrait_is_masked_and_banded():
    portrait = sample_sheet().portrait
    assert portrait.name == "欧阳**（女，50–59 岁）"
    assert portrait.phone == "134****0996"
    assert portrait.customer_no == "尾号 3318"
    assert portrait.aum_band == "50–100 万元"
    assert portrait.to_next == "距财富 20 万元以内"
    assert portrait.tenure == "8.2 年"
    assert portrait.last_txn == "12 天前"
    assert portrait.last_contact == "未知"


def test_an_unknown_customer_is_unknown_not_zero():
    unknown = dict.fromkeys(CUSTOMER, NAN) | {"name": None, "mobile": None}
    portrait = sample_sheet(**unknown).portrait
    assert (portrait.name, portrait.phone, portrait.aum_band) == ("未知",) * 3
    assert {holding.held for holding in sample_sheet(**unknown).holdings} == {None}


def test_holdings_are_held_not_held_or_unknown():
    held = {holding.label: holding.held for holding in sample_sheet().holdings}
    assert held["活期"] is True
    assert held["基金"] is False
    assert held["保险"] is None
    assert held["信用卡"] is True
    assert held["代发"] is False
    assert held["养老金"] is None


def test_secrets_in_sentences_are_masked_too():
    advice = replace(ADVICE, why="欧阳文博，电话 13412340996，客户号 6200015573318，证件 "
                                 "11010519740612002X，账号 6222020200112233445。",
                     opening="欧阳文博您好", questions=("欧阳文博？",), points=("13412340996",))
    sheet = assessed(advice=(advice,), ask=("13412340996 是否仍在用",), badges=("欧阳文博",))
    everything = "".join(texts_of(sheet))
    assert not [secret for secret in SECRETS if secret in everything]
    assert "欧阳**您好" in everything


def test_no_mark_shows_a_secret_unless_the_job_is_clear():
    advice = replace(ADVICE, opening="欧阳文博您好，您的号码是 13412340996。")
    marks = {}
    for clear in (False, True):
        sheet = compose(replace(ASSESSMENT, advice=(advice,)), CUSTOMER,
                        replace(JOB, clear=clear), "20261122-0001", (1, 8))
        marks[clear] = "\n".join(m.text for page in task_pages(sheet) for m in page.marks
                                 if isinstance(m, Text))
    assert not [secret for secret in SECRETS if secret in marks[False]]
    assert "864,213.55" not in marks[False]
    assert "135,786.45" not in marks[False]
    for shown in ("欧阳文博", "13412340996", "6200015573318", "864,213.55"):
        assert shown in marks[True]
    assert "明文" in marks[True]
    assert "明文" not in marks[False]


@pytest.mark.parametrize(("amount", "expected"), [
    (0, "不足 1 万元"), (9_999.99, "不足 1 万元"), (10_000, "1–5 万元"), (49_999, "1–5 万元"),
    (50_000, "5–20 万元"), (500_000, "50–100 万元"), (9_999_999, "600–1000 万元"),
    (10_000_000, "1000 万元以上"),
])
def test_bands_include_their_lower_end(amount, expected):
    assert band(amount) == expected


@pytest.mark.parametrize(("gap", "expected"), [
    (1, "1 万元以内"), (10_000, "1 万元以内"), (10_001, "5 万元以内"), (1e8, "1000 万元以上"),
])
def test_a_gap_is_given_by_its_upper_limit(gap, expected):
    assert band_within(gap) == expected


@pytest.mark.parametrize(("age", "expected"), [
    (17, "不满 18 岁"), (18, "18–19 岁"), (20, "20–29 岁"), (59.9, "50–59 岁"), (60, "60–69 岁"),
])
def test_ages_become_decades(age, expected):
    assert age_band(age) == expected


@pytest.mark.parametrize(("sentence", "expected"), [
    ("AUM 864,213.55 元，要求 ≥ 500,000 元", "AUM 50–100 万元，要求 ≥ 500,000 元"),
    ("AUM 86.42 万元", "AUM 50–100 万元"),
    ("AUM 86.4万，门槛 50 万", "AUM 50–100 万元，门槛 50 万"),
    ("要求 ≥ 864213.55 元", "要求 ≥ 864213.55 元"),
    ("距到期 5 天", "距到期 5 天"),
    ("52 岁，要求 25–52 岁", "50–59 岁，要求 25–52 岁"),
    ("年龄 152 岁", "年龄 152 岁"),
    ("属于财富（864213.55 元起）", "属于财富（864213.55 元起）"),
])
def test_only_the_customers_own_figures_become_bands(sentence, expected):
    customer = {"aum": 864213.55, "age_years": 52.0}
    assert Redactor(customer, clear=False).sentence(sentence) == expected
    assert Redactor(customer, clear=True).sentence(sentence) == sentence


def test_a_short_customer_id_is_not_shown_whole():
    sheet = compose(replace(ASSESSMENT, customer_id="8812"), {"customer_id": "8812"}, JOB,
                    "20261122-0001", (1, 1))
    assert sheet.portrait.customer_no == "尾号 2"


def test_the_first_advice_is_the_task_and_the_others_are_named():
    task = sample_sheet().task
    assert task.theme == "定期到期承接"
    assert task.due == date(2026, 11, 24)
    assert task.others == "风险测评重测、层级提升服务"


def test_without_advice_the_sheet_says_so():
    sheet = assessed(advice=())
    assert sheet.task.purpose == "暂无需要主动联系的事项，客户到厅时做好服务。"
    assert sheet.task.due is None
    assert sheet.theme_line == "服务主题（本单不构成产品推介）：到厅服务。"
    assert len(sheet.talk.questions) == 2


def test_the_theme_line_always_denies_being_an_offer():
    marketing = replace(ADVICE, kind=ActionKind.MARKETING, products=("大额存单",), blocked="")
    lines = [assessed(advice=(advice,)).theme_line for advice in
             (ADVICE, marketing, replace(marketing, products=()), replace(ADVICE, blocked=""))]
    assert all("不构成产品推介" in line for line in lines)
    assert lines[1] == ("产品主题（本单不构成产品推介，须先完成适当性评估）："
                        "定期到期承接（大额存单）")
    assert lines[2].endswith("：定期到期承接")
    assert lines[0] == ("服务主题（本单不构成产品推介）：定期到期承接。"
                        "风险测评已过期，产品主题改为服务主题。")


def test_compliance_hints_follow_the_customer():
    plain = sample_sheet().talk.compliance
    assert "65 岁" not in plain
    assert "已拒绝营销" not in plain
    assert sample_sheet(age_years=65.0).talk.compliance.startswith("65 岁以上")
    assert "65 岁以上" not in sample_sheet(age_years=64.0).talk.compliance
    assert "已拒绝营销" in assessed(do_not_contact=True).talk.compliance


def test_factor_evidence_is_short_and_puts_conflict_and_observation_first():
    evidence = {factor.name: factor.evidence for factor in sample_sheet().factors}
    assert evidence["言谈神态与关注点"] == (
        "数据与现场不一致，请复核；现场：停留看利率牌、主动问产品；距手机银行登录天数：23 天")
    assert evidence["身份与人生阶段"] == "年龄：50–59 岁"
    assert evidence["资产与产品关系"] == "AUM：50–100 万元"
    assert evidence["需求与时机"] == "距到期天数：5 天；到期金额：20–50 万元"
    assert evidence["关系、决策与信任"] == "资料中没有可用的依据，请在交流中了解"


def test_evidence_names_a_field_once_and_what_is_missing():
    def factor(*evidence):
        row = replace(ASSESSMENT.factors[0], evidence=evidence)
        return assessed(factors=(row,)).factors[0].evidence

    low = Evidence("card_level", Truth.FALSE, "卡等级：普卡；要求“含有“钻石””：不符合")
    also = Evidence("card_level", Truth.TRUE, "卡等级：普卡；要求“含有“普卡””：符合")
    gone = Evidence("bank_level", Truth.UNKNOWN, "行内等级：缺失；要求“含有“金””：无法判断")
    day = Evidence("as_of_day", Truth.TRUE, "数据日期的日：31 日；要求“≥ 10 日”：符合")
    assert factor(low, also, gone, day) == "卡等级：普卡"
    assert factor(gone, gone, day) == "缺少：行内等级"


def test_blanks_the_sheet_knows_are_filled():
    opening = sample_sheet().talk.opening
    assert opening.startswith("欧阳女士您好，我是城东支行的【姓名】。")
    assert sample_sheet(gender=None).talk.opening.startswith("【称谓】您好")
    assert sample_sheet(name=None).talk.opening.startswith("【称谓】您好")
    assert sample_sheet(gender="男", name="仇达").talk.opening.startswith("仇先生您好")


def test_rfm_classes_have_names():
    assert sample_sheet().portrait.rfm == "重要保持客户"
    assert sample_sheet(rfm="别的").portrait.rfm == "别的"
    assert sample_sheet(rfm=NAN).portrait.rfm == "未知"


def test_the_reason_says_why_this_tier():
    assert sample_sheet().task.why.endswith("月日均AUM 50–100 万元，属于贵宾（500,000 元起）。")


def test_the_summary_shows_completeness_and_no_false_score():
    assert sample_sheet().factor_summary == "A 级 · 总分 79 · 完整度 90% · 现场 43%"
    assert "总分 —" in assessed(score=None, grade_label="信息不足").factor_summary
