"""How a sitting begins: own rules with faults lock nobody out; old undone imports are erased."""

from datetime import UTC, date, datetime, timedelta

import pytest

from branchseg import pipeline, rules, sample
from branchseg.intake import match
from branchseg.model.results import Observation
from branchseg.paths import resources_dir
from branchseg.progress import Reporter
from branchseg.settings import Settings
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault
from ui import opening

PASSPHRASE = "一句足够长的口令口令"
SHIPPED = resources_dir() / "rules"


def test_faulty_own_rules_give_way_to_the_shipped_ones(tmp_path):
    own = tmp_path / "rules"
    own.mkdir()
    for path in SHIPPED.glob("*.toml"):
        (own / path.name).write_bytes(path.read_bytes())
    (own / "status.toml").write_text('未知 = "行"\n', encoding="utf-8")
    ruleset, remark = opening.load_rules(Settings(rules_dir=str(own)))
    assert ruleset.id == rules.load(SHIPPED).id
    assert "status.toml" in remark
    assert "默认规则" in remark


def test_good_own_rules_are_taken(tmp_path):
    changed = rules.load(SHIPPED).with_parameters({"invalid_aum": 200})
    (tmp_path / "rules").mkdir()
    rules.save(changed, tmp_path / "rules")
    ruleset, remark = opening.load_rules(Settings(rules_dir=str(tmp_path / "rules")))
    assert (ruleset.id, remark) == (changed.id, "")


def test_customers_are_sorted_without_the_findings_of_their_imports(tmp_path, monkeypatch):
    raw = sample.rows(customers=20)
    prepared = pipeline.prepare([pipeline.ListSource(raw, match(raw))])
    monkeypatch.setattr(Vault, "issues_of", lambda *_: pytest.fail("nobody reads them"))
    with Vault.create(tmp_path, PASSPHRASE, Argon2Cost(64, 1, 1)) as vault:
        vault.save_batch(
            prepared.table, imported_at=datetime.now(UTC), ruleset_id="r",
            sources=prepared.sources, rows_read=20, rows_used=20, issues=prepared.issues,
            summary={})
        result = opening.sort_customers(vault, rules.load(SHIPPED), Reporter())
    assert len(result.table) == len(prepared.table)
    assert len(result.prepared.issues) == 0


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_undone_imports_are_erased_after_a_month(tmp_path, days, kept):
    raw = sample.rows(customers=20)
    prepared = pipeline.prepare([pipeline.ListSource(raw, match(raw))])
    now = datetime.now(UTC)
    cheap = Argon2Cost(memory_kib=64, passes=1, lanes=1)
    with Vault.create(tmp_path / "v", PASSPHRASE, cheap) as vault:
        batch = vault.save_batch(
            prepared.table, imported_at=now, ruleset_id="r", sources=prepared.sources,
            rows_read=20, rows_used=20, issues=prepared.issues, summary={})
        vault.undo_batch(batch, undone_at=now - timedelta(days=days))
    opened = opening.open_vault(tmp_path / "v", PASSPHRASE, Settings(), now.date(), Reporter())
    with opened.vault as vault:
        assert opened.result is None
        assert [one.id for one in vault.batches()] == ([batch] if kept else [])


@pytest.mark.parametrize(("days", "items", "broken", "kept"), [
    (90, ("look_vip",), False, ["look_vip"]),
    (91, ("look_vip",), False, []),
    (91, ("look_vip", "trust_refused"), False, ["trust_refused"]),
    (91, ("own_refusal",), True, ["own_refusal"]),  # nobody knows what the ticks mean
])
def test_observations_are_erased_after_ninety_days_refusals_are_not(
        tmp_path, days, items, broken, kept):
    today = date(2026, 11, 22)

    cheap = Argon2Cost(memory_kib=64, passes=1, lanes=1)
    with Vault.create(tmp_path / "v", PASSPHRASE, cheap) as vault:
        vault.add_observation(
            Observation("A", today - timedelta(days=days), "李", "厅堂", items),
            created_at=datetime(2026, 8, 1, tzinfo=UTC))
    settings = Settings(rules_dir=str(tmp_path / "missing") if broken else "")
    opened = opening.open_vault(tmp_path / "v", PASSPHRASE, settings, today, Reporter())
    with opened.vault as vault:
        assert [item for one in vault.observations() for item in one.items] == kept
