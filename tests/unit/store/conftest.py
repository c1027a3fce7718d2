from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import CHEAP, PASSPHRASE

from branchseg.store.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with Vault.create(tmp_path / "vault", PASSPHRASE, CHEAP) as opened:
        yield opened
