from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg.cleaning import to_customers
from branchseg.errors import Cancelled, InputError
from branchseg.messages import explain, known_codes, text
from branchseg.model.fields import FIELDS, IMPORTED, Kind
from branchseg.model.issues import IssueCode as C
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, frame_dtype
from branchseg.progress import Reporter

GOOD, OTHER = "11010519491231002X", "321183200404216851"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "workbooks" / "synthetic_torture"
D = date
ADDED = ("data_date", "aum_date", "aum_partial", "txn_partial")


def found(issues, code):
    return [(issue.row, issue.field, issue.shown) for issue in issues if issue.code is code]


def test_the_frame_keeps_the_promises_of_the_model(clean):
    columns = {field.key: [None, None] for field in IMPORTED}
    frame, issues, _ = clean(columns | {"customer_id": ["B", "A"]})
    assert frame["customer_id"].tolist() == ["B", "A"]
    assert list(frame.columns) == [
        key
        for key, field in FIELDS.items()
        if not field.derived or key in ADDED
    ] + [SOURCE_ROWS]
    for key in frame.columns.drop(SOURCE_ROWS):
        assert str(frame[key].dtype) == frame_dtype(FIELDS[key])
    assert (
        frame.drop(columns=["customer_id", SOURCE_ROWS, *ADDED])
        .isna()
        .all(axis=None)
    )
    assert isinstance(frame.index, pd.RangeIndex)
    assert {issue.code for issue in issues} == {C.NAME_MISSING}


@pytest.mark.parametrize(
    ("given_day", "title", "txn", "login", "expected", "source"),
    [
        (D(2025, 1, 31), D(2024, 1, 1), D(2023, 1, 1), None, D(2025, 1, 31), "given"),
        (None, D(2024, 1, 1), D(2023, 1, 1), None, D(2024, 1, 1), "title"),
        (None, None, D(2023, 1, 1), D(2023, 6, 1), D(2023, 1, 1), "activity"),
        (None, None, None, D(2023, 6, 1), D(2023, 6, 1), "activity"),
    ],
)
def test_the_data_date(make_list, given_day, title, txn, login, expected, source):
    built = make_list(
        {
            "customer_id": ["A", "B", "C"],
            "last_txn": [txn, "2099-12-31", "2100-06-01"],
            "mobile_bank_last": [login, None, None],
        },
        as_of=title,
    )
    cleaned = to_customers([built], as_of=given_day, log=IssueLog())
    assert (cleaned.table.as_of, cleaned.as_of_source) == (expected, source)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([D(2026, 10, 20)] * 150 + [D(2098, 1, 1)], D(2026, 10, 20)),
        ([D(2026, 1, 1)] * 150 + [D(2027, 2, 5)], D(2027, 2, 5)),  # 400 days
        ([D(2026, 1, 1)] * 150 + [D(2027, 2, 6)], D(2026, 1, 1)),  # 401 days
        ([D(2026, 1, 1), D(2026, 10, 20), D(2098, 1, 1)], D(2026, 10, 20)),
        ([D(2019, 1, 1), D(2020, 1, 1), D(2026, 10, 20)], D(2026, 10, 20)),
        ([D(2020, 1, 1)], D(2020, 1, 1)),
    ],
)
def test_a_mistyped_year_is_no_data_date(clean, days, expected):
    ids = [f"C{number}" for number in range(len(days))]
    frame, issues, cleaned = clean({"customer_id": ids, "last_txn": days}, as_of=None)
    assert cleaned.table.as_of == expected
    late = [str(day) for day in days if day > expected]
    assert [shown for _, _, shown in found(issues, C.DATE_FUTURE)] == late
    assert frame["last_txn"].isna().sum() == len(late)


def test_the_newest_activity_of_a_small_list_beside_a_large_old_one(clean):
    _, _, cleaned = clean(
        {"customer_id": [f"C{n}" for n in range(300)], "last_txn": [D(2020, 1, 1)] * 300},
        {"customer_id": ["C1", "C2"], "last_txn": [D(2026, 10, 20), D(2026, 10, 19)]},
        as_of=None,
    )
    assert cleaned.table.as_of == D(2026, 10, 20)


