"""敏感度表: a threshold at several values, and how many customers fall where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal

from branchseg.model.fields import Kind

from ...columns import Chip, Column
from ...row_model import RowModel, from_lists
from ...style import px
from ...widgets.basic import Card, label, restyle
from ...widgets.table import DataTable

if TYPE_CHECKING:
    from branchseg.pipeline.cutpoints import Sensitivity

_HINT = ("“移动”只数这个切点分的类换了的户数，“户会有变化”还数状态、层级、等级和下一步；"
         "点数字看是哪些客户。")
_MARKS = {"now": Chip("现行"), "draft": Chip("拟定", "accent"), "none": Chip("", "neutral")}
_MOST_WORDS = 7
_VALUE, _MARK, _MOVED = 84, 58, 62
_CHARACTER, _PADDING, _LEAST = 13, 28, 62


class TrialTable(Card):
    """`customers_wanted(title, positions)`: show who moves, or who has a word at a value."""

    customers_wanted = Signal(str, object)

    def __init__(self) -> None:
        super().__init__(padding=(1, 1))
        self.body.setSpacing(0)
        self._shown: Sensitivity | None = None
        self._keys: tuple[str, ...] = ()
        self.model = RowModel(())
        self.table = DataTable(self.model)
        self.line = label("", "muted", wrap=True)
        self.line.setContentsMargins(px(12), px(8), px(12), px(8))
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.line)
        self.setMinimumHeight(px(190))
        self.clear()

    def clear(self, sentence: str = "", tone: str = "") -> None:
        """No table, but a sentence."""
        self._shown = None
        self.table.setVisible(False)
        self._say(sentence, tone)

    def show_trials(self, shown: Sensitivity, value: float, now: float, why: str = "") -> None:
        """A row per value; of many classes those that change most; `why` the value moves none."""
        self._shown = shown
        words = _telling(shown)
        data: dict[str, list[object]] = {
            "value": [shown.point.parameter.words(trial.value) for trial in shown.trials],
            "mark": ["draft" if trial.value == value != now else
                     "now" if trial.value == now else "none" for trial in shown.trials],
            "moved": [float(len(trial.moved)) for trial in shown.trials],
            **{f"{word}": [float(trial.count(word)) for trial in shown.trials]
               for word in words}}
        columns = (Column("value", "切点", width=_VALUE),
                   Column("mark", "", width=_MARK, chips=_MARKS),
                   Column("moved", "移动", Kind.INTEGER, _MOVED),
                   *(Column(f"{word}", shown.words[word], Kind.INTEGER,
                            max(len(shown.words[word]) * _CHARACTER + _PADDING, _LEAST))
                     for word in words))
        self._put_table(columns)
        self.model.set_data(from_lists(data))
        self.table.setVisible(True)
        more = len(shown.words) > len(words)
        self._say(why or _HINT + ("只列出人数变化最大的几类。" if more else ""))

    def _put_table(self, columns: tuple[Column, ...]) -> None:
        """A table with these columns."""
        if columns == self.model.columns:
            return
        old, model = self.table, self.model
        self.model = RowModel(columns)
        self.table = DataTable(self.model)
        self.table.setCursor(Qt.CursorShape.PointingHandCursor)
        self.table.setSortingEnabled(False)
        self.table.clicked.connect(self._clicked)
        self.body.replaceWidget(old, self.table)
        old.hide()
        old.deleteLater()
        model.deleteLater()

    def _clicked(self, index: QModelIndex) -> None:
        """Customers of the cell; in the first columns those who move."""
        shown = self._shown
        if shown is None:
            return
        trial = shown.trials[self.model.position(index.row())]
        column = self.model.columns[index.column()]
        at = f"切点 {shown.point.parameter.words(trial.value)}"
        if column.key.isdigit():
            rows, title = trial.rows(int(column.key)), f"{at}：{column.label}"
        else:
            rows, title = trial.moved, f"{at}：与现行不同"
        if len(rows):
            self.customers_wanted.emit(title, rows.tolist())

    def _say(self, sentence: str, tone: str = "") -> None:
        self.line.setText(sentence)
        restyle(self.line, "tone", tone)


def _telling(shown: Sensitivity) -> list[int]:
    """The words whose counts change most, in their order; all where they are few.

    Of many those of always as many customers are left out, unless that is all of them.
    """
    if len(shown.words) <= _MOST_WORDS:
        return list(range(len(shown.words)))
    counts = [[trial.count(word) for trial in shown.trials] for word in range(len(shown.words))]
    changing = [word for word, mine in enumerate(counts) if min(mine) < max(mine)]
    order = sorted(changing or range(len(counts)),
                   key=lambda word: min(counts[word]) - max(counts[word]))
    return sorted(order[:_MOST_WORDS])
