"""Who asks to come in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from bot.people.rows import Person, Request, Rows, current_person, put_people, write_note
from bot.storage.schema import requests


class RequestRows(Rows):
    """Requests."""

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
        return request_of(row)

    async def request(self, request_id: int) -> Request | None:
        """A wish; None where there is none of that number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(requests).where(requests.c.id == request_id))).mappings().first()
        return request_of(row) if row else None

    async def open_request(self, user_id: int) -> Request | None:
        """A person's wish that nobody has decided; None where there is none."""
        query = sa.select(requests).where(requests.c.user_id == user_id, requests.c.granted.is_(None))
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return request_of(row) if row else None

    async def open_requests(self) -> tuple[Request, ...]:
        """Every wish that nobody has decided, oldest first."""
        query = sa.select(requests).where(requests.c.granted.is_(None)).order_by(requests.c.id)
        async with self._database.reading() as connection:
            return tuple(map(request_of, (await connection.execute(query)).mappings()))

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
                current = await current_person(connection, person.id)
                role = max(person.role, current.allowed) if current is not None else person.role
                await put_people(connection, [replace(person, role=role)])
            verdict = "grant" if person is not None else "refuse"
            await write_note(connection, by, verdict, f"{row['user_id']} {row['name']} {row['team']}", now)
            return request_of(row)


def request_of(row: sa.RowMapping) -> Request:
    """Return the request of a row."""
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