def test_the_newest_title_counts(make_list):
    lists = [make_list({"customer_id": ["A"]}, as_of=D(2025, month, 28)) for month in (2, 3, 1)]
    cleaned = to_customers(lists, as_of=None, log=IssueLog())
    assert cleaned.table.as_of == D(2025, 3, 28)


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"name": ["张三"], "demand": [1.0]}, "cleaning.no_key_column"),
        ({"mobile": ["13800138000"]}, "cleaning.no_key_column"),
        ({"customer_id": ["-", None, 6.2e18]}, "cleaning.no_usable_rows"),
        ({"name": ["张三"], "mobile": ["138****8000"]}, "cleaning.no_usable_rows"),
        ({"customer_id": []}, "cleaning.no_usable_rows"),
    ],
)
def test_lists_nobody_can_use(clean, columns, code):
    with pytest.raises(InputError) as caught:
        clean(columns)
    assert caught.value.code == code
    assert explain(caught.value).endswith("。")


def test_no_data_date_asks_for_one(clean):
    with pytest.raises(InputError) as caught:
        clean({"customer_id": ["A"], "last_txn": ["无"], "open_date": [D(2020, 1, 1)]}, as_of=None)
    assert caught.value.code == "cleaning.no_data_date"
    assert "请填写数据日期" in explain(caught.value)


def test_no_list_at_all():
    with pytest.raises(InputError) as caught:
        to_customers([], as_of=None, log=IssueLog())
    assert caught.value.code == "cleaning.no_lists"


@pytest.mark.parametrize(
    "columns",
    [
        {"customer_id": ["A"]},
        {"id_number": [GOOD]},
        {"name": ["张三"], "mobile": ["13800138000"]},
        {"name": ["张三"], "id_number": ["1101**********002X"]},
    ],
)
def test_every_kind_of_key_will_do(clean, columns):
    assert len(clean(columns)[0]) == 1


def test_doubtful_columns_are_not_used(make_list):
    table, mapping = make_list({"customer_id": ["A"], "demand": [1.0]})
    doubtful = [
        match
        if match.field != "demand"
        else type(match)(match.index, match.header, match.field, 0.5, match.kind, doubtful=True)
        for match in mapping.columns
    ]
    mapping = type(mapping)("x", tuple(doubtful))
    cleaned = to_customers([(table, mapping)], as_of=D(2025, 1, 1), log=IssueLog())
    assert list(cleaned.table.frame.columns) == ["customer_id", "data_date", SOURCE_ROWS]


def test_dates_after_the_data_date_are_unknown_except_maturities(clean):
    day = D(2025, 6, 30)
    later, same = D(2025, 7, 1), day
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "B"],
            "open_date": [later, same],
            "last_txn": [later, same],
            "birth_date": [later, same],
            "maturity_date": [later, same],
            "risk_expiry": [later, same],
        },
        as_of=day,
    )
    assert frame.loc[0, ["open_date", "last_txn", "birth_date"]].isna().all()
    assert frame.loc[1].notna().all()
    assert frame["maturity_date"].tolist() == [pd.Timestamp(later), pd.Timestamp(same)]
    assert [(row, key) for row, key, _ in found(issues, C.DATE_FUTURE)] == [
        (2, "open_date"),
        (2, "last_txn"),
        (2, "birth_date"),
    ]


def test_a_birthday_121_years_ago_is_a_mistake(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A", "B"], "birth_date": [D(1903, 1, 2), D(1906, 1, 2)]}
    )
    assert frame["birth_date"].isna().tolist() == [True, False]
    assert found(issues, C.AGE_RANGE) == [(2, "birth_date", "1903****")]


def test_the_id_number_knows_birth_and_gender_better(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "B", "C", "D"],
            "id_number": [GOOD, GOOD[:-1] + "0", None, OTHER],
            "birth_date": [D(1950, 1, 1), D(1950, 1, 1), D(1950, 1, 1), None],
            "gender": ["男", "男", "男", None],
        }
    )
    assert [d.date() for d in frame["birth_date"]] == [
        D(1949, 12, 31),
        D(1950, 1, 1),
        D(1950, 1, 1),
        D(2004, 4, 21),
    ]
    assert frame["gender"].tolist() == ["女", "男", "男", "男"]
    assert found(issues, C.ID_BIRTH_CONFLICT) == [(2, "birth_date", "1950****")]
    assert found(issues, C.ID_GENDER_CONFLICT) == [(2, "gender", "男")]


