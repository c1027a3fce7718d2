from dataclasses import fields, is_dataclass, replace
from datetime import date

import pandas as pd
import pytest
from sample_assessment import ADVICE, ASSESSMENT, CUSTOMER, JOB, NAN, sample_sheet

from branchseg.model.amounts import money
from branchseg.model.results import ActionKind, Evidence, Truth
from branchseg.sheets import compose, task_pages
from branchseg.sheets.marks import Text
from branchseg.sheets.privacy import Redactor, age_band, band

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
    assert portrait.to_next == "财富，还差 5–20 万元"
    assert portrait.tenure == "8 年"
    assert portrait.last_txn == "2026-11-08"
    assert portrait.last_contact == "未知"


@pytest.mark.parametrize(("mobile", "clear", "said"), [
    ("13412340996", False, " · 完整电话见程序“今日”页"),
    ("134****0996", False, " · 名单里号码已遮盖，请补录"),
    ("134****0996", True, " · 名单里号码已遮盖，请补录"),
    ("0996", False, ""), (None, False, ""), ("13412340996", True, "")])
def test_the_whole_number_is_promised_only_where_there_is_one(mobile, clear, said):
    job = replace(JOB, clear=clear)
    sheet = compose(ASSESSMENT, CUSTOMER | {"mobile": mobile}, job, "20261122-0001", (1, 8))
    assert sheet.footer.startswith(f"内部资料，当日交回销毁{said} · ")
    assert ("电话" in sheet.footer or "号码" in sheet.footer) is bool(said)


@pytest.mark.parametrize(("years", "said"), [
    (0.0, "不足 1 年"), (0.9, "不足 1 年"), (1.0, "1 年"), (7.7, "7 年"), (NAN, "未知")])
def test_tenure_is_full_years(years, said):
    assert sample_sheet(tenure=years).portrait.tenure == said


def test_days_are_dates():
    """"12 天前" would count to a day that the sheet does not name."""
    portrait = sample_sheet(last_txn=pd.Timestamp("2025-01-20"), last_contact=pd.NaT).portrait
    assert (portrait.last_txn, portrait.last_contact) == ("2025-01-20", "未知")


def test_an_unknown_customer_is_unknown_not_zero():
    unknown = dict.fromkeys(CUSTOMER, NAN) | {"name": None, "mobile": None}
    portrait = sample_sheet(**unknown).portrait
    assert (portrait.name, portrait.phone, portrait.aum_band) == ("未知",) * 3
    assert sample_sheet(**unknown).holdings == ()


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
                     opening="欧阳文博您好", questions=("欧阳文博？",), points=("13412340996",),
                     ask=("13412340996 是否仍在用",))
    sheet = assessed(advice=(advice,), badges=("欧阳文博",))
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
    assert not [own for own in ("86.4", "13.6", "20.4") if own in marks[False]]
    for shown in ("欧阳文博", "13412340996", "6200015573318", "86.4 万元", "13.6 万元",
                  "20.4 万元"):
        assert shown in marks[True]
    assert "明文" in marks[True]
    assert "明文" not in marks[False]


@pytest.mark.parametrize(("amount", "expected"), [
    (0, "不到 1 万元"), (9_999.99, "不到 1 万元"), (10_000, "1–5 万元"), (49_999, "1–5 万元"),
    (50_000, "5–20 万元"), (500_000, "50–100 万元"), (9_999_999, "600–1000 万元"),
    (10_000_000, "1000 万元以上"),
])
def test_bands_include_their_lower_end(amount, expected):
    assert band(amount) == expected


@pytest.mark.parametrize(("age", "expected"), [
    (17, "不满 18 岁"), (18, "18–19 岁"), (20, "20–29 岁"), (59.9, "50–59 岁"), (60, "60–69 岁"),
])
def test_ages_become_decades(age, expected):
    assert age_band(age) == expected


@pytest.mark.parametrize(("sentence", "expected"), [
    ("资产 86.4 万元，满 50 万元", "资产 50–100 万元，满 50 万元"),
    ("资产 864,213.55 元", "资产 50–100 万元"),
    ("资产 86.4万，门槛 50 万", "资产 50–100 万元，门槛 50 万"),
    ("还差 3,668 元，", "还差不到 1 万元，"),
    ("时点 AUM 3,668 元", "时点 AUM 不到 1 万元"),
    ("透支 -5,200 元", "透支不到 1 万元"),
    ("满 86.4 万元", "满 86.4 万元"),
    ("不到 864213.55 元", "不到 864213.55 元"),
    ("资产 86.4 万元以上", "资产 86.4 万元以上"),
    ("距到期 5 天", "距到期 5 天"),
    ("52 岁，满 52 岁", "50–59 岁，满 52 岁"),
    ("年龄 152 岁", "年龄 152 岁"),
    ("属于财富（864213.55 元起）", "属于财富（864213.55 元起）"),
])
def test_only_the_customers_own_figures_become_bands(sentence, expected):
    customer = {"aum": 864213.55, "age_years": 52.0, "to_next_tier": 3667.4, "demand": -5200.0}
    assert Redactor(customer, clear=False).sentence(sentence) == expected
    assert Redactor(customer, clear=True).sentence(sentence) == sentence


