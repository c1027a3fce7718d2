"""The modules of a QR code, from the payload of a sheet."""

from __future__ import annotations

import segno

QUIET = 2
"""Light modules kept free on each side; the white paper around does the rest."""
MODULES = 25 + 2 * QUIET
"""Modules along one side of a version 2 code, the quiet zone included."""


def qr_modules(payload: str) -> tuple[bytes, ...]:
    """The 25 rows of 25 modules (1 is black) of a version 2-M QR code (ISO/IEC 18004).

    Version and mask are fixed: choosing the best of eight masks takes five times as long and
    a code of this size reads well with any of them.
    """
    code = segno.make(payload, error="m", version=2, mode="byte", mask=3, micro=False,
                      boost_error=False)
    return tuple(bytes(row) for row in code.matrix)