def test_coded_gender_is_decided_by_the_id_number(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A", "B"], "id_number": [GOOD, None], "gender": ["1", "1"]}
    )
    assert frame["gender"].fillna("?").tolist() == ["女", "?"]
    assert found(issues, C.CHOICE_UNREADABLE) == [(3, "gender", "1")]


def test_masked_id_numbers_prove_nothing(clean):
    _, issues, _ = clean(
        {
            "customer_id": ["A", "B"],
            "id_number": ["1101**********002X"] * 2,
            "name": ["张三", "李四"],
        }
    )
    assert {issue.code for issue in issues} == {C.ID_MASKED}


def test_a_foreign_document_type_spares_the_check(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "B"],
            "id_type": ["护照", "居民身份证"],
            "id_number": ["E12345678", "E12345679"],
        }
    )
    assert frame["id_number"].tolist() == ["E12345678", "E12345679"]
    assert found(issues, C.ID_OTHER) == [(3, "id_number", "E*******9")]


def test_names_that_need_a_second_look(clean):
    frame, issues, _ = clean(
        {
            "customer_id": list("ABCDE"),
            "name": ["张三", "某某商贸有限公司", "张三", "李四", "张三"],
        }
    )
    assert len(frame) == 5
    assert found(issues, C.SAME_NAME) == [(4, "name", "张*（第 2、4、6 行）")]
    assert found(issues, C.NAME_MARKED) == [(3, "name", "某" + "*" * 7)]


@pytest.mark.parametrize(
    ("total", "columns", "low"),
    [
        (300.0, {"demand": [100.0], "wealth": [200.0]}, False),
        (298.0, {"demand": [100.0], "wealth": [200.0]}, True),
        (299.0, {"demand": [100.0], "wealth": [200.0]}, False),
        (300.0, {"demand": [100.0], "time_deposit": [200.0], "deposit": [300.0]}, False),
        (200.0, {"deposit": [300.0]}, True),
        (200.0, {"deposit": [300.0], "time_deposit": [100.0]}, True),
        (300.0, {"deposit": [300.0], "time_deposit": [100.0]}, False),
        (None, {"deposit": [300.0]}, False),
        (-5.0, {}, False),
        (-5.0, {"fund": [None]}, False),
    ],
)
def test_totals_smaller_than_their_parts(clean, total, columns, low):
    frame, issues, _ = clean({"customer_id": ["A"], "aum_point": [total], **columns})
    assert bool(found(issues, C.AUM_BELOW_PARTS)) == low
    assert pd.isna(total) or frame["aum_point"][0] == (total or frame["aum_point"][0])


def test_account_numbers_are_cut_to_four_digits(clean):
    frame, _, _ = clean({"customer_id": ["A", "B"], "account_no": ["6222020012345678", "12"]})
    assert frame["account_no"].tolist() == ["5678", "12"]


def test_every_issue_and_error_has_its_sentence():
    assert {f"issue.{code}" for code in C} <= known_codes()
    assert {
        f"cleaning.{name}"
        for name in ("no_lists", "no_key_column", "no_usable_rows", "no_data_date")
    } <= known_codes()


def test_progress_and_cancel(make_list):
    seen = []
    built = make_list({"customer_id": ["A"]})
    to_customers(
        [built],
        as_of=D(2025, 1, 1),
        log=IssueLog(),
        reporter=Reporter(lambda label, part: seen.append((label, part))),
    )
    assert [part for _, part in seen] == sorted(part for _, part in seen)
    assert all(0 <= part <= 1 for _, part in seen)
    reporter = Reporter()
    reporter.cancel()
    with pytest.raises(Cancelled):
        to_customers([built], as_of=D(2025, 1, 1), log=IssueLog(), reporter=reporter)


