"""The encrypted database: one connection, held exclusively, brought to the newest schema.

WAL with synchronous=FULL keeps every acknowledged save through a power cut (NORMAL does not);
the exclusive lock keeps a second program out and needs no shared-memory file, so the vault
may also lie on a network drive.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2 as sqlcipher

from branchseg.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator
    from pathlib import Path

Made = TypeVar("Made")

_LOCK_SECONDS = 1.0
_PRAGMAS = (
    "locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
    "secure_delete=ON", "trusted_schema=OFF",
)
_TROUBLE = {
    # primary result codes of SQLite, https://www.sqlite.org/rescode.html
    3: "store.no_access", 5: "store.in_use", 6: "store.in_use", 8: "store.no_access",
    10: "store.io", 11: "store.damaged", 13: "store.disk_full", 14: "store.no_access",
    26: "store.damaged",
}


class Database:
    """The open database. One thread at a time; every change is one transaction."""

    def __init__(self, path: Path, key: bytearray) -> None:
        """Open (or create) the file and migrate it.

        The key may be wiped afterwards. Raises StoreError: `store.in_use` while another
        process has it, `store.newer`, `store.damaged`, `store.no_access`, `store.io`.
        """
        self._made: dict[str, tuple[Hashable, Any]] = {}
        self._engine = _engine(path, key)
        try:
            _migrate(self)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; SQLCipher wipes its copy of the key. May be called twice."""
        self._made.clear()
        self._engine.dispose()

    def remembered(self, what: str, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made of the database by that name and key, or what `make` gives now.

        Of a name only the last is kept, and nothing once anything is written or all is closed.
        """
        kept = self._made.get(what)
        if kept is None or kept[0] != key:
            self._made.pop(what, None)
            kept = self._made[what] = (key, make())
        made: Made = kept[1]
        return made

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        """One transaction: all of it is kept or nothing. Expected trouble as StoreError."""
        try:
            with self._engine.begin() as connection:
                raw: Any = connection.connection.driver_connection
                written = raw.total_changes
                try:
                    yield connection
                finally:
                    if raw.total_changes != written:
                        self._made.clear()
        except DBAPIError as error:
            trouble = _trouble(error.orig)
            if trouble is None:
                raise
            raise trouble from error


def _engine(path: Path, key: bytearray) -> Engine:
    """An engine whose only connection is open and unlocked."""
    try:
        raw = _connect(path, key)
    except sqlcipher.Error as error:
        trouble = _trouble(error)
        if trouble is None:
            raise
        raise trouble from error
    except OSError as error:
        raise StoreError("store.no_access") from error
    engine = create_engine(
        "sqlite://", module=sqlcipher, creator=lambda: raw, poolclass=StaticPool,
        hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _connect(path: Path, key: bytearray) -> sqlcipher.Connection:
    """A keyed connection; the order of the statements matters."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # private before the first byte
    raw = sqlcipher.connect(
        str(path), isolation_level=None, check_same_thread=False, timeout=_LOCK_SECONDS)
    try:
        raw.execute("PRAGMA cipher_log_level=NONE")  # else it fills stderr on damage
        raw.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()  # proves the key
    except BaseException:
        raw.close()
        raise
    return raw


def _trouble(error: BaseException | None) -> StoreError | None:
    """What users can do something about as a StoreError; None for a bug."""
    code = _TROUBLE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return None if code is None else StoreError(code)


def _migrate(database: Database) -> None:
    """Bring the schema up to date in one transaction; refuse one from a later version."""
    config = Config()
    config.set_main_option("script_location", "branchseg.store:migrations")
    script = ScriptDirectory.from_config(config)
    with database._begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == script.get_current_head():
            return
        known = {revision.revision for revision in script.walk_revisions()}
        if current is not None and current not in known:
            raise StoreError("store.newer")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
