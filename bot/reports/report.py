"""Who was due a day's case, whom it reached, who has read it, and who got its quiz right."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

_CANCELLED = "cancelled"
_Key = TypeVar("_Key", int, str, date)


@dataclass(frozen=True, slots=True)
class DueCase:
    """One copy of a day's case that was due to one person.

    Attributes:
        day: The station's day.
        team: The person's team when it was due; may be empty.
        state: waiting, sending, sent, unknown, failed or cancelled.
        reason: Why a failed copy was refused, in the words that trainers read; may be empty.
        read_at: When the person said so; in the station's zone, since it is shown as it is; None while unread, also where
            quiz questions were answered.
        right: Quiz questions of this copy that were answered right; `wrong` likewise.
    """

    day: date
    team: str
    user_id: int
    name: str
    case_id: str
    case_title: str
    state: str
    reason: str
    read_at: datetime | None
    right: int
    wrong: int
    plan_id: int = 0
    delivery_id: int = 0

    @property
    def is_due(self) -> bool:
        """Whether it counts: what was taken back before it went out was never due."""
        return self.state != _CANCELLED

    @property
    def is_read(self) -> bool:
        """Whether the person has said that they have read it."""
        return self.is_due and self.read_at is not None

    @property
    def is_reached(self) -> bool:
        """Whether it arrived; what was read or answered has arrived, whatever the line said."""
        return self.is_due and (self.state == "sent" or self.read_at is not None or self.right + self.wrong > 0)

    @property
    def is_failed(self) -> bool:
        """Whether it was refused for good."""
        return self.state == "failed" and not self.is_reached

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can say if it arrived."""
        return self.state == "unknown" and not self.is_reached

    @property
    def is_pending(self) -> bool:
        """Whether it has yet to go out."""
        return self.is_due and not (self.is_reached or self.is_failed or self.is_unknown)


