"""DIRT: every way in which a cell of a real list goes wrong, as one table.

`spoil` turns a clean cell into what staff would see in the file. Most dirt can be cleaned
without loss; the kinds in LOSSY cannot, so their cells come out unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from branchseg.sample.people import COMPANIES, RARE_GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from branchseg.model.raw import Cell

_AMOUNTS = ("aum_month_avg", "demand", "time_deposit", "wealth", "fund", "insurance", "loan",
            "payroll_amount", "maturity_amount", "max_flow_30d")
_DATES = ("birth_date", "mobile_bank_last", "risk_date", "open_date", "last_txn", "maturity_date",
          "last_contact")
_FLAGS = ("payroll", "mobile_bank", "credit_card", "consent", "do_not_contact", "complaint")
_FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
_SPELLINGS = {
    "是": ("Y", "1", "√", "有", "已开通", "T", "yes", "是 "),
    "否": ("N", "0", "×", "无", "未开通", "F", "no", "　否"),
}


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of dirt: the field keys it hits, its share of their cells, what it does.

    `wants` limits it to cells it can happen to (a lower-case x needs an X).
    """

    kind: str
    keys: tuple[str, ...]
    rate: float
    spoil: Callable[[Any, Generator], Cell]
    wants: Callable[[Any], bool] = lambda _: True


def _pick(rng: Generator, *choices: str) -> str:
    return choices[int(rng.integers(len(choices)))]


def _at_least(limit: float) -> Callable[[Any], bool]:
    return lambda value: bool(value >= limit)


def _plain(value: float, places: int) -> str:
    """A number without exponent and without closing zeros."""
    return f"{value:.{places}f}".rstrip("0").rstrip(".")


def _overdraft(rng: Generator) -> float:
    return round(float(rng.uniform(1, 900)), 2)


def _old_id(text: str) -> str:
    """The 15-digit form in force before 1999: two-digit year, no check digit."""
    return text[:6] + text[8:17]


