"""Reports and people's own records, out of what became of every copy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.daily.rows import Copy
from bot.daily.service import DailyService
from bot.reports.report import DueCase, Period, Report, build_report, streak
from bot.station.clock import StationClock

_LOOKS_BACK = timedelta(days=400)
"""How far a person's own record goes back."""


@dataclass(frozen=True, slots=True)
class PersonalRecord:
    """How somebody has fared with the daily case.

    Attributes:
        due: Copies that were due, in the last 400 days.
        streak: How many days on end, of those on which something was due, the case was read.
    """

    due: int
    read: int
    right: int
    wrong: int
    streak: int


class RecordService:
    """Counts what was learnt."""

    def __init__(self, daily: DailyService, clock: StationClock, words: Callable[[str], str]) -> None:
        """Nothing is read yet.

        Args:
            daily: Where plans and copies are.
            clock: The station's.
            words: Says why a copy did not arrive, for a trainer.
        """
        self._daily = daily
        self._clock = clock
        self._words = words

    async def report(self, period: Period, team: str | None) -> Report:
        """A report on a team, or on everybody."""
        copies = await self._daily.store.copies(period.start, period.end)
        rows = [self._due_case(copy) for copy in copies if team is None or copy.team == team]
        return build_report(rows, period, team or "")

    async def of_person(self, user_id: int, today: date) -> PersonalRecord:
        """A person's own record."""
        copies = await self._daily.store.copies(today - _LOOKS_BACK, today, user_id=user_id)
        rows = [self._due_case(copy) for copy in copies]
        due = [row for row in rows if row.is_due]
        return PersonalRecord(
            len(due),
            sum(row.is_read for row in due),
            sum(row.right for row in due),
            sum(row.wrong for row in due),
            streak(rows, today),
        )

    def _due_case(self, copy: Copy) -> DueCase:
        case = self._daily.case(copy.plan.case_id)
        return DueCase(
            day=copy.plan.day,
            team=copy.team,
            user_id=copy.delivery.user_id,
            name=copy.name or str(copy.delivery.user_id),
            case_id=copy.plan.case_id,
            case_title=case.title if case is not None else copy.plan.case_id,
            state=copy.delivery.state.value,
            reason=self._words(copy.delivery.reason) if copy.delivery.reason else "",
            read_at=self._local(copy.delivery.read_at),
            right=copy.right,
            wrong=copy.wrong,
            plan_id=copy.plan.id,
            delivery_id=copy.delivery.id,
        )

    def _local(self, moment: datetime | None) -> datetime | None:
        return self._clock.local(moment) if moment is not None else None
