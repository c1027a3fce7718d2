from datetime import date, datetime, time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.cleaning import columns, identity, parsers, texts
from branchseg.cleaning.findings import Findings, shown, shown_unread
from branchseg.model.fields import IMPORTED, Kind
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import CellError

C = IssueCode
TODAY = date(2023, 7, 14)


def read(key, cells, **options):
    log = IssueLog()
    findings = Findings(log, "名单", np.arange(2, 2 + len(cells)))
    values = columns.read_column(cells, columns.Asked(key, **options), findings)
    return [None if columns.blank(value) else value for value in values.tolist()], log


def codes(log):
    return list(zip(log.codes, log.rows, log.shown, log.actions, strict=True))


def test_number_cells_and_texts_of_one_amount_column():
    values, log = read(
        "demand", [1.5, 2, "3,000.00", None, "", " ", "无", CellError("#REF!"), "abc"]
    )
    assert values == [1.5, 2.0, 3000.0] + [None] * 6
    assert codes(log) == [
        (C.PLACEHOLDER, 8, "无", Action.BLANKED),
        (C.ERROR_CELL, 9, "#REF!", Action.BLANKED),
        (C.AMOUNT_UNREADABLE, 10, "abc", Action.BLANKED),
    ]


@pytest.mark.parametrize(
    ("key", "most"),
    [("aum_point", 1e10), ("demand", 1e10), ("income", 1e9), ("payroll_amount", 1e7),
     ("loan", 1e9), ("txn_amount_12m", 1e12)],
)
def test_nobody_owns_more_than_that(key, most):
    values, log = read(key, [most, -most, most + 1, "5万亿"])
    assert values == [most, -most, None, None]
    assert [(code, row) for code, row, _, action in codes(log) if action is Action.BLANKED] == [
        (C.AMOUNT_RANGE, 4), (C.AMOUNT_RANGE, 5)]


@pytest.mark.parametrize(
    ("key", "cell", "code"),
    [
        ("demand", "不详", C.VALUE_UNKNOWN), ("demand", "*", C.VALUE_UNKNOWN),
        ("demand", "****", C.VALUE_UNKNOWN), ("last_txn", "未知", C.VALUE_UNKNOWN),
        ("txn_count_12m", "？", C.VALUE_UNKNOWN), ("payroll", "不详", C.VALUE_UNKNOWN),
        ("customer_id", "***", C.VALUE_UNKNOWN), ("demand", "-", C.PLACEHOLDER),
        ("occupation", "不详", C.PLACEHOLDER), ("name", "未知", C.PLACEHOLDER),
        ("gender", "未知", C.PLACEHOLDER), ("demand", "无", C.PLACEHOLDER),
    ],
)
def test_not_known_is_another_thing_than_nothing_there(key, cell, code):
    values, log = read(key, [cell])
    assert values == [None]
    assert (log.codes, log.actions) == ([code], [Action.BLANKED])


def test_the_unit_of_a_column_counts_once():
    values, log = read("demand", [1.2, "1.2", "1.2万", "12000元", -0.01], unit=10_000.0)
    assert values == [12000.0, 12000.0, 12000.0, 12000.0, -100.0]
    assert codes(log) == [
        (C.AMOUNT_UNIT_TWICE, 4, "1.2万", Action.FIXED),
        (C.UNIT_CONVERTED, 5, "12000元", Action.FIXED),
        (C.UNIT_CONVERTED, 0, "×10000", Action.FIXED),
        (C.AMOUNT_NEGATIVE, 6, "-100.00", Action.KEPT),
    ]


def test_the_binary_noise_of_a_formula_does_not_move_an_amount_over_a_threshold():
    assert read("aum_point", [100.00000000000001, 0.1 + 0.2])[0] == [100.0, 0.3]


@pytest.mark.parametrize(("cells", "values"), [
    (["1.000", "2.500", "3"], [1.0, 2.5, 3.0]),
    (["1.000", "1.234,56", "3", "-2.500", 1.5], [None, None, 3.0, None, 1.5]),
    (["1.000", "12,34", "1.5"], [1.0, None, 1.5]),
])
def test_a_point_may_part_thousands_where_a_comma_parts_decimals(cells, values):
    got, log = read("demand", cells)
    assert got == values
    assert log.counts().get(C.AMOUNT_UNREADABLE, 0) == values.count(None)


def test_a_date_or_a_truth_value_is_no_amount():
    values, log = read("demand", [TODAY, time(10, 0), True, 1])
    assert values == [None, None, None, 1.0]
    assert log.counts() == {C.AMOUNT_UNREADABLE: 3}


@pytest.mark.parametrize(
    ("key", "cells", "values", "code"),
    [
        ("login_days_30d", [0, 31, 32, -1], [0, 31, None, None], C.NUMBER_RANGE),
        ("txn_count_12m", [28.0, 28.5], [28, None], C.NUMBER_RANGE),
        ("age", [0, 120, 121, -1], [0, 120, None, None], C.AGE_RANGE),
        ("tenure_years", [2.5, "3.5年", 121], [2.5, 3.5, None], C.NUMBER_RANGE),
    ],
)
def test_impossible_numbers(key, cells, values, code):
    found, log = read(key, cells)
    assert found == values
    assert set(log.codes) == {code}


