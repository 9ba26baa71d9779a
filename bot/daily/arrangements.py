"""When teams get a case: their times and weekdays, and the station's own days."""

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.daily.cases import OPEN, DailyCases
from bot.daily.rows import Team
from bot.storage.schema import PlanState

_FURTHEST = timedelta(days=800)
"""Beyond it nothing is planned."""


class Arrangements(DailyCases):
    """Changes when teams get a case; plans that were made before follow."""

    async def change_team(self, team: Team, by: int, now: datetime, **values: object) -> Team:
        """Change a team's times."""
        changed = replace(team, **values)  # type: ignore[arg-type] # names and types are checked by the callers' forms
        async with self._store.unit():
            await self._people.note(by, "team", f"{team.name}: {values}", now)
            await self._store.put_team(changed)
            if "weekdays" in values:
                await self._follow(now, [changed])
        return changed

    async def own_days(self, now: datetime) -> tuple[tuple[date, bool], ...]:
        """The days from today on that the station arranges otherwise than the calendar, in order, with whether it works."""
        today = self._clock.day(now)
        return tuple(sorted((day, works) for day, works in (await self._store.exceptions()).items() if day >= today))

    async def arrange(self, days: Sequence[date], works: bool | None, by: int, now: datetime) -> None:
        """Say that the station works on days, or does not; None: as the calendar says. Plans that have not gone follow.

        Args:
            days: In order, from today on.
            works: Of all of them.
            by: The trainer.
            now: When.
        """
        what = {True: "works", False: "off", None: "as the calendar"}[works]
        named = f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}, {len(days)} days"
        async with self._store.unit():
            await self._people.note(by, "own days", f"{named}: {what}", now)
            await self._store.put_exceptions(days, works)
            await self._follow(now, await self._store.teams(), set(days))

    async def _follow(self, now: datetime, teams: Sequence[Team], days: Container[date] | None = None) -> None:
        """Put plans right that were made before a day or a team's weekdays were arranged otherwise: the later word counts.

        Today's are taken up again by the next look at the clock, which asks trainers where it has to.

        Args:
            now: Plans of earlier days stay as they are.
            teams: Whose plans.
            days: Of which days; of all where None.
        """
        workdays, today = await self.workdays(), self._clock.day(now)
        for team in teams:
            for plan in await self._store.plans_between(today, today + _FURTHEST, team.name):
                if plan.serial or (days is not None and plan.day not in days):
                    continue
                is_due = not team.paused and workdays.is_due(plan.day, team.weekdays)
                if plan.state in OPEN and not is_due:
                    await self._leave_out(plan)
                elif plan.is_off_by_rule and is_due and plan.day > today:
                    usual = PlanState.READY if team.automatic else PlanState.PROPOSED
                    await self._store.change_plan(plan.id, (PlanState.SKIPPED,), state=usual.value)
