"""Who there is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.people.rows import (
    Crowd,
    Person,
    PersonState,
    Rows,
    keep_an_admin,
    lock_admins,
    person_of,
    put_people,
    row_of,
    write_note,
)
from bot.station.roles import Role
from bot.storage.schema import audit, deliveries, forms, people, questions, quiz_answers, requests
from bot.storage.upsert import insert_or_ignore

_FORGET = "forget"


class PersonRows(Rows):
    """People."""

    async def get(self, user_id: int) -> Person | None:
        """A person, removed ones too; None where nobody of that id was ever here."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(people).where(people.c.id == user_id))).mappings().first()
        return person_of(row) if row else None

    async def all(self) -> tuple[Person, ...]:
        """Everybody who was not removed, by team and name."""
        query = (
            sa.select(people)
            .where(people.c.state != PersonState.REMOVED)
            .order_by(people.c.team, people.c.role.desc(), people.c.name, people.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(person_of, (await connection.execute(query)).mappings()))

    async def everybody(self) -> tuple[Person, ...]:
        """All who ever were here, removed ones too, by number."""
        async with self._database.reading() as connection:
            return tuple(map(person_of, (await connection.execute(sa.select(people).order_by(people.c.id))).mappings()))

    async def with_role(self, role: Role) -> tuple[Person, ...]:
        """Active people of a role or a higher one, who can be reached."""
        query = (
            sa.select(people)
            .where(
                people.c.state == PersonState.ACTIVE, people.c.role >= int(role), people.c.unreachable_since.is_(None)
            )
            .order_by(people.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(person_of, (await connection.execute(query)).mappings()))

    async def listed(
        self,
        *,
        team: str | None = None,
        state: PersonState | None = None,
        unreachable: bool = False,
        name: str = "",
        limit: int | None = None,
    ) -> tuple[Person, ...]:
        """People who were not removed, by team, then role, then name.

        Args:
            team: Only those of it.
            state: Only those in it.
            unreachable: Only active ones whom Telegram brings nothing.
            name: Only those whose name holds it.
            limit: At most so many.
        """
        query = (
            sa.select(people)
            .where(people.c.state != PersonState.REMOVED)
            .order_by(people.c.team, people.c.role.desc(), people.c.name, people.c.id)
            .limit(limit)
        )
        if team is not None:
            query = query.where(people.c.team == team)
        if state is not None:
            query = query.where(people.c.state == state)
        if unreachable:
            query = query.where(people.c.state == PersonState.ACTIVE, people.c.unreachable_since.is_not(None))
        if name:
            query = query.where(people.c.name.contains(name, autoescape=True))
        async with self._database.reading() as connection:
            return tuple(map(person_of, (await connection.execute(query)).mappings()))

    async def crowd(self) -> Crowd:
        """How many people there are."""
        query = (
            sa.select(
                people.c.team,
                people.c.role,
                people.c.state,
                people.c.unreachable_since.is_not(None).label("unreachable"),
                sa.func.count().label("count"),
            )
            .where(people.c.state != PersonState.REMOVED)
            .group_by(people.c.team, people.c.role, people.c.state, sa.text("unreachable"))
            .order_by(people.c.team)
        )
        roles: dict[Role, int] = {}
        teams: dict[str, int] = {}
        suspended = unreachable = 0
        async with self._database.reading() as connection:
            for row in (await connection.execute(query)).mappings():
                teams[row["team"]] = teams.get(row["team"], 0) + row["count"]
                if row["state"] == PersonState.SUSPENDED:
                    suspended += row["count"]
                    continue
                roles[Role(row["role"])] = roles.get(Role(row["role"]), 0) + row["count"]
                unreachable += row["count"] if row["unreachable"] else 0
        return Crowd(roles, suspended, unreachable, teams)

    async def put(self, person: Person, by: int, what: str, now: datetime) -> None:
        """Write a person, new or changed, and who did it.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        await self.put_all([person], by, what, now)

    async def put_all(self, persons: Sequence[Person], by: int, what: str, now: datetime) -> None:
        """Write many people at once: all or none.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        await self.rewrite([], lambda _: persons, by, what, now)

    async def rewrite(
        self,
        ids: Collection[int] | None,
        change: Callable[[Mapping[int, Person]], Sequence[Person]],
        by: int,
        what: str,
        now: datetime,
    ) -> tuple[Person, ...]:
        """Read people, change them and write them, in one step that nobody comes between.

        Args:
            ids: Who is read; everybody, removed ones too, where None.
            change: Gets those who are there, by id; gives those that are to be written, new or changed.
            by: Who does it.
            what: What it is called in the audit log.
            now: When.

        Returns:
            Those that were written.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        async with self._database.writing() as connection:
            admins = await lock_admins(connection)
            query = sa.select(people).order_by(people.c.id).with_for_update()
            if ids is not None:
                query = query.where(people.c.id.in_(ids))
            found = (await connection.execute(query)).mappings() if ids is None or ids else ()
            persons = tuple(change({row["id"]: person_of(row) for row in found}))
            if not persons:
                return ()
            await put_people(connection, persons)
            await keep_an_admin(connection, admins)
            await write_note(connection, by, what, _about(persons), now)
        return persons

    async def add_missing(self, persons: Sequence[Person]) -> None:
        """Write those who are not there yet, and who did not ask to be forgotten; the others stay as they are."""
        async with self._database.writing() as connection:
            left = set((await connection.execute(sa.select(audit.c.who).where(audit.c.what == _FORGET))).scalars())
            for person in persons:
                if person.id not in left:
                    await connection.execute(insert_or_ignore(connection, people, row_of(person)))

    async def mark_unreachable(self, user_id: int, since: datetime | None) -> bool:
        """Note that a person can't be reached, or can again; gives whether that is news."""
        condition = people.c.unreachable_since.is_(None) if since else people.c.unreachable_since.is_not(None)
        async with self._database.writing() as connection:
            done = await connection.execute(
                people.update().where(people.c.id == user_id, condition).values(unreachable_since=since)
            )
        return done.rowcount > 0

    async def forget(self, user_id: int, now: datetime) -> None:
        """Delete a person and all that is known of them; that it was done stays in the audit log, by number alone.

        Raises:
            LastAdminError: Where no active admin would be left.
        """
        async with self._database.writing() as connection:
            admins = await lock_admins(connection)
            own = sa.select(deliveries.c.id).where(deliveries.c.user_id == user_id)
            await connection.execute(quiz_answers.delete().where(quiz_answers.c.delivery_id.in_(own)))
            for table in (deliveries, questions, requests, forms):
                await connection.execute(table.delete().where(table.c.user_id == user_id))
            await connection.execute(people.delete().where(people.c.id == user_id))
            await keep_an_admin(connection, admins)
            await connection.execute(
                audit.update().where(audit.c.about.like(f"{user_id} %")).values(about=str(user_id))
            )
            await write_note(connection, user_id, _FORGET, str(user_id), now)


def _about(persons: Sequence[Person]) -> str:
    """Say in the audit log who was changed: one person, or how many."""
    if len(persons) > 1:
        return f"{len(persons)} people"
    person = persons[0]
    return f"{person.id} {person.name} {person.team} {person.role.name}"
