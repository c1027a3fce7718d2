"""The next list like the last one: one click, or what no longer fits, with real clicks."""

import pytest
from hand import LEFT, click, read
from openpyxl import Workbook

from ui.pages.imports.page import Step

HEAD = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM", "产品名称")


@pytest.fixture
def page(imports_page):
    return imports_page


def write(path, day, head=HEAD, factor=1.0, seen=20):
    book = Workbook()
    book.active.append([f"数据日期：{day}"])
    book.active.append(list(head))
    for at in range(1, 21):
        row = {"客户号": f"{at:010}", "姓名": "王小明", "手机号": f"138{at:08}",
               "联系电话": f"138{at:08}", "内部代码": "A", "产品名称": "月月盈",
               "最近交易日": "2026-10-20" if at <= seen else None,
               "时点AUM": (100_000.0 + at) * factor}
        book.active.append([row[name] for name in head])
    book.save(path)
    return path


@pytest.fixture
def october(qtbot, page, tmp_path):
    """A list imported with 产品名称 decided; the page is ready for the next one."""
    read(qtbot, page, write(tmp_path / "十月名单.xlsx", "2026-10-30"))
    assert not page.mapping.recipe.isVisible()
    (doubt,) = page.mapping.groups[0].mapping.doubtful
    qtbot.mouseClick(page.mapping.table.suggestion(doubt.index), LEFT)
    click(qtbot, page, page.foot.next)
    click(qtbot, page, page.foot.next)
    assert page.step is Step.DONE
    qtbot.mouseClick(page.done.again, LEFT)
    return page


def test_one_click_goes_on_as_before(qtbot, october, tmp_path):
    page = october
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31"))
    strip = page.mapping.recipe
    assert strip.isVisible()
    assert strip.text == ("与上次的“十月名单.xlsx”（2026-10-30）列名相同："
                          "6 列沿用上次的含义和单位。")
    assert strip.apply.isEnabled()
    click(qtbot, page, strip.apply)
    assert page.step is Step.ISSUES
    assert page._flow.checked.prepared.table.frame["maturity_product"].notna().all()
    assert len(page.session.vault.batches()) == 1  # nothing is saved yet


def test_another_unit_is_told_and_must_be_decided(qtbot, october, tmp_path):
    page = october
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31", factor=1e-4))
    strip = page.mapping.recipe
    assert "“时点AUM”的中位数从 10 万元变成 10 元：可能是单位不同，请确认。" in strip.text
    assert not strip.apply.isEnabled()
    assert page.foot.text == "还有 1 列请选择含义"
    (doubt,) = page.mapping.groups[0].mapping.doubtful
    suggestion = page.mapping.table.suggestion(doubt.index)
    assert suggestion.text() == "是万元"
    qtbot.mouseClick(suggestion, LEFT)
    assert page.mapping.groups[0].mapping.used["aum_point"].unit == 1e4
    assert strip.apply.isEnabled()
    click(qtbot, page, strip.apply)
    assert page.step is Step.ISSUES


def test_an_emptied_column_must_be_decided(qtbot, october, tmp_path):
    page = october
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31", seen=5))
    assert "“最近交易日”上次 100% 的行有内容，这次只有 25%" in page.mapping.recipe.text
    (doubt,) = page.mapping.groups[0].mapping.doubtful
    assert page.mapping.table.suggestion(doubt.index).text() == "就是“最近交易日”"


def test_other_columns_are_told_and_the_common_ones_taken_over(qtbot, october, tmp_path):
    page = october
    head = ("客户号", "姓名", "联系电话", "时点AUM", "产品名称", "内部代码")
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31", head))
    strip, mapping = page.mapping.recipe, page.mapping.groups[0].mapping
    assert ("“手机号”改成了“联系电话”：都像“手机号”，请确认。\n这份名单比上次的“十月名单.xlsx”"
            "（2026-10-30）少了“最近交易日”，多了“内部代码”。") in strip.text
    assert not strip.apply.isVisible()
    assert mapping.used["maturity_product"].header == "产品名称"
    assert [one.header for one in mapping.doubtful] == ["联系电话"]


def test_a_unit_stated_beats_the_last_one_and_is_told(qtbot, october, tmp_path):
    page = october
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31 单位：万元", factor=1e-4))
    assert page.mapping.recipe.text == (
        "与上次的“十月名单.xlsx”（2026-10-30）列名相同：含义沿用上次，单位按这份名单。\n"
        "“时点AUM”上次的单位是元，这次是万元：按万元读入。")
    assert page.mapping.groups[0].mapping.used["aum_point"].unit == 1e4
    assert page.foot.next.isEnabled()


def test_an_import_taken_back_leaves_nothing_to_go_on_from(qtbot, october, tmp_path):
    page = october
    page.session.vault.undo_batch(1, undone_at=page.session.vault.batches()[0].imported_at)
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31", factor=1e-4))
    assert not page.mapping.recipe.isVisible()
    assert page.foot.text == "还有 1 列请选择含义"

def test_in_a_low_window_one_change_is_told_and_the_others_counted(qtbot, october, tmp_path):
    page = october
    read(qtbot, page, write(tmp_path / "新名单.xlsx", "2026-10-31", factor=1e-4, seen=5))
    strip = page.mapping.recipe
    assert len(strip.text.splitlines()) == 3
    page.resize(820, 420)
    assert strip.text.splitlines()[-1] == "另有 1 处不同。"
    assert "时点AUM" in strip._text.toolTip()
    page.resize(1130, 620)
    assert len(strip.text.splitlines()) == 3
