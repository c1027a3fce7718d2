"""Models on the customers of a result: what is found, how sure it is, and what to do with it.

They need heavy libraries and seconds: call them in a worker.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.pipeline.models.finding import Finding, Group

if TYPE_CHECKING:
    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Reporter

__all__ = ["FINDERS", "Finding", "Group", "find", "purpose", "title"]

FINDERS = {"clusters": "clusters.find_clusters"}
"""Key -> where it is; its words are in `models.<key>`, in the order of display."""


def title(key: str) -> str:
    """The name of a model."""
    return text(f"models.{key}.title")


def purpose(key: str) -> str:
    """What a model is for, in one sentence."""
    return text(f"models.{key}.purpose")


def find(key: str, result: RunResult, reporter: Reporter) -> Finding:
    """What one of FINDERS finds. Raises Cancelled."""
    module, _, function = FINDERS[key].partition(".")
    finder = getattr(import_module(f"{__name__}.{module}"), function)
    found: Finding = finder(result, reporter)
    return found
