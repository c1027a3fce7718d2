"""The charts of a finding, one at a time."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QTabBar

from ... import style
from ...drawing import ChartDrawer
from ...style import px
from ...widgets.basic import Card, label
from ...widgets.chart_view import ChartView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchseg.charts import Mark
    from branchseg.pipeline.models import Picture

    from ...session import Session

_HEIGHT = 280


class PicturesCard(Card):
    """A chart below its title; of several there is a tab for each.

    `mark_clicked(Mark)`: show the customers behind a part of the chart.
    """

    mark_clicked = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(padding=(12, 8))
        self._pictures: Sequence[Picture] = ()
        self._meaning = ""
        self.title, self.tabs, self.view = label("", "section"), QTabBar(), ChartView()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setAccessibleName("图表")
        self.view.setFixedHeight(px(_HEIGHT))
        self.drawer = ChartDrawer(session, self.view)
        for each in (self.title, self.tabs, self.view):
            self.body.addWidget(each, 0)
        self.body.addStretch(1)
        self.tabs.currentChanged.connect(self._chosen)
        self.view.mark_clicked.connect(self._clicked)
        self.hide()

    def clear(self) -> None:
        """Show nothing."""
        self._pictures = ()
        self.drawer.clear()
        self.hide()

    def show_pictures(self, pictures: Sequence[Picture], meaning: str) -> None:
        """Show the first, or that of the title shown before; `meaning` is read aloud with it."""
        shown = self.tabs.tabText(self.tabs.currentIndex())
        titles = [one.title for one in pictures]
        self._pictures, self._meaning = pictures, meaning
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for title in titles:
            self.tabs.addTab(title)
        self.tabs.setCurrentIndex(titles.index(shown) if shown in titles else 0)
        self.tabs.blockSignals(blocked)
        self.title.setText("".join(titles[:1]))
        self.title.setVisible(len(titles) == 1)
        self.tabs.setVisible(len(titles) > 1)
        self.setVisible(bool(pictures))
        self.draw()

    def draw(self) -> None:
        """Draw in the colours of the theme."""
        if self._pictures:
            picture = self._pictures[self.tabs.currentIndex()]
            self.drawer.show(partial(picture.draw, style.tokens().name == "dark"),
                             f"{picture.title}。{self._meaning}")

    @Slot(int)
    def _chosen(self, _place: int) -> None:
        self.draw()

    @Slot(object)
    def _clicked(self, mark: Mark) -> None:
        if len(mark.positions) and self.drawer.chart is not None:
            self.mark_clicked.emit(mark)
