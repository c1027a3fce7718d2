"""Rules being changed: what differs from the rules in force, not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from branchseg.rules.bounds import tier_key

if TYPE_CHECKING:
    from branchseg.rules import Parameter, RuleSet
    from branchseg.rules.tiers import TierPreset
    from branchseg.store.records import Agreement

_NOTHING: Mapping[str, Agreement] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the new rules; may be carried into the worker.

    `values` are those of parameters and bounds, `agreements` what is registered with them.
    """

    base: RuleSet
    values: Mapping[str, float]
    preset: str
    agreements: Mapping[str, Agreement] = field(default_factory=lambda: _NOTHING)

    @property
    def is_empty(self) -> bool:
        """Whether it makes the rules in force again."""
        return not self.values and self.preset == self.base.tiers.active.key

    def build(self) -> RuleSet:
        """The new rules. Raises RuleError where values do not fit together."""
        if self.is_empty:
            return self.base
        made = self.base.with_parameters(self.values)
        return made if self.preset == made.tiers.active.key else made.with_tier_preset(self.preset)


class RuleDraft(QObject):
    """The thresholds and the tier preset, beside those in force and as shipped.

    With each threshold goes what was agreed on it: `kept` is what the vault has.
    """

    changed = Signal()

    def __init__(self, base: RuleSet, shipped: RuleSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shipped = shipped
        self.kept: Mapping[str, Agreement] = _NOTHING
        self._shipped = {each.key: each.value for each in (*shipped.parameters, *shipped.bounds)}
        self._take(base)

    def _take(self, base: RuleSet) -> None:
        self.base = base
        self.parameters: dict[str, Parameter] = {each.key: each for each in base.parameters}
        self._all = self.parameters | {each.key: each for each in base.bounds}
        self._values: dict[str, float] = {}
        self._agreements: dict[str, Agreement] = {}
        self._preset = base.tiers.active.key

    # --- asking ---

    def value(self, key: str) -> float:
        """The value of a parameter or bound now."""
        return self._values.get(key, self._all[key].value)

    def default(self, key: str) -> float:
        """The value as shipped; the one in force where the shipped rules have none."""
        return self._shipped.get(key, self._all[key].value)

    def is_changed(self, key: str) -> bool:
        """Whether a value differs from that in force."""
        return key in self._values

    def agreement(self, key: str) -> Agreement | None:
        """What is registered with a threshold now."""
        return self._agreements.get(key, self.kept.get(key))

    @property
    def preset(self) -> TierPreset:
        """The tier preset now, with its bounds as they are now."""
        chosen = next(p for p in self.base.tiers.presets if p.key == self._preset)
        return replace(chosen, tiers=tuple(
            replace(tier, start=self._values.get(tier_key(chosen.key, tier.key), tier.start))
            for tier in chosen.tiers))

    @property
    def preset_changed(self) -> bool:
        """Whether another preset is chosen than that in force."""
        return self._preset != self.base.tiers.active.key

    @property
    def changes(self) -> int:
        """How many things differ from what is in force and registered."""
        return len(self._values) + len(self._agreements) + self.preset_changed

    @property
    def as_shipped(self) -> bool:
        """Whether all rules are as shipped."""
        return (self._preset == self.shipped.tiers.active.key
                and all(self.value(key) == self.default(key) for key in self._all))

    def recipe(self) -> Recipe:
        """How to make the rules as they are now."""
        return Recipe(self.base, dict(self._values), self._preset, dict(self._agreements))

    # --- changing ---

    def rebase(self, base: RuleSet, kept: Mapping[str, Agreement] = _NOTHING) -> None:
        """Other rules are in force, after a step of the undo stack: what was changed stays."""
        recipe = self.recipe()
        self._take(base)
        self.kept = kept
        self.take_up(recipe)

    def take_up(self, recipe: Recipe) -> None:
        """Go on with what was changed before; what these rules do not have is left out."""
        for key, value in recipe.values.items():
            if key in self._all:
                self._put(key, value)
        for key, agreement in recipe.agreements.items():
            self._register(key, agreement)
        chosen = recipe.preset != recipe.base.tiers.active.key
        if chosen and any(each.key == recipe.preset for each in self.base.tiers.presets):
            self._preset = recipe.preset
        self.changed.emit()

    def set_value(self, key: str, value: float) -> None:
        """Give a parameter or bound another value, kept within its range."""
        parameter = self._all[key]
        wanted = min(max(value, parameter.minimum), parameter.maximum)
        if wanted != self.value(key):
            self._put(key, wanted)
            self.changed.emit()

    def agree(self, key: str, agreement: Agreement) -> None:
        """Register something else with a threshold."""
        if agreement != self.agreement(key):
            self._register(key, agreement)
            self.changed.emit()

    def set_preset(self, key: str) -> None:
        """Choose another tier preset."""
        if key != self._preset:
            self._preset = key
            self.changed.emit()

    def discard(self) -> None:
        """Back to the rules in force."""
        if self.changes:
            self._take(self.base)
            self.changed.emit()

    def reset(self) -> None:
        """All rules as shipped; what was agreed stays."""
        if self.as_shipped:
            return
        for key in self._all:
            self._put(key, self.default(key))
        if any(p.key == self.shipped.tiers.active.key for p in self.base.tiers.presets):
            self._preset = self.shipped.tiers.active.key
        self.changed.emit()

    def _register(self, key: str, agreement: Agreement) -> None:
        kept = self.kept.get(key)
        if agreement == kept or (agreement.is_empty and (kept is None or kept.is_empty)):
            self._agreements.pop(key, None)
        else:
            self._agreements[key] = agreement

    def _put(self, key: str, value: float) -> None:
        if value == self._all[key].value:
            self._values.pop(key, None)
        else:
            self._values[key] = value
