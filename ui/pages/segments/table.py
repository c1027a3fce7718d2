"""The table of main segments: who they are, what they hold, what is to be done."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal

from branchseg.model.fields import Kind

from ...columns import Chip, Column
from ...row_model import RowModel
from ...style import ROW_HEIGHT, px
from ...widgets.basic import Card, ElidedLabel
from ...widgets.table import DataTable

if TYPE_CHECKING:
    from .work import Figures

_IDLE = "有分群无动作"
_COLUMNS = (
    Column("segment", "主分群", width=132),
    Column("customers", "客户数", Kind.INTEGER, 76),
    Column("share", "占比（%）", Kind.NUMBER, 84, decimals=1),
    Column("aum", "AUM", Kind.AMOUNT, 116, "元"),
    Column("aum_mean", "平均 AUM", Kind.AMOUNT, 124, "元"),
    Column("good", "高等级占比（%）", Kind.NUMBER, 124, decimals=1),
    Column("actions", "对应动作", width=140,
           chips=MappingProxyType({"": Chip(_IDLE, "warn")})),
    Column("portrait", "画像", width=220, stretch=True),
)
_HEADER = 36


class SegmentTable(Card):
    """As high as its rows. `segment_clicked(title, positions)`: show the customers."""

    segment_clicked = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(padding=(1, 1))
        self.body.setSpacing(0)
        self.model = RowModel(_COLUMNS)
        self.table = DataTable(self.model)
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setCursor(Qt.CursorShape.PointingHandCursor)
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(self._open)
        self.table.entered.connect(self._entered)
        self.table.current_changed.connect(self._tell)
        self._portrait = ElidedLabel()
        self._portrait.setContentsMargins(px(12), px(8), px(12), px(8))
        self.body.addWidget(self.table)
        self.body.addWidget(self._portrait)
        self._figures: Figures | None = None

    def show_figures(self, figures: Figures) -> None:
        """Replace all rows."""
        self._figures = figures
        self.model.set_data({shape.key: figures.segments[shape.key] for shape in _COLUMNS}, None)
        self.table.setFixedHeight(px(_HEADER) + self.model.rowCount() * px(ROW_HEIGHT) + px(4))
        self._tell(-1)

    def _clicked(self, index: QModelIndex) -> None:
        self._open(self.model.position(index.row()))

    def _open(self, position: int) -> None:
        if self._figures is not None:
            segments = self._figures.segments
            self.segment_clicked.emit(str(segments["segment"][position]),
                                      segments["positions"][position].tolist())

    def _entered(self, index: QModelIndex) -> None:
        self._tell(self.model.position(index.row()))

    def _tell(self, position: int) -> None:
        """The portrait of a segment below the table."""
        if self._figures is None or position < 0:
            self._portrait.setText("点击一行，查看这个分群的客户。")
            return
        segments = self._figures.segments
        self._portrait.setText(
            f"{segments['segment'][position]}：{segments['portrait'][position]}")
