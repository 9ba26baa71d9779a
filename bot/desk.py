"""The whole bot on one's own desk: a local Telegram with a phone in the browser, no token, no internet."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import AnyHttpUrl, SecretStr
from telegram.request import BaseRequest, HTTPXRequest

from bot.app import build
from bot.config import Settings
from bot.local_telegram.people import PASSER_BY, PEOPLE
from bot.local_telegram.server import LocalTelegramServer
from bot.local_telegram.telegram import LocalTelegram
from bot.running import RunningBot, load_generation, stop_on_signals
from bot.services.generations import Generation

PORT = 8765
_ADMIN = "管理员"


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


def settings_for(settings: Settings, telegram: LocalTelegram, server: LocalTelegramServer, data: Path) -> Settings:
    """The settings of a bot that talks to a local Telegram: its people may do what their roles say."""
    known = [person for person in PEOPLE if person.id != PASSER_BY]
    return settings.model_copy(
        update={
            "token": SecretStr(telegram.token),
            "base_url": AnyHttpUrl(server.base_url),
            "proxy": None,
            "webhook_url": None,
            "listen": "127.0.0.1:0",
            "data": data,
            "allowed_ids": tuple(person.id for person in known),
            "admin_ids": tuple(person.id for person in known if person.role == _ADMIN),
        }
    )


def loopback_request(pool: int) -> BaseRequest:
    """A way to this machine, past any proxy that the environment names."""
    return HTTPXRequest(connection_pool_size=pool, pool_timeout=30, read_timeout=15, httpx_kwargs={"trust_env": False})


def run_on_desk(settings: Settings, port: int = PORT) -> None:
    """Serve the phone and answer on it until SIGTERM or Ctrl-C; whatever was said is forgotten at the end.

    Raises:
        PolicybotError: Where the knowledge folder has Problems.
    """
    generation = load_generation(settings)
    with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as data:
        asyncio.run(_serve(settings, generation, port, Path(data)))


async def _serve(settings: Settings, generation: Generation, port: int, data: Path) -> None:
    telegram = LocalTelegram.with_cast()
    async with stop_on_signals() as stop, serving(telegram, port) as server:
        bot = RunningBot(build(settings_for(settings, telegram, server, data), generation, loopback_request))
        print(f"在浏览器里打开这个地址，就是一部手机：{server.address}", flush=True)
        print("可以换着当员工、培训员、管理员来试；按 Ctrl-C 结束。", flush=True)
        await bot.run(stop)
