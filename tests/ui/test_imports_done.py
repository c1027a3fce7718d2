"""The last step of an import, with a list that is too old."""

from datetime import date
from types import SimpleNamespace

from ui.pages.imports.done import DoneStep
from ui.pages.imports.work import Saved


class Table:
    """A table of three customers nobody looks into."""

    as_of = date(2026, 11, 1)

    def __len__(self):
        return 3


def test_an_old_list_is_told_when_it_is_saved(qtbot, session):
    step = DoneStep(session)
    qtbot.addWidget(step)
    step.show()
    checked = SimpleNamespace(
        prepared=SimpleNamespace(table=Table(), sources=(SimpleNamespace(file_name="名单.xlsx"),)),
        result=SimpleNamespace(ruleset=SimpleNamespace(labels={"status": {}})), statuses={},
        issues=())
    step.show_saved(checked, Saved(1, None, ""))
    assert not step.warning.isVisible()
    step.show_saved(checked, Saved(1, None, "名单数据日期是 2026-11-01，已过 21 天。"))
    assert step.warning.isVisible()
    assert "已过 21 天" in step.warning.text()
