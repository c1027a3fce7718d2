"""Recipes: what is taken over from the last list, and which changes are told."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg import cleaning, intake, pipeline
from branchseg.intake import match, recollect
from branchseg.model.raw import MatchKind, RawTable, SourceRef
from branchseg.model.recipe import Profile, Recipe
from branchseg.pipeline.recipes import doubted, drift

HEADERS = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM", "经办备注")
OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 30)


def people(count=40, aum=100_000.0, phones=1.0):
    return [(f"{at + 1:010}", "王小明", "13800001111" if at < phones * count else None,
             "2026-10-20", aum + at, None) for at in range(count)]


def listed(rows, headers=HEADERS, day=OCTOBER, file="十月名单.xlsx"):
    columns = tuple([row[place] for row in rows] for place in range(len(headers)))
    return RawTable(SourceRef(file, "", "xlsx", "Sheet1", 1), headers, (0.0,) * len(headers),
                    columns, list(range(2, 2 + len(rows))), day)


def source(table, remembered=None):
    return pipeline.ListSource(table, match(table, remembered))


def kept(table, mapping=None):
    """Recipes as the vault and an import in force give them."""
    one = pipeline.ListSource(table, mapping or match(table))
    batch = SimpleNamespace(summary=pipeline.profiles([[one]]), as_of=OCTOBER, in_force=True,
                            imported_at=datetime(2026, 11, 1, tzinfo=UTC))
    return pipeline.recipes({one.mapping.fingerprint: one.mapping}, [batch])


def recalled(table, recipes):
    base = recollect(table, {key: one.mapping for key, one in recipes.items()})
    return pipeline.recall([source(table, base)], recipes)


def texts(found):
    return [one.text for one in found.drifts]


BEFORE = listed(people())


def test_the_same_list_has_no_drift():
    found = recalled(BEFORE, kept(BEFORE))
    assert found.same
    assert texts(found) == []
    assert found.mapping == match(BEFORE)
    assert found.headline == ("与上次的“十月名单.xlsx”（2026-10-31）列名相同："
                              "5 列沿用上次的含义和单位，1 列不用。")


def test_the_next_list_like_it_has_no_drift():
    assert texts(recalled(listed(people(45), day=NOVEMBER), kept(BEFORE))) == []


def test_decisions_are_taken_over():
    decided = match(BEFORE).choose(4, "demand", 1e4).choose(5, "occupation")
    found = recalled(listed(people(), day=NOVEMBER), kept(BEFORE, decided))
    assert [(one.field, one.kind, one.unit) for one in found.mapping.columns[4:]] == [
        ("demand", MatchKind.REMEMBERED, 1e4), ("occupation", MatchKind.REMEMBERED, 1.0)]


@pytest.mark.parametrize(("rows", "told"), [
    (60, []), (61, ["上次 40 行，这次 61 行：请核对名单是否完整、是不是同一种。"]),
    (20, []), (19, ["上次 40 行，这次 19 行：请核对名单是否完整、是不是同一种。"]),
])
def test_a_change_of_more_than_half_the_rows_is_told(rows, told):
    found = recalled(listed(people(rows), day=NOVEMBER), kept(BEFORE))
    assert texts(found) == told
    assert found.mapping.doubtful == ()


@pytest.mark.parametrize(("phones", "doubted"), [(0.725, False), (0.7, True)])
def test_a_column_much_emptier_than_before_must_be_confirmed(phones, doubted):
    found = recalled(listed(people(phones=phones), day=NOVEMBER), kept(BEFORE))
    assert texts(found) == (["“手机号”上次 100% 的行有内容，这次只有 70%：请确认这一列。"]
                            if doubted else [])
    assert [one.reason for one in found.mapping.doubtful] == (
        ["recipe.doubt.known"] if doubted else [])


@pytest.mark.parametrize(("aum", "unit", "said"), [
    (10.0, 1e4, "从 10 万元变成 30 元"), (10_000_000.0, 1e-2, "")])
def test_amounts_a_hundred_times_off_are_asked_for_their_unit(aum, unit, said):
    found = recalled(listed(people(aum=aum), day=NOVEMBER), kept(BEFORE))
    assert len(found.drifts) == 1
    assert found.drifts[0].text.startswith("“时点AUM”的中位数")
    assert said in found.drifts[0].text
    (column,) = found.mapping.doubtful
    assert (column.field, column.reason) == ("aum_point", "recipe.doubt.unit")
    assert column.unit == (unit if unit >= 1 else 1.0)


def test_an_amount_less_than_a_hundred_times_off_is_not():
    assert texts(recalled(listed(people(aum=9_900_000.0), day=NOVEMBER), kept(BEFORE))) == []


@pytest.mark.parametrize("day", [OCTOBER, date(2026, 9, 30)])
def test_a_list_not_newer_than_the_last_is_told(day):
    found = recalled(listed(people(41), day=day), kept(BEFORE))
    assert texts(found) == [f"名单日期 {day}，不比上次的 2026-10-31 新。"]


def test_many_more_problems_of_a_kind_are_told():
    rows = [(*row[:2], "12345", *row[3:]) if at < 8 else row for at, row in enumerate(people())]
    found = recalled(listed(rows, day=NOVEMBER), kept(BEFORE))
    assert texts(found) == ["“电话号码不正确”的行上次占 0%，这次占 20%。"]


def test_other_headers_take_over_the_columns_in_common():
    decided = match(BEFORE).choose(5, "occupation")
    headers = ("客户评级", "客户号", "姓名", "手机号", "时点AUM", "经办备注")
    rows = [("A", row[0], row[1], row[2], row[4], row[5]) for row in people()]
    found = recalled(listed(rows, headers, NOVEMBER), kept(BEFORE, decided))
    assert not found.same
    assert found.headline.startswith("与上次的“十月名单.xlsx”（2026-10-31）列名相近")
    (told,) = texts(found)
    assert told == ("这份名单比上次的“十月名单.xlsx”（2026-10-31）少了“最近交易日”，"
                    "多了“客户评级”。")
    assert found.mapping.used["occupation"].kind is MatchKind.REMEMBERED


def test_a_renamed_column_must_be_confirmed():
    headers = ("客户号", "姓名", "联系电话", "最近交易日", "时点AUM", "经办备注")
    found = recalled(listed(people(), headers, NOVEMBER), kept(BEFORE))
    assert texts(found) == ["“手机号”改成了“联系电话”：都像“手机号”，请确认。"]
    (column,) = found.mapping.doubtful
    assert (column.index, column.reason) == (2, "recipe.doubt.name")


def test_another_order_is_told_and_does_no_harm():
    headers = ("姓名", "客户号", *HEADERS[2:])
    rows = [(row[1], row[0], *row[2:]) for row in people()]
    found = recalled(listed(rows, headers, NOVEMBER), kept(BEFORE))
    assert texts(found) == ["列的顺序与上次的“十月名单.xlsx”（2026-10-31）不同，含义按列名沿用。"]
    assert found.mapping.used["customer_id"].index == 1


def test_a_list_of_another_kind_recalls_nothing():
    headers = ("账号", "客户号", "产品代码", "到期日", "到期金额", "币种")
    table = listed([("1", "2", "3", "2026-12-01", 5.0, "人民币")], headers)
    assert recalled(table, kept(BEFORE)) is None
    assert recalled(BEFORE, {}) is None


def test_without_an_import_in_force_only_the_columns_are_known():
    mapping = match(BEFORE)
    found = recalled(listed(people(400, phones=0.0), day=NOVEMBER),
                     pipeline.recipes({mapping.fingerprint: mapping}, []))
    assert found.headline.startswith("与以前的一份名单列名相同")
    assert texts(found) == []


def test_an_import_taken_back_takes_its_profile_with_it():
    one = pipeline.ListSource(BEFORE, match(BEFORE))
    older, newer = (SimpleNamespace(summary=pipeline.profiles([[pipeline.ListSource(
        listed(people(), file=file), one.mapping)]]), as_of=day, in_force=True)
        for file, day in (("九月.xlsx", date(2026, 9, 30)), ("十月.xlsx", OCTOBER)))
    key = one.mapping.fingerprint
    assert pipeline.recipes({key: one.mapping}, [newer, older])[key].file_name == "十月.xlsx"
    newer.in_force = False
    assert pipeline.recipes({key: one.mapping}, [newer, older])[key].file_name == "九月.xlsx"
    older.summary = {}
    assert pipeline.recipes({key: one.mapping}, [newer, older])[key] == Recipe(one.mapping)


def test_a_long_list_is_looked_at_in_steps():
    made = cleaning.profile([listed(people(4_001))], match(BEFORE))
    assert made.rows == 4_001
    assert made.known["customer_id"] == 1.0
    assert made.medians == {"aum_point": 100_000.0}
    assert made.day == OCTOBER


def test_the_day_is_that_of_the_activity_where_no_title_tells_it():
    made = cleaning.profile([listed(people(), day=None)], match(BEFORE))
    assert made.day == date(2026, 10, 20)


def test_the_sheet_that_was_used_before_is_used_again(monkeypatch):
    small = listed(people(5))
    large = listed([(1,)] * 50, ("序号列",), file="十一月.xlsx")
    monkeypatch.setattr(intake, "read", lambda *_args, **_kw: [large, small])
    mapping = match(BEFORE)
    (chosen,) = pipeline.read_lists(Path("十一月.xlsx"),
                                    remembered={mapping.fingerprint: mapping})
    assert chosen.raw is small
    (chosen,) = pipeline.read_lists(Path("十一月.xlsx"))
    assert chosen.raw is large


@pytest.mark.parametrize(("headers", "found"), [
    (HEADERS[:3], True), (HEADERS[:2], False),
    ((*HEADERS, "甲", "乙", "丙", "丁", "戊", "己"), True),
    ((*HEADERS, "甲", "乙", "丙", "丁", "戊", "己", "庚"), False),
])
def test_half_of_all_names_in_common_is_alike(headers, found):
    mapping = match(BEFORE)
    table = listed([], headers)
    assert (recollect(table, {mapping.fingerprint: mapping}) is mapping) is found


def test_of_equally_like_mappings_the_newest_counts():
    one, two = match(listed(people(), (*HEADERS[:5], "甲"))), match(listed(people(), (
        *HEADERS[:5], "乙")))
    assert recollect(BEFORE, {"1": one, "2": two}) is two


def in_units(unit, rows=None, day=OCTOBER):
    """The list with what its fifth column states to be in."""
    table = listed(rows or people(), day=day)
    return replace(table, units=(*table.units[:4], unit, *table.units[5:]))


def test_lists_in_two_units_are_remembered_apart():
    """元 and 万元 in turn: each goes on as it was decided, whichever was imported last."""
    whole, tens = in_units(1.0), in_units(1e4, people(aum=10.0))
    decided = {1.0: match(whole).choose(4, "demand", 1.0).choose(5, "occupation"),
               1e4: match(tens).choose(4, "wealth", 1e4).choose(5, None)}
    assert decided[1.0].fingerprint != decided[1e4].fingerprint
    for order in ((1.0, 1e4), (1e4, 1.0)):
        kept_as = {decided[unit].fingerprint: decided[unit] for unit in order}
        for table, unit, field in ((whole, 1.0, "demand"), (tens, 1e4, "wealth")):
            again = match(table, recollect(table, kept_as))
            assert (again.columns[4].field, again.columns[4].unit) == (field, unit)


def test_each_sheet_of_a_file_goes_on_as_the_list_in_its_unit(monkeypatch):
    whole, tens = in_units(1.0), in_units(1e4, people(30, aum=10.0))
    decided = [match(whole).choose(4, "demand", 1.0), match(tens).choose(4, "wealth", 1e4)]
    monkeypatch.setattr(intake, "read", lambda *_args, **_kw: [whole, tens])
    found = pipeline.read_lists(Path("十一月.xlsx"),
                                remembered={one.fingerprint: one for one in decided})
    assert [(one.mapping.columns[4].field, one.mapping.columns[4].unit) for one in found] == [
        ("demand", 1.0), ("wealth", 1e4)]


def test_the_first_list_in_another_unit_is_told_and_takes_over_names_only():
    decided = match(in_units(1e4, people(aum=10.0))).choose(5, "occupation")
    recipes = {decided.fingerprint: Recipe(decided)}
    for table in (in_units(1.0), listed(people())):
        found = recalled(table, recipes)
        assert not found.same
        assert found.headline == "与以前的一份名单列名相同：含义沿用上次，单位按这份名单。"
        assert texts(found) == ["“时点AUM”上次的单位是万元，这次是元：按元读入。"]
        assert (found.mapping.columns[4].unit, found.mapping.columns[5].field) == (
            1.0, "occupation")


def test_what_an_earlier_version_remembered_by_headers_alone_goes_on():
    table = in_units(1e4, people(aum=10.0))
    before = replace(match(table).choose(5, "occupation"),
                     fingerprint=intake.fingerprint(table.headers))
    found = recalled(table, {before.fingerprint: Recipe(before)})
    assert (found.same, texts(found)) == (True, [])
    assert (found.mapping.columns[4].unit, found.mapping.columns[5].field) == (1e4, "occupation")


ROWS = st.lists(st.tuples(
    st.integers(1, 10**6).map("{:010}".format), st.sampled_from(["王小明", None, "李*"]),
    st.sampled_from(["13800001111", "123", None, "-"]),
    st.sampled_from(["2026-10-20", "2026-13-45", None]),
    st.one_of(st.none(), st.floats(-1e6, 1e9), st.just("约30万")), st.none()),
    min_size=1, max_size=30)


@given(ROWS, st.sampled_from([None, OCTOBER]))
def test_the_profile_of_the_same_list_has_no_drift(rows, day):
    table = listed(rows, day=day)
    mapping = match(table)
    one, two = (cleaning.profile([table], mapping) for _ in range(2))
    assert drift(one, two, mapping) == ()
    assert Profile.from_json(one.as_json()) == one
    assert all(0.0 <= share <= 1.0 for share in one.known.values())
    assert one.rows == len(rows)


@given(ROWS, ROWS)
def test_drift_puts_only_its_own_columns_in_doubt(before, after):
    old, new = listed(before), listed(after, day=NOVEMBER)
    mapping = match(new)
    drifts = drift(cleaning.profile([old], match(old)), cleaning.profile([new], mapping), mapping)
    result = doubted(mapping, drifts)
    touched = {one.column for one in drifts if one.column is not None}
    for was, now in zip(mapping.columns, result.columns, strict=True):
        assert (now == was) or (now.doubtful and now.index in touched)
    assert touched <= {one.index for one in result.doubtful}
