"""What speaks for each record: figures of its fields, made comparable between records.

A record is measured by its text and, where it has any, by its alternate questions. Each figure is a share: what the question's terms
add up to in the record, of what they could add up to. A record that holds many everyday words reaches a good share of any
question; so its mean share on questions that belong to other records is taken off, and the rest is told in units of its spread there.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.background import BackgroundQuestion, Norms, Tally, choose_questions, digest_of, digest_texts
from retrieval.search.candidates import Candidates, FirstStage, IndexedFirstStage, Query
from retrieval.search.fields import Count, Field, OwnedTerms, case_passages, clause_text, make_index
from retrieval.search.index import InvertedIndex, Postings
from retrieval.search.terms import Term

FIGURES = ("text", "passage", "all", "near", "nearest")
"""The figures of a record.

text: the share of the question that its text holds, wherever; passage: that of its best passage; all: that of text and alternate
questions together; near: the likeness (cosine) to its best three alternate questions, the mean; nearest: to its best one. A clause's
text is one passage. The last two are 0 for a record without alternate questions.
"""
_TEXT, _PASSAGE, _ALL, _NEAR, _NEAREST = range(len(FIGURES))
_OF_WAYS = slice(_NEAR, _NEAREST + 1)

_TEXTS, _PASSAGES, _WAYS = range(3)
"""The fields: texts of clauses, passages of cases, alternate questions of both."""
_LEAST_IDF = 0.3
_MANY_WAYS = math.log1p(100)
_FURTHEST = 12.0
"""Spreads from the mean at the most: beyond, more says nothing."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What was found of a question.

    Attributes:
        rows: The records in question, ascending; shape (records,).
        figures: As named in `FIGURES`, shares of 0 to about 1.5; shape (records, figures).
        standard: The same less each record's mean on questions of others, in units of its spread; shape (records, figures).
        held: The most that each term adds to any document of each record; shape (terms, records).
        bm25: rank-bm25's score of each record's best document; shape (records,).
        total: What the terms add up to at most.
    """

    rows: NDArray[np.intp]
    figures: NDArray[np.float64]
    standard: NDArray[np.float64]
    held: NDArray[np.float64]
    bm25: NDArray[np.float64]
    total: float


class Records:
    """Measures the records of one knowledge base: clauses in rows from 0, cases behind them."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        count: Count,
        analyse: Callable[[str], Query],
        channels: Mapping[str, float],
        earlier: "Records | None" = None,
    ) -> None:
        """Index a knowledge base.

        Args:
            knowledge: Its clauses and cases are the records.
            count: Makes term tables of texts.
            analyse: Makes a query of a question.
            channels: What a term of each channel weighs in a question.
            earlier: Of almost the same knowledge, analysed in the same way; what it has worked out is used again.
        """
        self.clauses = len(knowledge.clauses)
        self.size = self.clauses + len(knowledge.cases)
        texts = tuple(map(clause_text, knowledge.clauses))
        self.texts_digest: bytes = digest_texts(texts)
        same_texts = earlier is not None and earlier.texts_digest == self.texts_digest
        before = earlier.texts if earlier is not None else None
        self.texts: InvertedIndex = before if before is not None and same_texts else make_index(texts, count, before)
        """The index of the texts of the clauses."""
        passages = [
            (self.clauses + row, one) for row, case in enumerate(knowledge.cases) for one in case_passages(case)
        ]
        records: tuple[Clause | Case, ...] = (*knowledge.clauses, *knowledge.cases)
        ways = [(row, way) for row, record in enumerate(records) for way in record.questions]
        self._fields = (
            Field(self.texts, range(self.clauses), self.size),
            self._field(passages, count),
            self._field(ways, count),
        )
        self._owned = tuple(map(OwnedTerms, self._fields[1:]))
        self.first_stage: FirstStage = IndexedFirstStage(self._fields, self.size)
        self._lengths = self._fields[_WAYS].index.lengths(channels)
        taught = np.bincount([row for row, _ in ways], minlength=self.size)
        self.rich: NDArray[np.float64] = np.minimum(np.log1p(taught) / _MANY_WAYS, 1.0)
        """How well a record is taught: 0 without an alternate question, 1 from a hundred on; shape (records,)."""
        self._taught = taught > 0
        self._idfs = [self._fields[field].index.idf for field in (_WAYS, _PASSAGES, _TEXTS)]
        self._rarest = max(field.index.rarest for field in self._fields)
        self.norms: Norms = self._learn(analyse, choose_questions(knowledge, ways), earlier if same_texts else None)

    def _field(self, documents: Sequence[tuple[int, str]], count: Count) -> Field:
        index = make_index([text for _, text in documents], count)
        return Field(index, [row for row, _ in documents], self.size)

    def knows(self, term: Term) -> bool:
        """Return whether any record holds a term."""
        return any(term in idf for idf in self._idfs)

    def commonness(self, term: Term) -> float:
        """Return the share of all documents that hold a term, 0 to 1."""
        size = sum(field.index.size for field in self._fields)
        return sum(field.index.holders(term) for field in self._fields) / size if size else 0.0

    def rarity(self, term: Term) -> float:
        """Return the idf of a term among the alternate questions.

        If only the texts hold it, theirs; if none holds it, the highest of all.
        """
        for idf in self._idfs:
            if term in idf:
                return max(idf[term], _LEAST_IDF)
        return self._rarest

    def measure(self, query: Query, rows: NDArray[np.intp] | None = None) -> Measures:
        """Measure the records that a question may be about.

        Args:
            query: The question.
            rows: Which records, ascending; None for those that the first stage finds.
        """
        return self.weigh(query, self.first_stage.find(query, rows))

    def weigh(self, query: Query, candidates: Candidates) -> Measures:
        """Gather what speaks for each candidate: the second stage.

        Args:
            query: The question.
            candidates: What the first stage found.
        """
        rows = candidates.rows
        gathered = candidates.postings or self._gather(query)
        figures, held = self._figures(query, rows, gathered, candidates.scores[_PASSAGES])
        standard = (figures - self.norms.mean[rows]) / self.norms.spread[rows]
        standard[:, _OF_WAYS] *= self._taught[rows, None]
        bm25 = candidates.scores.max(axis=0)
        total = max(_totals(query, gathered))
        return Measures(rows, figures, np.clip(standard, -_FURTHEST, _FURTHEST), held, bm25, total)

    def _gather(self, query: Query) -> tuple[Postings, ...]:
        return tuple(field.index.gather(query.terms) for field in self._fields)

    def _figures(
        self,
        query: Query,
        rows: NDArray[np.intp],
        gathered: Sequence[Postings],
        passage: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the figures of records, and what each term adds to each of them.

        Args:
            query: The question.
            rows: Of the records, ascending.
            gathered: The postings of the terms in each field.
            passage: rank-bm25's score of each record's best passage; shape (records,).
        """
        count, split = len(rows), int(np.searchsorted(rows, self.clauses))
        columns = np.full(self.size + 1, -1, dtype=np.int32)
        columns[rows] = np.arange(count)
        in_text = np.zeros((len(query.terms), count))
        if gathered[_TEXTS] and split:
            in_text += gathered[_TEXTS].best_of(self._fields[_TEXTS].owners, columns, count, len(query.terms))
        passages, ways = (
            owned.best_of(postings.rows, columns, count)
            for owned, postings in zip(self._owned, gathered[_PASSAGES:], strict=True)
        )
        in_text += passages
        held = np.maximum(in_text, ways)
        of_clauses, of_cases = _totals(query, gathered[:_WAYS])
        total = np.where(rows < self.clauses, of_clauses, of_cases)
        figures = np.zeros((count, len(FIGURES)))
        figures[:, _TEXT] = query.weights @ in_text / total
        figures[:, _ALL] = query.weights @ held / total
        figures[:split, _PASSAGE] = figures[:split, _TEXT]
        figures[split:, _PASSAGE] = passage[split:] / of_cases
        if gathered[_WAYS]:
            best = self._fields[_WAYS].best(self._likeness(query, gathered[_WAYS]), rows, 3)
            figures[:, _NEAREST], figures[:, _NEAR] = best[0], best.mean(axis=0)
        return figures, held

    def _likeness(self, query: Query, postings: Postings) -> NDArray[np.float64]:
        """Return the cosine of the question and each alternate question, terms weighed by idf; shape (documents,)."""
        idf = postings.idf()
        length = float(np.linalg.norm(query.weights * idf))
        products = postings.sums(query.weights * query.channels * idf**2)
        return products / np.maximum(length * self._lengths, 1e-9)

    def _learn(
        self, analyse: Callable[[str], Query], questions: Sequence[BackgroundQuestion], earlier: "Records | None"
    ) -> Norms:
        """Learn what each record reaches on questions that belong to others.

        Args:
            analyse: Makes a query of a question; not kept, so that nothing refers back to its owner.
            questions: That belong to records.
            earlier: One with the same texts of clauses.
        """
        is_clause = np.arange(self.size) < self.clauses
        # A clause without alternate questions is measured by its text alone: this is quick for all of these at once.
        plain = np.flatnonzero(~self._taught & is_clause)
        close = np.flatnonzero(self._taught | ~is_clause)
        digest = digest_of(questions, plain)
        known = earlier.norms if earlier is not None else None
        if known is not None and not (known.digest == digest and np.array_equal(known.plain, plain)):
            known = None
        tally = Tally(self.size, len(FIGURES))
        for question in questions:
            query = analyse(question.text)
            gathered = self._gather(query)
            rows = close[~np.isin(close, question.near)]
            passage = self._fields[_PASSAGES].best(gathered[_PASSAGES].scores(query.weights), rows)[0]
            tally.add(rows, self._figures(query, rows, gathered, passage)[0])
            if plain.size and known is None:
                others = plain[~np.isin(plain, question.near)]
                share = gathered[_TEXTS].scores(query.weights)[others] / _totals(query, gathered[:_PASSAGES])[0]
                tally.add(others, share[:, None])
        kinds = (kind & taught for kind in (is_clause, ~is_clause) for taught in (self._taught, ~self._taught))
        mean, spread = tally.settle(map(np.flatnonzero, kinds))
        if known is not None:
            mean[plain], spread[plain] = known.mean[plain], known.spread[plain]
        return Norms(mean, spread, plain, digest)


def _totals(query: Query, gathered: Sequence[Postings]) -> list[float]:
    """Return for each field what the terms of a question can add up to: as if a document held each once.

    A term that no document holds weighs most. Words of statutes are left out: they stand in for everyday words that are counted already.
    """
    counted = np.array([0.0 if term[0] == "s" else 1.0 for term in query.terms]) * query.weights
    return [max(float(counted @ np.maximum(postings.idf(), _LEAST_IDF)), 1e-9) for postings in gathered]
