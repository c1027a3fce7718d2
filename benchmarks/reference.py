"""The plain way: one dict per customer, one loop. Written apart from the package, for comparison.

It reads the cells of the clean sample list, checks and parses them, and works out status, tier,
the seven factors' data side, score and grade with the shipped default rules.
"""

# ruff: noqa: FBT001 - truths are values here
from __future__ import annotations

import re
from bisect import bisect_left
from datetime import date, datetime

from branchseg.model.raw import RawTable

WEIGHTS = (10, 5, 10, 20, 25, 20, 10)
TIERS = ((0, "mass"), (50_000, "qualified"), (200_000, "affluent"), (500_000, "vip"),
         (1_000_000, "wealth"), (6_000_000, "private"), (10_000_000, "top_private"))
GRADES = ((75, "A"), (55, "B"), (35, "C"), (0, "D"))
PROFESSIONS = ("企业主", "个体", "私营", "法人", "股东", "董事", "高管", "总经理", "医生", "律师",
               "教授", "会计师", "工程师", "飞行员")
AMOUNTS = ("aum_month_avg", "aum_point", "demand", "time_deposit", "wealth", "fund", "insurance",
           "loan", "payroll_amount", "txn_count_12m", "max_flow_30d", "maturity_amount",
           "aum_prev_month_avg", "aum_prev_month_end")
DATES = ("birth_date", "risk_date", "open_date", "last_txn", "maturity_date", "last_contact",
         "mobile_bank_last")
FLAGS = ("credit_card", "payroll", "mobile_bank", "consent", "do_not_contact", "complaint")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
MOBILE = re.compile(r"1[3-9]\d{9}")
EMPTY = {"", "-", "无", "N/A"}


def amount(cell: object, unit: float) -> float | None:
    """A number, or text with separators."""
    if cell is None:
        return None
    if isinstance(cell, str):
        plain = cell.strip().replace(",", "").replace("￥", "")
        if plain in EMPTY:
            return None
        if plain.endswith("万"):
            return round(float(plain[:-1]) * 10_000, 2)
        return round(float(plain) * unit, 2)
    return round(float(cell) * unit, 2) if unit != 1.0 else float(cell)  # type: ignore[arg-type]


def day(cell: object) -> date | None:
    """A date cell, or text in the usual forms."""
    if cell is None or isinstance(cell, date):
        return cell
    plain = str(cell).strip()
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a civil date
        except ValueError:
            continue
    return None


def valid_id(text: str) -> bool:
    """Checksum of GB 11643-1999."""
    if len(text) != 18 or not text[:17].isdigit():
        return False
    return "10X98765432"[sum(int(c) * w for c, w in zip(text, ID_WEIGHTS, strict=False)) % 11] \
        == text[17].upper()


def months_before(day_: date, months: int) -> date:
    """The same day some months earlier; these data dates need no clipping but February's."""
    year, month = divmod(day_.year * 12 + day_.month - 1 - months, 12)
    last = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
    return date(year, month + 1, min(day_.day, last))


def years(since: date | None, as_of: date) -> int | None:
    """Completed years."""
    if since is None:
        return None
    return as_of.year - since.year - ((since.month, since.day) > (as_of.month, as_of.day))


def clean(record: dict[str, object], units: dict[str, float], seen: dict[str, int]) -> dict:
    """One record with parsed values."""
    row: dict = {}
    for key, cell in record.items():
        if key in AMOUNTS:
            row[key] = amount(cell, units[key])
        elif key in DATES:
            row[key] = day(cell)
        elif key in FLAGS:
            row[key] = None if cell is None else str(cell).strip() in {"是", "Y", "1", "有"}
        else:
            row[key] = str(cell).strip() if cell is not None else None
    row["id_valid"] = valid_id(row.get("id_number") or "")
    row["phone_valid"] = bool(MOBILE.fullmatch(row.get("mobile") or ""))
    seen[row["customer_id"]] = seen.get(row["customer_id"], 0) + 1
    return row


def any_known(*truths: bool | None) -> bool | None:
    """True if one is; unknown if all are."""
    if any(truth is True for truth in truths):
        return True
    return False if any(truth is False for truth in truths) else None


def at_least(value: float | None, bound: float) -> bool | None:
    """Three-valued >=."""
    return None if value is None else value >= bound


def contains(text: str | None, words: tuple[str, ...]) -> bool | None:
    """Three-valued "one of the words stands in the text"."""
    return None if text is None else any(word in text for word in words)


def both(*truths: bool | None) -> bool | None:
    """Three-valued and."""
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def negated(truth: bool | None) -> bool | None:
    """Three-valued not."""
    return None if truth is None else not truth


def level(*truths: bool | None) -> int | None:
    """Truths of level 3, 2, 1 -> the level."""
    for number, truth in zip((3, 2, 1), truths, strict=True):
        if truth:
            return number
    return None if all(truth is None for truth in truths) else 0


def tier_of(aum: float | None) -> tuple[str | None, float | None, bool | None]:
    """Tier, distance to the next, and whether that is near."""
    if aum is None:
        return None, None, None
    place = max(n for n, (start, _) in enumerate(TIERS) if n == 0 or aum >= start)
    if place == len(TIERS) - 1:
        return TIERS[place][1], None, False
    goal = TIERS[place + 1][0]
    return TIERS[place][1], goal - aum, aum >= round(goal * 0.9, 2)


