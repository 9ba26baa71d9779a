"""Databases of both kinds; every test has one of its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database
from tests.bot.databases import KINDS, empty_database, open_database


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database: a file of SQLite, and, where there is a server, one on it."""
    async with empty_database(request.param, tmp_path) as address, open_database(address) as database:
        yield database
