"""The caps of the parsing child as they are shipped, in a real process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook

from branchseg import intake
from branchseg.errors import InputError
from branchseg.intake import limits, process
from branchseg.progress import Reporter

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows uses a Job Object")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(["客户号", "姓名"])
    book.active.append(["1", "张三"])
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_the_caps_are_those_that_were_measured():
    assert process._SECONDS == 120.0
    assert limits.MAX_BYTES == 1536 * 1024 * 1024


@posix
def test_the_child_limits_its_memory_and_leaves_no_core():
    code = ("import resource; from branchseg.intake.limits import limit_myself; limit_myself(); "
            "print(resource.getrlimit(resource.RLIMIT_AS), "
            "resource.getrlimit(resource.RLIMIT_CORE))")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{(limits.MAX_BYTES,) * 2} (0, 0)"


@posix
@pytest.mark.parametrize(("megabytes", "code"), [
    (256, "intake.damaged"), (2048, "intake.too_big")])
def test_the_cap_holds_before_the_file_is_looked_at(path, monkeypatch, megabytes, code):
    monkeypatch.setattr(process, "_COMMAND", (sys.executable, "-c", (
        "from branchseg.intake import child\n"
        f"def answer(request, out): bytearray({megabytes} << 20); raise ValueError\n"
        "child._answer = answer\n"
        "child.main()")))
    with pytest.raises(InputError) as caught:
        intake.read(path, reporter=Reporter())
    assert caught.value.code == code


def test_a_child_that_keeps_talking_is_stopped_too(path, monkeypatch):
    """Progress is no reason to wait for ever: the time counts from the start."""
    monkeypatch.setattr(process, "_SECONDS", 0.3)
    monkeypatch.setattr(process, "_COMMAND", (sys.executable, "-c", (
        "import json, sys, time\n"
        "sys.stdin.buffer.read()\n"
        "sys.stdout.buffer.write(b'J' + (1 << 20).to_bytes(8, 'little'))\n"
        "while True: sys.stdout.buffer.write(b' '); sys.stdout.buffer.flush(); time.sleep(0.01)")))
    with pytest.raises(InputError) as caught:
        intake.read(path, reporter=Reporter())
    assert caught.value.code == "intake.timed_out"
