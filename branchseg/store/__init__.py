"""The vault: customers and lobby work in one encrypted file. Start at `branchseg.store.vault`.

This module itself stays light, so that the window can ask whether there is a vault to unlock
without loading the database libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KEYS_FILE = "vault.keys"
DATABASE_FILE = "vault.db"


def vault_exists(directory: Path) -> bool:
    """Whether `directory` holds a vault that can be opened with its passphrase."""
    return (directory / KEYS_FILE).exists()
