"""What the user has set, kept as JSON in the data folder. Never any customer data.

Named tuples, not dataclasses: this is read before the window's first paint.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from branchseg.files import write_private
from branchseg.paths import data_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILE_NAME = "settings.json"


class Theme(StrEnum):
    """The colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Settings(NamedTuple):
    """All settings.

    `names_masked` hides names on the screen (paper, exports and copies have rules of their own);
    `ui_scale` is a factor (1.0 = 100 %), `lock_minutes` the idle time before the window locks;
    `rules_dir` replaces the shipped rules, `last_folder` is where the last list was opened,
    `officers` are the names of the relationship managers, with any separators. `assumptions` are
    those of models that the branch has changed, as "<model>.<parameter>".
    """

    branch_name: str = ""
    operator: str = ""
    names_masked: bool = False
    ui_scale: float = 1.0
    theme: Theme = Theme.SYSTEM
    last_folder: str = ""
    rules_dir: str | None = None
    lock_minutes: int = 5
    officers: str = ""
    assumptions: Mapping[str, float] = MappingProxyType({})

    @property
    def officer_names(self) -> tuple[str, ...]:
        """Who may be made answerable for tasks: the names in `officers`."""
        return tuple(dict.fromkeys(re.findall(r"[^、，,；;\s]+", self.officers)))


class Remark(NamedTuple):
    """Something the settings file had that was not used: a message code and its parameters."""

    code: str
    params: Mapping[str, object] = MappingProxyType({})


class Loaded(NamedTuple):
    """The settings in force, and what had to be passed over to get them."""

    settings: Settings
    remarks: tuple[Remark, ...] = ()


def _are_numbers(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and _is_number(number, -math.inf, math.inf)
        for key, number in value.items())


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object, least: float, most: float) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)
            and least <= value <= most)


_ALLOWED: dict[str, Callable[[object], bool]] = {
    "branch_name": _is_text,
    "operator": _is_text,
    "names_masked": lambda value: isinstance(value, bool),
    "ui_scale": lambda value: _is_number(value, 0.75, 3.0),
    "theme": lambda value: value in tuple(Theme),
    "last_folder": _is_text,
    "rules_dir": lambda value: value is None or _is_text(value),
    "officers": _is_text,
    "assumptions": _are_numbers,
    "lock_minutes": lambda value: isinstance(value, int) and _is_number(value, 1, 30),
}


def load(path: Path | None = None) -> Loaded:
    """Read the settings; `path` is for tests and tools, else the file in the data folder.

    Never fails: a missing file means defaults, an unreadable one defaults and a remark, and
    single keys that are unknown or out of range are passed over with a remark each.
    """
    path = path or data_dir() / FILE_NAME
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, ValueError):
        return Loaded(Settings(), (Remark("settings.unreadable"),))
    if not isinstance(found, dict):
        return Loaded(Settings(), (Remark("settings.unreadable"),))
    remarks: list[Remark] = []
    used: dict[str, object] = {}
    for key, value in found.items():
        if key not in _ALLOWED:
            remarks.append(Remark("settings.unknown_key", {"key": key}))
        elif not _ALLOWED[key](value):
            remarks.append(Remark("settings.bad_value", {"key": key}))
        else:
            used[key] = value
    if "theme" in used:
        used["theme"] = Theme(str(used["theme"]))
    return Loaded(Settings(**used), tuple(remarks))  # type: ignore[arg-type]  # checked above


def save(settings: Settings, path: Path | None = None) -> None:
    """Write the settings atomically, the folder too if need be.

    Raises ValueError for a value that `load` would not take back (a bug), OSError as usual.
    """
    path = path or data_dir() / FILE_NAME
    values = settings._asdict()
    wrong = [key for key, value in values.items() if not _ALLOWED[key](value)]
    if wrong:
        msg = f"settings out of range: {wrong}"
        raise ValueError(msg)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    values["assumptions"] = dict(settings.assumptions)
    write_private(path, json.dumps(values, ensure_ascii=False, indent=1).encode())
