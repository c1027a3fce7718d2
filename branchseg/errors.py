"""The exceptions of the core: input nobody can use, faults in rules, store trouble, cancel.

Bad *rows* are never exceptions: they are `branchseg.model.issues.Issue` values.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import NamedTuple


class BranchsegError(Exception):
    """An expected failure: `code` names a sentence in resources/messages, `params` fill it.

    `params` must never hold a customer value (name, number, phone): the sentence is shown,
    printed and logged. Exit code 1 unless a subclass says otherwise.
    """

    exit_code = 1

    def __init__(self, code: str, **params: object) -> None:
        """Keep the message code and what fills its placeholders."""
        super().__init__(code)
        self.code = code
        self.params = params


class InputError(BranchsegError):
    """A file nobody can use; the user must pick another or mend it."""

    exit_code = 2


class StoreError(BranchsegError):
    """The vault cannot be opened, read or written."""

    exit_code = 2


class RuleFault(NamedTuple):
    """One fault in a rule file: where it is, and the Chinese sentence saying what is allowed."""

    file: str
    key_path: str
    sentence: str


class RuleError(BranchsegError):
    """All faults found in a set of rule files, or in a specification; nothing of it is used."""

    exit_code = 3

    def __init__(self, faults: list[RuleFault], code: str = "rules.faulty") -> None:
        """Keep every fault: the user mends them in one go."""
        super().__init__(code, count=len(faults))
        self.faults = tuple(faults)


class Cancelled(Exception):  # noqa: N818 - it is a request of the user, not an error
    """The user asked to stop; raised only by `Reporter.step`."""

    exit_code = 130


def places_of(error: BaseException) -> str:
    """Types and places of an exception and its causes, for a fault report.

    Never the texts of exceptions: they may quote a customer.
    """
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(type(current).__qualname__)
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(current.__traceback__)
        ]
        current = current.__cause__ or current.__context__
    return "\n".join(lines)
