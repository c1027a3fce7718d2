"""The same invented customers as one row per account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from branchseg.model.raw import Cell

HEADERS: dict[str, str] = {
    "account_no": "账户号", "customer_id": "客户号", "name": "户名", "id_number": "证件号码",
    "demand": "活期余额", "time_deposit": "定期余额", "wealth": "理财余额", "fund": "基金余额",
    "insurance": "保险余额", "aum_month_avg": "月日均AUM", "last_txn": "最近交易日",
    "txn_count_12m": "近12月交易笔数", "open_date": "开户日期", "maturity_date": "到期日",
    "maturity_amount": "到期金额",
}
"""Field key -> header of the account list."""

_KINDS = (("demand",), ("time_deposit",), ("wealth", "fund", "insurance"))
"""The products that live on a customer's first, second and third account."""


def split(frame: pd.DataFrame) -> list[tuple[Cell, ...]]:
    """One row per account, in the order of HEADERS; sums over a customer give back the frame.

    Every customer has a demand account; it carries the newest action and all counted ones, so
    that the newest over the accounts is the customer's.
    """
    lines: list[tuple[Cell, ...]] = []
    for number, customer in enumerate(frame.to_dict("records")):
        point, rest = customer["aum_point"], customer["aum_month_avg"]
        for position in (2, 1, 0):
            held = {key: customer[key] for key in _KINDS[position]}
            total = sum(held.values())
            if position and not total:
                continue
            average = round(customer["aum_month_avg"] * total / point, 2) if position else rest
            rest = round(rest - average, 2)
            lines.append(_line(customer, number * 10 + position, held, average,
                               first=position == 0, due=position != 0))
    return lines


def _line(customer: dict[str, object], number: int, held: dict[str, float], average: float,
          *, first: bool, due: bool) -> tuple[Cell, ...]:
    values: dict[str, object] = {
        **customer, **dict.fromkeys((key for keys in _KINDS for key in keys), 0.0), **held,
        "account_no": f"62220000{number:08d}",
        "aum_month_avg": average,
        "id_number": str(customer["id_number"])[:4] + "*" * 12 + str(customer["id_number"])[-2:],
    }
    if not first:
        values |= {"last_txn": customer["open_date"], "txn_count_12m": 0.0}
    if not due:
        values |= {"maturity_date": None, "maturity_amount": None}
    values["txn_count_12m"] = f"{values['txn_count_12m']:.0f}"
    return tuple(_printed(values[key]) for key in HEADERS)


def _printed(value: object) -> Cell:
    """Amounts as text with thousands separators, dates as 20261031, unknown as nothing."""
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y%m%d}"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)
