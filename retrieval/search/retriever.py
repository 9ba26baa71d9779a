"""Question to hits: cases and clauses ranked together."""

import functools
import math
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.editions import Selection
from retrieval.model import Case, CaseKind, Clause, KnowledgeBase, Lexicon
from retrieval.search.analyzer import Analysis, Analyzer, Weights, pairs
from retrieval.search.candidates import Query
from retrieval.search.evidence import FIGURES, Measures, Records
from retrieval.search.hits import NO_HITS, Evidence, Hit, Hits
from retrieval.search.names import NameFinder
from retrieval.search.ranker import Ranker, load_ranker
from retrieval.search.terms import Term, TermCounter, TermTable
from retrieval.search.wordings import LATER_CITE, Wordings, best_of
from retrieval.text import normalise

_PREVIOUS = 0.7
"""How much the terms of the question before count in a follow-up."""
_GOOD_EXAMPLE_GAIN = 3.0
"""What a positive case gains where the question asks for a good example."""
_OWN_CLAUSE = 0.5
_LEADING_CLAUSE = 1.0
"""A case lends its clauses what it scores above this share of the best clause that a question finds by its own words; above the second
share where that clause is ahead of all cases.
"""
_SHORT = 40
"""Characters of an alternate question that may stand on a button."""
_NOWHERE = -30.0
_FAR = 6.0
_AT_HOME = 1.5
_FAMILIAR = 0.5
"""How much at home the rest of a question must be, in decades as `Evidence.trade` counts them and as a share, for its names to be left out."""
_STORY = 20
"""Characters from which on a question is a story, whose every detail may tell cases apart."""
_COMMON = 0.005
"""The share of documents that hold a word of the station's trade, at the least."""
_APART = 0.6
"""How far a record says a word of which it holds the characters only."""

_GOOD_EXAMPLE = re.compile(
    "(?:正面|优秀|先进|成功|做得好|干得好|值得学|好)的?(?:案例|例子|典型|故事|做法|经验|榜样)|做得好的|学习榜样|表扬"
)


@dataclass(frozen=True, slots=True)
class _Fit:
    """What is told of the first record; as in `Hits`."""

    evidence: Evidence
    foreign: tuple[str, ...]
    matched: tuple[str, ...]
    by_clause: bool


