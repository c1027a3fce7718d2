"""The vault: the one door to everything that is kept.

    with Vault.open(directory, passphrase) as vault:
        table = vault.current_table()

One process, one thread at a time. All moments carry a time zone and come from the caller.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Self

from sqlalchemy import insert, select

from branchseg.errors import StoreError
from branchseg.files import move_into_place, write_private
from branchseg.store import DATABASE_FILE, KEYS_FILE, keys, vault_exists
from branchseg.store.batches import Batches
from branchseg.store.customers import Customers
from branchseg.store.fieldwork import Fieldwork
from branchseg.store.links import Links
from branchseg.store.models import KeptModels
from branchseg.store.ownsegments import OwnSegments
from branchseg.store.results import Results
from branchseg.store.ruleversions import RuleVersions
from branchseg.store.schema import SETTINGS
from branchseg.store.tasks import Tasks
from branchseg.store.timeline import Timeline

if TYPE_CHECKING:
    from pathlib import Path

_UNFINISHED_SUFFIX = ".new"
_SECRET, _SECRET_BYTES = "id_secret", 32


class Vault(Batches, Customers, Links, Fieldwork, Tasks, Results, Timeline,
            OwnSegments, KeptModels, RuleVersions):
    """An open vault; close it to lock it. Its methods stand in the parts it is made of."""

    @classmethod
    def create(cls, directory: Path, passphrase: str,
               cost: keys.Argon2Cost = keys.Argon2Cost()) -> Self:  # noqa: B008 - it is frozen
        """Set up a vault in `directory` (made if need be) and open it.

        The key file stands complete, private and durable before anything can be saved.
        Raises StoreError: `store.exists`, `store.passphrase_short`, `store.keys_missing` if
        there is a database that lost its key file.
        """
        keys.check_passphrase(passphrase)
        if vault_exists(directory):
            raise StoreError("store.exists")
        key = keys.new_key()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _discard_unfinished(directory)
            draft = directory / (KEYS_FILE + _UNFINISHED_SUFFIX)
            write_private(draft, keys.seal(key, passphrase, cost))
            vault = cls(directory / DATABASE_FILE, key)
            try:
                move_into_place(draft, directory / KEYS_FILE)
            except BaseException:
                vault.close()
                raise
        except OSError as error:
            raise StoreError("store.no_access") from error
        finally:
            keys.wipe(key)
        return vault

    @classmethod
    def open(cls, directory: Path, passphrase: str) -> Self:
        """Unlock the vault in `directory`.

        Takes about half a second on purpose (Argon2id). Raises StoreError:
        `store.passphrase_wrong`, `store.in_use`, `store.newer`, `store.keys_missing`,
        `store.keys_damaged`, `store.database_missing`, `store.damaged`, `store.no_access`.
        """
        if not vault_exists(directory):
            raise StoreError("store.keys_missing")
        if not (directory / DATABASE_FILE).exists():
            raise StoreError("store.database_missing")  # never a new one in silence
        try:
            content = (directory / KEYS_FILE).read_bytes()
        except OSError as error:
            raise StoreError("store.no_access") from error
        key = keys.unseal(content, passphrase)
        try:
            return cls(directory / DATABASE_FILE, key)
        finally:
            keys.wipe(key)

    @staticmethod
    def exists(directory: Path) -> bool:
        """Whether there is a vault to unlock in `directory`."""
        return vault_exists(directory)

    def __enter__(self) -> Self:
        """The vault itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the vault."""
        self.close()

    def secret(self) -> bytes:
        """What keys the ids of customers whose list has none: in this vault always the same."""
        with self._begin() as connection:
            connection.execute(insert(SETTINGS).prefix_with("OR IGNORE"), {
                "key": _SECRET, "value": secrets.token_hex(_SECRET_BYTES)})
            kept = connection.execute(
                select(SETTINGS.c.value).where(SETTINGS.c.key == _SECRET)).scalar_one()
        return bytes.fromhex(kept)


def _discard_unfinished(directory: Path) -> None:
    """Clear away what a set-up that was cut short left; nothing was ever saved in it."""
    database = directory / DATABASE_FILE
    if not database.exists():
        return
    if not (directory / (KEYS_FILE + _UNFINISHED_SUFFIX)).exists():
        raise StoreError("store.keys_missing")
    for path in (database, database.with_name(database.name + "-wal")):
        path.unlink(missing_ok=True)
