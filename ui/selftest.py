"""The self-test: does the installed program start, sort a list and print a sheet on this PC?"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop

from branchseg.messages import text
from branchseg.progress import Reporter

from .app import Application, make_qapplication
from .printing import write_pdf

_PATIENCE_MS = 120_000


def selftest() -> int:
    """Open the window on the sample, print the most urgent sheet, look at it; 0 if all is well.

    Works in a throw-away folder: the user's vault and settings are not touched.
    """
    app = make_qapplication()
    with tempfile.TemporaryDirectory(prefix="branchseg-selftest-") as folder:
        application = Application(Path(folder))
        application.show()
        application.open_sample()
        deadline = QDeadlineTimer(_PATIENCE_MS)
        while application.session.result is None and not deadline.hasExpired():
            app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
        faults = _check(application, Path(folder) / "sheet.pdf")
        application.close()
    for fault in faults:
        print(text(f"selftest.{fault}"))  # noqa: T201 - a command line answer
    if not faults:
        print(text("selftest.done"))  # noqa: T201 - likewise
    return 1 if faults else 0


def _check(application: Application, path: Path) -> list[str]:
    """Codes of what went wrong."""
    from branchseg import pipeline, sheets  # noqa: PLC0415 - pandas, after the window is shown

    result = application.session.result
    if result is None:
        return ["no_result"]
    faults = []
    if not len(result.table) or len(result.table) != len(result.results):
        faults.append("no_customers")
    now = datetime.now().astimezone()
    job = sheets.PrintJob("", "", now, result.table.as_of, result.ruleset.id)
    number = sheets.unregistered_number(now.date(), 1)
    tasks = [pipeline.Task(one.position, number, one.action_id, one.due, latest=one.latest)
             for one in pipeline.day_plan(result)[:1]]
    pages = [page for sheet in pipeline.task_sheets(result, tasks, job)
             for page in sheets.task_pages(sheet)]
    printed = write_pdf(pages, path, Reporter())
    if printed != 1 or not path.read_bytes().startswith(b"%PDF"):
        faults.append("no_sheet")
    return faults
