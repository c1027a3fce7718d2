"""What the store's tests share: small tables, moments, and the children that get killed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd

from branchseg.model.fields import FIELDS
from branchseg.model.issues import IssueLog
from branchseg.model.raw import ColumnMapping, SourceRef
from branchseg.model.table import SOURCE_ROWS, CustomerTable, frame_dtype
from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault

PASSPHRASE = "春风又绿江南岸明月何时照"
CHEAP = Argon2Cost(memory_kib=8, passes=1, lanes=1)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def table_of(rows: list[dict[str, object]], as_of: date = DAY) -> CustomerTable:
    """A table out of dicts; the keys of the first one are the columns."""
    keys = list(rows[0]) if rows else ["customer_id"]
    columns = {
        key: pd.Series([row[key] for row in rows]).astype(frame_dtype(FIELDS[key]))
        for key in keys
    }
    columns[SOURCE_ROWS] = pd.Series([str(2 + i) for i in range(len(rows))], dtype="str")
    return CustomerTable(pd.DataFrame(columns), as_of)


def save(vault: Vault, table: CustomerTable, sha256: str = "a" * 64,
         issues: IssueLog | None = None, mappings: Iterable[ColumnMapping] = ()) -> int:
    return vault.save_batch(
        table, imported_at=NOON, ruleset_id="standard-1-0a1b2c3d",
        sources=[SourceRef("名单.xlsx", sha256, "xlsx", "Sheet1", 1)],
        rows_read=len(table), rows_used=len(table), issues=issues or IssueLog(),
        summary={"core": 1}, mappings=mappings)


def import_for_ever(directory: Path, pipe: Connection) -> None:
    """Child: save one list after the other and report each id once it is acknowledged."""
    table = table_of([
        {"customer_id": f"C{i}", "name": f"客户{i}", "aum_point": float(i)} for i in range(1500)])
    with Vault.open(directory, PASSPHRASE) as vault:
        while True:
            pipe.send(save(vault, table))


def hold_open(directory: Path, pipe: Connection) -> None:
    """Child: open the vault, say so, and keep it until killed."""
    with Vault.open(directory, PASSPHRASE):
        pipe.send("open")
        pipe.recv()
