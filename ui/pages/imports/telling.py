"""What the import tells beside its findings: whose row it is, and which remarks were heeded."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from branchseg.messages import known_codes, text
from branchseg.model.issues import ABOUT_ROWS, IssueCode

from .work import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchseg.model.issues import Issue
    from branchseg.model.quality import Finding, QualityReport
    from branchseg.pipeline import ListSource

    from .work import ListGroup

_REMARKS = {
    IssueCode.REMARK_DECEASED: "已故", IssueCode.REMARK_CLOSED: "已注销",
    IssueCode.REMARK_DO_NOT_CONTACT: "请勿联系", IssueCode.REMARK_COMPLAINT: "投诉",
}


def finding_words(code: IssueCode) -> str:
    """What was found and what can be done here, where nothing is saved yet."""
    here = f"checking.{code}"
    return text(here if here in known_codes() else f"issue.{code}")


def remarks_heeded(groups: Sequence[Finding]) -> str:
    """What remarks in columns that are not imported have said, in one sentence; "" if nothing."""
    counts = {group.code: group.count for group in groups}
    parts = [f"{counts[code]:,} 行写明{word}" for code, word in _REMARKS.items() if code in counts]
    heeded = f"备注等列里有 {'、'.join(parts)}，已照办。" if parts else ""
    doubtful = counts.get(IssueCode.REMARK_DOUBTFUL, 0)
    if not doubtful:
        return heeded
    return f"{heeded}{doubtful:,} 行备注提到已故、销户、请勿联系或投诉但不肯定，没有照办，请核对。"


COSTS = 3
"""So many gaps are told beside the findings; the quality report has all."""


def costs(report: QualityReport, most: int = COSTS) -> str:
    """What the first gaps cost in customers, in one line; "" if there are none."""
    parts = [f"{gap.gap} → {gap.customers:,} 户{gap.effect}" for gap in report.gaps[:most]]
    more = "其余见质量报告。" if len(report.gaps) > most else ""
    told = f"{'；'.join(parts)}。{more}补齐后重新导入即可。" if parts else ""
    return f"{_filled(report)}{told}"


def planned(report: QualityReport) -> list[str]:
    """How many will have a next action once the list is saved, in words; none if nobody."""
    customers, own = report.planned
    if not customers:
        return []
    asked = f"（{own:,} 户由自建客群安排）" if own else ""
    return [f"{customers:,} 户有下一步动作{asked}"]


def _filled(report: QualityReport) -> str:
    """What older lists know of these customers and this one does not; "" if nothing."""
    parts = [f"{one.customers:,} 户的{one.label}" for one in report.filled]
    return f"这份名单里没有、以前的名单里有的已补上：{'、'.join(parts)}。" if parts else ""


def names_beside(lists: Sequence[ListGroup], issues: Sequence[Issue]) -> list[str]:
    """The name in the row of each finding, as the list or a correction has it; "" if none."""
    places = {source.raw.source.label: (group, source)
              for group in lists for source in group.sources}
    return [_name(*places[issue.source], issue.row) if issue.source in places else ""
            for issue in issues]


def short_labels(lists: Sequence[ListGroup]) -> dict[str, str]:
    """The label of each list -> what tells it from the others: its sheet or its file."""
    from branchseg.pipeline import short_names  # noqa: PLC0415 - pandas

    refs = [source.raw.source for group in lists for source in group.sources]
    return dict(zip([ref.label for ref in refs], short_names(refs), strict=True))


def where(issue: Issue, labels: Mapping[str, str]) -> str:
    """The row of a finding, and of which list where there are several: "3 · 理财"."""
    whole = issue.source in labels and issue.code not in ABOUT_ROWS
    row = f"{issue.row}" if issue.row else "整列" if whole else ""
    if len(labels) == 1 or not row:
        return row
    first = next(iter(labels.values()))  # a finding across lists counts rows of the first one
    return f"{row} · {labels.get(issue.source, first)}"


_DAY = re.compile(r"(?:\d{4}[-/.年]\d{1,2}[-/.月]|\d{1,2}[-/月])\d{1,2}日?(?: .*)?")


def may_be_days(samples: Sequence[str]) -> bool:
    """Whether the first texts of a column are days."""
    return bool(samples) and all(_DAY.fullmatch(one) for one in samples)


def tally(groups: Sequence[ListGroup]) -> str:
    """How much was changed, "已改 2 处，排除 1 行"; "" if nothing was."""
    all_ = [source.corrections for group in groups for source in group.sources]
    cells, rows = sum(len(one.cells) for one in all_), sum(len(one.excluded) for one in all_)
    same = sum(len(one.confirmed) for one in all_)
    return "，".join(filter(None, (f"已改 {cells} 处" if cells else "",
                                 f"排除 {rows} 行" if rows else "",
                                 f"确认同一人 {same} 行" if same else "")))


def _name(group: ListGroup, source: ListSource, row: int) -> str:
    """The name in a sheet row; rows of a list ascend."""
    match, rows = group.mapping.used.get("name"), source.raw.rows
    at = bisect_left(rows, row)
    if match is None or at == len(rows) or rows[at] != row:
        return ""
    mended = source.corrections.cells.get((row, match.index))
    return cell_text(source.raw.columns[match.index][at]) if mended is None else mended
