"""Who is known when a list comes: nobody takes over another person's customer id."""

from datetime import UTC, date, datetime

from branchseg import pipeline
from branchseg.intake import match
from branchseg.model.issues import IssueCode, IssueLog
from branchseg.model.raw import RawTable, SourceRef
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

HEADERS = ("客户号", "姓名", "手机号", "月日均AUM", "最近交易日")


def prepared(vault, day, *rows):
    raw = RawTable(SourceRef(f"{day}.xlsx", "", "xlsx", "", 1), HEADERS, (0.0,) * len(HEADERS),
                   tuple(list(column) for column in zip(*rows, strict=True)),
                   list(range(2, 2 + len(rows))), day)
    return pipeline.prepare([pipeline.ListSource(raw, match(raw).accept())],
                            secret=vault.secret(), known_before=vault.known_before)


def test_an_older_and_a_newer_list_are_both_held_against_what_is_known(tmp_path):
    other = ("A1", "李四", "13900139000", 9.0, "2026-09-01")
    with Vault.create(tmp_path, "correct horse", Argon2Cost(8, 1, 1)) as vault:
        assert vault.known_before(date(2026, 10, 31)) == {}
        first = prepared(vault, date(2026, 10, 31),
                         ("A1", "张三", "13800138000", 1.0, "2026-10-01"))
        batch = vault.save_batch(
            first.table, imported_at=datetime(2026, 11, 1, tzinfo=UTC), ruleset_id="r",
            sources=(), rows_read=1, rows_used=1, issues=IssueLog(), summary={})
        for day in (date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 30)):
            found = prepared(vault, day, other, ("A2", "王五", "13700137000", 2.0, "2026-09-01"))
            assert found.table.frame["customer_id"].tolist() == ["A2"]
            assert found.issues.counts()[IssueCode.PERSON_DIFFERS] == 1
        vault.undo_batch(batch, undone_at=datetime(2026, 11, 2, tzinfo=UTC))
        assert IssueCode.PERSON_DIFFERS not in prepared(
            vault, date(2026, 11, 30), other).issues.counts()
