"""What is bound to an own segment becomes work: the same gates, the same days, a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from plan_customers import MONDAY, RULES, prepared

from branchseg import pipeline
from branchseg.pipeline import ownsegments
from branchseg.pipeline.ownsegments import STAFF_TAG, Calling, Crowd
from branchseg.store.keys import Argon2Cost
from branchseg.store.records import OwnSegment
from branchseg.store.vault import Vault

REVIEW, CARD, ROUTINE = "asset_review", "credit_card", "routine_care"
CARDLESS = {"all": [{"field": "age_years", "op": "ge", "value": 60.0}]}


def person(**values):
    return {"name": "王芳", "age": 50, "aum_point": 60_000, "last_txn": "2026-11-01",
            "consent": True, "risk_level": "C3", "risk_date": "2026-06-01", **values}


def sorted_with(rows, *segments, tagged=None, ruleset=RULES):
    return pipeline.evaluate(prepared(rows), ruleset, calling=Calling(segments, tagged or {}))


def old(action, name="长者"):
    return OwnSegment(name, CARDLESS, action=action)


def reason(result, position, action):
    found = {one.action_id: one.why for one in pipeline.explain(result, position).advice}
    return found.get(action)


def actions(result):
    return [set(one.split(";")) if isinstance(one, str) else set()
            for one in result.results["actions"]]


def test_members_get_the_bound_action_and_the_sheet_says_why():
    rows = [person(age=70), person(age=59)]
    plain = pipeline.evaluate(prepared(rows), RULES)
    result = sorted_with(rows, old(REVIEW))
    assert not any(REVIEW in one for one in actions(plain))
    assert [REVIEW in one for one in actions(result)] == [True, False]
    assert reason(result, 0, REVIEW) == "属于自建客群“长者”"
    assert reason(result, 1, REVIEW) is None
    plan = {one.customer_id: one for one in pipeline.day_plan(result)}
    assert plan["C0"].action_id == REVIEW
    assert plan["C0"].due == MONDAY
    assert result.results.loc[1].equals(plain.results.loc[1])


def test_the_plan_gives_no_day_more_than_it_holds():
    ruleset = RULES.with_parameters({"visits_a_day": 1, "calls_a_day": 1})
    result = sorted_with([person(age=70) for _ in range(3)], old(REVIEW), ruleset=ruleset)
    assert [one.due - MONDAY for one in pipeline.day_plan(result)] == [
        timedelta(days=days) for days in range(3)]


def test_who_refused_is_put_aside_or_little_known_is_not_sold_to():
    rows = [person(age=70), person(age=70, do_not_contact=True),
            person(age=70, aum_point=5, last_txn="2020-01-01"),
            {"name": "王芳", "age": 70, "consent": True}]
    result = sorted_with(rows, old("product_gap"), old(REVIEW, "长者二"))
    status = result.results["status"].tolist()
    assert status[2:] == ["invalid", "unverified"]
    assert [REVIEW in one for one in actions(result)] == [True, False, False, True]
    called = [bool(one & {"product_gap", "risk_retest", "elder_note"}) for one in actions(result)]
    assert not any(called[1:])


def test_without_a_valid_rating_the_gate_puts_a_service_in_its_place_and_names_the_segment():
    result = sorted_with([person(age=70, risk_date="2020-01-01")], old("growth_talk"))
    [found] = actions(result)
    assert "growth_talk" not in found
    told = [reason(result, 0, one) for one in sorted(found)]
    [why] = [one for one in told if "属于自建客群“长者”" in one]
    assert "风评已过期" in why


def test_every_action_of_the_matrix_can_be_bound():
    """Also those that speak of a maturity or birthday nobody has."""
    rows = [person(age=70), person(age=70, maturity_date="2026-12-20", maturity_amount=9e5)]
    result = sorted_with(rows, *(old(one, one) for one in RULES.actions.labels))
    for position, found in enumerate(actions(result)):
        told = [one.action_id for one in pipeline.explain(result, position).advice]
        assert set(told) == found
        assert len(found) > 20
    assert len(pipeline.day_plan(result)) == len(rows)


def test_an_action_the_rules_call_for_themselves_is_not_there_twice():
    rows = [person(age=70, aum_point=300_000)]
    plain = pipeline.evaluate(prepared(rows), RULES)
    own = plain.results["actions"].iloc[0].split(";")
    result = sorted_with(rows, *(old(one, one) for one in own))
    assert result.results["actions"].iloc[0].split(";") == own
    assert "属于自建客群" in reason(result, 0, own[0])


def test_a_segment_asks_what_the_rules_alone_would_do_next():
    rows = [person(age=70)]
    first = pipeline.evaluate(prepared(rows), RULES).results["next_action"].iloc[0]
    tree = {"field": "next_action", "op": "in", "value": [first]}
    segment = OwnSegment("下一步如此", tree, action="retain_leaving")
    result = sorted_with(rows, segment)
    assert result.results["next_action"].tolist() == ["retain_leaving"]
    assert ownsegments.members(Crowd(result, {}), segment).tolist() == [True]
    again = pipeline.reassess(result)
    assert again.results.equals(result.results)


def test_a_lost_action_or_condition_calls_for_nothing():
    rows = [person(age=70)]
    plain = pipeline.evaluate(prepared(rows), RULES)
    broken = OwnSegment("坏", {"field": "no_such", "op": "ge", "value": 1.0}, action=REVIEW)
    result = sorted_with(rows, old("no_such_action"), broken)
    assert result.calls == ()
    assert result.results.equals(plain.results)


def test_the_quality_says_how_many_are_served():
    rows = [person(age=70), person(age=70, do_not_contact=True),
            person(age=70, aum_prev_month_end=10_000, aum_prev_month_avg=60_000), person()]
    spec = ownsegments.load(RULES)
    segment = old(REVIEW)

    def point(result, asked=segment):
        [found] = [one for one in ownsegments.quality(Crowd(result, {}), asked, spec, None)
                   if one.label == "动作"]
        return found

    assert point(sorted_with(rows, segment)).sentence == (
        "对应动作：资产检视。1 户下一步就做这项，1 户先做别的、这项排在后面，"
        "1 户不做（拒绝联系、适当性不符、没有姓名或情况不明）。")
    assert point(sorted_with(rows)).sentence == (
        "对应动作：资产检视。保存后按它给客群里的客户排任务。")
    refused = sorted_with(rows[1:2], segment)
    assert (point(refused).word, point(refused).tone) == ("没有任务", "warn")


# --- whom one belongs to ---


def test_one_customer_is_told_each_segment_and_the_conditions_met():
    tree = {"any": [{"field": "age_years", "op": "ge", "value": 60.0},
                    {"field": "aum", "op": "ge", "value": 50_000.0},
                    {"not": {"field": "gender", "op": "in", "value": ["男"]}},
                    {"field": STAFF_TAG + "爱跑步", "op": "is_true"}]}
    segments = [OwnSegment("一", tree, action=REVIEW), OwnSegment("二", None, ("C1",)),
                OwnSegment("三", {"field": "age_years", "op": "lt", "value": 40.0}),
                OwnSegment("四", {"field": "no_such", "op": "ge", "value": 1.0})]
    crowd = Crowd(sorted_with([person(age=50, gender="女"), person(age=70, aum_point=10_000)]),
                  {"爱跑步": ("C0",)})
    [first] = ownsegments.belonging(crowd, segments, 0)
    assert first == ("一", "资产 6 万元，满 5 万元；性别 女，不属于男；爱跑步：是", "资产检视")
    assert ownsegments.belonging(crowd, segments, 1) == [
        ("一", "年龄 70 岁，满 60 岁", "资产检视"), ("二", "在固定名单上", "")]


def test_the_vault_says_what_is_called_for(tmp_path):
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with Vault.create(tmp_path, "correct horse battery", Argon2Cost(8, 1, 1)) as vault:
        assert ownsegments.calling(vault) is None
        vault.keep_own_segment(old(""), at=noon)
        assert ownsegments.calling(vault) is None
        vault.keep_own_segment(old(REVIEW, "二"), at=noon)
        found = ownsegments.calling(vault)
        assert [one.name for one in found.segments] == ["二"]
        vault.set_tags("C1", ["爱跑步"], at=noon)
        assert ownsegments.calling(vault) == found
        tagged = {"not": {"field": STAFF_TAG + "爱跑步", "op": "is_true"}}
        vault.keep_own_segment(OwnSegment("三", tagged, action=REVIEW), at=noon)
        before = ownsegments.calling(vault)
        assert before.tagged == {"爱跑步": ("C1",)}
        vault.set_tags("C2", ["爱跑步"], at=noon)
        assert ownsegments.calling(vault) != before


@pytest.mark.parametrize("rows", [0, 1])
def test_no_customers_no_trouble(rows):
    assert sorted_with([person()] * rows, old(REVIEW)).calls == ()


def test_what_is_only_for_invalid_customers_is_not_offered():
    offered = ownsegments.bindable(RULES)
    invalid = {"deceased_note", "aside_note", "lobby_verify"}
    assert RULES.actions.labels.keys() - offered.keys() == invalid
    assert offered[REVIEW] == RULES.actions.labels[REVIEW]
    assert "aside_note" in ownsegments.bindable(RULES, "aside_note"), "bound before"
