"""An invented branch: one clean, plausible row per customer, correlated as in a real branch.

The shape follows a published example of 3.5 million accounts: 71 % hold at most 100 元, some
11 % hold 100 to 1,000 元, and very few are rich. About 35 % did nothing for twelve months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.sample.people import MANAGERS, id_numbers, mobiles, names

if TYPE_CHECKING:
    from datetime import date

    from numpy.random import Generator
    from numpy.typing import NDArray

COLUMNS: dict[str, str] = {
    "customer_id": "客户编号", "name": "客户姓名", "id_number": "证件号码", "mobile": "手机号码",
    "gender": "性别", "birth_date": "出生日期", "occupation": "职业",
    "aum_month_avg": "月日均AUM(元)", "aum_point": "AUM余额(万元)",
    "aum_prev_month_avg": "上月月日均AUM", "aum_prev_month_end": "上月末AUM",
    "demand": "活期余额", "time_deposit": "定期余额", "wealth": "理财余额", "fund": "基金余额",
    "insurance": "保险余额", "loan": "贷款余额", "credit_card": "信用卡",
    "payroll": "代发工资", "payroll_amount": "月均代发额", "mobile_bank": "手机银行",
    "mobile_bank_last": "手机银行最近登录", "risk_level": "客户风险等级", "risk_date": "风评日期",
    "open_date": "开户日期", "last_txn": "最近交易日", "txn_count_12m": "近12月交易笔数",
    "max_flow_30d": "近30天最大单笔", "maturity_date": "到期日", "maturity_amount": "到期金额",
    "maturity_product": "产品名称", "manager": "管户客户经理", "last_contact": "最近接触日",
    "consent": "是否同意营销", "do_not_contact": "拒绝营销", "complaint": "投诉标志",
    "ethnicity": "民族",
}
"""Field key -> header in the list. "ethnicity" is no field: the law does not want it there."""

TEN_THOUSAND = frozenset({"aum_point"})
"""Columns printed in 万元; all other amounts are in 元."""

_EDGES = np.array([0.01, 100, 1e3, 1e4, 5e4, 2e5, 5e5, 1e6, 6e6, 1e7, 5e7])
_SHARES = np.array([.71, .115, .07, .045, .03, .015, .007, .006, .0015, .0005])
_BOUNDARY = ((100.0, True), (100.01, True), (100.0, False), (49_999.99, False), (50_000.0, False))
"""(AUM, no action for a year) of the first customers: the values where a rule changes its mind."""

_JOBS = {"企业职员": .3, "个体工商户": .12, "公务员": .06, "教师": .07, "医生": .05,
         "自由职业": .12, "企业主": .04, "工人": .14, "农民": .07, "会计": .03}
_WEALTH_PRODUCTS = ("稳享90天理财", "安盈半年理财", "添利一年理财")
_TIME_PRODUCTS = ("整存整取一年", "整存整取三年", "大额存单", "七天通知存款")
_PARTS = ("demand", "time_deposit", "wealth", "fund", "insurance")


def clean_customers(count: int, rng: Generator, as_of: date) -> pd.DataFrame:
    """`count` customers with the columns of COLUMNS; amounts in 元, unknown is NaN or NaT.

    Also holds `inactive` (no action for twelve months), which no list prints.
    """
    frame = pd.DataFrame({"customer_id": _customer_ids(count, rng)})
    _wealth(frame, rng)
    _person(frame, rng, as_of)
    _activity(frame, rng, as_of)
    _portfolio(frame, rng)
    _ties(frame, rng, as_of)
    _maturity(frame, rng, as_of)
    _suitability(frame, rng, as_of)
    return frame


def statuses(frame: pd.DataFrame) -> dict[str, int]:
    """How many customers stand in each leaf of the status funnel, by its published definition."""
    aum, inactive = frame["aum_month_avg"], frame["inactive"]
    invalid = inactive & (aum <= 100)
    return {
        "invalid": int(invalid.sum()),
        "dormant": int((inactive & ~invalid).sum()),
        "potential": int((~inactive & (aum < 50_000)).sum()),
        "core": int((~inactive & (aum >= 50_000)).sum()),
    }


def _customer_ids(count: int, rng: Generator) -> list[str]:
    return [f"00{number}" for number in rng.permutation(count) * 3 + 30_000_001]


def _days_before(as_of: date, days: NDArray[Any]) -> pd.Series:
    """Dates `days` before the data date; NaN days give NaT."""
    return (pd.Timestamp(as_of) - pd.to_timedelta(pd.Series(days), unit="D")).astype(
        "datetime64[s]")


def _wealth(frame: pd.DataFrame, rng: Generator) -> None:
    """AUM by quota of the bands, log-uniform inside; every seventh just below the next tier."""
    count = len(frame)
    band = np.searchsorted(np.cumsum(_SHARES), (np.arange(count) + 0.5) / count)
    band = rng.permutation(np.minimum(band, len(_SHARES) - 1))
    low, high = _EDGES[band], _EDGES[band + 1]
    aum = low * (high / low) ** rng.random(count)
    near = (band >= 3) & (band <= 8) & (rng.random(count) < 0.14)
    aum = np.where(near, high * rng.uniform(0.91, 0.995, count), aum)
    aum = np.where((band == 0) & (rng.random(count) < 0.3), 0.0, aum)
    inactive = rng.random(count) < np.where(band == 0, 0.46, 0.085)
    for row, (value, quiet) in enumerate(_BOUNDARY[:count]):
        aum[row], inactive[row] = value, quiet
    aum = np.round(aum, 2)
    drift = np.where(aum > 1_000, 1 + rng.normal(0, 0.05, count).clip(-0.3, 0.3), 1.0)
    before = 1 + rng.normal(0, 0.06, count).clip(-0.3, 0.3)
    before = np.where(rng.random(count) < 0.03, rng.uniform(1.6, 3.0, count), before)
    frame["inactive"] = inactive
    frame["aum_month_avg"] = aum
    frame["aum_point"] = np.round(aum * drift, 2)
    frame["aum_prev_month_avg"] = np.round(aum * before, 2)
    frame["aum_prev_month_end"] = np.round(aum * before * drift, 2)


def _person(frame: pd.DataFrame, rng: Generator, as_of: date) -> None:
    count = len(frame)
    rich = frame["aum_month_avg"].to_numpy() >= 50_000
    age = rng.normal(np.where(rich, 54, 45), np.where(rich, 11, 16)).clip(20, 92)
    age = np.floor(age) + rng.random(count)
    age = np.where(~rich & (rng.random(count) < 0.02), rng.uniform(7, 18, count), age)
    male = rng.random(count) < 0.49
    frame["age_years"] = age
    frame["birth_date"] = _days_before(as_of, np.floor(age * 365.25))
    frame["name"] = names(count, rng)
    frame["id_number"] = id_numbers(frame["birth_date"], male, rng)
    frame["mobile"] = mobiles(count)
    frame["gender"] = np.where(male, "男", "女")
    job = np.where(age >= 60, "退休人员",
                   rng.choice(tuple(_JOBS), count, p=tuple(_JOBS.values())))
    frame["occupation"] = pd.Series(np.where(age < 22, "学生", job), dtype=object).where(
        rng.random(count) > 0.12, None)
    nations = ("汉族", "回族", "满族", "壮族")
    frame["ethnicity"] = rng.choice(nations, count, p=(.94, .02, .02, .02))


def _activity(frame: pd.DataFrame, rng: Generator, as_of: date) -> None:
    """Opening, last action and counts; an inactive customer's last action is 380+ days ago."""
    count = len(frame)
    inactive = frame["inactive"].to_numpy()
    quiet = np.where(inactive, rng.integers(380, 2_000, count),
                     np.floor(rng.beta(0.8, 2.5, count) * 350))
    opened = np.where(~inactive & (rng.random(count) < 0.04), rng.integers(3, 90, count),
                      rng.integers(120, 7_500, count))
    opened = np.minimum(opened, np.floor(frame["age_years"].to_numpy() * 365.25) - 60)
    opened = np.maximum(opened, np.where(inactive, quiet + 20, 3))
    quiet = np.minimum(quiet, opened)
    pace = np.where(frame["aum_month_avg"] < 100, 5.0, 28.0) * rng.gamma(1.5, 0.7, count)
    flow = frame["aum_month_avg"].to_numpy() * rng.beta(1, 5, count) + rng.gamma(1, 800, count)
    frame["open_date"] = _days_before(as_of, opened)
    frame["last_txn"] = _days_before(as_of, quiet)
    frame["txn_count_12m"] = np.where(inactive, 0, 1 + rng.poisson(pace)).astype(float)
    frame["max_flow_30d"] = np.where(quiet <= 30, np.round(flow, 2), 0.0)


