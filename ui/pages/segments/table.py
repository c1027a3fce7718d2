"""The tables of main segments and RFM classes: who they are, what they hold, what to do."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from branchseg.model.fields import Kind

from ...columns import Chip, Column
from ...widgets.group_table import GroupTable

if TYPE_CHECKING:
    from .work import Figures

_IDLE = "有分群无动作"
_SIZES = (
    Column("customers", "客户数", Kind.INTEGER, 76),
    Column("share", "占比（%）", Kind.NUMBER, 84, decimals=1),
    Column("aum", "AUM", Kind.AMOUNT, 116, "元"),
    Column("aum_mean", "平均 AUM", Kind.AMOUNT, 124, "元"),
)
_COLUMNS = (
    Column("segment", "主分群", width=132),
    *_SIZES,
    Column("good", "高等级占比（%）", Kind.NUMBER, 124, decimals=1),
    Column("actions", "对应动作", width=140,
           chips=MappingProxyType({"": Chip(_IDLE, "warn")})),
    Column("portrait", "画像", width=220, stretch=True),
)
_CLASSES = (Column("rfm", "RFM 类别", width=132), *_SIZES,
            Column("trait", "特点", width=260, stretch=True))


class SegmentTable(GroupTable):
    """The main segments; below them the portrait of one."""

    def __init__(self) -> None:
        super().__init__(_COLUMNS, "点击一行，查看这个分群的客户。")

    def show_figures(self, figures: Figures) -> None:
        """Replace all rows."""
        segments = figures.segments
        self.show_groups(segments, segments["positions"], segments["portrait"])


class ClassTable(GroupTable):
    """The eight classes of RFM; below them how they were scored."""

    def __init__(self) -> None:
        super().__init__(_CLASSES, "点击一行，查看这一类的客户。")

    def show_figures(self, figures: Figures) -> None:
        """Replace all rows."""
        classes = figures.classes
        self.show_groups(classes, classes["positions"], classes["trait"], figures.method)
