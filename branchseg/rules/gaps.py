"""What gaps in the data cost: resources/quality.toml counted over customers and results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS
from branchseg.model.quality import GapCost
from branchseg.paths import resources_dir
from branchseg.rules.assess import prepare, result_columns
from branchseg.rules.conditions import read_predicate
from branchseg.rules.evaluation import Evaluation
from branchseg.rules.reading import Node, Source, parse_toml

if TYPE_CHECKING:
    from datetime import date

    from branchseg.rules.predicates import Predicate
    from branchseg.rules.ruleset import RuleSet

GAPS_FILE = "quality.toml"

_READ: dict[str, tuple[tuple[Gap, ...], set[str]]] = {}
"""What was read for the rules used last, by their id, which their contents make."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A customer who certainly is `among` some, and not certainly has what it `needs`."""

    key: str
    gap: str
    effect: str
    among: Predicate
    needs: Predicate


def gap_costs(frame: Any, results: Any, ruleset: RuleSet, as_of: date, *,
              today: date | None = None) -> tuple[GapCost, ...]:
    """What lacks, what follows from it, and for how many; in the order of the table.

    `frame` are customers, `results` what `assess` said of them under `ruleset`, row for row. Gaps
    nobody has are left out. One customer may be counted in several.
    """
    gaps, percentiles = _gaps(ruleset)
    scope = Evaluation(prepare(frame, percentiles), as_of, today)
    decided = nw.from_native(results, eager_only=True)
    for key in decided.columns:
        if key in ruleset.known:
            scope.put(key, decided[key])
    counted = (GapCost(one.key, one.gap, one.effect, _count(scope, one)) for one in gaps)
    return tuple(cost for cost in counted if cost.customers)


def _gaps(ruleset: RuleSet) -> tuple[tuple[Gap, ...], set[str]]:
    """The shipped table as the rules in force read it, once."""
    if ruleset.id not in _READ:
        _READ.clear()
        _READ[ruleset.id] = read_gaps(
            (resources_dir() / GAPS_FILE).read_text(encoding="utf-8"), ruleset)
    return _READ[ruleset.id]


def _count(scope: Evaluation, gap: Gap) -> int:
    return int((scope.truths(gap.among).true & ~scope.truths(gap.needs).true).sum())


def read_gaps(content: str, ruleset: RuleSet) -> tuple[tuple[Gap, ...], set[str]]:
    """The [[gap]] rows of a table, and the fields whose percentiles they need.

    They may ask for what the list and the results have. Raises RuleError with every fault.
    """
    columns = {*FIELDS, *result_columns(ruleset)}
    known = {key: field for key, field in ruleset.known.items() if key in columns}
    source = Source(GAPS_FILE, [], {}, {})
    root = Node(parse_toml(content, source), "", source)
    gaps = []
    for node in root.rows("gap"):
        gaps.append(Gap(node.identifier("id"), node.text("gap"), node.text("effect"),
                        read_predicate(node, "among", known),
                        read_predicate(node, "needs", known)))
        node.close()
    root.unique((gap.key for gap in gaps), "gap")
    root.close()
    if source.faults:
        raise RuleError(source.faults)
    return tuple(gaps), source.percentiles
