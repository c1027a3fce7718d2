"""Task sheets to PDF: CPU against deflating equal content, memory against the number of sheets."""

from __future__ import annotations

import zlib
from pathlib import Path

from benchmarks.measure import Figure, fresh, interleaved

SHEETS = 1000


def _pages(count: int):  # noqa: ANN202 - a generator of pages
    """The pages of `count` sheets of the sample's customers, over and over."""
    from datetime import UTC, date, datetime
    from itertools import islice

    from branchseg import pipeline, rules, sample, sheets
    from branchseg.intake import match
    from branchseg.paths import resources_dir

    raw = sample.rows(customers=2000, seed=7)
    prepared = pipeline.prepare([pipeline.ListSource(raw, match(raw))])
    result = pipeline.evaluate(prepared, rules.load(resources_dir() / "rules"))
    job = sheets.PrintJob("示例支行", "测试", datetime(2026, 11, 22, 9, tzinfo=UTC),
                          date(2026, 10, 31), result.ruleset.id)
    worth = pipeline.work_list(result, 200)
    tasks = [pipeline.Task(p, sheets.sheet_number(job.as_of, n)) for n, p in enumerate(worth, 1)]
    written = list(pipeline.task_sheets(result, tasks, job))
    endless = (page for _ in iter(int, 1) for sheet in written
               for page in sheets.task_pages(sheet))
    return islice(endless, count)


def paint(path: str, count: int) -> dict[str, float]:
    """Lay out and paint the sheets."""
    from PySide6.QtGui import QGuiApplication

    from branchseg.progress import Reporter
    from ui.printing import write_pdf

    app = QGuiApplication([])
    pages = _pages(count)
    from os import times

    before = times()
    done = write_pdf(pages, Path(path), Reporter())
    after = times()
    del app
    return {"pages": done, "cpu": sum(after[:2]) - sum(before[:2])}


def deflate(path: str, count: int) -> dict[str, float]:
    """The floor: compress the content streams of the very same PDF once more."""
    from os import times

    content = Path(path).read_bytes()
    streams = []
    for part in content.split(b"stream\n")[1:]:
        try:
            streams.append(zlib.decompress(part.split(b"endstream")[0]))
        except zlib.error:
            continue
    pages = [s for s in streams if any(mark in s for mark in (b" Td", b"Tj", b" re"))]
    before = times()
    for stream in pages:
        zlib.compress(stream, 6)
    after = times()
    return {"cpu": sum(after[:2]) - sum(before[:2]), "streams": len(pages), "count": count}


def figures(folder: Path) -> list[Figure]:
    """CPU of 1,000 sheets over the floor; peak memory of 5,000 over that of 500."""
    path = str(folder / "sheets.pdf")
    fresh("sheets", "paint", path, SHEETS)
    mine, floor = interleaved(3, ("sheets", "paint", path, SHEETS),
                              ("sheets", "deflate", path, SHEETS))
    few = fresh("sheets", "paint", str(folder / "few.pdf"), 500)
    many = fresh("sheets", "paint", str(folder / "many.pdf"), 5000)
    assert floor.extra["streams"] >= SHEETS, "the floor must see every page"
    detail = f"{mine.extra['cpu']:.2f} s; deflate {floor.extra['cpu']:.2f} s"
    return [
        Figure("1,000 sheets to PDF / deflate of their content",
               mine.extra["cpu"] / floor.extra["cpu"], 8, "x", detail),
        Figure("peak memory, 5,000 sheets / 500", many.peak_mb / few.peak_mb, 1.2, "x",
               f"{many.peak_mb:.0f} MB; {few.peak_mb:.0f} MB"),
    ]
