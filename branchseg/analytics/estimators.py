"""What a fitted model boils down to: plain numbers that are kept, and give log odds again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    Numbers = NDArray[np.float64]

Tree = float | tuple[int, float, "Tree", "Tree"]
"""What a leaf adds; or a column, a limit, what is up to the limit, and what is above it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sum of weighted columns."""

    weights: tuple[float, ...]
    intercept: float

    def margins(self, matrix: Numbers) -> Numbers:
        """The log odds of each row."""
        return np.asarray(matrix @ np.asarray(self.weights) + self.intercept)


@dataclass(frozen=True, slots=True)
class Forest:
    """A sum of what small trees say; the matrix has no gaps."""

    start: float
    trees: tuple[Tree, ...]

    def margins(self, matrix: Numbers) -> Numbers:
        """The log odds of each row."""
        total = np.full(len(matrix), self.start)
        for tree in self.trees:
            total += _leaves(tree, matrix)
        return total


Estimator = Line | Forest


def line_of(model: LogisticRegression, columns: int) -> Line:
    """A fitted logistic regression of so many columns."""
    return Line(tuple(model.coef_[0].tolist()[:columns]), float(model.intercept_[0]))


def forest_of(model: HistGradientBoostingClassifier) -> Forest:
    """Fitted boosted trees of two classes, on columns of numbers without gaps."""
    # the library shows its trees nowhere else; a test holds them against its own predictions
    grown = [one.nodes for (one,) in model._predictors]
    return Forest(float(np.ravel(model._baseline_prediction)[0]),
                  tuple(_tree(nodes, 0) for nodes in grown))


def from_plain(kept: dict[str, Any]) -> Estimator:
    """What `dataclasses.asdict` made of one, maybe through JSON. Raises KeyError for others."""
    if "weights" in kept:
        return Line(tuple(kept["weights"]), kept["intercept"])
    return Forest(kept["start"], tuple(map(_read, kept["trees"])))


def _tree(nodes: Any, place: int) -> Tree:
    """The node at a place, with all below it."""
    node = nodes[place]
    if node["is_leaf"]:
        return float(node["value"])
    return (int(node["feature_idx"]), float(node["num_threshold"]),
            _tree(nodes, int(node["left"])), _tree(nodes, int(node["right"])))


def _read(kept: Any) -> Tree:
    if isinstance(kept, int | float):
        return float(kept)
    column, limit, below, above = kept
    return (column, limit, _read(below), _read(above))


def _leaves(tree: Tree, matrix: Numbers) -> Numbers | float:
    """What the leaf of each row adds; all rows have one where the tree is but a leaf."""
    if isinstance(tree, float):
        return tree
    column, limit, below, above = tree
    return np.where(matrix[:, column] <= limit, _leaves(below, matrix), _leaves(above, matrix))
