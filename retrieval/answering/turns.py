"""One person's chat: what is remembered of it, and a message answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.answering.acts import Act
from retrieval.answering.answer import Answer, Tier


@dataclass(frozen=True, slots=True)
class Exchange:
    """A topic that was answered.

    Attributes:
        topic: What was asked, with what it leant on.
        cases: Ids of the cases that were found, best first.
        clauses: The same of clauses.
        offered: Ids of the records that were offered to choose from; empty where the answer was sure.
        shown: The id of the case that is shown, or of the clause where there is no case; empty where a choice was offered.
        listed: Ids of what was shown as a list of which one may be named by its place: the clauses of a rule book, the answers to several
            questions.
        series: The book of which a case was asked for by its number; empty where none was.
    """

    topic: str
    cases: tuple[str, ...]
    clauses: tuple[str, ...]
    offered: tuple[str, ...] = ()
    shown: str = ""
    listed: tuple[str, ...] = ()
    series: str = ""

    def at_place(self, place: int) -> str:
        """The id of the record at a place, from 1, among those that were offered or listed, else among the cases that were found.

        Empty where there is none.
        """
        records = self.offered or self.listed or self.cases
        return records[place - 1] if 0 < place <= len(records) else ""


_TOPICS = 6
"""How many topics of a chat are remembered."""


def join_topics(before: Sequence[Exchange], new: Sequence[Exchange]) -> tuple[Exchange, ...]:
    """The topics that are remembered after new ones, the latest last; a topic that comes again stands once."""
    latest = {one.topic: one for one in new}
    return (*(one for one in before if one.topic not in latest), *latest.values())[-_TOPICS:]


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is remembered of one person's chat.

    Attributes:
        exchanges: The latest last, at most `_TOPICS`.
        said: The last message, whatever it was: danger may go on in the next one.
        begun: What was told without being answered yet: the beginning of a story.
        advice: What was advised at the last message; empty where it told of no danger to life.
        book: The last question for a clause by its number, in full, held or not; empty where there was none.
    """

    exchanges: tuple[Exchange, ...] = ()
    said: str = ""
    begun: str = ""
    advice: tuple[str, ...] = ()
    book: str = ""


NOTHING_SAID = Conversation()


@dataclass(frozen=True, slots=True)
class Turn:
    """A message, answered.

    Attributes:
        answer: What is shown. After an act its first case (or clause, where there is no case) is the one that the act is about.
        act: What was asked for; None for a question.
        parts: Where several things were asked, the answers to the first two, each with its own question; else empty. `answer` holds what
            was found for both.
        left_out: How many more were asked.
    """

    answer: Answer
    act: Act | None = None
    parts: tuple[Answer, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn, the topic that it adds to what is remembered, what is still to be told, topics of their own within the message, and see `Conversation.book`."""

    turn: Turn
    exchange: Exchange | None = None
    begun: str = ""
    beside: tuple[Exchange, ...] = ()
    book: str = ""


def lead_of(answer: Answer) -> str:
    """The id of the record that an answer shows first; empty where it shows none."""
    found = answer.clauses if answer.by_clause or not answer.cases else answer.cases
    return found[0].record.id if found else ""


def nothing(message: str, today: date) -> Answer:
    """An answer that holds nothing."""
    return Answer(message, today, Tier.NONE, (), ())


def exchange_of(topic: str, answer: Answer, *, by_number: bool = False) -> Exchange:
    """What is remembered of an answer.

    Args:
        topic: What was asked, with what it leant on.
        answer: To it.
        by_number: Whether clauses were asked for by number.
    """
    cases = tuple(hit.record.id for hit in answer.cases)
    clauses = tuple(hit.record.id for hit in answer.clauses)
    offered = tuple(one.id for one in answer.choices) if answer.tier is Tier.CHOOSE else ()
    first = (clauses or cases) if answer.by_clause or by_number else (cases or clauses)
    is_list = any(lookup.whole for lookup in answer.lookups)
    listed = tuple(clause.id for clause in answer.asked) if is_list else ()
    return Exchange(topic, cases, clauses, offered, "" if offered else next(iter(first), ""), listed)
