"""What the worker does for the changes page: compare two imports, export customers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from branchseg import charts
from branchseg.model.fields import NUMERIC
from branchseg.model.masking import mask
from branchseg.pipeline import compare, labels
from branchseg.sheets import workbook

from ...columns import show_amount_short
from ...row_model import arrays, from_lists
from ...session import ListPair
from .columns import WORDS, columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from branchseg.progress import Reporter
    from branchseg.rules import RuleSet
    from branchseg.settings import Settings
    from branchseg.store.records import Batch
    from branchseg.store.vault import Vault

_OF_LIST = ("name", "manager")
MOVES = ("new", "gone", "up", "down")
CARDS = (*MOVES, "near")


class Cell(NamedTuple):
    """One number of a grid: who it stands for, and "up", "down", "new", "gone" or "" for it."""

    rows: Any
    kind: str


class Grid(NamedTuple):
    """Words of the rows (before) and columns (after), and the cells by their places."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    cells: Mapping[tuple[int, int], Cell]

    def title(self, row: int, column: int) -> str:
        """What the customers of a cell have done."""
        before, after = self.before[row], self.after[column]
        return f"一直是{after}" if before == after else f"{before} → {after}"


@dataclass(frozen=True, slots=True)
class ChangesView:
    """Everything the page shows. Rows are those of `Changes.people`.

    `choices` are the older imports, the newest first; `latest` is the id of the import that was
    made last; `aum` is in 元, by card.
    """

    batch: Batch
    older: Batch
    choices: tuple[Batch, ...]
    latest: int
    changes: compare.Changes
    labels: Mapping[str, Mapping[str, str]]
    data: Mapping[str, Any]
    aum: Mapping[str, float]
    grids: Mapping[str, Grid]


class Choice(NamedTuple):
    """What a person wants to see; `latest` is the import made last when it was shown to them.

    It holds until there is another import, or one of the two is taken back.
    """

    pair: ListPair
    latest: int | None = None

    def seen(self, view: ChangesView) -> Choice | None:
        """The choice now that `view` is on show; None if that is something else."""
        pair = ListPair(view.batch.id, view.older.id if self.pair.older_id else None)
        return self._replace(latest=view.latest) if pair == self.pair else None

    def holds(self, batches: Sequence[Batch]) -> bool:
        """Whether it is still what is wanted."""
        batch = next((one for one in batches
                      if one.in_force and one.id == self.pair.batch_id), None)
        return (batch is not None and self.latest in {None, _latest(batches)}
                and (self.pair.older_id is None or self.pair.older_id in {
                    one.id for one in batch.older(batches)}))


def load(vault: Vault, ruleset: RuleSet, choice: Choice | None,
         reporter: Reporter) -> ChangesView | None:
    """Compare what was chosen, else the newest import; None if there is no older one."""
    batches = vault.batches()
    wanted = choice.pair if choice is not None and choice.holds(batches) else None
    live = sorted((batch for batch in batches if batch.in_force),
                  key=lambda one: (wanted is not None and one.id == wanted.batch_id,
                                   one.as_of, one.id))
    batch = live[-1] if live else None
    choices = batch.older(batches) if batch is not None else []
    if batch is None or not choices:
        return None
    reporter.step("正在比较名单", 0.2)
    older = next((one for one in choices
                  if wanted is not None and one.id == wanted.older_id), None)
    older = older or compare.predecessor(vault, batch) or choices[0]
    return _view(compare.compare_imports(vault, older, batch, ruleset), batch, older, choices,
                 _latest(batches))


def _latest(batches: Sequence[Batch]) -> int:
    return max(one.id for one in batches)


def _view(changes: compare.Changes, batch: Batch, older: Batch,
          choices: Sequence[Batch], latest: int) -> ChangesView:
    words, people = labels(changes.after.ruleset), changes.people
    data = arrays(people, people.columns)
    data |= {key: arrays({key: changes.listed(key)}, [key])[key] for key in _OF_LIST}
    status = words["status"]
    data["turn"] = from_lists({"turn": [
        _turn(status.get(old, ""), status.get(new, ""))
        for old, new in zip(data["status_before"], data["status_after"], strict=True)]})["turn"]
    money = changes.money
    aum = {"new": money.came, "gone": money.left,
           **{key: float(people["aum_change"].iloc[getattr(changes, key)].sum())
              for key in ("up", "down")},
           "near": float(people["to_next"].iloc[changes.near].sum())}
    grids = {column: _grid(changes, column, words[column]) for column in compare.JUDGED}
    return ChangesView(batch, older, tuple(choices), latest, changes, words, data, aum, grids)


