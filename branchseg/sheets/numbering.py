"""Sheet numbers and what their QR code says: a number and a check, no personal data.

A vault gives its sheets numbers (`sheet_number`) and knows them again. Sheets of the command line
are in no vault; their numbers (`unregistered_number`) can never be taken for a vault's.
"""

from __future__ import annotations

import re
import unicodedata
from binascii import crc_hqx
from datetime import date

_MARKER = "T1"
_UNREGISTERED = "C"
_PAYLOAD = re.compile(rf"{_MARKER}\|({_UNREGISTERED}?\d{{8}}-\d{{4,6}})\|([0-9A-F]{{4}})")
_NUMBER = re.compile(rf"({_UNREGISTERED}?\d{{8}})-?(\d{{4,6}})")
_DASHES = str.maketrans("—–−‐_", "-----")  # what an input method may make of a hyphen


def sheet_number(day: date, serial: int) -> str:
    """The number of the `serial`-th sheet (1..999999) of `day`: "20261122-0001"."""
    if not 1 <= serial <= 999_999:
        msg = f"a sheet number has no serial {serial}"
        raise ValueError(msg)
    return f"{day:%Y%m%d}-{serial:04d}"


def unregistered_number(day: date, serial: int) -> str:
    """The number of a sheet that no vault knows: "C20261122-0001"."""
    return _UNREGISTERED + sheet_number(day, serial)


def qr_payload(number: str) -> str:
    """What the QR code of sheet `number` holds: marker, number and CRC-16/IBM-3740 in hex."""
    return f"{_MARKER}|{number}|{crc_hqx(number.encode('ascii'), 0xFFFF):04X}"


def parse_payload(text: str) -> str | None:
    """The vault's sheet number in a scanned payload or a typed number; None if it is neither.

    Tolerates lower case, full-width characters and a missing hyphen: a scanner types through
    the Chinese input method. A wrong check or an impossible date gives None, and so does a sheet
    of the command line.
    """
    number = _number(text)
    return number if number and _is_number(number) else None


def is_unregistered(text: str) -> bool:
    """Whether a scanned payload or a typed number is that of a sheet of the command line."""
    number = _number(text) or ""
    return number.startswith(_UNREGISTERED) and _is_number(number.removeprefix(_UNREGISTERED))


def _number(text: str) -> str | None:
    """What stands in a payload whose check is right, or what was typed, in the usual form."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().upper()
    scanned = _PAYLOAD.fullmatch(plain)
    if scanned:
        return scanned.group(1) if qr_payload(scanned.group(1)) == plain else None
    typed = _NUMBER.fullmatch(plain)
    return f"{typed.group(1)}-{typed.group(2)}" if typed else None


def _is_number(number: str) -> bool:
    """Whether `number` is one `sheet_number` can give."""
    day, serial = number.split("-")
    try:
        return sheet_number(date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}"),
                            int(serial)) == number
    except ValueError:
        return False
