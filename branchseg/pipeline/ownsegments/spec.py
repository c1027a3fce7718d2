"""resources/ownsegments.toml: criteria by group, presets, and the measures of contrast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchseg import analytics, rules
from branchseg.errors import RuleError
from branchseg.model.fields import FIELDS, Kind
from branchseg.paths import resources_dir
from branchseg.rules.conditions import read_predicate
from branchseg.rules.reading import Node, Source, parse_toml
from branchseg.rules.rule_fields import RuleField, computed_field

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchseg.rules import RuleSet

FILE = "ownsegments.toml"
STAFF_TAG = "tag_:"
"""Begins the key of the field that says whether staff have given a tag; the tag follows.

No rule's tag can be called so: their ids have no colon.
"""
_MOST = 1e6


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """One kind of criteria: 人口, 行为, 心理, 价值 or 需求; `fields` are keys.

    With `tags` "staff" or "rules" the tags those have given belong to it as well.
    """

    key: str
    label: str
    fields: tuple[str, ...]
    tags: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A segment ready to be taken over; `tree` is the table of its conditions."""

    key: str
    label: str
    group: str
    tree: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContrastScale:
    """What two segments are compared by, and from when on a difference is told.

    `most` sentences; `least_known` values on either side; `least` difference (Cliff's delta);
    so many standard `errors` of it.
    """

    fields: tuple[str, ...]
    most: int
    least_known: int
    least: float
    errors: float


@dataclass(frozen=True, slots=True)
class QualityScale:
    """From when on a segment is small, too large, apart from others, stable, badly known."""

    few: int
    most_share: float
    apart: float
    kept: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Spec:
    """The whole table."""

    groups: tuple[FieldGroup, ...]
    presets: tuple[Preset, ...]
    contrast: ContrastScale
    quality: QualityScale


def known_fields(ruleset: RuleSet, staff_tags: Iterable[str] = ()) -> dict[str, RuleField]:
    """Everything conditions may ask for; `staff_tags` are the tags staff have given."""
    known = rules.criteria_fields(ruleset)
    known["rfm"] = computed_field("rfm", analytics.rfm_labels().items())
    known["next_action"] = RuleField("next_action", "下一步动作", Kind.CHOICE, "",
                                     tuple(ruleset.actions.labels.items()))
    known |= {STAFF_TAG + tag: RuleField(STAFF_TAG + tag, tag, Kind.FLAG) for tag in staff_tags}
    return known


def load(ruleset: RuleSet) -> Spec:
    """The shipped table as the rules in force read it. Raises RuleError with every fault."""
    return read((resources_dir() / FILE).read_text(encoding="utf-8"), ruleset)


def read(content: str, ruleset: RuleSet) -> Spec:
    """The table in `content`. Raises RuleError with every fault."""
    known = known_fields(ruleset)
    source = Source(FILE, [], {}, {})
    root = Node(parse_toml(content, source), "", source)
    groups = tuple(_group(node, known) for node in root.rows("group"))
    presets = tuple(_preset(node, [group.key for group in groups], known)
                    for node in root.rows("preset"))
    for rows, key in ((groups, "group"), (presets, "preset")):
        root.unique((row.key for row in rows), key)
    spec = Spec(groups, presets, _contrast(root.child("contrast")),
                _quality(root.child("quality")))
    root.close()
    if source.faults:
        raise RuleError(source.faults)
    return spec


def _group(node: Node, known: Mapping[str, RuleField]) -> FieldGroup:
    group = FieldGroup(node.identifier("id"), node.text("label"),
                       node.texts("fields", options=known),
                       node.choice("tags", ("", "staff", "rules"), ""))
    node.close()
    return group


def _preset(node: Node, groups: list[str], known: Mapping[str, RuleField]) -> Preset:
    when = read_predicate(node, "when", known)
    preset = Preset(node.identifier("id"), node.text("label"), node.choice("group", groups),
                    rules.write_tree(when))
    node.close()
    return preset


def _contrast(node: Node) -> ContrastScale:
    scale = ContrastScale(
        node.texts("fields", options=FIELDS), int(node.number("most", 1, _MOST)),
        int(node.number("least_known", 2, _MOST)), node.number("least", 0, 1),
        node.number("errors", 0, _MOST))
    node.close()
    return scale


def _quality(node: Node) -> QualityScale:
    scale = QualityScale(
        int(node.number("few", 0, _MOST)), node.number("most_share", 0, 1),
        node.number("apart", 0, 1), node.number("kept", 0, 1), node.number("unknown", 0, 1))
    node.close()
    return scale
