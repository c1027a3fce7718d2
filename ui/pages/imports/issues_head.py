"""IssuesHead: the line above the findings - the view, the data date, what to take along."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import button, label
from .date import DataDate

_ROWS_TIP = "把有错误和提醒的行连同表头导出（原文，未脱敏）：在 Excel 里改好，再导入一次即可更新。"
_REPORT_TIP = "一页纸：完整度、问题、缺口的后果；可打印、存为 PDF 或 Excel。"
_NARROW = 1000
"""Below this width, in pixels at scale 1, the captions are short."""
_LEAST = 660
_CAPTIONS = {
    # button -> caption, and in a narrow window
    "export_rows": ("导出要改的行", "要改的行"), "export": ("导出问题清单", "问题清单"),
    "report": ("质量报告", "报告"),
}


class IssuesHead(QWidget):
    """`problems_tab` and `steps_tab` choose the view; the buttons are connected by the step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts, self.date = label("", "muted", wrap=True), DataDate()
        self.problems_tab, self.steps_tab = button("问题"), button("清洗步骤")
        self.export = button("", "export", tip="所有问题一处一行，内容已脱敏。")
        self.export_rows = button("", "export", tip=_ROWS_TIP)
        self.report = button("", "file", tip=_REPORT_TIP)
        self._tabs = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(0)
        for tab, place in ((self.problems_tab, "first"), (self.steps_tab, "last")):
            tab.setProperty("segment", place)
            tab.setCheckable(True)
            self._tabs.addButton(tab)
            tabs.addWidget(tab)
        self.problems_tab.setChecked(True)
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addLayout(tabs)
        row.addStretch()
        for each in (self.date, self.export_rows, self.export, self.report):
            row.addWidget(each)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(row)
        column.addWidget(self.facts)
        self.fit(2 * px(_NARROW))

    def minimumSizeHint(self) -> QSize:
        """With short captions: long ones must not keep the page wide, shown or not."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), px(_LEAST)), hint.height())

    def fit(self, width: int) -> None:
        """Captions for a page of this width."""
        narrow = width < px(_NARROW)
        self.date.set_short(short=narrow)
        for name, captions in _CAPTIONS.items():
            each = getattr(self, name)
            each.setText(captions[narrow])
            each.setAccessibleName(captions[0])
