"""The whole `run` on 50,000 customers, without sheets: peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.measure import ROOT, Figure, fresh

ROWS = 50_000


def run(path: str, out: str) -> dict[str, float]:
    """The command as a user types it, in a process of its own (so that this one stays small)."""
    subprocess.run([sys.executable, "-m", "branchseg", "run", path, "--out", out], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL)
    import resource

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    customers = json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))["customers"]
    return {"peak_mb": peak, "customers": customers}


def figures(folder: Path) -> list[Figure]:
    """Peak memory of the largest process of the run."""
    inline, path = str(folder / "inline.xlsx"), str(folder / "shared.xlsx")
    fresh("read", "write_workbook", inline, path, ROWS)
    usage = fresh("end_to_end", "run", path, str(folder / "result"))
    detail = f"{usage.extra['customers']:.0f} customers, {usage.cpu:.1f} s CPU"
    return [Figure("run 50k, no sheets: peak memory", usage.extra["peak_mb"], 700, "MB", detail)]
