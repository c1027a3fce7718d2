"""What a remark says that protects a customer counts, though its column is not imported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from branchseg.cleaning import remarks
from branchseg.cleaning.remarks import marks_in
from branchseg.model.issues import Action
from branchseg.model.issues import IssueCode as C
from branchseg.model.raw import MatchKind

DEAD = [
    "已故", "已故。", "客户2024年去世，家属来办继承", "儿子称已故", "家属称客户已去世",
    "妻子证实客户已去世", "儿子来电，客户已去世", "客户已逝世", "已逝", "本人已亡", "2023年离世",
    "客户病逝", "去逝", "客户已不在世", "因病去世", "客户非正常死亡",
    "客户丈夫已故，客户本人2024年也已去世", "死亡，已销户", "未婚，已故",
    "未接电话，后得知客户去世", "已故，有死亡证明", "不是误标，已核实死亡",
]
NOT_DEAD = [
    "不是已故，已核实", "不是本人已故", "并未去世", "未死亡", "误标已故", "误标为已故",
    "误登记为死亡", "非本人死亡", "非客户本人死亡", "无死亡", "没有去世", "没去世",
    "取消已故标记", "配偶已故", "爱人已故，独居", "母亲也已去世", "客户称父亲去世", "联系人已故",
    "购买意外死亡险", "身故受益人为女儿", "死亡赔偿已到账", "喜欢理财", "",
]
DOUBTFUL = [
    "是否已故待核实", "疑似已故", "客户可能已去世", "听说已故", "已故？", "已故（待核实）",
    "已故吗", "已故，未核实", "已故标记有误", "老伴2023年去世", "客户称配偶前年已故",
    "已故丈夫的遗产", "去世的老伴留下存款", "家中老人去世", "持死亡证明来办理",
]
CLOSED = [
    "已注销", "销户客户", "已销户", "销户", "销户。", "客户销户", "存款转走，销户了", "全部销户",
    "主动销户", "已经销户",
]
NOT_CLOSED = [
    "手机银行已注销", "非销户客户", "未销户", "信用卡已销户", "要求销户", "劝留，暂不销户",
    "不是销户客户", "账户已销户", "曾销户", "网银已经销户",
]
MAYBE_CLOSED = [
    "已销户？", "是否已销户", "可能已注销", "已销户后又来开户", "信用卡去年已注销",
]
REFUSING = [
    "勿推销", "不要推销", "微信联系，勿打电话", "别推销", "谢绝推销", "客户反感推销", "请勿推销",
    "请勿电话联系", "请 勿 联 系！", "客户说不要打电话", "工作日勿扰", "无人接听请勿电话",
    "拒接电话", "客户说不要再打", "不要再打电话", "别再打", "别再打电话来了", "不想接电话",
    "客户不愿被打扰", "家属称请勿联系客户", "其子要求不要联系客户", "请勿联系，家人已知情",
    "请勿联系本人，可联系其子", "已与儿子沟通，拒绝营销", "拒绝营销（座机无人接）",
    "不要打电话，只回短信", "上班时间勿扰", "儿子代接，客户拒接电话", "勿打电话", "要求勿扰",
    "两个号码都请勿致电", "客户在公司上班，请勿打扰", "家人去世，请勿打扰",
]
WELCOME = [
    "已解除勿扰", "拒访（已解除）", "未拒绝营销", "不再拒接电话", "客户特别打电话来感谢",
    "不是拒绝营销", "未接电话", "误标勿扰", "误登记为拒绝营销", "勿扰已取消", "没有拒绝营销",
]
MAYBE_REFUSING = [
    "暂不联系，12月后再打", "不再联系", "近期不联系", "暂时不联系，出国", "不需要推销",
    "请勿联系家人", "请勿联系其家人", "请勿联系客户家属", "勿打给其子", "不要打电话给他儿子",
    "请勿打扰老人", "家中老人请勿打扰", "请勿电话联系其配偶", "不要联系她父母", "勿拨座机",
    "勿打单位电话，打手机", "勿打公司电话", "请勿拨打旧号", "家人拒接电话", "儿子拒绝营销",
    "配偶不愿被打扰", "是否勿扰待核实", "疑似拒绝营销", "拒绝营销？", "请勿联系（待确认）",
    "勿扰标记有误", "别打电话给他老婆",
]
COMPLAINING = [
    "投诉客户", "以前无投诉，本月投诉手续费", "投诉无人处理", "投诉处理中", "投诉未处理",
    "投诉未处理完毕", "投诉尚未办结", "投诉没有结案", "投诉待结案", "上次投诉已解决，又投诉排队久",
    "投诉已受理", "投诉升级", "电话投诉", "客户多次投诉，不满意", "投诉电话骚扰",
    "儿子来投诉手续费",
    "投诉已处理，客户仍不满", "投诉已处理，客户不接受", "投诉已办结，但未解决",
    "投诉手续费和解释不清", "要求尽快处理好投诉", "投诉12378",
]
CONTENT = [
    "无投诉", "未投诉", "从未有过投诉", "没有客户投诉", "投诉：无", "投诉次数0", "投诉次数：0",
    "投诉已撤销", "防止投诉", "谨防投诉", "误登记投诉", "投诉热线", "未发生投诉",
    "投诉已撤诉",
]
MAYBE_COMPLAINING = [
    "投诉已解决", "投诉已处理", "投诉，已处理", "投诉手续费，已解决", "投诉已妥善处理",
    "投诉处理完毕",
    "投诉已办结", "投诉已结案", "上月投诉理财亏损，已和解", "投诉后客户满意", "投诉不属实",
    "投诉？", "可能投诉", "扬言投诉", "有投诉倾向", "存在投诉风险", "疑似投诉，待核实",
    "在他行投诉", "投诉快递", "投诉（已处理）",
]


@pytest.mark.parametrize(("key", "found", "text"), [
    (key, found, text) for key, table in {
        "deceased": {True: DEAD, None: NOT_DEAD, False: DOUBTFUL},
        "closed": {True: CLOSED, None: NOT_CLOSED, False: MAYBE_CLOSED},
        "do_not_contact": {True: REFUSING, None: WELCOME, False: MAYBE_REFUSING},
        "complaint": {True: COMPLAINING, None: CONTENT, False: MAYBE_COMPLAINING},
    }.items() for found, texts in table.items() for text in texts])
def test_what_is_certain_counts_what_is_denied_does_not_and_doubt_is_told(key, found, text):
    told = marks_in(text, "备注").get(key)
    assert (told and told.certain) is found


@pytest.mark.parametrize(("text", "keys"), [
    ("未投诉，请勿联系", {"do_not_contact"}),
    ("已投诉；拒绝营销", {"complaint", "do_not_contact"}),
    ("死亡，已销户", {"deceased", "closed"}),
])
def test_a_remark_may_say_several_things(text, keys):
    assert marks_in(text, "备注").keys() == keys


@pytest.mark.parametrize(("header", "text", "found"), [
    ("信用卡状态", "已注销", None), ("账户状态", "销户", None), ("配偶情况", "已故", None),
    ("状态", "销户", False), ("客户状态", "销户", True), ("状态", "已销户", True),
])
def test_the_name_of_the_column_says_what_it_is_about(header, text, found):
    told = next(iter(marks_in(text, header).values()), None)
    assert (told and told.certain) is found


@pytest.mark.parametrize(("text", "shown"), [
    ("不是误标，已核实死亡", "不是误标,已核实死亡"),
    ("家属称客户已去世", "家属称客户已去世"),
    ("王五称李四已故13812345678", "**称**已故***"),
    ("投诉：王五态度不好", "投诉:***"),
    ("张三丰的女儿李小红住在庐阳区长江中路，投诉手续费", "…***,投诉***"),
])
def test_a_finding_shows_the_remark_without_names_and_numbers(text, shown):
    assert [one.shown for one in marks_in(text, "备注").values()] == [shown]


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
                    (C.REMARK_DO_NOT_CONTACT, 3, "备注", "请勿电话联系"),
                    (C.REMARK_COMPLAINT, 4, "备注", "投诉客户")]


def test_what_is_doubtful_is_reported_and_changes_nothing(make_list, clean):
    frame, issues, _ = clean(remarked(
        make_list, ["不是已故，已核实", "是否已故，待核实", "好客户"]))
    assert "customer_type" not in frame.columns
    assert [(one.code, one.row, one.shown, one.action) for one in issues
            if one.code.startswith("remark")] == [
        (C.REMARK_DOUBTFUL, 3, "是否已故,待核实", Action.KEPT)]


def test_the_free_text_goes_nowhere(make_list, clean):
    frame, issues, _ = clean(remarked(make_list, ["投诉：王五态度不好"]))
    assert "备注" not in frame.columns
    assert [one.shown for one in issues if one.code.startswith("remark")] == ["投诉:***"]
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


def test_a_remark_without_end_is_read_piece_by_piece(monkeypatch):
    lengths = []
    real = remarks._doubtful
    monkeypatch.setattr(remarks, "_doubtful", lambda reading, before, after: lengths.append(
        len(before) + len(after)) or real(reading, before, after))
    told = remarks.marks_in("常来，" * 400 + "客户已故，" + "常来，" * 400, "备注")
    assert told["deceased"].certain
    assert told["deceased"].shown.startswith("…")
    assert max(lengths) <= 2 * remarks._NEAR
    assert remarks.marks_in("客户不再投诉", "备注") == {}
