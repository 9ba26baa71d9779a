"""Everything that the database keeps, behind one door."""

from dataclasses import dataclass

from bot.asking.store import QuestionStore
from bot.daily.store import DailyStore
from bot.people.store import PeopleStore
from bot.storage.database import Database


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