def _portfolio(frame: pd.DataFrame, rng: Generator) -> None:
    """Split the balance over the products, to the cent; small balances are demand deposits."""
    count = len(frame)
    cents = np.round(frame["aum_point"].to_numpy() * 100).astype(np.int64)
    reach = np.clip(np.log10(np.maximum(cents / 100, 1)) - 2.5, 0, 3) / 3
    held = rng.random((count, 5)) < np.outer(reach, (1, .9, .7, .45, .35))
    held[:, 0] = False
    weights = rng.gamma(1.2, 1.0, (count, 5)) * held
    weights[:, 0] = rng.gamma(0.8, 0.8, count) + 1e-9
    parts = np.floor(weights / weights.sum(axis=1, keepdims=True) * cents[:, None]).astype(
        np.int64)
    parts[:, 0] = cents - parts[:, 1:].sum(axis=1)
    for position, key in enumerate(_PARTS):
        frame[key] = parts[:, position] / 100
    loan = np.round(rng.lognormal(12.3, 0.9, count), -2)
    adult = frame["age_years"].between(22, 70)
    frame["loan"] = np.where(adult & (rng.random(count) < 0.11), loan, 0.0)


def _flag(truth: Any) -> NDArray[Any]:
    return np.where(truth, "是", "否").astype(object)


