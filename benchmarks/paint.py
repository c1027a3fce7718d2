"""First paint of the window, against a bare QMainWindow."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Figure, fresh, since_start


def bare() -> dict[str, float]:
    """The floor: the smallest window that paints."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1366, 768)
    window.show()
    window.grab()
    app.processEvents()
    return {"painted": since_start()}


def ours(folder: str) -> dict[str, float]:
    """Our window on an empty data folder, up to its first paint."""
    from ui.__main__ import load_qt

    load_qt()
    from ui.app import Application, make_qapplication

    app = make_qapplication()
    program = Application(Path(folder))
    program.window.resize(1366, 768)
    program.window.show()
    program.window.grab()
    app.processEvents()
    heavy = {"pandas", "numpy", "matplotlib", "sqlalchemy"} & set(sys.modules)
    return {"painted": since_start(), "heavy": len(heavy)}


def figures(folder: Path) -> list[Figure]:
    """Wall time from the start of the process to the painted window, the best of eleven each."""
    path = str(folder / "data")
    fresh("paint", "ours", path)  # compiled code is kept from now on
    bares, mines = [], []
    for _ in range(11):
        bares.append(fresh("paint", "bare").extra["painted"])
        mines.append(fresh("paint", "ours", path).extra)
    floor, mine = min(bares), min(run["painted"] for run in mines)
    detail = f"{mine * 1000:.0f} ms; bare {floor * 1000:.0f} ms"
    return [
        Figure("first paint / bare window", mine / floor, 1.5, "x", detail),
        Figure("heavy libraries loaded before first paint", mines[0]["heavy"], 0, "", ""),
    ]
