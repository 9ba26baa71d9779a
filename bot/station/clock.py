"""The clock on the wall. What starts a process reads it; everything else is handed its time."""

from datetime import UTC, date, datetime


def utc_now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that reads it


def unix_now() -> float:
    """Seconds since 1970, as Telegram counts them."""
    return utc_now().timestamp()


def local_today() -> date:
    """The day in this machine's time zone."""
    return utc_now().astimezone().date()
