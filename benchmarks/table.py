"""A table of 300,000 rows in the window: sort and filter, through the view to the repaint."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks.measure import Figure, fresh

ROWS = 300_000


def handle() -> dict[str, float]:
    """Sort by number and by text, filter by text; median of five, repaint included."""
    import numpy as np
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication, QTableView

    from ui.columns import column
    from ui.row_model import RowModel

    rng = np.random.default_rng(3)
    numbers = rng.integers(0, 10**9, ROWS)
    data = {
        "customer_id": np.array([f"62{n:010d}" for n in numbers], dtype=object),
        "name": np.array([f"客户{n % 9973}" for n in numbers], dtype=object),
        "aum": rng.lognormal(9, 2, ROWS),
    }
    app = QApplication([])
    model = RowModel([column(key) for key in data])
    model.set_data(data)
    view = QTableView()
    view.setModel(model)
    view.resize(1366, 768)
    view.show()

    def timed(act: Callable[[], object]) -> float:
        took = []
        for _ in range(5):
            started = perf_counter()
            act()
            view.viewport().repaint()
            app.processEvents()
            took.append(perf_counter() - started)
        return statistics.median(took)

    orders = [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder]
    number = timed(lambda: model.sort(2, orders[0]))
    words = timed(lambda: model.sort(1, orders[1]))
    mask = np.array(["7" in name for name in data["name"]])
    keep = timed(lambda: model.filter(mask))
    return {"number": number, "text": words, "filter": keep}


def figures(_folder: Path) -> list[Figure]:
    """Seconds, as the bound is what a person waits."""
    found = fresh("table", "handle").extra
    return [
        Figure("sort 300k rows by number", found["number"], 0.3, "s", ""),
        Figure("sort 300k rows by text", found["text"], 0.3, "s", ""),
        Figure("filter 300k rows", found["filter"], 0.3, "s", ""),
    ]
