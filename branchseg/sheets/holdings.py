"""Which products and ties a customer is known to have, for the strip on the task sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.sheets.privacy import known, number_of, text_of
from branchseg.sheets.tasksheet import Holding

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEPOSITS = ("demand", "time_deposit")
_OTHERS = ("wealth", "fund", "insurance", "bond", "metal", "loan", "credit_card", "payroll",
           "pension", "mobile_bank", "wecom")
_MATURING = {"定期": "time_deposit", "存单": "time_deposit", "定存": "time_deposit",
             "存款": "deposit", "理财": "wealth", "基金": "fund", "保险": "insurance",
             "国债": "bond"}
"""A word in the name of what falls due -> the product held until then."""


def holdings(customer: Mapping[str, object]) -> tuple[Holding, ...]:
    """Held, not held, or None where neither the list nor what falls due tells.

    An amount above zero or a set flag counts as held. Where only the total of deposits is
    known, or one of its two parts, it stands for what is not. Nothing at all if nothing is known.
    """
    held = {key: _held(customer, key) for key in (*_DEPOSITS, "deposit", *_OTHERS)}
    maturing = _maturing(customer)
    if maturing:
        held[maturing] = True
    parts = [key for key in _DEPOSITS if held[key] is not None]
    if held["deposit"] is None or all(known(customer.get(key)) for key in _DEPOSITS):
        shown = [*_DEPOSITS, *_OTHERS]
    else:
        shown = ["deposit", *parts, *_OTHERS]
    found = tuple(Holding(text(f"sheets.holding.{key}"), held[key]) for key in shown)
    return found if any(one.held is not None for one in found) else ()


def _held(customer: Mapping[str, object], key: str) -> bool | None:
    value = customer.get(key)
    if not known(value):
        return None
    return bool(value) if FIELDS[key].kind is Kind.FLAG else float(str(value)) > 0


def _maturing(customer: Mapping[str, object]) -> str:
    """The product that falls due today or later, "" if none or its name does not tell."""
    days = number_of(customer, "days_to_maturity")
    if days is None or days < 0:
        return ""
    name = text_of(customer, "maturity_product")
    return next((key for word, key in _MATURING.items() if word in name), "")
