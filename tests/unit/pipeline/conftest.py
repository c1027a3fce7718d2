"""What tests of the pipeline share."""

import pytest

from branchseg.store.keys import Argon2Cost
from branchseg.store.vault import Vault


@pytest.fixture
def vault(tmp_path):
    """A new vault, which opens fast."""
    cost = Argon2Cost(memory_kib=8, passes=1, lanes=1)
    with Vault.create(tmp_path / "vault", "春风又绿江南岸明月何时照", cost) as opened:
        yield opened
