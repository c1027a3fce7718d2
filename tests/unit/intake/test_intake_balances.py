"""A bare "余额": what it is suggested to be follows the products and the name of the sheet."""

from __future__ import annotations

import pytest

from branchseg.intake import match
from branchseg.intake.vocabulary import vocabulary
from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import RawTable, SourceRef

KIND, PART, ASK = "intake.match.kind", "intake.match.part", "intake.match.whole_or_part"


def balance(sheet="Sheet1", products=(), *, file="导出.xlsx", header="余额", product="产品"):
    """What the balance of a list of accounts is taken for, and why it is asked."""
    count = max(len(products), 1)
    names = (product,) if products else ()
    columns = ([f"{number:010}" for number in range(count)], *([list(products)] if names else ()),
               [1000.0 + number for number in range(count)])
    table = RawTable(SourceRef(file, "", "xlsx", sheet, 1), ("客户号", *names, header),
                     (0.0,) * len(columns), columns, list(range(2, count + 2)), None, IssueLog())
    mapping = match(table)
    (column,) = [one for one in mapping.columns if one.header == header]
    assert column.doubtful, "a person is asked whatever it looks like"
    return column.field, column.reason


@pytest.mark.parametrize(("sheet", "products", "field", "reason"), [
    # the products tell
    ("Sheet1", ("定期", "定期存款", "大额存单"), "time_deposit", KIND),
    ("Sheet1", ("理财", "理财"), "wealth", KIND),
    ("定期理财账户", ("定期", "定期"), "time_deposit", KIND),
    ("Sheet1", ("定期", "理财"), None, PART),
    ("Sheet1", ("贷款",), "loan", KIND),
    # the name tells
    ("定期账户", (), "time_deposit", KIND),
    ("理财明细", ("稳健3号", "增利"), "wealth", KIND),
    ("存款账户", (), "deposit", KIND),
    ("定期理财账户", (), None, PART),
    ("定期理财账户", ("定期", "稳健3号"), None, PART),
    # nobody knows, or these may be all accounts
    ("Sheet1", (), "aum_point", ASK),
    ("Sheet1", ("稳健3号",), "aum_point", ASK),
    ("Sheet1", ("定期", "稳健3号"), "aum_point", ASK),
    ("Sheet1", ("活期", "定期", "理财"), "aum_point", ASK),
    ("理财客户名单", (), "aum_point", ASK),
    ("定期以外的资产", (), "aum_point", ASK),
])
def test_a_bare_balance_follows_products_and_sheet(sheet, products, field, reason):
    assert balance(sheet, products) == (field, reason)
    assert text(reason).endswith("。")


def test_the_file_speaks_where_the_sheet_does_not():
    assert balance("", file="定期到期名单.csv") == ("time_deposit", KIND)
    assert balance("活期", file="定期到期名单.xlsx") == ("demand", KIND)


def test_other_names_of_balance_and_product():
    assert balance(products=("定期",), header="账户余额(元)", product="储种")[0] == "time_deposit"
    assert balance(products=("理财",), product="产品编号") == ("aum_point", ASK)


def test_assets_are_no_bare_balance():
    assert balance("定期理财账户", header="资产") == ("aum_point", "intake.match.weak")


def test_accepting_everything_never_takes_a_part_for_all():
    table = RawTable(SourceRef("a.xlsx", "", "xlsx", "定期理财账户", 1), ("客户号", "余额"),
                     (0.0, 0.0), (["1"], [5.0]), [2], None, IssueLog())
    assert match(table).accept().used.keys() == {"customer_id"}


def test_every_kind_is_a_balance():
    assert {FIELDS[key].unit for key in vocabulary().kinds} == {"元"}
