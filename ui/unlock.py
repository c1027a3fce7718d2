"""The lock screen: makes the vault at first use, opens it later. It replaces the content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from .icons import icon
from .style import px
from .widgets.banner import Banner
from .widgets.basic import Card, Picture, button, label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent, QShowEvent

SHORTEST = 10
"""Characters a passphrase needs; the vault refuses shorter ones too."""

_LOST = (
    "口令只有您知道，程序不保存，也无法找回。忘记口令，本机保存的客户数据将无法打开，"
    "只能重新导入名单。请把口令写下，锁进保险柜。"
)
_WIDTH = 440


def strength(passphrase: str) -> tuple[str, str]:
    """A word about a passphrase and its tone: too short, weak, fair or good."""
    if len(passphrase) < SHORTEST:
        return f"至少 {SHORTEST} 个字符，还差 {SHORTEST - len(passphrase)} 个", "neutral"
    signs: Sequence[Callable[[str], bool]] = (
        str.isdigit, str.islower, str.isupper, lambda c: not c.isalnum(), _is_chinese, _is_chinese)
    kinds = sum(any(map(sign, passphrase)) for sign in signs)  # Chinese counts double
    variety = len(set(passphrase))
    if variety < 6 or (kinds < 2 and variety < SHORTEST):
        return "太容易猜到，请换一个", "danger"
    if len(passphrase) < 14 and kinds < 3:
        return "可以，再长一些更好", "warn"
    return "很好", "ok"


def _is_chinese(character: str) -> bool:
    """Whether a character is out of some thousand, not some dozen."""
    return character >= "\u4e00"


class _Passphrase(QLineEdit):
    """A passphrase field with an eye; `caps(on)` tells about the caps lock as far as keys show."""

    caps = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self._eye = self.addAction(icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setToolTip("显示或隐藏口令")
        self._eye.triggered.connect(self._toggle)

    def _toggle(self) -> None:
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._eye.setIcon(icon("eye-off" if hidden else "eye"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A capital typed without Shift, or a small letter with it, gives the caps lock away."""
        typed = event.text()
        if len(typed) == 1 and typed.isascii() and typed.isalpha():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.emit(typed.isupper() != shift)
        super().keyPressEvent(event)


