"""The child process that parses one untrusted file: `python -m branchseg.intake.child`.

Reads one JSON request from standard input ({path, sheet, password}), answers in frames (see
`wire`) on standard output: {"error", "params"}, or {"format", "sha256", ...} and then each
sheet. Everything that looks into the file happens here, so a crash costs only this process.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

from branchseg.errors import InputError
from branchseg.intake.formats import MAX_FILE_BYTES, MAX_TEXT_BYTES, Format, is_ole, sniff
from branchseg.intake.limits import limit_myself
from branchseg.intake.wire import write_json, write_lines, write_rows
from branchseg.intake.workbooks import Lines, ParsedFile, ParsedSheet

READERS = {
    Format.XLSX: "workbooks.read_workbook",
    Format.XLSB: "workbooks.read_workbook",
    Format.XLS: "workbooks.read_workbook",
    Format.ODS: "workbooks.read_workbook",
    Format.TEXT: "texts.read_text",
    Format.HTML: "webpages.read_web_page",
    Format.MHTML: "webpages.read_web_page",
    Format.SPREADSHEETML: "spreadsheetml.read_spreadsheetml",
}
"""Who reads what first; what it cannot open, and the rest, goes to `second_readers`. Each is
imported when it is needed: a child starts for every file."""

SECOND = "second_readers.read_second"
_OUT_BYTES = 1 << 18


def main() -> None:
    """Serve one request and exit."""
    limit_myself()
    gc.disable()  # millions of cells, no cycles, a short life
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb", _OUT_BYTES) as out:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        serve(json.loads(sys.stdin.buffer.read()), out)


def serve(request: dict[str, Any], out: IO[bytes]) -> None:
    """Answer a request. Errors nobody foresaw become "damaged file"."""
    try:
        _answer(request, out)
    except InputError as error:
        write_json(out, {"error": error.code, "params": error.params})
    except MemoryError:
        write_json(out, {"error": "intake.too_big", "params": {}})
    except BaseException:  # noqa: BLE001 - a Rust panic is a BaseException
        write_json(out, {"error": "intake.damaged", "params": {}})


def _answer(request: dict[str, Any], out: IO[bytes]) -> None:
    """Read the file and send what it holds, sheet by sheet."""
    data = _load(Path(request["path"]))
    digest = hashlib.sha256(data).hexdigest()
    if is_ole(data):
        from branchseg.intake.passwords import decrypt  # noqa: PLC0415 - slow to load, rarely needed

        data = decrypt(data, request["password"])
    kind = sniff(data)
    if kind is not Format.TEXT and len(data) > MAX_FILE_BYTES:
        raise InputError("intake.file_too_big", limit=MAX_FILE_BYTES >> 20)
    parsed = _parse(data, kind, request["sheet"])
    write_json(out, {"format": kind, "sha256": digest, "date_1904": parsed.date_1904,
                          "sheet_names": parsed.sheet_names, "hidden": parsed.hidden})
    for sheet in parsed.sheets:
        _send_sheet(sheet, out)
    write_json(out, {"end": True})


def _parse(data: bytes, kind: Format, sheet: str | None) -> ParsedFile:
    """Open the file and its first sheet with its reader, or else with the second one.

    Raises InputError.
    """
    if kind in READERS:
        try:
            parsed = _reader(READERS[kind])(data, kind, sheet)
            first = list(islice(parsed.sheets, 1))
        except InputError as error:
            if error.code != "intake.damaged":
                raise
        except MemoryError:
            raise
        except BaseException:  # noqa: BLE001, S110 - a Rust panic is one; the second reader decides
            pass
        else:
            parsed.sheets = chain(first, parsed.sheets)
            return parsed
    return _reader(SECOND)(data, kind, sheet)


def _reader(name: str) -> Callable[[bytes, Format, str | None], ParsedFile]:
    """The function called `name` in this package."""
    module, _, function = name.partition(".")
    found: Callable[[bytes, Format, str | None], ParsedFile] = getattr(
        import_module(f"branchseg.intake.{module}"), function)
    return found


def _load(path: Path) -> bytes:
    """The bytes of a file. Raises InputError where it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise InputError("intake.cannot_open") from error


def _send_sheet(sheet: ParsedSheet, out: IO[bytes]) -> None:
    write_json(out, {
        "name": sheet.name, "first_row": sheet.first_row, "first_column": sheet.first_column,
        "height": sheet.height, "merges": sheet.merges, "faults": sheet.faults,
        "hidden": sheet.hidden,
    })
    if isinstance(sheet.rows, Lines):
        write_lines(out, sheet.rows.lines, sheet.rows.delimiter)
    else:
        write_rows(out, sheet.rows)


if __name__ == "__main__":
    main()
