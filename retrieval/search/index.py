"""BM25 over an inverted index."""

import threading
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
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

    What a posting adds is rank-bm25's idf times a factor of the term's frequency and the document's length. The factors are computed
    once for the frequencies and lengths that occur, with rank-bm25's parameters and order of operations, so that sums are equal to
    the last bit; a posting takes five bytes.

    Source of the formula: rank-bm25 0.2.2, `BM25Okapi.get_scores`.
    """

    def __init__(self, tables: Iterable[TermTable], earlier: "InvertedIndex | None" = None) -> None:
        """Index documents.

        Args:
            tables: Of consecutive runs of documents; read once, may be a generator. One whose key is among `earlier.keys` needs no
                vocabulary.
            earlier: Of almost the same documents: its numbers of terms are used again.
        """
        known = earlier._rows_of if earlier is not None else {}
        places: defaultdict[Term, int] = defaultdict(None, earlier._places if earlier is not None else {})
        places.default_factory = places.__len__
        self._rows_of: dict[str, NDArray[np.int32]] = {}
        parts: list[_Part] = []
        # The vocabularies of the tables are not kept: in a large collection they repeat each term hundreds of times.
        for table in tables:
            rows = known.get(table.key)
            if rows is None:
                rows = np.fromiter(map(places.__getitem__, table.vocabulary), np.int32)
            if table.key:
                self._rows_of[table.key] = rows
            parts.append(_Part(rows, table))
        self._places: dict[Term, int] = dict(places)
        lengths = _join([part.lengths for part in parts], np.int32)
        self.size = len(lengths)
        self._lay_out(parts, lengths, self._weigh(parts, lengths))
        self._kept: dict[int, NDArray[np.float64]] = {}
        self._kept_postings = 0
        self._spread: dict[int, tuple[NDArray[np.float64], NDArray[np.bool_]]] = {}
        # Two generations of the knowledge may share an index, and be asked in two threads while one takes the other's place.
        self._keeping = threading.Lock()

    def _weigh(self, parts: "Sequence[_Part]", lengths: NDArray[np.int32]) -> _Statistics:
        """Count in how many documents each term is, and what that makes it weigh."""
        counts = np.zeros(len(self._places), dtype=np.int64)
        for part in parts:
            counts[part.rows] += part.counts
        self._bounds: list[int] = [0, *np.cumsum(counts).tolist()]
        self._rows: dict[Term, int] = self._places
        if not counts.all():  # terms of documents that are gone: their numbers stay, so that the others keep theirs
            self._rows = {term: row for term, row in self._places.items() if counts[row]}
        held = np.flatnonzero(counts)
        statistics = _Statistics(lengths, dict(zip(self._rows, counts[held].tolist(), strict=True)))
        self.idf: Mapping[Term, float] = statistics.idf
        self.rarest: float = max(self.idf.values(), default=1.0)
        """The highest idf of the collection."""
        self._idf = np.zeros(len(self._places))
        self._idf[held] = np.fromiter(map(self.idf.__getitem__, self._rows), np.float64, len(self._rows))
        return statistics

    def _lay_out(self, parts: "Sequence[_Part]", lengths: NDArray[np.int32], statistics: _Statistics) -> None:
        """Put the postings of each term side by side."""
        # Which frequencies and lengths occur at all: a posting then needs one or two bytes, and a factor is looked up, not computed.
        occurring = np.zeros(65_536, dtype=np.bool_)
        for part in parts:
            occurring[part.frequencies] = True
        frequencies = np.flatnonzero(occurring)
        places_of = np.zeros(65_536, dtype=np.uint8 if len(frequencies) <= 256 else np.uint16)
        places_of[frequencies] = np.arange(len(frequencies))
        different, length_places = np.unique(lengths, return_inverse=True)
        self._length_places: NDArray[np.intp] = length_places.astype(np.intp)
        self._lengths = len(different)
        self._factors = _factors(statistics, frequencies, different).ravel()

        self._documents: NDArray[np.int32] = np.empty(self._bounds[-1], dtype=np.int32)
        self._frequencies = np.empty(self._bounds[-1], dtype=places_of.dtype)
        filled = np.array(self._bounds[:-1], dtype=np.int64)
        first = 0
        for part in parts:
            starts = np.cumsum(part.counts) - part.counts
            target = np.repeat(filled[part.rows] - starts, part.counts) + np.arange(len(part.documents))
            self._documents[target] = part.documents + first
            self._frequencies[target] = places_of[part.frequencies]
            filled[part.rows] += part.counts
            first += len(part.lengths)

    @property
    def keys(self) -> Container[str]:
        """Of the tables that it was made of; none where a new index had better begin anew: too many terms are of documents that are gone."""
        return self._rows_of if len(self._places) <= _WORN * len(self._rows) else ()

    @classmethod
    def of_documents(cls, documents: Iterable[Sequence[Term]]) -> "InvertedIndex":
        """Index documents given as their terms."""
        return cls([count_terms(documents)])

    def __contains__(self, term: Term) -> bool:
        return term in self._rows

    def postings(self) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
        """Return where each term's postings begin and end, and the document and the contribution of every posting."""
        bounds = np.array(self._bounds, dtype=np.intp)
        idf = np.repeat(self._idf, np.diff(bounds))
        return bounds, self._documents, idf * self._factors_of(0, len(self._documents))

    def holders(self, term: Term) -> int:
        """Return how many documents hold a term."""
        row = self._rows.get(term)
        return 0 if row is None else self._bounds[row + 1] - self._bounds[row]

    def lengths(self, channels: Mapping[str, float]) -> NDArray[np.float64]:
        """The length of each document as a vector of the terms that it holds, each once, weighed by channel and idf.

        Args:
            channels: What a term weighs by its first character; 0 where it is not named.

        Returns:
            Shape (size,).
        """
        weights = np.fromiter((channels.get(term[:1], 0.0) for term in self._places), np.float64, len(self._places))
        squares = np.repeat((weights * self._idf) ** 2, np.diff(self._bounds))
        return np.sqrt(np.bincount(self._documents, weights=squares, minlength=self.size))

    def gather(self, terms: Sequence[Term]) -> "Postings":
        """The postings of terms, in the terms' order.

        Args:
            terms: One that occurs twice is gathered twice; one that no document holds has no postings.
        """
        rows = np.array([self._rows.get(term, -1) for term in terms], dtype=np.intp)
        spans = [
            _Span(place, row, self._bounds[row], self._bounds[row + 1])
            for place, row in enumerate(rows.tolist())
            if row >= 0
        ]
        return Postings(self, rows, spans)

    def score(self, terms: Sequence[Term]) -> NDArray[np.float64]:
        """The score of every document, in the order in which they were indexed.

        Args:
            terms: Of a question; one that occurs twice counts twice. The scores are those of `BM25Okapi.get_scores`.

        Returns:
            Shape (size,); 0 for a document that holds none of the terms.
        """
        return self.gather(terms).scores(np.ones(len(terms)))

    def _contributions(self, span: "_Span") -> NDArray[np.float64]:
        """What a term adds to each document that holds it; kept for the terms that are asked for most."""
        with self._keeping:
            kept = self._kept.pop(span.row, None)
            if kept is not None:
                self._kept[span.row] = kept  # last: the one that was asked for longest ago is first
                return kept
        made: NDArray[np.float64] = self._idf[span.row] * self._factors_of(span.start, span.end)
        with self._keeping:
            if span.row not in self._kept:
                self._kept_postings += len(made)
                self._kept[span.row] = made
            while self._kept_postings > _KEPT_POSTINGS and self._kept:
                self._kept_postings -= len(self._kept.pop(next(iter(self._kept))))
        return made

    def _over_all(self, span: "_Span") -> tuple[NDArray[np.float64], NDArray[np.bool_]] | None:
        """What a term adds to every document, and which hold it; None for a term that few hold, for which going through these is quicker."""
        if (span.end - span.start) * _COMMON < self.size:
            return None
        with self._keeping:
            kept = self._spread.pop(span.row, None)
            if kept is not None:
                self._spread[span.row] = kept
                return kept
        scores, holding = np.zeros(self.size), np.zeros(self.size, dtype=np.bool_)
        documents = self._documents[span.start : span.end]
        scores[documents] = self._idf[span.row] * self._factors_of(span.start, span.end)
        holding[documents] = True
        with self._keeping:
            self._spread[span.row] = scores, holding
            while len(self._spread) * self.size > _KEPT_SPREAD:
                del self._spread[next(iter(self._spread))]
        return scores, holding

    def _factors_of(self, start: int, end: int) -> NDArray[np.float64]:
        places = self._frequencies[start:end].astype(np.intp) * self._lengths
        places += self._length_places[self._documents[start:end]]
        return self._factors[places]


