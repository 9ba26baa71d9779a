"""Databases of both kinds; every test has one of its own, empty and up to date."""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.asking.store import QuestionStore
from bot.daily.store import DailyStore
from bot.people.store import PeopleStore
from bot.storage.database import Database
from tests.clock import NOW

SERVER = "POLICYBOT_TEST_POSTGRES"
"""The variable that names a PostgreSQL server on which databases may be made: postgresql+asyncpg://user@host:port/postgres."""
KINDS = ("sqlite", "postgresql")


@asynccontextmanager
async def empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database without tables, gone at the end; the test is skipped where there is no server.

    Args:
        kind: One of `KINDS`.
        folder: For a file.
    """
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'policybot.db'}"
        return
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"{SERVER} names no PostgreSQL server")
    url = make_url(server)
    name = f"policybot_test_{secrets.token_hex(6)}"
    await _on_server(url, f"CREATE DATABASE {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        await _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


@asynccontextmanager
async def open_database(address: str) -> AsyncIterator[Database]:
    """A database that is open and up to date."""
    database = Database(address)
    try:
        await database.open(NOW)
        yield database
    finally:
        await database.close()


async def _on_server(url: sa.URL, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(sa.text(statement))
    finally:
        await engine.dispose()


@dataclass(frozen=True, slots=True)
class Stores:
    """What is kept on one database."""

    database: Database
    people: PeopleStore
    daily: DailyStore
    questions: QuestionStore


def build_store(database: Database) -> Stores:
    """What is kept on a database that is open, or will be."""
    return Stores(database, PeopleStore(database), DailyStore(database), QuestionStore(database))
