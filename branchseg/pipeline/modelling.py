"""One model on any table, as a TOML specification says."""

from __future__ import annotations

import math
import tomllib
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from branchseg.analytics.spec import FAULTY, read_spec
from branchseg.errors import InputError, RuleError, RuleFault
from branchseg.intake.plain import read_plain
from branchseg.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from branchseg.analytics.answer import Answer
    from branchseg.progress import Reporter

TABLE_MODELS = {
    "rfm": "rfm.RfmSpec",
    "clv": "clv.ClvSpec",
    "clusters": "clusters.ClustersSpec",
    "factors": "factors.FactorsSpec",
    "response": "outcomes.OutcomesSpec",
    "retention": "outcomes.OutcomesSpec",
    "survival": "survival.SurvivalSpec",
    "payroll": "payroll.PayrollSpec",
    "cutoff": "cutoff.CutoffSpec",
    "effect": "effect.EffectSpec",
}
"""Model -> its module in `analytics.answers` and the specification there."""


def run_model(name: str, path: Path, spec_path: Path,
              reporter: Reporter | None = None) -> Answer:
    """The answer of one of TABLE_MODELS to a table.

    Raises:
        RuleError: the specification has faults.
        InputError: nobody can use the file.
        Cancelled: the user asked to stop.
    """
    given = _load(spec_path)
    part = given.get("file", {})
    separator = part.get("separator") if isinstance(part, dict) else None
    if separator is not None and (not isinstance(separator, str) or len(separator) != 1):
        raise _faulty(spec_path, "file.separator", "analytics.spec.separator")
    table = read_plain(path, list(_named(given)), separator=separator, reporter=reporter)
    frame = pd.DataFrame({key: pd.Series(cells, dtype=object) for key, cells in table.items()})
    module_name, _, spec_name = TABLE_MODELS[name].partition(".")
    module = import_module(f"branchseg.analytics.answers.{module_name}")
    spec = read_spec(getattr(module, spec_name), given, spec_path.name, list(table))
    answer: Answer = module.answer(frame, spec)
    return answer


def as_json(name: str, answer: Answer) -> dict[str, Any]:
    """The answer as plain values; what is not a finite number is None."""
    said = {
        "model": name, "rows": answer.rows, "rows_used": answer.rows_used,
        "quality": answer.quality, "parameters": answer.parameters, **answer.figures,
        "verdict": answer.verdict.value, "warnings": answer.warnings, "message": message(answer),
    }
    return {key: _plain(value) for key, value in said.items()}


def message(answer: Answer) -> str:
    """What was found, in one sentence."""
    return text(answer.code, **answer.params)


def remarks(answer: Answer) -> list[str]:
    """A sentence per kind of warning; not what `message` says already."""
    kinds: dict[str, list[str]] = {}
    for warning in answer.warnings:
        code, _, what = warning.partition(":")
        kinds.setdefault(code, []).append(what)
    return [text(f"analytics.warnings.{code}", what="、".join(whats))
            for code, whats in kinds.items() if not answer.code.endswith(f".{code}")]


def _load(path: Path) -> dict[str, Any]:
    """A parsed specification. Raises InputError where there is none, RuleError for no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError("analytics.spec.not_found", name=path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _faulty(path, "-", "analytics.spec.no_toml") from error


def _faulty(path: Path, where: str, code: str) -> RuleError:
    return RuleError([RuleFault(path.name, where, text(code))], FAULTY)


def _named(given: dict[str, Any]) -> Iterable[str]:
    """The columns a specification speaks of."""
    part = given.get("columns", {})
    for value in part.values() if isinstance(part, dict) else ():
        yield from (one for one in (value if isinstance(value, list) else [value])
                    if isinstance(one, str))


def _plain(value: Any) -> Any:
    """Plain values only, ready for JSON."""
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
