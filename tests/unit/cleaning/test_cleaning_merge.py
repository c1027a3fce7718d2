from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.model.issues import Action
from branchseg.model.issues import IssueCode as C

D = date


def found(issues, code):
    return [(issue.row, issue.field, issue.shown) for issue in issues if issue.code is code]


def test_accounts_of_one_customer_become_one_row_by_the_rules_of_the_fields(clean):
    frame, issues, cleaned = clean(
        {
            "customer_id": ["A", "A", "A", "B"],
            "account_no": [
                "6222000000000001",
                "6222000000000002",
                "6222000000000003",
                "6222000000000004",
            ],
            "name": ["张三", "张三", "张三", "李四"],
            "demand": [10.5, 20.25, 0.25, 7.0],
            "credit_limit": [100.0, 300.0, 200.0, None],
            "mobile_bank": ["否", "是", "否", "否"],
            "open_date": [D(2020, 1, 1), D(2015, 1, 1), D(2018, 1, 1), D(2019, 1, 1)],
            "last_txn": [D(2025, 1, 1), D(2025, 6, 1), D(2025, 3, 1), D(2024, 1, 1)],
            "maturity_date": [D(2025, 6, 1), D(2026, 6, 1), D(2026, 2, 1), D(2020, 1, 1)],
            "maturity_amount": [1.0, 2.0, 3.0, 4.0],
            "maturity_product": ["一", "二", "三", "四"],
            "risk_level": ["C1", "C4", "C2", "C3"],
            "risk_date": [D(2024, 1, 1), D(2023, 1, 1), D(2022, 1, 1), D(2021, 1, 1)],
        }
    )
    assert len(frame) == 2
    a = frame.iloc[0]
    assert a["demand"] == 31.0
    assert a["credit_limit"] == 300.0
    assert a["mobile_bank"]
    assert a["open_date"] == pd.Timestamp(2015, 1, 1)
    assert a["last_txn"] == pd.Timestamp(2025, 6, 1)
    assert (a["maturity_date"], a["maturity_amount"], a["maturity_product"]) == (
        pd.Timestamp(2026, 2, 1),
        3.0,
        "三",
    )
    assert a["risk_level"] == "C1"
    assert a["risk_date"] == pd.Timestamp(2024, 1, 1)
    assert a["source_rows"] == "2、3、4"
    assert frame["account_no"].tolist() == ["0001", "0004"]
    assert frame["aum_partial"].tolist() == frame["txn_partial"].tolist() == [False, False]
    assert found(issues, C.ACCOUNTS_MERGED) == [(2, "", "2、3、4")]
    assert [issue.code for issue in issues] == [C.ACCOUNTS_MERGED]
    assert (cleaned.rows_read, cleaned.rows_used) == (4, 4)


def test_past_maturities_give_the_newest(clean):
    frame, _, _ = clean(
        {
            "customer_id": ["A", "A"],
            "account_no": ["1001", "1002"],
            "maturity_date": [D(2020, 1, 1), D(2021, 1, 1)],
            "demand": [1.0, 2.0],
        }
    )
    assert frame["maturity_date"][0] == pd.Timestamp(2021, 1, 1)
    today, _, _ = clean(
        {
            "customer_id": ["A", "A"],
            "account_no": ["1001", "1002"],
            "maturity_date": [D(2025, 12, 31), D(2026, 1, 1)],
            "demand": [1.0, 2.0],
        }
    )
    assert today["maturity_date"][0] == pd.Timestamp(2025, 12, 31)


