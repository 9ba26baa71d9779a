"""The ranker: what each figure of a record counts, and how much linked records lend each other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from retrieval.search.evidence import FIGURES, Measures

_STANDARD = ("text", "passage", "all", "near")
_SHARES = ("text", "all")
FEATURES = (*_STANDARD, *(f"share_of_{name}" for name in _SHARES), "taught")
"""What the ranker weighs: figures in units of their spread, shares as they are, and how well the record is taught."""


@dataclass(frozen=True, slots=True)
class Ranker:
    """A linear ranker with named weights.

    Attributes:
        weights: Under the names in `FEATURES`. `taught` counts against records with many alternate questions, which reach a good share
            of any question.
        case_lends: How much of a case's score its clauses gain.
        clause_lends: How much of a clause's score its cases gain.
    """

    weights: Mapping[str, float]
    case_lends: float
    clause_lends: float

    def score(self, measures: Measures, rich: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score records by themselves, without their links.

        Args:
            measures: Of the records.
            rich: How well each of them is taught, 0 to 1.

        Returns:
            Any number; about 0 for a record that a question has nothing to do with. Shape (records,).
        """
        weights = np.array([self.weights[name] for name in FEATURES])
        return np.asarray(features(measures, rich) @ weights)


def features(measures: Measures, rich: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figures of `FEATURES` for each record; shape (records, features)."""
    standard = measures.standard[:, [FIGURES.index(name) for name in _STANDARD]]
    shares = measures.figures[:, [FIGURES.index(name) for name in _SHARES]]
    return np.column_stack([standard, shares, rich])


def load_ranker() -> Ranker:
    """Load the fitted weights in `fitted.json`."""
    parameters = json.loads(files("retrieval").joinpath("fitted.json").read_text(encoding="utf-8"))["ranker"]
    return Ranker(parameters["weights"], parameters["case_lends"], parameters["clause_lends"])
