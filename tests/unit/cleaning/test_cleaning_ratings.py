"""The rating of a customer with several accounts comes from one row."""

from datetime import date

import pandas as pd
import pytest

OLD, NEW, NEXT, FAR = date(2024, 1, 1), date(2025, 6, 1), date(2026, 6, 1), date(2030, 1, 1)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # (level, date, expiry) of two accounts; the first has the newer transaction
        ([("C5", OLD, FAR), ("C2", NEW, NEXT)], ("C2", NEW, NEXT)),
        ([("C5", OLD, FAR), ("C2", NEW, None)], ("C2", NEW, None)),
        ([("C5", OLD, FAR), (None, NEW, NEXT)], ("C5", OLD, FAR)),
        ([("C5", None, FAR), ("C2", OLD, None)], ("C2", OLD, None)),
        ([("C5", None, NEXT), ("C2", None, FAR)], ("C2", None, FAR)),
        ([("C5", NEW, FAR), ("C2", NEW, FAR)], ("C5", NEW, FAR)),
        ([(None, NEW, None), (None, OLD, None)], (None, NEW, None)),
    ],
)
def test_level_and_dates_come_from_the_newest_rating(clean, rows, expected, turned):
    days = [date(2025, 12, 1), date(2025, 1, 1)]
    if turned:
        rows, days = rows[::-1], days[::-1]
    frame, _, _ = clean(
        {
            "customer_id": ["A", "A"],
            "account_no": ["1001", "1002"],
            "last_txn": days,
            **{
                key: [row[place] for row in rows]
                for place, key in enumerate(("risk_level", "risk_date", "risk_expiry"))
            },
        }
    )
    level, *dates = (frame[key][0] for key in ("risk_level", "risk_date", "risk_expiry"))
    assert (None if pd.isna(level) else level) == expected[0]
    assert [None if pd.isna(day) else day.date() for day in dates] == list(expected[1:])