def test_a_missing_part_makes_a_sum_partial_and_not_zero(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A", "B", "B", "C", "C"],
            "account_no": ["11", "12", "13", "14", "15", "16"],
            "demand": [5.0, None, None, None, 1.0, 2.0],
            "last_txn": [D(2025, 1, 1), None, None, None, D(2025, 1, 1), D(2025, 2, 1)],
        }
    )
    assert frame["demand"].tolist()[0] == 5.0
    assert pd.isna(frame["demand"][1])
    assert frame["aum_partial"].tolist() == [True, False, False]
    assert frame["txn_partial"].tolist() == [True, False, False]
    assert found(issues, C.PARTIAL_SUM) == [(2, "demand", "2、3")]
    assert found(issues, C.PARTIAL_TXN) == [(2, "last_txn", "2、3")]


def test_a_partial_loan_says_nothing_about_assets(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A"],
            "account_no": ["11", "12"],
            "demand": [1.0, 2.0],
            "loan": [5.0, None],
        }
    )
    assert not frame["aum_partial"][0]
    assert found(issues, C.PARTIAL_SUM) == [(2, "loan", "2、3")]


def test_flags_for_partial_data_are_there_with_the_columns_they_belong_to(clean):
    assert "aum_partial" not in clean({"customer_id": ["A"]})[0]
    assert "txn_partial" not in clean({"customer_id": ["A"], "demand": [1.0]})[0]
    frame, _, _ = clean({"customer_id": ["A"], "demand": [None], "last_txn": [None]})
    assert frame["aum_partial"].tolist() == frame["txn_partial"].tolist() == [False]


def test_the_same_account_twice_counts_once(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A", "A"],
            "account_no": ["11", "12", "12"],
            "demand": [1.0, 2.0, 2.0],
        }
    )
    assert frame["demand"].tolist() == [3.0]
    assert frame["source_rows"].tolist() == ["2、3、4"]
    assert found(issues, C.DUPLICATE_MERGED) == [(4, "", "3、4")]


DAMAGED = [6.22848017777100e18, 6.22848017777200e18]


@pytest.mark.parametrize("numbers", [
    DAMAGED,
    ["6.22848E+18", "6.22849E+18"],
    [DAMAGED[0], "6228480177772000001"],
    ["6228480177771000001", "6228480177772000001"],
])
@pytest.mark.parametrize("total", [{}, {"aum_point": [20000.0, 20000.0]}])
def test_what_is_left_of_damaged_account_numbers_tells_accounts_apart(clean, numbers, total):
    frame, issues, _ = clean({"customer_id": ["A", "A"], "account_no": numbers,
                              "time_deposit": [10000.0, 10000.0], **total})
    assert frame["time_deposit"].tolist() == [20000.0]
    assert not found(issues, C.DUPLICATE_MERGED) + found(issues, C.ACCOUNTS_UNCLEAR)


def test_a_damaged_account_number_is_unknown_all_the_same(clean):
    frame, issues, _ = clean({"customer_id": ["A", "A"], "account_no": DAMAGED,
                              "time_deposit": [1.0, 1.0]})
    assert frame["account_no"].isna().tolist() == [True]
    assert {issue.action for issue in issues if issue.code is C.NUMBER_DAMAGED} == {
        Action.BLANKED}


@pytest.mark.parametrize(("key", "values"), [
    ("maturity_product", ["定期", "大额存单"]),
    ("maturity_date", [D(2027, 1, 5), D(2027, 3, 5)]),
])
@pytest.mark.parametrize("numbers", [{}, {"account_no": [DAMAGED[0]] * 2}])
def test_products_tell_equal_amounts_apart(clean, key, values, numbers):
    frame, issues, _ = clean({"customer_id": ["A", "A"], key: values,
                              "time_deposit": [10000.0, 10000.0], **numbers})
    assert frame["time_deposit"].tolist() == [20000.0]
    assert found(issues, C.ACCOUNTS_MERGED) == [(2, "", "2、3")]


