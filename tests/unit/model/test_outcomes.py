"""The table of outcomes that paper and form share."""

from branchseg.model.outcomes import outcomes


def test_results_are_one_digit_each_and_keep_their_codes():
    table = outcomes()
    assert [(one.code, one.label) for one in table.results] == [
        (1, "已接通"), (2, "未接"), (3, "已约"), (4, "已面谈"), (5, "无意向"), (6, "号码错误"),
        (7, "拒绝再联系")]
    assert [one.code for one in table.results if one.refuses] == [7]
    assert [one.code for one in table.results if one.unreachable] == [6]
    assert {one.code: one.next_days for one in table.results if one.next_days} == {2: 1, 3: 1}


def test_a_code_that_was_given_up_is_named_by_its_number():
    assert outcomes().result(9).label == "9"
    assert outcomes().result(7).label == "拒绝再联系"


def test_choices_have_ids_and_labels_of_their_own():
    table = outcomes()
    for choices in (table.needs, table.fund_plans, table.products):
        assert len({one.id for one in choices}) == len({one.label for one in choices})
        assert len(choices) >= 6
