"""What is said beside the result, on stderr: columns that were left out, and why."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import FIELDS
from branchseg.model.raw import UNIT_WORDS, shown_header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.model.raw import ColumnMapping, ColumnMatch
    from branchseg.pipeline import ListSource
    from branchseg.pipeline.compare import Changes


def column_name(mapping: ColumnMapping, match: ColumnMatch) -> str:
    """The name of a column, or its number where the names cannot be trusted.

    Without known columns the "header" may be the first customer of a list that has none.
    """
    return (match.header if len(mapping.used) > 1
            else text("cli.column", number=match.index + 1))


def say_columns(lists: Sequence[ListSource]) -> None:
    """Say which columns of the lists are not used; lists with the same columns once."""
    for mapping in {source.mapping.fingerprint: source.mapping for source in lists}.values():
        names = {match.index: shown_header(column_name(mapping, match))
                 for match in mapping.columns}
        if mapping.few:
            _say("cli.columns_few", total=len(mapping.columns), used=len(mapping.used))
        if mapping.doubtful:
            guesses = [_guess(names[match.index], match) for match in mapping.doubtful]
            _say("cli.columns_doubtful", count=len(guesses), columns="；".join(guesses))
        unused = [names[match.index] for match in mapping.columns if match.unused]
        if unused:
            _say("cli.columns_unused", columns="、".join(unused))


def say_changes(changes: Changes) -> None:
    """Tell in one line what has changed since an earlier list, and if that means little."""
    print(text("cli.changes", as_of=changes.before.table.as_of.isoformat(),
               **{key: len(getattr(changes, key)) for key in ("new", "gone", "up", "down")}))
    if not changes.alike:
        _say("cli.changes_unlike", common=changes.common)


def _guess(name: str, match: ColumnMatch) -> str:
    """A column in doubt, what it may be, and why that is not sure."""
    reason = text(match.reason, unit=UNIT_WORDS[match.unit]).rstrip("。")
    return text("cli.column_guess", header=name, field=FIELDS[match.field or ""].label,
                reason=reason)


def _say(code: str, **values: object) -> None:
    print(text(code, **values), file=sys.stderr)
