"""SamePersonStrip: a customer without a bank's id who may be one of a list; staff decide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from branchseg.model.identifiers import is_made_up
from branchseg.model.masking import mask

from .changes import say_done
from .latest import Latest
from .style import px
from .widgets.basic import Picture, button, label

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchseg.pipeline import RunResult
    from branchseg.store.vault import Vault

    from .session import Session

_PROOFS = {"id_number": "身份证号一致", "phone": "姓名和手机号一致",
           "phone_end": "姓名和手机后四位一致"}


class Pair(NamedTuple):
    """Two ids that may be one person, and the question for staff."""

    customer_id: str
    target: str
    question: str


def pairs_of(vault: Vault, result: RunResult, customer_id: str) -> tuple[Pair, ...]:
    """All pairs still to be decided, or those one customer belongs to; in the worker."""
    found = [(one.customer_id, target, _PROOFS[one.proof])
             for one in vault.proposals() for target in one.targets
             if customer_id in ("", one.customer_id, target)]
    if not found:
        return ()
    frame = result.table.frame
    names = dict(zip(frame["customer_id"], frame["name"], strict=True)) if "name" in frame else {}
    return tuple(Pair(one, target, _question(one, target, names, proof))
                 for one, target, proof in found)


def _question(customer_id: str, target: str, names: dict[str, object], proof: str) -> str:
    who = "名单里没有客户号的" if is_made_up(customer_id) else "到访客户"
    first, second = (mask("name", name) if isinstance(name, str) else "（姓名未知）"
                     for name in (names.get(customer_id), names.get(target)))
    return (f"{who} {first} 可能就是名单里的 {second}"
            f"（客户号 {mask('customer_id', target)}；依据：{proof}）。")


class SamePersonStrip(QFrame):
    """One question at a time, hidden while there is none. Every answer can be taken back."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("banner", "accent")
        self._session = session
        self._customer_id: str | None = None
        self._pair: Pair | None = None
        self._asking = Latest(session)
        self.question = label("", wrap=True)
        self.same = button("是同一人", clicked=partial(self._decide, True))
        self.other = button("不是", clicked=partial(self._decide, False))
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(8), px(8))
        row.setSpacing(px(8))
        row.addWidget(Picture("info", "accent", 18))
        row.addWidget(self.question, 1)
        row.addWidget(self.same)
        row.addWidget(self.other)
        self.hide()
        session.result_changed.connect(self._ask_again)

    def ask(self, customer_id: str = "") -> None:
        """Look for questions about one customer, "" for everybody."""
        self._customer_id = customer_id
        self._show(())
        self._ask_again()

    def clear(self) -> None:
        """Ask nothing until the next `ask`."""
        self._customer_id = None
        self._show(())

    @Slot()
    def _ask_again(self) -> None:
        self._asking.drop()
        vault, result, wanted = self._session.vault, self._session.result, self._customer_id
        if vault is None or result is None or wanted is None:
            self._show(())
            return
        self._asking.ask("正在查找同一位客户",
                         lambda _reporter: pairs_of(vault, result, wanted), self._show)

    @Slot(object)
    def _show(self, pairs: tuple[Pair, ...]) -> None:
        self._pair = pairs[0] if pairs else None
        if self._pair is not None:
            self.question.setText(self._pair.question)
        self.setVisible(self._pair is not None)

    def _decide(self, same: bool) -> None:  # noqa: FBT001 - a callback
        pair, vault = self._pair, self._session.vault
        if pair is None or vault is None:
            return
        self._show(())
        decide = vault.link if same else vault.keep_apart
        words = "合并为同一位客户" if same else "记为两位不同的客户"
        redo = partial(self._run, "正在保存", decide, pair)
        undo = partial(self._run, "正在撤销", vault.unlink, pair)
        redo(lambda: say_done(self._session, words, redo, undo, undo))

    def _run(self, label_: str, change: Callable[[str, str], None], pair: Pair,
             after: Callable[[], None] | None = None) -> None:
        """Change the vault in the worker, then sort the customers by who is who now."""
        def done(_value: object) -> None:
            if after is not None:
                after()
            for each in (pair.customer_id, pair.target):
                self._session.customer_changed.emit(each)
            self._session.reload()

        self._session.run(label_, lambda _reporter: change(pair.customer_id, pair.target), done,
                          quiet=True, writes=True)
