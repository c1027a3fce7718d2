"""Rules being changed: what differs from the rules in force, not saved yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchseg.rules import Parameter, RuleSet
    from branchseg.rules.tiers import TierPreset


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make the new rules; may be carried into the worker."""

    base: RuleSet
    values: Mapping[str, float]
    preset: str

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
    """The values of all parameters and the tier preset, beside those in force and as shipped."""

    changed = Signal()

    def __init__(self, base: RuleSet, shipped: RuleSet, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shipped = shipped
        self._shipped = {each.key: each.value for each in shipped.parameters}
        self._take(base)

    def _take(self, base: RuleSet) -> None:
        self.base = base
        self.parameters: dict[str, Parameter] = {each.key: each for each in base.parameters}
        self._values: dict[str, float] = {}
        self._preset = base.tiers.active.key

    # --- asking ---

    def value(self, key: str) -> float:
        """The value of a parameter now."""
        return self._values.get(key, self.parameters[key].value)

    def default(self, key: str) -> float:
        """The value as shipped; the one in force where the shipped rules have none."""
        return self._shipped.get(key, self.parameters[key].value)

    def is_changed(self, key: str) -> bool:
        """Whether a parameter's value differs from that in force."""
        return key in self._values

    @property
    def preset(self) -> TierPreset:
        """The tier preset now."""
        return next(p for p in self.base.tiers.presets if p.key == self._preset)

    @property
    def preset_changed(self) -> bool:
        """Whether another preset is chosen than that in force."""
        return self._preset != self.base.tiers.active.key

    @property
    def changes(self) -> int:
        """How many things differ from the rules in force."""
        return len(self._values) + self.preset_changed

    @property
    def as_shipped(self) -> bool:
        """Whether everything is as shipped."""
        return (self._preset == self.shipped.tiers.active.key
                and all(self.value(key) == self.default(key) for key in self.parameters))

    def recipe(self) -> Recipe:
        """How to make the rules as they are now."""
        return Recipe(self.base, dict(self._values), self._preset)

    # --- changing ---

    def rebase(self, base: RuleSet) -> None:
        """Start again from other rules in force."""
        self._take(base)
        self.changed.emit()

    def set_value(self, key: str, value: float) -> None:
        """Give a parameter another value, kept within its range."""
        parameter = self.parameters[key]
        wanted = min(max(value, parameter.minimum), parameter.maximum)
        if wanted != self.value(key):
            self._put(key, wanted)
            self.changed.emit()

    def set_preset(self, key: str) -> None:
        """Choose another tier preset."""
        if key != self._preset:
            self._preset = key
            self.changed.emit()

    def discard(self) -> None:
        """Back to the rules in force."""
        if self.changes:
            self.rebase(self.base)

    def reset(self) -> None:
        """Everything as shipped."""
        if self.as_shipped:
            return
        for key in self.parameters:
            self._put(key, self.default(key))
        if any(p.key == self.shipped.tiers.active.key for p in self.base.tiers.presets):
            self._preset = self.shipped.tiers.active.key
        self.changed.emit()

    def _put(self, key: str, value: float) -> None:
        if value == self.parameters[key].value:
            self._values.pop(key, None)
        else:
            self._values[key] = value
