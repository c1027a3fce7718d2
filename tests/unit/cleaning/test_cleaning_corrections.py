"""What a person changes by hand before cleaning."""

from branchseg.cleaning import corrected
from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.raw import Corrections


def test_cells_are_replaced_rows_left_out_and_both_said(make_list):
    table, mapping = make_list(
        {"customer_id": ["A", "B", "C"], "name": ["王小明", "李", "张三"],
         "demand": ["??", 2.0, 3.0]})
    log = IssueLog()
    changes = Corrections().put(2, {1: "欧阳娜娜", 2: "1.5万"}).put(3, {2: ""}).exclude(4)
    after = corrected(table, mapping, changes, log)
    assert after.rows == [2, 3]
    assert after.columns == (["A", "B"], ["欧阳娜娜", "李"], ["1.5万", None])
    assert table.columns[2] == ["??", 2.0, 3.0]
    assert [(i.code, i.row, i.field, i.shown, i.action) for i in log] == [
        (IssueCode.CORRECTED, 2, "name", "欧阳**", Action.FIXED),
        (IssueCode.CORRECTED, 2, "demand", "1.5万", Action.FIXED),
        (IssueCode.CORRECTED, 3, "demand", "", Action.FIXED),
        (IssueCode.ROW_EXCLUDED, 4, "", "", Action.SKIPPED),
    ]


def test_without_corrections_it_is_the_same_table(make_list):
    table, mapping = make_list({"customer_id": ["A"]})
    log = IssueLog()
    assert corrected(table, mapping, Corrections(), log) is table
    assert not len(log)


def test_rows_the_list_does_not_have_and_excluded_ones_are_ignored(make_list):
    table, mapping = make_list({"customer_id": ["A", "B"]})
    log = IssueLog()
    changes = Corrections().put(99, {0: "X"}).exclude(98).put(3, {0: "Y"}).exclude(3)
    assert corrected(table, mapping, changes, log).columns == (["A"],)
    assert log.codes == [IssueCode.ROW_EXCLUDED]
