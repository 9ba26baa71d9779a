"""The database's beginnings, changes of version, copies and returns."""

import asyncio
import socket
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from sqlite3 import connect

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import StatementError

from bot.people.rows import Person, PersonState
from bot.start.upkeep import back_up, restore
from bot.station.config import Settings
from bot.station.roles import Role
from bot.storage import database as database_module
from bot.storage.archive import check_archive, read_archive, write_archive
from bot.storage.database import Database
from bot.storage.errors import DatabaseError, JournalInUseError
from bot.storage.schema import PlanState, metadata
from bot.transport.journal import Journal
from tests.bot.databases import build_store

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WANG = Person(1, "王<强>'; DROP TABLE people;--", "抢修一班", Role.STAFF, PersonState.ACTIVE, True, None, NOW)
TOKEN = "123456:" + "A" * 35


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path.as_posix()}"


def _upgrade_to(revision: str, connection: sa.Connection) -> None:
    config = database_module._config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_the_migrations_make_what_the_code_expects(tmp_path: Path) -> None:
    """After all steps from an empty file the tables are those of the schema, to the column."""
    database = Database(_url(tmp_path / "data" / "policybot.db"))
    await database.open(NOW)

    async with database.reading() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )

    assert differences == []
    await database.close()


async def test_a_file_of_the_version_before_is_brought_up_to_date_and_copied_first(tmp_path: Path) -> None:
    """People of the earlier tables are there afterwards, and a backup of how they were."""
    path, backups = tmp_path / "policybot.db", tmp_path / "backups"
    old = Database(_url(path))
    async with old.engine.begin() as connection:
        await connection.run_sync(lambda sync: _upgrade_to("0001", sync))
        await connection.execute(
            sa.text(
                "INSERT INTO people (id, name, team, role, state, wants_daily, joined_at)"
                " VALUES (1, '王', '一班', 1, 'active', 1, '2026-01-01 00:00:00')"
            )
        )
    await old.close()

    database = Database(_url(path), backups)
    await database.open(NOW)
    store = build_store(database)

    assert [person.name for person in await store.people.all()] == ["王"]
    assert await store.daily.add_plan(date(2026, 1, 5), "一班", "x", PlanState.READY, NOW) is not None
    (copy,) = backups.iterdir()
    with zipfile.ZipFile(copy) as archive:
        assert "王" in archive.read("people.jsonl").decode()
    await database.open(NOW)
    assert len(list(backups.iterdir())) == 1, "nothing to do the second time"
    await database.close()


async def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    """An old program says what to do instead of breaking what a newer one wrote."""
    path = tmp_path / "policybot.db"
    database = Database(_url(path))
    await database.open(NOW)
    await database.close()
    with closing(connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()

    with pytest.raises(DatabaseError, match="9999"):
        await Database(_url(path)).open(NOW)


@pytest.mark.parametrize("content", [b"nonsense" * 500, None])
async def test_a_file_that_is_no_database_is_named(tmp_path: Path, content: bytes | None) -> None:
    """Rubbish, and a folder in the file's place, end in one sentence."""
    path = tmp_path / "policybot.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)

    with pytest.raises(DatabaseError, match="数据库打不开"):
        await Database(_url(path)).open(NOW)
    await _driver_ends()


async def _driver_ends() -> None:
    """Where a connection fails the driver's thread still has a word for the loop, which has to be there to hear it."""
    async with asyncio.timeout(10):
        while any("_connection_worker" in each.name for each in threading.enumerate()):  # noqa: ASYNC110 - rings no bell
            await asyncio.sleep(0)


@pytest.mark.parametrize("url", ["nonsense", "mysql+aiomysql://x/y", "sqlite+nowhere://"])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    """The message comes at once, not at the first question."""
    with pytest.raises(DatabaseError, match="数据库地址"):
        Database(url)


async def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """All of it or nothing, also where the second statement fails."""
    database = Database(_url(tmp_path / "policybot.db"))
    await database.open(NOW)
    store = build_store(database)

    with pytest.raises(StatementError, match="zone"):
        await store.people.put_all([WANG, replace(WANG, id=2, joined_at=NOW.replace(tzinfo=None))], 0, "x", NOW)

    assert await store.people.all() == ()
    await database.close()


async def test_a_server_that_is_away_is_a_database_error() -> None:
    """A driver's own error while it connects would end the tasks that wait for a DatabaseError and go on."""
    with socket.socket() as nobody:  # bound, and not listening: connections are refused
        nobody.bind(("127.0.0.1", 0))
        database = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{nobody.getsockname()[1]}/none")
        store = build_store(database)

        with pytest.raises(DatabaseError, match="连不上"):
            await store.daily.waiting()
        with pytest.raises(DatabaseError, match="连不上"):
            await store.daily.put_exception(date(2026, 11, 24), works=True)

        await database.close()


async def test_writers_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    """Thirty at once: none is told that the database is locked."""
    database = Database(_url(tmp_path / "policybot.db"))
    await database.open(NOW)
    store = build_store(database)

    await asyncio.gather(*(store.people.note(number, "test", "", NOW) for number in range(30)))

    assert len(await store.people.audited()) == 30
    await database.close()


async def test_an_archive_brings_everything_back(tmp_path: Path) -> None:
    """Written from one database and read into another, every row is the same; numbers go on where they were."""
    source, target = Database(_url(tmp_path / "a.db")), Database(_url(tmp_path / "b.db"))
    for database in (source, target):
        await database.open(NOW)
    store = build_store(source)
    await store.people.put(WANG, 9, "join", NOW)
    plan = await store.daily.add_plan(date(2026, 1, 5), "抢修一班", "estimated-reading", PlanState.READY, NOW)
    assert plan is not None
    await store.daily.begin(plan, NOW)
    await build_store(target).people.note(1, "old", "is gone afterwards", NOW)

    written = await write_archive(source.engine, tmp_path / "backup.zip", NOW)
    read = await read_archive(target.engine, tmp_path / "backup.zip")

    restored = build_store(target)
    assert {name: count for name, count in written.items() if name != "alembic_version"} == read
    assert await restored.people.all() == (WANG,)
    assert await restored.daily.copies(date(2026, 1, 1), date(2026, 12, 31)) == await store.daily.copies(
        date(2026, 1, 1), date(2026, 12, 31)
    )
    assert [entry.what for entry in await restored.people.audited()] == ["join"]
    for database in (source, target):
        await database.close()


@pytest.mark.parametrize("content", [b"", b"PK nonsense", None])
async def test_what_is_no_backup_changes_nothing(tmp_path: Path, content: bytes | None) -> None:
    """An empty file, rubbish and somebody else's zip are refused before anything is touched."""
    path = tmp_path / "backup.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("manifest.json", "{}")
    else:
        path.write_bytes(content)

    with pytest.raises(DatabaseError, match="不是 policybot 的备份文件"):
        check_archive(path)


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, token=TOKEN, data=folder)


