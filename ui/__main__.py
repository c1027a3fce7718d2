"""`python -m ui`: the window without arguments, the command line with them."""

from __future__ import annotations

import builtins
import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The program `branchseg`. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        load_qt()
        from .app import run  # noqa: PLC0415 - loads Qt

        return run()
    from .headless import run_command  # noqa: PLC0415 - the commands load pandas

    return run_command(given)


def load_qt() -> None:
    """Load Qt for the window in a quarter less time than an import does.

    Qt hooks itself into all later imports to read the source of every module, pandas' too, in
    search of `__feature__`, which nobody here uses: a fifth of loading them, and 50 MB. No
    garbage is collected before the window is there (`ui.garbage`).
    """
    gc.disable()
    plain = builtins.__import__
    import PySide6.QtCore  # noqa: F401, PLC0415 - not for the command line

    builtins.__import__ = plain


if __name__ == "__main__":
    sys.exit(main())
