"""A customer column may be called like a column of the model: the ids are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from branchseg.analytics.answers import clusters, factors, outcomes

RNG = np.random.default_rng(3)
SECOND = RNG.random(200) < 0.4
LIST = pd.DataFrame({
    "号": [f"C{one}" for one in range(200)],
    **{name: np.where(SECOND, 9.0, 3.0) + RNG.normal(0, 0.5, 200) for name in "甲乙丙丁"},
    "y": np.where(RNG.random(200) < np.where(SECOND, 0.7, 0.2), "是", "否")})


def clustered(name: str) -> pd.DataFrame | None:
    spec = clusters.ClustersSpec(features=("甲", "乙"), customer=name, k=2)
    return clusters.answer(LIST.rename(columns={"号": name}), spec).per_row


def factored(name: str) -> pd.DataFrame | None:
    spec = factors.FactorsSpec(features=tuple("甲乙丙丁"), customer=name, factors=1)
    return factors.answer(LIST.rename(columns={"号": name}), spec).per_row


def scored(name: str) -> pd.DataFrame | None:
    spec = outcomes.OutcomesSpec(target="y", positive="是", customer=name, model="logistic")
    return outcomes.answer(LIST.rename(columns={"号": name}).astype(object), spec).per_row


@pytest.mark.parametrize(("model", "own"), [
    (clustered, ["cluster", "distance", "near_border", "cluster_name"]),
    (factored, ["factor_1"]),
    (scored, ["part", "score", "points", "reason"]),
])
def test_the_ids_of_customers_are_never_overwritten(model, own):
    usual = model("号")
    assert usual.columns.tolist() == ["号", *own]
    for place, name in enumerate(own):
        found = model(name)
        assert found.columns.tolist() == [
            name, *own[:place], f"model_{name}", *own[place + 1:]]
        assert found[name].tolist() == LIST["号"].tolist()
        np.testing.assert_array_equal(found[f"model_{name}"].astype("str"),
                                      usual[name].astype("str"))
