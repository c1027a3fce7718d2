"""Rows of delimited text longer than the header: torn ones, and columns without a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.intake.grid import Grid
from branchseg.intake.structure import Layout, lay_out
from branchseg.model.issues import IssueCode


def lay(lines: list[str]) -> Layout:
    """What becomes of comma separated lines."""
    rows = [line.split(",") for line in lines]
    width = max(map(len, rows))
    full = [[cell or None for cell in row] + [None] * (width - len(row)) for row in rows]
    layout = lay_out(Grid("", 1, 1, [list(c) for c in zip(*full, strict=True)], []), "测试",
                     delimited=True)
    assert layout is not None
    return layout


def told(layout: Layout, code: IssueCode) -> list[int]:
    return [issue.row for issue in layout.issues if issue.code is code]


def with_unnamed(extras: list[str], ends: list[str]) -> Layout:
    """A list of balances with a column behind them that has no name."""
    rows = zip(ends, extras, strict=True)
    return lay(["客户号,姓名,AUM余额",
                *(f"C{n},客户,{end},{extra}" for n, (end, extra) in enumerate(rows))])


@pytest.mark.parametrize("filled", [20, 100, 190, 200])
def test_a_column_without_a_name_is_a_column(filled: int) -> None:
    extras = [f"{n}.5" if n % 200 < filled else "" for n in range(200)]
    layout = with_unnamed(extras, [f"{n + 1_000}.25" for n in range(200)])
    assert layout.rows == list(range(2, 202))
    assert len(layout.headers) == 4
    assert len(told(layout, IssueCode.HEADER_BLANK)) == 1
    assert [cell or "" for cell in layout.columns[3]] == extras


_MONEY = st.decimals(0, 10**7, places=2).map(str)
_DAYS = st.dates().map(str)


@given(st.data(), st.integers(1, 60), st.sampled_from([_MONEY, _DAYS]),
       st.sampled_from([_MONEY, _DAYS, st.integers(0, 10**6).map(str)]))
def test_no_row_is_lost_where_a_tenth_has_the_cell(data, count, end, extra) -> None:
    filled = data.draw(st.integers(-(-count // 10), count))
    cells = [data.draw(extra) for _ in range(filled)] + [""] * (count - filled)
    ends = [data.draw(end) for _ in range(count)]
    layout = with_unnamed(data.draw(st.permutations(cells)), ends)
    assert layout.rows == list(range(2, 2 + count))


def test_totals_and_blank_rows_do_not_count_for_the_share() -> None:
    lines = [f"C{n},客户,{n + 1_000}.25,{'7.5' if n == 4 else ''}" for n in range(10)]
    layout = lay(["客户号,姓名,AUM余额", *lines, ",,,", ",,,", "合计,,10045,"])
    assert layout.rows == list(range(2, 12))


@pytest.mark.parametrize("count", [11, 100])
@pytest.mark.parametrize(("header", "sound", "torn"), [
    ("客户号,姓名,AUM余额", "C{n},客户,{n}00.5", "C0,客户,1,234.00"),
    ("客户号,姓名,AUM余额,最近交易日", "C{n},客户,5.5,2026-10-01", "C0,客户,1,234.00,2026-10-01"),
    ("客户号,姓名,地址,最近交易日", "C{n},客户,路,2026-10-01", "C0,客户,路,1号,2026-10-01"),
])
def test_few_rows_that_end_like_the_others_one_cell_later_are_torn(
        count, header, sound, torn) -> None:
    layout = lay([header, *(sound.format(n=n) for n in range(1, count)), torn])
    assert told(layout, IssueCode.ROW_SHIFTED) == [count + 1]
    assert layout.rows == list(range(2, count + 1))


@pytest.mark.parametrize("whole", [0, 1, 50])
@pytest.mark.parametrize("torn", ["1,234.00", "12,000", "-7,001", "1,234,567.80"])
def test_torn_amounts_are_told_however_many_they_are(torn: str, whole: int) -> None:
    lines = [f"C{n},客户,{torn}" for n in range(10)] + [f"D{n},客户,900" for n in range(whole)]
    layout = lay(["客户号,姓名,AUM余额", *lines])
    assert told(layout, IssueCode.ROW_SHIFTED) == list(range(2, 12))
    assert len(layout.rows) == whole


@pytest.mark.parametrize(("name", "end", "extra"), [
    ("年龄", "45", "650.5"),  # no amount is torn in a column of ages
    ("AUM余额", "12", "650"),  # two whole numbers: nothing tells
    ("AUM余额", "1200", "650.5"),
    ("AUM余额", "12.5", "650.5"),
    ("AUM余额", "12", "65.5"),
])
def test_what_need_not_be_torn_is_kept(name: str, end: str, extra: str) -> None:
    layout = lay([f"客户号,姓名,{name}", *(f"C{n},客户,{end},{extra}" for n in range(20))])
    assert len(layout.rows) == 20
    assert told(layout, IssueCode.ROW_SHIFTED) == []


def test_a_row_torn_beside_a_column_without_a_name_is_told() -> None:
    lines = [f"C{n},客户,5000.5,{n}.5" for n in range(30)]
    layout = lay(["客户号,姓名,AUM余额", *lines, "C30,客户,1,234.00,7.5"])
    assert told(layout, IssueCode.ROW_SHIFTED) == [32]
    assert len(layout.rows) == 30
