"""The clock on the wall, and the station's own. What starts a process reads the one; everything else is handed the other."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads it


def unix_now() -> float:
    """Seconds since 1970, as Telegram counts them."""
    return utc_now().timestamp()


def local_today() -> date:
    """The day in this machine's time zone."""
    return utc_now().astimezone().date()


class StationClock:
    """The time of the station, in its time zone."""

    def __init__(self, read: Callable[[], datetime], zone: ZoneInfo) -> None:
        """Nothing is read yet.

        Args:
            read: Gives the time, with a zone.
            zone: The station's.
        """
        self._read = read
        self.zone = zone

    def now(self) -> datetime:
        """The time, with a zone."""
        return self._read()

    def today(self) -> date:
        """The station's day."""
        return self.day(self.now())

    def day(self, moment: datetime) -> date:
        """The station's day at a time that has a zone."""
        return self.local(moment).date()

    def local(self, moment: datetime | None = None) -> datetime:
        """A time that has a zone, on the station's clock; now where None."""
        return (self.now() if moment is None else moment).astimezone(self.zone)
