"""Days as people write them: 12月31日, 2026-12-31, 12.31, 12月30日到1月2日."""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from enum import Enum, auto

from retrieval.numerals import NUMERAL, parse_numeral

MOST = 31
"""Days that can be written at once."""
_FURTHEST = timedelta(days=730)
_LATELY = timedelta(days=183)
"""A day without its year that was not longer ago is a past one; before that, next year's is meant."""
_DAY = timedelta(days=1)
_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_YEAR = "(?:(?P<year>[0-9]{4}|[零〇一二三四五六七八九]{4})(?:年|[-/.])|(?P<near>[今明]年))"
_DATE = re.compile(rf"{_YEAR}?(?P<month>{NUMERAL})(?:月份?|[-/.])(?P<day>{NUMERAL})[日号]?|(?P<alone>{NUMERAL})[日号]?")
_PARTS = re.compile("[、,;和及]")
_TO = re.compile("到|至|~|—+|–")


class DaysFault(Enum):
    """Why what somebody wrote names no days that can be arranged."""

    UNREADABLE = auto()
    NO_SUCH_DAY = auto()
    PAST = auto()
    TOO_FAR = auto()
    BACKWARDS = auto()
    TOO_MANY = auto()


class _NoDaysError(Exception):
    def __init__(self, fault: DaysFault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_days(text: str, today: date) -> tuple[date, ...] | DaysFault:
    """The days that a text names, in order, each once.

    Understands single days, ranges (到, 至, ~, -) and several of both parted by 、 or a comma. Without its year a day is the next one of that
    name; 今天, 明天 and 后天 are known. The end of a range may leave out its month.

    Args:
        text: As it was written.
        today: Days before it are past.

    Returns:
        1 to `MOST` days from today on, or what is wrong.
    """
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).rstrip("。.!")
    days: set[date] = set()
    try:
        for part in filter(None, _PARTS.split(plain)):
            first, last = _span(part, today)
            if last < first:
                return DaysFault.BACKWARDS
            if (last - first).days >= MOST:
                return DaysFault.TOO_MANY
            days |= {first + number * _DAY for number in range((last - first).days + 1)}
    except _NoDaysError as error:
        return error.fault
    return _checked(sorted(days), today)


def _checked(days: Sequence[date], today: date) -> tuple[date, ...] | DaysFault:
    if not days:
        return DaysFault.UNREADABLE
    if days[0] < today:
        return DaysFault.PAST
    if days[-1] - today > _FURTHEST:
        return DaysFault.TOO_FAR
    return tuple(days) if len(days) <= MOST else DaysFault.TOO_MANY


def _span(part: str, today: date) -> tuple[date, date]:
    """The first and the last day of a part.

    Raises:
        _NoDaysError: Where it is none.
    """
    if (single := _day(part, today, None)) is not None:
        return single, single
    ends = _TO.split(part)
    if len(ends) == 1:  # a hyphen parts days, and the parts of a day: one reading must be left
        cuts = [place for place, letter in enumerate(part) if letter == "-"]
        readings = []
        for cut in cuts:
            with suppress(_NoDaysError):
                readings.append(_ends(part[:cut], part[cut + 1 :], today))
        found = [reading for reading in readings if reading is not None]
        if len(found) == 1:
            return found[0]
    elif len(ends) == 2 and (reading := _ends(ends[0], ends[1], today)) is not None:
        return reading
    raise _NoDaysError(DaysFault.UNREADABLE)


def _ends(first: str, last: str, today: date) -> tuple[date, date] | None:
    begin = _day(first, today, None)
    end = _day(last, today, begin) if begin is not None else None
    return (begin, end) if begin is not None and end is not None else None


def _day(text: str, today: date, begin: date | None) -> date | None:
    """One day; None where the text does not look like one.

    Args:
        text: Without spaces.
        today: From which a day without its year is looked for.
        begin: The first day of a range whose last one this is: its year, and where only a day is written its month, are taken from here on.

    Raises:
        _NoDaysError: Where it looks like one, and there is none of that name.
    """
    if text in _NEAR:
        return today + _NEAR[text] * _DAY
    found = _DATE.fullmatch(text)
    if found is None or (found["alone"] and begin is None):
        return None
    if found["alone"]:
        assert begin is not None  # noqa: S101 - asked for above
        month, number = begin.month, parse_numeral(found["alone"])
    else:
        month, number = parse_numeral(found["month"]) or 0, parse_numeral(found["day"])
    if found["year"] or found["near"]:
        year = today.year + (found["near"] == "明年") if found["near"] else parse_numeral(found["year"])
        return _real(year or 0, month, number or 0)
    if begin is not None and found["alone"]:
        return _real(begin.year, month, number or 0)
    return _next(month, number or 0, begin or today - _LATELY)


def _real(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise _NoDaysError(DaysFault.NO_SUCH_DAY) from None


def _next(month: int, number: int, since: date) -> date:
    """The first day of that name from a day on; a 29 February may take years to come."""
    for year in range(since.year, since.year + 9):
        try:
            day = date(year, month, number)
        except ValueError:
            continue
        if day >= since:
            return day
    raise _NoDaysError(DaysFault.NO_SUCH_DAY)
