"""Who a row belongs to, where it does not say: joined only where nothing speaks against it."""

from __future__ import annotations

import pytest

from branchseg.model.issues import IssueCode as C

ID, OTHER = "11010519491231002X", "440308199901010012"
MASKED = "1101**********002X"


def rows_of(frame):
    return dict(zip(frame["source_rows"], frame["customer_id"], strict=True))


def unclear(issues):
    return [(issue.row, issue.field) for issue in issues if issue.code is C.KEY_AMBIGUOUS]


def test_one_list_with_customer_ids_and_one_without(clean):
    frame, issues, _ = clean(
        {"customer_id": ["A", "B"], "name": ["张三", "李四"], "id_number": [ID, None],
         "mobile": [None, "13800138000"]},
        {"name": ["张三", "李四"], "id_number": [ID.lower(), None],
         "mobile": [None, "13800138000"], "loan": [1.0, 2.0]},
    )
    assert frame["customer_id"].tolist() == ["A", "B"]
    assert frame["loan"].tolist() == [1.0, 2.0]
    assert not unclear(issues)


@pytest.mark.parametrize(("name", "joined"), [
    ("张三", True), ("张*", True), (None, True), ("李四", False), ("李*", False)])
def test_the_same_id_number_under_another_name_joins_nobody(clean, name, joined):
    frame, issues, _ = clean({"customer_id": ["A", None], "name": ["张三", name],
                              "id_number": [ID, ID]})
    assert len(frame) == (1 if joined else 2)
    assert unclear(issues) == ([] if joined else [(3, "id_number")])


def test_a_wrong_id_number_proves_nothing_without_the_name(clean):
    wrong = "111111111111111111"
    frame, _, _ = clean({"name": ["张三", "李四", "张三"], "id_number": [wrong] * 3})
    assert sorted(rows_of(frame)) == ["2、4", "3"]
    assert clean({"id_number": [wrong], "customer_id": [None], "mobile": [None]}, {
        "customer_id": ["A"], "id_number": [wrong]})[0]["customer_id"].tolist() == ["A"]


def test_name_and_phone_of_two_customers_join_nobody(clean):
    frame, issues, _ = clean({"customer_id": ["A", "B", None], "name": ["张三"] * 3,
                              "mobile": ["13800138000"] * 3})
    assert len(frame) == 3
    assert unclear(issues) == [(4, "mobile")]


def test_masked_numbers_of_two_branches_are_two_people(clean):
    columns = {"name": ["张三"] * 4, "id_number": [MASKED] * 4,
               "branch": ["东", "西", "东", None]}
    frame, issues, _ = clean(columns)
    assert sorted(rows_of(frame)) == ["2、4", "3", "5"]
    assert unclear(issues) == [(2, "id_number"), (3, "id_number"), (4, "id_number"),
                               (5, "id_number")]


def test_a_masked_number_without_branch_joins_the_only_branch(clean):
    frame, issues, _ = clean({"customer_id": ["A", None], "name": ["张三"] * 2,
                              "id_number": [MASKED] * 2, "branch": ["东", None]})
    assert frame["customer_id"].tolist() == ["A"]
    assert not unclear(issues)


def test_made_up_ids_need_the_secret(clean):
    ids = {clean({"id_number": [ID]}, secret=secret)[0]["customer_id"][0]
           for secret in (b"a", b"b", b"a")}
    assert len(ids) == 2


def test_without_a_secret_new_ids_are_numbers(clean):
    frame, _, _ = clean({"id_number": [ID, OTHER, ID], "name": ["张三", "李四", None]},
                        secret=None)
    assert frame["customer_id"].tolist() == ["ID-000001", "ID-000002"]


def test_parts_of_one_account_list_are_added_up(clean, make_list):
    first = {"customer_id": ["A", "B"], "account_no": ["1", "9"], "demand": [10.0, 1.0]}
    second = {"customer_id": ["A", "A"], "account_no": ["2", "1"], "demand": [5.0, 10.0]}
    frame, issues, cleaned = clean(first, second)
    assert frame["demand"].tolist() == [15.0, 1.0]
    assert frame["source_rows"].tolist() == ["2；表2：2、3", "3"]
    assert (cleaned.rows_read, cleaned.rows_used) == (4, 4)
    assert [(i.code, i.source, i.shown) for i in issues] == [
        (C.DUPLICATE_MERGED, "名单.xlsx", "2；表2：3"),
        (C.ACCOUNTS_MERGED, "名单.xlsx", "2；表2：2、3")]


@pytest.mark.parametrize(("second", "days", "expected"), [
    # other columns, or another data date: the later list lies over the first
    ({"customer_id": ["A"], "account_no": ["2"], "demand": [5.0], "loan": [1.0]}, (1, 1), 5.0),
    ({"customer_id": ["A"], "account_no": ["2"], "demand": [5.0]}, (1, 2), 5.0),
    ({"customer_id": ["A"], "account_no": ["2"], "demand": [5.0]}, (1, 1), 15.0),
])
def test_only_parts_of_one_list_are_added_up(clean, make_list, second, days, expected):
    from datetime import date

    first = {"customer_id": ["A"], "account_no": ["1"], "demand": [10.0]}
    frame, _, _ = clean(*(make_list(columns, as_of=date(2025, 10, day))
                          for columns, day in zip((first, second), days, strict=True)))
    assert frame["demand"].tolist() == [expected]


def test_account_lists_without_account_numbers_are_told_by_their_rows(clean):
    first = {"customer_id": ["A", "A"], "demand": [10.0, 1.0]}
    second = {"customer_id": ["A", "B", "B"], "demand": [5.0, 2.0, 3.0]}
    assert clean(first, second)[0]["demand"].tolist() == [16.0, 5.0]


def test_each_customer_has_the_data_date_of_its_own_list(clean, make_list):
    from datetime import date

    older, newer = date(2025, 9, 30), date(2025, 10, 31)
    frame, _, _ = clean(
        make_list({"customer_id": ["A", "B"], "aum_point": [1.0, 2.0]}, as_of=older),
        make_list({"customer_id": ["B", "C"], "name": ["李四", "王五"]}, as_of=newer),
        as_of=newer)
    dates = [[day.date() for day in frame[key].dropna()] for key in ("data_date", "aum_date")]
    assert dates == [[older, newer, newer], [older, older]]


@pytest.mark.parametrize(("first", "second", "told"), [
    (["0012345", "0012346"], [12345.0, 12348.0], [2]),
    (["0012345"], ["12345", "A1"], [2]),
    (["0012345"], ["012345"], []),  # a number of its own
    (["12345"], [12345.0], []),
    (["0012345"], [99999.0], []),
    (["KH012345"], ["12345"], []),
])
@pytest.mark.parametrize("turned", [False, True])
def test_ids_that_another_list_has_with_zeros_are_told_and_not_joined(
        clean, make_list, first, second, told, turned):
    lists = [make_list({"customer_id": ids}, name=name)
             for ids, name in ((first, "甲.xlsx"), (second, "乙.xlsx"))]
    frame, issues, _ = clean(*(reversed(lists) if turned else lists))
    assert [(one.source, one.row) for one in issues if one.code is C.ZEROS_LOST] == [
        ("乙.xlsx", row) for row in told]
    assert len(frame) == len({str(int(key)) if isinstance(key, float) else key
                              for key in (*first, *second)})
