"""A browser for the whole run; a Telegram with a bot behind it, and tabs, for each test."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.generation.generations import Generation
from retrieval.model import KnowledgeBase
from tests.clock import Clock
from tests.end_to_end.browser import PATIENCE, Phones, PhoneTab, find_browser, running_browser
from tests.end_to_end.desk import Desk, running_desk

Open = Callable[..., Awaitable[PhoneTab]]


@pytest.fixture(scope="session")
def browser_path() -> str:
    """Where the browser is; without one the tests are skipped, unless it must be there."""
    path = find_browser()
    if path is None:
        reason = "no chromium, chromium-browser or google-chrome on this machine"
        if os.environ.get("POLICYBOT_REQUIRE_BROWSER") == "1":
            pytest.fail(f"POLICYBOT_REQUIRE_BROWSER is set, and there is {reason}")
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def generation(knowledge: KnowledgeBase, cache: Path) -> Generation:
    """The shipped knowledge, ready to answer."""
    return Generation(knowledge, cache)


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """Give every `expect` the time that a slow machine takes."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """A browser without windows."""
    async with running_browser(browser_path) as browser:
        yield browser


@pytest.fixture
def webhook() -> bool:
    """Whether Telegram calls the bot; tests may say so by a parameter."""
    return False


@pytest.fixture
def clock() -> Clock | None:
    """The time of Telegram and of the bot; a Sunday that goes on by itself where None."""
    return None


@pytest.fixture
def folder_in_use() -> Path | None:
    """A knowledge folder that a test may change; None where it changes none."""
    return None


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    browser: Browser,  # noqa: ARG001 - no bot is started where no browser is
    generation: Generation,
    tmp_path: Path,
    webhook: bool,
    clock: Clock | None,
    folder_in_use: Path | None,
) -> AsyncIterator[Desk]:
    """A Telegram and a bot that answers on it."""
    async with running_desk(
        generation, tmp_path / "data", webhook=webhook, clock=clock, knowledge=folder_in_use
    ) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="session")
async def phones(browser: Browser, desk: Desk) -> AsyncIterator[Phones]:
    """Opens tabs; at the end none of them may have had trouble."""
    phones = Phones(browser, desk.server, desk.telegram)
    yield phones
    await phones.close()
    assert phones.troubles == []