@pytest.mark.parametrize("header", ["产品", "产品名称", "存款种类", "账户›存期", "子账号"])
@pytest.mark.parametrize("numbers", [[None, None], [DAMAGED[0]] * 2, ["11", "11"]])
def test_a_product_in_an_unused_column_tells_equal_amounts_apart(
        clean, make_list, header, numbers):
    table, mapping = make_list({"customer_id": ["A", "A"], "account_no": numbers,
                                "time_deposit": [10000.0, 10000.0], "name": ["定期", "大额存单"]})
    unused = replace(mapping.columns[3], field=None, header=header)
    frame, _, _ = clean((table, replace(mapping, columns=(*mapping.columns[:3], unused))))
    assert frame["time_deposit"].tolist() == [20000.0]


@pytest.mark.parametrize(("products", "totals", "expected"), [
    # accounts: the "total" goes by product
    (["定期", "理财", "定期", "理财"], [1000.0, 234.0, 50.0, 7.0], [1234.0, 57.0]),
    # a customer list that repeats the total beside each product
    (["定期", "理财", "定期", "理财"], [1234.0, 1234.0, 57.0, 57.0], [1234.0, 57.0]),
    # one customer proves nothing, and neither do totals that differ without a product
    (["定期", "理财", "定期", "定期"], [1000.0, 234.0, 57.0, 57.0], [234.0, 57.0]),
    (["定期", "定期", "理财", "理财"], [1000.0, 234.0, 50.0, 7.0], [234.0, 7.0]),
])
def test_totals_that_go_by_product_are_balances_of_accounts(
        clean, make_list, products, totals, expected):
    table, mapping = make_list({"customer_id": ["A", "A", "B", "B"], "aum_point": totals,
                                "name": products})
    unused = replace(mapping.columns[2], field=None, header="产品")
    frame, _, _ = clean((table, replace(mapping, columns=(*mapping.columns[:2], unused))))
    assert frame["aum_point"].tolist() == expected


@pytest.mark.parametrize("header", ["序号", "备注", "持有产品", "产品数"])
def test_other_unused_columns_tell_nothing_apart(clean, make_list, header):
    table, mapping = make_list({"customer_id": ["A", "A"], "demand": [5.0, 5.0],
                                "name": ["1", "2"]})
    unused = replace(mapping.columns[2], field=None, header=header)
    frame, _, _ = clean((table, replace(mapping, columns=(*mapping.columns[:2], unused))))
    assert frame["demand"].tolist() == [5.0]


@pytest.mark.parametrize(("more", "code"), [
    ({"account_no": [DAMAGED[0]] * 2}, C.ACCOUNTS_UNCLEAR),
    ({"account_no": [DAMAGED[0]] * 2, "aum_point": [9.0, 9.0]}, C.DUPLICATE_MERGED),
    ({"account_no": [None, None]}, C.ACCOUNTS_UNCLEAR),
    ({"maturity_date": [D(2027, 1, 5)] * 2}, C.ACCOUNTS_UNCLEAR),
    ({"account_no": ["11", "11"]}, C.DUPLICATE_MERGED),
    ({"name": ["张三", "张三"]}, C.DUPLICATE_MERGED),
])
def test_equal_rows_nobody_can_tell_apart_count_once_and_are_told(clean, more, code):
    frame, issues, _ = clean({"customer_id": ["A", "A"], "time_deposit": [5.0, 5.0], **more})
    assert frame["time_deposit"].tolist() == [5.0]
    assert found(issues, code) == [(3, "", "2、3")]
    assert not {issue.code for issue in issues} & (
        {C.ACCOUNTS_UNCLEAR, C.DUPLICATE_MERGED} - {code})


def test_equal_account_rows_without_number_are_told_beside_a_customer_total(clean):
    _, issues, _ = clean({"customer_id": ["A", "A", "B", "B"], "aum_point": [9.0] * 4,
                          "account_no": [DAMAGED[0]] * 3 + [DAMAGED[1]],
                          "time_deposit": [5.0] * 4})
    assert found(issues, C.ACCOUNTS_UNCLEAR) == [(3, "", "2、3")]


@pytest.mark.parametrize(("whole", "expected"), [
    ("6228480177771000001", 11.0), ("6228480177772000001", 16.0)])
