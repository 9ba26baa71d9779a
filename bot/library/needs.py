"""What changes of the knowledge take."""

from dataclasses import dataclass

from bot.asking.log import QuestionLog
from bot.generation.generations import KnowledgeService
from bot.library.library import Library
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.storage.facts import Facts
from bot.storage.forms import Forms


@dataclass(frozen=True, slots=True)
class Needs:
    """What changes of the knowledge take."""

    library: Library
    knowledge: KnowledgeService
    people: PeopleService
    questions: QuestionLog
    forms: Forms
    facts: Facts
    clock: StationClock