class UnlockScreen(QWidget):
    """Asks for the passphrase. What it collects goes out as signals; `app.py` does the work.

    Signals: `create_wanted(branch, operator, passphrase)`, `open_wanted(passphrase)`,
    `sample_wanted()`. Answer with `fail(sentence)`, or unlock the session.
    """

    create_wanted = Signal(str, str, str)
    open_wanted = Signal(str)
    sample_wanted = Signal()

    def __init__(self, *, first_use: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._first_use = first_use
        self._branch, self._operator = QLineEdit(), QLineEdit()
        self._first, self._again = _Passphrase("口令"), _Passphrase("再输一遍口令")
        self._hint, self._caps = label("", "muted"), label("大写锁定已打开", "muted")
        self._banner = Banner(passing=False)
        self._go = button("", clicked=self._submit, primary=True)
        self._sample = button("先用示例数据看看", "play", self._want_sample, flat=True)
        self._title, self._sentence = label("", "title"), label("", "muted", wrap=True)
        self._lost = label(_LOST, "muted", wrap=True)
        self._form = QFormLayout()
        self._focusing = QTimer(self, interval=0, singleShot=True)
        self._focusing.timeout.connect(self._focus_first)
        self._wire()
        self._build()
        self._apply_mode()

    def set_first_use(self, *, first_use: bool) -> None:
        """Switch between making a vault and opening it."""
        self._first_use = first_use
        self._apply_mode()

    def fail(self, sentence: str) -> None:
        """Say why it did not work, and let the user try again."""
        self.set_busy(busy=False)
        self._banner.tell(sentence, "error")
        self._first.selectAll()
        self._first.setFocus()

    def explain(self, sentence: str) -> None:
        """Say why it is locked; "" says nothing."""
        if sentence:
            self._banner.tell(sentence, "info")

    def set_busy(self, *, busy: bool, text: str = "") -> None:
        """While the vault is being opened nothing can be pressed."""
        for each in (self._go, self._sample, self._first, self._again, self._branch,
                     self._operator):
            each.setEnabled(not busy)
        self._go.setText(text if busy else self._caption)

    def forget(self) -> None:
        """Empty the passphrase fields."""
        for secret in (self._first, self._again):
            secret.clear()
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._banner.dismiss()
        self.set_busy(busy=False)

    def showEvent(self, event: QShowEvent) -> None:
        """Ready to type."""
        super().showEvent(event)
        self._focusing.start()

    def _focus_first(self) -> None:
        if self.isVisible():
            (self._branch if self._first_use else self._first).setFocus()

    # --- building ---

    @property
    def _caption(self) -> str:
        return "创建并进入" if self._first_use else "解锁"

    def _wire(self) -> None:
        """Everything that does not depend on the mode."""
        self._branch.setPlaceholderText("例如：城东支行")
        self._operator.setPlaceholderText("您的姓名")
        self._first.textChanged.connect(self._say_strength)
        for secret in (self._first, self._again):
            secret.caps.connect(self._caps.setVisible)
        for each in (self._branch, self._operator, self._first, self._again):
            each.returnPressed.connect(self._submit)
        self._caps.setProperty("tone", "warn")
        self._hint.setMinimumHeight(px(16))

    def _build(self) -> None:
        """One card in the middle, with the fields of both modes."""
        card = Card(padding=(28, 24))
        card.setFixedWidth(px(_WIDTH))
        card.body.setSpacing(px(12))
        card.body.addLayout(self._heading())
        card.body.addWidget(self._banner)
        self._fill_form()
        card.body.addLayout(self._form)
        for each in (self._caps, self._lost, self._go):
            card.body.addWidget(each)
        card.body.addWidget(self._sample, 0, Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignCenter)

    def _heading(self) -> QHBoxLayout:
        """Picture, title and one sentence."""
        texts = QVBoxLayout()
        texts.setSpacing(px(2))
        texts.addWidget(self._title)
        texts.addWidget(self._sentence)
        row = QHBoxLayout()
        row.setSpacing(px(14))
        row.addWidget(Picture("shield", "accent", 40), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        return row

    def _fill_form(self) -> None:
        """All fields with their captions."""
        self._form.setVerticalSpacing(px(10))
        self._form.setHorizontalSpacing(px(16))
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignVCenter)
        for name, field in (("网点名称", self._branch), ("使用人", self._operator),
                            ("口令", self._first), ("", self._hint), ("再输一遍", self._again)):
            caption = label(name)
            caption.setBuddy(field)
            self._form.addRow(caption, field)

    def _apply_mode(self) -> None:
        """Show what the mode needs."""
        self._title.setText("第一次使用：设置口令" if self._first_use else "输入口令")
        self._sentence.setText("客户数据将加密保存在这台电脑上，不联网。" if self._first_use
                               else "客户数据已加密，输入口令后继续。")
        for each in (self._branch, self._operator, self._hint, self._again):
            self._form.setRowVisible(each, self._first_use)
        self._lost.setVisible(self._first_use)
        self._caps.hide()
        self._go.setText(self._caption)

    # --- doing ---

    def _say_strength(self, text: str) -> None:
        word, tone = strength(text) if text else ("", "neutral")
        self._hint.setText(word)
        self._hint.setProperty("tone", tone)
        self._hint.style().polish(self._hint)

    def _want_sample(self) -> None:
        self.set_busy(busy=True, text="正在准备示例数据…")
        self.sample_wanted.emit()

    def _submit(self) -> None:
        """Check what can be checked here, then ask for the vault."""
        passphrase = self._first.text()
        if not self._first_use:
            if passphrase:
                self.set_busy(busy=True, text="正在解锁…")
                self.open_wanted.emit(passphrase)
            return
        complaint = self._complaint()
        if complaint:
            self._banner.tell(complaint, "warn")
            return
        self.set_busy(busy=True, text="正在创建…")
        self.create_wanted.emit(self._branch.text().strip(), self._operator.text().strip(),
                                passphrase)

    def _complaint(self) -> str:
        """What is still missing at first use, "" if nothing."""
        if not self._branch.text().strip() or not self._operator.text().strip():
            return "请填写网点名称和使用人，它们会印在任务单上。"
        if len(self._first.text()) < SHORTEST:
            return f"口令至少要 {SHORTEST} 个字符，可以用几个不相干的词的拼音，加上数字。"
        if self._first.text() != self._again.text():
            return "两次输入的口令不一样，请重新输入。"
        return ""
