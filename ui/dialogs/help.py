"""The help of F1: what the keys do, and where the data stays."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from branchseg import __version__

from ..actions import all_shortcuts
from ..style import px
from ..widgets.basic import label

_ABOUT = (
    "程序完全离线运行，客户数据只保存在本机并加密。判定规则和七要素是本行可配置的操作定义，"
    "可在“设置”中查看和调整。把 Excel 或 CSV 名单拖到窗口任意位置即可导入。"
)


class HelpDialog(QDialog):
    """A list of all shortcuts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        self.resize(px(560), px(600))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(18), px(24), px(18))
        column.setSpacing(px(12))
        column.addWidget(label("快捷键", "title"))
        column.addWidget(self._table(), 1)
        column.addWidget(label(_ABOUT, "muted", wrap=True))
        column.addWidget(label(f"版本 {__version__}", "muted"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    @staticmethod
    def _table() -> QScrollArea:
        """Keys at the left, meaning at the right."""
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, px(8), 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        for row, (keys, meaning) in enumerate(all_shortcuts()):
            chip = QLabel(keys)
            chip.setProperty("chip", "neutral")
            grid.addWidget(chip, row, 0)
            grid.addWidget(label(meaning), row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        return area
