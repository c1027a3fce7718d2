"""How wide a text is and where it breaks, the same on every computer.

The widths are a model, not a font: a Chinese character is one em wide and Latin characters have
the widest of what Microsoft YaHei and Noto Sans CJK need, regular or bold. So text set here fits
in every font the painter may find, and screen, printer, PDF and golden files agree.
"""

from __future__ import annotations

import string
from itertools import repeat

from branchseg.sheets.marks import POINT

ELLIPSIS = "…"

_NO_START = frozenset("，。；：、！？）》」』】”’…%％,.;:!?)]}〉·")
_NO_END = frozenset("（《「『【“‘([{〈")
_IN_WORD = frozenset(string.ascii_letters + string.digits + ".,:/*+%-–_")


_EM = (  # widths of what is narrower than a Chinese character, in em
    dict.fromkeys(" !'(),-./:;I[\\]fijlrt{|}", 0.45)
    | dict.fromkeys('0123456789"#$*+<=>?^_~', 0.6)
    | dict.fromkeys("abcdeghknopqsuvxyz`", 0.67)
    | dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ", 0.82)
    | dict.fromkeys("mwMW@%&", 1.02)
)


def measure(text: str, size: float) -> float:
    """The room in millimetres that `text` needs at most when set in `size` points."""
    return sum(map(_EM.get, text, repeat(1.0))) * size * POINT


def fit(text: str, width: float, size: float) -> tuple[str, float]:
    """`text` on one line, shortened with "…" if it is too long, and the room it needs in mm."""
    text = _flat(text)
    needed = measure(text, size)
    if needed <= width:
        return text, needed
    em = size * POINT
    if width < em:
        return "", 0.0
    kept, room = 0, width / em - 1.0
    for character in text:
        room -= _EM.get(character, 1.0)
        if room < 0:
            break
        kept += 1
    text = text[:kept].rstrip() + ELLIPSIS
    return text, measure(text, size)


def wrap(text: str, width: float, size: float, lines: int) -> list[str]:
    """`text` broken into at most `lines` lines of `width` millimetres, the last one shortened.

    Numbers and Latin words stay whole, closing punctuation never begins a line and opening
    brackets never end one (GB/T 15834-2011).
    """
    text = _flat(text)
    broken: list[str] = []
    while text and len(broken) < lines - 1 and measure(text, size) > width:
        cut = _break(text, width / (size * POINT))
        broken.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*broken, fit(text, width, size)[0]] if text else broken


def _break(text: str, room: float) -> int:
    """How many characters of `text`, which is too long, go onto a line of `room` em."""
    fitting = 0
    for character in text:
        room -= _EM.get(character, 1.0)
        if room < 0:
            break
        fitting += 1
    cut = fitting
    while cut and not _may_break(text[cut - 1], text[cut]):
        cut -= 1
    return cut or max(fitting, 1)


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between these two characters."""
    if after in _NO_START or before in _NO_END:
        return False
    return not (before in _IN_WORD and after in _IN_WORD)


def _flat(text: str) -> str:
    """One line without control characters; blanks are single."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())
