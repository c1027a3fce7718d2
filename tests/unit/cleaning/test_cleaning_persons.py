"""Another person under a customer id that is somebody's already takes nothing over."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from branchseg.cleaning import to_customers
from branchseg.errors import InputError
from branchseg.model.issues import Action, IssueLog
from branchseg.model.issues import IssueCode as C

DAY = date(2025, 12, 31)
ID, OTHER = "11010519491231002X", "440308199901010012"
OLD15 = "110105491231002"
FIRST, ALSO = "张*（证件号 1****************X）", "李*（证件号 4****************2）"
PHONE, PHONE_2 = "13800138000", "13900139000"


def told(issues):
    return [(issue.row, issue.shown, issue.action) for issue in issues
            if issue.code is C.PERSON_DIFFERS]


def against(make_list, known, confirmed=(), count=2, **columns):
    """The customers left and what is told of a list, where `known` is somebody already."""
    log = IssueLog()
    done = to_customers([make_list({"customer_id": ["A", "B"][:count]} | {
        key: [value, None][:count] for key, value in columns.items()})], as_of=DAY, log=log,
        known_before=lambda _day: {
            key: np.array([value], dtype=object)
            for key, value in ({"customer_id": "A"} | known).items()},
        confirmed=[frozenset(confirmed)])
    return done.table.frame["customer_id"].tolist(), told(log)


@pytest.mark.parametrize(("name", "id_number", "mobile", "same"), [
    ("李四", OTHER, PHONE_2, False), ("李四", OTHER, None, False), ("李四", None, PHONE_2, False),
    ("李四", OTHER, PHONE, False),  # a phone may be shared in a family
    ("李四", ID, PHONE_2, True),  # a changed name
    ("李四", OLD15, PHONE_2, True), ("李四", "110105********002X", PHONE_2, True),
    ("李四", "440308********0012", PHONE_2, False),
    ("李四", None, PHONE, True), ("李四", None, None, True), (None, OTHER, PHONE_2, True),
    ("李四", None, "139****9000", False), ("李四", None, "138****8000", True),
    ("张*", OTHER, PHONE_2, True), ("张三", OTHER, PHONE_2, True),
    ("张三（VIP）", OTHER, PHONE_2, True), ("张三女士", OTHER, PHONE_2, True),
    ("李*", OTHER, PHONE_2, False),
])
def test_another_name_and_another_number_are_another_person(make_list, name, id_number, mobile,
                                                            same):
    ids, issues = against(make_list, {"name": "张三", "id_number": ID, "mobile": PHONE},
                          name=name, id_number=id_number, mobile=mobile, aum_month_avg=9.0)
    assert ids == (["A", "B"] if same else ["B"])
    assert [row for row, _, _ in issues] == ([] if same else [2])


def test_what_is_told_is_masked_and_names_both(make_list):
    _, issues = against(make_list, {"name": "张三丰", "id_number": ID}, name="李四",
                        id_number=OTHER)
    assert issues == [
        (2, "这里是李*（证件号 4****************2），已有名单是张**（证件号 1****************X）",
         Action.SKIPPED)]
    _, issues = against(make_list, {"name": "张三丰", "mobile": PHONE}, name="李四",
                        mobile=PHONE_2)
    assert issues == [(2, "这里是李*（手机号 139****9000），已有名单是张**（手机号 138****8000）",
                       Action.SKIPPED)]


def test_a_row_somebody_has_confirmed_counts(make_list):
    ids, issues = against(make_list, {"name": "张三", "id_number": ID}, confirmed=[2],
                          name="李四", id_number=OTHER)
    assert (ids, issues) == (["A", "B"], [])


def test_within_one_import_the_first_person_keeps_the_id(clean):
    frame, issues, done = clean(
        {"customer_id": ["A", "B", "A"], "name": ["张三", "王五", "李四"],
         "id_number": [ID, None, OTHER], "aum_month_avg": [1.0, 2.0, 50.0]},
        {"customer_id": ["A"], "name": ["李四"], "id_number": [OTHER], "risk_level": ["R5"]})
    assert frame["name"].tolist() == ["张三", "王五"]
    assert frame["aum_month_avg"].tolist() == [1.0, 2.0]
    assert frame["risk_level"].isna().all()
    assert [(row, shown) for row, shown, _ in told(issues)] == [
        (row, f"这里是{ALSO}，表1：第 2 行是{FIRST}") for row in (4, 2)]
    assert (done.rows_read, done.rows_used) == (4, 2)


def test_rows_without_an_id_do_not_join_through_who_was_left_out(clean):
    frame, _, _ = clean({"customer_id": ["A", "A", None], "name": ["张三", "李四", "李四"],
                         "id_number": [ID, OTHER, OTHER]})
    assert len(frame) == 2
    assert frame["customer_id"].tolist()[0] == "A"
    assert frame["customer_id"].tolist()[1].startswith("ID-")


def test_a_list_of_nobody_else_says_why_nothing_is_left(make_list):
    with pytest.raises(InputError) as caught:
        against(make_list, {"name": "张三", "id_number": ID}, name="李四", id_number=OTHER,
                count=1)
    assert caught.value.code == "cleaning.all_others"
