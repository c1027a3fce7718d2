"""First paint of the window, against a bare QMainWindow."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import Figure, interleaved


def bare() -> None:
    """The floor: the smallest window that paints."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.resize(1366, 768)
    window.show()
    window.grab()
    app.processEvents()


def ours(folder: str) -> dict[str, int]:
    """Our window on an empty data folder, up to its first paint."""
    from ui.app import Application, make_qapplication

    app = make_qapplication()
    program = Application(Path(folder))
    program.window.resize(1366, 768)
    program.window.show()
    program.window.grab()
    app.processEvents()
    heavy = {"pandas", "numpy", "matplotlib", "sqlalchemy"} & set(sys.modules)
    return {"heavy": len(heavy)}


def figures(folder: Path) -> list[Figure]:
    """Wall time including imports: from the process's first line to the painted window."""
    floor, mine = interleaved(7, ("paint", "bare"), ("paint", "ours", str(folder / "data")))
    detail = f"{mine.wall * 1000:.0f} ms; bare {floor.wall * 1000:.0f} ms"
    return [
        Figure("first paint / bare window", mine.wall / floor.wall, 1.5, "x", detail),
        Figure("heavy libraries loaded before first paint", mine.extra["heavy"], 0, "", ""),
    ]