def judge(row: dict, as_of: date, today: date, counts: list[float]) -> dict:
    """Status, tier, factors, score and grade of one cleaned record."""
    aum = row["aum_month_avg"] if row["aum_month_avg"] is not None else row["aum_point"]
    last, count = row["last_txn"], row["txn_count_12m"]
    recent = None if last is None else last >= months_before(as_of, 12)
    acted = any_known(recent, at_least(count, 1))
    invalid = both(None if aum is None else aum <= 100, negated(acted))
    status = "unverified"
    for key, truth in (("invalid", invalid), ("dormant", negated(acted)),
                       ("core", at_least(aum, 50_000)), ("potential", aum is not None)):
        if truth is None:
            break
        if truth:
            status = key
            break
    tier, short, near = tier_of(aum)
    end = row["aum_prev_month_end"]
    if near and end is not None and end > (aum + short) * 1.5:
        near = False
    levels = factors(row, as_of, today, aum, near, counts)
    known = [(w, n) for w, n in zip(WEIGHTS, levels, strict=True) if n is not None]
    weight = sum(w for w, _ in known)
    score = round(sum(w * n for w, n in known) * 100 / (weight * 3), 6) if weight else None
    sober = [(w, n) for place, (w, n) in enumerate(zip(WEIGHTS, levels, strict=True))
             if n is not None and place != 1]
    careful = sum(w * n for w, n in sober) * 100 / (sum(w for w, _ in sober) * 3) if sober else 0
    grade = "insufficient"
    if weight >= 40 and sober and score is not None:
        grade = next(g for bound, g in GRADES if round(min(score, careful), 6) >= bound)
    return {"status": status, "tier": tier, "to_next_tier": short, "score": score, "grade": grade}


def factors(row: dict, as_of: date, today: date, aum: float | None, near: bool | None,
            counts: list[float]) -> tuple[int | None, ...]:
    """The data side of the seven factors: what was done by the data date, the rest by today."""
    def days(key: str) -> int | None:
        return None if row[key] is None else (as_of - row[key]).days

    def within(key: str, limit: int) -> bool | None:
        gone = days(key)
        return None if gone is None else 0 <= gone <= limit

    age, tenure = years(row["birth_date"], today), years(row["open_date"], today)
    job, count = row["occupation"], row["txn_count_12m"]
    held = [row[k] for k in ("demand", "time_deposit", "wealth", "fund", "insurance")]
    holdings = sum(h is not None and h > 0 for h in held) \
        if any(h is not None for h in held) else None
    ties = [row[k] for k in ("payroll", "credit_card", "mobile_bank")]
    bindings = sum(t is True for t in ties) if any(t is not None for t in ties) else None
    share = None if aum is None or aum <= 0 or row["demand"] is None \
        else min(max(row["demand"] / aum, 0.0), 1.0)
    ahead = None if row["maturity_date"] is None else (row["maturity_date"] - today).days
    frequent = None if count is None else bisect_left(counts, count) / max(len(counts), 1) >= 0.8
    student = contains(job, ("学生", "在校"))
    worker = both(negated(contains(job, ("学生", "在校", "无业", "待业"))),
                  None if age is None else 25 <= age <= 59)
    strong = any_known(at_least(bindings, 3), at_least(tenure, 5))
    marked = row["complaint"] is True or row["do_not_contact"] is True
    in_window = 10 <= today.day <= 17
    return (
        level(contains(job, PROFESSIONS), any_known(worker),
              negated(any_known(None if age is None else age < 18, student))),
        None,
        level(None, None, within("mobile_bank_last", 90)),
        level(any_known(at_least(row["max_flow_30d"], 50_000), frequent), within("last_txn", 90),
              any_known(None if row["last_txn"] is None
                        else row["last_txn"] >= months_before(as_of, 12), at_least(count, 1))),
        level(any_known(at_least(aum, 500_000), at_least(holdings, 5)),
              any_known(at_least(aum, 50_000), at_least(holdings, 3)),
              any_known(at_least(aum, 10_000), at_least(holdings, 2))),
        level(any_known(None if ahead is None else 0 <= ahead <= 7, near),
              any_known(None if ahead is None else 0 <= ahead <= 30,
                        both(row["payroll"], in_window)),
              any_known(both(at_least(row["demand"], 50_000), at_least(share, 0.5)),
                        both(at_least(aum, 50_000),
                             None if holdings is None else holdings <= 1))),
        level(both(strong, within("last_contact", 90), not marked), strong,
              any_known(at_least(bindings, 1), at_least(tenure, 1))),
    )


def run(raw: RawTable, fields: dict[str, int], units: dict[str, float],
        as_of: date, today: date) -> list[dict]:
    """The whole loop: records in, judgements out, in the order of the list."""
    names, places = list(fields), list(fields.values())
    records = [dict(zip(names, cells, strict=True))
               for cells in zip(*(raw.columns[place] for place in places), strict=True)]
    seen: dict[str, int] = {}
    rows = [clean(record, units, seen) for record in records]
    counts = sorted(row["txn_count_12m"] for row in rows if row["txn_count_12m"] is not None)
    return [judge(row, as_of, today, counts) for row in rows]
