"""People, how they came in, and who did what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.roles import Role
from bot.storage.database import Database
from bot.storage.schema import audit, deliveries, facts, forms, invitations, people, questions, quiz_answers, requests
from bot.storage.upsert import insert_or_ignore, insert_or_replace


class PersonState(StrEnum):
    """Whether a person may come in. REMOVED people are kept for the reports of the days on which they were there."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


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


@dataclass(frozen=True, slots=True)
class Form:
    """What a person was asked, and is to answer with the next text."""

    kind: str
    data: Mapping[str, Any]
    asked_at: datetime


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

    async def put(self, person: Person, by: int, what: str, now: datetime) -> None:
        """Write a person, new or changed, and who did it."""
        async with self._database.writing() as connection:
            await _put(connection, person)
            await _note(connection, by, what, f"{person.id} {person.name} {person.team} {person.role.name}", now)

    async def put_all(self, persons: Sequence[Person], by: int, what: str, now: datetime) -> None:
        """Write many people at once: all or none."""
        async with self._database.writing() as connection:
            for person in persons:
                await _put(connection, person)
            await _note(connection, by, what, f"{len(persons)} people", now)

    async def add_missing(self, persons: Sequence[Person]) -> None:
        """Write those who are not there yet; the others stay as they are."""
        async with self._database.writing() as connection:
            for person in persons:
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
        """Delete a person and all that is known of them; that it was done stays in the audit log."""
        async with self._database.writing() as connection:
            own = sa.select(deliveries.c.id).where(deliveries.c.user_id == user_id)
            await connection.execute(quiz_answers.delete().where(quiz_answers.c.delivery_id.in_(own)))
            for table in (deliveries, questions, requests, forms):
                await connection.execute(table.delete().where(table.c.user_id == user_id))
            await connection.execute(people.delete().where(people.c.id == user_id))
            await _note(connection, user_id, "forget", str(user_id), now)

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
        query = sa.select(invitations).where(
            invitations.c.code == code, invitations.c.expires_at > now, invitations.c.uses_left > 0
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _invitation(row) if row else None

    async def accept(self, code: str, person: Person, now: datetime) -> Invitation | None:
        """Use an invitation up by one and let a person in, in one step.

        Args:
            code: As it was given out, or guessed.
            person: With any role and team; those of the invitation are taken.
            now: Decides whether it has expired.

        Returns:
            The invitation as it is now; None where it can't be used any more, and nothing was changed.
        """
        async with self._database.writing() as connection:
            row = (
                (
                    await connection.execute(
                        invitations.update()
                        .where(invitations.c.code == code, invitations.c.expires_at > now, invitations.c.uses_left > 0)
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
            joined = _with(person, role=invitation.role, team=invitation.team or person.team)
            await _put(connection, joined)
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
                await _put(connection, person)
            verdict = "grant" if person is not None else "refuse"
            await _note(connection, by, verdict, f"{row['user_id']} {row['name']} {row['team']}", now)
            return _request(row)

    # ---- forms, facts, audit

    async def ask_form(self, user_id: int, kind: str, data: Mapping[str, Any], now: datetime) -> None:
        """The person's next text answers this; an earlier question is dropped."""
        row = {"user_id": user_id, "kind": kind, "data": dict(data), "asked_at": now}
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, forms, row, ["user_id"]))

    async def form(self, user_id: int) -> Form | None:
        """What the person was asked; None where nothing."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(forms).where(forms.c.user_id == user_id))).mappings().first()
        return Form(row["kind"], row["data"], row["asked_at"]) if row else None

    async def drop_form(self, user_id: int) -> None:
        """The person has answered, or gone on to something else."""
        async with self._database.writing() as connection:
            await connection.execute(forms.delete().where(forms.c.user_id == user_id))

    async def fact(self, name: str) -> str | None:
        """A thing that is kept by name; None where it is not."""
        async with self._database.reading() as connection:
            return (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()

    async def keep_fact(self, name: str, value: str) -> None:
        """Keep a thing by name."""
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, facts, {"name": name, "value": value}, ["name"]))

    async def claim_fact(self, name: str, value: str) -> bool:
        """Keep a thing by a name that is not used yet; gives whether that was so: of several who try, one is told yes."""
        async with self._database.writing() as connection:
            done = await connection.execute(insert_or_ignore(connection, facts, {"name": name, "value": value}))
        return done.rowcount > 0

    async def take_fact(self, name: str, value: str) -> bool:
        """Drop a thing where it has this value; gives whether it had: of several who try, one is told yes."""
        async with self._database.writing() as connection:
            done = await connection.execute(facts.delete().where(facts.c.name == name, facts.c.value == value))
        return done.rowcount > 0

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


async def _put(connection: AsyncConnection, person: Person) -> None:
    await connection.execute(insert_or_replace(connection, people, _row(person), ["id"]))


async def _note(connection: AsyncConnection, who: int, what: str, about: str, now: datetime) -> None:
    await connection.execute(audit.insert().values(at=now, who=who, what=what, about=about[:200]))


def _with(person: Person, *, role: Role, team: str) -> Person:
    return Person(
        person.id,
        person.name,
        team,
        role,
        PersonState.ACTIVE,
        person.wants_daily,
        person.unreachable_since,
        person.joined_at,
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
