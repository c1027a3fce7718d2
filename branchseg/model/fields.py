"""FIELDS: the one table that declares every customer field; all else is derived from it.

Header aliases are data (resources/aliases.toml): they differ from bank to bank. Sensitivity
classes follow JR/T 0171-2020: C1 general, C2 personal and financial, C3 authentication data
(never imported at all, so no field here carries it).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a field's values are; decides parser, frame dtype, alignment and rule operators.

    Frame dtypes: AMOUNT, NUMBER, INTEGER -> float64 (NaN = unknown); DATE -> datetime64[s]
    (NaT = unknown); FLAG -> nullable "boolean"; all others -> "str" (NaN = unknown).
    """

    TEXT = "text"
    KEY = "key"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    CHOICE = "choice"
    AMOUNT = "amount"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    FLAG = "flag"


NUMERIC = frozenset({Kind.AMOUNT, Kind.NUMBER, Kind.INTEGER})


class Sensitivity(StrEnum):
    """Protection class after JR/T 0171-2020."""

    C1 = "C1"
    C2 = "C2"


class Merge(StrEnum):
    """How several account rows of one customer become one value.

    SUM adds; MAX, MIN as named; LATEST takes the row with the newest last_txn, else the last
    row; NEXT is the nearest date not before the data date, else the newest; ANY is true if one
    is true; FIRST is the first known value, and an Issue if the rows contradict each other.
    """

    SUM = "sum"
    MAX = "max"
    MIN = "min"
    LATEST = "latest"
    NEXT = "next"
    ANY = "any"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Field:
    """One customer field.

    `unit` is the unit of the stored value ("元", "天", ...). `per_account` tells that account
    lists carry one value per account, so rows are merged by `merge`; duplicates of a customer
    row take the newest row instead. `derived` fields are computed, never imported.
    """

    key: str
    label: str
    kind: Kind
    group: str
    merge: Merge = Merge.FIRST
    unit: str = ""
    sensitivity: Sensitivity = Sensitivity.C2
    derived: bool = False


_K, _M, _C1 = Kind, Merge, Sensitivity.C1


def _amount(key: str, label: str, group: str, merge: Merge = _M.SUM) -> Field:
    return Field(key, label, _K.AMOUNT, group, merge, "元")


def _flag(key: str, label: str, group: str, merge: Merge = _M.ANY) -> Field:
    return Field(key, label, _K.FLAG, group, merge)


def _derived(key: str, label: str, kind: Kind, unit: str = "") -> Field:
    return Field(key, label, kind, "推算", _M.FIRST, unit, Sensitivity.C2, derived=True)


