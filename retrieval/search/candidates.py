"""The first stage of a search: which records a question may be about.

Another engine can stand in for it. It gets terms and weights, and gives rows of records and rank-bm25's scores of their documents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.search.fields import Field
from retrieval.search.index import Postings, best_rows
from retrieval.search.terms import Term

DEPTH = 300
"""How many documents of each field are looked at more closely."""


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a question, each once, and what they weigh.

    Attributes:
        weights: By channel and number of times; shape (terms,).
        channels: What a term of its channel weighs; shape (terms,).
    """

    terms: tuple[Term, ...]
    weights: NDArray[np.float64]
    channels: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The records that a question may be about.

    Attributes:
        rows: Of the records, ascending; shape (records,).
        scores: rank-bm25's score of each record's best document in each field; 0 if it has none. Shape (fields, records).
        postings: What was gathered of each field; None if the first stage has gathered nothing in this process.
    """

    rows: NDArray[np.intp]
    scores: NDArray[np.float64]
    postings: tuple[Postings, ...] | None = None


class FirstStage(Protocol):
    """Finds the records that a question may be about."""

    def find(self, query: Query, rows: NDArray[np.intp] | None = None) -> Candidates:
        """Find records and score their documents.

        Args:
            query: The question.
            rows: Score these records, ascending; None to find the best ones.
        """


class IndexedFirstStage:
    """A first stage over inverted indexes: the owners of the best documents of each field."""

    def __init__(self, fields: Sequence[Field], records: int) -> None:
        """Search in fields.

        Args:
            fields: In the order in which scores are given.
            records: How many records there are in all.
        """
        self._fields = tuple(fields)
        self._records = records

    def find(self, query: Query, rows: NDArray[np.intp] | None = None) -> Candidates:
        """Find records and score their documents; see `FirstStage.find`."""
        gathered = tuple(field.index.gather(query.terms) for field in self._fields)
        scores = [postings.scores(query.weights) for postings in gathered]
        if rows is None:
            rows = self._best(gathered, scores)
        best = [field.best(score, rows)[0] for field, score in zip(self._fields, scores, strict=True)]
        return Candidates(rows, np.stack(best), gathered)

    def _best(self, gathered: Sequence[Postings], scores: Sequence[NDArray[np.float64]]) -> NDArray[np.intp]:
        found = np.zeros(self._records + 1, dtype=np.bool_)
        for field, postings, score in zip(self._fields, gathered, scores, strict=True):
            if postings:
                found[field.owners[_best_documents(postings, score)]] = True
        return np.flatnonzero(found[: self._records])


def _best_documents(postings: Postings, scores: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the best documents among those that hold a term of the question."""
    best = best_rows(scores, DEPTH)
    if len(best) == DEPTH and scores[best[-1]] > 0:
        return best
    holding = postings.holding()
    best = best_rows(np.where(holding, scores, -np.inf), DEPTH)
    return best[holding[best]]
