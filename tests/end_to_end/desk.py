"""The whole bot on a free port of this machine, for as long as a block lasts."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import AnyHttpUrl

from bot.generation.generations import Generation
from bot.local_telegram import LocalTelegram
from bot.local_telegram.server import LocalTelegramServer
from bot.start.app import Parts, build, library_of
from bot.start.desk import cast, loopback_request, settings_for
from bot.start.running import RunningBot
from bot.station.config import Settings

SUNDAY = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
"""Half past nine at the station, on a day on which nobody gets a daily case: what is shown was asked for."""


TUESDAY = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
"""Eight in the morning at the station, on a workday: nothing has gone out yet."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A Telegram, its server and a bot that answers, all in this event loop."""

    telegram: LocalTelegram
    server: LocalTelegramServer
    bot: RunningBot
    parts: Parts

    def introduce(self, *people: int) -> None:
        """Let people have written to the bot before, so that it may write to them."""
        for person in people:
            self.telegram.chats[person].started = True

    def look_at_the_clock(self) -> None:
        """Let the bot make its round now; by itself it makes one every ten seconds."""
        self.parts.bell.ring()


@asynccontextmanager
async def running_desk(
    generation: Generation,
    data: Path,
    *,
    webhook: bool = False,
    clock: Callable[[], datetime] | None = None,
    knowledge: Path | None = None,
) -> AsyncIterator[Desk]:
    """Start everything, and stop it at the end.

    Args:
        generation: What the bot knows.
        data: An empty folder for the bot's journal and database.
        webhook: Whether Telegram calls the bot, instead of being asked by it.
        clock: For Telegram and the bot; goes on from `SUNDAY` where None.
        knowledge: A folder of the same content that people may change; where None nothing can be changed.
    """
    clock = clock or _sunday()
    telegram = LocalTelegram.with_cast(clock=lambda: clock().timestamp())
    server = LocalTelegramServer(telegram)
    await server.start()
    try:
        settings = settings_for(Settings(_env_file=None), telegram, server, data)
        if webhook:
            address = f"127.0.0.1:{_free_port()}"
            settings = settings.model_copy(update={"webhook_url": AnyHttpUrl(f"http://{address}"), "listen": address})
        if knowledge is None:
            library = library_of(settings, clock, generation)
        else:
            settings = settings.model_copy(update={"knowledge": knowledge})
            library = library_of(settings, clock)
            library.open(lambda _folder: generation)
        parts = build(settings, library, loopback_request, founders=cast(clock()), clock=clock)
        bot, stop = RunningBot(parts), asyncio.Event()
        work = asyncio.create_task(bot.run(stop))
        try:
            await _answering(bot, work)
            yield Desk(telegram, server, bot, parts)
        finally:
            stop.set()
            await work
    finally:
        await server.stop()


async def _answering(bot: RunningBot, work: "asyncio.Task[None]") -> None:
    """Wait until the bot has opened its database and listens; where it has ended instead, its error is raised."""
    async with asyncio.timeout(60):
        while bot.health()["status"] != "ok":
            if work.done():
                work.result()
            await asyncio.sleep(0.01)


def _sunday() -> Callable[[], datetime]:
    begun = time.monotonic()
    return lambda: SUNDAY + timedelta(seconds=time.monotonic() - begun)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
