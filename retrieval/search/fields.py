"""The searchable fields of records: clause texts, case passages, alternate questions."""

import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Case, Clause
from retrieval.search.index import InvertedIndex
from retrieval.search.terms import TermTable

_LEAST_SIZE = 40
_SHORTEST, _LONGEST = 60, 160
"""Characters of a passage: shorter sentences are joined, a longer one stays whole."""
_SENTENCE = re.compile(
    "[^。!?\uff01\uff1f;\uff1b\n]*[。!?\uff01\uff1f;\uff1b]+[”’』」)\uff09]*|[^。!?\uff01\uff1f;\uff1b\n]+|\n"
)

Count = Callable[[Iterable[str], Container[str]], Iterator[TermTable]]


class Field:
    """Documents of one kind, each owned by a record."""

    def __init__(self, index: InvertedIndex, owners: Sequence[int], records: int) -> None:
        """Record who owns the documents of an index.

        Args:
            index: Of the documents. One that only pads the index is owned by the row behind the last record.
            owners: The record's row of each document but those that pad the index, ascending.
            records: How many records there are in all.
        """
        self.index = index
        self.owners: NDArray[np.int32] = np.full(index.size, records, dtype=np.int32)
        """The row of each document's record, ascending; shape (documents,)."""
        self.owners[: len(owners)] = owners
        self._starts = _starts(self.owners)
        self._sizes = np.diff(np.append(self._starts, index.size))
        self._runs = np.full(records + 1, -1, dtype=np.int32)
        self._runs[self.owners[self._starts]] = np.arange(len(self._starts))
        self._one_each = len(owners) == len(set(owners))

    def best(self, scores: NDArray[np.float64], rows: NDArray[np.intp], count: int = 1) -> NDArray[np.float64]:
        """Return the best score, the second best and so on among the documents of each record.

        Args:
            scores: Of the documents; shape (documents,).
            rows: Of the records; shape (records,).
            count: How many scores of each record. Equal scores of one record count once.

        Returns:
            Shape (count, records); 0 if a record has fewer documents.
        """
        found = np.zeros((count, len(rows)))
        runs = self._runs[rows]
        held = runs >= 0
        if self._one_each:
            found[0, held] = scores[self._starts[runs[held]]]
        elif self._starts.size:
            left = scores if count == 1 else scores.copy()
            for place in range(count):
                best = np.maximum.reduceat(left, self._starts)
                found[place, held] = best[runs[held]]
                if place + 1 < count:
                    left[left >= np.repeat(best, self._sizes)] = 0.0
        return found


class OwnedTerms:
    """The most that each term of a field adds to any document of a record, worked out for all terms at once.

    A term's postings shrink from one a document to one a record, twelve bytes each.
    """

    def __init__(self, field: Field) -> None:
        """Work out the most that each term adds."""
        bounds, documents, contributions = field.index.postings()
        owners = field.owners[documents]
        new = np.ones(len(owners), dtype=np.bool_)
        new[1:] = owners[1:] != owners[:-1]
        new[bounds[:-1][np.diff(bounds) > 0]] = True
        starts = np.flatnonzero(new)
        self._bounds = np.searchsorted(starts, bounds)
        self._owners = owners[starts]
        self._most = np.maximum.reduceat(contributions, starts) if starts.size else np.zeros(0)

    def best_of(self, terms: NDArray[np.intp], columns: NDArray[np.int32], count: int) -> NDArray[np.float64]:
        """Return the most that each term adds to any document of a record, as `Postings.best_of` does.

        Args:
            terms: The number of each term of the question in the index, -1 if no document holds it; shape (terms,).
            columns: The column of each record, -1 if it isn't wanted; shape (records + 1,).
            count: How many columns.

        Returns:
            Shape (terms, count); 0 if no document of the record holds the term.
        """
        matrix = np.zeros((len(terms), count))
        places = np.flatnonzero(terms >= 0)
        if places.size:
            starts, ends = self._bounds[terms[places]], self._bounds[terms[places] + 1]
            spans = list(map(slice, starts.tolist(), ends.tolist()))
            at = columns[np.concatenate([self._owners[span] for span in spans])]
            wanted = at >= 0
            most = np.concatenate([self._most[span] for span in spans])
            matrix[np.repeat(places, ends - starts)[wanted], at[wanted]] = most[wanted]
        return matrix


def make_index(texts: Sequence[str], count: Count, earlier: InvertedIndex | None = None) -> InvertedIndex:
    """Index texts.

    Args:
        texts: One a document.
        count: Makes term tables of texts; the second argument holds the keys of tables whose vocabulary is not needed.
        earlier: An index of almost the same texts, analysed in the same way; its work is used again.
    """
    known: Container[str] = earlier.keys if earlier is not None else ()
    return _padded_index(count(texts, known), earlier if known else None)


def case_passages(case: Case) -> list[str]:
    """Cut a case into passages: title, takeaway, then runs of sentences of each section."""
    return [case.title, case.takeaway, *(one for section in case.sections for one in passages(section.text))]


def passages(text: str) -> Iterator[str]:
    """Yield runs of sentences of about 60 to 160 characters; no character but white space at the ends is lost."""
    run = ""
    for sentence in (found.strip() for found in _SENTENCE.findall(text)):
        if run and len(run) + len(sentence) > _LONGEST:
            yield run
            run = ""
        run += sentence
        if len(run) >= _SHORTEST:
            yield run
            run = ""
    if run:
        yield run


def clause_text(clause: Clause) -> str:
    """Return what a clause is searched by: its heading and its words, without the name of its rule book."""
    return f"{clause.heading}\n{clause.text}"


def _padded_index(tables: Iterator[TermTable], earlier: InvertedIndex | None) -> InvertedIndex:
    """Make an index of at least `_LEAST_SIZE` documents; those that pad it are found by no question.

    rank-bm25 gives a term in half of the documents no weight, and less than none beyond; of a station's first two cases the one that
    fits worse would win.
    """
    head = list(itertools.islice(tables, _LEAST_SIZE))
    size = sum(len(table.lengths) for table in head)
    missing = _LEAST_SIZE - size
    if not 0 < size < _LEAST_SIZE:
        return InvertedIndex(itertools.chain(head, tables), earlier)
    length = max(1, round(sum(int(table.lengths.sum()) for table in head) / size))
    padding = TermTable(
        ("",),
        np.array([missing], dtype=np.int32),
        np.arange(missing, dtype=np.int32),
        np.full(missing, min(length, 65_535), dtype=np.uint16),
        np.full(missing, length, dtype=np.int32),
    )
    return InvertedIndex([*head, padding], earlier)


def _starts(owners: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return where each run of equal owners begins."""
    if not owners.size:
        return np.zeros(0, dtype=np.intp)
    return np.concatenate(([0], np.flatnonzero(np.diff(owners)) + 1)).astype(np.intp)
