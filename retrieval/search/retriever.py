"""Question to hits: cases and clauses ranked together."""

import functools
import itertools
import math
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.editions import Selection, are_kin, likeness, pairs_of
from retrieval.model import Case, CaseKind, Clause, KnowledgeBase, Lexicon, Rule
from retrieval.search.analyzer import Analysis, Analyzer, Weights, pairs
from retrieval.search.hits import NO_HITS, Evidence, Hit, Hits
from retrieval.search.index import InvertedIndex, Postings, best_rows
from retrieval.search.terms import Term, TermCounter, TermTable
from retrieval.text import normalise

_GATE = 0.6
"""A record passes its support on where it scores at least this share of the best of its kind."""
_CASE_TO_CLAUSE = 1.0
_CLAUSE_TO_CASE = 0.2
_DOUBT = 2.0
_LATER_CITE = 0.95
"""A case's second clause gets a twentieth less support than its first, and so on: cases name the main rule first."""
_PREVIOUS = 0.7
"""How much the terms of the question before count in a follow-up."""
_POSITIVE_CASE = 0.6
"""What a positive case gains where the question asks for a good example."""
_SHORT = 40
"""Characters of an alternate question that may stand on a button."""
_LEAST_IDF = 0.3
_LEAST_SIZE = 40

_REWORDED = 0.5
_FITTING_KIN = 0.5
_FITTING = 0.8
"""A clause of the edition that is meant takes the place of another edition's where the two are so much alike; where they are less,
but still akin, and it fits the question half as well; or where it fits the question nearly as well."""
_LOOKED_AT = 8

