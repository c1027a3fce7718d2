"""460 workbooks of other projects and of our own that break importers: what becomes of each.

Most are no customer lists: then the right answer is the sentence that says why. The files are read
where they are kept beside the project; their licences do not let all of them into it.
"""

from __future__ import annotations

import csv
import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from branchseg import intake
from branchseg.errors import InputError

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/workbooks"
EXPECTED = Path(__file__).resolve().parents[1] / "data/collected/outcomes.csv"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the collected workbooks are not on this machine")


def outcome(name: str) -> str:
    """Rows and columns of every list of a file, or the code of the sentence."""
    try:
        tables = intake.read(FOLDER / name)
    except InputError as error:
        return error.code
    return " ".join(f"{len(table.rows)}x{len(table.headers)}" for table in tables)


def test_each_file_is_read_or_refused_as_expected() -> None:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        expected = {row["file"]: row["outcome"] for row in csv.DictReader(file)}
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = dict(zip(expected, pool.map(outcome, expected, chunksize=8), strict=True))
    assert {name: (found[name], expected[name]) for name in expected
            if found[name] != expected[name]} == {}


def test_no_file_is_left_out() -> None:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        expected = {row["file"] for row in csv.DictReader(file)}
    notes = {"README.md", "SOURCE.md", "peer_outcomes.csv", "MANIFEST_shared.csv"}
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*")
             if path.is_file() and path.name not in notes}
    assert there == expected
