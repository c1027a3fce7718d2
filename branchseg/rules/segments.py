"""Tags (a customer may have many) and main segments (exactly one each, first match wins)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

from branchseg.model.fields import Kind
from branchseg.rules.conditions import read_predicate
from branchseg.rules.rule_fields import RuleField

if TYPE_CHECKING:
    from branchseg.rules.evaluation import Evaluation
    from branchseg.rules.predicates import Predicate
    from branchseg.rules.reading import Node

TAG = "tag_{}"
"""Name of the column that tells whether a customer has a tag."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A mark shown as a badge; predicates of segments and actions may ask for it."""

    key: str
    label: str
    when: Predicate

    @property
    def field(self) -> RuleField:
        """The tag as a field."""
        return RuleField(TAG.format(self.key), self.label, Kind.FLAG)


@dataclass(frozen=True, slots=True)
class Segment:
    """A main segment and the actions every member gets; `when` is None for "all others".

    All members of a segment that is `invalid` are invalid customers.
    """

    key: str
    label: str
    portrait: str
    when: Predicate | None
    actions: tuple[str, ...]
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """Tags, and the segments in the order they are asked."""

    tags: tuple[Tag, ...]
    segments: tuple[Segment, ...]

    @property
    def labels(self) -> dict[str, str]:
        """Segment key -> label, in the order they are asked."""
        return {segment.key: segment.label for segment in self.segments}


def read_segments(root: Node, known: dict[str, RuleField]) -> SegmentRules:
    """Read segments.toml; adds the tags to `known` for the segments and actions that follow."""
    tags = []
    for node in root.rows("tag"):
        tags.append(Tag(node.identifier("id"), node.text("label"),
                        read_predicate(node, "when", known)))
        node.close()
    root.unique((tag.key for tag in tags), "tag")
    known.update({tag.field.key: tag.field for tag in tags})
    segments = []
    for node in root.rows("segment"):
        when = read_predicate(node, "when", known) if node.has("when") else None
        segments.append(Segment(node.identifier("id"), node.text("label"),
                                node.text("portrait"), when, node.texts("actions", ()),
                                node.flag("invalid")))
        if not segments[-1].actions:
            node.fault("actions", "segment_idle", label=segments[-1].label)
        node.close()
    root.unique((segment.key for segment in segments), "segment")
    rest = [place for place, segment in enumerate(segments) if segment.when is None]
    if segments and rest != [len(segments) - 1]:
        root.fault("segment", "segment_rest")
    return SegmentRules(tuple(tags), tuple(segments))


def put_tags(scope: Evaluation, rules: SegmentRules) -> None:
    """Add one column per tag; a tag is given only where its rule is certainly true."""
    for tag in rules.tags:
        scope.mark(tag.field.key, scope.truths(tag.when).true)


def put_segment(scope: Evaluation, rules: SegmentRules) -> None:
    """Add the main segment: the first whose rule is true; unknown counts as no match here."""
    place = scope.first([scope.truths(segment.when).true for segment in rules.segments
                         if segment.when is not None])
    scope.places["segment"] = place
    scope.put("segment", scope.look_up(place, [s.key for s in rules.segments], nw.String))