@pytest.mark.parametrize("amount", [10_449.0, 14_999.99, 99_949.0, 1_049_000.0, 3_333.3])
def test_round_figures_of_the_customers_own_amounts_become_bands_too(amount):
    for said in (money(amount), money(amount, up=True)):
        told = Redactor({"aum": amount}, clear=False).sentence(f"资产 {said}。")
        assert said not in told
        assert told.startswith("资产")


def test_amounts_below_one_yuan_are_no_finer_on_paper():
    told = Redactor({"aum": 0.4}, clear=False).sentence(f"月日均AUM {money(0.4)}，属于“普通”")
    assert told == "月日均AUM 不到 1 万元，属于“普通”"


def test_a_short_customer_id_is_not_shown_whole():
    sheet = compose(replace(ASSESSMENT, customer_id="8812"), {"customer_id": "8812"}, JOB,
                    "20261122-0001", (1, 1))
    assert sheet.portrait.customer_no == "尾号 2"


@pytest.mark.parametrize("clear", [False, True])
def test_an_id_of_the_programs_own_is_no_customer_number(clear):
    number = "NM-0123456789ab82e3"
    sheet = compose(replace(ASSESSMENT, customer_id=number), {"customer_id": number},
                    replace(JOB, clear=clear), "20261122-0001", (1, 1))
    assert sheet.portrait.customer_no == "无客户号"


def test_the_first_advice_is_the_task_and_the_others_are_named():
    task = sample_sheet().task
    assert task.theme == "定期到期承接"
    assert (task.due, task.latest) == (date(2026, 11, 24), date(2026, 11, 30))
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
    assert lines[1] == ("权益与服务介绍（本单不构成产品推介，不谈投资产品）："
                        "定期到期承接（大额存单）")
    assert lines[2].endswith("：定期到期承接")
    risky = assessed(advice=(replace(marketing, risk="R2"),)).theme_line
    assert risky == ("产品主题（本单不构成产品推介，须先核对风险评估）："
                     "定期到期承接（大额存单）")
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
        "数据与现场不一致，请复核；现场：停留看利率牌、主动问产品；23 天没有登录手机银行")
    assert evidence["身份与人生阶段"] == "年龄 50–59 岁"
    assert evidence["资产与产品关系"] == "资产 50–100 万元"
    assert evidence["需求与时机"] == "11月25日到期；到期金额 20–50 万元"
    assert evidence["关系、决策与信任"] == "资料中没有可用的依据，请在交流中了解"


def test_evidence_names_a_field_once_and_what_is_missing():
    def factor(*evidence):
        row = replace(ASSESSMENT.factors[0], evidence=evidence)
        return assessed(factors=(row,)).factors[0].evidence

    low = Evidence("card_level", Truth.FALSE, "卡等级 普卡，不属于钻石", "卡等级 普卡")
    also = Evidence("card_level", Truth.TRUE, "卡等级 普卡，属于普卡", "卡等级 普卡")
    gone = Evidence("bank_level", Truth.UNKNOWN, "行内等级未提供", "行内等级未提供")
    day = Evidence("day_of_month", Truth.TRUE, "今天是本月几日 31 日", "今天是本月几日 31 日")
    assert factor(low, also, gone, day) == "卡等级 普卡"
    assert factor(gone, gone, day) == "缺少：行内等级"


def test_blanks_the_sheet_knows_are_filled_and_the_others_become_lines():
    opening = sample_sheet().talk.opening
    assert opening.startswith("欧阳女士您好，我是城东支行的陈静。")
    managed = replace(ADVICE, managed=True, closing="那我们约【日期】【时间】见，【其他】。")
    talk = assessed(advice=(managed,)).talk
    assert talk.opening.startswith("欧阳女士您好，我是城东支行的周立。")
    assert talk.closing == "那我们约＿＿月＿＿日＿＿点见，＿＿＿＿。"
    nobody = compose(ASSESSMENT, CUSTOMER, replace(JOB, branch_name="", operator=""),
                     "20261122-0001", (1, 1))
    assert nobody.talk.opening.startswith("欧阳女士您好，我是＿＿＿＿的＿＿＿＿。")
    assert nobody.branch_name == "＿＿＿＿"
    assert "操作人 ＿＿＿＿" in nobody.meta
    assert not [text for text in texts_of(nobody) if "【" in text]


