"""People, how they came in, and who did what."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.schema import audit, deliveries, forms, invitations, people, questions, quiz_answers, requests
from bot.storage.upsert import insert_or_ignore, insert_or_replace_many
from retrieval.errors import PolicybotError

_FORGET = "forget"


class PersonState(StrEnum):
    """Whether a person may come in. REMOVED people are kept for the reports of the days on which they were there."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


_IS_ADMIN = sa.and_(people.c.role == int(Role.ADMIN), people.c.state == PersonState.ACTIVE.value)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the station.

    Attributes:
        id: Telegram's.
        name: As the station calls them; 1 to 64 characters.
        team: 班组; may be empty.
        role: While `state` is active.
        wants_daily: Whether the daily case is sent to them.
        unreachable_since: Since when Telegram refuses to bring them anything; None while it doesn't.
    """

    id: int
    name: str
    team: str
    role: Role
    state: PersonState
    wants_daily: bool
    unreachable_since: datetime | None
    joined_at: datetime

    @property
    def allowed(self) -> Role:
        """What they may do now."""
        return self.role if self.state is PersonState.ACTIVE else Role.STRANGER


@dataclass(frozen=True, slots=True)
class Invitation:
    """A way in that an admin has given out."""

    code: str
    role: Role
    team: str
    expires_at: datetime
    uses_left: int
    created_by: int


@dataclass(frozen=True, slots=True)
class Request:
    """A stranger's wish to come in.

    Attributes:
        granted: What an admin decided; None while nobody has.
        notices: Chat and message of each admin who was asked.
    """

    id: int
    user_id: int
    name: str
    team: str
    asked_at: datetime
    decided_by: int | None
    granted: bool | None
    notices: tuple[tuple[int, int], ...]


class LastAdminError(PolicybotError):
    """Nothing was changed: the station would have been left without an active admin."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people there are, removed ones left out.

    Attributes:
        roles: Active people of each role.
        unreachable: Active people whom Telegram brings nothing.
        teams: Each team with how many are in it, suspended ones too, by name.
    """

    roles: Mapping[Role, int]
    suspended: int
    unreachable: int
    teams: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when."""

    at: datetime
    who: int
    what: str
    about: str


