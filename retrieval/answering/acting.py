"""Does what people ask of the last answer: its source, more of it, the next one, another one."""

from dataclasses import replace
from datetime import date

from retrieval.answering.acts import (
    BACK,
    NUMBERED,
    OF_A_CLAUSE,
    ON_ONE,
    ORDINALS,
    PICK,
    PICK_BY_WORDS,
    Act,
    act_hinted,
    act_of,
)
from retrieval.answering.answer import Answer, Answerer, Tier
from retrieval.answering.numbered import Numbered
from retrieval.answering.shown import Shower
from retrieval.answering.turns import Conversation, Exchange, Taken, Turn, lead_of, nothing
from retrieval.model import Case, Clause
from retrieval.text import normalise


class Actor:
    """Does acts."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._knowledge = answerer.knowledge
        self._shower = Shower(answerer)
        self._numbered = Numbered(answerer)

    def in_other_words(self, message: str, text: str, alone: Answer, before: Conversation, today: date) -> Taken | None:
        """Do what is asked in words of one's own: 往细里说, 书上咋印的就咋给我搬来; None where the message has a topic."""
        act = act_hinted(text) if before.exchanges and not before.advice else None
        if act is None or alone.tier is Tier.DIRECT or alone.sure >= _NO_TOPIC or alone.advice or alone.foreign:
            return None
        return self.do(message, text, act, before, today)

    def do(self, message: str, text: str, act: Act, before: Conversation, today: date) -> Taken:
        """Do an act on the last answer, or on an earlier one that is named."""
        last = before.exchanges[-1]
        if BACK.search(text):
            last = meant_before(text, before) or last
        if act is Act.COMPLAINT:
            return self._complain(message, last, today)
        if act is Act.NEXT:
            # After a choice the one that led it counts as seen.
            after = last.cases[last.cases.index(last.shown) + 1 :] if last.shown in last.cases else last.cases[1:]
            if after:
                return self._shower.show(message, last, after[0], act, today)
            if len(last.clauses) > 1 and not last.cases:
                return self._shower.show(message, last, last.clauses[1], act, today)
            return Taken(Turn(nothing(message, today), act))
        return self._shower.show(message, last, last.shown or next(iter((*last.cases, *last.clauses)), ""), act, today)

    def on_clause(self, message: str, text: str, act: Act, before: Conversation, today: date) -> Taken | None:
        """Do what is asked of a clause that is named by its number: 第二款再发一遍; None where none is, or is not held."""
        named = NUMBERED.search(text) if act in OF_A_CLAUSE else None
        clause = self._numbered.ask(named[0], normalise(named[0]), before, today) if named is not None else None
        if clause is None or clause.exchange is None:
            return clause
        return self._shower.show(message, clause.exchange, clause.exchange.shown, act, today)

    def on_one(self, message: str, text: str, before: Conversation, today: date) -> Taken | None:
        """Do what is asked of one among several: 第一个再说清楚点; of an earlier question: 第一个问题再发我一遍."""
        found = ON_ONE.fullmatch(text)
        act = act_of(found[3]) if found is not None else None
        if found is None or act in (None, Act.COMPLAINT) or not before.exchanges:
            return None
        place, last = place_of(found[1]), before.exchanges[-1]
        if found[2] == "问题" and not last.listed:
            if place > len(before.exchanges):
                return None
            last = before.exchanges[place - 1]
            return self._shower.show(
                message, last, last.shown or next(iter((*last.cases, *last.clauses)), ""), act, today
            )
        identifier = last.at_place(place)
        return self._shower.show(message, last, identifier, act, today) if identifier else None

    def _complain(self, message: str, last: Exchange, today: date) -> Taken:
        """Offer what came next; of an answer that was a choice already, what was not offered."""
        shown = {*last.offered, *last.listed} or {last.shown}
        cases = tuple(
            self._knowledge.case_by_id[one]
            for one in last.cases
            if one not in shown and one in self._knowledge.case_by_id
        )
        choices: tuple[Case | Clause, ...] = cases[:3]
        answer = self._shower.answer_of(message, today, last, cases)
        answer = replace(
            answer,
            tier=Tier.CHOOSE,
            choices=choices,
            situations=tuple(self._answerer.retriever.situation(last.topic, one) for one in cases[:3]),
        )
        exchange = replace(
            last, cases=tuple(one.id for one in cases), offered=tuple(one.id for one in choices), shown=""
        )
        return Taken(Turn(answer, Act.COMPLAINT), exchange if cases else None)

    def picked(self, text: str, last: Exchange, today: date) -> str:
        """The id of the record that a message picks among those that were offered; empty where it picks none."""
        found = PICK.fullmatch(text)
        if found is not None:
            return last.at_place(place_of(found[1]))
        if PICK_BY_WORDS.fullmatch(text) is None:
            return ""
        alone = self._answerer.answer(text, today=today)
        if alone.tier is not Tier.NONE and lead_of(alone) not in last.offered:
            return ""  # 我说的是 what was not offered
        cases = [self._knowledge.case_by_id[one] for one in last.offered if one in self._knowledge.case_by_id]
        scored = self._answerer.retriever.score_cases(text, cases)
        return scored[0][0].id if scored and scored[0][1] > 0 else ""


def meant_before(text: str, before: Conversation) -> Exchange | None:
    """The earlier topic that a message comes back to: the one with which it shares most, else the one before the last."""
    shares = [
        len(
            {text[at : at + 2] for at in range(len(text) - 1)}
            & {one.topic[at : at + 2] for at in range(len(one.topic) - 1)}
        )
        for one in before.exchanges
    ]
    if not shares:
        return None
    best = max(range(len(shares)), key=lambda place: (shares[place], -place))
    return before.exchanges[best]


_NO_TOPIC = 0.45
"""Below this `Answer.sure` a message that asks for an act in words of its own has no topic (looked at on four dialogue sets and four of
single questions)."""


def place_of(written: str) -> int:
    """The place that a numeral names, from 1."""
    return ORDINALS.get(written) or int(written)
