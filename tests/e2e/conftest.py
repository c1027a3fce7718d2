"""The whole program on an empty data folder."""

import pytest

from ui.app import Application


@pytest.fixture
def program(qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("BRANCHSEG_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    made = Application(tmp_path / "data")
    crashes = []
    made.session.crashed.connect(crashes.append)
    made.show()
    yield made
    made.close()
    assert not crashes