def test_backup_while_the_bot_runs_and_restore_after_it(tmp_path: Path) -> None:
    """`policybot backup` works beside a running bot; `policybot restore` waits until it has ended, and keeps what was there."""
    settings, backup = _settings(tmp_path / "data"), tmp_path / "b.zip"

    async def live() -> None:
        database, journal = Database(settings.database_url()), Journal(settings.data / "journal-123456.db")
        await journal.open(NOW)
        await database.open(NOW)
        store = build_store(database)
        await store.people.put(WANG, 9, "join", NOW)
        assert "人员 1" in await asyncio.to_thread(back_up, settings, backup, NOW)
        await store.people.forget(1, NOW)
        await store.people.put(Person(5, "后来的", "", Role.STAFF, PersonState.ACTIVE, True, None, NOW), 9, "join", NOW)
        with pytest.raises(JournalInUseError):
            await asyncio.to_thread(restore, settings, backup, NOW)
        await database.close()
        await journal.close()

    asyncio.run(live())
    words, kept = restore(settings, backup, NOW)

    async def people() -> list[str]:
        database = Database(settings.database_url())
        found = [person.name for person in await build_store(database).people.all()]
        await database.close()
        return found

    assert "人员 1" in words
    assert asyncio.run(people()) == [WANG.name]
    assert kept is not None
    with zipfile.ZipFile(kept) as archive:
        assert "后来的" in archive.read("people.jsonl").decode()


def test_a_backup_that_cannot_be_written_leaves_no_half_of_it(tmp_path: Path) -> None:
    """Into a folder that is not there: one sentence, no file."""
    settings = _settings(tmp_path / "data")
    with pytest.raises(DatabaseError, match="还没有数据"):
        back_up(settings, tmp_path / "b.zip", NOW)

    async def begin() -> None:
        database = Database(settings.database_url())
        await database.open(NOW)
        await database.close()

    asyncio.run(begin())

    with pytest.raises(DatabaseError, match="备份没有写成"):
        back_up(settings, tmp_path / "nowhere" / "b.zip", NOW)
    assert not (tmp_path / "nowhere").exists()


async def test_a_unit_is_one_transaction_of_all_stores(database: Database) -> None:
    """What one store has written another sees inside; nothing of it is left if something is raised."""
    store = build_store(database)

    async def fail() -> None:
        async with database.unit():
            await store.people.add_missing([WANG])
            await store.people.note(1, "what", "about", NOW)
            assert await store.daily.audience("抢修一班") == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await store.daily.audience("抢修一班") == 0
    assert await store.people.audited() == ()


async def test_a_write_that_fails_inside_a_unit_takes_back_itself_alone(database: Database) -> None:
    """The use case may go on after it."""
    store = build_store(database)

    async def fail() -> None:
        async with database.writing() as connection:
            await connection.execute(sa.text("DELETE FROM audit"))
            raise RuntimeError

    async with database.unit():
        await store.people.note(1, "first", "", NOW)
        with pytest.raises(RuntimeError):
            await fail()
        await store.people.note(1, "second", "", NOW)

    assert [entry.what for entry in await store.people.audited()] == ["second", "first"]


async def test_a_task_started_inside_a_unit_is_not_part_of_it(tmp_path: Path) -> None:
    """It has a connection of its own and sees nothing of the unit before its end."""
    database = Database(_url(tmp_path / "policybot.db"))
    await database.open(NOW)
    store = build_store(database)

    async with database.unit():
        await store.people.note(1, "what", "", NOW)
        seen = await asyncio.create_task(store.people.audited())

    assert seen == ()
    assert len(await store.people.audited()) == 1
    await database.close()
