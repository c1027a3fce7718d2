"""What a name says beside who it is."""

import pytest

from branchseg.cleaning.names import NameTold, read_name
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
    ("某某商贸有限公司", NameTold("某某商贸有限公司", "单位客户", C.COMPANY_SUSPECT)),
    ("张三（个体工商户）", NameTold("张三（个体工商户）", "单位客户", C.COMPANY_SUSPECT)),
    ("城东五金店", NameTold("城东五金店", "单位客户", C.COMPANY_SUSPECT)),
    ("李", NameTold("李", "", C.NAME_ODD)),
    ("（", NameTold("", "", C.NAME_ODD)),
    ("123", NameTold("", "", C.NAME_ODD)),
    ("张*", NameTold("张*")),
    ("张三2", NameTold("张三2", "", C.NAME_ODD)),
    ("张三（VIP）", NameTold("张三（VIP）", "", C.NAME_ODD)),
])
def test_a_name_tells_more_than_a_name(name, found):
    assert read_name(name) == found


def test_marks_go_into_the_customer_type_and_are_reported(clean):
    frame, issues, _ = clean({
        "customer_id": list("ABCDE"),
        "name": ["张三", "（注销）李四", "某某商贸有限公司", "测试", None],
        "customer_type": ["个人", "个人", None, "个人", "个人"],
    })
    assert frame["customer_type"].to_list() == ["个人", "已注销", "单位客户", "测试户", "个人"]
    assert frame["name"].to_list()[:4] == ["张三", "李四", "某某商贸有限公司", "测试"]
    codes = [(issue.code, issue.row) for issue in issues if issue.field == "name"]
    assert sorted(codes) == [(C.COMPANY_SUSPECT, 4), (C.NAME_MARKED, 3), (C.NAME_MARKED, 5)]


def test_a_list_of_plain_names_gets_no_customer_type(clean):
    frame, issues, _ = clean({"customer_id": ["A"], "name": ["张三"]})
    assert "customer_type" not in frame
    assert not [issue for issue in issues if issue.field == "name"]
