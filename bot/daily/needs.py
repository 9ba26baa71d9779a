"""What planning the daily case takes."""

from dataclasses import dataclass

from bot.daily.bell import Bell
from bot.daily.service import DailyService
from bot.generation.generations import record_key
from bot.station.clock import StationClock
from bot.storage.forms import Forms
from retrieval.model import Case


@dataclass(frozen=True, slots=True)
class Needs:
    """What planning the daily case takes."""

    daily: DailyService
    forms: Forms
    bell: Bell
    clock: StationClock

    def find_case(self, key: str) -> Case | None:
        """Return the case in use of a button's key, or None."""
        return next((case for case in self.daily.cases if record_key(case) == key), None)
