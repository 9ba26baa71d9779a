"""On which days the station works."""

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar import Holiday

_NOTICE = timedelta(days=31)
"""How long before the end of the holiday data people are told: the State Council names the next year's in November."""
_DAY = timedelta(days=1)


class Workdays:
    """The State Council's holidays and make-up workdays, and what the station arranges otherwise.

    Beyond the years that the holiday data hold, Monday to Friday are taken for workdays.
    """

    def __init__(self, exceptions: Mapping[date, bool]) -> None:
        """Take the station's own arrangements.

        Args:
            exceptions: For each day that the station arranges otherwise, whether it works; goes before everything else.
        """
        self._exceptions = dict(exceptions)

    def is_workday(self, day: date) -> bool:
        """Whether the station works on a day."""
        if day in self._exceptions:
            return self._exceptions[day]
        if not _is_known(day):
            return day.isoweekday() <= 5
        return bool(chinese_calendar.is_workday(day))

    def why(self, day: date) -> str:
        """Why a day is a workday or not, in a few words for the staff: 国庆节, 调休上班, 周末, 工作日 and such."""
        if day in self._exceptions:
            return "本站另有安排"
        if not _is_known(day):
            return "按周一到周五推算"
        if day in chinese_calendar.workdays:
            return "调休上班"
        if day in chinese_calendar.holidays:
            return str(Holiday(chinese_calendar.holidays[day]).chinese)
        return "工作日" if day.isoweekday() <= 5 else "周末"

    def next_workday(self, day: date) -> date:
        """The first workday after a day."""
        day += _DAY
        while not self.is_workday(day):
            day += _DAY
        return day

    def workdays_between(self, first: date, last: date) -> int:
        """How many workdays come after the first day, up to and including the last: what “5个工作日内” counts.

        0 where the last day is not after the first.
        """
        return sum(self.is_workday(first + number * _DAY) for number in range(1, (last - first).days + 1))

    def is_due(self, day: date, weekdays: str) -> bool:
        """Whether a team's turn falls on a day.

        Args:
            day: The day.
            weekdays: Digits of the team's weekdays, 1 is Monday and 7 Sunday: "135"; empty for every workday.
                A make-up Saturday is every workday's and that of teams with a 6, no other's.
        """
        return self.is_workday(day) and (not weekdays or str(day.isoweekday()) in weekdays)

    def data_end(self) -> date:
        """The last day of which the holiday data speak."""
        return date(_years()[1], 12, 31)

    def warning(self, today: date) -> str | None:
        """What to tell the admin about the end of the holiday data; None until a month before it."""
        end = self.data_end()
        if today < end - _NOTICE:
            return None
        until = f"{end.year}年{end.month}月{end.day}日"
        if today <= end:
            return f"节假日数据只到{until},之后只能按周一到周五推算上班日,请在此之前更新程序。"
        return f"节假日数据已于{until}到期,现在按周一到周五推算上班日,请更新程序;在此之前,放假和调休的日子请登记为本站另有安排。"


def _years() -> tuple[int, int]:
    """The first and the last year that the holiday data hold."""
    days = chinese_calendar.holidays.keys()
    return min(days).year, max(days).year


def _is_known(day: date) -> bool:
    first, last = _years()
    return first <= day.year <= last
