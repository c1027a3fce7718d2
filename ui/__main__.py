"""`python -m ui`: the window without arguments, the command line with them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .app import run

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """The program `branchseg`. Returns the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        return run()
    from .headless import run_command  # noqa: PLC0415 - the commands load pandas

    return run_command(given)


if __name__ == "__main__":
    sys.exit(main())
