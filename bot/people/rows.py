"""People, invitations and requests, as they are kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.schema import audit, people
from bot.storage.upsert import insert_or_replace_many
from retrieval.errors import PolicybotError


class PersonState(StrEnum):
    """Whether a person may come in. REMOVED people are kept for the reports of the days on which they were there."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"


IS_ADMIN = sa.and_(people.c.role == int(Role.ADMIN), people.c.state == PersonState.ACTIVE.value)


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


async def lock_admins(connection: AsyncConnection) -> frozenset[int]:
    """The active admins, whom nobody else changes until the end of the transaction."""
    query = sa.select(people.c.id).where(IS_ADMIN).order_by(people.c.id).with_for_update()
    return frozenset((await connection.execute(query)).scalars())


async def keep_an_admin(connection: AsyncConnection, before: Collection[int]) -> None:
    """Raise where there were active admins before, and none is left."""
    if before and not (await connection.execute(sa.select(sa.func.count()).where(IS_ADMIN))).scalar():
        raise LastAdminError("最后一位管理员要留着")


async def current_person(connection: AsyncConnection, user_id: int) -> Person | None:
    """A person whom nobody else changes until the end of the transaction."""
    query = sa.select(people).where(people.c.id == user_id).with_for_update()
    row = (await connection.execute(query)).mappings().first()
    return person_of(row) if row else None


async def put_people(connection: AsyncConnection, persons: Sequence[Person]) -> None:
    """Write people, new or changed: one statement for all of them, since ten thousand single ones would take eight seconds."""
    await connection.execute(insert_or_replace_many(connection, people, ["id"]), [row_of(person) for person in persons])


async def write_note(connection: AsyncConnection, who: int, what: str, about: str, now: datetime) -> None:
    """Write into the audit log."""
    await connection.execute(audit.insert().values(at=now, who=who, what=what, about=about[:200]))


def row_of(person: Person) -> dict[str, Any]:
    """Return the row of a person."""
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


def person_of(row: sa.RowMapping) -> Person:
    """Return the person of a row."""
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


class Rows:
    """Reads and writes a part of what is kept of people; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
