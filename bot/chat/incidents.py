"""What nobody had foreseen, numbered so that a person can report it and an engineer can find it."""

import secrets
import traceback
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.storage.errors import JournalError
from bot.transport.journal import Journal

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are mistaken for each other when read out on the telephone."""
_HOUSE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Incident:
    """One error.

    Attributes:
        number: Five characters, under which the log has the trace.
        kind: The same for errors of the same type from the same place in our code.
        times: How often this kind has happened, this time included.
    """

    number: str
    kind: str
    times: int

    @property
    def is_new(self) -> bool:
        """Whether nobody has been told of this kind yet."""
        return self.times == 1


class Incidents:
    """Numbers errors and counts their kinds; the count outlives the process."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._unwritten: Counter[str] = Counter()

    async def record(self, kind: str, now: datetime) -> Incident:
        """Number an error of a kind."""
        number = "".join(secrets.choice(_LETTERS) for _ in range(5))
        try:
            times = await self._journal.count_incident(kind, now)
        except JournalError:  # it may be the very thing that is reported
            self._unwritten[kind] += 1
            times = self._unwritten[kind]
        return Incident(number, kind, times)


def kind_of(error: BaseException) -> str:
    """Type and place: `KeyError in bot/asking/handlers.py:question`."""
    place = "elsewhere"
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(_HOUSE) and "site-packages" not in path.parts:
            place = f"{path.relative_to(_HOUSE).as_posix()}:{frame.name}"
    return f"{type(error).__name__} in {place}"
