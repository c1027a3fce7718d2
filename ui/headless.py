"""The command line of the window's program: the core's commands plus what needs Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.cli import Hooks
from branchseg.cli import main as run_cli

from .app import run
from .printing import write_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_command(arguments: Sequence[str]) -> int:
    """Run one sub-command with everything the window adds to it; the exit code."""
    return run_cli(arguments, Hooks(write_pdf=write_pdf, open_window=run, selftest=None))