def _turn(old: str, new: str) -> str:
    """A status then and now; "" is who is not on that list."""
    if old in {"", new}:
        return new
    return f"{old} → {new or WORDS[compare.ABSENT]}"


def _grid(changes: compare.Changes, column: str, words: Mapping[str, str]) -> Grid:
    """Only what somebody was or is has a row and a column."""
    order = [*words, compare.UNKNOWN, compare.ABSENT]
    flows = changes.flows(column)
    befores, afters = ([key for key in order if key in {getattr(flow, side) for flow in flows}]
                       for side in ("before", "after"))
    cells = {(befores.index(flow.before), afters.index(flow.after)):
             Cell(flow.rows, _kind(flow, order, ranked=column == "tier")) for flow in flows}
    said = {**WORDS, **words}
    return Grid(tuple("新增" if key == compare.ABSENT else said[key] for key in befores),
                tuple(said[key] for key in afters), cells)


def flow_chart(view: ChangesView, *, dark: bool) -> charts.Chart:
    """Who rose or fell, from tier to tier, the highest on top; all others are in the grid."""
    grid, moves = view.grids["tier"], {charts.UP, charts.DOWN}
    links = [charts.Link(grid.before[row], grid.after[column], cell.rows, cell.kind,
                         grid.title(row, column))
             for (row, column), cell in grid.cells.items() if cell.kind in moves]
    return charts.flow("tiers", "层级流向", links, list(view.labels["tier"].values())[::-1],
                       empty="没有客户升层或降层", dark=dark)


def _kind(flow: compare.Flow, order: Sequence[str], *, ranked: bool) -> str:
    if flow.before == compare.ABSENT:
        return "new"
    if flow.after == compare.ABSENT:
        return "gone"
    steps = order.index(flow.after) - order.index(flow.before)
    if not ranked or not steps or compare.UNKNOWN in (flow.before, flow.after):
        return ""
    return "up" if steps > 0 else "down"


def money_words(money: compare.Money) -> str:
    """Where the assets went, in one line."""
    said = {key: show_amount_short(value) for key, value in money._asdict().items()}
    sentence = (f"AUM 合计 {said['before']} → {said['after']}：离开 {said['left']}，"
                f"新来 {said['came']}，老客户增加 {said['grown']}、减少 {said['shrunk']}")
    one_sided = f"，只有一份名单写明的 {said['unclear']}" if abs(money.unclear) >= 1 else ""
    return sentence + one_sided


def export(view: ChangesView, title: str, rows: Sequence[int], path: Path, settings: Settings,
           now: datetime, reporter: Reporter) -> int:
    """Write these customers as a workbook, masked, whatever the screen shows; returns how many.

    Raises InputError if the file cannot be written, Cancelled.
    """
    shapes = columns(view.labels)
    cells = []
    for shape in shapes:
        values = view.data[shape.key][list(rows)].tolist()
        cells.append([
            shape.chips[value].text if value in shape.chips
            else mask(shape.key, value) if isinstance(value, str) else value for value in values])
    heads = [workbook.Column(
        f"{shape.label}（{shape.unit}）" if shape.unit else shape.label,
        max(10.0, shape.width / 7),
        workbook.Format.AMOUNT if shape.kind in NUMERIC else workbook.Format.TEXT)
        for shape in shapes]
    about = [
        ("网点", settings.branch_name), ("操作人", settings.operator),
        ("导出时间", f"{now:%Y-%m-%d %H:%M}"), ("内容", title),
        ("上次名单", f"{list_words(view.older)}"), ("这次名单", f"{list_words(view.batch)}"),
        ("规则", view.changes.after.ruleset.id),
        ("说明", "姓名、客户号等个人信息已脱敏；请按本行规定保管，不要外传。"),
    ]
    return workbook.write_table(path, "名单变化", heads, zip(*cells, strict=True), about=about,
                                reporter=reporter)


def list_words(batch: Batch) -> str:
    """An import in words: its data date, its customers, its files."""
    names = "、".join(dict.fromkeys(source.file_name for source in batch.sources))
    return f"{batch.as_of.isoformat()} · {batch.customers:,} 户 · {names}"
