"""All models on one list, and clustering 500,000 customers against scikit-learn."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from benchmarks.measure import Figure, fresh, interleaved

CUSTOMERS = 50_000
ROWS, FEATURES, K, KINDS = 500_000, 8, 5, 6


def _amounts():  # noqa: ANN202 - an array of the library imported in the fresh process
    """Amounts of several kinds of customers, with long tails."""
    import numpy as np

    rng = np.random.default_rng(13)
    centres = rng.normal(8, 1.2, size=(KINDS, FEATURES))
    kinds = rng.integers(0, KINDS, ROWS)
    return np.exp(centres[kinds] + rng.normal(0, 0.8, size=(ROWS, FEATURES)))


def ours() -> dict[str, float]:
    """Learn the scales, cluster, describe and place everybody."""
    from branchseg.analytics import clusters

    values = _amounts()
    started = perf_counter()
    scales = clusters.fit_scales(values, [f"f{place}" for place in range(FEATURES)],
                                 "log", "robust")
    found, _ = clusters.cluster(values, scales, K, seed=0)
    return {"seconds": perf_counter() - started, "inertia": found.inertia}


def theirs() -> dict[str, float]:
    """The ten runs of scikit-learn alone, on rows already scaled."""
    from sklearn.cluster import KMeans

    from branchseg.analytics import clusters

    values = _amounts()
    points = clusters.scaled(values, clusters.fit_scales(
        values, [f"f{place}" for place in range(FEATURES)], "log", "robust"))
    started = perf_counter()
    found = KMeans(K, n_init=10, random_state=0).fit(points)
    return {"seconds": perf_counter() - started, "inertia": float(found.inertia_)}


def everything() -> dict[str, float]:
    """Every model of the window on one list, one after another; seconds of each."""
    from branchseg import pipeline, rules, sample
    from branchseg.intake import match
    from branchseg.paths import resources_dir
    from branchseg.pipeline import models
    from branchseg.progress import Reporter

    raw = sample.rows(customers=CUSTOMERS, seed=13)
    result = pipeline.evaluate(pipeline.prepare([pipeline.ListSource(raw, match(raw))]),
                               rules.load(resources_dir() / "rules"))
    seconds = {}
    for key in models.MODELS:
        started = perf_counter()
        models.find(key, result, Reporter())
        seconds[key] = perf_counter() - started
    return seconds


def figures(_folder: Path) -> list[Figure]:
    """Seconds of all models; inertia and time over those of scikit-learn with ten starts."""
    each = fresh("models", "everything").extra
    mine, other = interleaved(2, ("models", "ours"), ("models", "theirs"))
    detail = f"{mine.extra['seconds']:.2f} s; scikit-learn {other.extra['seconds']:.2f} s"
    return [
        Figure("all models on 50k customers", sum(each.values()), 60.0, "s",
               ", ".join(f"{key} {seconds:.1f}" for key, seconds in each.items())),
        Figure("clusters 500k x 8, time / scikit-learn n_init=10",
               mine.extra["seconds"] / other.extra["seconds"], 1.0, "x", detail),
        Figure("clusters 500k x 8, inertia / scikit-learn n_init=10",
               mine.extra["inertia"] / other.extra["inertia"], 1.005, "x",
               f"peak {mine.peak_mb:.0f} MB; {other.peak_mb:.0f} MB"),
    ]
