"""People, how they came in, and who did what."""

from datetime import datetime

import sqlalchemy as sa

from bot.people.invitation_rows import InvitationRows
from bot.people.person_rows import PersonRows
from bot.people.request_rows import RequestRows
from bot.people.rows import AuditEntry, write_note
from bot.storage.schema import audit


class PeopleStore(PersonRows, InvitationRows, RequestRows):
    """Everything that is kept of people."""

    async def note(self, who: int, what: str, about: str, now: datetime) -> None:
        """Write into the audit log."""
        async with self._database.writing() as connection:
            await write_note(connection, who, what, about, now)

    async def audited(self, limit: int = 50) -> tuple[AuditEntry, ...]:
        """The last entries of the audit log, newest first."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(AuditEntry(row["at"], row["who"], row["what"], row["about"]) for row in rows)