class PeopleStore:
    """Reads and writes people; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- people

    async def get(self, user_id: int) -> Person | None:
        """A person, removed ones too; None where nobody of that id was ever here."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(people).where(people.c.id == user_id))).mappings().first()
        return _person(row) if row else None

    async def all(self) -> tuple[Person, ...]:
        """Everybody who was not removed, by team and name."""
        query = (
            sa.select(people)
            .where(people.c.state != PersonState.REMOVED)
            .order_by(people.c.team, people.c.role.desc(), people.c.name, people.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(_person, (await connection.execute(query)).mappings()))

    async def everybody(self) -> tuple[Person, ...]:
        """All who ever were here, removed ones too, by number."""
        async with self._database.reading() as connection:
            return tuple(map(_person, (await connection.execute(sa.select(people).order_by(people.c.id))).mappings()))

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
            return tuple(map(_person, (await connection.execute(query)).mappings()))

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
            return tuple(map(_person, (await connection.execute(query)).mappings()))

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
            admins = await _lock_admins(connection)
            query = sa.select(people).order_by(people.c.id).with_for_update()
            if ids is not None:
                query = query.where(people.c.id.in_(ids))
            found = (await connection.execute(query)).mappings() if ids is None or ids else ()
            persons = tuple(change({row["id"]: _person(row) for row in found}))
            if not persons:
                return ()
            await _put_all(connection, persons)
            await _keep_an_admin(connection, admins)
            for person in persons if len(persons) == 1 else ():
                await _note(connection, by, what, f"{person.id} {person.name} {person.team} {person.role.name}", now)
            if len(persons) > 1:
                await _note(connection, by, what, f"{len(persons)} people", now)
        return persons

    async def add_missing(self, persons: Sequence[Person]) -> None:
        """Write those who are not there yet, and who did not ask to be forgotten; the others stay as they are."""
        async with self._database.writing() as connection:
            left = set((await connection.execute(sa.select(audit.c.who).where(audit.c.what == _FORGET))).scalars())
            for person in persons:
                if person.id not in left:
                    await connection.execute(insert_or_ignore(connection, people, _row(person)))

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
            admins = await _lock_admins(connection)
            own = sa.select(deliveries.c.id).where(deliveries.c.user_id == user_id)
            await connection.execute(quiz_answers.delete().where(quiz_answers.c.delivery_id.in_(own)))
            for table in (deliveries, questions, requests, forms):
                await connection.execute(table.delete().where(table.c.user_id == user_id))
            await connection.execute(people.delete().where(people.c.id == user_id))
            await _keep_an_admin(connection, admins)
            await connection.execute(
                audit.update().where(audit.c.about.like(f"{user_id} %")).values(about=str(user_id))
            )
            await _note(connection, user_id, _FORGET, str(user_id), now)

    # ---- invitations

    async def invite(self, invitation: Invitation, now: datetime) -> None:
        """Write an invitation."""
        row = {
            "code": invitation.code,
            "role": int(invitation.role),
            "team": invitation.team,
            "expires_at": invitation.expires_at,
            "uses_left": invitation.uses_left,
            "created_by": invitation.created_by,
            "created_at": now,
        }
        async with self._database.writing() as connection:
            await connection.execute(invitations.insert(), row)
            about = f"{invitation.role.name} {invitation.team} ×{invitation.uses_left}"
            await _note(connection, invitation.created_by, "invite", about, now)

    async def invitation(self, code: str, now: datetime) -> Invitation | None:
        """An invitation that can still be used; None where there is none."""
        query = sa.select(invitations).where(invitations.c.code == code, _usable(now))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _invitation(row) if row else None

    async def live_invitations(self, now: datetime) -> tuple[Invitation, ...]:
        """Every invitation that can still be used, newest first."""
        query = sa.select(invitations).where(_usable(now)).order_by(invitations.c.created_at.desc(), invitations.c.code)
        async with self._database.reading() as connection:
            return tuple(map(_invitation, (await connection.execute(query)).mappings()))

    async def withdraw(self, code: str, by: int, now: datetime) -> Invitation | None:
        """Let nobody use an invitation any more.

        Returns:
            The invitation as it is now; None where it could not be used before, and nothing was changed.
        """
        async with self._database.writing() as connection:
            row = (
                (
                    await connection.execute(
                        invitations.update()
                        .where(invitations.c.code == code, _usable(now))
                        .values(uses_left=0)
                        .returning(invitations)
                    )
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            invitation = _invitation(row)
            about = f"{invitation.role.name} {invitation.team} {code[:4]}… of {invitation.created_by}"
            await _note(connection, by, "withdraw invitation", about, now)
            return invitation

    async def accept(self, code: str, person: Person, now: datetime) -> Invitation | None:
        """Use an invitation up by one and let a person in, in one step.

        What they may do already is not taken from them, and their wish to come in is granted.

        Args:
            code: As it was given out, or guessed.
            person: With any role and team; those of the invitation are taken.
            now: Decides whether it has expired.

        Returns:
            The invitation as it is now; None where it can't be used any more, by nobody or not by this person, who was suspended or
            removed, and nothing was changed.
        """
        async with self._database.writing() as connection:
            current = await _current(connection, person.id)
            if current is not None and current.state is not PersonState.ACTIVE:
                return None
            row = (
                (
                    await connection.execute(
                        invitations.update()
                        .where(invitations.c.code == code, _usable(now))
                        .values(uses_left=invitations.c.uses_left - 1)
                        .returning(invitations)
                    )
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            invitation = _invitation(row)
            person = current or person
            role = max(invitation.role, current.role) if current is not None else invitation.role
            team = invitation.team or person.team
            await _put_all(connection, [replace(person, role=role, team=team, state=PersonState.ACTIVE)])
            await connection.execute(
                requests.update()
                .where(requests.c.user_id == person.id, requests.c.granted.is_(None))
                .values(decided_at=now, decided_by=invitation.created_by, granted=True)
            )
            await _note(connection, person.id, "join", f"{code[:4]}… of {invitation.created_by}", now)
            return invitation

    # ---- requests

    async def ask_to_join(self, user_id: int, name: str, team: str, now: datetime) -> Request:
        """Write a stranger's wish; an undecided one of the same person is put anew."""
        async with self._database.writing() as connection:
            await connection.execute(
                requests.delete().where(requests.c.user_id == user_id, requests.c.granted.is_(None))
            )
            row = (
                (
                    await connection.execute(
                        requests.insert()
                        .values(user_id=user_id, name=name, team=team, asked_at=now, notices=[])
                        .returning(requests)
                    )
                )
                .mappings()
                .one()
            )
        return _request(row)

    async def request(self, request_id: int) -> Request | None:
        """A wish; None where there is none of that number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(requests).where(requests.c.id == request_id))).mappings().first()
        return _request(row) if row else None

    async def open_request(self, user_id: int) -> Request | None:
        """A person's wish that nobody has decided; None where there is none."""
        query = sa.select(requests).where(requests.c.user_id == user_id, requests.c.granted.is_(None))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _request(row) if row else None

    async def open_requests(self) -> tuple[Request, ...]:
        """Every wish that nobody has decided, oldest first."""
        query = sa.select(requests).where(requests.c.granted.is_(None)).order_by(requests.c.id)
        async with self._database.reading() as connection:
            return tuple(map(_request, (await connection.execute(query)).mappings()))

    async def keep_notices(self, request_id: int, notices: Sequence[tuple[int, int]]) -> None:
        """Note which messages tell admins of a wish."""
        async with self._database.writing() as connection:
            await connection.execute(
                requests.update()
                .where(requests.c.id == request_id)
                .values(notices=[list(notice) for notice in notices])
            )

    async def decide(self, request_id: int, by: int, person: Person | None, now: datetime) -> Request | None:
        """Grant a wish, where a person is given, or refuse it: the first to decide decides.

        What the person may do already is not taken from them.

        Returns:
            The wish; None where it was decided before, and nothing was changed.
        """
        async with self._database.writing() as connection:
            row = (
                (
                    await connection.execute(
                        requests.update()
                        .where(requests.c.id == request_id, requests.c.granted.is_(None))
                        .values(decided_at=now, decided_by=by, granted=person is not None)
                        .returning(requests)
                    )
                )
                .mappings()
                .first()
            )
            if row is None:
                return None
            if person is not None:
                current = await _current(connection, person.id)
                role = max(person.role, current.allowed) if current is not None else person.role
                await _put_all(connection, [replace(person, role=role)])
            verdict = "grant" if person is not None else "refuse"
            await _note(connection, by, verdict, f"{row['user_id']} {row['name']} {row['team']}", now)
            return _request(row)

    # ---- audit

    async def note(self, who: int, what: str, about: str, now: datetime) -> None:
        """Write into the audit log."""
        async with self._database.writing() as connection:
            await _note(connection, who, what, about, now)

    async def audited(self, limit: int = 50) -> tuple[AuditEntry, ...]:
        """The last entries of the audit log, newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(AuditEntry(row["at"], row["who"], row["what"], row["about"]) for row in rows)


async def _lock_admins(connection: AsyncConnection) -> frozenset[int]:
    """The active admins, whom nobody else changes until the end of the transaction."""
    query = sa.select(people.c.id).where(_IS_ADMIN).order_by(people.c.id).with_for_update()
    return frozenset((await connection.execute(query)).scalars())


async def _keep_an_admin(connection: AsyncConnection, before: Collection[int]) -> None:
    """Raise where there were active admins before, and none is left."""
    if before and not (await connection.execute(sa.select(sa.func.count()).where(_IS_ADMIN))).scalar():
        raise LastAdminError("最后一位管理员要留着")


async def _current(connection: AsyncConnection, user_id: int) -> Person | None:
    """A person whom nobody else changes until the end of the transaction."""
    query = sa.select(people).where(people.c.id == user_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    return _person(row) if row else None


async def _put_all(connection: AsyncConnection, persons: Sequence[Person]) -> None:
    # One statement for all of them: ten thousand single ones would take eight seconds.
    await connection.execute(insert_or_replace_many(connection, people, ["id"]), [_row(person) for person in persons])


async def _note(connection: AsyncConnection, who: int, what: str, about: str, now: datetime) -> None:
    await connection.execute(audit.insert().values(at=now, who=who, what=what, about=about[:200]))


def _usable(now: datetime) -> sa.ColumnElement[bool]:
    """Whether an invitation can be used: who gave it out must be an admin still."""
    return sa.and_(
        invitations.c.expires_at > now,
        invitations.c.uses_left > 0,
        invitations.c.created_by.in_(sa.select(people.c.id).where(_IS_ADMIN)),
    )


def _row(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "team": person.team,
        "role": int(person.role),
        "state": person.state.value,
        "wants_daily": person.wants_daily,
        "unreachable_since": person.unreachable_since,
        "joined_at": person.joined_at,
    }


def _person(row: sa.RowMapping) -> Person:
    return Person(
        row["id"],
        row["name"],
        row["team"],
        Role(row["role"]),
        PersonState(row["state"]),
        row["wants_daily"],
        row["unreachable_since"],
        row["joined_at"],
    )


def _invitation(row: sa.RowMapping) -> Invitation:
    return Invitation(
        row["code"], Role(row["role"]), row["team"], row["expires_at"], row["uses_left"], row["created_by"]
    )


def _request(row: sa.RowMapping) -> Request:
    notices = tuple((int(chat), int(message)) for chat, message in row["notices"])
    return Request(
        row["id"],
        row["user_id"],
        row["name"],
        row["team"],
        row["asked_at"],
        row["decided_by"],
        row["granted"],
        notices,
    )
