"""What is done to the data from the command line."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import sqlalchemy as sa

from bot.people.service import PeopleService
from bot.people.store import PeopleStore
from bot.station.config import ConfigError, Settings
from bot.storage.archive import check_archive, read_archive, write_archive
from bot.storage.database import Database
from bot.storage.errors import DatabaseError
from bot.storage.facts import Facts
from bot.storage.forms import Forms
from bot.transport.journal import Journal
from bot.transport.web import RELOAD_HEADER, RELOAD_PATH


def back_up(settings: Settings, path: Path, now: datetime) -> str:
    """Copy everything that is kept into a file; the bot may run meanwhile.

    Returns:
        What is in it, for a person.

    Raises:
        DatabaseError: Where there is nothing yet, or the file can't be written.
    """
    database = Database(settings.database_url())
    if database.is_sqlite and not Path(str(database.url.database)).exists():
        message = f"还没有数据可以备份：{database.url.database}"
        raise DatabaseError(message)
    return asyncio.run(_back_up(database, path, now))


async def _back_up(database: Database, path: Path, now: datetime) -> str:
    try:
        return _words(await write_archive(database.engine, path, now))
    finally:
        await database.close()


def reload(settings: Settings, *, accept: bool) -> tuple[bool, str]:
    """Have the running bot read its knowledge folder anew.

    Args:
        settings: Those of the running bot.
        accept: Whether it is wanted though something is answered worse.

    Returns:
        Whether the folder is in use now, and what came of it, for a person.

    Raises:
        ConfigError: Without a token, or where no bot with these settings is running on this machine.
    """
    if settings.token is None:
        message = "没有设置 POLICYBOT_TOKEN：没有令牌就没有在运行的机器人可以通知"
        raise ConfigError(message)
    host, port = settings.listen_address
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}{RELOAD_PATH}{'?worse' if accept else ''}"
    request = Request(address, method="POST", headers={RELOAD_HEADER: settings.reload_secret()})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=600) as response:
            answer = json.load(response)
    except (OSError, ValueError) as error:
        message = (
            f"没有找到正在运行的机器人（{host}:{port}，{error}）。"
            "它要用同样的 POLICYBOT_TOKEN 和 POLICYBOT_LISTEN；没有在运行的话，下次启动时会自己读文件夹。"
        )
        raise ConfigError(message) from None
    return answer["verdict"] in {"live", "same"}, str(answer["text"])


def restore(settings: Settings, path: Path, now: datetime) -> tuple[str, Path | None]:
    """Put a backup in the place of everything that is kept; what was there is copied aside first.

    Returns:
        What is kept now, for a person, and where the former content is; None where there was none.

    Raises:
        JournalInUseError: Where the bot is running.
        DatabaseError: Where the file is no backup; nothing is changed then.
    """
    return asyncio.run(_restore(settings, path, now))


async def _restore(settings: Settings, path: Path, now: datetime) -> tuple[str, Path | None]:
    check_archive(path)
    journal = None
    if settings.token is not None:
        journal = Journal(settings.data / f"journal-{settings.token.get_secret_value().partition(':')[0]}.db")
        await journal.open(now)  # is refused while the bot runs
    database = Database(settings.database_url(), settings.data / "backups")
    try:
        await database.open(now)
        kept = None
        async with database.reading() as connection:
            people = (await connection.execute(sa.text("SELECT count(*) FROM people"))).scalar()
        if people:
            kept = settings.data / "backups" / f"before-restore-{now:%Y%m%d-%H%M%S}.zip"
            kept.parent.mkdir(parents=True, exist_ok=True)
            await write_archive(database.engine, kept, now)
        counts = await read_archive(database.engine, path)
    finally:
        await database.close()
        if journal is not None:
            await journal.close()
    return _words(counts), kept


def new_admin_code(settings: Settings, now: datetime) -> str:
    """A one-time code that makes whoever sends it an admin; whoever can run this has the machine anyway."""
    return asyncio.run(_new_admin_code(settings, now))


async def _new_admin_code(settings: Settings, now: datetime) -> str:
    database = Database(settings.database_url(), settings.data / "backups")
    try:
        await database.open(now)
        return await PeopleService(PeopleStore(database), Facts(database), Forms(database)).new_admin_code()
    finally:
        await database.close()


_NAMES = {"people": "人员", "questions": "提问", "plans": "每日一案", "deliveries": "收件", "quiz_answers": "答题"}


def _words(counts: Mapping[str, int]) -> str:
    return "，".join(f"{name} {counts.get(table, 0)}" for table, name in _NAMES.items())
