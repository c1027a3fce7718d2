"""Measure one step in a fresh process, and print figures beside their bounds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
_MARK = "@@"
_SPAWNED = "BRANCHSEG_BENCH_SPAWNED"


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU seconds (children included), wall seconds, peak MB of the largest process."""

    cpu: float
    wall: float
    peak_mb: float
    extra: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ratio or size and the bound it must keep."""

    name: str
    value: float
    bound: float
    unit: str
    detail: str

    @property
    def kept(self) -> bool:
        """True where the bound holds."""
        return self.value <= self.bound


def step(function: Callable[..., object], *arguments: object) -> None:
    """Called inside the fresh process: run, then print what it cost, without the imports."""
    before = os.times()
    started = perf_counter()
    extra = function(*arguments)
    after = os.times()
    cpu = sum(after[:4]) - sum(before[:4])
    print(_MARK + json.dumps({"cpu": cpu, "wall": perf_counter() - started,
                              "extra": extra if isinstance(extra, dict) else {}}))


def since_start() -> float:
    """Called inside the fresh process: seconds since it was started, the interpreter included."""
    return time.time() - float(os.environ[_SPAWNED])


def fresh(module: str, function: str, *arguments: object) -> Usage:
    """Run `benchmarks.<module>.<function>(*arguments)` in a fresh process and measure it."""
    code = (f"import json, sys; from benchmarks import measure, {module}; "
            f"measure.step({module}.{function}, *json.loads(sys.argv[1]))")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users' machines keep compiled code
    environment[_SPAWNED] = str(time.time())
    process = subprocess.Popen([sys.executable, "-c", code, json.dumps(arguments)], cwd=ROOT,
                               stdout=subprocess.PIPE, env=environment, text=True)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{module}.{function} failed")
    answer = json.loads(next(line for line in output.splitlines() if line.startswith(_MARK))[2:])
    return Usage(answer["cpu"], answer["wall"], usage.ru_maxrss / 1024, answer["extra"])


def interleaved(rounds: int, *cases: tuple[object, ...]) -> list[Usage]:
    """Measure the cases in turn, `rounds` times, and give the least: A B C A B C ...

    Other work on the machine only ever adds.
    """
    runs: list[list[Usage]] = [[] for _ in cases]
    for _ in range(rounds):
        for found, case in zip(runs, cases, strict=True):
            found.append(fresh(*case))  # type: ignore[arg-type]
    return [
        Usage(
            min(u.cpu for u in found), min(u.wall for u in found),
            max(u.peak_mb for u in found),
            {key: min(u.extra[key] for u in found) for key in found[0].extra},
        )
        for found in runs
    ]
