"""Where things are: shipped resources, and the per-user data folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def resources_dir() -> Path:
    """The shipped rules, messages, icons and fonts (installed wheel, or source tree)."""
    inside = _HERE / "_resources"
    return inside if inside.is_dir() else _HERE.parent / "resources"


def data_dir() -> Path:
    """The folder of the vault and the settings; not created here.

    BRANCHSEG_DATA overrides it. The local profile, never the roaming one: a roaming vault
    would be copied to servers at every log-on.
    """
    override = os.environ.get("BRANCHSEG_DATA")
    if override:
        return Path(override)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "branchseg"
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "branchseg"
