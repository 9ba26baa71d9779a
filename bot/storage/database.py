"""The database: opened, brought up to date, backed up."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.storage.archive import write_archive
from bot.storage.errors import DatabaseError

_log = logging.getLogger(__name__)
_MIGRATIONS = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = 7_340_112
"""The number under which PostgreSQL knows that somebody is migrating."""
_BACKUPS_KEPT = 10
_OURS = (IntegrityError, DataError, ProgrammingError, NotSupportedError)
"""Errors that tell of what was asked, not of the server or the disk."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A transaction that a use case has open."""

    database: "Database"
    task: "asyncio.Task[Any] | None"
    connection: AsyncConnection


_open_unit: ContextVar[_Unit | None] = ContextVar("open_unit", default=None)


class Database:
    """An engine on SQLite or PostgreSQL; everything that is read or written goes through `reading` and `writing`."""

    def __init__(self, url: str, backups: Path | None = None) -> None:
        """Nothing is opened yet.

        Args:
            url: `sqlite+aiosqlite:///file`, `sqlite+aiosqlite://` (in memory) or `postgresql+asyncpg://…`.
            backups: Where a file is put before the tables change; nowhere where None.

        Raises:
            DatabaseError: Where the address can't be used.
        """
        self._backups = backups
        try:
            self.url = make_url(url)
            if self.url.get_backend_name() not in {"sqlite", "postgresql"}:
                raise ArgumentError(self.url.get_backend_name())  # noqa: TRY301 - one answer to every wrong address
            self.engine = _engine(self.url)
        except (ArgumentError, ImportError, sa.exc.InvalidRequestError) as error:
            message = f"数据库地址用不了：{error}"
            raise DatabaseError(message) from None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is one file, for one process at a time."""
        return self.url.get_backend_name() == "sqlite"

    async def open(self, now: datetime) -> None:
        """Make the tables, or bring those of an earlier version up to date, with a backup before.

        Raises:
            DatabaseError: Where that can't be done; nothing is changed then.
        """
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            await self._bring_up_to_date(now)
        except BaseException:
            await self.engine.dispose()
            raise

    async def _bring_up_to_date(self, now: datetime) -> None:
        try:
            async with self.engine.connect() as connection:
                current = await connection.run_sync(_revision)
                tables = await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
            newest = _script().get_current_head()
            if current == newest:
                return
            known = {revision.revision for revision in _script().walk_revisions()}
            if current is not None and current not in known:
                message = f"数据是更新版本的程序写的（{current}），请换回那个版本，或者用它的备份。"
                raise DatabaseError(message)
            if tables and self._backups is not None:
                await self._keep_backup(now)
            async with self.engine.begin() as connection:
                await connection.run_sync(_upgrade)
        except SQLAlchemyError as error:
            message = f"数据库打不开：{_words(error)}"
            raise DatabaseError(message) from None

    async def close(self) -> None:
        """Let go of every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[None]:
        """Run a use case in one transaction: all that this task reads and writes inside, or nothing if something is raised.

        Whichever store reads or writes, it uses this transaction. Tasks that are started inside have their own.

        Raises:
            DatabaseError: If the disk is full or the server away.
        """
        async with self.writing() as connection:
            token = _open_unit.set(_Unit(self, asyncio.current_task(), connection))
            try:
                yield
            finally:
                _open_unit.reset(token)

    def _of_unit(self) -> AsyncConnection | None:
        """Return the connection of the unit that this task has open, or None."""
        unit = _open_unit.get()
        # A task that was started inside a unit sees it too, and must not share its connection.
        ours = unit is not None and unit.database is self and unit.task is asyncio.current_task()
        return unit.connection if unit is not None and ours else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment, and changes nothing; inside a unit, the unit's.

        Raises:
            DatabaseError: Where the server is away, or the disk fails.
        """
        if (joined := self._of_unit()) is not None:
            with _as_database_error("读不出来"):
                yield joined
            return
        async with self._connected("读不出来") as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: all of it is on the disk at the end, or, where something is raised, nothing.

        Inside a unit it is a part of the unit's, and on the disk when the unit is.

        Raises:
            DatabaseError: Where the disk is full or the server away.
        """
        if (joined := self._of_unit()) is not None:
            with _as_database_error("没有存上"):
                async with joined.begin_nested():
                    yield joined
            return
        async with self._connected("没有存上") as connection:
            await connection.execution_options(policybot_writes=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def _connected(self, failing: str) -> AsyncIterator[AsyncConnection]:
        """A connection whose end, whoever notices it first, is a DatabaseError."""
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(self.engine.connect())
            except Exception as error:  # what a driver raises while it connects SQLAlchemy lets through as it is
                message = f"数据库连不上：{_words(error)}"
                raise DatabaseError(message) from error
            with _as_database_error(failing):
                yield connection

    async def _keep_backup(self, now: datetime) -> None:
        assert self._backups is not None  # noqa: S101 - asked for by the caller
        self._backups.mkdir(parents=True, exist_ok=True)
        path = self._backups / f"before-migration-{now:%Y%m%d-%H%M%S}.zip"
        await write_archive(self.engine, path, now)
        _log.info("Before the tables are changed everything was copied to %s", path)
        for old in sorted(self._backups.glob("before-migration-*.zip"))[:-_BACKUPS_KEPT]:
            await asyncio.to_thread(old.unlink)


@contextmanager
def _as_database_error(failing: str) -> Iterator[None]:
    """Raise a DatabaseError if the server or the disk fails."""
    try:
        yield
    except DBAPIError as error:
        if isinstance(error, _OURS):
            raise
        message = f"数据{failing}：{_words(error)}"
        raise DatabaseError(message) from error


def _words(error: Exception) -> str:
    return (str(getattr(error, "orig", None) or error) or type(error).__name__).splitlines()[0]


def _engine(url: sa.URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
    options: dict[str, Any] = {"connect_args": {"timeout": 30}}
    if not url.database:
        # Every connection would see a memory of its own: there is one, and who wants it waits.
        options |= {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}
    engine = create_async_engine(url, **options)
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    sa.event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # The driver would begin transactions late, and let reads in one see two states; SQLAlchemy's own advice.
    connection.isolation_level = None
    try:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # nobody else would: it is not in the pool yet
        raise


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("policybot_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _upgrade(connection: sa.Connection) -> None:
    """Bring the tables up to date, while nobody else does."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
