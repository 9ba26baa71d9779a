"""When each team gets its case, and the station's own days."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from bot.daily.rows import Rows, Team, team_of
from bot.people.rows import PersonState
from bot.storage.schema import exceptions, people, teams
from bot.storage.upsert import insert_or_replace


class TeamRows(Rows):
    """Teams and days."""

    async def teams(self) -> tuple[Team, ...]:
        """Every team that has somebody active, with its times; those without times of their own get the usual ones."""
        with_people = (
            sa.select(people.c.team)
            .where(people.c.state == PersonState.ACTIVE)
            .group_by(people.c.team)
            .order_by(people.c.team)
        )
        async with self._database.reading() as connection:
            names = (await connection.execute(with_people)).scalars().all()
            rows = {row["name"]: team_of(row) for row in (await connection.execute(sa.select(teams))).mappings()}
        return tuple(rows.get(name) or Team(name) for name in names)

    async def put_team(self, team: Team) -> None:
        """Write a team's times."""
        row = {
            "name": team.name,
            "send_at": team.send_at,
            "weekdays": team.weekdays,
            "remind_at": team.remind_at,
            "automatic": team.automatic,
            "paused": team.paused,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, teams, row, ["name"]))

    async def exceptions(self) -> dict[date, bool]:
        """The station's own days: whether it works on them."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(exceptions.c.day, exceptions.c.works))
            return {day: bool(works) for day, works in rows}

    async def put_exception(self, day: date, works: bool | None, note: str = "") -> None:
        """Say that the station works on a day, or does not; None: as the calendar says."""
        await self.put_exceptions([day], works, note)

    async def put_exceptions(self, days: Sequence[date], works: bool | None, note: str = "") -> None:
        """As `put_exception`, of several days at once: all or none."""
        async with self._database.writing() as connection:
            if works is None:
                await connection.execute(exceptions.delete().where(exceptions.c.day.in_(list(days))))
                return
            for day in sorted(days):  # in order, so that two who write the same days don't wait for each other
                row = {"day": day, "works": works, "note": note}
                await connection.execute(insert_or_replace(connection, exceptions, row, ["day"]))
