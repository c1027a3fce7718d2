import datetime as dt
import math

import pytest

from branchseg.model.fields import FIELDS
from ui.columns import column, due_text, show, show_amount_short, show_number

DAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(("value", "text"), [
    (0.0, "0"), (9999.4, "9,999"), (9999.6, "9,999"), (10_000.0, "1 万"),
    (12_846_000.0, "1,284.6 万"), (99_999_999.0, "9,999.9 万"), (1e8, "1 亿"),
    (3.21e8, "3.21 亿"), (4_892_500.0, "489.3 万"), (-25_000.0, "-2.5 万"), (math.nan, "–"),
])
def test_amounts_on_cards(value, text):
    assert show_amount_short(value) == text


@pytest.mark.parametrize(("days", "text"), [(0, "今天"), (1, "1 天后"), (-1, "逾期 1 天")])
def test_due(days, text):
    assert due_text(DAY + dt.timedelta(days), DAY) == text


def test_numbers():
    assert show_number(1234567.891, 2) == "1,234,567.89"
    assert show_number(-0.4, 0) == "0"
    assert show_number(math.nan, 2) == "–"


@pytest.mark.parametrize("key", FIELDS)
def test_every_field_has_a_column(key):
    made = column(key)
    assert made.label == FIELDS[key].label
    assert made.width >= 60
    assert show(None, made, DAY, revealed=False) == "–"


@pytest.mark.parametrize(("key", "value", "masked"), [
    ("name", "单小明", "单**"), ("mobile", "13800001234", "138****1234"),
    ("id_number", "110105199001011234", "1****************4"),
    ("customer_id", "6200118833", "******8833"), ("account_no", "62284800001", "*******0001"),
])
def test_personal_fields_are_masked_by_default(key, value, masked):
    assert show(value, column(key), DAY, revealed=False) == masked
    assert show(value, column(key), DAY, revealed=True) == value


@pytest.mark.parametrize("revealed", [False, True])
def test_an_id_of_the_programs_own_is_no_customer_number(revealed):
    made = column("customer_id")
    assert show("NM-0123456789ab82e3", made, DAY, revealed=revealed) == "无客户号"
