"""Where tiers and grades begin: thresholds that stand in the tables of the rule files.

They are changed as parameters are, though each is written where its tier or grade is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchseg.messages import text
from branchseg.rules.reading import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from branchseg.rules.factors import FactorRules
    from branchseg.rules.tiers import TierRules

TIERS, FACTORS = "tiers.toml", "factors.toml"
_TIER, _GRADE = "tier.{}.{}", "grade.{}"
_MOST = 1e9
"""No tier begins above this, in 元."""

_HIGHEST_SCORE = 100.0
_NUMBER = r"(?P<value>[0-9][0-9_.eE+]*)"


def tier_key(preset: str, tier: str) -> str:
    """The key of the amount from which a tier of a preset begins."""
    return _TIER.format(preset, tier)


def read_bounds(sources: Mapping[str, str], tiers: TierRules,
                factors: FactorRules) -> tuple[Parameter, ...]:
    """The starts of all tiers of all presets and of all grades, as parameters.

    The lowest tier and the last grade begin at 0 and are left out; so is a start that is written
    in another way than the shipped files do it and could not be replaced.
    """
    return tuple(bound for bound in (*_of_tiers(tiers), *_of_grades(factors))
                 if _stands(sources, bound))


def bound_span(sources: Mapping[str, str], key: str) -> tuple[str, int, int] | None:
    """The file a start stands in, and where; None if it is not found."""
    kind, *names = key.split(".")
    if kind == "tier":
        return _span(sources, TIERS, "preset", names[0],
                     rf'\{{[^{{}}\n]*\bid\s*=\s*"{re.escape(names[1])}"[^{{}}\n]*'
                     rf"\bfrom\s*=\s*{_NUMBER}")
    return _span(sources, FACTORS, "grade", names[0], rf"^from[ \t]*=[ \t]*{_NUMBER}")


def _of_tiers(tiers: TierRules) -> Iterator[Parameter]:
    for preset in tiers.presets:
        for tier in preset.tiers[1:]:
            yield Parameter(tier_key(preset.key, tier.key),
                            text("cutpoints.bound.tier", label=tier.label), "元", tier.start,
                            1.0, max(_MOST, tier.start), TIERS)


def _of_grades(factors: FactorRules) -> Iterator[Parameter]:
    for grade in factors.grades[:-1]:
        yield Parameter(_GRADE.format(grade.key), text("cutpoints.bound.grade", label=grade.label),
                        "分", grade.start, 1.0, _HIGHEST_SCORE, FACTORS)


def _stands(sources: Mapping[str, str], bound: Parameter) -> bool:
    """Whether the very number is found where it would be replaced."""
    span = bound_span(sources, bound.key)
    if span is None:
        return False
    file, start, end = span
    try:
        return float(sources[file][start:end]) == bound.value
    except ValueError:
        return False


def _span(sources: Mapping[str, str], file: str, table: str, name: str,
          pattern: str) -> tuple[str, int, int] | None:
    """Where the number of `pattern` stands in that table of an array which has this id."""
    content = sources[file]
    for head in re.finditer(rf"^\[\[{table}\]\][^\n]*\n", content, re.MULTILINE):
        following = re.compile(r"^\[", re.MULTILINE).search(content, head.end())
        end = len(content) if following is None else following.start()
        if not re.compile(rf'^id[ \t]*=[ \t]*"{re.escape(name)}"', re.MULTILINE).search(
                content, head.end(), end):
            continue
        found = re.compile(pattern, re.MULTILINE).search(content, head.end(), end)
        return None if found is None else (file, *found.span("value"))
    return None
