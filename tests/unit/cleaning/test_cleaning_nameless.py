"""Customers without a name, and phones that several customers share."""

from __future__ import annotations

from branchseg.model.issues import IssueCode as C
from branchseg.model.issues import Severity


def test_a_customer_without_a_name_is_kept_and_named_as_an_error(clean):
    frame, issues, _ = clean({
        "customer_id": ["1001", "1002", "1003", "1003"], "name": ["王小明", " ", None, "李四"]})
    assert frame["customer_id"].tolist() == ["1001", "1002", "1003"]
    told = [(one.row, one.shown, one.severity) for one in issues if one.code is C.NAME_MISSING]
    assert told == [(3, "3", Severity.ERROR)]


def test_a_list_without_a_column_of_names_is_not_complained_about(clean):
    _, issues, _ = clean({"customer_id": ["1001", "1002"]})
    assert C.NAME_MISSING not in {one.code for one in issues}


def test_a_phone_that_several_customers_share_is_named_once(clean):
    _, issues, _ = clean({
        "customer_id": ["1001", "1002", "1003", "1004", "1005"], "name": list("甲乙丙丁戊"),
        "mobile": ["13412340996", "13412340996", "13412340996", "134****0001", "134****0001"]})
    told = [(one.row, one.shown) for one in issues if one.code is C.PHONE_SHARED]
    assert told == [(3, "134****0996（第 2、3、4 行）")]
