"""Everything that the database keeps, behind one door."""

from dataclasses import dataclass

from bot.storage.daily import DailyStore
from bot.storage.database import Database
from bot.storage.people import PeopleStore
from bot.storage.questions import QuestionStore


@dataclass(frozen=True, slots=True)
class Store:
    """The one way to what is kept."""

    database: Database
    people: PeopleStore
    questions: QuestionStore
    daily: DailyStore


def build_store(database: Database) -> Store:
    """The store of a database that is open, or will be."""
    return Store(database, PeopleStore(database), QuestionStore(database), DailyStore(database))
