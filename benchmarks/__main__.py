"""`python -m benchmarks [NAME...] [--json]`: print every figure beside its bound."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks import end_to_end, large, models, paint, read, score, sheets, table

BENCHMARKS = {
    "read": read.figures,
    "large": large.figures,
    "score": score.figures,
    "end_to_end": end_to_end.figures,
    "sheets": sheets.figures,
    "paint": paint.figures,
    "table": table.figures,
    "models": models.figures,
}


def main() -> int:
    """Run the named benchmarks (default: all); exit 1 if a bound is broken."""
    parser = argparse.ArgumentParser(prog="branchseg benchmark")
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory(prefix="branchseg-bench-") as folder:
        for name in options.names or BENCHMARKS:
            for figure in BENCHMARKS[name](Path(folder)):
                found.append(figure)
                if not options.json:
                    mark = "ok  " if figure.kept else "OVER"
                    print(f"{mark} {figure.name:<46} {figure.value:8.3f} <= {figure.bound:<7g}"
                          f"{figure.unit:<4} {figure.detail}", flush=True)
    if options.json:
        print(json.dumps([{**asdict(figure), "kept": figure.kept} for figure in found], indent=1))
    return 0 if all(figure.kept for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
