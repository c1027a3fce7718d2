"""Derived fields: effective AUM and its basis, ages, days, counts."""

from __future__ import annotations

from datetime import date

import narwhals as nw
from conftest import customers

from branchseg.rules.derive import derive
from branchseg.rules.evaluation import Evaluation


def check(judge, cases, *keys):
    """Every case is (customer, expected value or tuple of values)."""
    assert judge([row for row, _ in cases], *keys) == [wanted for _, wanted in cases]


def test_effective_aum(judge):
    check(judge, [
        ({"aum_month_avg": 1, "aum_point": 2}, (1, "aum_month_avg")),
        ({"aum_quarter_avg": 3, "aum_point": 2}, (3, "aum_quarter_avg")),
        ({"aum_year_avg": 4, "aum_point": 2}, (4, "aum_year_avg")),
        ({"aum_point": 2, "demand": 9}, (2, "aum_point")),
        ({"aum_point": 0}, (0, "aum_point")),
        ({"demand": 9, "fund": 1}, (10, "sum_of_parts")),
        ({"deposit": 7, "fund": 1}, (8, "sum_of_parts")),
        ({"deposit": 7, "demand": 5, "fund": 1}, (8, "sum_of_parts")),
        ({"deposit": 800_000, "time_deposit": 100_000, "wealth": 50_000},
         (850_000, "sum_of_parts")),
        ({"deposit": 300_000, "time_deposit": 0, "wealth": 0}, (300_000, "sum_of_parts")),
        ({"deposit": 7, "demand": 5, "time_deposit": 4}, (9, "sum_of_parts")),
        ({"deposit": 0.3, "demand": 0.1, "time_deposit": None}, (0.3, "sum_of_parts")),
        ({"deposit": None, "time_deposit": 4}, (4, "sum_of_parts")),
        ({"deposit": -5, "fund": 1}, (-4, "sum_of_parts")),
        ({"loan": 5}, (None, None)),
    ], "aum", "aum_basis")


def test_deposit_stands_in_without_the_split_columns(judge):
    check(judge, [({"deposit": 7, "fund": 1}, 8), ({"deposit": None}, None)], "aum")


def test_no_amount_column_gives_no_aum(judge):
    check(judge, [({"name": "张三"}, (None, None))], "aum", "aum_basis")


def test_age_in_full_years_and_days_to_the_birthday():
    cases = [
        ("2000-06-30", date(2026, 6, 30), 26, 0),
        ("2000-07-01", date(2026, 6, 30), 25, 1),
        ("2000-06-29", date(2026, 6, 30), 26, 364),
        ("2000-02-29", date(2026, 2, 27), 25, 1),
        ("2000-02-29", date(2026, 2, 28), 25, 0),
        ("2000-02-29", date(2026, 3, 1), 26, 364),
        ("2000-02-29", date(2028, 2, 28), 27, 1),
        ("1999-12-31", date(2026, 1, 1), 26, 364),
    ]
    for born, as_of, age, birthday in cases:
        scope = Evaluation(nw.from_native(customers({"birth_date": born})), as_of)
        derive(scope)
        found = (scope.value("age_years", 0), scope.value("days_to_birthday", 0))
        assert found == (age, birthday), (born, as_of)


def test_listed_age_and_tenure_stand_in_for_unknown_dates(judge):
    check(judge, [
        ({"age": 40, "tenure_years": 7.5}, (40, 7.5)),
        ({"birth_date": "2000-07-01", "age": 40, "open_date": "2021-07-01", "tenure_years": 9},
         (25, 4)),
        ({}, (None, None)),
    ], "age_years", "tenure")


def test_days(judge):
    (found,) = judge([{
        "last_txn": "2026-06-30", "mobile_bank_last": "2026-06-29", "last_contact": "2025-06-30",
        "open_date": "2026-07-02", "maturity_date": "2026-07-07", "risk_date": "2026-06-01"}])
    keys = ("days_since_txn", "days_since_login", "days_since_contact", "days_since_open",
            "days_to_maturity", "days_since_risk")
    assert [found[key] for key in keys] == [0, 1, 365, -2, 7, 29]
    assert str(found["days_since_txn"]) == "0.0"


def test_holdings(judge):
    check(judge, [
        ({"demand": 1, "wealth": 0, "fund": 5}, 2),
        ({"deposit": 3, "fund": 5}, 2),
        ({"deposit": 8, "time_deposit": 1, "fund": 5}, 3),
        ({"deposit": 8, "time_deposit": 8}, 1),
        ({"deposit": 8, "time_deposit": 0}, 1),
        ({"deposit": 8, "demand": 1, "time_deposit": 2}, 2),
        ({"deposit": 0, "demand": None}, 0),
        ({"product_count": 4}, 4),
        ({"demand": 0, "product_count": 4}, 0),
        ({}, None),
    ], "holdings")


def test_bindings(judge):
    check(judge, [
        ({"payroll": True, "mortgage": 5, "wecom": False}, 2),
        ({"mortgage": 0}, 0),
        ({}, None),
    ], "bindings")


def test_demand_share(judge):
    check(judge, [
        ({"demand": 5, "aum_point": 10}, 0.5),
        ({"demand": 20, "aum_point": 10}, 1.0),
        ({"demand": 0, "aum_point": 10}, 0.0),
        ({"demand": 5, "aum_point": 0}, None),
        ({"aum_point": 10}, None),
        ({"demand": 5}, 1.0),
    ], "demand_share")


def test_rating_is_valid_invalid_or_unknown(judge):
    check(judge, [
        ({"risk_level": "C3", "risk_date": "2025-06-30"}, True),
        ({"risk_level": "C3", "risk_date": "2025-06-29"}, False),
        # a year has passed: what the bank noted as the expiry does not prolong it
        ({"risk_level": "C3", "risk_date": "2025-06-29", "risk_expiry": "2026-06-30"}, False),
        ({"risk_level": "C3", "risk_date": "2025-06-30", "risk_expiry": "2026-06-30"}, True),
        ({"risk_level": "C3", "risk_date": "2026-06-01", "risk_expiry": "2026-06-29"}, False),
        ({"risk_level": "C3", "risk_expiry": "2026-06-29"}, False),
        ({"risk_level": "C3", "risk_expiry": "2027-06-29"}, None),  # certainly valid only if dated
        ({"risk_level": "C3"}, None),
        ({"risk_date": "2026-06-01"}, None),
        ({"risk_date": "2020-06-01"}, False),
    ], "risk_valid")
