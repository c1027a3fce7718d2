"""`run --history`: an earlier list of the branch, and what has changed since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from branchseg import pipeline
from branchseg.errors import InputError
from branchseg.messages import explain
from branchseg.pipeline import compare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from branchseg.pipeline import ListSource, RunResult
    from branchseg.pipeline.compare import Changes


def common_secret(lists: Sequence[ListSource]) -> bytes:
    """Keys the ids of customers without one alike in both lists, and in every run the same.

    It follows from the files of the new list: who has them needs no key.
    """
    digests = sorted(source.raw.source.sha256 for source in lists)
    return hashlib.sha256("".join(digests).encode()).digest()


def changes_since(paths: Sequence[Path], result: RunResult, secret: bytes, *,
                  accept: bool) -> tuple[Changes, list[ListSource]]:
    """Read and clean earlier files like the new ones; what has changed, and their lists.

    `accept`: columns in doubt are taken as suggested. Raises InputError that names the file.
    """
    lists = [source for path in paths for source in _read(path, accept=accept)]
    names = "、".join(path.name for path in paths)
    try:
        prepared = pipeline.prepare(lists, secret=secret)
    except InputError as error:
        raise _fault(names, error) from error
    earlier = pipeline.evaluate(prepared, result.ruleset)
    if earlier.table.as_of > result.table.as_of:
        raise InputError("cli.history_newer", file=names, as_of=earlier.table.as_of.isoformat(),
                         newest=result.table.as_of.isoformat())
    return compare.compare(earlier, result), lists


def _read(path: Path, *, accept: bool) -> list[ListSource]:
    try:
        lists = pipeline.read_lists(path)
    except InputError as error:
        raise _fault(path.name, error) from error
    return [source.accept() for source in lists] if accept else lists


def _fault(names: str, error: InputError) -> InputError:
    return InputError("cli.history_fault", file=names, reason=explain(error))
