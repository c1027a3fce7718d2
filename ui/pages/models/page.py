"""模型: what models find among the customers, how sure it is, and who they are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QTabBar, QVBoxLayout, QWidget

from branchseg.model.fields import Kind
from branchseg.pipeline import models

from ... import style
from ...columns import Column
from ...latest import Latest
from ...style import GAP, px
from ...widgets.basic import button, label
from ...widgets.group_table import GroupTable
from ...widgets.page import Page
from . import work
from .answers import AnswersCard
from .assumptions import AssumptionFields
from .card import FindingCard
from .file_bar import FileBar
from .keeping import KeepingBar
from .kept_models import KeptModelsCard
from .pictures import PicturesCard
from .ranking import RankingView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.charts import Mark
    from branchseg.errors import BranchsegError
    from branchseg.pipeline.models import Finding, KeptRow, Model
    from branchseg.progress import Reporter

    from ...session import Session

KEYS = tuple(models.MODELS)
_COLUMNS = (
    Column("group", "客户群", width=232),
    Column("customers", "客户数", Kind.INTEGER, 84),
    Column("share", "占比（%）", Kind.NUMBER, 84, decimals=1),
    Column("aum", "AUM", Kind.AMOUNT, 132, "元"),
    Column("advice", "对应动作", width=240),
    Column("why", "依据", width=260, stretch=True),
)
_SIDE_BY_SIDE_FROM = 1040


class ModelsPage(Page):
    """A tab per model. A model runs when it is first looked at, in a thread of its own."""

    title = "模型"

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.tabs, self.purpose = QTabBar(), label("", "muted", wrap=True)
        self.card, self.pictures = FindingCard(), PicturesCard(session)
        self.assumptions, self.file = AssumptionFields(session), FileBar(session)
        self.groups = GroupTable(_COLUMNS, "点击一行，查看这一群的客户。")
        self.answers = AnswersCard()
        self.ranking = RankingView(session, self)
        self.keeping, self.registry = KeepingBar(session), KeptModelsCard(session)
        self.again = button("重新计算", "refresh", self.refresh, tip="F5")
        self._asking = Latest(session)
        self._found: dict[str, Finding] = {}
        self._ranked: dict[str, Mapping[str, Any]] = {}
        self._theme, self._stale = "", False
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._empty = self.import_first(
            "chart", "还没有客户", "导入客户名单后，这里用模型找出值得注意的客户群。")
        self._area = self._build()
        self._stack = self.show_faces(self._empty, self._area)
        self.commands = {"refresh": self.refresh}
        session.result_changed.connect(self._result_changed)
        self.tabs.currentChanged.connect(self._show)
        self.assumptions.changed.connect(self._assumptions_changed)
        self.file.changed.connect(self._file_changed)
        self.keeping.changed.connect(self._kept_changed)
        self.keeping.renew_wanted.connect(self._renew)
        self.keeping.back_wanted.connect(self.refresh)
        self.registry.changed.connect(self._kept_changed)
        self.registry.show_wanted.connect(self._show_kept)
        self.groups.group_clicked.connect(self._show_customers)
        self.pictures.mark_clicked.connect(self._show_mark)

    def _build(self) -> QScrollArea:
        """Tabs, what the model is for, chart and card, the groups."""
        for model in models.MODELS.values():
            self.tabs.addTab(model.title)
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._middle.setSpacing(px(GAP))
        self._middle.addWidget(self.pictures, 3)
        self._middle.addWidget(self.ranking.panel, 3)
        self._middle.addWidget(self.card, 2)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, px(4), 0)
        column.setSpacing(px(GAP))
        for each in (self.tabs, self.purpose, self.file, self.assumptions, self.keeping,
                     self.registry):
            column.addWidget(each)
        column.addLayout(self._middle)
        for below in (self.ranking.customers, self.groups, self.answers):
            column.addWidget(below)
        column.addStretch(1)
        return _scrolled(content)

    # --- what the window says ---

    def header_widgets(self) -> Sequence[QWidget]:
        """Compute again."""
        return (self.again,)

    def activate(self, argument: object = None) -> None:
        """Show a model; `argument` may be its key."""
        if isinstance(argument, str) and argument in KEYS:
            self.tabs.setCurrentIndex(KEYS.index(argument))
        for model in models.MODELS.values():
            if model.daily:
                self._found.pop(model.key, None)
        if self._stale or self._theme != style.tokens().name or self.key not in self._found:
            self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Chart and card side by side where there is room, else the card above the chart."""
        super().resizeEvent(event)
        wide = self.width() >= px(_SIDE_BY_SIDE_FROM)
        self._middle.setDirection(QBoxLayout.Direction.LeftToRight if wide
                                  else QBoxLayout.Direction.BottomToTop)

    def changeEvent(self, event: QEvent) -> None:
        """Draw anew in the colours of another theme.

        Widgets must not come or go here: Qt is walking through them to restyle each.
        """
        super().changeEvent(event)
        if (event.type() == QEvent.Type.StyleChange and self.isVisible()
                and self._theme not in {"", style.tokens().name} and self.key in self._found):
            self._draw(self._found[self.key])

    def _result_changed(self) -> None:
        self._asking.drop()  # what it would find is of customers who are no longer shown
        self._found.clear()
        self._ranked.clear()
        self._stale = True
        if self.isVisible():
            self._show()

    # --- what is shown ---

    @property
    def key(self) -> str:
        """The key of the model in front."""
        return KEYS[self.tabs.currentIndex()]

    @property
    def model(self) -> Model:
        """The model in front."""
        return models.MODELS[self.key]

    def refresh(self) -> None:
        """Compute the model in front again."""
        self._found.pop(self.key, None)
        self._show()

    def _renew(self) -> None:
        """Compute the model in front anew although one is kept."""
        self._found.pop(self.key, None)
        self._show(anew=True)

    def _kept_changed(self) -> None:
        """What is kept has changed, maybe by an undo while another model is in front."""
        for key, found in list(self._found.items()):
            if any(one is not None for one in (found.kept, found.fitted, found.registry)):
                del self._found[key]
        if self.isVisible() and self.key not in self._found:
            self._show()

    def _show_kept(self, row: KeptRow, anew: bool) -> None:  # noqa: FBT001 - a slot
        """Show a model that is kept, or what it would be if it were fitted anew."""
        if row.choices:
            old = self.session.settings.assumptions
            self.session.keep_settings(assumptions={**old, **row.choices})
        self._found.pop(row.model, None)
        blocked = self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(KEYS.index(row.model))
        self.tabs.blockSignals(blocked)
        self._show(anew=anew)

    def _assumptions_changed(self) -> None:
        """Compute again, and later what rests on the same assumptions."""
        for model in models.MODELS.values():
            if model.uses == self.key:
                self._found.pop(model.key, None)
        self.refresh()

    def _file_changed(self, key: str) -> None:
        self._found.pop(key, None)
        if self.isVisible() and key == self.key:
            self._show()

    def _show(self, _tab: int = 0, *, anew: bool = False) -> None:
        """Show what the model in front has found, or ask it; `anew` passes by what is kept."""
        result, key = self.session.result, self.key
        self._stale, self._theme = False, style.tokens().name
        self._asking.drop()
        self.again.setEnabled(result is not None)
        if result is None:
            self.set_subtitle("")
            self._stack.setCurrentWidget(self._empty)
            return
        self._stack.setCurrentWidget(self._area)
        self.set_subtitle(f"数据日期 {result.days_told} · 不含无效户")
        self.purpose.setText(self.model.purpose)
        self.assumptions.show_model(self.model)
        self.file.show_model(self.model)
        if key in self._found:
            self._show_finding(self._found[key])
            return
        self._clear("正在计算，可以先做别的事。")
        vault = self.session.vault
        if self.model.gathers and vault is not None:
            job = self._asking.ask(
                "正在查阅资料库", lambda told: models.gather(key, vault, result, told),
                partial(self._ask, anew=anew), self._failed)
            job.cancelled.connect(self._cancelled)
        else:
            self._ask(self.file.material if self.model.reads else None)

    def _ask(self, material: object = None, *, anew: bool = False) -> None:
        """Ask the model in front, which may be shown `material` from the vault."""
        result, key = self.session.result, self.key
        given = dict(self.session.settings.assumptions)
        more = () if material is None else (material,)
        new = {"anew": True} if anew else {}
        assert result is not None

        def work_(reporter: Reporter) -> tuple[str, Finding, Mapping[str, Any] | None]:
            found = models.find(key, result, reporter, given, *more, **new)
            cells = None if found.ranking is None else work.ranked(result, found.ranking)
            return key, found, cells

        job = self._asking.ask(f"正在计算“{self.model.title}”", work_, self._keep, self._failed,
                               quiet=False, apart=True)
        job.cancelled.connect(self._cancelled)

    def _clear(self, words: str) -> None:
        """Nothing to show but a sentence."""
        self.card.say(words)
        self.keeping.show_finding(None)
        self.registry.show_finding(None)
        self.card.show()
        self.pictures.clear()
        self.groups.hide()
        self.answers.hide()
        self.ranking.show(None, None)

    @Slot(object)
    def _keep(self, found: tuple[str, Finding, Mapping[str, Any] | None]) -> None:
        key, self._found[key], cells = found
        if cells is not None:
            self._ranked[key] = cells
        self._show_finding(self._found[key])

    @Slot(object)
    def _failed(self, _error: BranchsegError) -> None:
        self._clear("没有算完。数据没有改动，可以点“重新计算”再试。")

    @Slot()
    def _cancelled(self) -> None:
        self._clear("已取消。点“重新计算”再试。")

    def _show_finding(self, finding: Finding) -> None:
        self.card.show_finding(finding)
        self.card.setVisible(finding.registry is None)
        self.keeping.show_finding(finding)
        self.registry.show_finding(finding)
        self._draw(finding)
        self.groups.setVisible(bool(finding.groups))
        if finding.groups:
            self.groups.show_groups(*work.rows(finding))
        self.answers.show_groups(finding.groups)
        self.ranking.show(finding.ranking, self._ranked.get(self.key))

    def _draw(self, finding: Finding) -> None:
        """The charts in the colours of the theme."""
        self._theme = style.tokens().name
        self.pictures.show_pictures(finding.pictures, f"{self.model.title}。{finding.sentence}")

    def _show_customers(self, title: str, positions: Sequence[int]) -> None:
        result, found = self.session.result, self._found.get(self.key)
        if result is not None and found is not None:
            self.session.show_customers(title, *work.told(result, found, positions))

    def _show_mark(self, mark: Mark) -> None:
        """Who stands behind a part of the chart."""
        self._show_customers(mark.title, mark.positions.tolist())


def _scrolled(content: QWidget) -> QScrollArea:
    """As wide as the room, with a scroll bar where there is too little height."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(content)
    return area
