"""How the steps of cleaning note what they found in the rows of one list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from branchseg.model.issues import Action, IssueCode, IssueLog
from branchseg.model.masking import mask, mask_middle
from branchseg.model.raw import CellError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONG_NUMBER = re.compile(r"\d{11,}")
_LONGEST = 40

KEPT = frozenset({
    IssueCode.AMOUNT_NEGATIVE, IssueCode.PHONE_MASKED, IssueCode.ID_CHECKSUM,
    IssueCode.ID_LENGTH, IssueCode.ID_MASKED, IssueCode.NUMBER_DAMAGED,
    IssueCode.CHOICE_UNREADABLE,
})
"""Findings about a value that stays as it was."""


def action_of(code: IssueCode, value: object) -> Action:
    """What was done to a cell that a parser turned into `value` with finding `code`."""
    if value is None:
        return Action.BLANKED
    return Action.KEPT if code in KEPT else Action.FIXED


def cell_text(cell: object) -> str:
    """A cell as the user saw it, roughly: whole numbers without a point."""
    if isinstance(cell, CellError):
        return cell.text
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return cell.isoformat()
    return str(cell)


def shown(key: str, text: str) -> str:
    """A value as an issue may show it: masked by field, and no long number in any field."""
    text = mask(key, text.strip())
    text = _LONG_NUMBER.sub(lambda found: mask_middle(found[0], 0, 4), text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@dataclass(frozen=True, slots=True)
class Findings:
    """The issue log, seen from the rows of one list: positions become sheet rows."""

    log: IssueLog
    source: str
    rows: npt.NDArray[np.int64]

    def note(self, code: IssueCode, action: Action, key: str,
             positions: npt.NDArray[Any] | Sequence[int], texts: Iterable[str]) -> None:
        """One finding per position about field `key`; `texts` are masked here."""
        if len(positions):
            rows = self.rows[np.asarray(positions, dtype=np.int64)].tolist()
            plain = list(texts)
            masked = {text: shown(key, text) for text in set(plain)}
            self.log.add_many(code, action, rows, key, [masked[text] for text in plain],
                              self.source)

    def note_rows(self, code: IssueCode, action: Action, key: str,
                  rows: npt.NDArray[np.int64], members: npt.NDArray[Any]) -> None:
        """One finding per customer: at sheet row `rows`, showing the rows it is made of."""
        texts = [text if len(text) <= _LONGEST else f"{text[:_LONGEST - 1]}…"
                 for text in members.tolist()]
        self.log.add_many(code, action, rows.tolist(), key, texts, self.source)

    def note_column(self, code: IssueCode, action: Action, key: str, text: str) -> None:
        """One finding about a whole column; `text` must not hold a customer value."""
        self.log.add(code, action, key=key, shown=text, source=self.source)
