"""Databases of both kinds; every test has one of its own."""

import pytest

from bot.storage.database import Database


@pytest.fixture
def database(each_database: Database) -> Database:
    """An open database: a file of SQLite, and, where there is a server, one on it."""
    return each_database
