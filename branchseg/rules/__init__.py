"""The rule book: status funnel, tiers, factors, segments, suitability and actions from TOML."""

from branchseg.rules.assess import assess, observed_levels, result_columns
from branchseg.rules.describe import RuleSection, describe
from branchseg.rules.explain import explain, explain_many
from branchseg.rules.gaps import gap_costs
from branchseg.rules.reading import Parameter
from branchseg.rules.ruleset import RuleSet, load, save

__all__ = [
    "Parameter", "RuleSection", "RuleSet", "assess", "describe", "explain", "explain_many",
    "gap_costs", "load", "observed_levels", "result_columns", "save",
]
