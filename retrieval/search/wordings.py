"""Several editions of one rule: which clause of which edition is shown."""

import numpy as np
from numpy.typing import NDArray

from retrieval.editions import Selection, are_kin, likeness, pairs_of
from retrieval.model import Clause, KnowledgeBase, Rule
from retrieval.search.index import best_rows

LATER_CITE = 0.95
"""A case's second clause gets a twentieth less support than its first, and so on: cases name the main rule first."""

_REWORDED = 0.5
_FITTING_KIN = 0.5
_FITTING = 0.8
"""A clause of the edition that is meant takes the place of another edition's where the two are so much alike; where they are less,
but still akin, and it fits the question half as well; or where it fits the question nearly as well."""
_LOOKED_AT = 8


def best_of(scores: NDArray[np.float64], candidates: NDArray[np.bool_], limit: int) -> list[int]:
    """The rows of the best candidates; equals in the order of the rows."""
    rows = best_rows(np.where(candidates, scores, -np.inf), limit)
    return [int(row) for row in rows if candidates[row]]


class Wordings:
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
            for row in best_of(scores, candidates, limit):
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
                    scores[other] = max(scores[other], scores[row] * LATER_CITE**place)
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
