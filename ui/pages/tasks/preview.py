"""The sheet beside the list of tasks, and the buttons that print it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from ...style import px
from ...widgets.basic import Card, ElidedLabel, button
from ...widgets.paper import SheetView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.sheets import Page

    from .work import Candidate, Candidates


class PreviewPane(Card):
    """The sheet of the customer in focus, and what can be done with the chosen ones."""

    print_wanted = Signal()
    pdf_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, padding=(12, 10))
        self._who, self._number = ElidedLabel("strong"), ElidedLabel()
        self.view = SheetView("任务单预览")
        self.zoom = button("放大", "search", self._toggle, flat=True, tip="单击页面也可以缩放")
        self.view.zoom_changed.connect(self._zoomed)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._who)
        texts.addWidget(self._number)
        head = QHBoxLayout()
        head.addLayout(texts, 1)
        head.addWidget(self.zoom)
        self.pdf = button("存为 PDF", "file", self.pdf_wanted.emit)
        self.print = button("打印…", "print", self.print_wanted.emit, primary=True,
                            tip="预览并打印（Ctrl+P）")
        self.officer = QComboBox()
        self.officer.setAccessibleName("由谁负责")
        self.officer.setToolTip("这一批任务由哪位客户经理负责；名单在“规则设置”里填")
        self.officer.hide()
        foot = QHBoxLayout()
        foot.setSpacing(px(10))
        foot.addWidget(self.pdf)
        foot.addWidget(self.print, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.officer)
        self.body.addLayout(foot)

    def assigned(self, people: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates with the officer chosen, if one is."""
        officer = str(self.officer.currentData() or "")
        return [replace(one, officer=officer) for one in people] if officer else people

    def offer_officers(self, of_branch: Sequence[str], view: Candidates | None) -> None:
        """Whom one may make answerable: of the settings, then of the lists; hidden if nobody."""
        of_lists = view.choices["manager"] if view is not None else ()
        names = list(dict.fromkeys((*of_branch, *of_lists)))
        before = self.officer.currentData()
        self.officer.clear()
        self.officer.addItem("负责人：按名单的客户经理", "")
        for name in names:
            self.officer.addItem(f"负责人：{name}", name)
        self.officer.setCurrentIndex(max(self.officer.findData(before), 0))
        self.officer.setVisible(bool(names))

    def show_sheet(self, page: Page | None, who: str, number: str) -> None:
        """Show a page; without one, only whose it will be."""
        self._who.setText(who)
        self._number.setText(number)
        self.zoom.setEnabled(page is not None)
        self.view.show_page(page)

    def set_count(self, count: int, *, busy: bool) -> None:
        """How many sheets the buttons are about."""
        self.print.setText(f"打印 {count:,} 张…" if count else "打印…")
        for each in (self.print, self.pdf):
            each.setEnabled(count > 0 and not busy)

    def _toggle(self) -> None:
        self.view.set_large(large=not self.view.large)

    def _zoomed(self, large: bool) -> None:  # noqa: FBT001 - a slot
        self.zoom.setText("整页" if large else "放大")
