"""Times of day in which nobody is called: the noon break, the night."""

from __future__ import annotations

import re
import unicodedata
from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchseg.rules.reading import Node

Span = tuple[time, time]
"""From, and up to but not with; over midnight where the end is before the start."""

QUIET = ((time(12), time(14)), (time(20), time(9)))
"""Stands in the rules of a branch that were saved before it could be set."""

_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[–—~至到-]\s*(\d{1,2}):([0-5]\d)")
_AVOIDED = re.compile(r"避开[^,;。()]*")
_MINUTES = 24 * 60


def read_quiet(node: Node) -> tuple[Span, ...]:
    """The times under "quiet", written "12:00-14:00"."""
    found = []
    for written in node.texts("quiet"):
        spans = _spans(written)
        if len(spans) == 1 and spans[0][0] != spans[0][1]:
            found.append(spans[0])
        else:
            node.fault("quiet", "quiet", value=written)
    return tuple(found)


def clash(window: str, spans: tuple[Span, ...]) -> Span | None:
    """The quiet time that a window of the rules ("工作日 10:00–11:30") reaches into.

    What a window says to avoid is none of it.
    """
    for wanted in _spans(window):
        mine = _minutes_of(wanted)
        for span in spans:
            if mine & _minutes_of(span):
                return span
    return None


def _spans(written: str) -> list[Span]:
    """The times of day a text names, less those it says to avoid and those there are not."""
    found = []
    text = _AVOIDED.sub("", unicodedata.normalize("NFKC", written))
    for match in _SPAN.finditer(text):
        hours, minutes = (int(match[1]), int(match[3])), (int(match[2]), int(match[4]))
        if max(hours) > 24 or (24 in hours and minutes[hours.index(24)]):
            continue
        start, end = (time(hour % 24, minute) for hour, minute in zip(hours, minutes, strict=True))
        found.append((start, end))
    return found


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def _minutes_of(span: Span) -> frozenset[int]:
    """The minutes of the day in a span."""
    start, end = map(_minute, span)
    length = (end - start) % _MINUTES
    return frozenset((start + passed) % _MINUTES for passed in range(length))
