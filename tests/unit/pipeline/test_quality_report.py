"""The quality report adds up: fields, issues, and what the gaps cost."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchseg import pipeline, rules
from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS, IMPORTED
from branchseg.model.issues import SEVERITY, Action, IssueCode, IssueLog, Severity
from branchseg.model.raw import SourceRef
from branchseg.model.table import CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.pipeline.quality import EXAMPLES
from branchseg.rules.gaps import read_gaps

AS_OF = date(2026, 10, 31)
RULES = rules.load(resources_dir() / "rules")


def report(columns, log=None, rows=None):
    """The report of customers with these columns; ids are numbered."""
    count = len(next(iter(columns.values())))
    ids = {"customer_id": [f"{number:06}" for number in range(count)]}
    data = {key: pd.array(values, dtype=frame_dtype(FIELDS[key]))
            for key, values in {**ids, **columns}.items()}
    frame = pd.DataFrame({**data, "source_rows": pd.array(["2"] * count, dtype="str")})
    source = SourceRef("十月名单.xlsx", "", "xlsx", "Sheet1", 1)
    prepared = pipeline.Prepared(CustomerTable(frame, AS_OF), log or IssueLog(), (source, source),
                                 "given", rows or count, count, {})
    return pipeline.quality_report(pipeline.evaluate(prepared, RULES, today=AS_OF))


def costs(made):
    return {gap.key: gap.customers for gap in made.gaps}


FULL = {"name": ["张三"], "mobile": ["13812345678"], "aum_month_avg": [60_000.0],
        "last_txn": ["2026-10-20"], "risk_level": ["C3"], "risk_date": ["2026-09-01"],
        "consent": [True], "birth_date": ["1980-01-01"]}


def lacking(key, value=None):
    return report({**FULL, key: [value]})


def test_several_lists_have_short_names(tmp_path):
    for name, amount in (("甲", 1), ("乙", 2)):
        (tmp_path / f"{name}.csv").write_text(
            f"客户号,姓名,活期余额,最近交易日\n1,张三,{amount},2026-10-31\n", encoding="utf-8")
    lists = [one for name in ("甲", "乙") for one in pipeline.read_lists(tmp_path / f"{name}.csv")]
    made = pipeline.quality_report(pipeline.evaluate(pipeline.prepare(lists), RULES))
    assert made.lists == {"甲.csv": "甲.csv", "乙.csv": "乙.csv"}
    (told,) = [one for one in made.findings if one.code is IssueCode.LISTS_CONFLICT]
    assert told.examples[0].source in made.lists
    alone = pipeline.quality_report(pipeline.evaluate(pipeline.prepare(lists[:1]), RULES))
    assert alone.lists == {}


def test_a_customer_with_all_data_costs_nothing():
    assert report(FULL).gaps == ()


@pytest.mark.parametrize(("key", "value", "gap"), [
    ("last_txn", None, "last_txn"), ("aum_month_avg", None, "aum"), ("name", None, "name"),
    ("mobile", None, "phone"), ("mobile", "12345", "phone"), ("mobile", "134****0996", "phone"),
    ("consent", None, "consent"),
    ("risk_level", None, "rating"), ("risk_date", "2025-10-30", "rating"),
    ("risk_date", None, "rating_date"),
    ("birth_date", None, "age"),
])
def test_each_gap_has_its_cost(key, value, gap):
    assert costs(lacking(key, value)) == {gap: 1}


@pytest.mark.parametrize(("key", "value"), [
    ("risk_date", "2025-10-31"),
])
def test_what_will_do_costs_nothing(key, value):
    assert lacking(key, value).gaps == ()


def test_who_is_left_behind_is_to_be_looked_up():
    behind = {**FULL, "last_txn": ["2025-12-20"]}
    assert costs(report({**behind, "data_date": ["2025-12-31"]})) == {"outdated": 1}
    assert costs(report({**behind, "data_date": ["2026-10-31"]})) == {}


def test_a_column_the_list_lacks_costs_as_much_as_an_empty_one():
    without = {key: values for key, values in FULL.items() if key != "last_txn"}
    made = report(without)
    assert costs(made) == {"last_txn": 1}
    assert not next(one for one in made.fields if one.key == "last_txn").listed


def test_money_without_a_maturity_date():
    owned = {**{key: values * 3 for key, values in FULL.items()},
             "time_deposit": [20_000.0, 0.0, None], "wealth": [None, 5_000.0, None]}
    assert costs(report(owned)) == {"maturity": 2}
    known = {**owned, "maturity_date": ["2026-12-01", None, None]}
    assert costs(report(known)) == {"maturity": 1}


def test_who_is_put_aside_costs_nothing():
    nobody = {"name": [None], "mobile": [None], "aum_month_avg": [50.0],
              "last_txn": ["2020-01-01"], "customer_type": ["测试户"]}
    assert report(nobody).gaps == ()


def test_the_sentences_say_what_follows():
    gap = lacking("last_txn").gaps[0]
    assert (gap.gap, gap.effect) == ("无最近交易日", "待核实，不能分层")


def test_files_stand_once_and_rows_are_told():
    made = report(FULL, rows=3)
    assert made.files == ("十月名单.xlsx",)
    assert (made.rows_read, made.rows_used, made.customers) == (3, 1, 1)
    assert (made.as_of, made.ruleset_id) == (AS_OF, RULES.id)


def test_findings_are_masked_few_and_gravest_first():
    log = IssueLog()
    log.add_many(IssueCode.PLACEHOLDER, Action.BLANKED, range(2, 12), "occupation", ["-"] * 10,
                 "名单")
    log.add(IssueCode.DATE_UNREADABLE, Action.BLANKED, row=5, key="birth_date",
            shown="1980****", source="名单")
    log.add(IssueCode.ZEROS_LOST, Action.KEPT, row=6, key="customer_id", shown="**01",
            source="名单")
    found = report(FULL, log).findings
    assert [one.code for one in found] == [IssueCode.DATE_UNREADABLE, IssueCode.ZEROS_LOST,
                                           IssueCode.PLACEHOLDER]
    assert [one.count for one in found] == [1, 1, 10]
    assert [len(one.examples) for one in found] == [1, 1, EXAMPLES]
    assert found[0].examples[0].shown == "1980****"
    assert [issue.row for issue in found[2].examples] == [2, 3, 4]


FLAGS = st.sampled_from([None, True, False])
CUSTOMERS = st.lists(st.tuples(
    st.sampled_from([None, "张三", "李四"]), st.sampled_from([None, "13812345678", "12345"]),
    st.sampled_from([None, 50.0, 60_000.0]), st.sampled_from([None, "2026-10-20", "2020-01-01"]),
    FLAGS), min_size=1, max_size=12)


@settings(max_examples=25)
@given(CUSTOMERS)
def test_the_report_adds_up(people):
    names, phones, amounts, days, consents = (list(part) for part in zip(*people, strict=True))
    made = report({"name": names, "mobile": phones, "aum_month_avg": amounts, "last_txn": days,
                   "consent": consents})
    assert [one.key for one in made.fields] == [field.key for field in IMPORTED]
    for one in made.fields:
        assert one.known + one.unknown == one.total == len(people)
    known = {one.key: one.known for one in made.fields}
    assert known["name"] == sum(name is not None for name in names)
    assert known["employer"] == 0
    found = costs(made)
    assert all(0 < count <= len(people) for count in found.values())
    both = [day is None for amount, day in zip(amounts, days, strict=True) if amount is None]
    assert found.get("aum", 0) <= len(both)


@settings(max_examples=25)
@given(CUSTOMERS)
def test_costs_are_counts_of_the_results(people):
    names, phones, amounts, days, consents = (list(part) for part in zip(*people, strict=True))
    count = len(people)
    data = {"customer_id": [f"{number}" for number in range(count)], "name": names,
            "mobile": phones, "aum_month_avg": amounts, "last_txn": days, "consent": consents}
    frame = pd.DataFrame({key: pd.array(values, dtype=frame_dtype(FIELDS[key]))
                          for key, values in data.items()})
    results = rules.assess(frame, RULES, AS_OF)
    found = {gap.key: gap.customers for gap in rules.gap_costs(frame, results, RULES, AS_OF)}
    waiting = results["status"] == "unverified"
    counted = results["status"] != "invalid"
    assert found.get("last_txn", 0) == int((waiting & frame["last_txn"].isna()).sum())
    assert found.get("aum", 0) == int((waiting & results["aum"].isna()).sum())
    assert found.get("consent", 0) == int((counted & frame["consent"].isna()).sum())
    assert found.get("rating", 0) == int(counted.sum())


@given(st.lists(st.sampled_from(list(IssueCode)), max_size=40), st.integers(0, 5))
def test_findings_count_every_issue_once(codes, examples):
    log = IssueLog()
    for row, code in enumerate(codes):
        log.add(code, Action.KEPT, row=row)
    found = pipeline.findings(log, examples)
    assert sum(one.count for one in found) == len(codes)
    assert {one.code for one in found} == set(codes)
    assert all(len(one.examples) == min(one.count, examples) for one in found)
    order = [list(Severity)[::-1].index(SEVERITY[one.code]) for one in found]
    assert order == sorted(order)


def test_a_table_with_faults_is_refused_with_all_of_them():
    with pytest.raises(RuleError) as raised:
        read_gaps('[[gap]]\nid = "a"\ngap = "甲"\neffect = "乙"\n'
                  'among = { field = "nam", op = "known" }\n'
                  'needs = { field = "name", op = "knwn" }\n', RULES)
    assert {fault.key_path for fault in raised.value.faults} >= {
        "gap[1].among.field", "gap[1].needs.op"}
