"""Writing a small file so that a crash leaves the old one or the new one, never half of one."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TRIES = 5
_PAUSE_SECONDS = 0.2


def write_private(path: Path, data: bytes) -> None:
    """Replace `path` by `data` atomically; only the current user may read it.

    Permissions are set before the first byte is written. On Windows the folder's own access
    list protects the file. Raises OSError; the old file is then untouched.
    """
    draft = path.with_name(path.name + ".part")
    draft.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(draft, flags, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    move_into_place(draft, path)


def move_into_place(draft: Path, path: Path) -> None:
    """Rename `draft` to `path` so that a power cut cannot undo it.

    Tries again for a second: virus scanners on Windows hold new files for a moment.
    """
    for left in reversed(range(_TRIES)):
        try:
            draft.replace(path)
            break
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE_SECONDS)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
