"""Lists that could be mistaken for each other have names of their own."""

from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import ColumnMapping, RawTable, SourceRef
from branchseg.pipeline import ListSource, short_names, told_apart
from branchseg.pipeline.listnames import name_lists


def source(file, sheet="客户"):
    ref = SourceRef(file, "a" * 64, "xlsx", sheet, 1)
    log = IssueLog()
    log.add(IssueCode.BLANK_ROW, Action.SKIPPED, row=3, source=ref.label)
    return ListSource(RawTable(ref, (), (), (), [], None, log), ColumnMapping("f", ()))


def labels(files):
    return [[(one.raw.source.label, one.raw.issues.sources) for one in lists] for lists in files]


def test_files_of_one_name_are_numbered_with_their_findings():
    made = told_apart([[source("名单.xlsx"), source("名单.xlsx", "二")], [source("名单.xlsx")],
                       [source("别的.xlsx")], [source("名单.xlsx（2）")]])
    assert labels(made) == [
        [("名单.xlsx · 客户", ["名单.xlsx · 客户"]), ("名单.xlsx · 二", ["名单.xlsx · 二"])],
        [("名单.xlsx（2） · 客户", ["名单.xlsx（2） · 客户"])],
        [("别的.xlsx · 客户", ["别的.xlsx · 客户"])],
        [("名单.xlsx（2）（2） · 客户", ["名单.xlsx（2）（2） · 客户"])]]


def test_short_names_tell_lists_apart():
    refs = [SourceRef(file, "", "xlsx", sheet, 1) for file, sheet in (
        ("甲.xlsx", "一"), ("甲.xlsx", "二"), ("乙.xlsx", "一"))]
    assert short_names(refs[:2]) == ["一", "二"]
    assert short_names(refs[1:]) == ["甲.xlsx", "乙.xlsx"]
    assert short_names(refs) == ["甲.xlsx · 一", "甲.xlsx · 二", "乙.xlsx · 一"]
    assert short_names([SourceRef("甲.csv", "", "csv", "", 1)]) == ["甲.csv"]


def test_findings_name_the_list_they_count():
    log = IssueLog(shown=["3、9；表2：4、5", "表3：2", "（第 表2：21 行）", "看表2：是", "表9：1"])
    refs = [SourceRef("甲.xlsx", "", "xlsx", sheet, 1) for sheet in ("一", "理财", "三")]
    name_lists(log, refs[:1])
    assert log.shown[0] == "3、9；表2：4、5"
    name_lists(log, refs)
    assert log.shown == ["3、9；理财：4、5", "三：2", "（第 理财：21 行）", "看表2：是", "表9：1"]
