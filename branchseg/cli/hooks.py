"""What only the window can do, handed in by `ui` so that the core stays free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Hooks:
    """`write_pdf(pages, path, reporter, title=)` returns the number of pages.

    `title` is the message code of the document's title; without it, that of task sheets.
    `open_window(path)` shows the window on a list and returns the exit code; it is None where
    there is no screen. `selftest()` returns 0 or 1.
    """

    write_pdf: Callable[..., int] | None = None
    open_window: Callable[[Path], int] | None = None
    selftest: Callable[[], int] | None = None
