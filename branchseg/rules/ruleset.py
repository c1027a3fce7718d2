"""RuleSet: all rule files of a directory as one frozen object with an id."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from branchseg.errors import RuleError, RuleFault
from branchseg.files import move_into_place, write_private
from branchseg.messages import text
from branchseg.model.fields import Kind
from branchseg.rules.actions import BY_TIER, ActionRules, check_bindings, read_actions
from branchseg.rules.bounds import bound_span, read_bounds
from branchseg.rules.factors import FactorRules, read_factors
from branchseg.rules.observed import FLAG
from branchseg.rules.planning import Plan
from branchseg.rules.reading import (
    Node,
    Parameter,
    Source,
    hint,
    joined,
    parse_toml,
    read_parameters,
    shown,
)
from branchseg.rules.rule_fields import RATING_SAID, RuleField, base_fields, computed_field
from branchseg.rules.segments import SegmentRules, read_segments
from branchseg.rules.status import StatusRules, read_status
from branchseg.rules.suitability import RATING, SuitabilityRules, read_suitability
from branchseg.rules.tiers import LOSS, TierRules, read_tiers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILES = ("status.toml", "tiers.toml", "suitability.toml", "factors.toml", "segments.toml",
         "actions.toml")
_TIERS = "tiers.toml"
LOSS_FIELD = RuleField("loss", "流失", Kind.CHOICE, "", LOSS)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One rule book. `sources` are the files' texts: all else is read from them.

    `id` is name, version and the first 8 hex digits of the contents' SHA-256.
    """

    name: str
    version: str
    id: str
    confirmed: str
    sources: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    known: Mapping[str, RuleField]
    status: StatusRules
    tiers: TierRules
    suitability: SuitabilityRules
    factors: FactorRules
    segments: SegmentRules
    actions: ActionRules
    percentiles: tuple[str, ...]

    @property
    def title(self) -> str:
        """Name and version, for readers; `id` is for records."""
        return f"{self.name} v{self.version}"

    @property
    def bounds(self) -> tuple[Parameter, ...]:
        """Where tiers (of all presets) and grades begin; changed as `parameters` are."""
        return read_bounds(self.sources, self.tiers, self.factors)

    @property
    def plan(self) -> Plan:
        """The tables that decide on actions."""
        return Plan(self.status, self.segments, self.suitability, self.actions, self.known)

    @property
    def tier_presets(self) -> tuple[tuple[str, str], ...]:
        """(key, label) of every tier preset that can be chosen."""
        return tuple((preset.key, preset.label) for preset in self.tiers.presets)

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """Result column -> its values' Chinese labels, in their natural order."""
        return {
            "status": self.status.labels, "tier": self.tiers.labels,
            "next_tier": self.tiers.labels, "grade": self.factors.labels,
            "segment": self.segments.labels, "next_action": self.actions.labels,
            "actions": self.actions.labels, "loss": dict(LOSS),
            "tag": {tag.key: tag.label for tag in self.segments.tags},
            "factor": {factor.key: factor.name for factor in self.factors.factors},
            "flag": {flag.key: flag.label for flag in self.factors.flags},
        }

    def label(self, kind: str, key: str) -> str:
        """The Chinese label of a value: `kind` "status" and `key` "core" give "核心有效"."""
        return self.labels[kind][key]

    def owner(self, action_key: str, tier_key: str | None) -> str:
        """Who carries out an action for a customer of a tier; None is an unknown tier."""
        owner = self.actions.by_key(action_key).owner
        if owner != BY_TIER:
            return owner
        owners = {tier.key: tier.owner for tier in self.tiers.active.tiers}
        return owners.get(tier_key or "", self.actions.default_owner)

    def with_parameters(self, values: Mapping[str, float]) -> RuleSet:
        """A copy with other values of parameters and bounds.

        Raises RuleError for unknown ones, values out of range or that do not fit together.
        """
        sources, faults = dict(self.sources), []
        known = {parameter.key: parameter for parameter in self.parameters}
        bounds = {} if values.keys() <= known.keys() else {each.key: each for each in self.bounds}
        known |= bounds
        for key, value in values.items():
            if key not in known:
                faults.append(RuleFault("", key, text(
                    "rules.fault.parameter_unknown", name=key, allowed=joined(known),
                    hint=hint(key, known))))
                continue
            parameter = known[key]
            if not parameter.minimum <= value <= parameter.maximum:
                faults.append(RuleFault(parameter.file, f"parameters.{key}.value", text(
                    "rules.fault.number", low=shown(parameter.minimum),
                    high=shown(parameter.maximum))))
            elif value == parameter.value:
                continue
            elif key in bounds:
                _replace_bound(sources, key, _toml_number(value))
            else:
                sources[parameter.file] = _replace_value(
                    sources[parameter.file], f"parameters.{key}", "value", _toml_number(value))
        if faults:
            raise RuleError(faults)
        return build(sources)

    def with_tier_preset(self, key: str) -> RuleSet:
        """A copy with another tier preset in force. Raises RuleError for an unknown key."""
        presets = dict(self.tier_presets)
        if key not in presets:
            raise RuleError([RuleFault(_TIERS, "active", text(
                "rules.fault.choice", value=key, allowed=joined(presets),
                hint=hint(key, presets)))])
        content = _replace_value(self.sources[_TIERS], "", "active", json.dumps(key))
        return build({**self.sources, _TIERS: content})


