"""A running bot with a Telegram of our own behind it."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.chat.context import BotApplication
from bot.generation.generations import Generation
from bot.library.library import Library
from bot.local_telegram import TOKEN, File, LocalTelegram, RejectedError
from bot.start.app import Parts, build, library_of
from bot.station.config import Settings
from bot.storage.database import Database
from bot.transport.journal import Journal
from retrieval.model import KnowledgeBase
from tests.bot.databases import KINDS, empty_database, open_database
from tests.bot.phone import Phone
from tests.bot.seam import TelegramRequest
from tests.clock import Clock

STAFF, STRANGER, ADMIN = 1001, 2002, 3001
GROUP = -1001000000500


class Telegram(LocalTelegram):
    """With two moods that the real one has and that are hard to bring about.

    Attributes:
        reject_markup: Whether every markup is refused.
        old_queries: Whether every press counts as too old.
    """

    reject_markup = False
    old_queries = False

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call, in the mood that is on."""
        if self.reject_markup and parameters.get("parse_mode") == "HTML":
            raise RejectedError(400, 'Bad Request: can\'t parse entities: Unsupported start tag "b" at byte offset 0')
        if self.old_queries and method == "answerCallbackQuery":
            raise RejectedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        return await super().call(method, parameters, files)


@pytest.fixture(scope="session")
def generation(knowledge: KnowledgeBase, cache: Path) -> Generation:
    """The shipped knowledge, ready to answer."""
    return Generation(knowledge, cache)


@pytest.fixture
def telegram(clock: Clock, caplog: pytest.LogCaptureFixture) -> Iterator[Telegram]:
    """An empty Telegram; at the end it must have taken all of the bot's markup, since plain text in its place would hide a missing escape."""
    telegram = Telegram(clock=clock.unix)
    yield telegram
    rejected = [record.getMessage() for record in caplog.get_records("call") if "rejects our markup" in record.msg]
    assert telegram.reject_markup or not rejected, rejected


@pytest.fixture
def request_seam(telegram: Telegram) -> TelegramRequest:
    """The bot's way to that Telegram."""
    return TelegramRequest(telegram)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a bot with one electrician and one admin."""
    data = tmp_path / "data"
    return Settings(_env_file=None, token=SecretStr(TOKEN), allowed_ids=(STAFF,), admin_ids=(ADMIN,), data=data)


@pytest.fixture
def library(settings: Settings, generation: Generation, clock: Clock) -> Library:
    """The shipped knowledge, in use; tests that change it have a folder of their own."""
    return library_of(settings, clock, generation)


@pytest.fixture
def database() -> Database:
    """One in memory, not yet open; tests of what an engine may do otherwise have one of each kind."""
    return Database("sqlite+aiosqlite://")


@pytest.fixture
async def parts(
    request_seam: TelegramRequest,
    settings: Settings,
    library: Library,
    database: Database,
    clock: Clock,
) -> AsyncIterator[Parts]:
    """The bot, put together as `policybot run` does, but for the network and the disk."""
    parts = build(settings, library, lambda _pool: request_seam, Journal(None), database, clock=clock)
    await parts.journal.open(clock())
    await database.open(clock())
    await parts.people.open()
    async with parts.application:
        yield parts
    await database.close()
    await parts.journal.close()


@pytest.fixture
def application(parts: Parts) -> BotApplication:
    """PTB's part of the bot."""
    return parts.application


@pytest.fixture
def phone(application: BotApplication, telegram: Telegram) -> Phone:
    """An electrician who may ask."""
    return Phone(application, telegram, STAFF)


@pytest.fixture
def stranger(application: BotApplication, telegram: Telegram) -> Phone:
    """Somebody nobody has listed."""
    return Phone(application, telegram, STRANGER)


@pytest.fixture
def admin(application: BotApplication, telegram: Telegram) -> Phone:
    """An administrator who has started the bot."""
    telegram.says(ADMIN, "/start")
    return Phone(application, telegram, ADMIN)


@pytest.fixture
def in_group(application: BotApplication, telegram: Telegram) -> Callable[[], Phone]:
    """The electrician in a group in which the bot sees everything."""

    def join() -> Phone:
        telegram.add_group(GROUP, "抢修一班", [STAFF, STRANGER]).bot_is_admin = True
        return Phone(application, telegram, STAFF, GROUP)

    return join


@pytest.fixture(params=KINDS)
async def each_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """An open database: a file of SQLite, and, where there is a server, one on it."""
    async with empty_database(request.param, tmp_path) as address, open_database(address) as database:
        yield database
