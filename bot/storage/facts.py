"""Small things that are kept by name: what was told to whom, which code is good."""

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.schema import facts
from bot.storage.upsert import insert_or_ignore, insert_or_replace


class Facts:
    """Reads and writes them; each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """A thing that is kept by name; None where it is not."""
        async with self._database.reading() as connection:
            return (await connection.execute(sa.select(facts.c.value).where(facts.c.name == name))).scalar()

    async def keep(self, name: str, value: str) -> None:
        """Keep a thing by name."""
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, facts, {"name": name, "value": value}, ["name"]))

    async def claim(self, name: str, value: str) -> bool:
        """Keep a thing by a name that is not used yet; gives whether that was so: of several who try, one is told yes."""
        async with self._database.writing() as connection:
            done = await connection.execute(insert_or_ignore(connection, facts, {"name": name, "value": value}))
        return done.rowcount > 0

    async def take(self, name: str, value: str) -> bool:
        """Drop a thing where it has this value; gives whether it had: of several who try, one is told yes."""
        async with self._database.writing() as connection:
            done = await connection.execute(facts.delete().where(facts.c.name == name, facts.c.value == value))
        return done.rowcount > 0