CELLS = {
    Kind.AMOUNT: st.none() | st.sampled_from(["1.2万", "1,234.5", "-", "(3)", 100.01, "x"]),
    Kind.NUMBER: st.none() | st.sampled_from([1.5, "3年", "?"]),
    Kind.INTEGER: st.none() | st.sampled_from([3, "12", 1e6, 2.5, -1]),
    Kind.DATE: st.none()
    | st.dates(date(1890, 1, 1), date(2030, 1, 1))
    | st.sampled_from(["20230714", "7月14日", 45000.0, "99991231", "2023-02-30"]),
    Kind.FLAG: st.sampled_from([None, "是", "否", True, "√", "?", "也许"]),
    Kind.TEXT: st.none() | st.text(max_size=6),
    Kind.CHOICE: st.none()
    | st.sampled_from(["男", "1", "2", "C3", "平衡型", "美元", "人民币", "?"]),
    Kind.NAME: st.none() | st.sampled_from(["张三", "张 三", "李四", "王五 ", "无"]),
    Kind.PHONE: st.none()
    | st.sampled_from(["13800138000", "138****8000", "+8613900139000", "12"]),
    Kind.ID_NUMBER: st.none()
    | st.sampled_from([GOOD, GOOD.lower(), OTHER, "110105491231002", "1**X", 1e17]),
    Kind.KEY: st.none() | st.sampled_from(["A", "B ", "C", "'D", 118.0, 6.2e18, "000118"]),
}


@st.composite
def dirty_lists(draw):
    fields = draw(st.lists(st.sampled_from(IMPORTED), unique=True, max_size=8))
    keys = {"customer_id", *(field.key for field in fields)}
    count = draw(st.integers(1, 6))
    return {
        key: draw(st.lists(CELLS[FIELDS[key].kind], min_size=count, max_size=count))
        for key in sorted(keys)
    }


def as_cells(frame):
    """A cleaned frame as a typed list again."""
    cells = {}
    for key in frame.columns.drop([SOURCE_ROWS, *ADDED], errors="ignore"):
        values = frame[key].astype(object).where(frame[key].notna(), None).tolist()
        cells[key] = [
            value.date() if isinstance(value, pd.Timestamp) else value for value in values
        ]
    return cells


@settings(max_examples=60)
@given(dirty_lists())
def test_cleaning_a_clean_list_changes_nothing(clean, columns):
    columns["customer_id"][0] = "A"
    frame, _, cleaned = clean(columns)
    assert cleaned.rows_read == len(columns["customer_id"])
    once = as_cells(frame)
    if "currency" in once:  # amounts that were blanked stay blank, the currency stays
        once["currency"] = [None] * len(frame)
        frame = frame.assign(currency=pd.array([None] * len(frame), dtype="str"))
    again, issues, _ = clean(once)
    ignored = [SOURCE_ROWS, "aum_partial", "txn_partial"]
    pd.testing.assert_frame_equal(
        frame.drop(columns=ignored, errors="ignore"), again.drop(columns=ignored, errors="ignore")
    )
    changed = {
        issue.code for issue in issues if issue.action.value in {"fixed", "blanked", "merged"}
    }
    assert not changed


@settings(max_examples=60)
@given(dirty_lists())
def test_every_row_is_in_one_customer_or_reported(clean, columns):
    columns["customer_id"][0] = "A"
    frame, issues, cleaned = clean(columns)
    used = [int(row) for rows in frame[SOURCE_ROWS] for row in rows.split("、")]
    lost = [issue.row for issue in issues if issue.code is C.ROW_NO_KEY]
    assert sorted(used + lost) == list(range(2, 2 + cleaned.rows_read))
    assert cleaned.rows_used == len(used)


NAMES = {
    "客户号": "customer_id",
    "姓名": "name",
    "身份证号": "id_number",
    "手机号": "mobile",
    "开户日期": "open_date",
    "AUM余额": "aum_point",
    "存款余额": "deposit",
    "最近交易日期": "last_txn",
    "近12月交易笔数": "txn_count_12m",
    "客户经理": "manager",
}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder with difficult workbooks is not here")
@pytest.mark.parametrize(
    ("name", "customers", "counts"),
    [
        (
            "dates_amounts_as_text",
            16,
            {
                C.DATE_UNREADABLE: 6,
                C.DATE_PARTIAL: 4,
                C.DATE_SENTINEL: 2,
                C.DATE_SERIAL: 2,
                C.AMOUNT_UNREADABLE: 2,
                C.NUMBER_DAMAGED: 1,
            },
        ),
        (
            "duplicates_conflicts_blanks",
            51,
            {
                C.DUPLICATE_MERGED: 3,
                C.MERGE_CONFLICT: 1,
                C.ROW_NO_KEY: 2,
                C.SAME_ID_NUMBER: 1,
                C.SAME_NAME: 1,
            },
        ),
        ("id_as_number", 50, {C.NUMBER_DAMAGED: 47, C.ZEROS_LOST: 1}),
    ],
)
def test_difficult_workbooks(make_list, name, customers, counts):
    rows = (
        python_calamine.CalamineWorkbook.from_path(str(SHARED / f"{name}.xlsx"))
        .get_sheet_by_index(0)
        .to_python()
    )
    cells = [list(column) for column in zip(*rows[1:], strict=True)]
    built = make_list({NAMES[head]: column for head, column in zip(rows[0], cells, strict=True)})
    log = IssueLog()
    assert len(to_customers([built], as_of=None, log=log).table) == customers
    assert log.counts().items() >= counts.items()


