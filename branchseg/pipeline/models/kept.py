"""All models that are kept: from when each is, how good it was, how far customers have moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.analytics.answer import Verdict
from branchseg.messages import text
from branchseg.pipeline.models import kept_clusters as clusters
from branchseg.pipeline.models import registry, response, retention_learning
from branchseg.pipeline.models.finding import Finding, KeptRow
from branchseg.pipeline.models.measure import measures_of
from branchseg.pipeline.overview import counted
from branchseg.rules.offers import response_card

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from branchseg.pipeline.story import RunResult
    from branchseg.progress import Progress, Reporter
    from branchseg.store.records import KeptModel
    from branchseg.store.vault import Vault

_LINES = "response"


def gather_kept(vault: Vault, _result: RunResult,
                _progress: Progress) -> tuple[KeptModel, ...]:
    """All models that are kept, in the order of their keys, of each the last first."""
    return tuple(sorted(vault.kept_models(), key=lambda one: one.model))


def find_kept(result: RunResult, reporter: Reporter,
              material: Sequence[KeptModel] = ()) -> Finding:
    """How each kept model stands on the customers of today; none of them is applied or fitted."""
    rows = []
    aum = measures_of(result, counted(result, with_invalid=False))
    for place, one in enumerate(material):
        reporter.step(text("models.kept.working"), place / len(material))
        rows.append(_row(result, one, aum))
    if not rows:
        return Finding(verdict=Verdict.NOT_ENOUGH_DATA, sentence=text("models.kept.nothing"),
                       registry=())
    mind = sum(one.mind for one in rows)
    return Finding(
        verdict=Verdict.NOT_RELIABLE if mind else Verdict.OK, registry=tuple(rows),
        sentence=text("models.kept.some_to_mind" if mind else "models.kept.all_well",
                      count=len(rows), mind=mind))


def _row(result: RunResult, kept: KeptModel, aum: Mapping[str, float]) -> KeptRow:
    """A kept model as it stands on the customers of today, and the AUM of these."""
    model, title = _model(result, kept)
    now = _features(result, kept)
    if now is None:
        state, mind = text("models.kept.line_gone"), True
    else:
        stands = registry.standing(kept, now, aum)
        mind = bool(stands.lacking) or stands.word == "far"
        state = (text("models.kept.line_lacks", why=registry.lacks(stands))
                 if stands.lacking else registry.drifted(stands))
    return KeptRow(kept, model, title, registry.origin(kept), registry.quality(kept), state,
                   registry.basis(kept),
                   _choices(result, kept), mind, now is not None)


def _model(result: RunResult, kept: KeptModel) -> tuple[str, str]:
    """The key of MODELS a kept model belongs to, and its name."""
    model, _, line = kept.model.partition(".")
    title = text(f"models.{model}.title")
    if model == _LINES:
        found = response.line_of(result, kept)
        title = text("models.kept.of_line", title=title, line=found.label if found else line)
    return model, title


def _features(result: RunResult, kept: KeptModel) -> pd.DataFrame | None:
    """What a kept model looks at, of today's customers; None where nobody can be asked for."""
    if kept.model == clusters.KEY:
        return clusters.figures_of(result, kept.features)
    if kept.model == retention_learning.KEY:
        return retention_learning.features_now(result, counted(result, with_invalid=False))
    return response.features_now(result, kept)


def _choices(result: RunResult, kept: KeptModel) -> dict[str, float]:
    """The assumptions under which a model is in front."""
    found = response.line_of(result, kept)
    if found is None:
        return {}
    return {f"{_LINES}.line": float(response_card(result.ruleset).lines.index(found))}
