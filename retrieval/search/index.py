"""BM25 over an inverted index."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
        self.rarest: float = max(self.idf.values(), default=1.0)
        """The highest idf of the collection."""
        # Stable, so that the documents of each term stay in ascending order.
        order = np.argsort(row, kind="stable")
        self._bounds: list[int] = [0, *np.cumsum(counts).tolist()]
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

    def gather(self, terms: Sequence[Term]) -> "Postings":
        """The postings of terms, in the terms' order.

        Args:
            terms: One that occurs twice is gathered twice; one that no document holds has no postings.
        """
        spans = [(self._bounds[row], self._bounds[row + 1]) for row in map(self._rows.get, terms) if row is not None]
        places = [place for place, term in enumerate(terms) if term in self._rows]
        return Postings(
            np.repeat(np.array(places, dtype=np.intp), np.array([end - start for start, end in spans], dtype=np.intp)),
            _join([self._documents[start:end] for start, end in spans], np.int32),
            _join([self._contributions[start:end] for start, end in spans], np.float64),
        )

    def score(self, terms: Sequence[Term]) -> NDArray[np.float64]:
        """The score of every document, in the order in which they were indexed.

        Args:
            terms: Of a question; one that occurs twice counts twice. The scores are those of `BM25Okapi.get_scores`.

        Returns:
            Shape (size,); 0 for a document that holds none of the terms.
        """
        return self.gather(terms).scores(np.ones(len(terms)), self.size)


@dataclass(frozen=True, slots=True)
class Postings:
    """What a question's terms add to documents; the three arrays run in parallel, term by term.

    Attributes:
        places: Which term, as its place in the question; shape (postings,).
        documents: Which document; shape (postings,). A score of 0 is no sign of absence: rank-bm25 gives a term that is in half of
            the documents a weight of 0, and less in tiny collections. So candidates come from here, not from scores.
        contributions: What the term adds to the document's score at weight 1; shape (postings,).
    """

    places: NDArray[np.intp]
    documents: NDArray[np.int32]
    contributions: NDArray[np.float64]

    def scores(self, weights: NDArray[np.float64], size: int) -> NDArray[np.float64]:
        """The score of every document.

        Args:
            weights: Of the question's terms; shape (terms,).
            size: How many documents there are.
        """
        return np.asarray(
            np.bincount(self.documents, weights=self.contributions * weights[self.places], minlength=size),
            dtype=np.float64,
        )

    def of_document(self, document: int) -> dict[int, float]:
        """The places of the terms that a document holds, and what each adds to its score at weight 1."""
        mine = self.documents == document
        return dict(zip(self.places[mine].tolist(), self.contributions[mine].tolist(), strict=True))


def _join(parts: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
