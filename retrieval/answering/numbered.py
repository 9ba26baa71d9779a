"""Clauses and cases that are asked for by their numbers, in the light of what was said before."""

from dataclasses import replace
from datetime import date

from retrieval.answering.acts import CASE_NUMBER, CASE_SOURCE, NUMBER
from retrieval.answering.answer import Answerer
from retrieval.answering.shown import Shower
from retrieval.answering.turns import Conversation, Exchange, Taken, Turn, exchange_of, nothing
from retrieval.numerals import parse_numeral
from retrieval.text import normalise


class Numbered:
    """Answers questions for a number."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._knowledge = answerer.knowledge
        self._shower = Shower(answerer)

    def ask(self, message: str, text: str, before: Conversation, today: date) -> Taken | None:
        """Answer a question for a clause by its number; of the rule book that was named last where it names none."""
        if NUMBER.search(text) is None:
            return None
        answer = self._answerer.answer(message, today=today)
        topic = message
        if before.book and not any(lookup.rules for lookup in answer.lookups):
            leaning = self._answerer.answer(message, today=today, previous=before.book, leaning=True)
            if leaning.lookups:
                answer, topic = leaning, f"{before.book} {message}"[-_LONGEST_TOPIC:]
        if not answer.lookups:
            return None
        return Taken(Turn(answer), exchange_of(topic, answer, by_number=True) if answer.clauses else None, book=topic)

    def ask_case(self, message: str, text: str, before: Conversation, today: date) -> Taken | None:
        """Show a case that is asked for by its number in the book that it comes from: 农村案例之五, and after it 之七呢."""
        last = before.exchanges[-1] if before.exchanges else None
        found = CASE_NUMBER.fullmatch(text)
        if found is None or not (found["named"] or (last is not None and last.series)):
            return None
        number = parse_numeral(found["number"])
        held = [
            (case, place) for case in self._knowledge.cases if (place := CASE_SOURCE.fullmatch(normalise(case.source)))
        ]
        held = [(case, place) for case, place in held if parse_numeral(place["number"]) == number]
        if found["book"]:
            held = [(case, place) for case, place in held if found["book"] in place["book"]]
        elif last is not None and last.series:
            held = [(case, place) for case, place in held if place["book"] == last.series]
        if not held:
            return Taken(Turn(nothing(message, today)))
        cases = tuple(case for case, _ in held)
        begun = Exchange(message, tuple(case.id for case in cases), cases[0].clause_ids, series=held[0][1]["book"])
        if len(cases) == 1:
            return self._shower.show(message, begun, cases[0].id, None, today)
        answer = replace(self._shower.answer_of(message, today, begun, cases), choices=cases[:_OFFERED])
        return Taken(Turn(answer), replace(begun, offered=begun.cases[:_OFFERED]))


_LONGEST_TOPIC = 200
_OFFERED = 3