@pytest.mark.parametrize(("name", "gender", "said"), [
    ("欧阳文博", "女", "欧阳女士您好"), ("仇达", "男", "仇先生您好"),
    ("王小明", "男", "王先生您好"),
    ("陈先生", None, "陈先生您好"), ("李女士", "女", "李女士您好"),
    (None, "女", "您好"), ("仇达", None, "您好"), ("李", "男", "您好"), ("（", "女", "您好"),
    ("（注销）张三", "女", "您好"), ("阿卜杜拉·买买提", "男", "您好"), ("迪丽热巴", "女", "您好"),
    ("John Smith", "男", "您好"), ("张三2", "男", "您好"), ("张*", "男", "您好"),
])
def test_nobody_is_addressed_wrongly(name, gender, said):
    opening = sample_sheet(name=name, gender=gender).talk.opening
    assert opening.partition("，")[0] == said


def test_minors_are_not_addressed_and_only_the_guardian_is_spoken_to():
    talk = sample_sheet(age_years=17.0).talk
    assert talk.opening.startswith("您好，")
    assert talk.compliance.startswith("未成年：只与监护人沟通")
    assert "未成年" not in sample_sheet(age_years=18.0).talk.compliance
    assert sample_sheet(age_years=17.0).ask == ()
    assert assessed(do_not_contact=True).ask == ()
    assert len(sample_sheet(age_years=18.0).ask) == 4


def test_a_theme_asks_what_it_allows_and_nobody_else_everything():
    assert assessed(advice=(replace(ADVICE, ask=()), ADVICE)).ask == ()
    assert assessed(advice=()).ask == ASSESSMENT.ask


def test_what_falls_due_is_shown_with_product_amount_and_day():
    assert sample_sheet().task.maturity == "一年定期 20–50 万元 2026-11-25"
    clear = compose(ASSESSMENT, CUSTOMER, replace(JOB, clear=True), "20261122-0001", (1, 1))
    assert clear.task.maturity == "一年定期 20.4 万元 2026-11-25"
    bare = sample_sheet(maturity_product=None, maturity_amount=NAN).task.maturity
    assert bare == "2026-11-25"
    assert not sample_sheet(days_to_maturity=-1.0).task.maturity
    assert not sample_sheet(days_to_maturity=NAN).task.maturity
    marks = [mark.text for page in task_pages(sample_sheet()) for mark in page.marks
             if isinstance(mark, Text)]
    assert "到期" in marks


def test_a_refusal_lets_no_marketing_theme_onto_paper():
    marketing = replace(ADVICE, kind=ActionKind.MARKETING, theme="资金打理", products=("理财",),
                        risk="R2")
    refused = assessed(do_not_contact=True, advice=(marketing, ADVICE))
    assert refused.task.theme == ADVICE.theme
    assert not [text for text in texts_of(refused) if "资金打理" in text]
    assert refused.theme_line.startswith("服务主题")
    assert assessed(do_not_contact=True, advice=(marketing,)).task.theme == "到厅服务"


def test_a_service_sheet_names_no_product_theme():
    marketing = replace(ADVICE, action_id="m", kind=ActionKind.MARKETING, theme="资金打理")
    service = replace(ADVICE, action_id="s", theme="例行维护")
    assert assessed(advice=(ADVICE, marketing, service)).task.others == "例行维护"
    assert assessed(advice=(marketing, service)).task.others == "例行维护"
    assert assessed(advice=(replace(marketing, theme="甲"), marketing)).task.others == "资金打理"


def test_rfm_classes_have_names():
    assert sample_sheet().portrait.rfm == "重要保持客户"
    assert sample_sheet(rfm="别的").portrait.rfm == "别的"
    assert sample_sheet(rfm=NAN).portrait.rfm == "未知"


def test_the_reason_says_why_this_tier():
    assert sample_sheet().task.why.endswith(
        "月日均AUM 50–100 万元，属于“贵宾”这一档（满 50 万元）。")


def test_the_summary_shows_completeness_and_no_false_score():
    assert sample_sheet().factor_summary == "A 级 · 总分 79 · 完整度 90% · 现场 43%"
    assert "总分 —" in assessed(score=None, grade_label="信息不足").factor_summary
