"""A local Telegram, a clock to turn, a bot on the seam and one on a real socket."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.local_telegram import TOKEN, LocalTelegram
from bot.local_telegram.server import LocalTelegramServer
from tests.bot.seam import TelegramRequest
from tests.clock import Clock

STAFF, COLLEAGUE, TRAINER, PASSER_BY = 1001, 1002, 2001, 9001


@pytest.fixture
def telegram(clock: Clock) -> LocalTelegram:
    """A Telegram with the people of the page; the electrician has written to the bot, and the bot has seen it."""
    telegram = LocalTelegram.with_cast(clock=clock.unix)
    telegram.says(STAFF, "/start")
    telegram.world.updates.drop()
    return telegram


@pytest.fixture
def request_(telegram: LocalTelegram) -> TelegramRequest:
    """The seam."""
    return TelegramRequest(telegram)


@pytest.fixture
async def bot(telegram: LocalTelegram, request_: TelegramRequest) -> AsyncIterator[Bot]:
    """PTB's bot on the seam."""
    async with Bot(TOKEN, request=request_, get_updates_request=TelegramRequest(telegram)) as bot:
        yield bot


@pytest.fixture
async def server(telegram: LocalTelegram) -> AsyncIterator[LocalTelegramServer]:
    """The Telegram on a port; a webhook is tried again at once."""
    server = LocalTelegramServer(telegram, pauses=(0.01,))
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def far_bot(server: LocalTelegramServer) -> AsyncIterator[Bot]:
    """PTB's bot on a real socket."""
    bot = Bot(
        TOKEN,
        base_url=server.base_url,
        base_file_url=f"{server.address}file/bot",
        request=HTTPXRequest(read_timeout=5),
        get_updates_request=HTTPXRequest(read_timeout=5),
    )
    async with bot:
        yield bot