def test_a_damaged_number_may_be_the_whole_one_beside_it(clean, whole, expected):
    frame, issues, _ = clean({"customer_id": ["A", "A", "A"], "time_deposit": [5.0, 5.0, 6.0],
                              "account_no": [DAMAGED[0], whole, "11"]})
    assert frame["time_deposit"].tolist() == [expected]
    assert frame["account_no"].tolist() == ["0001"]
    assert found(issues, C.ACCOUNTS_UNCLEAR) == ([(3, "", "2、3")] if expected == 11 else [])


def test_accounts_of_nothing_are_not_worth_a_reminder(clean):
    _, issues, _ = clean({"customer_id": ["A", "A"], "account_no": [None, None],
                          "time_deposit": [0.0, 0.0]})
    assert [issue.code for issue in issues] == [C.DUPLICATE_MERGED]


def test_equal_rows_among_accounts_are_told(clean):
    frame, issues, _ = clean({"customer_id": ["A", "A", "A"], "time_deposit": [5.0, 5.0, 6.0],
                              "account_no": [DAMAGED[0], DAMAGED[0], DAMAGED[1]]})
    assert frame["time_deposit"].tolist() == [11.0]
    assert found(issues, C.ACCOUNTS_UNCLEAR) == [(3, "", "2、3")]


def test_products_on_one_card_are_different_accounts(clean):
    frame, _, _ = clean(
        {
            "customer_id": ["A", "A", "A"],
            "account_no": ["11", "11", "12"],
            "maturity_product": ["甲", "乙", "丙"],
            "wealth": [1.0, 2.0, 4.0],
        }
    )
    assert frame["wealth"].tolist() == [7.0]


def test_balances_that_differ_without_any_total_are_accounts(clean):
    frame, issues, _ = clean({"customer_id": ["A", "A"], "time_deposit": [100.0, 200.0]})
    assert frame["time_deposit"].tolist() == [300.0]
    assert found(issues, C.ACCOUNTS_MERGED)


def test_exact_repetitions_are_dropped(clean):
    frame, issues, _ = clean({"customer_id": ["A", "B", "A"], "demand": [100.0, 1.0, 100.0]})
    assert frame["demand"].tolist() == [100.0, 1.0]
    assert frame["source_rows"].tolist() == ["2、4", "3"]
    assert found(issues, C.DUPLICATE_MERGED) == [(4, "", "2、4")]


def test_rows_that_complement_each_other_are_no_contradiction(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A", "A"], "aum_point": [100.0, None], "name": [None, "张三"]}
    )
    assert frame.loc[0, ["aum_point", "name"]].tolist() == [100.0, "张三"]
    assert [issue.code for issue in issues] == [C.DUPLICATE_MERGED]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([D(2025, 5, 1), D(2025, 4, 1)], 1.0),
        ([D(2025, 4, 1), D(2025, 5, 1)], 2.0),
        ([None, D(2025, 4, 1)], 2.0),
        ([D(2025, 4, 1), None], 1.0),
        ([None, None], 2.0),
    ],
)
def test_contradicting_customer_rows_take_the_newest_and_are_never_added(clean, days, expected):
    frame, issues, _ = clean(
        {"customer_id": ["A", "A"], "aum_point": [1.0, 2.0], "last_txn": days}, first_row=117
    )
    assert frame["aum_point"].tolist() == [expected]
    assert frame["source_rows"].tolist() == ["117、118"]
    assert found(issues, C.MERGE_CONFLICT) == [(118, "aum_point", "117、118")]


def test_accounts_that_contradict_each_other_about_the_person(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A"],
            "account_no": ["11", "12"],
            "name": ["张三", "张四"],
            "demand": [1.0, 2.0],
        }
    )
    assert frame["name"].tolist() == ["张三"]
    assert found(issues, C.MERGE_CONFLICT) == [(2, "name", "2、3")]