def _toml_number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))


def _value_span(content: str, table: str, key: str) -> tuple[int, int] | None:
    """Where the value of `key` stands in its table's section; None if it is not found there."""
    start, end = 0, len(content)
    if table:
        header = re.search(rf"^\[{re.escape(table)}\][^\n]*\n", content, re.MULTILINE)
        if header is None:
            return None
        start = header.end()
    following = re.compile(r"^\[", re.MULTILINE).search(content, start)
    if following is not None:
        end = following.start()
    pattern = rf"^{re.escape(key)}[ \t]*=[ \t]*([^#\n]*?)[ \t]*(?:#[^\n]*)?$"
    found = re.compile(pattern, re.MULTILINE).search(content, start, end)
    return found.span(1) if found else None


def _replace_value(content: str, table: str, key: str, value: str) -> str:
    """The text with one value replaced; comments and layout survive."""
    span = _value_span(content, table, key)
    assert span is not None, "build() refuses files whose values cannot be found"
    return f"{content[:span[0]]}{value}{content[span[1]:]}"


def _replace_bound(sources: dict[str, str], key: str, value: str) -> None:
    """Have another start of a tier or grade in the text of its file."""
    span = bound_span(sources, key)
    assert span is not None, "bounds that cannot be found are not offered"
    file, start, end = span
    sources[file] = f"{sources[file][:start]}{value}{sources[file][end:]}"


def _check_layout(sources: Mapping[str, str], parameters: Mapping[str, Parameter],
                  roots: Mapping[str, Node]) -> None:
    """What the settings page may change must stand where `_replace_value` finds it."""
    for parameter in parameters.values():
        table = f"parameters.{parameter.key}"
        if _value_span(sources[parameter.file], table, "value") is None:
            roots[parameter.file].fault(table, "layout")
    if _value_span(sources[_TIERS], "", "active") is None:
        roots[_TIERS].fault("active", "layout")


