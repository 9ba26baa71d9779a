"""The time in tests: it stands still until a test moves it, so that no verdict depends on the hour or the day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.station.clock import StationClock

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
"""Ten in the morning at the station, on a Tuesday."""


def station(read: Callable[[], datetime], zone: ZoneInfo = SHANGHAI) -> StationClock:
    """The station's clock of a time that a test holds."""
    return StationClock(read, zone)


class Clock:
    """The time of the bot and of its Telegram.

    Attributes:
        now: The time, with its zone.
    """

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time, with its zone."""
        return self.now

    def unix(self) -> float:
        """The time in seconds since 1970, as Telegram counts them."""
        return self.now.timestamp()

    def at(self, day: date, clock: str) -> None:
        """Set it to a time of the station, such as 08:30."""
        self.now = datetime.combine(day, time.fromisoformat(clock), SHANGHAI)

    def go_on(self, **passed: float) -> None:
        """Let time pass, given as `timedelta` takes it."""
        self.now += timedelta(**passed)
