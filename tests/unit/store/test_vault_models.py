"""Models in the vault: kept, renamed, removed, put back; the last one of each is applied."""

from dataclasses import replace
from datetime import date

import pytest
from store_samples import CHEAP, NOON, PASSPHRASE, later

from branchseg.errors import StoreError
from branchseg.store.records import KeptModel
from branchseg.store.vault import Vault

CLUSTERS = KeptModel("clusters", date(2026, 10, 31), "ab12", 0, ("aum", "txn_count_12m"),
                     {"silhouette": 0.51}, ("高资产", "其他"), {"centres": [[1.0, -0.5]]})


def test_what_is_kept_is_there_after_reopening(tmp_path):
    with Vault.create(tmp_path, PASSPHRASE, CHEAP) as vault:
        assert vault.kept_models("clusters") == []
        one = vault.keep_model(CLUSTERS, at=NOON)
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        assert vault.kept_models("clusters") == [replace(CLUSTERS, id=one)]
        assert vault.kept_models("response") == []


def test_the_last_one_comes_first_and_a_removed_one_comes_back_to_its_place(vault):
    first = replace(CLUSTERS, id=vault.keep_model(CLUSTERS, at=NOON))
    other = replace(CLUSTERS, as_of=date(2026, 11, 30))
    second = replace(other, id=vault.keep_model(other, at=later(1)))
    assert vault.kept_models("clusters") == [second, first]
    vault.remove_model(first.id)
    assert vault.kept_models("clusters") == [second]
    assert vault.keep_model(first, at=later(2)) == first.id
    assert vault.kept_models("clusters") == [second, first]
    with pytest.raises(StoreError) as refused:
        vault.remove_model(99)
    assert refused.value.code == "store.model_gone"


def test_a_new_name_changes_no_other_thing(vault):
    kept = replace(CLUSTERS, id=vault.keep_model(CLUSTERS, at=NOON))
    renamed = replace(kept, names=("沙龙常客", "其他"))
    assert vault.keep_model(renamed, at=later(1)) == kept.id
    assert vault.kept_models("clusters") == [renamed]