def _wrong_check(text: str) -> str:
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def _short_date(day: date) -> str:
    """14-Jul-23, whatever the locale."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[day.month * 3 - 3:day.month * 3]
    return f"{day.day}-{month}-{day:%y}"


DIRT: tuple[Dirt, ...] = (
    Dirt("amount_wan", _AMOUNTS, .015, lambda v, _: _plain(v / 1e4, 6) + "万", _at_least(10_000)),
    Dirt("amount_yi", ("aum_month_avg",), .5, lambda v, _: _plain(v / 1e8, 10) + "亿",
         _at_least(9_000_000)),
    Dirt("amount_thousands", _AMOUNTS, .02, lambda v, _: f"{v:,.2f}", _at_least(1_000)),
    Dirt("amount_currency", _AMOUNTS, .01, lambda v, _: f"￥{v:,.2f}"),
    Dirt("amount_full_width", _AMOUNTS, .01, lambda v, _: f"{v:.2f}".translate(_FULL_WIDTH)),
    Dirt("amount_text", _AMOUNTS, .02, lambda v, _: f"{v:.2f}"),
    Dirt("amount_placeholder", _AMOUNTS[1:], .02,
         lambda _, r: _pick(r, "-", "—", "--", "无", "N/A", "/"), lambda v: v == 0),
    Dirt("amount_negative", ("demand",), .01, lambda _, r: -_overdraft(r),
         lambda v: v < 1_000),
    Dirt("amount_brackets", ("demand",), .005, lambda _, r: f"({_overdraft(r):.2f})",
         lambda v: v < 1_000),
    Dirt("amount_unreadable", ("fund", "insurance"), .003,
         lambda _, r: _pick(r, "见附件", "约三千")),
    Dirt("error_cell", ("fund", "insurance", "payroll_amount"), .003,
         lambda _, r: _pick(r, "#N/A", "#REF!")),
    Dirt("aum_unknown", ("aum_month_avg",), .01, lambda _, __: None),
    Dirt("date_compact", _DATES, .02, lambda d, _: f"{d:%Y%m%d}"),
    Dirt("date_number", _DATES, .01, lambda d, _: int(f"{d:%Y%m%d}")),
    Dirt("date_dashes", _DATES, .02, lambda d, _: f"{d.year}-{d.month}-{d.day}"),
    Dirt("date_slashes", _DATES, .02, lambda d, _: f"{d:%Y/%m/%d}"),
    Dirt("date_dots", _DATES, .01, lambda d, _: f"{d.year}.{d.month}.{d.day}"),
    Dirt("date_chinese", _DATES, .01, lambda d, _: f"{d.year}年{d.month}月{d.day}日"),
    Dirt("date_english", ("open_date", "risk_date"), .01, lambda d, _: _short_date(d)),
    Dirt("date_serial", _DATES, .01, lambda d, _: (d - date(1899, 12, 30)).days,
         lambda d: d.year > 1955),
    Dirt("date_time", _DATES, .01, lambda d, r: datetime(d.year, d.month, d.day,  # noqa: DTZ001 - cells have no zone
                                                         int(r.integers(8, 18)), 30)),
    Dirt("date_partial", ("maturity_date", "risk_date"), .01,
         lambda d, r: _pick(r, f"{d.month}月{d.day}日", f"{d:%Y%m}")),
    Dirt("date_sentinel", ("maturity_date", "risk_date", "last_contact"), .01,
         lambda _, r: _pick(r, "99991231", "00000000", "19000101", "2099-12-31")),
    Dirt("date_future", ("last_txn", "open_date"), .003,
         lambda d, _: d.replace(year=d.year + 30, day=1)),
    Dirt("date_unreadable", ("risk_date", "last_contact"), .003,
         lambda _, r: _pick(r, "待定", "不详")),
    Dirt("id_old15", ("id_number",), .02, lambda v, _: _old_id(v), lambda v: v[6:8] == "19"),
    Dirt("id_lower_x", ("id_number",), .3, lambda v, _: v.lower(), lambda v: v[-1] == "X"),
    Dirt("id_spaces", ("id_number",), .01, lambda v, _: f"{v[:6]} {v[6:14]} {v[14:]}"),
    Dirt("id_checksum", ("id_number",), .01, lambda v, _: _wrong_check(v)),
    Dirt("id_damaged", ("id_number",), .01, lambda v, _: float(v), lambda v: v.isdigit()),
    Dirt("id_masked", ("id_number",), .01, lambda v, _: v[:4] + "*" * 12 + v[-2:]),
    Dirt("phone_prefix", ("mobile",), .02, lambda v, r: _pick(r, "+86", "86-", "+86 ") + v),
    Dirt("phone_two", ("mobile",), .01, lambda v, _: f"{v}/0571-88000000"),
    Dirt("phone_labelled", ("mobile",), .01, lambda v, _: f"手机：{v}"),
    Dirt("phone_spaces", ("mobile",), .02, lambda v, _: f"{v[:3]} {v[3:7]} {v[7:]}"),
    Dirt("phone_number", ("mobile",), .02, lambda v, _: int(v)),
    Dirt("phone_masked", ("mobile",), .01, lambda v, _: f"{v[:3]}****{v[7:]}"),
    Dirt("phone_ten_digits", ("mobile",), .01, lambda v, _: v[:-1]),
    Dirt("zeros_lost", ("customer_id",), .02, lambda v, _: int(v)),
    Dirt("key_spaces", ("customer_id",), .01, lambda v, _: f" {v}\u00a0"),
    Dirt("key_missing", ("customer_id",), .003, lambda _, __: None),
    Dirt("name_no_break_space", ("name",), .01, lambda v, _: f"\u00a0{v}\u00a0"),
    Dirt("name_spaced", ("name",), .01, lambda v, _: "　".join(v), lambda v: len(v) == 2),
    Dirt("name_zero_width", ("name",), .005, lambda v, _: v[:1] + "\u200b" + v[1:]),
    Dirt("name_rare", ("name",), .005, lambda v, r: v[:1] + _pick(r, *RARE_GIVEN)),
    Dirt("name_company", ("name",), .004, lambda _, r: _pick(r, *COMPANIES)),
    Dirt("flag_spelling", _FLAGS, .06, lambda v, r: _pick(r, *_SPELLINGS[v])),
    Dirt("flag_unreadable", ("mobile_bank", "credit_card"), .003,
         lambda _, r: _pick(r, "？", "待核")),
    Dirt("gender_spelling", ("gender",), .03,
         lambda v, r: _pick(r, *{"男": ("M", "男性", " 男"), "女": ("F", "女性", "女 ")}[v])),
    Dirt("risk_spelling", ("risk_level",), .1,
         lambda v, r: _pick(r, v.lower(), f"Ｃ{v[1]}", f"{v[0]} {v[1]}")),
    Dirt("text_placeholder", ("occupation", "maturity_product"), .02,
         lambda _, r: _pick(r, "-", "无", "N/A", "/")),
)

LOSSY = frozenset({
    "amount_negative", "amount_brackets", "amount_unreadable", "amount_placeholder", "error_cell",
    "aum_unknown", "date_partial", "date_sentinel", "date_future", "date_unreadable",
    "id_checksum", "id_damaged", "id_masked", "phone_masked", "phone_ten_digits", "key_missing",
    "name_rare", "name_company", "flag_unreadable", "text_placeholder",
})
"""Kinds after which the clean value cannot come back."""


def soil(columns: dict[str, list[Cell]], rng: Generator) -> dict[str, int]:
    """Spoil cells in place, each at most once; how many cells per kind were spoilt.

    Every kind happens at least once where the list has a cell it can happen to.
    """
    counts: dict[str, int] = {}
    spoilt: set[tuple[str, int]] = set()
    for dirt in DIRT:
        open_cells = [
            (key, row)
            for key in dirt.keys
            for row, value in enumerate(columns[key])
            if value is not None and (key, row) not in spoilt and dirt.wants(value)
        ]
        wanted = min(len(open_cells), max(1, round(dirt.rate * len(open_cells))))
        for place in rng.permutation(len(open_cells))[:wanted]:
            key, row = open_cells[place]
            columns[key][row] = dirt.spoil(columns[key][row], rng)
            spoilt.add((key, row))
        counts[dirt.kind] = wanted
    return counts