_BASICS = (
    Field("customer_id", "客户号", _K.KEY, "基本信息"),
    Field("account_no", "账号", _K.KEY, "基本信息"),
    Field("name", "姓名", _K.NAME, "基本信息"),
    Field("id_type", "证件类型", _K.TEXT, "基本信息", sensitivity=_C1),
    Field("id_number", "证件号码", _K.ID_NUMBER, "基本信息"),
    Field("mobile", "手机号", _K.PHONE, "基本信息"),
    Field("gender", "性别", _K.CHOICE, "基本信息"),
    Field("birth_date", "出生日期", _K.DATE, "基本信息"),
    Field("age", "年龄", _K.INTEGER, "基本信息", unit="岁"),
    Field("customer_type", "客户类型", _K.TEXT, "基本信息", sensitivity=_C1),
    Field("occupation", "职业", _K.TEXT, "基本信息"),
    Field("employer", "工作单位", _K.TEXT, "基本信息"),
    Field("income", "年收入", _K.AMOUNT, "基本信息", _M.MAX, "元"),
    Field("address", "地址", _K.TEXT, "基本信息"),
    Field("branch", "归属机构", _K.TEXT, "归属", sensitivity=_C1),
    Field("manager", "客户经理", _K.TEXT, "归属", sensitivity=_C1),
    Field("bank_level", "行内等级", _K.TEXT, "归属", sensitivity=_C1),
    Field("card_level", "卡等级", _K.TEXT, "归属", sensitivity=_C1),
    Field("open_date", "开户日期", _K.DATE, "归属", _M.MIN),
    Field("tenure_years", "开户年限", _K.NUMBER, "归属", _M.MAX, "年"),
)
_ASSETS = (
    _amount("aum_month_avg", "月日均AUM", "资产"),
    _amount("aum_quarter_avg", "季日均AUM", "资产"),
    _amount("aum_year_avg", "年日均AUM", "资产"),
    _amount("aum_point", "时点AUM", "资产"),
    _amount("aum_prev_month_avg", "上月月日均AUM", "资产"),
    _amount("aum_prev2_month_avg", "上上月月日均AUM", "资产"),
    _amount("aum_prev_month_end", "上月末AUM", "资产"),
    _amount("demand", "活期余额", "资产"),
    _amount("time_deposit", "定期余额", "资产"),
    _amount("deposit", "存款余额", "资产"),
    _amount("wealth", "理财余额", "资产"),
    _amount("fund", "基金余额", "资产"),
    _amount("insurance", "保险余额", "资产"),
    _amount("bond", "国债余额", "资产"),
    _amount("metal", "贵金属余额", "资产"),
    _amount("trust", "信托余额", "资产"),
    _amount("asset_plan", "资管计划余额", "资产"),
    _amount("loan", "贷款余额", "负债与卡"),
    _amount("mortgage", "按揭余额", "负债与卡"),
    _flag("credit_card", "信用卡", "负债与卡"),
    _amount("credit_limit", "信用卡额度", "负债与卡", _M.MAX),
    Field("product_count", "持有产品数", _K.INTEGER, "资产", _M.MAX, "种"),
    Field("currency", "币种", _K.CHOICE, "资产", sensitivity=_C1),
)
_BINDINGS = (
    _flag("payroll", "代发工资", "绑定"),
    _amount("payroll_amount", "月均代发额", "绑定"),
    Field("payroll_employer", "代发单位", _K.TEXT, "绑定"),
    Field("pay_day", "最近发薪日", _K.DATE, "绑定", _M.MAX),
    _amount("pay_before", "发薪日前余额", "绑定"),
    _amount("pay_after_1", "发薪后第1天余额", "绑定"),
    _amount("pay_after_3", "发薪后第3天余额", "绑定"),
    _amount("pay_after_7", "发薪后第7天余额", "绑定"),
    _amount("pay_after_15", "发薪后第15天余额", "绑定"),
    _flag("pension", "养老金代发", "绑定"),
    _flag("mobile_bank", "手机银行", "绑定"),
    Field("mobile_bank_last", "手机银行最后登录", _K.DATE, "绑定", _M.MAX),
    Field("login_days_30d", "近30天登录天数", _K.INTEGER, "绑定", _M.MAX, "天"),
    _flag("social_card", "社保卡", "绑定"),
    _flag("etc_card", "ETC", "绑定"),
    _flag("utility_autopay", "水电代扣", "绑定"),
    _flag("medical_autopay", "医保代扣", "绑定"),
    _flag("merchant", "收单商户", "绑定"),
    _flag("wecom", "企业微信", "绑定"),
)
_BEHAVIOUR = (
    Field("last_txn", "最近交易日", _K.DATE, "行为", _M.MAX),
    Field("txn_count_12m", "近12月交易笔数", _K.INTEGER, "行为", _M.SUM, "笔"),
    _amount("txn_amount_12m", "近12月交易金额", "行为"),
    _amount("max_flow_30d", "近30天最大单笔", "行为", _M.MAX),
    Field("maturity_date", "到期日", _K.DATE, "行为", _M.NEXT),
    _amount("maturity_amount", "到期金额", "行为", _M.NEXT),
    Field("maturity_product", "到期产品", _K.TEXT, "行为", _M.NEXT),
    Field("risk_level", "风险承受等级", _K.CHOICE, "适当性", _M.LATEST),
    Field("risk_date", "风评日期", _K.DATE, "适当性", _M.MAX),
    Field("risk_expiry", "风评到期日", _K.DATE, "适当性", _M.MAX),
    _flag("consent", "同意营销", "授权", _M.MIN),
    _flag("do_not_contact", "拒绝营销", "授权"),
    _flag("complaint", "投诉标志", "授权"),
    Field("last_contact", "最近接触日", _K.DATE, "授权", _M.MAX),
    Field("response_count", "历史响应次数", _K.INTEGER, "授权", _M.MAX, "次"),
)
_DERIVED = (
    _derived("aum", "AUM(取值)", _K.AMOUNT, "元"),
    _derived("aum_basis", "AUM取值口径", _K.CHOICE),
    _derived("aum_partial", "资产有缺漏", _K.FLAG),
    _derived("data_date", "数据日期", _K.DATE),
    _derived("aum_date", "资产数据日期", _K.DATE),
    _derived("txn_partial", "交易记录有缺漏", _K.FLAG),
    _derived("age_years", "年龄(推算)", _K.INTEGER, "岁"),
    _derived("tenure", "关系年限", _K.NUMBER, "年"),
    _derived("days_since_txn", "距最近交易天数", _K.INTEGER, "天"),
    _derived("days_since_login", "距手机银行登录天数", _K.INTEGER, "天"),
    _derived("days_since_contact", "距最近接触天数", _K.INTEGER, "天"),
    _derived("days_since_open", "距开户天数", _K.INTEGER, "天"),
    _derived("days_to_maturity", "距到期天数", _K.INTEGER, "天"),
    _derived("days_since_maturity", "到期日已过天数", _K.INTEGER, "天"),
    _derived("days_since_risk", "距风评天数", _K.INTEGER, "天"),
    _derived("days_behind_list", "资料比最新名单早的天数", _K.INTEGER, "天"),
    _derived("holdings", "持有产品类数", _K.INTEGER, "类"),
    _derived("bindings", "绑定项数", _K.INTEGER, "项"),
    _derived("demand_share", "活期占比", _K.NUMBER),
    _derived("to_next_share", "距上一层达成度", _K.NUMBER),
    _derived("risk_valid", "风评有效", _K.FLAG),
    _derived("days_to_birthday", "距生日天数", _K.INTEGER, "天"),
    _derived("aside", "不作为个人客户", _K.FLAG),
    _derived("outdated", "资料过旧", _K.FLAG),
    _derived("status", "客户状态", _K.CHOICE),
    _derived("tier", "价值层级", _K.CHOICE),
    _derived("near_tier", "临界", _K.FLAG),
    _derived("grade", "七要素等级", _K.CHOICE),
    _derived("score", "七要素总分", _K.NUMBER, "分"),
    _derived("completeness", "完整度", _K.NUMBER),
    _derived("segment", "主分群", _K.CHOICE),
    _derived("rfm", "RFM分类", _K.CHOICE),
)

