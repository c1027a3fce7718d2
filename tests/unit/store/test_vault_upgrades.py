"""Vaults that an earlier version has filled open with everything that was in them."""

import json
from datetime import date
from operator import itemgetter

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from store_samples import CHEAP, NOON, PASSPHRASE

from branchseg.store import db
from branchseg.store.records import TaskStatus
from branchseg.store.vault import Vault

WHEN = NOON.isoformat()
ROWS = {
    "batches": {
        "id": 1, "imported_at": WHEN, "as_of": "2026-01-31", "ruleset_id": "r", "rows_read": 2,
        "rows_used": 2, "customers": 2,
        "columns": '["customer_id", "name", "aum_month_avg", "last_txn"]',
        "issue_counts": '{"blank_row": 1}', "summary": "{}"},
    "sources": {
        "batch_id": 1, "position": 0, "file_name": "一月.xlsx", "sha256": "ab", "sheet": "Sheet1",
        "file_format": "xlsx", "header_row": 3},
    "customers": {
        "batch_id": 1, "position": 0, "customer_id": "A", "name": "张三", "aum_month_avg": 5.5e5,
        "last_txn": 1769817600, "source_rows": "4"},
    "issues": {
        "batch_id": 1, "position": 0, "code": "blank_row", "row": 5, "field": "", "shown": "",
        "action": "skipped", "source": "一月.xlsx"},
    "tags": {"customer_id": "A", "tag": "养老", "created_at": WHEN},
    "notes": {"customer_id": "A", "text": "下周来", "created_at": WHEN},
    "observations": {"customer_id": "A", "seen_on": "2026-01-30", "observer": "陈静",
                     "place": "等候", "items": '["need_ready"]', "created_at": WHEN},
    "tasks": {
        "sheet_number": "20260101-0001", "customer_id": "A", "action_id": "maturity",
        "theme": "到期提醒", "owner_role": "lobby", "officer": "", "due": "2026-01-05",
        "priority": 1.0, "status": "done", "created_at": WHEN, "result": 3, "result_note": "好",
        "batch_id": 1, "ruleset_id": "r"},
}
"""One row of each table of the first version."""
COLUMN = {"index": 0, "header": "客户编号", "field": "customer_id", "confidence": 1.0,
          "kind": "chosen", "unit": 1.0, "doubtful": False, "reason": ""}
MAPPINGS = [("of-the-import", WHEN), ("of-none", "2025-01-01T08:00:00+08:00")]
"""What columns meant, by key and moment, up to the fourth version."""

ADDED = {"0001": {}, "0002": {"tasks": {"needs": '["pension"]', "fund_plan": "",
                                        "products": "[]", "closing": ""}}}
ADDED |= dict.fromkeys((f"{version:04}" for version in range(3, 11)), ADDED["0002"])
"""What later versions ask for in addition."""


def fill(folder, revision, monkeypatch):
    """A vault as the version with this schema has left it."""
    def migrate(database):
        config = Config()
        config.set_main_option("script_location", "branchseg.store:migrations")
        with database._begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    with monkeypatch.context() as patch:
        patch.setattr(db, "_migrate", migrate)
        with Vault.create(folder, PASSPHRASE, CHEAP) as vault, vault._begin() as connection:
            for table, row in ROWS.items():
                values = row | ADDED[revision].get(table, {})
                names, marks = ", ".join(values), ", ".join("?" * len(values))
                connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})",
                                           tuple(values.values()))
            for key, used_at in sorted(MAPPINGS, key=itemgetter(1)):
                columns = json.dumps([COLUMN])
                row = ((key, columns, used_at) if revision < "0005" else
                       (None, 1 if used_at == WHEN else None, key, columns))
                marks = ", ".join("?" * len(row))
                connection.exec_driver_sql(f"INSERT INTO column_mappings VALUES ({marks})", row)


@pytest.mark.parametrize("revision", sorted(ADDED))
def test_everything_is_there_after_an_upgrade(tmp_path, monkeypatch, revision):
    fill(tmp_path, revision, monkeypatch)
    with Vault.open(tmp_path, PASSPHRASE) as vault:
        (batch,) = vault.batches()
        assert (batch.as_of, batch.customers, batch.sources[0].file_name) == (
            date(2026, 1, 31), 2, "一月.xlsx")
        assert vault.issues_of(1).rows == [5]
        frame = vault.current_table().frame
        assert frame[["customer_id", "name", "aum_month_avg"]].values.tolist() == [
            ["A", "张三", 5.5e5]]
        assert str(frame["last_txn"][0].date()) == "2026-01-31"
        assert str(frame["data_date"][0].date()) == "2026-01-31"
        (task,) = vault.tasks()
        assert (task.sheet_number, task.status, task.outcome.result, task.outcome.note) == (
            "20260101-0001", TaskStatus.DONE, 3, "好")
        assert task.outcome.needs == (("pension",) if revision != "0001" else ())
        assert (task.latest, task.deadline) == (None, date(2026, 1, 5))
        assert [note.text for note in vault.notes("A")] == ["下周来"]
        assert vault.tags("A") == ("养老",)
        assert [seen.items for seen in vault.observations("A")] == [("need_ready",)]
        with vault._begin() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert [(key, [one.header for one in mapping.columns])
                for key, mapping in vault.mappings().items()] == [
            ("of-none", ["客户编号"]), ("of-the-import", ["客户编号"])]
        vault.undo_batch(1, undone_at=NOON)
        assert list(vault.mappings()) == ["of-none"]


def test_every_version_but_the_last_is_filled_here():
    config = Config()
    config.set_main_option("script_location", "branchseg.store:migrations")
    script = ScriptDirectory.from_config(config)
    older = {each.revision for each in script.walk_revisions()} - {script.get_current_head()}
    assert older == set(ADDED)