def _ties(frame: pd.DataFrame, rng: Generator, as_of: date) -> None:
    """Payroll, cards, mobile banking and contacts; they follow age and activity."""
    count = len(frame)
    active, age = ~frame["inactive"].to_numpy(), frame["age_years"].to_numpy()
    working = active & (age >= 22) & (age < 60)
    payroll = working & (rng.random(count) < 0.3)
    wage = np.round(rng.lognormal(8.8, 0.45, count), -1)
    mobile = (age > 16) & (rng.random(count) < np.where(active & (age < 68), 0.72, 0.18))
    quiet = (pd.Timestamp(as_of) - frame["last_txn"]).dt.days.to_numpy()
    login = np.where(mobile, quiet + np.floor(rng.exponential(20, count)), np.nan)
    frame["payroll"] = _flag(payroll)
    frame["payroll_amount"] = np.where(payroll, wage, np.nan)
    frame["mobile_bank"] = _flag(mobile)
    frame["mobile_bank_last"] = _days_before(as_of, login)
    frame["credit_card"] = _flag(working & (rng.random(count) < 0.35))
    served = rng.random(count) < np.where(frame["aum_month_avg"] >= 50_000, 0.6, 0.03)
    frame["last_contact"] = _days_before(
        as_of, np.where(served, rng.integers(1, 300, count), np.nan))
    cared = served | (rng.random(count) < 0.35)
    frame["manager"] = pd.Series(rng.choice(MANAGERS, count), dtype=object).where(
        cared, None)


def _maturity(frame: pd.DataFrame, rng: Generator, as_of: date) -> None:
    """Term products fall due within a year, every third of them within thirty days."""
    count = len(frame)
    wealth = (frame["wealth"] > frame["time_deposit"]).to_numpy()
    amount = np.where(wealth, frame["wealth"], frame["time_deposit"])
    due = np.where(rng.random(count) < 0.33, rng.integers(-3, 30, count),
                   rng.integers(30, 365, count)).astype(float)
    due = np.where(amount >= 1_000, due, np.nan)
    product = np.where(wealth, rng.choice(_WEALTH_PRODUCTS, count),
                       rng.choice(_TIME_PRODUCTS, count))
    known = pd.Series(~np.isnan(due))
    frame["maturity_date"] = _days_before(as_of, -due)
    frame["maturity_amount"] = np.where(known, np.round(amount * 0.8, -2), np.nan)
    frame["maturity_product"] = pd.Series(product, dtype=object).where(known, None)


def _suitability(frame: pd.DataFrame, rng: Generator, as_of: date) -> None:
    """Risk tests (part of them older than a year), consent, refusals, complaints."""
    count = len(frame)
    invests = ((frame["wealth"] + frame["fund"]) > 0).to_numpy()
    tested = rng.random(count) < np.where(invests, 0.93, 0.15)
    level = rng.choice(("C1", "C2", "C3", "C4", "C5"), count, p=(.14, .32, .33, .16, .05))
    frame["risk_level"] = pd.Series(level, dtype=object).where(pd.Series(tested), None)
    frame["risk_date"] = _days_before(
        as_of, np.where(tested, rng.integers(1, 720, count), np.nan))
    frame["consent"] = pd.Series(_flag(rng.random(count) < 0.83)).where(
        rng.random(count) < 0.75, None)
    refuses = rng.random(count) < 0.03
    frame["do_not_contact"] = _flag(refuses)
    frame["complaint"] = _flag(rng.random(count) < 0.01)
    frame.loc[refuses, "consent"] = "否"
