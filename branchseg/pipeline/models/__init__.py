"""Models on the customers of a result: what is found, how sure it is, and what to do with it.

They need heavy libraries and seconds: call them in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from branchseg.analytics.balance_value import LIMITS, Assumptions
from branchseg.messages import text
from branchseg.model.fields import PAY_DAYS
from branchseg.pipeline.models.finding import Finding, Group, KeptRow, Picture, Ranking
from branchseg.progress import Reporter
from branchseg.rules.offers import line_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from branchseg.pipeline.story import RunResult
    from branchseg.store.vault import Vault

__all__ = ["MODELS", "Finding", "Group", "KeptRow", "Model", "Parameter", "Picture", "Ranking",
           "find", "gather", "read_file"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An assumption the branch may change: its unit, its default, and what is allowed.

    With `choices` it is the place of one of these words.
    """

    key: str
    unit: str
    default: float
    least: float
    most: float
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A model, the function in this package that runs it, and its assumptions.

    Its words are in `models.<key>`. `uses` is another model whose assumptions it takes too,
    `gathers` the function in this package that reads for it what the vault knows beside lists.
    What a `daily` one gathers changes with the work of the day: it is asked anew when looked at.
    `reads` is the function that reads for it a file the user chooses; it is kept nowhere.
    """

    key: str
    function: str
    parameters: tuple[Parameter, ...] = ()
    uses: str = ""
    gathers: str = ""
    daily: bool = False
    reads: str = ""

    @property
    def title(self) -> str:
        """Its name."""
        return text(f"models.{self.key}.title")

    @property
    def purpose(self) -> str:
        """What it is for, in one sentence."""
        return text(f"models.{self.key}.purpose")

    def label(self, parameter: Parameter) -> str:
        """The name of an assumption."""
        return text(f"models.{self.key}.{parameter.key}")

    def chosen(self, given: Mapping[str, float]) -> dict[str, float]:
        """Its assumptions: what is `given` as "<model>.<parameter>" and allowed, else defaults."""
        found = {}
        for one in self.parameters:
            value = given.get(f"{self.key}.{one.key}", one.default)
            found[one.key] = value if one.least <= value <= one.most else one.default
        return found


def _assumption(key: str, unit: str = "") -> Parameter:
    """One of the `Assumptions` of a lifetime value."""
    return Parameter(key, unit, getattr(Assumptions(), key), *LIMITS[key])


MODELS: Mapping[str, Model] = MappingProxyType({model.key: model for model in (
    Model("clusters", "clusters.find_clusters", gathers="kept_clusters.gather_kept"),
    Model("factors", "factors.find_factors"),
    Model("value", "value.find_value", (
        _assumption("margin"),
        _assumption("retention"),
        Parameter("retention_silent", "", 0.6, *LIMITS["retention"]),
        _assumption("retention_error"),
        _assumption("discount"),
        _assumption("years", "年"),
    )),
    Model("transactions", "transactions.find_transactions", (
        Parameter("days", "天", 90, 7, 730),
        Parameter("active", "", 0.5, 0.0, 1.0),
    ), reads="transactions_file.read_transactions"),
    Model("retention", "retention.find_retention", (
        Parameter("chance_high", "", 0.4, 0.0, 1.0),
        Parameter("chance_middle", "", 0.15, 0.0, 1.0),
        Parameter("chance_low", "", 0.03, 0.0, 1.0),
        Parameter("saved", "", 0.2, 0.0, 1.0),
        Parameter("cost", "元", 50.0, 0.0, 100_000.0),
    ), uses="value", gathers="retention_history.gather_history"),
    Model("survival", "survival.find_survival", gathers="months.gather_months"),
    Model("payroll", "payroll.find_payroll", (
        Parameter("day", "", 2, 0, len(PAY_DAYS) - 1,
                  tuple(text("models.payroll.nth_day", day=day) for day in PAY_DAYS)),
        Parameter("periods", "期", 2, 1, 6),
        Parameter("fall", "", 0.5, 0.1, 1.0),
        Parameter("kept", "", 0.1, 0.01, 1.0),
    ), gathers="months.gather_months"),
    Model("response", "response.find_response", (
        Parameter("line", "", 1, 0, len(line_labels()) - 1, line_labels()),
        Parameter("base", "", 0.03, 0.001, 1.0),
        Parameter("cost", "元", 10.0, 0.0, 100_000.0),
        Parameter("benefit", "元", 300.0, 0.0, 1_000_000.0),
    ), gathers="response_past.gather", daily=True),
    Model("kept", "kept.find_kept", gathers="kept.gather_kept"),
)})
"""Key -> model, in the order of display."""


def gather(key: str, vault: Vault, result: RunResult, reporter: Reporter | None = None) -> object:
    """What the vault knows that one of MODELS wants to see; None if it wants nothing.

    For the worker that has the vault. Raises Cancelled.
    """
    gathers, report = MODELS[key].gathers, reporter or Reporter()
    if not gathers:
        return None
    return _function(gathers)(vault, result, lambda done: report.step(
        text("models.gathering"), done))


def read_file(key: str, path: Path, reporter: Reporter, password: str | None = None) -> object:
    """What one of MODELS that `reads` makes of a file; `find` gets it.

    `password` opens a protected one.

    Raises:
        InputError: nobody can use the file.
        Cancelled: the user asked to stop.
    """
    return _function(MODELS[key].reads)(path, reporter, password)


def find(key: str, result: RunResult, reporter: Reporter,
         given: Mapping[str, float] = MappingProxyType({}), material: object = None, *,
         anew: bool = False) -> Finding:
    """What one of MODELS finds under the assumptions `given` (see `Model.chosen`).

    `material` is what `gather` or `read_file` gave; `anew` asks a model that was kept for a new
    one. Raises Cancelled.
    """
    model = MODELS[key]
    others: dict[str, object] = dict(model.chosen(given))
    if model.uses:
        others[model.uses] = MODELS[model.uses].chosen(given)
    if material is not None:
        others["material"] = material
    if anew:
        others["anew"] = True
    found: Finding = _function(model.function)(result, reporter, **others)
    return found


def _function(name: str) -> Callable[..., Any]:
    """A function of this package, "<module>.<function>"; its libraries are loaded now."""
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
    return found
