from datetime import date

import pytest

from branchseg.model.issues import Action
from branchseg.model.issues import IssueCode as C

D = date


@pytest.mark.parametrize("key", ["do_not_contact", "complaint"])
@pytest.mark.parametrize(
    ("cell", "marked"),
    [
        ("电话勿打", True),
        ("是（2025年投诉后）", True),
        (D(2025, 7, 1), True),
        (2, True),
        ("是", True),
        ("否", False),
        (0, False),
        (None, None),
        (" ", None),
        ("-", None),
    ],
)
def test_whatever_is_written_in_a_refusal_column_is_a_refusal(clean, key, cell, marked):
    frame, issues, _ = clean({"customer_id": ["A"], key: [cell], "wecom": ["看情况"]})
    assert frame[key].astype(object).where(frame[key].notna(), None).tolist() == [marked]
    assert frame["wecom"].isna().tolist() == [True]
    told = [(i.action, i.row) for i in issues if i.code is C.FLAG_UNREADABLE and i.field == key]
    assert told == ([(Action.FIXED, 2)] if marked and cell != "是" else [])


@pytest.mark.parametrize("key", ["do_not_contact", "complaint"])
@pytest.mark.parametrize("flags", [("是", "否"), ("否", "是"), ("电话勿打", "否"), ("是", None)])
def test_a_newer_no_does_not_lift_a_refusal_within_a_list(clean, key, flags):
    days = [D(2024, 1, 1), D(2025, 1, 1)]
    columns = {"customer_id": ["A", "A"], "last_txn": days, key: list(flags)}
    assert clean(columns)[0][key].tolist() == [True]
    columns = columns | {"account_no": ["1001", "1002"]}
    assert clean(columns)[0][key].tolist() == [True]
    newest = {"customer_id": ["A", "A"], "last_txn": days, "wecom": ["是", "否"]}
    assert clean(newest)[0]["wecom"].tolist() == [False]


@pytest.mark.parametrize(("cell", "consents", "told"), [
    ("是", True, False), ("同意", True, False), ("否", False, False),
    ("撤回", False, False), ("已撤回", False, False), ("不接受", False, False),
    ("谢绝", False, False), ("不愿意", False, False), ("已取消", False, False),
    ("看情况", False, True), (7, False, True), (D(2025, 7, 1), False, True),
    (None, None, False), ("-", None, False),
])
def test_only_a_clear_yes_is_a_consent(clean, cell, consents, told):
    frame, issues, _ = clean({"customer_id": ["A"], "name": ["张三"], "consent": [cell]})
    found = None if frame["consent"].isna().all() else bool(frame["consent"][0])
    assert found is consents
    assert [i.action for i in issues if i.code is C.FLAG_UNREADABLE] == [Action.FIXED] * told


def test_one_account_without_consent_is_no_consent(clean):
    columns = {"customer_id": ["A", "A"], "account_no": ["1001", "1002"], "demand": [1.0, 2.0]}
    for cells in (["是", "撤回"], ["撤回", "是"]):
        assert clean({**columns, "consent": cells})[0]["consent"].tolist() == [False]
    assert clean({**columns, "consent": ["是", None]})[0]["consent"].tolist() == [True]
