"""Everything the database holds, in one zip of JSON lines that any engine can read back."""

import asyncio
import json
import os
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.errors import DatabaseError

_MANIFEST = "manifest.json"
_FORMAT = "policybot-backup-1"
_BATCH = 1000
_VERSION = "alembic_version"
"""The tables' own version, which rows don't change."""


async def write_archive(engine: AsyncEngine, path: Path, now: datetime) -> dict[str, int]:
    """Write every table as it is at one moment; the bot may go on meanwhile.

    Args:
        engine: SQLite or PostgreSQL, of any version of the tables.
        path: The file, which appears whole or not at all; one that is there is replaced.
        now: Written into the file.

    Returns:
        How many rows of each table are in it.

    Raises:
        DatabaseError: Where the file can't be written.
    """
    unfinished = path.with_name(path.name + ".unfinished")
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else None
    try:
        async with engine.connect() as connection:
            if level is not None:
                await connection.execution_options(isolation_level=level)
            counts = await connection.run_sync(_write, unfinished, now)
        await asyncio.to_thread(os.replace, unfinished, path)
    except (OSError, SQLAlchemyError) as error:
        await asyncio.to_thread(unfinished.unlink, missing_ok=True)
        message = f"备份没有写成：{error}"
        raise DatabaseError(message) from error
    return counts


def _write(connection: sa.Connection, path: Path, now: datetime) -> dict[str, int]:
    tables = _tables(connection)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        counts = {}
        for table in tables.sorted_tables:
            with archive.open(f"{table.name}.jsonl", "w") as file:
                counts[table.name] = 0
                for row in connection.execute(sa.select(table)).mappings():
                    line = json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False)
                    file.write(line.encode() + b"\n")
                    counts[table.name] += 1
        manifest = {"format": _FORMAT, "written_at": now.isoformat(), "rows": counts}
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return counts


def check_archive(path: Path) -> None:
    """See whether a file is a backup.

    Raises:
        DatabaseError: Where it is not, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            is_whole = manifest.get("format") == _FORMAT and archive.testzip() is None
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, AttributeError):
        is_whole = False
    if not is_whole:
        message = f"{path} 不是 policybot 的备份文件，或者已经损坏。"
        raise DatabaseError(message)


async def read_archive(engine: AsyncEngine, path: Path) -> dict[str, int]:
    """Put everything in a file in the place of what a database holds; all of it or nothing.

    The tables must be of the version that wrote the file, or a newer one.

    Returns:
        How many rows each table has now.

    Raises:
        DatabaseError: Where the file is no backup, or doesn't fit.
    """
    check_archive(path)
    with zipfile.ZipFile(path) as archive:
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(_read, archive)
        except (SQLAlchemyError, zipfile.BadZipFile, ValueError, KeyError) as error:
            message = f"备份和这个版本的程序对不上，没有恢复成，什么都没有改：{error}"
            raise DatabaseError(message) from error


def _read(connection: sa.Connection, archive: zipfile.ZipFile) -> dict[str, int]:
    tables = _tables(connection)
    counts = {}
    held = [table for table in tables.sorted_tables if table.name != _VERSION]
    for table in reversed(held):
        connection.execute(table.delete())
    for table in held:
        name = f"{table.name}.jsonl"
        if name not in archive.namelist():
            continue
        counts[table.name] = 0
        for batch in _batches(archive, name):
            rows = [{key: _typed(table.c[key], value) for key, value in row.items()} for row in batch]
            connection.execute(table.insert(), rows)
            counts[table.name] += len(rows)
        _continue_numbers(connection, table)
    return counts


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL's own count of ids knows nothing of rows that came with theirs."""
    column = table.c.get("id")
    if connection.dialect.name != "postgresql" or column is None:
        return
    sequence = connection.execute(sa.select(sa.func.pg_get_serial_sequence(table.name, "id"))).scalar()
    if sequence is not None:
        highest = connection.execute(sa.select(sa.func.max(column))).scalar() or 0
        connection.execute(sa.select(sa.func.setval(sequence, highest + 1, False)))


def _batches(archive: zipfile.ZipFile, name: str) -> Iterator[list[dict[str, Any]]]:
    with archive.open(name) as file:
        batch = []
        for line in file:
            batch.append(json.loads(line))
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _tables(connection: sa.Connection) -> sa.MetaData:
    """The tables as they are, whatever the version."""
    found = sa.MetaData()
    found.reflect(connection)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode()}
    return value


def _typed(column: "sa.Column[Any]", value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict) and set(value) == {"base64"}:
        return b64decode(value["base64"])
    if isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    return value
