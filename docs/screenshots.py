"""Grab every page of the window, and a task sheet, as PNG: `python docs/screenshots.py FOLDER`.

Options: --dark, --scale 150, --size 1366x768. The pictures of the README are made with this.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def settle(app: object, seconds: float = 0.4) -> None:
    """Let timers and the worker come to rest."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()  # type: ignore[attr-defined]
        time.sleep(0.01)


def rest(app: object, program: object) -> None:
    """Wait until all work is done and shown."""
    deadline = time.monotonic() + 120
    settle(app)
    while program.jobs.busy and time.monotonic() < deadline:  # type: ignore[attr-defined]
        settle(app)
    settle(app, 1.0)


def main() -> None:
    """Open the sample in a fresh data folder and grab page after page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--pages", nargs="*")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(options.scale / 100)
    with tempfile.TemporaryDirectory(prefix="branchseg-shots-") as data:
        os.environ["BRANCHSEG_DATA"] = data
        grab_all(options, Path(data))


def grab_all(options: argparse.Namespace, data: Path) -> None:
    """The pictures of one look."""
    from PySide6.QtWidgets import QApplication

    from branchseg.settings import Settings, save
    from ui.app import Application
    from ui.pages import PAGES

    theme = "dark" if options.dark else "light"
    save(Settings(branch_name="城东支行", operator="大堂", theme=theme))
    app = QApplication([])
    program = Application(data)
    width, height = (int(n) for n in options.size.split("x"))
    scale = options.scale / 100
    program.show()
    program.window.resize(int(width / scale), int(height / scale))
    settle(app)
    options.folder.mkdir(parents=True, exist_ok=True)
    program.window.grab().save(str(options.folder / "unlock.png"))
    program.open_sample()
    rest(app, program)
    if program.session.result is None:
        sys.exit("the sample did not open")
    for spec in PAGES:
        if options.pages and spec.key not in options.pages:
            continue
        program.session.navigate(spec.key)
        rest(app, program)
        program.window.grab().save(str(options.folder / f"{spec.key}.png"))
    program.close()


if __name__ == "__main__":
    main()
