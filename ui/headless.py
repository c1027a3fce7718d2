"""The command line of the window's program: the core's commands plus what needs Qt."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from branchseg.cli import Hooks
from branchseg.cli import main as run_cli
from branchseg.progress import Reporter
from branchseg.sheets import Page

from .app import make_qapplication, run
from .printing import write_pdf
from .selftest import selftest


def run_command(arguments: Sequence[str]) -> int:
    """Run one sub-command with everything the window adds to it; the exit code."""
    window = run if has_screen() else None
    if window is None or arguments[0] == "selftest":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return run_cli(arguments, Hooks(write_pdf=_write_pdf, open_window=window, selftest=selftest))


def has_screen() -> bool:
    """True where a window can be shown to somebody."""
    if os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}:
        return False
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _write_pdf(pages: Iterable[Page], path: Path, reporter: Reporter,
               title: str = "sheets.title") -> int:
    """Fonts need a Qt application; it must live as long as the process."""
    make_qapplication()
    return write_pdf(pages, path, reporter, title=title)
