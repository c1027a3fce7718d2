"""The rows that have problems, as a workbook to be mended and imported again."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.issues import SEVERITY, IssueLog, Severity
from branchseg.model.raw import UNIT_WORDS, Cell, MatchKind
from branchseg.progress import Reporter

from .work import cell_text, field_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from branchseg.model.raw import ColumnMatch, RawTable
    from branchseg.pipeline import ListSource

    from .work import ListGroup

_KEYS = (("customer_id",), ("id_number",), ("name", "mobile"))
"""What tells customers apart, best first."""

_OWN = ("来源名单", "来源行", "问题")
_TITLE = "改好后保存，在“导入名单”里再次导入，就会更新这些客户。数据日期：{as_of}"


def export_problem_rows(path: Path, groups: Sequence[ListGroup], log: IssueLog, as_of: date,
                        reporter: Reporter) -> int:
    """Write the rows with errors or warnings, unmasked; returns how many.

    Rows stand under the headers of their list, so importing the file again needs no new
    decisions. Other rows of the same customer come along: an account list would lose them.
    Lists with different headers go into files of their own ("… 2.xlsx"). Raises InputError.
    """
    from branchseg.sheets.workbook import Column, Format, write_table  # noqa: PLC0415 - openpyxl

    problems: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for code, row, key, source in zip(log.codes, log.rows, log.fields, log.sources, strict=True):
        if SEVERITY[code] is not Severity.NOTE and row:
            field = f"{field_label(key)}：" if key else ""
            problems[source, row][field + text(f"issue.{code}")] = None
    count = 0
    for group in groups:
        rows = [line for source in group.sources for line in _lines(group, source, problems)]
        if rows:
            name, place, problem = _OWN
            columns = [Column(name, 24), Column(place, 8, Format.INTEGER), Column(problem, 48)]
            columns += [Column(_header(group.raw, match), 16) for match in group.mapping.columns
                        if match.kind is not MatchKind.OWN]
            number = f" {groups.index(group) + 1}" if group is not groups[0] else ""
            count += write_table(path.with_stem(path.stem + number), "要改的行", columns, rows,
                                 heading=_TITLE.format(as_of=as_of.isoformat()),
                                 reporter=reporter)
    return count


def _lines(group: ListGroup, source: ListSource, problems: dict[tuple[str, int], dict[str, None]],
           ) -> Iterator[tuple[object, ...]]:
    """The rows of one list to be written."""
    raw, corrections = source.raw, source.corrections
    label = raw.source.label
    owners = _owners(group, raw)
    wanted = {owner for owner, row in zip(owners, raw.rows, strict=True)
              if owner and (label, row) in problems}
    kept = [match for match in group.mapping.columns if match.kind is not MatchKind.OWN]
    for at, (owner, row) in enumerate(zip(owners, raw.rows, strict=True)):
        mine = problems.get((label, row))
        if row in corrections.excluded or (mine is None and owner not in wanted):
            continue
        cells = (corrections.cells.get((row, match.index),
                                       plain_text(raw.columns[match.index][at]))
                 for match in kept)
        yield (label, row, "；".join(mine or ()), *cells)


def _owners(group: ListGroup, raw: RawTable) -> list[str]:
    """One text per row that is the same for rows of the same customer; "" if nobody can tell."""
    used = group.mapping.used
    for keys in _KEYS:
        if set(keys) <= used.keys():
            columns = [raw.columns[used[key].index] for key in keys]
            parts = zip(*columns, strict=True)
            return ["|".join(map(cell_text, cells)) if all(map(cell_text, cells)) else ""
                    for cells in parts]
    return [""] * len(raw.rows)


def _header(raw: RawTable, match: ColumnMatch) -> str:
    """The column's own name, with the unit where only a title or a person has said it."""
    amount = match.field is not None and FIELDS[match.field].kind is Kind.AMOUNT
    word = UNIT_WORDS.get(match.unit, "")
    said = match.unit != 1.0 or raw.units[match.index]
    missing = amount and said and word not in match.header
    return f"{match.header}（{word}）" if missing else match.header


def plain_text(cell: Cell) -> str:
    """A cell as text with all its digits."""
    if isinstance(cell, float) and not cell.is_integer():
        return repr(cell)
    return cell_text(cell)
