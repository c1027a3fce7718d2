"""A second sheet with a part of the accounts: what its balance is taken for, and what is said."""

from datetime import date

import pytest
from hand import click, idle, read
from openpyxl import Workbook

from branchseg.model.fields import FIELDS
from ui.pages.imports.page import Step

HEAD = ("客户号", "姓名", "月日均AUM", "活期余额", "定期余额", "最近交易日")
PEOPLE = 12


@pytest.fixture
def page(imports_page, monkeypatch):
    monkeypatch.setattr(imports_page.session, "clock", lambda: date(2026, 12, 31))
    return imports_page


def write(path, sheet, head, rows, day="2026-10-31"):
    book = Workbook()
    book.active.title = sheet
    for row in ([f"数据日期：{day}"], head, *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def number(at):
    return f"{at + 1:010}"


def customers(path):
    """The list of customers: 91 万 on average, of it 14 万 demand and 20 万 time deposit."""
    return write(path / "客户.xlsx", "客户", HEAD,
                 [(number(at), "王小明", 910_000.0, 140_000.0, 200_000.0, "2026-10-20")
                  for at in range(PEOPLE)])


def accounts(path, sheet="定期理财账户", products=("定期", "理财"), day="2026-11-15"):
    """The accounts of the same people, one of each product."""
    return write(path / "账户.xlsx", sheet, ("客户号", "产品", "余额"),
                 [(number(at), product, 50_000.0 + at) for at in range(PEOPLE)
                  for product in products], day)


def save(qtbot, page, path):
    read(qtbot, page, path)
    click(qtbot, page, page.foot.next)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE


def balance(page):
    """The buttons of the column in doubt, and the field now."""
    (match,) = [one for one in page.mapping.groups[0].mapping.columns if one.header == "余额"]
    row = page.mapping.table._rows[match.index]
    return match, [each.text() for each in (row.suggest, row.other) if each is not None]


@pytest.mark.parametrize(("sheet", "products", "captions", "field"), [
    ("定期理财账户", ("定期", "理财"), ["不导入这一列"], None),
    ("账户", ("定期",), ["就是“定期余额”"], "time_deposit"),
    ("账户", ("理财",), ["就是“理财余额”"], "wealth"),
    ("账户", ("活期", "定期", "理财"), ["全部资产", "一部分"], "aum_point"),
])
def test_the_balance_is_asked_in_words(qtbot, page, tmp_path, sheet, products, captions, field):
    read(qtbot, page, accounts(tmp_path, sheet, products))
    assert balance(page)[1] == captions
    assert not page.foot.next.isEnabled()
    page.mapping._accept()
    match, _ = balance(page)
    assert match.doubtful is (len(products) > 1), "only one kind is accepted with all the others"
    if match.doubtful:
        click(qtbot, page, page.mapping.table.suggestion(match.index))
    assert balance(page)[0].field == field
    assert page.foot.next.isEnabled()


def test_only_a_part_is_not_imported(qtbot, page, tmp_path):
    read(qtbot, page, accounts(tmp_path, "账户", ("活期", "定期")))
    match, _ = balance(page)
    click(qtbot, page, page.mapping.table._rows[match.index].other)
    assert balance(page)[0].unused


def test_a_part_taken_for_all_is_told_and_one_click_goes_back(qtbot, page, tmp_path):
    save(qtbot, page, customers(tmp_path))
    read(qtbot, page, accounts(tmp_path))
    match, _ = balance(page)
    page.mapping._decided(match.index, "aum_point", 1.0)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.ISSUES
    assert page.banner.text == (
        "12 户的资产会变成比已知的活期、定期、理财等之和还少，12 户的资产会不到原来的一半。"
        "钱确实转走了的，直接完成导入；这份名单只有部分账户的，请返回“核对列”，"
        "把“余额”改为它实际的那一类余额"
        f"（如“{FIELDS['time_deposit'].label}”），不止一类就选“不导入”。")
    (back,) = page.banner._buttons
    assert back.text() == "返回核对列"
    click(qtbot, page, back)
    assert page.step is Step.MAPPING
    page.mapping._decided(match.index, None, 1.0)
    click(qtbot, page, page.foot.next)
    assert not page.banner.isVisible()


def test_whoever_goes_on_keeps_the_monthly_average(qtbot, page, tmp_path):
    save(qtbot, page, customers(tmp_path))
    read(qtbot, page, accounts(tmp_path))
    page.mapping._decided(balance(page)[0].index, "aum_point", 1.0)
    click(qtbot, page, page.foot.next)
    before = page._flow.checked.result.results
    click(qtbot, page, page.foot.next)
    idle(qtbot, page.session)
    for results in (before, page.session.result.results):
        assert results["aum"].tolist() == [910_000.0] * PEOPLE
        assert results["aum_basis"].tolist() == ["aum_month_avg"] * PEOPLE
    frame = page.session.result.table.frame
    assert frame["aum_point"].notna().all()
    assert set(frame["aum_date"].dt.date) == {date(2026, 10, 31)}


def test_an_average_more_than_a_month_old_is_said_to_go(qtbot, page, tmp_path):
    save(qtbot, page, customers(tmp_path))
    read(qtbot, page, accounts(tmp_path, day="2026-12-02"))
    page.mapping._decided(balance(page)[0].index, "aum_point", 1.0)
    click(qtbot, page, page.foot.next)
    assert page.banner.text.endswith(
        "12 户原有的月日均AUM比这份名单早一个多月，导入后不再使用，层级改按这份名单的资产。")
