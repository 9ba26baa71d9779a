"""“Insert, or else …” in the words of either engine."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_or_ignore(connection: AsyncConnection, table: sa.Table, row: Mapping[str, Any]) -> sa.Insert:
    """Insert a row; where one of its key is there, that one stays as it is."""
    return _insert(connection, table).values(row).on_conflict_do_nothing()


def insert_or_ignore_many(connection: AsyncConnection, table: sa.Table) -> sa.Insert:
    """As `insert_or_ignore`, for rows that are handed over when it is carried out."""
    return _insert(connection, table).on_conflict_do_nothing()


def insert_or_replace(
    connection: AsyncConnection, table: sa.Table, row: Mapping[str, Any], key: Sequence[str]
) -> sa.Insert:
    """Insert a row; where one of its key is there, it takes the new values."""
    insert = _insert(connection, table).values(row)
    rest = {name: value for name, value in row.items() if name not in key}
    return insert.on_conflict_do_update(index_elements=list(key), set_=rest)


def insert_or_replace_many(connection: AsyncConnection, table: sa.Table, key: Sequence[str]) -> sa.Insert:
    """As `insert_or_replace`, for rows that are handed over when it is carried out; each has all columns."""
    insert = _insert(connection, table)
    rest = {column.name: insert.excluded[column.name] for column in table.c if column.name not in key}
    return insert.on_conflict_do_update(index_elements=list(key), set_=rest)


def _insert(connection: AsyncConnection, table: sa.Table) -> "sqlite.Insert | postgresql.Insert":
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
