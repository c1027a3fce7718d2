"""Opening password-protected Office files in memory. Runs in the child only."""

from __future__ import annotations

import io

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from branchseg.errors import InputError

_BUILT_IN = "VelvetSweatshop"
"""The password Excel itself uses for sheets that are only protected against editing."""


def decrypt(data: bytes, password: str | None) -> bytes:
    """The readable content of an OLE file; the same bytes if it is not encrypted.

    Raises InputError `intake.password_needed`, `_wrong` or `_unsupported`.
    """
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        encrypted = office.is_encrypted()
    except (FileFormatError, ParseError, OSError, ValueError, LookupError, AttributeError):
        return data  # not for this library to judge
    if not encrypted:
        return data
    for candidate in (_BUILT_IN, password):
        if candidate and (content := _try(data, candidate)) is not None:
            return content
    raise InputError("intake.password_wrong" if password else "intake.password_needed")


def _try(data: bytes, password: str) -> bytes | None:
    """The content, or None if the password does not fit."""
    office = msoffcrypto.OfficeFile(io.BytesIO(data))
    content = io.BytesIO()
    try:
        office.load_key(password=password)
        office.decrypt(content)
    except InvalidKeyError:
        return None
    except ValueError:
        return None  # the padding is wrong, so the key is
    except (DecryptionError, ParseError, NotImplementedError) as error:
        raise InputError("intake.password_unsupported") from error
    return content.getvalue()