def test_dates_of_all_types():
    days = TODAY.toordinal() - columns.EPOCH
    values, log = read(
        "open_date",
        [
            TODAY,
            datetime(2023, 7, 14, 23, 59),  # noqa: DTZ001 - cells have no time zone
            "2023-7-14",
            20230714.0,
            45121.0,
            45121.5,
            "2023-02-30",
            time(1, 0),
            True,
            date(9999, 12, 31),
            date(1900, 1, 1),
            0.0,
        ],
    )
    assert values == [days] * 6 + [None] * 6
    assert log.counts() == {C.DATE_UNREADABLE: 3, C.DATE_SENTINEL: 3, C.DATE_SERIAL: 2}


def test_date_cells_only_are_checked_too():
    values, log = read(
        "open_date",
        [
            TODAY,
            None,
            date(2099, 12, 31),
            date(1899, 12, 30),
            date(2100, 12, 31),
            date(1850, 1, 1),
        ],
    )
    assert values == [TODAY.toordinal() - columns.EPOCH] + [None] * 5
    assert log.counts() == {C.DATE_SENTINEL: 3, C.DATE_UNREADABLE: 1}


def test_day_counts_of_a_macintosh_book():
    assert read("open_date", [43659.0], date_1904=True)[0] == read("open_date", [45121.0])[0]


def test_flags_of_all_types():
    values, log = read("mobile_bank", [True, False, 1, 0, 1.0, "是", "未开通", "-", 2, TODAY])
    assert values == [1, 0, 1, 0, 1, 1, 0, None, None, None]
    assert log.counts() == {C.PLACEHOLDER: 1, C.FLAG_UNREADABLE: 2}


@pytest.mark.parametrize(
    ("cells", "values", "found"),
    [
        (["男", "女", "M"], ["男", "女", "男"], {}),
        ([1, 2, "01"], ["男", "女", "男"], {}),
        (["0", "1"], [None, None], {C.CHOICE_UNREADABLE: 2}),
        ([1.0, 1.0], [None, None], {C.CHOICE_UNREADABLE: 2}),
    ],
)
def test_gender_codes_need_a_two_to_be_understood(cells, values, found):
    got, log = read("gender", cells)
    assert got == values
    assert log.counts() == found


def test_risk_names_follow_the_scheme_of_the_column():
    assert read("risk_level", ["谨慎型", "进取型", "激进型"])[0] == ["C1", "C4", "C5"]
    assert read("risk_level", ["成长型", "进取型", 3])[0] == ["C4", "C5", "C3"]


def test_customer_ids_as_numbers():
    values, log = read("customer_id", [118.0, 1e15, "6.22E+18", 999999999999999.0, "6222****1234"])
    assert values == ["118", None, None, "999999999999999", None]
    assert log.counts() == {C.NUMBER_DAMAGED: 2, C.ID_MASKED: 1, C.ZEROS_LOST: 1}


def test_lost_zeros_are_told_and_not_made_up():
    values, log = read("customer_id", ["0000000001", 118.0, "903", "KH1"])
    assert values == ["0000000001", "118", "903", "KH1"]
    assert codes(log) == [
        (C.ZEROS_LOST, 3, "**8", Action.KEPT),
        (C.ZEROS_LOST, 4, "**3", Action.KEPT),
    ]


def test_numbers_of_one_length_lost_nothing():
    assert not read("customer_id", [118.0, 903.0])[1]
    assert not read("customer_id", ["118", "9031"])[1]


def test_phones_and_id_numbers_as_numbers():
    assert read("mobile", [13800138000.0, 1.38e17])[0] == ["13800138000", None]
    findings = Findings(IssueLog(), "名单", np.arange(3))
    values, decoded = columns.read_ids(
        [110105491231002.0, 1.10105194912310e17, "11010519491231002x"],
        np.zeros(3, dtype=bool),
        findings,
    )
    assert values.tolist() == ["11010519491231002X", None, "11010519491231002X"]
    assert decoded.valid.tolist() == [True, False, True]
    assert findings.log.counts() == {C.TEXT_TIDIED: 1, C.ID_OLD15: 1, C.NUMBER_DAMAGED: 1}