def test_a_total_repeated_on_every_account_row_counts_once(clean):
    ids = [c for c in "ABC" for _ in range(2)]
    frame, issues, _ = clean(
        {
            "customer_id": ids,
            "account_no": [str(n) for n in range(10, 16)],
            "aum_point": [500.0, 500.0, 70.0, 70.0, 9.0, 9.0],
            "demand": [1.0, 2.0, 3.0, 4.0, 5.0, 5.0],
        }
    )
    assert frame["aum_point"].tolist() == [500.0, 70.0, 9.0]
    assert frame["demand"].tolist() == [3.0, 7.0, 10.0]
    assert found(issues, C.REPEATED_AMOUNT) == [(0, "aum_point", "")]


def test_empty_accounts_are_no_proof_of_a_repeated_total(clean):
    frame, _, _ = clean(
        {
            "customer_id": list("AABBCCDD"),
            "account_no": [str(number) for number in range(10, 18)],
            "demand": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0],
        }
    )
    assert frame["demand"].tolist() == [0.0, 0.0, 0.0, 10.0]


def test_a_customer_total_makes_differing_balances_a_contradiction(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A", "A"], "aum_point": [300.0, 300.0], "deposit": [100.0, 200.0]}
    )
    assert frame.loc[0, ["aum_point", "deposit"]].tolist() == [300.0, 200.0]
    assert found(issues, C.MERGE_CONFLICT) == [(3, "deposit", "2、3")]


def test_two_customers_with_equal_accounts_are_no_proof_of_a_repeated_total(clean):
    frame, _, _ = clean(
        {
            "customer_id": list("AABB"),
            "account_no": ["1", "2", "3", "4"],
            "demand": [5.0, 5.0, 7.0, 7.0],
        }
    )
    assert frame["demand"].tolist() == [10.0, 14.0]


def test_customers_who_have_two_equal_round_deposits_own_both(clean):
    """Certificates of deposit begin at 200,000 元; three customers with two are no proof."""
    numbers = [6.22848017777100e18 + place * 1e6 for place in range(6)]
    frame, issues, _ = clean({"customer_id": list("AABBCC"), "account_no": numbers,
                              "time_deposit": [200000.0, 200000.0, 300000.0, 300000.0,
                                               20000.0, 20000.0]})
    assert frame["time_deposit"].tolist() == [400000.0, 600000.0, 40000.0]
    assert not found(issues, C.REPEATED_AMOUNT)


def test_a_round_total_of_all_assets_on_every_account_row_counts_once(clean):
    frame, _, _ = clean({"customer_id": list("AABBCC"), "account_no": list("123456"),
                         "aum_point": [200000.0, 200000.0, 300000.0, 300000.0, 20000.0, 20000.0]})
    assert frame["aum_point"].tolist() == [200000.0, 300000.0, 20000.0]


def test_foreign_money_is_not_added(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A", "B", "C", "D"],
            "account_no": ["1", "2", "3", "4", "5"],
            "currency": ["人民币", "美元", "港币", None, "怪币"],
            "demand": [100.0, 50.0, 7.0, 8.0, 9.0],
            "loan": [None, None, 3.0, None, None],
        }
    )
    assert frame["demand"].fillna(-1).tolist() == [100.0, -1, 8.0, -1]
    assert frame["aum_partial"].tolist() == [True, True, False, True]
    assert found(issues, C.FOREIGN_CURRENCY) == [
        (3, "demand", "50.00"),
        (4, "demand", "7.00"),
        (6, "demand", "9.00"),
        (4, "loan", "3.00"),
    ]
    assert not found(issues, C.MERGE_CONFLICT)


