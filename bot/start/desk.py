"""The whole bot on one's own desk: a local Telegram with a phone in the browser, no token, no internet."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from pydantic import AnyHttpUrl, SecretStr
from telegram.request import BaseRequest

from bot.library.library import Library
from bot.local_telegram.people import PASSER_BY, PEOPLE
from bot.local_telegram.server import LocalTelegramServer
from bot.local_telegram.telegram import LocalTelegram
from bot.people.rows import Person, PersonState
from bot.start.app import build
from bot.start.running import RunningBot, load_library, stop_on_signals
from bot.station.clock import unix_now, utc_now
from bot.station.config import Settings
from bot.station.roles import Role
from bot.transport.wire import Wire

PORT = 8765
_ROLES = {"员工": Role.STAFF, "培训员": Role.TRAINER, "管理员": Role.ADMIN}
_TEAMS = {1001: "抢修一班", 1002: "抢修一班", 1003: "抄表班", 2001: "综合班", 3001: "综合班"}


@asynccontextmanager
async def serving(telegram: LocalTelegram, port: int) -> AsyncIterator[LocalTelegramServer]:
    """A local Telegram, listening.

    Args:
        telegram: What it tells.
        port: Preferred; another one where it is taken.
    """
    server = LocalTelegramServer(telegram, port)
    try:
        await server.start()
    except OSError:
        server = LocalTelegramServer(telegram)
        await server.start()
    try:
        yield server
    finally:
        await server.stop()


def copy_knowledge(folder: Path, to: Path) -> Path:
    """A copy of a knowledge folder, so that whoever tries the bot can change and break everything; gives where it is."""
    return shutil.copytree(folder, to / folder.name, ignore=shutil.ignore_patterns(".*", "~*"))


def settings_for(settings: Settings, telegram: LocalTelegram, server: LocalTelegramServer, data: Path) -> Settings:
    """The settings of a bot that talks to a local Telegram."""
    return settings.model_copy(
        update={
            "token": SecretStr(telegram.token),
            "base_url": AnyHttpUrl(server.base_url),
            "proxy": None,
            "webhook_url": None,
            "listen": "127.0.0.1:0",
            "data": data,
        }
    )


def cast(now: datetime) -> tuple[Person, ...]:
    """The people of the local Telegram with the roles that the page shows; the passer-by is nobody's."""
    return tuple(
        Person(
            person.id,
            person.first_name,
            _TEAMS.get(person.id, ""),
            _ROLES[person.role],
            PersonState.ACTIVE,
            _ROLES[person.role] is Role.STAFF,
            None,
            now,
        )
        for person in PEOPLE
        if person.id != PASSER_BY
    )


def loopback_request(connections: int) -> BaseRequest:
    """A way to this machine, past any proxy that the environment names."""
    return Wire(connections, trust_environment=False)


def run_on_desk(settings: Settings, port: int = PORT) -> None:
    """Serve the phone and answer on it until SIGTERM or Ctrl-C; whatever was said is forgotten at the end.

    Raises:
        PolicybotError: Where the knowledge folder has Problems.
    """
    with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as name:
        data = Path(name)
        settings = settings.model_copy(
            update={"data": data / "data", "knowledge": copy_knowledge(settings.knowledge, data)}
        )
        asyncio.run(_serve(settings, load_library(settings, utc_now), port))


async def _serve(settings: Settings, library: Library, port: int) -> None:
    telegram = LocalTelegram.with_cast(clock=unix_now)
    async with stop_on_signals() as stop, serving(telegram, port) as server:
        local = settings_for(settings, telegram, server, settings.data)
        bot = RunningBot(build(local, library, loopback_request, founders=cast(utc_now()), clock=utc_now))
        print(f"在浏览器里打开这个地址，就是一部手机：{server.address}", flush=True)
        print("可以换着当员工、培训员、管理员来试；按 Ctrl-C 结束。", flush=True)
        print(f"知识文件夹用的是副本，改了也不要紧：{settings.knowledge}", flush=True)
        await bot.run(stop)
