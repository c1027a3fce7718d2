"""Transactions as a branch might export them, for tests."""

from datetime import date, timedelta

import numpy as np

LAST = date(2026, 10, 29)


def flow(customers, last=LAST):
    """Rows (customer, day, amount) over 400 days; some who came again leave for good."""
    draw, rows = np.random.default_rng(0), []
    for who in customers:
        day, rate = float(draw.integers(0, 180)), draw.gamma(0.8, 0.06)
        leave, size = draw.beta(0.8, 2.0), draw.gamma(2, 300)
        first = day
        while day <= 400:
            rows.append((who, last - timedelta(days=400 - int(day)),
                         round(float(draw.gamma(4, size / 4)), 2)))
            if day > first and draw.random() < leave:
                break
            day += draw.exponential(1 / rate)
    return rows


def write(path, rows, header=("客户号", "交易日期", "交易金额")):
    """A csv of them; columns beyond the header are cut off."""
    lines = [header, *(row[: len(header)] for row in rows)]
    path.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding="utf-8")
    return path