def test_later_lists_win_field_by_field_and_nothing_is_added(clean):
    frame, issues, cleaned = clean(
        {
            "customer_id": ["A", "B"],
            "demand": [1.0, 2.0],
            "name": ["张三", "李四"],
            "id_number": [None, "11010519491231002X"],
        },
        {
            "customer_id": ["B", "C"],
            "demand": [5.0, 7.0],
            "name": ["李四", "王五"],
            "wealth": [8.0, None],
            "id_number": ["1****************X", None],
        },
    )
    assert frame["demand"].tolist() == [1.0, 5.0, 7.0]
    assert frame["wealth"].fillna(-1).tolist() == [-1, 8.0, -1]
    assert frame["id_number"].fillna("").tolist() == ["", "11010519491231002X", ""]
    assert frame["source_rows"].tolist() == ["2", "3；表2：2", "表2：3"]
    assert cleaned.rows_read == 4
    assert {issue.code for issue in issues} == {C.ID_MASKED, C.LISTS_UNITED, C.LISTS_CONFLICT}
    assert found(issues, C.LISTS_UNITED) == [(3, "", "3；表2：2")]


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        (date(2026, 10, 31), date(2026, 9, 30), 1.0),
        (date(2026, 9, 30), date(2026, 10, 31), 2.0),
        (date(2026, 9, 30), date(2026, 9, 30), 2.0),
        (None, None, 2.0),
        (date(2026, 9, 30), None, 1.0),
        (None, date(2026, 9, 30), 2.0),
    ],
)
def test_the_list_with_the_newest_data_date_wins(clean, make_list, first, second, winner):
    frame, issues, _ = clean(
        make_list({"customer_id": ["A"], "demand": [1.0], "name": ["张一"]}, as_of=first),
        make_list({"customer_id": ["A", "B"], "demand": [2.0, 3.0], "name": ["张二"] * 2},
                  as_of=second),
    )
    assert frame["demand"].tolist() == [winner, 3.0]
    assert frame["name"].tolist() == ["张一" if winner == 1.0 else "张二", "张二"]
    assert frame["source_rows"].tolist() == ["2；表2：2", "表2：3"]
    assert len(found(issues, C.MERGE_CONFLICT)) == 1


@pytest.mark.parametrize(
    ("key", "first", "second", "expected"),
    [
        ("last_txn", D(2025, 10, 20), D(2020, 1, 1), D(2025, 10, 20)),
        ("last_txn", D(2020, 1, 1), D(2025, 10, 20), D(2025, 10, 20)),
        ("last_contact", D(2025, 3, 1), D(2025, 2, 28), D(2025, 3, 1)),
        ("mobile_bank_last", D(2025, 3, 1), None, D(2025, 3, 1)),
        ("risk_date", D(2024, 5, 6), D(2023, 5, 6), D(2024, 5, 6)),
        ("open_date", D(2001, 1, 1), D(2010, 1, 1), D(2001, 1, 1)),
        ("open_date", D(2010, 1, 1), D(2001, 1, 1), D(2001, 1, 1)),
        ("do_not_contact", "是", "否", True),
        ("complaint", "是", "否", True),
        ("complaint", "否", None, False),
        ("consent", "是", "否", False),
        ("mobile_bank", "是", "否", False),
        ("credit_limit", 5.0, 3.0, 3.0),
        ("product_count", 5, 3, 3),
        ("mobile", "13800138000", "138****8000", "13800138000"),
        ("mobile", "138****8000", "13800138000", "13800138000"),
        ("name", "张三", "张*", "张三"),
    ],
)
def test_what_two_lists_say_about_one_field(clean, key, first, second, expected):
    frame, issues, _ = clean(
        {"customer_id": ["A"], key: [first]}, {"customer_id": ["A"], key: [second]}
    )
    value = frame[key][0]
    assert (value.date() if isinstance(value, pd.Timestamp) else value) == expected
    assert not found(issues, C.MERGE_CONFLICT)


