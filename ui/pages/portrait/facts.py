"""What the portrait says of a customer's own values: texts, masked unless revealed.

Cheap enough (2 ms) for the main thread, so that a click shows the person at once; what the
rules and the vault have to say follows from `portrait_work`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor
from typing import TYPE_CHECKING

from branchseg import pipeline
from branchseg.messages import text
from branchseg.model.amounts import money
from branchseg.model.fields import BINDINGS, CALENDAR, FIELDS, HOLDINGS, NUMERIC, Kind
from branchseg.model.masking import is_masked_phone

from ...columns import MASKED_IN_LIST, MATURED, UNKNOWN, column, due_text, show, show_amount_short
from ..customers.columns import chips
from ..customers.work import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...columns import Chip
    from ..customers.work import CustomerView

_BASICS = (
    "customer_id", "mobile", "id_number", "gender", "age_years", "occupation", "employer",
    "branch", "manager", "tenure", "card_level", "bank_level", "address",
)
_LABELS = {"age_years": "年龄", "tenure": "关系年限", "id_number": "证件号码"}
_SOON = 7
"""Days within which something due is marked."""
_HAIR = 1e-9
"""What binary fractions may lack of a whole percent."""
_YEARS = 2
"""From so many years on something is said to be years ago."""
_DEPOSITS = ("demand", "time_deposit")
_OWED = ("loan", "mortgage", "credit_limit")
_DAYS = {
    # date -> (what happened, the days since then as the rules count them)
    "last_txn": ("最近交易", "days_since_txn"),
    "last_contact": ("最近接触", "days_since_contact"),
    "mobile_bank_last": ("手机银行登录", "days_since_login"),
    "open_date": ("开户", "days_since_open"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """A product in the matrix. `amount` is "" where nothing is held."""

    label: str
    amount: str
    full: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One customer's values. Nothing here is formatted before it is asked for."""

    view: CustomerView
    position: int
    values: Mapping[str, object]

    # --- who ---

    @property
    def customer_id(self) -> str:
        """The customer's id."""
        return self.view.ids[self.position]

    @property
    def today(self) -> date:
        """The day all that is due, or long ago, is counted from."""
        return self.view.result.today

    def show(self, key: str, *, revealed: bool = False, names_masked: bool = True) -> str:
        """The text of a field with its unit, as it may be shown."""
        value = self.values.get(key)
        if value is None:
            return UNKNOWN
        if key == "tenure" and isinstance(value, float):  # full years, as on paper
            return f"{int(value)} 年" if value >= 1 else "不足 1 年"
        if key == "mobile" and revealed and is_masked_phone(str(value)):
            return f"{value}（{MASKED_IN_LIST}）"
        shape = column(key)
        if isinstance(value, float) and value.is_integer() and shape.kind is not Kind.AMOUNT:
            words = f"{value:,.0f}"
        else:
            words = show(value, shape, None, revealed=revealed, names_masked=names_masked)
        unit = shape.unit if shape.kind in NUMERIC else ""
        return f"{words} {unit}".strip()

    def chip(self, kind: str) -> Chip | None:
        """The chip of "status", "tier" or "grade"."""
        return chips(self.view.labels, kind).get(str(self.values.get(kind)))

    @property
    def badges(self) -> list[str]:
        """The tags of the rules, in words."""
        words = self.view.labels["tag"]
        return [words[key] for key in str(self.values.get("tags") or "").split(";") if key]

    @property
    def segment(self) -> str:
        """The main segment."""
        return self.view.labels["segment"].get(str(self.values.get("segment")), UNKNOWN)

    def basics(self, *, revealed: bool) -> list[tuple[str, str]]:
        """(label, text) of what the lists have; columns they lack are left out."""
        present = self.view.result.table.frame.columns
        return [(_LABELS.get(key, FIELDS[key].label), self.show(key, revealed=revealed))
                for key in _BASICS if key in self.values or key in present]

    # --- money ---

    @property
    def aum(self) -> str:
        """AUM as a figure: 182.3 万."""
        value = self.number("aum")
        return UNKNOWN if value is None else money(value)

    @property
    def aum_basis(self) -> str:
        """What the AUM figure is: 月日均 AUM, and of which day if not of the newest list's."""
        basis, day = self.values.get("aum_basis"), self._day("aum_date")
        older = day is not None and day < self.view.result.table.as_of
        words = text(f"rules.basis.{basis}") if basis else ""
        return f"{words}，截至 {day}" if words and older else words

    @property
    def share(self) -> float | None:
        """How much of the next tier's threshold is reached, 0..1."""
        return self.number("to_next_share")

    @property
    def distance(self) -> str:
        """How far the next tier is, in words; what is reached is never rounded up."""
        missing, tier = self.number("to_next_tier"), self.values.get("next_tier")
        if missing is None or tier is None:
            return self._no_distance
        lacking = f"距{self.view.labels['tier'][str(tier)]}还差 {missing:,.2f} 元"
        if (self.number("aum") or 0.0) < 0:
            return f"资产是负数（透支或冲正），{lacking}"
        if self.share is None:
            return lacking
        return f"{lacking}，已达 {floor(self.share * 100 + _HAIR)}%"

    @property
    def _no_distance(self) -> str:
        """Why there is no next tier to reach."""
        if self.values.get("tier"):
            return "已是最高层级"
        return "资产未知，无法计算距离" if self.number("aum") is None else "不定层级"

    @property
    def holdings(self) -> list[Holding]:
        """Products and debts the lists tell of; deposits also as one if a part is unknown."""
        whole = () if all(self.number(key) is not None for key in _DEPOSITS) else ("deposit",)
        return [self._holding(key) for key in (*whole, *HOLDINGS, *_OWED)
                if self.number(key) is not None]

    def _holding(self, key: str) -> Holding:
        amount, label = self.number(key) or 0.0, FIELDS[key].label.removesuffix("余额")
        held = amount > 0
        return Holding(label, show_amount_short(amount) if held else "",
                       f"{FIELDS[key].label} {amount:,.2f} 元")

    @property
    def bound(self) -> tuple[list[str], list[str]]:
        """Ties to the bank: those there are, those there are not; unknown ones are neither."""
        ties = {key: self.values.get(key) for key in BINDINGS if key in self.values}
        has = [FIELDS[key].label for key, value in ties.items() if value]
        lacks = [FIELDS[key].label for key, value in ties.items() if not value]
        return has, lacks

    # --- when ---

    @property
    def outdated(self) -> str:
        """That nothing recent is known of the customer, and since when; "" if all is well."""
        if not self.values.get("outdated"):
            return ""
        return text("rules.status.outdated", day=self.show("data_date")) + "。"

    @property
    def _whence(self) -> str:
        """What to say before days that do not count from today."""
        if self.number("days_behind_list"):
            return f"截至 {self.show('data_date')} "
        return "" if self.view.result.table.as_of == self.today else "截至数据日 "

    @property
    def events(self) -> list[tuple[str, str, str]]:
        """(label, text, tone) of what happens or happened when."""
        found = []
        due = self._day("maturity_date")
        if due is not None:
            what = self.show("maturity_product") if "maturity_product" in self.values else ""
            amount = self.number("maturity_amount")
            parts = [what, "" if amount is None else money(amount)]
            left = self.number("days_to_maturity") or 0.0
            tone = "danger" if left <= 0 else "warn" if left <= _SOON else ""
            words = f"{due.isoformat()}  {due_text(due, self.today, MATURED)}"
            found.append(("到期", " · ".join(filter(None, (words, *parts))), tone))
        for key, (label, since) in _DAYS.items():
            day, days = self._day(key), self.number(since)
            if day is not None and days is not None:
                whence = "" if key in CALENDAR else self._whence
                words = f"{whence}{_ago(day, int(days))}" if days or not whence else "数据日当天"
                found.append((label, f"{day.isoformat()}  {words}", ""))
        birthday = self.number("days_to_birthday")
        if birthday is not None and birthday <= 30:
            words = "今天" if birthday < 1 else f"{birthday:.0f} 天后"
            found.append(("生日", words, "ok"))
        return found

    @property
    def consent(self) -> tuple[str, str]:
        """What the customer allows, and its tone."""
        if self.values.get("do_not_contact"):
            return "客户拒绝营销，只做服务提醒", "danger"
        if "consent" not in self.values:
            return "营销授权未知，不电话、短信营销", "warn"
        if self.values["consent"]:
            return "已同意营销", "ok"
        return "未同意营销，不电话、短信营销", "warn"

    def number(self, key: str) -> float | None:
        """A number, None if unknown."""
        value = self.values.get(key)
        return float(value) if isinstance(value, float | int) else None

    def _day(self, key: str) -> date | None:
        value = self.values.get(key)
        return value if isinstance(value, date) else None


def facts_of(view: CustomerView, position: int) -> Facts:
    """One customer's known values."""
    values = {key: _plain(value) for key, value in
              pipeline.customer(view.result, position).items() if known(value)}
    return Facts(view, position, values)


def _plain(value: object) -> object:
    """A value as Python has it: day, number, bool or text."""
    if isinstance(value, datetime):
        return value.date()
    item = getattr(value, "item", None)
    plain = item() if item is not None else value
    return float(plain) if isinstance(plain, int) and not isinstance(plain, bool) else plain


def _ago(day: date, days: int) -> str:
    """How many days ago a day was; from the second year on in full years, as tenure is."""
    if days < 1:
        return "今天" if days == 0 else f"{-days} 天后"
    since = day + timedelta(days)
    years = since.year - day.year - ((since.month, since.day) < (day.month, day.day))
    return f"{days} 天前" if years < _YEARS else f"{years} 年前"
