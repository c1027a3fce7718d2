"""Latest: of many questions of one kind to the worker, only the last one is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.errors import BranchsegError

    from .jobs import Job, Work
    from .session import Session


class Latest:
    """Asks like `session.run`; what was asked before and is still open is dropped."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._job: Job | None = None

    def ask(self, label: str, work: Work, on_success: Callable[[Any], None],
            on_error: Callable[[BranchsegError], None] | None = None, *,
            quiet: bool = True, apart: bool = False) -> Job:
        """Ask the worker, instead of what was asked before."""
        self.drop()
        self._job = self._session.run(label, work, on_success, on_error, quiet=quiet, apart=apart)
        return self._job

    def drop(self) -> None:
        """What was asked is of no interest any more."""
        if self._job is not None:
            self._job.drop()
            self._job = None
