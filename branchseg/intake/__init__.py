"""Reading customer lists: a file becomes typed, columnar tables, and columns get a meaning.

The functions are imported on first use, because the parsing child imports this package too
and must start quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchseg.intake.labels import initials, normalise
    from branchseg.intake.lookup import field_names, names_customers
    from branchseg.intake.mapping import fingerprint, match
    from branchseg.intake.reader import read
    from branchseg.intake.recollection import recollect

__all__ = ["field_names", "fingerprint", "initials", "match", "names_customers",
           "normalise", "read", "recollect"]

_HOME = {"field_names": "lookup", "fingerprint": "mapping", "initials": "labels",
         "match": "mapping", "names_customers": "lookup", "normalise": "labels", "read": "reader",
         "recollect": "recollection"}


def __getattr__(name: str) -> object:
    """Import one of the functions (PEP 562). Raises AttributeError for any other name."""
    if name not in _HOME:
        raise AttributeError(name)
    globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return globals()[name]
