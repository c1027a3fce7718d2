"""外观与安全: what holds for this PC; every change is in force and kept at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from branchseg.settings import Theme

from ...style import px
from ...widgets.basic import Card, label
from ...widgets.inputs import spin_box

if TYPE_CHECKING:
    from ...session import Session

_THEMES = {Theme.SYSTEM: "跟随系统", Theme.LIGHT: "浅色", Theme.DARK: "深色"}
_SCALES = (1.0, 1.25, 1.5)
_FIELD = 240


class WindowSection(QScrollArea):
    """Three cards of fields bound to `session.settings`."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.theme, self.scale = QComboBox(), QComboBox()
        self.masked = QCheckBox("屏幕上隐去客户姓名")
        self.minutes = spin_box(1, 30, " 分钟")
        self.branch, self.operator, self.officers = QLineEdit(), QLineEdit(), QLineEdit()
        self.officers.setPlaceholderText("用顿号隔开，例如 王芳、李雷")
        self.officers.setAccessibleName("客户经理名单")
        for each in (self.theme, self.scale, self.minutes, self.branch, self.operator,
                     self.officers):
            each.setFixedWidth(px(_FIELD))
        for key, word in _THEMES.items():
            self.theme.addItem(word, key)
        for scale in sorted({*_SCALES, session.settings.ui_scale}):
            self.scale.addItem(f"{scale:.0%}", scale)
        for edit in (self.branch, self.operator):
            edit.setMaxLength(40)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        self.refresh()
        self._connect()

    def _build(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(4), 0)
        column.setSpacing(px(12))
        column.addWidget(_card("外观", (("颜色", self.theme), ("界面大小", self.scale)),
                               "界面大小在下次打开程序时全部生效。"))
        column.addWidget(_card("安全", (("姓名", self.masked), ("无操作自动锁定", self.minutes)),
                               "手机号、证件号在屏幕上平时都隐去中间几位。"))
        column.addWidget(_card("网点", (("网点名称", self.branch), ("操作人", self.operator),
                                        ("客户经理", self.officers)),
                               "用在任务单和厅堂识别记录上；打印任务单时可以指定由哪位客户经理负责。"))
        column.addStretch()
        self.setWidget(content)

    def _connect(self) -> None:
        self.theme.activated.connect(lambda _n: self._keep(theme=self.theme.currentData()))
        self.scale.activated.connect(lambda _n: self._keep(ui_scale=self.scale.currentData()))
        self.masked.clicked.connect(lambda on: self._keep(names_masked=on))
        self.minutes.valueChanged.connect(lambda value: self._keep(lock_minutes=value))
        self.branch.editingFinished.connect(
            lambda: self._keep(branch_name=self.branch.text().strip()))
        self.operator.editingFinished.connect(
            lambda: self._keep(operator=self.operator.text().strip()))

        self.officers.editingFinished.connect(
            lambda: self._keep(officers=self.officers.text().strip()))

    def refresh(self) -> None:
        """Show the settings in force."""
        now = self._session.settings
        self.theme.setCurrentIndex(self.theme.findData(now.theme))
        self.scale.setCurrentIndex(self.scale.findData(now.ui_scale))
        self.masked.setChecked(now.names_masked)
        self.minutes.blockSignals(True)
        self.minutes.setValue(now.lock_minutes)
        self.minutes.blockSignals(False)
        self.branch.setText(now.branch_name)
        self.operator.setText(now.operator)
        self.officers.setText(now.officers)

    def _keep(self, **changes: Any) -> None:
        """Write the settings and tell everyone; if they cannot be written, nothing changes."""
        if not self._session.keep_settings(**changes):
            self.refresh()


def _card(title: str, rows: tuple[tuple[str, QWidget], ...], note: str) -> Card:
    """A card with named fields and a remark."""
    card = Card(title)
    form = QFormLayout()
    form.setHorizontalSpacing(px(20))
    form.setVerticalSpacing(px(10))
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    for name, field in rows:
        caption = label(name)
        caption.setMinimumWidth(px(110))
        caption.setMinimumHeight(field.sizeHint().height())
        caption.setBuddy(field)
        form.addRow(caption, field)
    card.body.addLayout(form)
    card.body.addWidget(label(note, "muted", wrap=True))
    return card