class PeriodKind(StrEnum):
    """How long a report looks back."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """A day, an ISO week or a month of the calendar; made by `day`, `week` and `month`.

    Attributes:
        end: The last day, inclusive.
    """

    kind: PeriodKind
    start: date
    end: date

    @classmethod
    def day(cls, day: date) -> "Period":
        """One day."""
        return cls(PeriodKind.DAY, day, day)

    @classmethod
    def week(cls, day: date) -> "Period":
        """Monday to Sunday around a day."""
        start = day - timedelta(days=day.weekday())
        return cls(PeriodKind.WEEK, start, start + timedelta(days=6))

    @classmethod
    def month(cls, day: date) -> "Period":
        """The month of a day."""
        start = day.replace(day=1)
        # Day 28 and four days more is always in the next month.
        return cls(
            PeriodKind.MONTH, start, (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        )

    @property
    def name(self) -> str:
        """2026-11-24, 2026年第48周 or 2026年11月; a week belongs to the year that holds its Thursday."""
        if self.kind is PeriodKind.WEEK:
            year, week, _ = self.start.isocalendar()
            return f"{year}年第{week}周"
        return f"{self.start.year}年{self.start.month}月" if self.kind is PeriodKind.MONTH else self.start.isoformat()

    def previous(self) -> "Period":
        """The period of the same kind that ends the day before."""
        return self._around(self.start - timedelta(days=1))

    def next(self) -> "Period":
        """The period of the same kind that begins the day after."""
        return self._around(self.end + timedelta(days=1))

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def _around(self, day: date) -> "Period":
        return {PeriodKind.DAY: Period.day, PeriodKind.WEEK: Period.week, PeriodKind.MONTH: Period.month}[self.kind](
            day
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """Copies counted: due = reached + failed + unknown + pending, and read is part of reached.

    Attributes:
        right: Quiz questions answered right; `wrong` likewise.
    """

    due: int = 0
    reached: int = 0
    read: int = 0
    failed: int = 0
    unknown: int = 0
    pending: int = 0
    right: int = 0
    wrong: int = 0

    @property
    def unread(self) -> int:
        """Copies that arrived and were not read."""
        return self.reached - self.read

    @property
    def answers(self) -> int:
        """Quiz questions answered."""
        return self.right + self.wrong

    @property
    def reached_share(self) -> float | None:
        """Reached of due, 0 to 1; None where nothing was due."""
        return _share(self.reached, self.due)

    @property
    def read_share(self) -> float | None:
        """Read of due, 0 to 1; None where nothing was due. Of due, so that a team nobody can reach doesn't look well read."""
        return _share(self.read, self.due)

    @property
    def right_share(self) -> float | None:
        """Right of answered, 0 to 1; None where nothing was answered."""
        return _share(self.right, self.answers)

    @property
    def wrong_share(self) -> float | None:
        """Wrong of answered, 0 to 1; None where nothing was answered."""
        return _share(self.wrong, self.answers)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.due + other.due,
            self.reached + other.reached,
            self.read + other.read,
            self.failed + other.failed,
            self.unknown + other.unknown,
            self.pending + other.pending,
            self.right + other.right,
            self.wrong + other.wrong,
        )


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team; copies count for the team in which the person was when they were due."""

    team: str
    people: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person, under the name and the team of their latest copy.

    Attributes:
        last_read: When they last read a case of the period; None where they read none.
    """

    user_id: int
    name: str
    team: str
    tally: Tally
    last_read: datetime | None


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day on which something was due."""

    day: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case, under the title of its latest copy."""

    case_id: str
    title: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the cases that were due in a period.

    Attributes:
        team: The only team that it looks at; empty for the whole station.
        teams: Those with the smallest share read first.
        people: Those who left most unread first, then those whom most did not reach, then those who got most wrong.
        days: In order; days on which nothing was due are left out.
        cases: Most often got wrong first.
        failed: Copies that were refused; ordered by day, team and name, as are the other three lists.
        unknown: Copies of which nobody can say whether they arrived.
        pending: Copies that have yet to go out.
        unread: Copies that arrived and were not read.
    """

    period: Period
    team: str
    totals: Tally
    teams: tuple[TeamLine, ...]
    people: tuple[PersonLine, ...]
    days: tuple[DayLine, ...]
    cases: tuple[CaseLine, ...]
    failed: tuple[DueCase, ...]
    unknown: tuple[DueCase, ...]
    pending: tuple[DueCase, ...]
    unread: tuple[DueCase, ...]

    @property
    def behind(self) -> tuple[PersonLine, ...]:
        """The people who were reached and have left something unread, those with most of it first."""
        return tuple(line for line in self.people if line.tally.unread)

    @property
    def most_missed(self) -> CaseLine | None:
        """The case whose quiz is most often got wrong; None where nobody got one wrong."""
        return self.cases[0] if self.cases and self.cases[0].tally.wrong else None


def build_report(rows: Sequence[DueCase], period: Period, team: str = "") -> Report:
    """Count what became of the cases that were due.

    Args:
        rows: In any order; those outside the period or the team, and cancelled ones, are left out.
        team: The only team to look at; empty for the whole station.
    """
    due = sorted(
        (row for row in rows if row.is_due and row.day in period and (not team or row.team == team)), key=_in_order
    )
    teams = [
        TeamLine(name, len({row.user_id for row in copies}), _tally(copies))
        for name, copies in _grouped(due, lambda row: row.team)
    ]
    days = [DayLine(day, _tally(copies)) for day, copies in _grouped(due, lambda row: row.day)]
    people = [_person(copies) for _, copies in _grouped(due, lambda row: row.user_id)]
    cases = [
        CaseLine(case_id, max(copies, key=_age).case_title, _tally(copies))
        for case_id, copies in _grouped(due, lambda row: row.case_id)
    ]
    return Report(
        period=period,
        team=team,
        totals=_tally(due),
        teams=tuple(sorted(teams, key=lambda line: (line.tally.read_share or 0.0, -line.tally.due, line.team))),
        people=tuple(sorted(people, key=lambda line: (*_lag(line.tally), line.team, line.name, line.user_id))),
        days=tuple(days),
        cases=tuple(sorted(cases, key=lambda line: (*_difficulty(line.tally), line.case_id))),
        failed=tuple(row for row in due if row.is_failed),
        unknown=tuple(row for row in due if row.is_unknown),
        pending=tuple(row for row in due if row.is_pending),
        unread=tuple(row for row in due if row.is_reached and not row.is_read),
    )


def streak(rows: Iterable[DueCase], today: date) -> int:
    """How many due days in a row one person has read, counted back from the latest.

    A day counts where every copy that arrived was read, on that day or later. Days after today are not looked at.

    Args:
        rows: One person's, in any order.
        today: The station's day; it can add to the streak and can't break it: it is not over.
    """
    by_day = _grouped([row for row in rows if row.is_due and row.day <= today], lambda row: row.day)
    days = 0
    for day, copies in reversed(by_day):
        # A copy that failed, or may have, or has yet to go out is the line's doing and not the reader's: to lose a long
        # streak to a dead spot would teach people that reading does not pay. Nor does such a day count as read.
        reached = [row for row in copies if row.is_reached]
        if not reached:
            continue
        if all(row.is_read for row in reached):
            days += 1
        elif day != today:
            break
    return days


def _grouped(rows: Iterable[DueCase], key: Callable[[DueCase], _Key]) -> list[tuple[_Key, list[DueCase]]]:
    """The rows of each key, ordered by key, and within one as they were."""
    return [(found, list(copies)) for found, copies in groupby(sorted(rows, key=key), key)]


def _in_order(row: DueCase) -> tuple[date, str, str, int, int, int]:
    return row.day, row.team, row.name, row.user_id, row.plan_id, row.delivery_id


def _age(row: DueCase) -> tuple[date, int, int]:
    return row.day, row.plan_id, row.delivery_id


def _tally(rows: Sequence[DueCase]) -> Tally:
    return Tally(
        due=len(rows),
        reached=sum(row.is_reached for row in rows),
        read=sum(row.is_read for row in rows),
        failed=sum(row.is_failed for row in rows),
        unknown=sum(row.is_unknown for row in rows),
        pending=sum(row.is_pending for row in rows),
        right=sum(row.right for row in rows),
        wrong=sum(row.wrong for row in rows),
    )


def _person(copies: Sequence[DueCase]) -> PersonLine:
    latest = max(copies, key=_age)
    read = [row.read_at for row in copies if row.read_at is not None]
    return PersonLine(latest.user_id, latest.name, latest.team, _tally(copies), max(read, default=None))


def _lag(tally: Tally) -> tuple[int, int, int]:
    """What a person could have read comes before what never reached them."""
    return -tally.unread, tally.read - tally.due, -tally.wrong


def _difficulty(tally: Tally) -> tuple[float, int]:
    """The lower end of what the share of wrong answers may truly be, so that 15 of 20 comes before 1 of 1.

    The Wilson score interval at 95 % (E. B. Wilson, 1927, Journal of the American Statistical Association 22).
    """
    if not tally.answers:
        return 0.0, 0
    z, count, share = 1.96, tally.answers, tally.wrong / tally.answers
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    lower = (middle - half) / (1 + z * z / count) if tally.wrong else 0.0
    return -lower, -tally.wrong


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