FIELDS: MappingProxyType[str, Field] = MappingProxyType(
    {f.key: f for f in (*_BASICS, *_ASSETS, *_BINDINGS, *_BEHAVIOUR, *_DERIVED)}
)
IMPORTED: tuple[Field, ...] = tuple(f for f in FIELDS.values() if not f.derived)

CALENDAR = frozenset({"birth_date", "open_date", "maturity_date", "risk_date", "risk_expiry"})
"""Dates that need no newer list to move on: they are counted from today, all others (what the
customer last did) from the customer's `data_date`, because nobody knows what happened after it."""

TRADES = ("last_txn", "txn_count_12m")
"""The fields that tell whether an account is still in use: without one nobody has a status."""

REFUSALS = frozenset({"do_not_contact", "complaint"})
"""Flags that protect the customer: whatever is written means yes, unless it is clearly a no."""

DECEASED = "已故"
"""The customer type that no later list takes back: an old "个人" there is a mistake, not news."""

CONSENT = "consent"
"""The flag that is a yes only if it is clearly one: whatever else is written means no."""

AUM_SOURCES = ("aum_month_avg", "aum_quarter_avg", "aum_year_avg", "aum_point")
"""Where the effective AUM comes from, best first; else the holdings are summed up."""

HOLDINGS = ("demand", "time_deposit", "wealth", "fund", "insurance", "bond", "metal", "trust",
            "asset_plan")
"""Balances that add up to AUM and count as product holdings.

"deposit" is demand + time: of the total and the two together the greater one counts."""

PAY_DAYS = (1, 3, 7, 15)
"""Days after pay-day of which a list may tell the balance, as `pay_after_<days>`."""

BINDINGS = ("payroll", "pension", "mortgage", "credit_card", "mobile_bank", "social_card",
            "etc_card", "utility_autopay", "medical_autopay", "merchant", "wecom")
"""Ties to the bank counted for the relationship factor."""