def test_a_whole_id_number_does_not_contradict_a_masked_one(clean):
    whole = "11010519491231002X"
    frame, issues, _ = clean(
        {"customer_id": ["A"], "id_number": ["1101**********002X"]},
        {"customer_id": ["A"], "id_number": [whole]},
    )
    assert frame["id_number"].tolist() == [whole]
    assert not found(issues, C.MERGE_CONFLICT)


@pytest.mark.parametrize("turned", [False, True])
def test_the_risk_level_is_that_of_the_newest_assessment(clean, turned):
    lists = [
        {"customer_id": ["A"], "risk_level": ["C2"], "risk_date": [D(2025, 1, 1)]},
        {"customer_id": ["A"], "risk_level": ["C5"], "risk_date": [D(2020, 1, 1)]},
    ]
    frame, _, _ = clean(*(reversed(lists) if turned else lists))
    assert (frame["risk_level"][0], frame["risk_date"][0].date()) == ("C2", D(2025, 1, 1))


def test_two_lists_that_disagree_about_a_name(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A"], "name": ["张三"]}, {"customer_id": ["A"], "name": ["张四"]}
    )
    assert frame["name"].tolist() == ["张四"]
    assert found(issues, C.MERGE_CONFLICT) == [(2, "name", "表2：2")]


def test_partial_flags_stay_set_across_lists(clean):
    frame, _, _ = clean(
        {"customer_id": ["A", "A"], "account_no": ["1", "2"], "demand": [1.0, None]},
        {"customer_id": ["A"], "wealth": [3.0]},
    )
    assert frame["aum_partial"].tolist() == [True]


def test_rows_without_a_customer_id_find_their_customer(clean):
    frame, issues, cleaned = clean(
        {
            "customer_id": ["A", None, None, None, None],
            "id_number": [
                "11010519491231002X",
                "11010519491231002x",
                None,
                None,
                "1101**********0013",
            ],
            "name": ["张三", "张三", "李四", "李四", "王五"],
            "mobile": ["13800138000", None, "13900139000", "13900139000", None],
        }
    )
    ids = frame["customer_id"].tolist()
    assert ids[0] == "A"
    assert ids[1].startswith("NM-")
    assert ids[2].startswith("NI-")
    assert frame["source_rows"].tolist() == ["2、3", "4、5", "6"]
    assert [issue.row for issue in issues if issue.code is C.KEY_FALLBACK] == [3, 4, 5, 6]
    assert cleaned.rows_used == 5


def test_made_up_ids_are_the_same_every_time_and_tell_no_number(clean):
    number = "11010519491231002X"
    first = clean({"id_number": [number]})[0]["customer_id"][0]
    assert first == clean({"id_number": [number.lower()]})[0]["customer_id"][0]
    assert first.startswith("ID-")
    assert "1949" not in first


def test_rows_nobody_can_assign_are_left_out_and_reported(clean):
    frame, issues, cleaned = clean(
        {
            "customer_id": ["A", None, None, 6.22e18],
            "name": ["张三", "李四", "王五", "赵六"],
            "mobile": [None, "139****9000", None, "13900139000"],
        }
    )
    assert frame["source_rows"].tolist() == ["2", "5"]
    assert [(i.row, i.shown, i.action) for i in issues if i.code is C.ROW_NO_KEY] == [
        (3, "李*", Action.SKIPPED),
        (4, "王*", Action.SKIPPED),
    ]
    assert (cleaned.rows_read, cleaned.rows_used) == (4, 2)


