"""The answer that shows one record, with what was found beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from retrieval.answering.acts import Act
from retrieval.answering.answer import LIMIT, Answer, Answerer, Tier
from retrieval.answering.turns import Exchange, Taken, Turn
from retrieval.model import Case
from retrieval.search.hits import Hit


class Shower:
    """Shows records of an earlier answer."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._knowledge = answerer.knowledge

    def show(self, message: str, last: Exchange, identifier: str, act: Act | None, today: date) -> Taken:
        """The answer of an act: the record that it is about first."""
        case = self._knowledge.case_by_id.get(identifier)
        others = tuple(
            self._knowledge.case_by_id[one]
            for one in last.cases
            if one != identifier and one in self._knowledge.case_by_id
        )
        cases = (case, *others) if case is not None else others
        answer = self.answer_of(message, today, last, cases)
        clause = self._knowledge.clause_by_id.get(identifier)
        if clause is not None:
            hits = tuple(hit for hit in answer.clauses if hit.record is not clause)
            answer = replace(answer, clauses=(Hit(clause, 1.0, 0.0), *hits)[:LIMIT], by_clause=True)
        answer = replace(answer, tier=Tier.DIRECT if act in (Act.PICK, None) else Tier.CHOOSE)
        exchange = replace(last, shown=identifier, offered=() if act in (Act.PICK, Act.NEXT, None) else last.offered)
        return Taken(Turn(answer, act), exchange)

    def answer_of(self, message: str, today: date, last: Exchange, cases: Sequence[Case]) -> Answer:
        """What was found of the last topic, with other cases; clauses that belong to the first case come first."""
        clauses = [self._knowledge.clause_by_id[one] for one in last.clauses if one in self._knowledge.clause_by_id]
        if cases:
            own = [self._knowledge.clause_by_id[one] for one in cases[0].clause_ids]
            clauses = (
                [one for one in clauses if one in own]
                + [one for one in own if one not in clauses]
                + [one for one in clauses if one not in own]
            )
        return Answer(
            message,
            today,
            Tier.CHOOSE,
            tuple(Hit(one, 1.0, 0.0) for one in clauses[:LIMIT]),
            tuple(Hit(one, 1.0, 0.0) for one in cases[:LIMIT]),
            topic=last.topic,
            otherwise=(),
        )
