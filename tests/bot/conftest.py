"""A running bot with our Telegram behind it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build_application
from bot.config import Settings
from bot.handlers.context import BotApplication
from bot.services.generations import Generation
from retrieval.model import KnowledgeBase
from tests.bot.phone import Phone
from tests.bot.telegram import TOKEN, Telegram, TelegramRequest

STAFF, STRANGER = 1001, 2002


@pytest.fixture(scope="session")
def generation(knowledge: KnowledgeBase, cache: Path) -> Generation:
    """The shipped knowledge, ready to answer."""
    return Generation(knowledge, cache)


@pytest.fixture
def telegram() -> Telegram:
    """An empty Telegram."""
    return Telegram()


@pytest.fixture
async def application(telegram: Telegram, generation: Generation) -> AsyncIterator[BotApplication]:
    """The bot, set up as `policybot run` does, but for the network."""
    settings = Settings(_env_file=None, token=SecretStr(TOKEN), allowed_ids=(STAFF,))
    application = build_application(settings, generation, (TelegramRequest(telegram), TelegramRequest(telegram)))
    async with application:
        yield application


@pytest.fixture
def phone(application: BotApplication, telegram: Telegram) -> Phone:
    """An electrician who may ask."""
    return Phone(application, telegram, STAFF)


@pytest.fixture
def stranger(application: BotApplication, telegram: Telegram) -> Phone:
    """Somebody nobody has listed."""
    return Phone(application, telegram, STRANGER)


@pytest.fixture
def in_group(application: BotApplication, telegram: Telegram) -> Callable[[], Phone]:
    """The electrician in a group."""
    return lambda: Phone(application, telegram, STAFF, chat_id=-100500, kind="supergroup")
