"""Question to hits: cases and clauses ranked together."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.model import Case, Clause, KnowledgeBase
from retrieval.search.analyzer import Analysis, Analyzer, Weights, pairs
from retrieval.search.index import InvertedIndex
from retrieval.search.terms import Term, TermCounter
from retrieval.text import normalise

T = TypeVar("T")

_GATE = 0.6
"""A record passes its support on where it scores at least this share of the best of its kind."""
_CASE_TO_CLAUSE = 1.0
_CLAUSE_TO_CASE = 0.2
_SHORT = 40
"""Characters of an alternate question that may stand on a button."""
_LEAST_IDF = 0.3
_LATER_CITE = 0.95
"""A case's second clause gets a twentieth less support than its first, and so on: cases name the main rule first."""


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A found record.

    Attributes:
        record: What was found.
        score: What hits are ranked by: the share of the best BM25 score of the kind, with the support of linked records;
            0 to 2. Compares within one search only.
        bm25: The record's own BM25 score, 0 or more, unbounded; 0 for a record found through its link alone.
    """

    record: T
    score: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a search fits its question, in figures that compare across searches.

    Attributes:
        coverage: The share of the question's weight in character pairs that the best record holds, 0 to 1.
        sound_coverage: The same in pairs of syllables.
        known: The share of the question's weight in character pairs that occurs anywhere in the knowledge, 0 to 1.
        known_words: The same in words.
        strength: Logarithm of 1 + the best BM25 score; 0 or more.
        lead: How far the first case is ahead of the second, as a share of the first; 0 to 1.
        standout: How many standard deviations the best case is above the mean of all cases; 0 or more.
        trade: Logarithm of 1 + the number of the station's own words and synonyms in the question.
    """

    coverage: float
    sound_coverage: float
    known: float
    known_words: float
    strength: float
    lead: float
    standout: float
    trade: float


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, best first.

    Attributes:
        matched: The words, concepts (`掐电→停电`) and pairs of characters that carried the first hit, heaviest first.
    """

    cases: tuple[Hit[Case], ...]
    clauses: tuple[Hit[Clause], ...]
    evidence: Evidence
    matched: tuple[str, ...]


NO_HITS = Hits((), (), Evidence(0, 0, 0, 0, 0, 0, 0, 0), ())


class Retriever:
    """Ranks the records of one knowledge base."""

    def __init__(self, knowledge: KnowledgeBase, cache: Path | None = None, weights: Weights | None = None) -> None:
        """Index a knowledge base.

        Args:
            knowledge: Its cases and clauses are the documents.
            cache: A folder that may keep what indexing worked out, for the next time.
            weights: Of the channels of a question.
        """
        self._knowledge = knowledge
        self._weights = (weights or Weights()).by_channel()
        self._analyzer = Analyzer(knowledge.lexicon, cache)
        self._index = InvertedIndex(
            TermCounter(self._analyzer.terms, self._analyzer.fingerprint, cache).count(self._documents())
        )
        clause_rows = {clause.id: row for row, clause in enumerate(knowledge.clauses)}
        self._clauses_of = [[clause_rows[clause] for clause in case.clause_ids] for case in knowledge.cases]
        self._cases_of: dict[int, list[tuple[int, float]]] = {}
        for case, clauses in enumerate(self._clauses_of):
            for place, clause in enumerate(clauses):
                self._cases_of.setdefault(clause, []).append((case, _LATER_CITE**place))
        self._ways_of: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._rarest = max(self._index.idf.values(), default=1.0)

    def _documents(self) -> Iterator[str]:
        for case in self._knowledge.cases:
            sections = (section.text for section in case.sections)
            yield "\n".join((case.title, case.takeaway, case.category, *sections, *case.questions))
        for clause in self._knowledge.clauses:
            yield "\n".join((clause.rule.title, clause.label, clause.heading, clause.text, *clause.questions))

    def search(self, question: str, limit: int = 5) -> Hits:
        """Rank cases and clauses.

        Args:
            question: As typed.
            limit: How many of each kind at the most.
        """
        analysis = self._analyzer.analyse(question)
        counts = Counter(analysis.terms)
        terms = list(counts)
        weights = np.array([self._weights[term[0]] * count for term, count in counts.items()])
        postings = self._index.gather(terms)
        if not postings.documents.size:
            return NO_HITS
        scores = postings.scores(weights, self._index.size)
        holding = np.zeros(self._index.size, dtype=np.bool_)
        holding[postings.documents] = True
        count = len(self._knowledge.cases)
        case_scores, clause_scores = _shares(scores[:count]), _shares(scores[count:])
        cases = self._with_clauses(case_scores, clause_scores)
        clauses = self._with_cases(case_scores, clause_scores)
        case_order = _best(cases, holding[:count] | (cases > case_scores), limit)
        clause_order = _best(clauses, holding[count:] | (clauses > clause_scores), limit)
        case_hits = tuple(Hit(self._knowledge.cases[row], float(cases[row]), float(scores[row])) for row in case_order)
        clause_hits = tuple(
            Hit(self._knowledge.clauses[row], float(clauses[row]), float(scores[count + row])) for row in clause_order
        )
        best = (
            case_order[0]
            if case_order and (not clause_order or scores[case_order[0]] * 2 >= scores.max())
            else int(scores.argmax())
        )
        held = postings.of_document(best)
        evidence = self._evidence(terms, held, scores, case_hits, analysis.trade)
        return Hits(case_hits, clause_hits, evidence, self._matched(analysis, terms, weights, held))

    def score_cases(self, question: str, cases: Sequence[Case]) -> list[tuple[Case, float]]:
        """The given cases and their own BM25 scores, best first; equals keep their order."""
        terms = self._analyzer.terms(question)
        weights = np.array([self._weights[term[0]] for term in terms])
        scores = self._index.gather(terms).scores(weights, self._index.size)
        scored = [(case, float(scores[self._case_rows[case.id]])) for case in cases]
        return sorted(scored, key=lambda pair: -pair[1])

    def situation(self, question: str, case: Case) -> str:
        """The alternate question of a case that is nearest to a question: the case in the words of the one who asks.

        The title where the case has no alternate question that fits a button.
        """
        asked = set(pairs(normalise(question)))

        def nearness(way: tuple[str, frozenset[str]]) -> tuple[float, int]:
            text, own = way
            shared = sum(self._index.idf.get("b" + pair, 0.0) for pair in asked & own)
            return shared / (1 + len(text)) ** 0.5, -len(text)

        text, _ = max(self._ways(case), key=nearness, default=(case.title, frozenset()))
        return text

    def _ways(self, case: Case) -> list[tuple[str, frozenset[str]]]:
        """The short alternate questions of a case, and their pairs of characters."""
        if case.id not in self._ways_of:
            short = [way for way in case.questions if len(way) <= _SHORT]
            self._ways_of[case.id] = [(way, frozenset(pairs(normalise(way)))) for way in short]
        return self._ways_of[case.id]

    @cached_property
    def _case_rows(self) -> dict[str, int]:
        return {case.id: row for row, case in enumerate(self._knowledge.cases)}

    def _with_clauses(self, cases: NDArray[np.float64], clauses: NDArray[np.float64]) -> NDArray[np.float64]:
        supported = cases.copy()
        for row in np.flatnonzero(clauses >= _GATE).tolist():
            for case, share in self._cases_of.get(row, ()):
                supported[case] = max(supported[case], cases[case] + _CLAUSE_TO_CASE * share * clauses[row])
        return supported

    def _with_cases(self, cases: NDArray[np.float64], clauses: NDArray[np.float64]) -> NDArray[np.float64]:
        supported = clauses.copy()
        for row in np.flatnonzero(cases >= _GATE).tolist():
            for place, clause in enumerate(self._clauses_of[row]):
                supported[clause] = max(
                    supported[clause], clauses[clause] + _CASE_TO_CLAUSE * _LATER_CITE**place * cases[row]
                )
        return supported

    def _evidence(
        self,
        terms: Sequence[Term],
        held: Mapping[int, float],
        scores: NDArray[np.float64],
        cases: Sequence[Hit[Case]],
        trade: int,
    ) -> Evidence:
        case_scores = scores[: len(self._knowledge.cases)]
        deviation = float(case_scores.std()) if case_scores.size else 0.0
        coverage, known = self._shares_held("b", terms, held)
        sound_coverage, _ = self._shares_held("p", terms, held)
        _, known_words = self._shares_held("w", terms, held)
        return Evidence(
            coverage=coverage,
            sound_coverage=sound_coverage,
            known=known,
            known_words=known_words,
            strength=math.log1p(max(float(scores.max()), 0.0)),
            lead=(cases[0].score - cases[1].score) / cases[0].score if len(cases) > 1 and cases[0].score > 0 else 0.0,
            standout=float((case_scores.max() - case_scores.mean()) / deviation) if deviation > 0 else 0.0,
            trade=math.log1p(trade),
        )

    def _shares_held(self, channel: str, terms: Sequence[Term], held: Mapping[int, float]) -> tuple[float, float]:
        """The share of a channel's weight that the document holds, and that any does; rare terms weigh more."""
        total = own = known = 0.0
        for place, term in enumerate(terms):
            if term[0] != channel:
                continue
            idf = self._index.idf.get(term)
            weight = self._rarest if idf is None else max(idf, _LEAST_IDF)
            total += weight
            if idf is not None:
                known += weight
            if place in held:
                own += weight
        return (own / total, known / total) if total else (0.0, 0.0)

    def _matched(
        self, analysis: Analysis, terms: Sequence[Term], weights: NDArray[np.float64], held: Mapping[int, float]
    ) -> tuple[str, ...]:
        ways = {standard: way for way, standard in analysis.ways.items()}
        carried: dict[str, float] = {}
        for place, contribution in held.items():
            term = terms[place]
            if term[0] in "up" or contribution <= 0:
                continue
            written = term[1:]
            if term[0] == "c":
                way = ways.get(written, written)
                written = written if way == written else f"{way}→{written}"
            carried[written] = max(carried.get(written, 0.0), contribution * float(weights[place]))
        words: list[str] = []
        for written, _ in sorted(carried.items(), key=lambda pair: (-pair[1], pair[0])):
            if not any(written in word for word in words):
                words.append(written)
        return tuple(words[:8])


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores as shares of the best one; as they are where none is above 0."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores.copy()


def _best(scores: NDArray[np.float64], candidates: NDArray[np.bool_], limit: int) -> list[int]:
    """The rows of the best candidates; equals in the order of the rows."""
    rows = np.flatnonzero(candidates)
    if rows.size > limit * 4:  # a full sort of 57,000 rows takes longer than the whole search
        kth = np.partition(scores[rows], rows.size - limit)[rows.size - limit]
        rows = rows[scores[rows] >= kth]
    return [int(row) for row in rows[np.argsort(-scores[rows], kind="stable")][:limit]]
