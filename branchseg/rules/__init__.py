"""The rule book: status funnel, tiers, factors, segments, suitability and actions from TOML."""

from branchseg.rules.asking import Asked, ask
from branchseg.rules.assess import assess, assess_in_steps, observed_levels, result_columns
from branchseg.rules.criteria import (
    criteria_fields,
    fields_of,
    judge,
    read_tree,
    reasons,
    write_tree,
)
from branchseg.rules.describe import RuleSection, describe
from branchseg.rules.explain import explain, explain_many
from branchseg.rules.gaps import gap_costs
from branchseg.rules.planning import Call
from branchseg.rules.reading import Parameter
from branchseg.rules.ruleset import RuleSet, load, save

__all__ = [
    "Asked", "Call", "Parameter", "RuleSection", "RuleSet", "ask", "assess", "assess_in_steps",
    "criteria_fields", "describe", "explain", "explain_many", "fields_of", "gap_costs", "judge",
    "load", "observed_levels", "read_tree", "reasons", "result_columns", "save", "write_tree",
]
