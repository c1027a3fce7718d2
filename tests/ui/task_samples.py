"""Nine customers around 2026-11-22, a Sunday; who of them is worth a visit is up to the rules."""

from datetime import date, datetime, timedelta, timezone

import pandas as pd

from branchseg import pipeline, rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=8)))
_KEYS = ("customer_id", "name", "mobile", "gender", "birth_date", "manager", "aum_month_avg",
         "demand", "last_txn", "txn_count_12m", "maturity_date", "maturity_amount", "consent",
         "do_not_contact", "risk_date")
_ROWS = (
    ("C1", "单小明", "13800001234", "男", "1990-03-07", "王芳", 480_000.0, 80_000.0,
     "2026-11-01", 30.0, "2026-11-25", 200_000.0, True, False, None),
    ("C2", "张三丰", "13900005678", "男", "1965-01-01", "王芳", 6_200_000.0, 200_000.0,
     "2026-11-10", 12.0, "2026-11-23", 50_000.0, True, False, None),
    ("C3", "欧阳小敏", "13700009012", "女", "1988-11-24", "李雷", 495_000.0, 120_000.0,
     "2026-10-01", 8.0, None, None, True, False, None),
    ("C4", "赵六", "13600003456", "男", "1970-06-01", "李雷", 60_000.0, 10_000.0,
     "2026-11-15", 40.0, "2026-11-24", 8_000.0, None, True, None),
    ("C5", "钱七", "13500007890", "女", "2000-05-05", None, 900_000.0, 30_000.0,
     "2026-11-20", 5.0, None, None, True, True, "2026-06-01"),  # the list tells of ratings
    ("C6", "孙八", "13400002468", "男", "1950-11-23", "王芳", 70_000.0, 5.0,
     "2026-11-11", 9.0, None, None, True, False, None),
    ("C7", "周九", "13300001357", "女", "1985-08-08", "李雷", 80_000.0, 60_000.0,
     "2026-11-12", 20.0, "2026-12-10", 30_000.0, True, False, None),
    ("C8", "吴十", "13200002468", "男", "1979-07-07", "李雷", 55_000.0, 50_000.0,
     "2026-11-13", 20.0, None, None, False, False, None),
    ("C9", "郑一", "13100003579", "女", "1993-09-09", "王芳", 52_000.0, 50_000.0,
     "2026-11-14", 20.0, None, None, True, False, None),
)
REFUSED_WITH_REMINDER, REFUSED = "C4", "C5"


def result_of(ruleset):
    """What the rules say of the nine."""
    columns = {
        key: pd.Series([row[place] for row in _ROWS], dtype=object).astype(
            frame_dtype(FIELDS[key])) for place, key in enumerate(_KEYS)}
    columns[SOURCE_ROWS] = pd.Series([str(2 + n) for n in range(len(_ROWS))], dtype="str")
    table = CustomerTable(pd.DataFrame(columns), DAY)
    return pipeline.evaluate(
        pipeline.Prepared(table, IssueLog(), (), "given", len(_ROWS), len(_ROWS), {}), ruleset)


def explain_each_once(patch, outcome):
    """The rules explain every one of the nine once; that is what takes the time."""
    places = range(len(_ROWS))
    known = dict(zip(places, rules.explain_many(
        outcome.table.frame, places, outcome.ruleset, DAY), strict=True))
    patch.setattr(rules, "explain_many", lambda _frame, positions, *_rest, **_day: (
        known[position] for position in positions))
