"""Mending rows and taking it back: what would be saved is exactly as before, step by step."""

import hashlib
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from PySide6.QtWidgets import QDialog

from branchseg import pipeline
from branchseg.errors import InputError
from branchseg.model.issues import Issue, IssueCode, Severity
from ui.pages.imports import mending
from ui.pages.imports.mending import Mending
from ui.pages.imports.work import ListGroup
from ui.undo_stack import LateCommand, UndoStack

HEAD = ("客户号", "姓名", "手机号", "最近交易日", "时点AUM")
ROWS = (("0000000001", "王小明", "13800001111", "2026-10-20", 120_000.0),
        ("0000000002", "李小红", "1380000", "2026-13-45", 56_000.0),
        ("0000000003", "张小强", "13800003333", "2026-09-01", "约30万"))
TEXTS = st.sampled_from(("", "0000000001", "13911112222", "2026-10-01", "5万", "???"))
STEPS = st.lists(st.tuples(
    st.integers(2, 4), st.none() | st.dictionaries(st.integers(0, 4), TEXTS, min_size=1)),
    min_size=1, max_size=6)


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    path = tmp_path_factory.mktemp("list") / "名单.xlsx"
    book = Workbook()
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.save(path)
    (source,) = pipeline.read_lists(path)
    return ListGroup((source,), source.mapping, ())


def content(groups):
    """A hash of the customers and findings these lists would give."""
    lists = [source for group in groups for source in group.sources]
    try:
        prepared = pipeline.prepare(lists, secret=b"secret")
    except InputError as error:
        return error.code
    issues = [(one.code, one.row, one.field, one.shown, one.action) for one in prepared.issues]
    whole = f"{prepared.table.as_of}{prepared.table.frame.to_csv()}{issues}"
    return hashlib.sha256(whole.encode()).hexdigest()


class Typed:
    """A row dialog in which somebody has typed."""

    changes: dict[int, str] = {}  # noqa: RUF012 - set for each step

    def __init__(self, *_args):
        pass

    def exec(self):
        return QDialog.DialogCode.Accepted


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_mended_rows_go_back_one_by_one(qtbot, monkeypatch, group, steps):
    monkeypatch.setattr(mending, "RowDialog", Typed)
    mapping = SimpleNamespace(groups=[group])
    work = Mending(mapping, None)
    states = []
    for row, texts in steps:
        issue = Issue(IssueCode.PHONE_INVALID, Severity.ERROR, row, "mobile", "", "kept",
                      group.raw.source.label)
        before, said = content(mapping.groups), []
        work.changed.connect(lambda said=said: said.append(1))
        Typed.changes = texts or {}
        (work.exclude if texts is None else work.edit)(issue)
        if said:  # a row that is left out already cannot be changed
            states.append(before)
    assert work.can_undo is bool(states)
    while states:
        work.undo()
        assert content(mapping.groups) == states.pop()
    assert not work.can_undo
    assert mapping.groups == [group]


def test_a_step_that_cannot_begin_holds_nothing_up(qapp):
    def start(_forward):
        raise RuntimeError

    stack = UndoStack()
    with pytest.raises(RuntimeError):
        stack.do(LateCommand("试", start))
    assert not stack.pending
    assert stack.count() == 0