def load(directory: Path) -> RuleSet:
    """Read all rule files of a directory. Raises RuleError with every fault found in them."""
    sources, faults = {}, []
    complete = _in_force(directory)
    for name in FILES:
        try:
            sources[name] = (complete / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            faults.append(RuleFault(name, "", text("rules.fault.unreadable")))
    if faults:
        raise RuleError(faults)
    return build(sources)


def save(ruleset: RuleSet, directory: Path) -> None:
    """Write the rule files: `load` finds all of them as they were or all new. Raises OSError.

    The files are written beside `directory`, which is then swapped for them; whatever else lies
    in it is kept. A program killed in between leaves a complete set all the same: as long as
    there is no `directory`, its successor is finished (see `_in_force`).
    """
    old, fresh = _beside(directory)
    directory.parent.mkdir(parents=True, exist_ok=True)
    if _in_force(directory) == fresh:
        move_into_place(fresh, directory)
    for left in (old, fresh):
        if left.exists():
            shutil.rmtree(left)
    if directory.exists():
        shutil.copytree(directory, fresh)
    fresh.mkdir(exist_ok=True)
    for name, content in ruleset.sources.items():
        write_private(fresh / name, content.encode())
    if directory.exists():
        move_into_place(directory, old)
    move_into_place(fresh, directory)
    shutil.rmtree(old, ignore_errors=True)


def _beside(directory: Path) -> tuple[Path, Path]:
    """Where the set being replaced and the one being written lie during `save`."""
    return (directory.with_name(f"{directory.name}.old"),
            directory.with_name(f"{directory.name}.new"))


def _in_force(directory: Path) -> Path:
    """The folder to read: the finished successor where `save` was cut short in its swap."""
    old, fresh = _beside(directory)
    return fresh if old.exists() and fresh.exists() and not directory.exists() else directory


def build(sources: Mapping[str, str]) -> RuleSet:
    """A rule set from the texts of its files. Raises RuleError with every fault."""
    faults: list[RuleFault] = []
    roots = {}
    parameters: dict[str, Parameter] = {}
    amounts: dict[str, float] = {}
    percentiles: set[str] = set()
    for name in FILES:
        source = Source(name, faults, parameters, amounts, percentiles)
        roots[name] = Node(parse_toml(sources[name], source), "", source)
        read_parameters(roots[name])
    ruleset = _read(roots, sources, tuple(parameters.values()))
    _check_layout(sources, parameters, roots)
    _check_words(roots, ruleset.suitability.forbidden)
    for root in roots.values():
        root.close()
    if faults:
        raise RuleError(faults)
    return ruleset


def _read(roots: dict[str, Node], sources: Mapping[str, str],
          parameters: tuple[Parameter, ...]) -> RuleSet:
    """Read the files in the order of evaluation: each may use what earlier ones compute."""
    head = roots["status.toml"].child("ruleset")
    name, version = head.text("name"), head.text("version")
    confirmed = head.text("confirmed", "")
    head.close()
    known = base_fields()
    status = read_status(roots["status.toml"], known)
    tiers = read_tiers(roots[_TIERS], known)
    suitability = read_suitability(roots["suitability.toml"], known)
    known |= _after_tiers(status, tiers)
    factors = read_factors(roots["factors.toml"], known)
    known |= {"grade": computed_field("grade", factors.labels.items())}
    known |= {key: computed_field(key) for key in ("score", "completeness")}
    for flag in factors.flags:
        key = FLAG.format(flag.key)
        known[key] = RuleField(key, flag.label, Kind.FLAG)
    segments = read_segments(roots["segments.toml"], known)
    known["segment"] = computed_field("segment", segments.labels.items())
    actions = read_actions(roots["actions.toml"], known)
    check_bindings(roots, actions, segments, suitability)
    digest = hashlib.sha256("\0".join(sources[file] for file in FILES).encode()).hexdigest()
    return RuleSet(
        name, version, f"{name} v{version} · {digest[:8]}", confirmed,
        MappingProxyType(dict(sources)), parameters, MappingProxyType(known), status, tiers,
        suitability, factors, segments, actions,
        tuple(sorted(roots[_TIERS].source.percentiles)))


def _after_tiers(status: StatusRules, tiers: TierRules) -> dict[str, RuleField]:
    """What is known once status, tier and rating are decided."""
    return {
        RATING.key: RATING,
        RATING_SAID.key: RATING_SAID,
        "status": computed_field("status", status.labels.items()),
        "tier": computed_field("tier", tiers.labels.items()),
        "next_tier": RuleField("next_tier", "上一层级", Kind.CHOICE, "",
                               tuple(tiers.labels.items())),
        "to_next_tier": RuleField("to_next_tier", "距上一层差额", Kind.AMOUNT, "元"),
        "to_next_share": computed_field("to_next_share"),
        "near_tier": computed_field("near_tier"),
        "aside": computed_field("aside"),
        "outdated": computed_field("outdated"),
        "loss": LOSS_FIELD,
    }


def _check_words(roots: dict[str, Node], forbidden: tuple[str, ...]) -> None:
    """No text staff may read aloud contains a forbidden word."""
    for name, root in roots.items():
        for path, value in _texts(root.table, ""):
            if name == "suitability.toml" and path.startswith("forbidden"):
                continue
            for word in forbidden:
                if word in value:
                    root.source.fault(path, "forbidden", word=word)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every text in a TOML value with its key path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for place, item in enumerate(value, start=1):
            yield from _texts(item, f"{path}[{place}]")
