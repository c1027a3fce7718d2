"""What lists are called: files of one name told apart, and each list by a short name."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.issues import IssueLog
    from branchseg.model.raw import RawTable, SourceRef

_PLACE = re.compile(r"表(\d+)：(?=\d)")
"""How cleaning counts lists in front of sheet rows: "3、9；表2：4"."""


def apart(names: Sequence[str]) -> list[str]:
    """File names as they are, but for those that were there before: "名单.xlsx（2）"."""
    found: list[str] = []
    for old in names:
        name, number = old, 1
        while name in found:
            number += 1
            name = text("lists.again", file=old, number=number)
        found.append(name)
    return found


def renamed(raw: RawTable, name: str) -> RawTable:
    """A list under another file name, and its findings with it."""
    old = raw.source.file_name
    labels = [f"{name}{label.removeprefix(old)}" for label in raw.issues.sources]
    return replace(raw, source=replace(raw.source, file_name=name),
                   issues=replace(raw.issues, sources=labels))


def short_names(sources: Sequence[SourceRef]) -> list[str]:
    """What tells each list from the others: its sheet or its file, or both."""
    files = {source.file_name for source in sources}
    if len(files) == 1 and len({source.sheet for source in sources}) == len(sources):
        return [source.sheet or source.file_name for source in sources]
    one_each = len(files) == len(sources)
    return [source.file_name if one_each else source.label for source in sources]


def name_lists(log: IssueLog, sources: Sequence[SourceRef]) -> None:
    """Put the names of lists where findings count them: "3；理财：4" for "3；表2：4"."""
    if len(sources) == 1:
        return
    names = short_names(sources)

    def named(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        return f"{names[place]}：" if 0 < place < len(names) else found[0]

    log.shown[:] = [_PLACE.sub(named, shown) if "表" in shown else shown for shown in log.shown]