class Retriever:
    """Ranks the records of one knowledge base; see README.md beside this file."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        cache: Path | None = None,
        weights: Weights | None = None,
        progress: Callable[[int], None] = lambda _done: None,
        earlier: "Retriever | None" = None,
        ranker: Ranker | None = None,
    ) -> None:
        """Index a knowledge base.

        Args:
            knowledge: Its cases and clauses are ranked.
            cache: A folder that may keep what indexing worked out, for the next time.
            weights: Of the channels of a question.
            progress: Is told how many more documents are indexed.
            earlier: One whose work is used again where the texts are the same.
            ranker: The fitted one in `fitted.json` where None.
        """
        self._knowledge = knowledge
        self._weights = (weights or Weights()).by_channel()
        self._analyzer = Analyzer(knowledge.lexicon, cache)
        self._ranker = ranker or load_ranker()
        self.fingerprint: str = self._analyzer.fingerprint
        """Differs if the same text would give other terms."""
        recipe = functools.partial(_make_analyse, knowledge.lexicon, cache)
        counter = TermCounter(self._analyzer.terms, self._analyzer.fingerprint, cache, progress, recipe)

        def count(texts: Iterable[str], known: Container[str]) -> Iterator[TermTable]:
            return counter.count(texts, known)

        same_words = earlier is not None and earlier.fingerprint == self.fingerprint
        self.measured: Records = Records(
            knowledge,
            count,
            self._query_of,
            self._weights,
            earlier.measured if earlier is not None and same_words else None,
        )
        first = len(knowledge.clauses)
        self._case_rows = {case.id: row for row, case in enumerate(knowledge.cases, first)}
        clause_rows = {clause.id: row for row, clause in enumerate(knowledge.clauses)}
        links = [
            (self._case_rows[case.id], clause_rows[clause], LATER_CITE**place)
            for case in knowledge.cases
            for place, clause in enumerate(case.clause_ids)
        ]
        self._linked_cases = np.array([case for case, _, _ in links], dtype=np.intp)
        self._linked_clauses = np.array([clause for _, clause, _ in links], dtype=np.intp)
        self._link_shares = np.array([share for _, _, share in links])
        self._wordings = Wordings(knowledge)
        self._good = np.array([case.kind is CaseKind.POSITIVE for case in knowledge.cases], dtype=np.bool_)
        self._ways_of: dict[str, list[tuple[str, frozenset[str]]]] = {}
        self._circumstances = knowledge.lexicon.circumstances
        self._trade_words = _TradeWords(knowledge.lexicon, self.measured)
        self._names = NameFinder(
            self._analyzer.cut, self._analyzer.is_word, self._trade_words.is_ours, self._trade_words.is_circumstance
        )

    def query(self, question: str, previous: str = "", names: str = "") -> tuple[Query, Analysis]:
        """Make a question ready to be searched for.

        Args:
            question: As typed.
            previous: The question before, where this one leans on it; its terms count a little less.
            names: Of who, where, when and with what; their words that any record holds are matched, and are no topics.
        """
        analysis = self._analyzer.analyse(question, asked=True)
        counted: dict[Term, float] = {}
        for term in analysis.terms:
            counted[term] = counted.get(term, 0.0) + self._weights[term[0]]
        for term in self._analyzer.terms(names) if names else ():
            if term[0] in "wc" and self.measured.knows(term):
                counted[term] = max(counted.get(term, 0.0), self._weights[term[0]])
        if previous:
            before = self._analyzer.analyse(previous, asked=True)
            for term in before.terms:
                counted[term] = counted.get(term, 0.0) + self._weights[term[0]] * _PREVIOUS
            analysis = Analysis(
                analysis.terms + before.terms,
                {**before.ways, **analysis.ways},
                tuple(dict.fromkeys(analysis.words + before.words)),
                tuple(dict.fromkeys(analysis.topics + before.topics)),
            )
        channels = np.array([self._weights[term[0]] for term in counted])
        return Query(tuple(counted), np.array(list(counted.values())), channels), analysis

    def measure(self, question: str) -> Measures:
        """What speaks for each record that a question may be about."""
        return self.measured.measure(self._query_of(question))

    def records(self, rows: Iterable[int]) -> list[Clause | Case]:
        """The records in rows."""
        both: tuple[Clause | Case, ...] = (*self._knowledge.clauses, *self._knowledge.cases)
        return [both[row] for row in rows]

    def taught(self, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """How well the records in rows are taught, 0 to 1."""
        return self.measured.rich[rows]

    def _query_of(self, question: str) -> Query:
        return self.query(question)[0]

    def part_names(self, question: str) -> tuple[str, str]:
        """Return a question without the names of who, where, when and with what, and these names.

        Nothing is parted from a question of which too little is left that is at home here: 火锅店推荐.
        """
        text = normalise(question)
        if len(text) > _STORY:
            return question, ""
        spans = self._names.find(text)
        spans += [
            (start, start + len(way))
            for start, way in self._analyzer.places_of_ways(text)
            if self._trade_words.is_circumstance(way) and not self._trade_words.is_ours(way)
        ]
        if not spans:
            return question, ""
        left = list(text)
        for start, end in spans:
            left[start:end] = " " * (end - start)
        core = "".join(left)
        return (core, " ".join(text[start:end] for start, end in spans)) if self._is_ours(core) else (question, "")

    def _is_ours(self, core: str) -> bool:
        """Whether a text names something, and its words are more at home here than in general Chinese."""
        analysis = self._analyzer.analyse(core, asked=True)
        at_home = self._trade(analysis) >= _AT_HOME or any(map(self._trade_words.is_ours, analysis.topics))
        return at_home and self._familiar(analysis) >= _FAMILIAR

    def search(self, question: str, limit: int = 5, previous: str = "", selection: Selection | None = None) -> Hits:
        """Rank cases and clauses.

        Args:
            question: As typed.
            limit: How many of each kind at the most.
            previous: The question before, where this one leans on it.
            selection: Which edition is meant of the rules of which several are held; without it all are.
        """
        core, names = self.part_names(question)
        query, analysis = self.query(core, self.part_names(previous)[0] if previous else "", names)
        measures = self.measured.measure(query)
        if not measures.rows.size:
            return NO_HITS
        first = self.measured.clauses
        own = self._own_scores(measures)
        raw, candidates = self._with_links(own, level=selection is not None)
        if _GOOD_EXAMPLE.search(normalise(question)):
            raw[first:] += _GOOD_EXAMPLE_GAIN * self._good
        scores = np.logaddexp(0.0, raw)
        clauses, clause_candidates = scores[:first], candidates[:first]
        replaced: dict[int, int] = {}
        if selection is not None:
            shares = np.logaddexp(0.0, own[:first])
            clauses, clause_candidates, replaced = self._wordings.select(
                selection, clauses, shares, clause_candidates, limit
            )
        case_order = best_of(scores[first:], candidates[first:], limit)
        clause_order = best_of(clauses, clause_candidates, limit)
        bm25 = dict(zip(measures.rows.tolist(), measures.bm25.tolist(), strict=True))
        held = {
            self._knowledge.clauses[row].id: self._knowledge.clauses[replaced[row]]
            for row in clause_order
            if row in replaced
        }
        fit = self._fit(query, analysis, measures, own, raw, (case_order, clause_order))
        return Hits(
            tuple(
                Hit(self._knowledge.cases[row], float(scores[first + row]), bm25.get(first + row, 0.0))
                for row in case_order
            ),
            tuple(Hit(self._knowledge.clauses[row], float(clauses[row]), bm25.get(row, 0.0)) for row in clause_order),
            fit.evidence,
            fit.matched,
            fit.foreign,
            by_clause=fit.by_clause,
            replaced=held,
        )

    def _own_scores(self, measures: Measures) -> NDArray[np.float64]:
        """What each record scores by its own words; far below nought for one that is not in question. Shape (records,)."""
        own = np.full(self.measured.size, _NOWHERE)
        own[measures.rows] = self._ranker.score(measures, self.measured.rich[measures.rows])
        return own

    def _with_links(self, own: NDArray[np.float64], *, level: bool) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Let linked records lend each other some of their score; gives the scores, and which records are in question."""
        first = self.measured.clauses
        scores = own.copy()
        positive = np.maximum(own, 0.0)
        if self._linked_cases.size:
            # A case that cites the old clause is found by what the new one says, and the other way round.
            by_clauses = self._wordings.level(positive[:first]) if level else positive
            best_clause = float(positive[:first].max(initial=0.0))
            lent = np.zeros(self.measured.size)
            best_case = float(positive[first:].max(initial=0.0))
            share = _OWN_CLAUSE if best_case >= best_clause else _LEADING_CLAUSE
            above = np.maximum(positive[self._linked_cases] - share * best_clause, 0.0)
            np.maximum.at(lent, self._linked_clauses, self._ranker.case_lends * self._link_shares * above)
            np.maximum.at(
                lent,
                self._linked_cases,
                self._ranker.clause_lends * self._link_shares * by_clauses[self._linked_clauses],
            )
            gaining = lent > 0
            scores[gaining] = np.maximum(scores[gaining], -1.0) + lent[gaining]
        return scores, scores > _NOWHERE

    def _fit(
        self,
        query: Query,
        analysis: Analysis,
        measures: Measures,
        own: NDArray[np.float64],
        scores: NDArray[np.float64],
        orders: tuple[Sequence[int], Sequence[int]],
    ) -> "_Fit":
        """Say how well the first record fits: the best case, or the best clause where that does better by its own words.

        Args:
            query: What was asked.
            analysis: Of the question.
            measures: Of the records in question.
            own: What records score by their own words; shape (records,).
            scores: What they score with their links; shape (records,).
            orders: The best cases, counted from the first case, and the best clauses.
        """
        first = self.measured.clauses
        cases = [first + row for row in orders[0]]
        by_words = sorted(orders[1], key=lambda row: -own[row])
        beside = set(self._linked_clauses[self._linked_cases == cases[0]].tolist()) if cases else set()
        apart = [row for row in by_words if row not in beside]
        best_case = float(scores[cases[0]]) if cases else _NOWHERE
        best_clause = float(own[apart[0]]) if apart else _NOWHERE
        by_clause = best_clause > best_case
        if by_clause:
            lead, ahead, rival = apart[0], [float(own[row]) for row in by_words[:2]], best_clause - best_case
        else:
            lead, ahead, rival = (
                (cases or by_words)[0],
                [float(scores[row]) for row in cases[:2]],
                best_case - best_clause,
            )
        column = np.flatnonzero(measures.rows == lead)
        held = measures.held[:, column[0]] if column.size else np.zeros(len(query.terms))
        figures = measures.figures[column[0]] if column.size else np.zeros(len(FIGURES))
        holding = {term for term, adds in zip(query.terms, held.tolist(), strict=True) if adds > 0}
        foreign = tuple(self._foreign(query, analysis, holding))
        topics, content, missing = self._topics(analysis, holding, foreign)
        evidence = Evidence(
            score=best_clause if by_clause else best_case,
            lead=min(ahead[0] - ahead[1], _FAR) if len(ahead) > 1 else _FAR,
            rival=max(min(rival, _FAR), -_FAR),
            share=float(figures[FIGURES.index("all")]),
            coverage=self._covered(query, "b", holding),
            sounds=self._covered(query, "p", holding),
            topics=topics,
            content=math.log1p(content),
            heard=math.log1p(content * topics),
            unheard=math.log1p(content * (1 - topics)),
            missing=missing,
            foreign=math.log1p(len(foreign)),
            nearest=float(figures[FIGURES.index("nearest")]),
            taught=float(self.measured.rich[lead]),
            by_clause=float(by_clause),
            trade=math.log1p(self._trade(analysis)),
            familiar=self._familiar(analysis),
            length=math.log1p(sum(term[0] == "u" for term in analysis.terms)),
        )
        return _Fit(evidence, foreign, self._matched(query, analysis, held), by_clause)

    def _covered(self, query: Query, channel: str, holding: Container[Term]) -> float:
        """The share of a channel's weight that a record holds; rare terms weigh more."""
        total = own = 0.0
        for term in query.terms:
            if term[0] == channel:
                weight = self.measured.rarity(term)
                total += weight
                if term in holding:
                    own += weight
        return own / total if total else 0.0

    def _says(self, word: str, holding: Container[Term]) -> float:
        """How far a record says a word: 1 where it holds it, else the share of its pairs, or of the pairs of its sounds."""
        if "w" + word in holding or "c" + word in holding:
            return 1.0
        near = ["b" + pair for pair in pairs(word)] if not word.isascii() else []
        if not near:
            return 1.0 if "u" + word in holding else 0.0
        by_letter = sum(pair in holding for pair in near) / len(near)
        sounds = self._analyzer.sounds(word)
        by_sound = sum(sound in holding for sound in sounds) / len(sounds) if sounds else 0.0
        # What is in no dictionary may be two words that the tokenizer took for one: 先停, 晚到.
        apart = (
            sum("u" + letter in holding for letter in word) / len(word) * _APART
            if self._analyzer.is_guessed(word)
            else 0.0
        )
        return max(by_letter, by_sound, apart)

    def _topics(
        self, analysis: Analysis, holding: Container[Term], foreign: Sequence[str]
    ) -> tuple[float, float, float]:
        """The share of what a question names that a record says; how much it names; the weight of what is missing most."""
        spoken = [way for way, standard in analysis.ways.items() if "c" + standard in holding]
        unknown = [way for way, standard in analysis.ways.items() if standard in foreign]
        total = own = missing = 0.0
        for word in analysis.topics:
            weight = self._analyzer.rarity(word) * (0.5 if len(word) == 1 else 1.0)
            said = self._says(word, holding)
            if said < 1 and any(word in way or way in word for way in spoken):
                said = 1.0
            if any(word in way for way in unknown):
                said = min(said, 0.5)
            total += weight
            own += weight * said
            missing = max(missing, weight * (1 - said))
        return (own / total if total else 0.0), total, missing

    def _trade(self, analysis: Analysis) -> float:
        """How many decades more common than in general Chinese the words of a question are here, the first decade left out."""
        decades = 0.0
        for word in analysis.words:
            here = self.measured.commonness(("w" if len(word) > 1 or word.isascii() else "u") + word)
            if here:
                decades += max(math.log10(here / self._analyzer.generality(word)) - 1.0, 0.0)
        return decades

    def _familiar(self, analysis: Analysis) -> float:
        """The share of what a question names that any record holds as a word."""
        weights = [(word, self._analyzer.rarity(word)) for word in analysis.topics]
        total = sum(weight for _, weight in weights)
        known = sum(
            weight for word, weight in weights if self.measured.knows("w" + word) or self.measured.knows("b" + word)
        )
        return known / total if total else 0.0

    def _foreign(self, query: Query, analysis: Analysis, holding: Container[Term]) -> Iterator[str]:
        """The topics that a question names, that no record holds, and that the first record does not say in other words either.

        What the first record says by sound is taken for a slip of the input method: 打车收费 is meant as 搭车收费.
        """
        ways = {standard: way for way, standard in analysis.ways.items()}
        for term in query.terms:
            standard = term[1:]
            if term[0] != "c" or self.measured.knows(term) or standard in self._circumstances:
                continue
            if max(self._says(ways.get(standard, standard), holding), self._says(standard, holding)) < 1.0:
                yield standard

    def _matched(self, query: Query, analysis: Analysis, held: NDArray[np.float64]) -> tuple[str, ...]:
        ways = {standard: way for way, standard in analysis.ways.items()}
        carried: dict[str, float] = {}
        for term, weight, adds in zip(query.terms, query.weights.tolist(), held.tolist(), strict=True):
            if term[0] in "ups" or adds <= 0:
                continue
            written = term[1:]
            if term[0] == "c":
                way = ways.get(written, written)
                written = written if way == written else f"{way}→{written}"
            carried[written] = max(carried.get(written, 0.0), adds * weight)
        words: list[str] = []
        for written, _ in sorted(carried.items(), key=lambda pair: (-pair[1], pair[0])):
            if not any(written in word for word in words):
                words.append(written)
        return tuple(words[:8])

    def score_cases(self, question: str, cases: Sequence[Case]) -> list[tuple[Case, float]]:
        """The given cases and the BM25 score of the best document of each, those first that fit best; equals keep their order."""
        if not cases:
            return []
        rows = np.array(sorted(self._case_rows[case.id] for case in cases), dtype=np.intp)
        measures = self.measured.measure(self._query_of(question), rows)
        own = self._own_scores(measures)
        bm25 = dict(zip(rows.tolist(), measures.bm25.tolist(), strict=True))
        ordered = sorted(cases, key=lambda case: -own[self._case_rows[case.id]])
        return [(case, bm25[self._case_rows[case.id]]) for case in ordered]

    def says(self, text: str, way: str) -> bool:
        """Whether a normalised text says something in words of its own; see `Analyzer.says`."""
        return self._analyzer.says(text, way)

    def unknown_words(self, question: str) -> tuple[str, ...]:
        """The words of two or more characters that no record holds."""
        terms = dict.fromkeys(self._analyzer.terms(question))
        return tuple(term[1:] for term in terms if term[0] == "w" and len(term) > 2 and not self.measured.knows(term))

    def situation(self, question: str, case: Case) -> str:
        """The alternate question of a case that is nearest to a question: the case in the words of the one who asks.

        The title where the case has no alternate question that fits a button.
        """
        asked = set(pairs(normalise(question)))

        def nearness(way: tuple[str, frozenset[str]]) -> tuple[float, int]:
            text, own = way
            shared = sum(self.measured.rarity("b" + pair) for pair in asked & own)
            return shared / (1 + len(text)) ** 0.5, -len(text)

        text, _ = max(self._ways(case), key=nearness, default=(case.title, frozenset()))
        return text

    def _ways(self, case: Case) -> list[tuple[str, frozenset[str]]]:
        """The short alternate questions of a case, and their pairs of characters."""
        if case.id not in self._ways_of:
            short = [way for way in case.situations or case.questions if way in case.questions and len(way) <= _SHORT]
            self._ways_of[case.id] = [(way, frozenset(pairs(normalise(way)))) for way in short]
        return self._ways_of[case.id]


class _TradeWords:
    """Which words are the station's own. Apart from the retriever: what it holds must not hold it."""

    def __init__(self, lexicon: Lexicon, measured: Records) -> None:
        self._circumstances = lexicon.circumstances
        self._synonyms = lexicon.synonyms
        self._terms = frozenset(word for word, _ in lexicon.terms)
        self._measured = measured

    def is_circumstance(self, word: str) -> bool:
        """Whether the lexicon says of a word that it names who, where, when or with what."""
        return self._synonyms.get(word) in self._circumstances

    def is_ours(self, word: str) -> bool:
        """Whether a question may be about a word: it is in many records, or a topic of the lexicon that one holds."""
        standard = self._synonyms.get(word, "")
        if standard and standard not in self._circumstances:
            return self._measured.knows("c" + standard)
        return word in self._terms or max(map(self._measured.commonness, ("w" + word, "c" + standard))) >= _COMMON


def _make_analyse(lexicon: Lexicon, cache: Path | None) -> Callable[[str], list[Term]]:
    return Analyzer(lexicon, cache).terms
