"""The system's Chromium, and tabs in it that notice whatever goes wrong on the page."""

import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Playwright, async_playwright

from bot.local_telegram import LocalTelegram
from bot.local_telegram.server import LocalTelegramServer

_FORGE = """async ([message, presses]) => {
  const user = Number(new URLSearchParams(location.search).get("user"));
  const socket = new WebSocket(`ws://${location.host}/phone/socket?user=${user}`);
  await new Promise((opened) => socket.addEventListener("open", opened));
  for (const data of presses) socket.send(JSON.stringify({ type: "press", chat_id: user, message_id: message, data }));
  const closed = new Promise((done) => socket.addEventListener("close", done));
  socket.close();
  await closed;
}"""
PATIENCE = 15_000
"""Milliseconds in which a slow machine has shown what is to be shown."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)


def find_browser() -> str | None:
    """The path of a Chromium; None where this machine has none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@asynccontextmanager
async def running_browser(path: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Browser]:
    """A browser without windows.

    Args:
        path: Of the Chromium.
        environment: What is added to this process's own.
    """
    playwright: Playwright
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=_SWITCHES, env={**os.environ, **(environment or {})}
        )
        yield browser
        await browser.close()


@dataclass(frozen=True, slots=True)
class Look:
    """What a page is looked at with.

    Attributes:
        width, height: CSS pixels.
        scale: Pixels of the screen in one of them.
        time: What the page takes for now; Telegram's time where None.
    """

    width: int
    height: int
    dark: bool = False
    scale: float = 1
    time: datetime | None = None


WIDE = Look(1280, 800)
NARROW = Look(390, 844)


@dataclass
class Phones:
    """Opens tabs of one browser profile for each look, as somebody at the desk does.

    Attributes:
        troubles: Errors of scripts, messages in the console and addresses on other machines, of all tabs.
    """

    browser: Browser
    server: LocalTelegramServer
    telegram: LocalTelegram
    troubles: list[str] = field(default_factory=list)
    _forgiven: set[str] = field(default_factory=set)
    _contexts: dict[Look, BrowserContext] = field(default_factory=dict)

    async def open(self, user: int, look: Look = WIDE, chat: int | None = None) -> "PhoneTab":
        """A tab with somebody's phone, a chat open.

        Args:
            user: Whose.
            look: How it is looked at.
            chat: Which chat; the one with the bot where None.
        """
        page = await (await self._context(look)).new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("console", self._note_console)
        page.on("request", lambda request: self._note_address(request.url))
        page.on("websocket", lambda socket: self._note_address(socket.url))
        await page.clock.set_fixed_time(look.time or datetime.fromtimestamp(self.telegram.world.clock(), UTC))
        await page.goto(f"{self.server.address}?user={user}")
        tab = PhoneTab(page, int(self.telegram.bot["id"]))
        await tab.open_chat(user if chat is None else chat)
        return tab

    def forgive(self, words: str) -> None:
        """Let messages in the console pass that hold these words."""
        self._forgiven.add(words)

    async def close(self) -> None:
        """Close all tabs."""
        for context in self._contexts.values():
            await context.close()

    async def _context(self, look: Look) -> BrowserContext:
        if look not in self._contexts:
            context = await self.browser.new_context(
                viewport={"width": look.width, "height": look.height},
                device_scale_factor=look.scale,
                color_scheme="dark" if look.dark else "light",
                has_touch=look.width < 720,
                reduced_motion="reduce",
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            context.set_default_timeout(PATIENCE)
            self._contexts[look] = context
        return self._contexts[look]

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(words in message.text for words in self._forgiven):
            self.troubles.append(f"{message.type}: {message.text}")

    def _note_address(self, url: str) -> None:
        here = self.server.address.removeprefix("http")
        if not url.startswith((f"http{here}", f"ws{here}", "blob:", "data:")):
            self.troubles.append(f"elsewhere: {url}")


@dataclass(frozen=True, slots=True)
class PhoneTab:
    """A phone on the page; what it does is what a thumb can do."""

    page: Page
    bot_id: int

    def part(self, name: str) -> Locator:
        """What has this `data-testid`."""
        return self.page.get_by_test_id(name)

    @property
    def answers(self) -> Locator:
        """The bot's messages in the open chat, oldest first."""
        return self.page.locator(f'article[data-sender="{self.bot_id}"]')

    @property
    def answer(self) -> Locator:
        """The bot's last message."""
        return self.answers.last

    @property
    def answer_text(self) -> Locator:
        """The words of the bot's last message."""
        return self.answer.get_by_test_id("message-text")

    def said_by(self, user: int) -> Locator:
        """Somebody's messages in the open chat, oldest first."""
        return self.page.locator(f'article[data-sender="{user}"]')

    async def take_up(self) -> None:
        """Look at this phone: Chromium draws the tab in front sixty times a second, the others once, and clicks wait for that."""
        await self.page.bring_to_front()

    async def open_chat(self, chat: int) -> None:
        """Open a chat from the list."""
        await self.take_up()
        await self.part(f"chat-{chat}").click()
        await self.part("composer").wait_for()

    async def say(self, text: str) -> None:
        """Type a message and send it."""
        await self.take_up()
        await self.part("composer").fill(text)
        await self.part("send").click()

    async def send_files(self, *paths: Path, caption: str = "") -> None:
        """Choose files by the button with the paper clip, and send them, several pictures or files as one album."""
        await self.take_up()
        await self.part("attach-input").set_input_files(paths)
        await self.part("caption").fill(caption)
        await self.part("attach-send").click()
        await self.part("attach-dialog").wait_for(state="detached")

    def key(self, label: str) -> Locator:
        """A button under the bot's last message, by how its label starts."""
        return self.answer.get_by_test_id("keyboard-button").filter(has_text=label).first

    async def press(self, label: str) -> None:
        """Press a button under the bot's last message."""
        await self.take_up()
        await self.key(label).click()

    async def forge(self, *presses: str, message: int = 1) -> None:
        """Press buttons that are nowhere on the phone, over a line of one's own to the server.

        Args:
            presses: Their data, in this order and without a pause.
            message: Under which they pretend to be.
        """
        await self.take_up()
        await self.page.evaluate(_FORGE, [message, presses])

    async def look_up(self, script: str, argument: Any = None) -> Any:
        """What a function of JavaScript gives on the page."""
        return await self.page.evaluate(script, argument)
