"""BM25 over an inverted index."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval.search.terms import Term, TermTable, count_terms


class _Statistics(BM25Okapi):  # type: ignore[misc]  # rank-bm25 ships no types
    """rank-bm25's own statistics, from counted terms and without its dictionary of frequencies for every document."""

    def __init__(self, lengths: NDArray[np.int32], document_frequency: Mapping[Term, int]) -> None:
        self._lengths = lengths
        self._document_frequency = document_frequency
        super().__init__(())

    def _initialize(self, corpus: Iterable[Sequence[Term]]) -> Mapping[Term, int]:  # noqa: ARG002 - rank-bm25's signature
        self.corpus_size = len(self._lengths)
        self.avgdl = int(self._lengths.sum(dtype=np.int64)) / self.corpus_size if self.corpus_size else 0
        return self._document_frequency

    def _calc_idf(self, nd: Mapping[Term, int]) -> None:
        if nd:
            super()._calc_idf(nd)


class InvertedIndex:
    """Scores documents exactly as rank-bm25's `BM25Okapi` does, from the postings of the question's terms alone.

    The contribution of every posting is computed once, with rank-bm25's idf, document lengths, parameters and order of
    operations, so that sums are equal to the last bit.

    Source of the formula: rank-bm25 0.2.2, `BM25Okapi.get_scores`.
    """

    def __init__(self, tables: Sequence[TermTable]) -> None:
        """Index documents.

        Args:
            tables: Of consecutive runs of documents.
        """
        self._rows: dict[Term, int] = {}
        rows: list[NDArray[np.int32]] = []
        documents: list[NDArray[np.int32]] = []
        first = 0
        for table in tables:
            places = [self._rows.setdefault(term, len(self._rows)) for term in table.vocabulary]
            rows.append(np.array(places, dtype=np.int32)[table.terms])
            documents.append(table.documents + np.int32(first))
            first += len(table.lengths)
        self.size = first
        row = _join(rows, np.int32)
        counts = np.bincount(row, minlength=len(self._rows))
        lengths = _join([table.lengths for table in tables], np.int32)
        statistics = _Statistics(lengths, dict(zip(self._rows, counts.tolist(), strict=True)))
        self.idf: Mapping[Term, float] = statistics.idf
        # Stable, so that the documents of each term stay in ascending order.
        order = np.argsort(row, kind="stable")
        self._starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._documents = _join(documents, np.int32)[order]
        frequency = _join([table.frequencies for table in tables], np.uint16)[order].astype(np.int64)
        idf = np.repeat(np.array([statistics.idf[term] for term in self._rows], dtype=np.float64), counts)
        k1, b, average = statistics.k1, statistics.b, statistics.avgdl or 1.0
        length = lengths.astype(np.int64)[self._documents]
        self._contributions: NDArray[np.float64] = idf * (
            frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / average))
        )

    @classmethod
    def of_documents(cls, documents: Iterable[Sequence[Term]]) -> "InvertedIndex":
        """Index documents given as their terms."""
        return cls([count_terms(documents)])

    def __contains__(self, term: Term) -> bool:
        return term in self._rows

    def score(self, question: Iterable[tuple[Term, float]]) -> NDArray[np.float64]:
        """The score of every document, in the order in which they were indexed.

        Args:
            question: Terms and their weights; a term may occur more than once. With weights of 1, and in the same order, the
                scores are those of `BM25Okapi.get_scores`.

        Returns:
            Shape (size,); 0 for a document that holds none of the terms.
        """
        scores = np.zeros(self.size)
        for term, weight in question:
            part = self._part(term)
            scores[self._documents[part]] += weight * self._contributions[part]
        return scores

    def mark(self, term: Term, documents: NDArray[np.bool_]) -> None:
        """Set True for every document that holds a term.

        A score of 0 is no sign of absence: rank-bm25 gives a term that is in half of the documents a weight of 0, and less than 0
        in tiny collections.

        Args:
            documents: Shape (size,); changed in place.
        """
        documents[self._documents[self._part(term)]] = True

    def holds(self, term: Term, document: int) -> bool:
        """Whether a document holds a term."""
        rows = self._documents[self._part(term)]
        position = int(np.searchsorted(rows, document))
        return position < rows.size and int(rows[position]) == document

    def contribution(self, term: Term, document: int) -> float:
        """What a term adds to the score of a document at weight 1; 0 where the document doesn't hold it."""
        part = self._part(term)
        rows = self._documents[part]
        position = int(np.searchsorted(rows, document))
        return (
            float(self._contributions[part][position]) if position < rows.size and rows[position] == document else 0.0
        )

    def _part(self, term: Term) -> slice:
        row = self._rows.get(term)
        return slice(0, 0) if row is None else slice(self._starts[row], self._starts[row + 1])


def _join(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
