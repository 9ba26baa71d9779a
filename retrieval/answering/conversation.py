"""One person's chat: a message in the light of what was said before.

A message is an act on the last answer (原文, 下一个, 不对), a pick among the choices that were offered, a few friendly words, or a
question. A question is read alone and together with a topic that was talked of; which reading counts is decided by what each finds.
"""

from dataclasses import replace
from datetime import date

from retrieval.answering.acting import Actor, meant_before
from retrieval.answering.acts import (
    ABOUT,
    ASKS,
    BACK,
    CORRECTION,
    LONGEST_ACT,
    MARKED,
    OPENER,
    RELIEF,
    THANKS,
    WORSE,
    Act,
    act_of,
    act_of_words,
)
from retrieval.answering.answer import LIMIT, Answer, Answerer, Tier, is_courtesy
from retrieval.answering.emergencies import find_advices
from retrieval.answering.numbered import Numbered
from retrieval.answering.several import take_apart
from retrieval.answering.shown import Shower
from retrieval.answering.turns import Conversation, Exchange, Taken, Turn, exchange_of, join_topics, lead_of, nothing
from retrieval.model import Case
from retrieval.text import normalise


class Talker:
    """Answers messages of conversations."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer
        self._knowledge = answerer.knowledge
        self._shower = Shower(answerer)
        self._numbered = Numbered(answerer)
        self._actor = Actor(answerer)

    def take(self, message: str, before: Conversation, *, today: date) -> tuple[Turn, Conversation]:
        """Answer a message.

        Args:
            message: As typed.
            before: What was said before; `NOTHING_SAID` for nothing.
            today: The day for which it is asked.

        Returns:
            The answer, and what is to be remembered.
        """
        text = normalise(message)
        taken = self._take(message, text, before, today)
        turn, exchange, begun = taken.turn, taken.exchange, taken.begun
        advice = find_advices(self._knowledge.emergencies, text, normalise(before.said))
        if not advice and before.advice and self._goes_on(text, turn):
            advice = before.advice
        if advice and turn.act in (None, Act.LISTEN, Act.COMPLAINT):
            answer = self._answerer.answer(message, today=today)
            turn = Turn(replace(answer, advice=advice, tier=Tier.CHOOSE if answer.tier is Tier.DIRECT else answer.tier))
            exchange, begun = None, ""
        elif turn.answer.advice:
            exchange = None
        exchanges = join_topics(before.exchanges, (*taken.beside, *([exchange] if exchange is not None else [])))
        said = f"{before.said} {message}"[-200:] if turn.answer.advice and before.advice else message
        return turn, Conversation(exchanges, said, begun, turn.answer.advice, taken.book or before.book)

    def _take(self, message: str, text: str, before: Conversation, today: date) -> Taken:
        last = before.exchanges[-1] if before.exchanges else None
        friendly = self._friendly(message, text, before, today)
        if friendly is not None:
            return Taken(friendly, begun="" if before.advice else before.begun)
        picked = self._actor.picked(text, last, today) if last is not None else ""
        if last is not None and picked:
            return self._shower.show(message, last, picked, Act.PICK, today)
        act = act_of(text) or (act_of_words(text) if last is not None else None)
        done = self._actor.on_one(message, text, before, today)
        if done is None and act is not None and last is not None:
            done = self._actor.on_clause(message, text, act, before, today) or self._actor.do(
                message, text, act, before, today
            )
        if done is not None:
            return done
        if (act is not None and last is None) or (OPENER.fullmatch(text) and len(text) <= _LONGEST_FOLLOW_UP):
            return Taken(Turn(nothing(message, today), Act.LISTEN), begun=before.begun)
        return self._ask(message, text, before, today)

    def _friendly(self, message: str, text: str, before: Conversation, today: date) -> Turn | None:
        """What is no question and no act: about the bot, a friendly word, relief after an alarm."""
        if ABOUT.fullmatch(text) and len(text) <= LONGEST_ACT:
            return Turn(nothing(message, today), Act.ABOUT)
        relieved = (
            before.advice
            and len(text) <= _LONGEST_RELIEF
            and RELIEF.fullmatch(text)
            and not WORSE.search(text)
            and not ASKS.search(text)
            and not find_advices(self._knowledge.emergencies, text, "")
        )
        if relieved:
            return Turn(nothing(message, today), Act.RELIEF)
        if is_courtesy(text) or self._only_thanks(message, text, today):
            return Turn(replace(nothing(message, today), courtesy=True), Act.COURTESY)
        return None

    def _only_thanks(self, message: str, text: str, today: date) -> bool:
        """Whether a message with a friendly word asks nothing and, by itself, is about nothing that is held."""
        if len(text) > _LONGEST_THANKS or THANKS.search(text) is None or ASKS.search(text) is not None:
            return False
        alone = self._answerer.answer(message, today=today)
        return alone.tier is Tier.NONE and not alone.advice

    @staticmethod
    def _goes_on(text: str, turn: Turn) -> bool:
        """Whether what follows an alarm still tells of it: nothing that is a question with an answer, nor a friendly word."""
        if turn.act is Act.LISTEN or (turn.act is None and turn.answer.tier is Tier.NONE and not turn.answer.courtesy):
            return True
        return (
            turn.act is None and turn.answer.tier is Tier.CHOOSE and not turn.answer.follows and not ASKS.search(text)
        )

    # ---- questions

    def _ask(self, message: str, text: str, before: Conversation, today: date) -> Taken:
        done = (
            self._numbered.ask_case(message, text, before, today)
            or self._numbered.ask(message, text, before, today)
            or self._ask_several(message, today)
        )
        if done is not None:
            return done
        alone = self._answerer.answer(message, today=today)
        done = self._actor.in_other_words(message, text, alone, before, today) or self._read_together(
            message, text, alone, before, today
        )
        if done is not None:
            return done
        if alone.tier is not Tier.NONE:
            return Taken(Turn(alone), exchange_of(message, alone), message if alone.tier is Tier.CHOOSE else "")
        if self._answerer.names_nothing(message):
            return Taken(Turn(alone, Act.LISTEN), begun=before.begun)
        told = "" if alone.foreign else f"{before.begun} {message}".strip()[-_LONGEST_TOPIC:]
        # The beginning of a story is listened to; it is refused only where it asks.
        is_told = bool(told) and not ASKS.search(text) and len(text) <= _LONGEST_FOLLOW_UP
        return Taken(Turn(alone, Act.LISTEN if is_told else None), begun=told)

    def _ask_several(self, message: str, today: date) -> Taken | None:
        """Answer the first two of several questions; None where it is one."""
        questions, apart = take_apart(message)
        if len(questions) < 2:
            return None
        parts: list[Answer] = []
        tried = 0
        for question in questions[:_TRIED]:
            answer = self._answerer.answer(question, today=today)
            if not parts or self._is_another(answer, parts[-1], apart, today):
                parts.append(answer)
            tried += 1
            if len(parts) == _ANSWERED:
                break
        sure = sum(one.tier is Tier.DIRECT for one in parts)
        held = [one for one in parts if one.tier is not Tier.NONE]
        if len(parts) < _ANSWERED or not held or (not apart and sure < len(parts)):
            return None
        cases = [one.cases[place] for place in range(LIMIT) for one in held if place < len(one.cases)]
        clauses = [one.clauses[place] for place in range(LIMIT) for one in held if place < len(one.clauses)]
        answer = Answer(
            message,
            today,
            Tier.DIRECT if sure == len(parts) else Tier.CHOOSE,
            tuple({hit.record.id: hit for hit in clauses}.values())[:LIMIT],
            tuple({hit.record.id: hit for hit in cases}.values())[:LIMIT],
            topic=message,
            fits=min(one.fits for one in parts),
            sure=min(one.sure for one in parts),
        )
        # The first question is what 原文 is asked of; the second can be named by its place or its words.
        first, *beside = [exchange_of(one.question, one) for one in held]
        exchange = replace(first, listed=tuple(map(lead_of, held)))
        return Taken(Turn(answer, None, tuple(parts), len(questions) - tried), exchange, beside=tuple(beside))

    def _is_another(self, answer: Answer, before: Answer, apart: bool, today: date) -> bool:
        """Whether a question is about something else than the one before it in the same message.

        Args:
            answer: To the question by itself.
            before: To the one before.
            apart: Whether the writer has set them apart.
            today: The day for which it is asked.
        """
        if answer.tier is Tier.NONE:
            return bool(answer.foreign)
        if lead_of(answer) == lead_of(before) or (
            answer.cases and lead_of(before) in answer.cases[0].record.clause_ids
        ):
            return False
        text = normalise(answer.question)
        if answer.tier is Tier.DIRECT or (apart and answer.fits >= _HELD_APART and MARKED.search(text) is None):
            return True
        joint = self._answerer.answer(answer.question, today=today, previous=before.question, leaning=True)
        return lead_of(joint) != lead_of(before)

    def _read_together(self, message: str, text: str, alone: Answer, before: Conversation, today: date) -> Taken | None:
        """Read a message together with what was said before; None where it is meant alone."""
        last = before.exchanges[-1] if before.exchanges else None
        back = meant_before(text, before) if BACK.search(text) else self._named_before(message, text, before)
        context = back.topic if back else before.begun or (last.topic if last else "")
        if not context or alone.advice or (before.advice and back is None):
            return None  # between an alarm and its end nothing goes on with what was asked before it
        joint = self._answerer.answer(message, today=today, previous=context, leaning=True)
        if not joint.cases and not joint.clauses:
            return None
        begun = bool(before.begun) and back is None
        if back is not None or CORRECTION.fullmatch(text):
            leans = alone.tier is not Tier.DIRECT or lead_of(alone) != lead_of(joint)
        elif begun:
            leans = alone.tier is not Tier.DIRECT and joint.fits >= alone.fits and alone.sure < _OWN_IF_MARKED
            if alone.tier is Tier.NONE:  # words that mean nothing here may be of something else: 讲个笑话
                told = self._answerer.answer(context, today=today).fits
                leans = leans and joint.fits >= max(_LEAST_TOGETHER, _LEFT_OF_TOPIC * told)
        else:
            leans = last is not None and _leans(text, alone, joint, last)
        if not leans:
            return None
        joint = replace(joint, follows=not begun)
        if back is None and not begun and joint.tier is Tier.DIRECT and _may_be_its_own(text, alone, joint):
            joint = self._as_choice(message, alone, joint)
        return Taken(Turn(joint), exchange_of(f"{context} {message}"[-_LONGEST_TOPIC:], joint))

    def _as_choice(self, message: str, alone: Answer, joint: Answer) -> Answer:
        """Both readings of a message, to choose from: that with the last topic, and what the message may mean by itself."""
        first = next(iter(joint.choices), None)
        others = [one for one in (*alone.choices[:2], *joint.choices[1:]) if one is not first]
        choices = (*([first] if first is not None else []), *dict.fromkeys(others))[:_OFFERED]
        cases = [one for one in choices if isinstance(one, Case)]
        situations = tuple(self._answerer.retriever.situation(message, one) for one in cases[:3])
        hits = {hit.record.id: hit for hit in (*joint.cases, *alone.cases)}
        ordered = [hits[one.id] for one in cases] + [hit for hit in joint.cases if hit.record not in cases]
        return replace(joint, tier=Tier.CHOOSE, cases=tuple(ordered)[:LIMIT], choices=choices, situations=situations)

    def _named_before(self, message: str, text: str, before: Conversation) -> Exchange | None:
        """The earlier topic of which a follow-up names a word, where the last one has none of its words: 那抄错的呢."""
        if not before.exchanges or len(text) > LONGEST_ACT:
            return None
        if not before.exchanges[-1].listed and MARKED.search(text) is None:
            return None
        words = [word for word in self._answerer.retriever.query(message)[1].topics if len(word) > 1]
        for one in reversed(before.exchanges):
            if any(word in normalise(one.topic) for word in words):
                return None if one is before.exchanges[-1] else one
        return None


_ANSWERED = 2
"""How many questions of one message are answered."""
_TRIED = 4
"""Among how many of them two are looked for that are about different things."""


def _leans(text: str, alone: Answer, joint: Answer, last: Exchange) -> bool:
    """Whether a message goes on with the last topic.

    Args:
        text: Normalised.
        alone: What it finds by itself.
        joint: What it finds together with the last topic.
        last: That topic.
    """
    stays = bool(joint.cases) and joint.cases[0].record.id in last.cases[:1]
    same = bool(alone.cases) and alone.cases[0].record.id in last.cases[:1]
    marked = MARKED.search(text) is not None
    if not stays or len(text) > _LONGEST_FOLLOW_UP or (alone.foreign and not marked):
        return False
    if alone.tier is Tier.DIRECT:  # sure alone means alone
        return False
    if alone.tier is Tier.NONE:
        return joint.fits >= _HELD_TOGETHER
    return same or alone.sure < (_OWN_IF_MARKED if marked or len(text) <= _SHORT else _OWN)


def _may_be_its_own(text: str, alone: Answer, joint: Answer) -> bool:
    """Whether a message that goes on with the last topic may as well be of something else."""
    if alone.tier is Tier.NONE:
        return len(text) > _LITTLE  # so many words that mean nothing here may be of another thing
    return lead_of(alone) != lead_of(joint)


_LONGEST_TOPIC = 200
_LITTLE = 12
_OFFERED = 3
_LONGEST_RELIEF = 60
_LONGEST_THANKS = 24
_SHORT = 8
_LONGEST_FOLLOW_UP = 24
_OWN = 0.4
_OWN_IF_MARKED = 0.7
"""From this `Answer.sure` on a message that may go on with the last topic, or looks as if it did, has one of its own."""
_LEAST_TOGETHER = 0.08
_LEFT_OF_TOPIC = 0.5
"""Of `Answer.fits` of a story's beginning at least so much is left where the next message goes on with it (looked at on three sets)."""
_HELD_TOGETHER = 0.5
_HELD_APART = 0.5
