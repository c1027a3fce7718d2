"""Clusters kept in the vault: the same groups on the next list, or why not."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from model_customers import result_of, two_kinds

from branchseg.analytics.answer import Verdict
from branchseg.pipeline import models
from branchseg.progress import Reporter
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault


def found_among(columns, material=None, *, anew=False):
    return models.find("clusters", result_of(columns), Reporter(), material=material, anew=anew)


@pytest.fixture(scope="module")
def kept():
    _, columns = two_kinds()
    fitted = found_among(columns).fitted
    return replace(fitted, id=1, names=("沙龙常客", *fitted.names[1:]))


def test_what_is_kept_says_on_what_it_rests(kept):
    rich, columns = two_kinds()
    assert (kept.model, kept.seed, kept.as_of.isoformat()) == ("clusters", 0, "2026-10-31")
    assert kept.features == ("aum", "txn_count_12m", "holdings")
    assert kept.quality["customers"] == len(rich)
    assert kept.quality["stability"] > 0.9
    again = found_among(columns).fitted
    assert again.data_hash == kept.data_hash
    changed = found_among(columns | {"aum": columns["aum"] + 1}).fitted
    assert changed.data_hash != kept.data_hash


def test_the_next_list_has_the_same_groups_by_their_names(kept, tmp_path):
    rich, columns = two_kinds()
    moved = columns["aum"] * 1.02
    with Vault.create(tmp_path, "correct horse battery", Argon2Cost(8, 1, 1)) as vault:
        vault.keep_model(replace(kept, id=None), at=datetime(2026, 11, 1, tzinfo=UTC))
        material = models.gather("clusters", vault, result_of(columns))
    found = found_among(columns | {"aum": moved}, material)
    assert found.verdict is Verdict.OK
    assert found.kept.id == 1
    assert found.fitted is None
    assert found.sentence.startswith("沿用 2026-10-31 留用的分群")
    groups = {group.name: sorted(group.positions.tolist()) for group in found.groups}
    assert groups["沙龙常客"] == np.flatnonzero(rich).tolist()  # the smaller one comes first
    assert ("与那时相比", "各项指标的分布基本没变") in found.facts
    assert not found.warnings


def test_a_model_is_not_applied_to_a_list_that_lacks_its_figures(kept):
    _, columns = two_kinds()
    without = {key: values for key, values in columns.items() if key != "txn_count_12m"}
    found = found_among(without, kept)
    assert (found.verdict, found.groups) == (Verdict.NOT_ENOUGH_DATA, ())
    assert "“近12月交易笔数”没有或大多未知" in found.sentence
    assert found.kept == kept


def test_customers_who_have_become_others_are_told(kept):
    rich, columns = two_kinds()
    poor = {key: np.where(rich, values[~rich][0], values) for key, values in columns.items()}
    found = found_among(poor, kept)
    assert [len(group.positions) for group in found.groups] == [200]
    assert found.warnings == ("客户和 2026-10-31 时已经很不一样，请重新训练，再看要不要留用新的。",
                              "有 1 群在这份名单里没有客户。")
    told = dict(found.facts)["与那时相比"]
    assert all(f"“{name}”" in told for name in ("AUM", "近12月交易笔数", "持有产品类数"))
    assert "变化很大" in told
    assert found.pictures[0].draw(False).marks


def test_fitted_anew_a_group_keeps_the_name_the_branch_gave_it(kept):
    rich, columns = two_kinds()
    found = found_among(columns | {"aum": columns["aum"] * 1.02}, kept, anew=True)
    assert found.kept == kept
    groups = {group.name: sorted(group.positions.tolist()) for group in found.groups}
    assert groups["沙龙常客"] == np.flatnonzero(rich).tolist()
    (other,) = set(groups) - {"沙龙常客"}
    assert other == kept.names[1]
    assert found.fitted.names == tuple(
        sorted(groups, key=lambda name: (len(groups[name]), name)))


def test_what_was_kept_before_drift_was_noted_is_applied_all_the_same(kept):
    _, columns = two_kinds()
    plain = {key: value for key, value in kept.fitted.items() if key != "profile"}
    found = found_among(columns, replace(kept, fitted=plain))
    assert found.verdict is Verdict.OK
    assert dict(found.facts)["与那时相比"].startswith("留用时没有记下指标的分布")
    without = {key: values for key, values in columns.items() if key != "holdings"}
    assert found_among(without, replace(kept, fitted=plain)).verdict is Verdict.NOT_ENOUGH_DATA


def test_another_measure_of_assets_is_not_placed_in_the_groups(kept):
    _, columns = two_kinds()
    size = len(columns["aum"])
    bases = np.array(["aum_point"] * size, dtype=object)
    bases[int(size * 0.2):] = "aum_month_avg"
    assert found_among(columns | {"aum_basis": bases}, kept).verdict is Verdict.OK
    bases[int(size * 0.2)] = "aum_point"
    found = found_among(columns | {"aum_basis": bases}, kept)
    assert (found.verdict, found.groups) == (Verdict.NOT_ENOUGH_DATA, ())
    bases[:] = "aum_point"
    found = found_among(columns | {"aum_basis": bases}, kept)
    assert "AUM 口径不同（那时是月日均 AUM，这份名单是时点 AUM）" in found.sentence
    assert "没有或大多未知" not in found.sentence
    row = models.find("kept", result_of(columns | {"aum_basis": bases}), Reporter(),
                      material=(kept,)).registry[0]
    assert (row.mind, row.state) == (
        True, "用不上：AUM 口径不同（那时是月日均 AUM，这份名单是时点 AUM）")


def test_kept_before_the_measure_was_noted_it_is_applied_and_that_is_said(kept):
    _, columns = two_kinds()
    assert dict(found_among(columns, kept).facts)["AUM 口径"] == "月日均 AUM"
    older = replace(kept, fitted={key: value for key, value in kept.fitted.items()
                                  if key != "aum_basis"})
    found = found_among(columns | {"aum_basis": ["aum_point"] * len(columns["aum"])}, older)
    assert found.verdict is Verdict.OK
    assert dict(found.facts)["AUM 口径"].startswith("留用时没有记下")


def test_figures_never_known_together_place_nobody(kept):
    _, columns = two_kinds()
    third = np.arange(len(columns["aum"])) % 3
    gaps = {key: np.where(third == place, np.nan, columns[key])
            for place, key in enumerate(kept.features)}
    thin = replace(kept, fitted={key: value for key, value in kept.fitted.items()
                                 if key != "profile"} | {"profile": {
                                     key: one | {"known": 0.7}
                                     for key, one in kept.fitted["profile"].items()}})
    found = found_among(gaps, thin)
    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert "“AUM、近12月交易笔数、持有产品类数”没有或大多未知" in found.sentence