_GOOD_EXAMPLE = re.compile(
    "(?:正面|优秀|先进|成功|做得好|干得好|值得学|好)的?(?:案例|例子|典型|故事|做法|经验|榜样)|做得好的|学习榜样|表扬"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be searched for.

    Attributes:
        analysis: Of the question, with that of the one before where it leans on it.
        terms: Each once.
        weights: Of the terms, by channel and number of times; shape (terms,).
        good_example: Whether it asks for something that was done well.
    """

    analysis: Analysis
    terms: Sequence[Term]
    weights: NDArray[np.float64]
    good_example: bool


class Retriever:
    """Ranks the records of one knowledge base.

    Cases, and the clauses that editors have tied to a case or given alternate questions, are the core and share one index. Where the
    folder holds other clauses too (whole statutes), these are ranked in a second index over all clauses and set beside the core by the
    core clause that does best there. So loading statutes changes no weight of the core: without this, 1,395 articles of law
    beside the seed cost 3 points of right cases.
    """

    def __init__(
        self,
        knowledge: KnowledgeBase,
        cache: Path | None = None,
        weights: Weights | None = None,
        progress: Callable[[int], None] = lambda _done: None,
        earlier: "Retriever | None" = None,
    ) -> None:
        """Index a knowledge base.

        Args:
            knowledge: Its cases and clauses are the documents.
            cache: A folder that may keep what indexing worked out, for the next time.
            weights: Of the channels of a question.
            progress: Is told how many more records are indexed.
            earlier: One whose index of all clauses is shared where the clauses have the same texts.
        """
        self._knowledge = knowledge
        self._weights = (weights or Weights()).by_channel()
        self._analyzer = Analyzer(knowledge.lexicon, cache)
        recipe = functools.partial(_make_analyse, knowledge.lexicon, cache)
        counter = TermCounter(self._analyzer.terms, self._analyzer.fingerprint, cache, progress, recipe)
        beside = knowledge.cases_by_clause
        core = [row for row, clause in enumerate(knowledge.clauses) if clause.questions or clause.id in beside]
        self._core_rows = np.array(core, dtype=np.intp)
        core_texts = [*map(_case_text, knowledge.cases), *(_clause_text(knowledge.clauses[row]) for row in core)]
        self._core = _padded_index(counter.count(core_texts))
        rest = len(core) < len(knowledge.clauses)
        before = earlier.index_like(self._analyzer.fingerprint) if rest and earlier is not None else None
        self._all_clauses: InvertedIndex | None = None
        if before is not None and earlier is not None and earlier.holds_texts_of(knowledge.clauses):
            self._all_clauses = before
        elif rest:
            texts = map(_clause_text, knowledge.clauses)
            known: Container[str] = before.keys if before is not None else ()
            self._all_clauses = _padded_index(counter.count(texts, known), before if known else None)
        self._case_rows = {case.id: row for row, case in enumerate(knowledge.cases)}
        clause_rows = {clause.id: row for row, clause in enumerate(knowledge.clauses)}
        self._clauses_of = [[clause_rows[clause] for clause in case.clause_ids] for case in knowledge.cases]
        self._cases_of: dict[int, list[tuple[int, float]]] = {}
        for case, clauses in enumerate(self._clauses_of):
            for place, clause in enumerate(clauses):
                self._cases_of.setdefault(clause, []).append((case, _LATER_CITE**place))
        self._wordings = _Wordings(knowledge)
        self._good = np.array([case.kind is CaseKind.POSITIVE for case in knowledge.cases], dtype=np.bool_)
        self._ways_of: dict[str, list[tuple[str, frozenset[str]]]] = {}

    def index_like(self, fingerprint: str) -> InvertedIndex | None:
        """The index of all clauses, where they were analysed in this way."""
        return self._all_clauses if self._analyzer.fingerprint == fingerprint else None

    def holds_texts_of(self, clauses: Sequence[Clause]) -> bool:
        """Whether its clauses are these, text by text, in the same order."""
        mine = self._knowledge.clauses
        return len(mine) == len(clauses) and all(
            one is other or _clause_text(one) == _clause_text(other) for one, other in zip(mine, clauses, strict=True)
        )

    def query(self, question: str, previous: str = "") -> Query:
        """Make a question ready to be searched for.

        Args:
            question: As typed.
            previous: The question before, where this one leans on it; its terms count a little less.
        """
        analysis = self._analyzer.analyse(question)
        counted: dict[Term, float] = {}
        for term in analysis.terms:
            counted[term] = counted.get(term, 0.0) + self._weights[term[0]]
        if previous:
            before = self._analyzer.analyse(previous)
            for term in before.terms:
                counted[term] = counted.get(term, 0.0) + self._weights[term[0]] * _PREVIOUS
            analysis = Analysis(
                analysis.terms + before.terms, {**before.ways, **analysis.ways}, analysis.trade + before.trade
            )
        good = _GOOD_EXAMPLE.search(normalise(question)) is not None
        return Query(analysis, tuple(counted), np.array(list(counted.values())), good)

    def search(self, question: str, limit: int = 5, previous: str = "", selection: Selection | None = None) -> Hits:
        """Rank cases and clauses.

        Args:
            question: As typed.
            limit: How many of each kind at the most.
            previous: The question before, where this one leans on it.
            selection: Which edition is meant of the rules of which several are held; without it all are.
        """
        query = self.query(question, previous)
        count = len(self._knowledge.cases)
        postings = self._core.gather(query.terms)
        scores = postings.scores(query.weights)[: count + self._core_rows.size]
        holding = postings.holding()[: scores.size]
        case_shares, core_shares = _shares(scores[:count]), _shares(scores[count:])
        if query.good_example:
            case_shares = case_shares + _POSITIVE_CASE * self._good

        clause_shares = np.zeros(len(self._knowledge.clauses))
        clause_scores = np.zeros(len(self._knowledge.clauses))
        held_by = np.zeros(len(self._knowledge.clauses), dtype=np.bool_)
        clause_shares[self._core_rows], clause_scores[self._core_rows] = core_shares, scores[count:]
        held_by[self._core_rows] = holding[count:]
        others = (
            self._rank_others(query, clause_shares, clause_scores, held_by) if self._all_clauses is not None else None
        )

        own_shares = clause_shares
        if (
            selection is not None
        ):  # a case that cites the old clause is found by what the new one says, and the other way round
            clause_shares = self._wordings.level(clause_shares)
        cases = self._with_clauses(case_shares, clause_shares)
        # Cases that fit worse than the best clause by itself lift their own clauses that much less.
        trust = (
            min(1.0, float(scores[:count].max(initial=0.0) / scores[count:].max()))
            if scores[count:].max(initial=0.0) > 0
            else 1.0
        )
        clauses = self._with_cases(case_shares * trust**_DOUBT, clause_shares)
        candidates = held_by | (clauses > clause_shares)
        replaced: dict[int, int] = {}
        if selection is not None:
            clauses, candidates, replaced = self._wordings.select(selection, clauses, own_shares, candidates, limit)
        case_order = _best(cases, holding[:count] | (cases > case_shares), limit)
        clause_order = _best(clauses, candidates, limit)
        if not case_order and not clause_order:
            return NO_HITS
        case_hits = tuple(Hit(self._knowledge.cases[row], float(cases[row]), float(scores[row])) for row in case_order)
        clause_hits = tuple(
            Hit(self._knowledge.clauses[row], float(clauses[row]), float(clause_scores[row])) for row in clause_order
        )
        instead = {
            self._knowledge.clauses[row].id: self._knowledge.clauses[replaced[row]]
            for row in clause_order
            if row in replaced
        }
        if others is not None and clause_order and not self._is_core(clause_order[0], replaced):
            held = others.of_document(clause_order[0])
            evidence = self._evidence(query, held, clause_scores, clauses, self._all_clauses or self._core)
            return Hits(
                case_hits,
                clause_hits,
                evidence,
                self._matched(query, held),
                self._foreign(query, held),
                from_core=False,
                replaced=instead,
            )
        best = self._best_core(case_order, scores)
        held = postings.of_document(best)
        evidence = self._evidence(
            query, held, scores[:count] if count else scores, cases if count else clauses, self._core
        )
        return Hits(
            case_hits, clause_hits, evidence, self._matched(query, held), self._foreign(query, held), replaced=instead
        )

    def _rank_others(
        self,
        query: Query,
        shares: NDArray[np.float64],
        scores: NDArray[np.float64],
        holding: NDArray[np.bool_],
    ) -> Postings:
        """Set the clauses outside the core beside those in it; the three arrays are filled in."""
        assert self._all_clauses is not None  # noqa: S101 - the caller has looked
        postings = self._all_clauses.gather(query.terms)
        found = postings.scores(query.weights)[: len(shares)]
        scale = 0.0
        if self._core_rows.size:
            anchor = int(self._core_rows[int(found[self._core_rows].argmax())])
            scale = float(shares[anchor] / found[anchor]) if found[anchor] > 0 else 0.0
        if scale <= 0:
            best = found.max(initial=0.0)
            scale = 1.0 / float(best) if best > 0 else 1.0
        core_shares, core_scores = shares[self._core_rows], scores[self._core_rows]
        np.multiply(found, scale, out=shares)
        scores[:] = found
        shares[self._core_rows], scores[self._core_rows] = core_shares, core_scores
        holding |= postings.holding()[: len(shares)]
        return postings

    def _is_core(self, row: int, replaced: Mapping[int, int]) -> bool:
        """Whether a clause, or the one whose place it took, is in the core."""
        return bool(np.isin((row, replaced.get(row, row)), self._core_rows).any())

    @staticmethod
    def _best_core(case_order: Sequence[int], scores: NDArray[np.float64]) -> int:
        """The record by which the fit is judged: the best case, unless a clause scores more than twice as much."""
        top = int(scores.argmax())
        return case_order[0] if case_order and scores[case_order[0]] * 2 >= scores[top] else top

    def score_cases(self, question: str, cases: Sequence[Case]) -> list[tuple[Case, float]]:
        """The given cases and their own BM25 scores, best first; equals keep their order."""
        query = self.query(question)
        scores = self._core.gather(query.terms).scores(query.weights)
        scored = [(case, float(scores[self._case_rows[case.id]])) for case in cases]
        return sorted(scored, key=lambda pair: -pair[1])

    def says(self, text: str, way: str) -> bool:
        """Whether a normalised text says something in words of its own; see `Analyzer.says`."""
        return self._analyzer.says(text, way)

    def unknown_words(self, question: str) -> tuple[str, ...]:
        """The words of two or more characters that no record of the core holds."""
        terms = dict.fromkeys(self._analyzer.terms(question))
        return tuple(term[1:] for term in terms if term[0] == "w" and len(term) > 2 and term not in self._core)

    def situation(self, question: str, case: Case) -> str:
        """The alternate question of a case that is nearest to a question: the case in the words of the one who asks.

        The title where the case has no alternate question that fits a button.
        """
        asked = set(pairs(normalise(question)))

        def nearness(way: tuple[str, frozenset[str]]) -> tuple[float, int]:
            text, own = way
            shared = sum(self._core.idf.get("b" + pair, 0.0) for pair in asked & own)
            return shared / (1 + len(text)) ** 0.5, -len(text)

        text, _ = max(self._ways(case), key=nearness, default=(case.title, frozenset()))
        return text

    def _ways(self, case: Case) -> list[tuple[str, frozenset[str]]]:
        """The short alternate questions of a case, and their pairs of characters."""
        if case.id not in self._ways_of:
            short = [way for way in case.questions if len(way) <= _SHORT]
            self._ways_of[case.id] = [(way, frozenset(pairs(normalise(way)))) for way in short]
        return self._ways_of[case.id]

    def _with_clauses(self, cases: NDArray[np.float64], clauses: NDArray[np.float64]) -> NDArray[np.float64]:
        supported = cases.copy()
        for row in self._cases_of:
            if clauses[row] >= _GATE:
                for case, share in self._cases_of[row]:
                    supported[case] = max(
                        supported[case], cases[case] + _CLAUSE_TO_CASE * share * min(clauses[row], 1.0)
                    )
        return supported

    def _with_cases(self, cases: NDArray[np.float64], clauses: NDArray[np.float64]) -> NDArray[np.float64]:
        supported = clauses.copy()
        for row in np.flatnonzero(cases >= _GATE).tolist():
            for place, clause in enumerate(self._clauses_of[row]):
                support = _CASE_TO_CLAUSE * _LATER_CITE**place * cases[row]
                supported[clause] = max(supported[clause], clauses[clause] + support)
        return supported

    def _evidence(
        self,
        query: Query,
        held: Mapping[int, float],
        scores: NDArray[np.float64],
        ranked: NDArray[np.float64],
        index: InvertedIndex,
    ) -> Evidence:
        """How well the best record fits.

        Args:
            query: What was asked.
            held: The places of the query's terms that the best record holds.
            scores: BM25 of the records of the best one's kind.
            ranked: What these records were ranked by.
            index: The one that the best record is in.
        """
        coverage, known = _held(query.terms, "b", held, index)
        sound_coverage, _ = _held(query.terms, "p", held, index)
        concept_coverage, _ = _held(query.terms, "c", held, index)
        _, known_words = _held(query.terms, "w", held, index)
        characters = sum(term[0] == "u" for term in query.analysis.terms)
        top = np.sort(np.partition(ranked, -2)[-2:])[::-1] if ranked.size > 1 else ranked
        deviation = float(scores.std())
        return Evidence(
            coverage=coverage,
            sound_coverage=sound_coverage,
            concept_coverage=concept_coverage,
            known=known,
            known_words=known_words,
            foreign=math.log1p(len(self._foreign(query, held))),
            strength=math.log1p(max(float(scores.max()), 0.0)),
            lead=float((top[0] - top[1]) / top[0]) if top.size > 1 and top[0] > 0 else 0.0,
            standout=float((scores.max() - scores.mean()) / deviation) if deviation > 0 else 0.0,
            trade=math.log1p(query.analysis.trade),
            trade_share=min(sum(map(len, query.analysis.ways)) / characters, 1.0) if characters else 0.0,
            length=math.log1p(characters),
        )

    def _foreign(self, query: Query, held: Mapping[int, float]) -> tuple[str, ...]:
        """The concepts that the question names and no record holds.

        A way of saying one whose every pair of syllables the best record holds is taken for a slip of the input method: 打车收费 is
        meant as 搭车收费, not as a ride in a taxi.
        """
        heard = {query.terms[place] for place in held if query.terms[place][0] == "p"}
        ways = {standard: way for way, standard in query.analysis.ways.items()}
        foreign = []
        for term in query.terms:
            if term[0] != "c" or term in self._core or (self._all_clauses is not None and term in self._all_clauses):
                continue
            sounds = self._analyzer.sounds(ways.get(term[1:], term[1:]))
            if not sounds or not heard.issuperset(sounds):
                foreign.append(term[1:])
        return tuple(foreign)

    def _matched(self, query: Query, held: Mapping[int, float]) -> tuple[str, ...]:
        ways = {standard: way for way, standard in query.analysis.ways.items()}
        carried: dict[str, float] = {}
        for place, contribution in held.items():
            term = query.terms[place]
            if term[0] in "up" or contribution <= 0:
                continue
            written = term[1:]
            if term[0] == "c":
                way = ways.get(written, written)
                written = written if way == written else f"{way}→{written}"
            carried[written] = max(carried.get(written, 0.0), contribution * float(query.weights[place]))
        words: list[str] = []
        for written, _ in sorted(carried.items(), key=lambda pair: (-pair[1], pair[0])):
            if not any(written in word for word in words):
                words.append(written)
        return tuple(words[:8])


class _Wordings:
    """The clauses of several editions of one rule: which took the place of which."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        rows: dict[str, list[int]] = {}
        books: dict[str, dict[str, Rule]] = {}
        for row, clause in enumerate(knowledge.clauses):
            rows.setdefault(clause.rule.id, []).append(row)
        for rule in knowledge.rules:
            books.setdefault(rule.book, {})[rule.id] = rule
        self._clauses = knowledge.clauses
        several = {book: rules for book, rules in books.items() if len(rules) > 1}
        self._rules = [rule for rules in several.values() for rule in rules.values()]
        self._rows = {rule.id: np.array(rows.get(rule.id, ()), dtype=np.intp) for rule in self._rules}
        self._rule_of = {row: rule for rule in self._rules for row in rows.get(rule.id, ())}
        self._pairs: dict[str, list[frozenset[str]]] = {}
        self._alike: dict[tuple[int, str], tuple[int, float]] = {}
        row_of = {knowledge.clauses[row].id: row for row in self._rule_of}
        self._kin: dict[int, list[int]] = {}
        """For a clause its places in all later and all earlier editions, as noted."""
        for row in self._rule_of:
            for later in _later(knowledge.clauses[row], knowledge):
                self._kin.setdefault(row, []).append(row_of[later])
                self._kin.setdefault(row_of[later], []).append(row)

    def level(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give each clause the best share of those whose place it took, or that took its."""
        levelled = shares.copy()
        for row, others in self._kin.items():
            levelled[row] = max(shares[row], *(shares[other] for other in others))
        return levelled

    def select(
        self,
        selection: Selection,
        scores: NDArray[np.float64],
        shares: NDArray[np.float64],
        candidates: NDArray[np.bool_],
        limit: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_], dict[int, int]]:
        """Put clauses of the editions that are meant in the places of those of other editions.

        Args:
            selection: Which are meant.
            scores: What clauses are ranked by; shape (clauses,).
            shares: How well each fits the question by itself; shape (clauses,).
            candidates: Which clauses are in question; shape (clauses,).
            limit: How many of them will be shown.

        Returns:
            Scores and candidates anew, and for each clause that was put in a place the clause whose place it was.
        """
        passed_over = selection.passed_over(self._rules)
        scores, candidates = scores.copy(), candidates.copy()
        settled: set[int] = set()
        replaced: dict[int, int] = {}
        while True:
            changed = False
            meant: set[str] = set()
            for row in _best(scores, candidates, limit):
                rule = self._rule_of.get(row)
                if rule is None:
                    continue
                if rule.id not in passed_over:
                    meant.add(rule.book)
                    continue
                successors: list[int] = []
                if row not in settled:
                    settled.add(row)
                    successors = [
                        other for other in self._kin.get(row, ()) if self._rule_of[other].id not in passed_over
                    ]
                    successors = successors or self._fitting(row, passed_over, shares)
                    changed = True
                for place, other in enumerate(sorted(successors, key=lambda other: -shares[other])):
                    replaced.setdefault(other, row)
                    scores[other] = max(scores[other], scores[row] * _LATER_CITE**place)
                    candidates[other] = True
                # The edition that is meant has said something that fits better.
                if successors or rule.book in meant:
                    scores[row], candidates[row] = 0.0, False
                    changed = True
            if not changed:
                return scores, candidates, replaced

    def _fitting(self, row: int, passed_over: frozenset[str], shares: NDArray[np.float64]) -> list[int]:
        """The clause that fits in place of one whose place nobody has noted.

        Where the edition that is meant says nothing fitting it is none: the other edition's is then shown, marked as what it is.
        """
        rule = self._rule_of[row]
        (meant,) = (other for other in self._rules if other.book == rule.book and other.id not in passed_over)
        rows = self._rows[meant.id]
        if not rows.size:
            return []
        alike, much = self._most_alike(row, meant.id)
        if much >= _REWORDED:
            return [alike]
        best = [int(rows[place]) for place in best_rows(shares[rows], _LOOKED_AT)]
        fitting = [other for other in best if shares[other] > 0 and shares[other] >= _FITTING_KIN * shares[row]]
        kin = [other for other in fitting if are_kin(self._clauses[row], self._clauses[other])]
        return kin[:1] or [other for other in fitting[:1] if shares[other] >= _FITTING * shares[row]]

    def _most_alike(self, row: int, edition: str) -> tuple[int, float]:
        """The clause of another edition whose words are most like a clause's, and how much; worked out once."""
        if (row, edition) not in self._alike:
            if edition not in self._pairs:
                self._pairs[edition] = [pairs_of(self._clauses[other]) for other in self._rows[edition]]
            own = pairs_of(self._clauses[row])
            much = [likeness(own, other) for other in self._pairs[edition]]
            place = int(np.argmax(much))
            self._alike[row, edition] = int(self._rows[edition][place]), much[place]
        return self._alike[row, edition]


def _later(clause: Clause, knowledge: KnowledgeBase) -> list[str]:
    """The ids of the clauses that a clause has become, in all later editions."""
    found: dict[str, None] = {}
    waiting = list(clause.becomes)
    while waiting:
        later = waiting.pop(0)
        if later not in found and later in knowledge.clause_by_id:
            found[later] = None
            waiting += knowledge.clause_by_id[later].becomes
    return list(found)


def _make_analyse(lexicon: Lexicon, cache: Path | None) -> Callable[[str], list[Term]]:
    return Analyzer(lexicon, cache).terms


def _padded_index(tables: Iterator[TermTable], earlier: InvertedIndex | None = None) -> InvertedIndex:
    """An index of at least `_LEAST_SIZE` documents, the last of which may be ones that no question finds.

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


def _case_text(case: Case) -> str:
    sections = (section.text for section in case.sections)
    return "\n".join((case.title, case.takeaway, case.category, *sections, *case.questions))


def _clause_text(clause: Clause) -> str:
    return "\n".join((clause.rule.title, clause.label, clause.heading, clause.text, *clause.questions))


def _held(terms: Sequence[Term], channel: str, held: Mapping[int, float], index: InvertedIndex) -> tuple[float, float]:
    """The share of a channel's weight that the record holds, and that any record does; rare terms weigh more."""
    total = own = known = 0.0
    for place, term in enumerate(terms):
        if term[0] != channel:
            continue
        idf = index.idf.get(term)
        weight = index.rarest if idf is None else max(idf, _LEAST_IDF)
        total += weight
        if idf is not None:
            known += weight
        if place in held:
            own += weight
    return (own / total, known / total) if total else (0.0, 0.0)


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores as shares of the best one; as they are where none is above 0."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores.copy()


def _best(scores: NDArray[np.float64], candidates: NDArray[np.bool_], limit: int) -> list[int]:
    """The rows of the best candidates; equals in the order of the rows."""
    rows = best_rows(np.where(candidates, scores, -np.inf), limit)
    return [int(row) for row in rows if candidates[row]]
