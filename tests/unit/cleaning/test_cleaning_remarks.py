"""What a remark says that protects a customer counts, though its column is not imported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from branchseg.cleaning.remarks import marks_in
from branchseg.model.issues import IssueCode as C
from branchseg.model.raw import MatchKind


@pytest.mark.parametrize(("text", "found"), [
    ("已故", {"deceased": "已故"}),
    ("客户2024年去世，家属来办继承", {"deceased": "去世"}),
    ("配偶已故", {}),
    ("母亲也已去世", {}),
    ("儿子称已故", {"deceased": "已故"}),
    ("购买意外死亡险", {}),
    ("已注销", {"closed": "已注销"}),
    ("手机银行已注销", {}),
    ("销户客户", {"closed": "销户客户"}),
    ("非销户客户", {}),
    ("请勿电话联系", {"do_not_contact": "请勿电话"}),
    ("请 勿 联 系！", {"do_not_contact": "请勿联系"}),
    ("客户说不要打电话", {"do_not_contact": "不要打电话"}),
    ("工作日勿扰", {"do_not_contact": "勿扰"}),
    ("已解除勿扰", {}),
    ("拒访（已解除）", {}),
    ("未拒绝营销", {}),
    ("无人接听请勿电话", {"do_not_contact": "请勿电话"}),
    ("投诉客户", {"complaint": "投诉"}),
    ("无投诉", {}),
    ("未投诉", {}),
    ("从未有过投诉", {}),
    ("没有客户投诉", {}),
    ("投诉：无", {}),
    ("投诉次数0", {}),
    ("投诉次数：0", {}),
    ("投诉已撤销", {}),
    ("未投诉，请勿联系", {"do_not_contact": "请勿联系"}),
    ("以前无投诉，本月投诉手续费", {"complaint": "投诉"}),
    ("投诉无人处理", {"complaint": "投诉"}),
    ("已投诉；拒绝营销", {"complaint": "投诉", "do_not_contact": "拒绝营销"}),
    ("喜欢理财", {}),
    ("", {}),
])
def test_protective_words_count_and_negations_do_not(text, found):
    assert marks_in(text) == found


def remarked(make_list, remarks, kind=MatchKind.NONE, *, doubtful=False, **more):
    """A list whose column 备注 fits no field."""
    count = len(remarks)
    table, mapping = make_list({
        "customer_id": [f"100{n}" for n in range(count)], "name": ["王小明"] * count,
        **more, "备注": remarks})
    *others, last = mapping.columns
    last = replace(last, field="address" if doubtful else None, kind=kind, doubtful=doubtful)
    return table, replace(mapping, columns=(*others, last))


def test_a_remark_sets_the_flags_and_the_type_and_names_its_place(make_list, clean):
    frame, issues, _ = clean(remarked(
        make_list, ["已故", "请勿电话联系", "投诉客户", "好客户", None, 7.0]))
    assert frame["customer_type"].tolist()[0] == "已故"
    assert frame["customer_type"].isna().tolist() == [False] + [True] * 5
    assert frame["do_not_contact"].fillna(value=False).tolist() == [False, True] + [False] * 4
    assert frame["complaint"].fillna(value=False).tolist() == [False, False, True] + [False] * 3
    told = [(one.code, one.row, one.field, one.shown) for one in issues
            if one.code.startswith("remark")]
    assert told == [(C.REMARK_DECEASED, 2, "备注", "已故"),
                    (C.REMARK_DO_NOT_CONTACT, 3, "备注", "请勿电话"),
                    (C.REMARK_COMPLAINT, 4, "备注", "投诉")]


def test_the_free_text_goes_nowhere(make_list, clean):
    frame, issues, _ = clean(remarked(make_list, ["投诉：王五态度不好"]))
    assert "备注" not in frame.columns
    assert not [one for one in issues if "王五" in one.shown]
    assert "王五" not in frame.to_string()


def test_a_remark_speaks_louder_than_the_columns(make_list, clean):
    frame, _, _ = clean(remarked(make_list, ["已故；投诉", "无投诉"],
                                 customer_type=["个人", "个人"], complaint=["否", "是"]))
    assert frame["customer_type"].tolist() == ["已故", "个人"]
    assert frame["complaint"].tolist() == [True, True]


@pytest.mark.parametrize(("kind", "doubtful", "read"), [
    (MatchKind.NONE, False, True), (MatchKind.CHOSEN, False, True),
    (MatchKind.FUZZY, True, True),
    (MatchKind.REFUSED, False, False), (MatchKind.OWN, False, False)])
def test_all_columns_that_are_not_used_are_read_but_for_unlawful_ones(
        make_list, clean, kind, doubtful, read):
    frame, _, _ = clean(remarked(make_list, ["已故"], kind, doubtful=doubtful))
    assert ("customer_type" in frame.columns) is read


@pytest.mark.parametrize("remarks", [["已故", None], [None, "已故"]])
@pytest.mark.parametrize("accounts", [True, False])
def test_a_mark_on_one_row_of_a_customer_is_the_customers(make_list, clean, remarks, accounts):
    more = {"account_no": ["62220001", "62220002"]} if accounts else {}
    table, mapping = remarked(make_list, remarks, customer_type=["个人", "个人"], **more)
    table.columns[0][1] = table.columns[0][0]
    frame, _, _ = clean((table, mapping))
    assert frame["customer_type"].tolist() == ["已故"]
