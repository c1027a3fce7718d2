"""Keeping what a model has found for later lists: the line below the quality card."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from ...record_change import RecordChanger
from ...style import px
from ...widgets.basic import Card, button, dialog_foot, label, restyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from branchseg.pipeline.models import Finding
    from branchseg.store.records import KeptModel
    from branchseg.store.vault import Vault

    from ...session import Session

_LONGEST_NAME = 20
_OFFER = "留用后，以后的名单直接用这个模型，不用重新训练，可以逐月对比。"
_OFFER_GROUPS = "留用后，以后的名单会归入同样的这些群，可以逐月对比；群名可以自己起。"
_INSTEAD = "留用后代替 {day} 名单的模型；不留用，下次仍沿用原来的。"
_IN_USE = "留用着 {day} 名单的模型。"


class KeepingBar(Card):
    """Offers to keep a finding, or to rename, renew and drop the one in use.

    Signals: `renew_wanted()` asks for a finding of its own in place of the one kept,
    `back_wanted()` for the one kept again, `changed()` says that what is kept has changed.
    """

    renew_wanted = Signal()
    back_wanted = Signal()
    changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(16, 8))
        self._finding: Finding | None = None
        self._changer = RecordChanger(session, "正在保存模型", put, self)
        self._changer.changed.connect(lambda _old, _kept: self.changed.emit())
        self._words = label("", "muted", wrap=True)
        self.keep = button("留用这个模型", "check", self._keep)
        self.rename = button("改群名", "edit", self._rename)
        self.renew = button("重新训练", "refresh", self.renew_wanted.emit)
        self.back = button("沿用原来的", "undo", self.back_wanted.emit)
        self.drop = button("不再沿用", "trash", self._drop)
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        for each in (self.keep, self.back, self.rename, self.renew, self.drop):
            row.addWidget(each)
        self.body.addLayout(row)
        self.show_finding(None)

    def show_finding(self, finding: Finding | None) -> None:
        """Show what may be done with a finding; hidden where that is nothing."""
        self._finding = finding
        fitted = finding is not None and finding.fitted is not None
        kept = None if finding is None else finding.kept
        self.setVisible(fitted or kept is not None)
        named = finding is not None and finding.fitted is not None and finding.fitted.names
        offer = _OFFER_GROUPS if named else _OFFER
        words = offer if kept is None else _INSTEAD if fitted else _IN_USE
        self._words.setText(words.format(day=kept.as_of.isoformat() if kept else ""))
        self.keep.setVisible(fitted)
        self.back.setVisible(fitted and kept is not None)
        for each in (self.renew, self.drop):
            each.setVisible(kept is not None and not fitted)
        self.rename.setVisible(kept is not None and not fitted and bool(kept.names))

    def _keep(self) -> None:
        if self._finding is not None and self._finding.fitted is not None:
            old, new = self._finding.kept, self._finding.fitted
            self._changer.do("留用模型", old, replace(new, id=None if old is None else old.id))

    def _drop(self) -> None:
        if self._finding is not None and self._finding.kept is not None:
            self._changer.do("停用留用的模型", self._finding.kept, None)

    def _rename(self) -> None:
        kept = None if self._finding is None else self._finding.kept
        if kept is None:
            return
        dialog = NamesDialog(kept.names, self)
        done = dialog.exec()
        dialog.deleteLater()
        if done == QDialog.DialogCode.Accepted and dialog.names != kept.names:
            self._changer.do("改群名", kept, replace(kept, names=dialog.names))


def put(vault: Vault, before: KeptModel | None, after: KeptModel | None) -> KeptModel | None:
    """Have `after` in the vault instead of `before`; returns it with its id."""
    if after is None:
        assert before is not None
        assert before.id is not None
        vault.remove_model(before.id)
        return None
    return replace(after, id=vault.keep_model(after, at=datetime.now().astimezone()))


class NamesDialog(QDialog):
    """Asks for the names of groups until each has one of its own; then `names` are they."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names = tuple(names)
        self.setWindowTitle("改群名")
        self.setMinimumWidth(px(420))
        self.edits = [QLineEdit(name) for name in names]
        self._said = label("群名会用在每个月的分群里。", "muted", wrap=True)
        form = QFormLayout()
        for number, edit in enumerate(self.edits, 1):
            edit.setMaxLength(_LONGEST_NAME)
            edit.setAccessibleName(f"第 {number} 群的名称")
            form.addRow(f"第 {number} 群", edit)
        self.done_button = button("确定", clicked=self._try, primary=True)
        self.done_button.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(18))
        column.setSpacing(px(12))
        column.addLayout(form)
        column.addWidget(self._said)
        column.addLayout(dialog_foot(self, self.done_button))

    def _try(self) -> None:
        names = tuple(edit.text().strip() for edit in self.edits)
        wrong = [not name or names.count(name) > 1 for name in names]
        for edit, bad in zip(self.edits, wrong, strict=True):
            restyle(edit, "invalid", "true" if bad else "")
        if any(wrong):
            self._said.setText("每一群都要有名称，而且各不相同。")
            self.edits[wrong.index(True)].setFocus()
            return
        self.names = names
        self.accept()
