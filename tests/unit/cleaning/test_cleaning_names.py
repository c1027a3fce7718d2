"""What a name says beside who it is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from branchseg.cleaning.choices import choices
from branchseg.cleaning.names import NameTold, read_name, told_by_names
from branchseg.model.issues import Action
from branchseg.model.issues import IssueCode as C


@pytest.mark.parametrize(("name", "found"), [
    ("张三", NameTold("张三")),
    ("欧阳文博", NameTold("欧阳文博")),
    ("阿卜杜拉·买买提", NameTold("阿卜杜拉·买买提")),
    ("Johannes Testa", NameTold("Johannes Testa")),
    ("（注销）张三", NameTold("张三", "已注销", C.NAME_MARKED)),
    ("张三(已销户)", NameTold("张三", "已注销", C.NAME_MARKED)),
    ("张三（已故）", NameTold("张三", "已故", C.NAME_MARKED)),
    ("张三 已故", NameTold("张三 已故", "已故", C.NAME_MARKED)),
    ("（已故）", NameTold("（已故）", "已故", C.NAME_MARKED)),
    ("测试01", NameTold("测试01", "测试户", C.NAME_MARKED)),
    ("TEST", NameTold("TEST", "测试户", C.NAME_MARKED)),
    ("test user", NameTold("test user", "测试户", C.NAME_MARKED)),
    ("某某商贸有限公司", NameTold("某某商贸有限公司", "单位客户", C.NAME_MARKED)),
    ("杭州（萧山）贸易有限公司", NameTold("杭州（萧山）贸易有限公司", "单位客户", C.NAME_MARKED)),
    ("张三（个体工商户）", NameTold("张三（个体工商户）", "单位客户", C.NAME_MARKED)),
    ("城东五金店", NameTold("城东五金店", "单位客户", C.NAME_MARKED)),
    ("萧山第一中学", NameTold("萧山第一中学", "单位客户", C.NAME_MARKED)),
    ("周秀兰先生", NameTold("周秀兰", "", C.NAME_TITLED)),
    ("张三女士", NameTold("张三", "", C.NAME_TITLED)),
    ("王芳 小姐", NameTold("王芳", "", C.NAME_TITLED)),
    ("欧阳娜娜老师", NameTold("欧阳娜娜", "", C.NAME_TITLED)),
    ("阿卜杜拉·买买提先生", NameTold("阿卜杜拉·买买提", "", C.NAME_TITLED)),
    ("周秀兰太太（已故）", NameTold("周秀兰", "已故", C.NAME_MARKED)),
    ("李先生", NameTold("李先生", "", C.NAME_SURNAME)),
    ("欧阳女士", NameTold("欧阳女士", "", C.NAME_SURNAME)),
    ("李先生（已故）", NameTold("李先生", "已故", C.NAME_MARKED)),
    ("先生", NameTold("先生", "", None)), ("太太", NameTold("太太", "", None)),
    ("王先", NameTold("王先", "", None)), ("李先生明", NameTold("李先生明", "", None)),
    ("张女", NameTold("张女", "", None)), ("王老师傅", NameTold("王老师傅", "", None)),
    ("张三1先生", NameTold("张三1先生", "", C.NAME_ODD)),
    ("李", NameTold("李", "", C.NAME_ODD)),
    ("（", NameTold("", "", C.NAME_ODD)),
    ("123", NameTold("", "", C.NAME_ODD)),
    ("张*", NameTold("张*")),
    ("张三2", NameTold("张三2", "", C.NAME_ODD)),
    ("张三（VIP）", NameTold("张三（VIP）", "", C.NAME_ODD)),
])
def test_a_name_tells_more_than_a_name(name, found):
    assert read_name(name) == found


@pytest.mark.parametrize("name", [
    "张大学", "刘中学", "李店", "王厂", "赵工会", "陈集团", "钱小学", "田公司",
    "公司田", "张测试", "孙农场", "吴Demo", "周大伟(小店)", "王芳（公司员工）",
    "王芳（测试工程师）", "李注销", "城东五金公司员工", "某某有限公司职工王芳",
    "张三（某某有限公司）", "阿卜杜拉·大学",
])
def test_a_name_that_is_only_suspect_is_reported_and_marks_nobody(clean, name):
    assert read_name(name) == NameTold(name, "", C.COMPANY_SUSPECT)
    frame, issues, _ = clean({"customer_id": ["A"], "name": [name]})
    assert "customer_type" not in frame
    assert [issue.code for issue in issues if issue.field == "name"] == [C.COMPANY_SUSPECT]


def test_marks_go_into_the_customer_type_and_are_reported(clean):
    frame, issues, _ = clean({
        "customer_id": list("ABCDE"),
        "name": ["张三", "（注销）李四", "某某商贸有限公司", "测试", "王五"],
        "customer_type": ["个人", "个人", None, "个人", "个人"],
    })
    assert frame["customer_type"].to_list() == ["个人", "已注销", "单位客户", "测试户", "个人"]
    assert frame["name"].to_list()[:4] == ["张三", "李四", "某某商贸有限公司", "测试"]
    codes = [(issue.code, issue.row) for issue in issues if issue.field == "name"]
    assert sorted(codes) == [(C.NAME_MARKED, 3), (C.NAME_MARKED, 4), (C.NAME_MARKED, 5)]


def test_a_title_behind_a_name_is_taken_off_and_said(clean):
    frame, issues, _ = clean({
        "customer_id": list("ABC"), "name": ["周秀兰先生", "李先生", "张三"]})
    assert frame["name"].to_list() == ["周秀兰", "李先生", "张三"]
    assert [(issue.code, issue.action, issue.row) for issue in issues
            if issue.field == "name"] == [
        (C.NAME_TITLED, Action.FIXED, 2), (C.NAME_SURNAME, Action.KEPT, 3)]


def test_a_list_of_plain_names_gets_no_customer_type(clean):
    frame, issues, _ = clean({"customer_id": ["A"], "name": ["张三"]})
    assert "customer_type" not in frame
    assert not [issue for issue in issues if issue.field == "name"]


_WORDS = [word for group in (*choices().name_marks.values(), *choices().company_names.values())
          for word in group]
_PARTS = st.sampled_from(["张", "三", "先生", "·", "*", "1", "（", "）", " ", "Demo", "\n",
                          *_WORDS])


@given(st.sets(st.lists(_PARTS, min_size=1, max_size=4).map("".join)))
@example({"张三", "张\n三", "注销张三", "李"})
def test_many_names_at_once_tell_what_each_tells(names: set[str]) -> None:
    alone = {name: read_name(name) for name in names}
    assert told_by_names(names) == {name: told for name, told in alone.items() if told.code}
