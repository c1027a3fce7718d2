"""The eight classes of RFM as the window shows them: who is in each, and how they were scored."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from branchseg import analytics, pipeline, rules
from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.paths import resources_dir
from branchseg.pipeline import overview

RULES = rules.load(resources_dir() / "rules")
DAY = date(2026, 10, 31)


def result_of(count, **columns):
    frame = {"customer_id": [f"C{n:03}" for n in range(count)],
             "last_txn": pd.to_datetime(DAY) - pd.to_timedelta(np.arange(count), "D"), **columns}
    made = {key: pd.Series(values).astype(frame_dtype(FIELDS[key]))
            for key, values in frame.items()}
    made[SOURCE_ROWS] = pd.Series(["2"] * count, dtype="str")
    table = CustomerTable(pd.DataFrame(made), DAY)
    return pipeline.evaluate(pipeline.Prepared(table, IssueLog(), (), "given", 0, 0, {}), RULES)


def test_each_customer_is_in_one_class_and_the_unclassed_stand_last():
    amounts = [float(1000 + 10 * n) for n in range(60)]
    result = result_of(60, aum_point=amounts, txn_count_12m=[None] * 5 + list(range(55)))
    table = overview.rfm_table(result, with_invalid=False)
    places = np.sort(np.concatenate(table["positions"].tolist()))
    assert places.tolist() == list(range(60))
    assert table["customers"].sum() == 60
    assert table["share"].sum() == pytest.approx(100)
    assert table["rfm"].iloc[-1] == "没有分类"
    assert table["positions"].iloc[-1].tolist() == [0, 1, 2, 3, 4]
    for row in table[:-1].itertuples():
        found = {analytics.rfm_labels()[key] for key in result.results["rfm"].iloc[row.positions]}
        assert found == {row.rfm}
        assert row.aum == pytest.approx(sum(amounts[place] for place in row.positions))


@pytest.mark.parametrize(("count", "said"), [(49, "不足 50 户的按固定档"), (50, "各分五等")])
def test_the_method_says_when_fixed_limits_hold(count, said):
    result = result_of(count, aum_point=[5e4] * count, txn_count_12m=[20] * count)
    assert said in analytics.rfm_method(result.results)
    assert "近12月交易笔数" in analytics.rfm_method(result.results)
    # all alike: the middle score of five, or that of the fixed limits
    assert set(result.results["rfm_m"]) == {4.0 if count < 50 else 3.0}


def test_a_substitute_for_frequency_is_named():
    result = result_of(60, aum_point=[5e4] * 60, product_count=[2] * 60)
    assert "（替代）" in analytics.rfm_method(result.results)


def test_of_nobody_there_is_no_class():
    result = result_of(1, aum_point=[None])
    table = overview.rfm_table(result, with_invalid=False)
    assert table["rfm"].tolist() == ["没有分类"]
    assert "近12月交易笔数" in analytics.rfm_method(result.results)


def test_every_class_has_a_trait_of_its_own():
    traits = analytics.rfm_traits()
    assert list(traits) == list(analytics.rfm_labels())
    assert traits["key_value"] == "最近有往来、往来多、资产多"
    assert traits["general_win_back"] == "好久没来往、往来少、资产少"
    assert len(set(traits.values())) == 8
