"""Who was invited."""

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.rows import IS_ADMIN, Invitation, Person, PersonState, Rows, current_person, put_people, write_note
from bot.station.roles import Role
from bot.storage.schema import invitations, people, requests


class InvitationRows(Rows):
    """Invitations."""

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
            await write_note(connection, invitation.created_by, "invite", about, now)

    async def invitation(self, code: str, now: datetime) -> Invitation | None:
        """An invitation that can still be used; None where there is none."""
        query = sa.select(invitations).where(invitations.c.code == code, usable(now))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return invitation_of(row) if row else None

    async def live_invitations(self, now: datetime) -> tuple[Invitation, ...]:
        """Every invitation that can still be used, newest first."""
        query = sa.select(invitations).where(usable(now)).order_by(invitations.c.created_at.desc(), invitations.c.code)
        async with self._database.reading() as connection:
            return tuple(map(invitation_of, (await connection.execute(query)).mappings()))

    async def withdraw(self, code: str, by: int, now: datetime) -> Invitation | None:
        """Let nobody use an invitation any more.

        Returns:
            The invitation as it is now; None where it could not be used before, and nothing was changed.
        """
        async with self._database.writing() as connection:
            invitation = await _set_uses_left(connection, code, 0, now)
            if invitation is None:
                return None
            about = f"{invitation.role.name} {invitation.team} {code[:4]}… of {invitation.created_by}"
            await write_note(connection, by, "withdraw invitation", about, now)
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
            current = await current_person(connection, person.id)
            if current is not None and current.state is not PersonState.ACTIVE:
                return None
            invitation = await _set_uses_left(connection, code, invitations.c.uses_left - 1, now)
            if invitation is None:
                return None
            person = current or person
            role = max(invitation.role, current.role) if current is not None else invitation.role
            team = invitation.team or person.team
            await put_people(connection, [replace(person, role=role, team=team, state=PersonState.ACTIVE)])
            await connection.execute(
                requests.update()
                .where(requests.c.user_id == person.id, requests.c.granted.is_(None))
                .values(decided_at=now, decided_by=invitation.created_by, granted=True)
            )
            await write_note(connection, person.id, "join", f"{code[:4]}… of {invitation.created_by}", now)
            return invitation


async def _set_uses_left(
    connection: AsyncConnection, code: str, uses_left: int | sa.ColumnElement[int], now: datetime
) -> Invitation | None:
    """Change how often an invitation can still be used. Return it as it is now, or None if it could not be used before."""
    change = invitations.update().where(invitations.c.code == code, usable(now)).values(uses_left=uses_left)
    row = (await connection.execute(change.returning(invitations))).mappings().first()
    return invitation_of(row) if row else None


def usable(now: datetime) -> sa.ColumnElement[bool]:
    """Whether an invitation can be used: who gave it out must be an admin still."""
    return sa.and_(
        invitations.c.expires_at > now,
        invitations.c.uses_left > 0,
        invitations.c.created_by.in_(sa.select(people.c.id).where(IS_ADMIN)),
    )


def invitation_of(row: sa.RowMapping) -> Invitation:
    """Return the invitation of a row."""
    return Invitation(
        row["code"], Role(row["role"]), row["team"], row["expires_at"], row["uses_left"], row["created_by"]
    )