_KEPT_POSTINGS = 6_000_000
"""Of the terms that are asked for most: 48 MB."""
_WORN = 1.1
"""An index that has a tenth more numbers than terms is made from the beginning the next time."""
_COMMON = 16
"""A term that one document in so many holds is added to all of them at once: adding to chosen ones takes twenty times as long for each."""
_KEPT_SPREAD = 6_000_000
"""Documents times terms whose scores are kept over all documents: 54 MB."""
_FEW = 20_000
"""Up to so many postings all terms are added up in one go; beyond, one by one, which copies less."""


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a term's postings lie: `place` is the term's in the question, `row` its own in the index."""

    place: int
    row: int
    start: int
    end: int


class Postings:
    """What a question's terms add to documents."""

    def __init__(self, index: InvertedIndex, rows: NDArray[np.intp], spans: Sequence[_Span]) -> None:
        self._index = index
        self.rows = rows
        """Each term's number in the index, -1 if no document holds it; shape (terms,)."""
        self._spans = spans
        self._flat = self._in_one_go() if sum(span.end - span.start for span in spans) <= _FEW else None

    def __bool__(self) -> bool:
        return bool(self._spans)

    def idf(self) -> NDArray[np.float64]:
        """Return the idf of each term; the highest of the index for a term that no document holds. Shape (terms,)."""
        if not self._spans:
            return np.full(len(self.rows), self._index.rarest)
        return np.where(self.rows >= 0, self._index._idf[self.rows], self._index.rarest)

    def _in_one_go(self) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
        """The place of the term, the document and the contribution of every posting, term by term."""
        index = self._index
        sizes = np.array([span.end - span.start for span in self._spans], dtype=np.intp)
        documents = _join([index._documents[span.start : span.end] for span in self._spans], np.int32)
        frequencies = _join([index._frequencies[span.start : span.end] for span in self._spans], np.uint8)
        factors = index._factors[frequencies.astype(np.intp) * index._lengths + index._length_places[documents]]
        idf = index._idf[np.array([span.row for span in self._spans], dtype=np.intp)]
        places = np.repeat(np.array([span.place for span in self._spans], dtype=np.intp), sizes)
        return places, documents, np.repeat(idf, sizes) * factors

    def scores(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The score of every document.

        Args:
            weights: Of the question's terms; shape (terms,).
        """
        index = self._index
        if self._flat is not None:
            places, documents, contributions = self._flat
            summed = np.bincount(documents, weights=contributions * weights[places], minlength=index.size)
            return np.asarray(summed, dtype=np.float64)
        scores = np.zeros(index.size)
        for span in self._spans:
            # A question holds most of its terms once and at weight 1: no copy for these.
            weight = weights[span.place]
            over_all = index._over_all(span)
            if over_all is not None:
                scores += over_all[0] if weight == 1.0 else over_all[0] * weight
                continue
            contributions = index._contributions(span)
            scores[index._documents[span.start : span.end]] += (
                contributions if weight == 1.0 else contributions * weight
            )
        return scores

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """For every document the sum of the values of the terms that it holds.

        Args:
            values: Of the question's terms; shape (terms,).
        """
        index = self._index
        if self._flat is not None:
            places, documents, _ = self._flat
            return np.asarray(np.bincount(documents, weights=values[places], minlength=index.size), dtype=np.float64)
        summed = np.zeros(index.size)
        for span in self._spans:
            summed[index._documents[span.start : span.end]] += values[span.place]
        return summed

    def holding(self) -> NDArray[np.bool_]:
        """Which documents hold any of the terms.

        A score of 0 is no sign of absence: rank-bm25 gives a term that is in half of the documents a weight of 0, and less in tiny
        collections.

        Returns:
            Shape (size,).
        """
        holding = np.zeros(self._index.size, dtype=np.bool_)
        if self._flat is not None:
            holding[self._flat[1]] = True
        else:
            for span in self._spans:
                over_all = self._index._over_all(span)
                if over_all is not None:
                    holding |= over_all[1]
                else:
                    holding[self._index._documents[span.start : span.end]] = True
        return holding

    def best_of(
        self, owners: NDArray[np.int32], columns: NDArray[np.int32], count: int, terms: int
    ) -> NDArray[np.float64]:
        """The most that each term adds to any document of an owner.

        Args:
            owners: The owner of every document, ascending; shape (size,).
            columns: The column of each owner, ascending, or -1 for one that isn't wanted; shape (owners,).
            count: How many columns.
            terms: How many terms were gathered.

        Returns:
            Shape (terms, count); 0 where no document of the owner holds the term.
        """
        if self._flat is not None:
            places, documents, contributions = self._flat
        else:
            places, documents, contributions = self._wanted(owners, columns)
        matrix = np.zeros((terms, count))
        places_of = columns[owners[documents]]
        chosen = places_of >= 0
        keys = places[chosen] * count + places_of[chosen]
        if keys.size:
            starts = np.concatenate(([0], np.flatnonzero(np.diff(keys)) + 1))
            matrix.ravel()[keys[starts]] = np.maximum.reduceat(contributions[chosen], starts)
        return matrix

    def _wanted(
        self, owners: NDArray[np.int32], columns: NDArray[np.int32]
    ) -> tuple[NDArray[np.intp], NDArray[np.int32], NDArray[np.float64]]:
        """As `_in_one_go`, of the documents of the owners that are wanted."""
        index = self._index
        wanted = np.flatnonzero(columns[owners] >= 0).astype(np.int32)
        places, documents, contributions = [], [], []
        for span in self._spans:
            among = index._documents[span.start : span.end]
            at = among.searchsorted(wanted)
            at[at == len(among)] = 0
            at = at[among[at] == wanted] + span.start
            places.append(np.full(len(at), span.place, dtype=np.intp))
            documents.append(index._documents[at])
            factors = index._factors[
                index._frequencies[at].astype(np.intp) * index._lengths + index._length_places[index._documents[at]]
            ]
            contributions.append(index._idf[span.row] * factors)
        return np.concatenate(places), _join(documents, np.int32), np.concatenate(contributions)

    def of_document(self, document: int) -> dict[int, float]:
        """The places of the terms that a document holds, and what each adds to its score at weight 1."""
        if self._flat is not None:
            places, documents, contributions = self._flat
            mine = documents == document
            return dict(zip(places[mine].tolist(), contributions[mine].tolist(), strict=True))
        held: dict[int, float] = {}
        for span in self._spans:
            among = self._index._documents[span.start : span.end]
            position = int(among.searchsorted(document))
            if position < len(among) and among[position] == document:
                posting = span.start + position
                held[span.place] = float(self._index._idf[span.row] * self._index._factors_of(posting, posting + 1)[0])
        return held


_BLOCKS = 512


def best_rows(scores: NDArray[np.float64], limit: int) -> NDArray[np.intp]:
    """The rows of the highest scores, highest first; equals in the order of the rows.

    In a large array the scores are cut into blocks first: at least `limit` scores reach the `limit`-th of the blocks' highest, so only
    those need to be put in order. Two passes over the array, where partitioning it takes many.

    Args:
        scores: Shape (size,).
        limit: At least 1.
    """
    width = scores.size // _BLOCKS
    if width > 1 and limit <= _BLOCKS:
        highest = scores[: width * _BLOCKS].reshape(_BLOCKS, width).max(axis=1)
        rows = np.flatnonzero(scores >= np.partition(highest, _BLOCKS - limit)[_BLOCKS - limit])
    else:
        rows = np.arange(scores.size)
    return rows[np.argsort(-scores[rows], kind="stable")][:limit]


class _Part:
    """A table whose terms are numbered as in the whole index."""

    def __init__(self, rows: NDArray[np.int32], table: TermTable) -> None:
        self.rows = rows
        self.counts, self.documents = table.counts, table.documents
        self.frequencies, self.lengths = table.frequencies, table.lengths


def _factors(
    statistics: _Statistics, frequencies: NDArray[np.int64], lengths: NDArray[np.int32]
) -> NDArray[np.float64]:
    """What BM25 multiplies the idf with, for each frequency (rows) and each length of a document (columns)."""
    k1, b, average = statistics.k1, statistics.b, statistics.avgdl or 1.0
    frequency, length = frequencies[:, None], lengths.astype(np.int64)[None, :]
    return np.asarray(frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / average)))


def _join(parts: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)
