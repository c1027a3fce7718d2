"""One chart of the gallery: title, picture, meaning, and what can be done with it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QToolButton

from branchseg.charts import CHARTS

from ... import style
from ...drawing import ChartDrawer
from ...icons import icon
from ...style import px
from ...widgets.basic import Card, ElidedLabel, label
from ...widgets.chart_view import ChartView
from . import work

if TYPE_CHECKING:
    from branchseg.charts import Mark
    from branchseg.pipeline import RunResult

    from ...session import Session


class ChartCard(Card):
    """Chart `key`, drawn by the worker.

    Signals:
        enlarge_wanted(key): show it large.
    """

    enlarge_wanted = Signal(str)

    def __init__(self, session: Session, key: str, *, large: bool = False) -> None:
        super().__init__(padding=(16, 10))
        self.key = key
        self._session = session
        self._result: RunResult | None = None
        self.view = ChartView()
        self._drawer = ChartDrawer(session, self.view)
        self.view.mark_clicked.connect(self._show_customers)
        self._title, self._meaning = label("", "section"), ElidedLabel()
        self.copy_button = _tool("copy", "复制图片", self.copy)
        self.save_button = _tool("export", "保存为图片", self.save)
        self._buttons = [self.copy_button, self.save_button]
        if not large:
            self.enlarge_button = _tool("expand", "放大", self._enlarge)
            self._buttons.append(self.enlarge_button)
            self.view.enlarge_wanted.connect(self._enlarge)
        row = QHBoxLayout()
        row.setSpacing(px(2))
        row.addWidget(self._title, 1)
        for each in self._buttons:
            row.addWidget(each)
        self.body.setSpacing(px(2))
        self.body.addLayout(row)
        self.body.addWidget(self._meaning)
        self.body.addSpacing(px(4))
        self.body.addWidget(self.view, 1)
        self._entitle()

    def _entitle(self) -> None:
        self._title.setText(CHARTS[self.key].title)
        self._meaning.setText(CHARTS[self.key].meaning)

    @property
    def busy(self) -> bool:
        """Whether a drawing is on its way."""
        return self._drawer.busy

    def show_result(self, result: RunResult | None, *, with_invalid: bool,
                    key: str = "") -> None:
        """Draw the chart of these customers, or chart `key` from now on."""
        if key and key != self.key:
            self.key = key
            self._entitle()
            self.view.clear()
        self._result = result
        if result is None:
            self._drawer.clear()
            return
        kind, dark = CHARTS[self.key], style.tokens().name == "dark"
        self._drawer.show(partial(work.chart, result, self.key, with_invalid=with_invalid,
                                  dark=dark), f"{kind.title}。{kind.meaning}")

    # --- verbs ---

    def _enlarge(self) -> None:
        self.enlarge_wanted.emit(self.key)

    def _show_customers(self, mark: Mark) -> None:
        """Who stands behind a mark; not while the picture is still that of other customers."""
        if self._result is not None and self._drawer.chart is not None:
            ids = self._result.table.ids_at(mark.positions)
            self._session.show_customers(mark.title, ids)

    def copy(self) -> None:
        """Put the picture on the clipboard."""
        chart, result = self._drawer.chart, self._result
        if chart is not None and result is not None:
            self._session.run("正在复制图片", lambda _reporter: work.png(chart, result),
                              self._copied)

    def _copied(self, content: bytes) -> None:
        QGuiApplication.clipboard().setImage(QImage.fromData(content))
        self._session.notify(f"已复制“{CHARTS[self.key].title}”，可以粘贴到文档里。")

    def save(self) -> None:
        """Write the picture where the user wants it."""
        chart, result = self._drawer.chart, self._result
        if chart is None or result is None:
            return
        name = f"{chart.title.replace('：', '-')}-{result.table.as_of:%Y%m%d}.png"
        start = str(Path(self._session.settings.last_folder, name))
        chosen, _ = QFileDialog.getSaveFileName(self, "保存为图片", start, "PNG 图片 (*.png)")
        if chosen:
            path = Path(chosen).with_suffix(".png")
            self._session.run(
                "正在保存图片", lambda _reporter: work.save_png(chart, result, path),
                self._saved)

    def _saved(self, path: Path) -> None:
        self._session.notify(f"已保存为“{path.name}”。")


def _tool(icon_name: str, tip: str, clicked: object) -> QToolButton:
    """A small button with a picture."""
    made = QToolButton()
    made.setIcon(icon(icon_name, "text2"))
    made.setIconSize(QSize(px(16), px(16)))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.clicked.connect(clicked)
    return made
