"""The words of column names: resources/aliases.toml, checked against FIELDS and indexed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from branchseg.model.fields import IMPORTED
from branchseg.paths import resources_dir


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The raw tables of aliases.toml; `sure` and `weak` map a field key to names, best first.

    `kinds` maps a balance to words of products. `own` are columns the program adds to what it
    exports, in their order.
    """

    sure: dict[str, tuple[str, ...]]
    weak: dict[str, tuple[str, ...]]
    kinds: dict[str, tuple[str, ...]]
    refused: dict[str, tuple[str, ...]]
    distinct: tuple[str, ...]
    neutral_groups: tuple[str, ...]
    group_endings: tuple[str, ...]
    own: tuple[str, ...]
    simplify: dict[int, int]


@cache
def vocabulary() -> Vocabulary:
    """The shipped vocabulary. Raises ValueError for a field nobody knows (a bug in the file)."""
    path = resources_dir() / "aliases.toml"
    tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    keys = {field.key for field in IMPORTED}
    unknown = (tables["sure"].keys() | tables["weak"].keys() | tables["kinds"].keys()) - keys
    if unknown:
        msg = f"aliases.toml names unknown fields: {sorted(unknown)}"
        raise ValueError(msg)
    labels = {field.key: (field.label,) for field in IMPORTED}
    return Vocabulary(
        sure={key: label + tuple(tables["sure"].get(key, ())) for key, label in labels.items()},
        weak={key: tuple(names) for key, names in tables["weak"].items()},
        kinds={key: tuple(words) for key, words in tables["kinds"].items()},
        refused={reason: tuple(words) for reason, words in tables["refused"].items()},
        distinct=tuple(tables["distinct"]["words"]),
        neutral_groups=tuple(tables["groups"]["neutral"]),
        group_endings=tuple(tables["groups"]["endings"]),
        own=tuple(tables["own"]["names"]),
        simplify=str.maketrans(tables["simplify"]["traditional"],
                               tables["simplify"]["simplified"]),
    )