@pytest.mark.parametrize(
    ("key", "cell", "partial"),
    [
        ("wealth", "约20万", True),
        ("wealth", "#N/A", True),
        ("wealth", 1e300, True),
        ("wealth", D(2025, 1, 1), True),
        ("aum_month_avg", "见附件", True),
        ("wealth", None, False),
        ("wealth", " ", False),
        ("wealth", "-", False),
        ("aum_point", "-", False),
        ("time_deposit", "—", False),
        ("wealth", "0.00", False),
        ("wealth", "不详", True),
        ("wealth", "*", True),
        ("wealth", "5万亿", True),
        ("loan", "约20万", False),
    ],
)
def test_an_asset_that_cannot_be_read_is_not_nothing(clean, key, cell, partial):
    frame, _, _ = clean(
        {"customer_id": ["A", "B"], "demand": [50.0, 50.0], key: [cell, 5.0]}
    )
    assert frame["aum_partial"].tolist() == [partial, False]


def test_a_dash_is_said_to_count_as_it_does(clean):
    """A report writes "-" for nil: such a balance is no gap, and no total becomes 0."""
    frame, _, _ = clean({"customer_id": ["A"], "aum_point": ["-"], "demand": ["30000"],
                         "time_deposit": ["—"]})
    assert frame[["aum_point", "time_deposit"]].isna().all(axis=None)
    assert frame["aum_partial"].tolist() == [False]
    assert text("issue.placeholder") == (
        "单元格写的是“-”“无”等占位符，按没有填写处理，不写成零。"
        "资产合计没有数时由各项余额相加，这样的余额按没有这一项计。")


def test_a_damaged_product_balance_is_no_gap_where_aum_is_stated(clean):
    frame, _, _ = clean(
        {
            "customer_id": ["A", "B"],
            "aum_month_avg": [20_000.0, None],
            "wealth": ["约20万", "约20万"],
        }
    )
    assert frame["aum_partial"].tolist() == [False, True]


@pytest.mark.parametrize(("as_of", "days"), [
    (D(2026, 11, 20), ["2026-11-10", "2026-11-10", "2026-11-10", "2026-11-30", "2026-11-30",
                       "2026-11-01", "2026-11-25", "2026-10-31", None, None]),
    (D(2027, 2, 20), ["2027-02-10", "2027-02-10", "2027-02-10", "2027-02-28", "2027-02-28",
                      "2027-02-01", "2027-02-25", "2026-10-31", None, None]),
])
def test_a_bare_day_of_pay_is_one_of_the_month_of_the_data_date(clean, as_of, days):
    """In a shorter month its last; it may lie ahead, and whole dates stay."""
    cells = ["10", "10日", "每月10号", "每月31日", 30, "1", 25.0, D(2026, 10, 31), "32", "月底"]
    frame, issues, _ = clean({
        "customer_id": [f"C{place}" for place in range(len(cells))], "pay_day": cells,
        "last_txn": [as_of] * len(cells)}, as_of=as_of)
    said = dict(zip(frame["customer_id"], frame["pay_day"], strict=True))
    assert [None if pd.isna(said[f"C{place}"]) else f"{said[f'C{place}']:%Y-%m-%d}"
            for place in range(len(cells))] == days
    assert [shown for _, _, shown in found(issues, C.DATE_UNREADABLE)] == ["32", "月*"]


def test_a_bare_day_is_no_date_elsewhere(clean):
    frame, issues, _ = clean({"customer_id": ["A"], "maturity_date": ["每月10日"],
                              "last_txn": [D(2026, 11, 1)]}, as_of=D(2026, 11, 20))
    assert frame["maturity_date"].isna().all()
    assert len(found(issues, C.DATE_PARTIAL)) == 1
