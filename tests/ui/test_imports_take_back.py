"""Ctrl+Z and Ctrl+Y over imports: whatever comes between, the stack says what the vault says."""

from types import SimpleNamespace

import pytest
from hand import idle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QUndoCommand

from branchseg.errors import StoreError
from ui import opening
from ui.pages.imports import asking
from ui.pages.imports.undo import ImportUndo, InForceCommand
from ui.session import Session

FIRST, SECOND = 1, 2


class TwoImports:
    """A vault that knows which of two imports are in force, and may be told to fail."""

    def __init__(self):
        self.state, self.fails, self.has_tasks = {FIRST: True, SECOND: True}, [], True

    def batches(self):
        return [SimpleNamespace(id=one, in_force=state, customers=3, sources=())
                for one, state in self.state.items()]

    def only_in(self, _batch_id):
        return {"A"}

    def tasks(self):
        return [SimpleNamespace(is_open=True, customer_id="A", printed_at=None)
                ] if self.has_tasks else []

    def undo_batch(self, batch_id, *, undone_at):
        self._put(batch_id, in_force=False)

    def redo_batch(self, batch_id):
        self._put(batch_id, in_force=True)

    def _put(self, batch_id, *, in_force):
        if self.fails and self.fails.pop():
            raise StoreError("store.disk_full")
        self.state[batch_id] = in_force

    def close(self):
        pass


class Desk:
    """A session in which two imports were made, one after the other."""

    def __init__(self, jobs, ruleset, folder):
        self.vault = TwoImports()
        self.session = Session(jobs, SimpleNamespace(), folder)
        self.session.set_rules(ruleset)
        self.session.unlock(self.vault, day=self.session.clock())
        self.undo = ImportUndo(self.session)
        for batch_id in (FIRST, SECOND):
            self.undo.note_import(batch_id, 3)

    @property
    def stack(self):
        return self.session.undo_stack

    def batch(self, batch_id):
        return self.vault.batches()[batch_id - 1]

    def told(self):
        """What the stack says is in force, of the imports it knows."""
        told = {}
        for place in range(self.stack.count()):
            command = self.stack.command(place)
            if not isinstance(command, InForceCommand):
                continue
            if place < self.stack.index():
                told[command.batch_id] = command.in_force
            else:
                told.setdefault(command.batch_id, not command.in_force)
        return told


@pytest.fixture
def desk(monkeypatch, jobs, ruleset, tmp_path):
    monkeypatch.setattr(opening, "sort_customers", lambda *_args: None)

    def made():
        return Desk(jobs, ruleset, tmp_path)

    return made


def agree(desk):
    return all(desk.vault.state[one] is state for one, state in desk.told().items())


STEPS = {
    "undo": lambda desk: desk.stack.undo(),
    "redo": lambda desk: desk.stack.redo(),
    "toast": lambda desk: desk.undo.take_back_saved(SECOND),
    "old toast": lambda desk: desk.undo.take_back_saved(FIRST),
    "history": lambda desk: desk.undo.take_back(desk.batch(FIRST)),
    "bring back": lambda desk: desk.undo.bring_back(desk.batch(FIRST)),
    "other work": lambda desk: desk.stack.push(QUndoCommand("加标签")),
    "cancel": lambda desk: [job.cancel() for job in desk.session.jobs._live],
    "lock": lambda desk: (desk.session.lock(),
                          desk.session.unlock(desk.vault, day=desk.session.clock())),
    "fail": lambda desk: desk.vault.fails.append(True),
    "end": None,
}


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(sorted(STEPS)), max_size=12),
       answers=st.lists(st.booleans(), max_size=6),
       meanwhile=st.lists(st.sampled_from(("undo", "redo", "old toast", "other work")),
                          max_size=3))
def test_the_stack_always_says_what_the_vault_says(qtbot, monkeypatch, desk, steps, answers,
                                                   meanwhile):
    here, left = desk(), list(answers)

    def question(*_args):
        for step in meanwhile:
            STEPS[step](here)
        return left.pop() if left else True

    monkeypatch.setattr(asking, "may_take_back", question)
    for step in (*steps, "end"):
        if STEPS[step] is None:
            idle(qtbot, here.session)
            assert not here.stack.pending
            assert agree(here), here.told()
        else:
            STEPS[step](here)


@pytest.mark.parametrize(("steps", "in_force", "can_undo", "can_redo"), [
    (("undo", "end"), False, True, True),
    (("undo", "redo", "end"), False, True, True),  # the second comes too early
    (("undo", "end", "redo", "end"), True, True, False),
    (("fail", "undo", "end"), True, True, False),
    (("undo", "cancel", "end"), True, True, False),
    (("undo", "end", "fail", "redo", "end"), False, True, True),
    (("undo", "lock", "end"), None, False, False),
    (("toast", "toast", "end"), False, True, True),
    (("undo", "other work", "end"), False, True, False),
])
def test_each_end_leaves_both_alike(qtbot, monkeypatch, desk, steps, in_force, can_undo,
                                    can_redo):
    here = desk()
    here.vault.has_tasks = False
    monkeypatch.setattr(asking, "may_take_back", lambda *_args: pytest.fail("nothing to ask"))
    for step in steps:
        idle(qtbot, here.session) if STEPS[step] is None else STEPS[step](here)
    if in_force is not None:
        assert here.vault.state[SECOND] is in_force
    assert agree(here)
    assert (here.stack.canUndo(), here.stack.canRedo()) == (can_undo, can_redo)


def test_a_refusal_changes_nothing(qtbot, monkeypatch, desk):
    here, told = desk(), []
    monkeypatch.setattr(asking, "may_take_back", lambda *_args: False)
    here.undo.changed.connect(lambda: told.append(1))
    here.undo.take_back(here.batch(FIRST))
    idle(qtbot, here.session)
    assert here.stack.count() == 2
    assert here.vault.state == {FIRST: True, SECOND: True}
    assert told == []


def test_a_toast_of_an_import_taken_back_already_does_nothing(qtbot, monkeypatch, desk):
    here, notes = desk(), []
    here.session.noticed.connect(lambda note: notes.append(note.text))
    monkeypatch.setattr(asking, "may_take_back", lambda *_args: True)
    for _press in range(2):
        here.undo.take_back_saved(FIRST)
        idle(qtbot, here.session)
    assert notes[-1] == "这次导入已经撤销。"
    assert here.stack.count() == 3
    here.stack.undo()
    idle(qtbot, here.session)
    assert here.vault.state == {FIRST: True, SECOND: True}
