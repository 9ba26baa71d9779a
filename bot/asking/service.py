"""A question asked of the knowledge in use."""

from datetime import datetime

from bot.generation.generations import KnowledgeService
from bot.station.clock import StationClock
from retrieval.answering.answer import Answer
from retrieval.answering.conversation import Talker
from retrieval.answering.emergencies import find_advices
from retrieval.answering.turns import Conversation, Turn
from retrieval.text import normalise

LONGEST_QUESTION = 500
"""Characters; a longer one is a report, and its many words fit everything a little."""


class AskingService:
    """Answers people's questions."""

    def __init__(self, knowledge: KnowledgeService, clock: StationClock) -> None:
        self._knowledge = knowledge
        self._clock = clock

    def ask(self, question: str, now: datetime, previous: str = "") -> Answer:
        """Answer a question.

        Args:
            question: As typed, at most `LONGEST_QUESTION` characters.
            now: With its time zone; rules are in force by the station's own day.
            previous: What the same person asked just before in the same chat.
        """
        return self._knowledge.current.answerer.answer(question, today=self._clock.day(now), previous=previous)

    def take(self, message: str, now: datetime, before: Conversation) -> tuple[Turn, Conversation]:
        """Answer a message of a conversation; see `Talker.take`.

        Args:
            message: As typed, at most `LONGEST_QUESTION` characters.
            now: With its time zone.
            before: What the same person said before in the same chat.
        """
        return Talker(self._knowledge.current.answerer).take(message, before, today=self._clock.day(now))

    def first_aid(self, text: str, previous: str = "") -> tuple[str, ...]:
        """Return what must be done before anything else; empty if the text tells of no danger to life.

        Args:
            text: As typed, of any length.
            previous: What the same person said just before in the same chat.
        """
        emergencies = self._knowledge.current.knowledge.emergencies
        return find_advices(emergencies, normalise(text), normalise(previous))
