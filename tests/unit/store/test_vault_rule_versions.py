"""Versions of the rules in the vault: kept with what was agreed, removed, put back."""

from dataclasses import replace
from datetime import date

import pytest
from store_samples import CHEAP, NOON, PASSPHRASE, later

from branchseg.errors import StoreError
from branchseg.store.records import Agreement, RuleVersion
from branchseg.store.vault import Vault

AGREED = {
    "invalid_aum": Agreement("含 100 元；外币折人民币", "业务部 张三、财务部",
                             date(2026, 11, 20), 100),
    "core_aum": Agreement("", "", None, 50_000.5),
}
FIRST = RuleVersion("默认 v1 · 12345678", {"status.toml": "a = 1\n"}, NOON, {})
SECOND = RuleVersion("默认 v1 · 87654321", {"status.toml": "a = 2\n"}, later(1), AGREED)


def test_what_is_kept_is_there_after_reopening(tmp_path):
    with Vault.create(tmp_path, PASSPHRASE, CHEAP) as vault:
        assert vault.rule_versions() == []
        numbers = [vault.keep_rule_version(one) for one in (FIRST, SECOND)]
        assert numbers == [1, 2]
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        assert vault.rule_versions() == [replace(SECOND, id=2), replace(FIRST, id=1)]


def test_one_that_was_taken_back_stays_and_says_so(vault):
    again = replace(FIRST, note="恢复第 1 版。", agreed_by="业务部", id=2)
    vault.keep_rule_version(FIRST)
    vault.keep_rule_version(again)
    vault.withdraw_rule_version(2, later(5))
    assert vault.rule_versions() == [replace(again, withdrawn_at=later(5)), replace(FIRST, id=1)]
    vault.withdraw_rule_version(2, None)
    assert vault.rule_versions()[0] == again
    with pytest.raises(StoreError) as refused:
        vault.withdraw_rule_version(3, NOON)
    assert refused.value.code == "store.version_gone"


def test_one_that_was_removed_comes_back_under_its_number(vault):
    vault.keep_rule_version(FIRST)
    second = replace(SECOND, id=vault.keep_rule_version(SECOND))
    vault.remove_rule_version(2)
    assert [one.id for one in vault.rule_versions()] == [1]
    with pytest.raises(StoreError) as refused:
        vault.remove_rule_version(2)
    assert refused.value.code == "store.version_gone"
    assert vault.keep_rule_version(second) == 2
    assert vault.rule_versions()[0] == second
