"""How much memory the parsing child may take, on each system.

POSIX: the child limits its own address space before it looks at the file. Windows: the parent
puts the child into a Job Object before it sends the request the child waits for.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

MAX_BYTES = 1536 << 20


def limit_myself() -> None:
    """Called by the child first of all."""
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX only

        resource.setrlimit(resource.RLIMIT_AS, (MAX_BYTES, MAX_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold customer data


def limit_child(process: subprocess.Popen[bytes]) -> object:
    """Called by the parent before it sends the request; keep the result while the child runs."""
    if sys.platform == "win32":
        from branchseg.intake.windows_job import Job  # noqa: PLC0415 - Windows only

        return Job(process, MAX_BYTES)
    return None