def test_an_id_number_under_two_customer_ids_joins_nobody(clean):
    number = "11010519491231002X"
    frame, issues, _ = clean({"customer_id": ["A", "B", None], "id_number": [number] * 3})
    assert len(frame) == 3
    assert found(issues, C.SAME_ID_NUMBER) == [
        (3, "id_number", "1****************X（第 2、3、4 行）")]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.none() | st.integers(-(10**6), 10**6),
        st.none() | st.booleans(),
        st.none() | st.dates(date(2020, 1, 1), date(2025, 12, 31)),
    ),
    min_size=2,
    max_size=12,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_account_sums_do_not_depend_on_the_order_of_rows(clean, rows, chance):
    def total(order):
        frame, _, _ = clean(
            {
                "customer_id": [row[0] for row, _ in order],
                "account_no": [str(n + 10) for _, n in order],
                "demand": [row[1] for row, _ in order],
                "credit_limit": [row[1] for row, _ in order],
                "mobile_bank": [row[2] for row, _ in order],
                "last_txn": [row[3] for row, _ in order],
                "open_date": [row[3] for row, _ in order],
                "maturity_date": [row[3] for row, _ in order],
            }
        )
        keys = [
            "demand",
            "credit_limit",
            "mobile_bank",
            "last_txn",
            "open_date",
            "maturity_date",
            "aum_partial",
            "txn_partial",
        ]
        return frame.set_index("customer_id").sort_index()[keys]

    numbered = [(row, number) for number, row in enumerate(rows)]
    shuffled = numbered.copy()
    chance.shuffle(shuffled)
    pd.testing.assert_frame_equal(total(numbered), total(shuffled))


@given(ROWS)
def test_sums_are_the_sums_of_the_cells(clean, rows):
    frame, _, _ = clean(
        {
            "customer_id": [row[0] for row in rows],
            "account_no": [str(n + 10) for n in range(len(rows))],
            "demand": [None if row[1] is None else row[1] / 100 for row in rows],
            "name": ["张三"] * len(rows),
        }
    )
    for customer, got, partial in zip(
        frame["customer_id"], frame["demand"], frame["aum_partial"], strict=True
    ):
        cents = [row[1] for row in rows if row[0] == customer]
        known = [c for c in cents if c is not None]
        several = [c for c in "ABC" if sum(r[0] == c and bool(r[1]) for r in rows) > 1]
        if len(several) < 3:  # else a repeated total is possible
            assert pd.isna(got) if not known else got == sum(known) / 100
            assert partial == (0 < len(known) < len(cents))


def test_accounts_hold_one_product_each_so_blank_balances_are_no_gap(clean):
    frame, issues, _ = clean(
        {
            "customer_id": ["A", "A", "B", "B"],
            "account_no": ["11", "12", "13", "14"],
            "demand": [5.0, None, 1.0, None],
            "time_deposit": [None, 80.0, None, None],
        }
    )
    assert frame["aum_partial"].tolist() == [False, True]
    assert frame["time_deposit"].tolist()[0] == 80.0
    assert found(issues, C.PARTIAL_SUM) == [(4, "demand", "4、5")]


def test_where_the_list_states_aum_only_that_must_be_whole(clean):
    frame, _, _ = clean(
        {
            "customer_id": ["A", "A", "B", "B"],
            "account_no": ["11", "12", "13", "14"],
            "aum_month_avg": [5.0, 6.0, 7.0, None],
            "demand": [5.0, None, None, None],
        }
    )
    assert frame["aum_partial"].tolist() == [False, True]


def test_one_wrong_row_does_not_double_what_everybody_owns(clean):
    ids = [f"C{n:02}" for n in range(20) for _ in range(2)]
    totals = [60.0] * 39 + [61.0]
    frame, issues, _ = clean(
        {
            "customer_id": ids,
            "account_no": [str(n) for n in range(100, 140)],
            "aum_month_avg": totals,
        }
    )
    assert frame["aum_month_avg"].tolist() == [60.0] * 19 + [61.0]
    assert found(issues, C.MERGE_CONFLICT) == [(40, "aum_month_avg", "40、41")]


def test_differing_balances_of_most_customers_are_added(clean):
    frame, _, _ = clean(
        {
            "customer_id": list("AABBCCDD"),
            "account_no": [str(n) for n in range(10, 18)],
            "demand": [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 1.0, 2.0],
        }
    )
    assert frame["demand"].tolist() == [10.0, 10.0, 10.0, 3.0]
