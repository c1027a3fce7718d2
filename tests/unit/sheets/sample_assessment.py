"""One realistic customer, what the rules say about her, and a print job, for all sheet tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from branchseg.model.results import (
    ActionKind,
    Advice,
    Assessment,
    Evidence,
    FactorResult,
    Status,
    Truth,
)
from branchseg.sheets import PrintJob, TaskSheet, compose, sheet_number

NAN = float("nan")

JOB = PrintJob(branch_name="城东支行", operator="陈静",
               printed_at=datetime(2026, 11, 22, 8, 45),  # noqa: DTZ001 - local time, as printed
               as_of=date(2026, 11, 20), ruleset_id="网点默认 1.0 · 3fa9c1d2")

CUSTOMER: dict[str, object] = {
    "customer_id": "6200015573318", "account_no": "6222020200112233445", "name": "欧阳文博",
    "id_number": "11010519740612002X", "mobile": "13412340996", "gender": "女",
    "age_years": 52.0, "manager": "周立", "tenure": 8.24, "rfm": "key_keep",
    "last_txn": date(2026, 11, 8), "days_since_txn": 12.0, "days_since_contact": NAN,
    "aum": 864213.55, "aum_month_avg": 864213.55, "demand": 182400.0, "time_deposit": 400000.0,
    "wealth": 281813.55, "fund": 0.0, "insurance": NAN, "bond": NAN, "metal": 0.0, "loan": NAN,
    "credit_card": True, "payroll": False, "pension": None, "mobile_bank": True, "wecom": False,
    "maturity_amount": 203500.0, "maturity_product": "一年定期",
    "maturity_date": date(2026, 11, 25), "days_to_maturity": 5.0, "to_next_tier": 135786.45,
}


def _evidence(field: str, truth: Truth, value: str, found: str = "") -> Evidence:
    return Evidence(field, truth, f"{value}，{found}" if found else value, value)


def _factor(number: int, name: str, weight: float, levels: tuple[float | None, ...],
            evidence: tuple[Evidence, ...] = (), observed: tuple[str, ...] = (), *,
            conflict: bool = False) -> FactorResult:
    """`levels` are the combined, the data and the observed level."""
    return FactorResult(f"F{number}", name, weight, *levels, evidence, observed, conflict)


FACTORS = (
    _factor(1, "身份与人生阶段", 10, (2.0, 2.0, None), (
        _evidence("age_years", Truth.TRUE,
                  "年龄 52 岁", "在 25 到 59 岁 之间"),
        _evidence("occupation", Truth.UNKNOWN,
                  "职业未提供"))),
    _factor(2, "外在与随身线索", 5, (1.5, 2.0, 1.0), (
        _evidence("card_level", Truth.TRUE, "卡等级 白金卡", "属于白金"),),
        ("票据袋",)),
    _factor(3, "言谈神态与关注点", 10, (2.2, 1.0, 3.0), (
        _evidence("days_since_login", Truth.TRUE,
                  "23 天没有登录手机银行", "不超过 90 天"),),
        ("停留看利率牌", "主动问产品"), conflict=True),
    _factor(4, "业务种类、金额与单据", 20, (2.0, 2.0, 2.0), (
        _evidence("days_since_txn", Truth.TRUE, "12 天没有交易", "不超过 90 天"),),
        ("5–20 万存取",)),
    _factor(5, "资产与产品关系", 25, (3.0, 3.0, None), (
        _evidence("aum", Truth.TRUE,
                  "资产 86.4 万元", "满 50 万元"),)),
    _factor(6, "需求与时机", 20, (3.0, 3.0, None), (
        _evidence("days_to_maturity", Truth.TRUE, "11月25日到期", "在 7 天内"),
        _evidence("maturity_amount", Truth.TRUE,
                  "到期金额 20.4 万元", "满 5 万元"))),
    _factor(7, "关系、决策与信任", 10, (None, None, None)),
)

ADVICE = Advice(
    action_id="maturity_7d", kind=ActionKind.SERVICE, theme="定期到期承接",
    purpose="在 11-25 到期前确认资金安排，办理转存或预约面谈。",
    why="11月25日到期；到期金额 20.4 万元；距财富还差 13.6 万元；"
        "近 90 天活跃，现场曾主动询问产品。",
    channel="电话 → 厅堂面谈", window="工作日 9:30–11:30", owner_role="理财经理",
    due=date(2026, 11, 30), planned=date(2026, 11, 24), priority=87.4,
    opening="【称谓】您好，我是【行名】的【姓名】。您在我行"
            "有一笔定期这几天到期，想提前和您确认怎么安排，现在方便说两分钟吗？",
    questions=("这笔钱近期有没有固定的用途，比如购房或孩子教育？",
               "您更看重随时能用，还是多放一段时间？",
               "除了这笔，其他银行的存款最近有到期的吗？"),
    points=("到期后不办理会转为活期计息，提前约定可以当天转存。",
            "可在厅堂用五分钟看清几种期限的差别，不急着决定。",
            "风险测评已过期，如需了解理财须先重新测评。"),
    closing="您看周二上午还是周三下午方便？我提前取号等您。",
    products=(), blocked="风险测评已过期，产品主题改为服务主题。",
    ask=("职业与工作单位",
         "除了我行，您在别的银行有没有保险或国债？", "家庭决策人是否为本人", "方便的联系时间"))

ASSESSMENT = Assessment(
    customer_id="6200015573318", status=Status.CORE, status_label="核心有效", status_evidence=(),
    tier="vip", tier_label="贵宾",
    tier_reason="月日均AUM 86.4 万元，属于“贵宾”这一档（满 50 万元）。",
    to_next_tier=135786.45, next_tier_label="财富", near_tier=False, factors=FACTORS,
    score=78.6, completeness=0.9, observed_coverage=3 / 7, grade="A", grade_label="A 级",
    segment="maturity", segment_label="到期承接", badges=("到期 5 天", "风评过期", "代发流失关注"),
    do_not_contact=False,
    suitability="风险等级 C3（稳健），2025-08-14 测评，已超过一年；"
                "重新测评前只提供服务，不介绍具体产品。",
    advice=(ADVICE, replace(ADVICE, action_id="risk_retest", theme="风险测评重测"),
            replace(ADVICE, action_id="near_tier", theme="层级提升服务")),
    ask=ADVICE.ask)


def sample_sheet(**changes: object) -> TaskSheet:
    """The sheet of the sample customer; `changes` replace values of her row."""
    return compose(ASSESSMENT, CUSTOMER | changes, JOB, sheet_number(JOB.printed_at.date(), 1),
                   (1, 8))