def test_other_documents_are_not_held_to_the_rules_of_identity_cards():
    findings = Findings(IssueLog(), "名单", np.arange(2))
    values, decoded = columns.read_ids(
        ["E12345678", "11010519491231002X"], np.array([True, True]), findings
    )
    assert values.tolist() == ["E12345678", "11010519491231002X"]
    assert not decoded.valid.any()
    assert not findings.log


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("name", "欧阳娜娜", "欧阳**"),
        ("mobile", "13800138000", "138****8000"),
        ("id_number", "11010519491231002X", "1****************X"),
        ("customer_id", "0000000118", "******0118"),
        ("demand", "abc", "abc"),
        ("demand", "请打13800138000", "请打*******8000"),
        ("occupation", "x" * 60, "x" * 39 + "…"),
    ],
)
def test_what_an_issue_shows(key, text, expected):
    assert shown(key, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("司马懿", "司**"),
        ("欧阳娜娜", "欧***"),
        ("张 三", "张**"),
        ("阿不都·热合曼", "阿******"),
        ("张三", "张*"),
        ("客户张三", "客***"),
        ("张三20万", "张*20万"),
        ("138-0013-8000", "***-****-**00"),
        ("138 0013 8000", "*** **** **00"),
        ("13800138000", "*********00"),
        ("1３800138000", "*********00"),
        ("123456", "****56"),
        ("12345", "12345"),
        ("11010519491231002X", "****************2X"),
        ("2023-02-30/13800138000", "2023-02-30/*********00"),
        ("约20万", "约20万"),
        ("20万元左右", "20万元左右"),
        ("2023-02-30", "2023-02-30"),
        ("2023/2/30", "2023/2/30"),
        ("7月14日", "7月14日"),
        ("二〇二三年七月", "二〇二三年七月"),
        ("暂无", "暂无"),
        ("不详", "不详"),
        ("是/否", "是/否"),
        ("也许", "也*"),
        ("abc", "abc"),
        ("12,34.5x", "12,34.5x"),
        ("x" * 60, "x" * 39 + "…"),
    ],
)
def test_what_an_issue_shows_of_a_cell_nobody_can_read(text, expected):
    assert shown_unread(text) == expected


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("demand", C.AMOUNT_UNREADABLE),
        ("last_txn", C.DATE_UNREADABLE),
        ("product_count", C.NUMBER_UNREADABLE),
        ("payroll", C.FLAG_UNREADABLE),
        ("risk_level", C.CHOICE_UNREADABLE),
    ],
)
def test_no_column_shows_the_name_or_phone_of_a_shifted_row(key, code):
    _, log = read(key, ["司马懿", "138-0013-8000"])
    assert [(issue.code, issue.shown) for issue in log] == [
        (code, "司**"),
        (code, "***-****-**00"),
    ]


@given(st.lists(st.text("张欧阳司马懿娜", min_size=2, max_size=4), min_size=1, max_size=3))
def test_no_unread_cell_shows_a_whole_name(names):
    assert not any(name in shown_unread("，".join(names)) for name in names)


CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.floats(allow_nan=True),
    st.integers(-(10**18), 10**18),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.just(CellError("#N/A")),
    st.sampled_from(
        ["", " ", "无", "1,234.50", "1.2万", "20230714", "是", "男", "C3", "'00118", "0000"]
    ),
)
PLAIN = [field for field in IMPORTED if field.key != "id_number"]


@given(st.sampled_from(PLAIN), st.lists(CELLS, min_size=1, max_size=8))
def test_no_column_raises_and_no_cell_is_lost_silently(field, cells):
    values, log = read(field.key, cells)
    assert len(values) == len(cells)
    for row, (cell, value) in enumerate(zip(cells, values, strict=True), 2):
        if value is None and not columns.blank(cell):
            assert row in log.rows
        if columns.blank(cell):
            assert value is None


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_no_id_number_is_lost_silently(cells):
    findings = Findings(IssueLog(), "名单", np.arange(len(cells)))
    cells = [str(cell) if type(cell) is bool else cell for cell in cells]
    values, _ = columns.read_ids(cells, np.zeros(len(cells), dtype=bool), findings)
    for row, (cell, value) in enumerate(zip(cells, values, strict=True)):
        assert (value is None) == (
            columns.blank(cell) or (row in findings.log.rows and value is None)
        )


def amount_of_a_person(text):
    """A balance: what the parser says, unless nobody owns that much."""
    value, code = parsers.amount(text)
    return (None, C.AMOUNT_RANGE) if value is not None and abs(value) > 1e10 else (value, code)


PARSERS = {
    Kind.TEXT: ("address", texts.free_text),
    Kind.NAME: ("name", texts.person_name),
    Kind.KEY: ("account_no", identity.identifier),
    Kind.PHONE: ("mobile", identity.mobile),
    Kind.AMOUNT: ("demand", amount_of_a_person),
}


@given(
    st.sampled_from(sorted(PARSERS)),
    st.lists(
        st.text(max_size=15)
        | st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,2})?", fullmatch=True)
        | st.sampled_from(["无", "NULL", "000", "张三", "13800138000", "12800138000", "1E5"]),
        max_size=8,
    ),
)
def test_a_column_says_what_the_parser_says(kind, cells):
    key, parse = PARSERS[kind]
    values, log = read(key, cells)
    outcomes = [parse(cell) for cell in cells]
    assert values == [value for value, _ in outcomes]
    noted = {
        (code, row)
        for code, row in zip(log.codes, log.rows, strict=True)
        if code is not C.AMOUNT_NEGATIVE
    }
    assert noted == {(code, row) for row, (_, code) in enumerate(outcomes, 2) if code}


@given(
    st.text("0123456789", min_size=11, max_size=20),
    st.sampled_from(["name", "demand", "mobile", "address"]),
)
def test_no_issue_shows_a_long_number(number, key):
    assert sum(character.isdigit() for character in shown(key, number)) <= 7
