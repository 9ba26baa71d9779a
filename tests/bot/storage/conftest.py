"""Databases of both kinds; every test has one of its own, empty and up to date."""

import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.storage.database import Database
from bot.storage.journal import utc_now

SERVER = "POLICYBOT_TEST_POSTGRES"
"""The variable that names a PostgreSQL server on which databases may be made: postgresql+asyncpg://user@host:port/postgres."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database: a file of SQLite, and, where there is a server, one on it."""
    if request.param == "sqlite":
        database = Database(f"sqlite+aiosqlite:///{tmp_path / 'policybot.db'}")
        await database.open(utc_now())
        yield database
        await database.close()
        return
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"{SERVER} names no PostgreSQL server")
    url = make_url(server)
    name = f"policybot_test_{secrets.token_hex(6)}"
    await _on_server(url, f"CREATE DATABASE {name}")
    database = Database(url.set(database=name).render_as_string(hide_password=False))
    try:
        await database.open(utc_now())
        yield database
    finally:
        await database.close()
        await _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(url: sa.URL, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(sa.text(statement))
    finally:
        await engine.dispose()
