"""A bot from its start to its end."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError

from bot.chat import talk
from bot.library.handlers_history import Watch, appearance, reload_from_outside, tell_at_start
from bot.library.library import Library
from bot.library.report import Verdict
from bot.start.app import ALLOWED_UPDATES, Parts, build, library_of
from bot.station.clock import utc_now
from bot.station.config import ConfigError, Settings
from bot.storage.errors import DatabaseError
from bot.transport.web import WEBHOOK_PATH, AddressInUseError, WebServer

_log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that what has begun may take after SIGTERM; what is left is done at the next start."""


class RunningBot:
    """A bot from its start to its end; what it was doing when it ended is done at the next start."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._phase = "starting"
        self._chores: list[asyncio.Task[None]] = []
        settings = parts.settings
        look = partial(appearance, parts.library.folder)
        # Made now: until Telegram can be reached, hours may pass in which somebody changes a file.
        self._watch = (
            Watch(parts.application.bot, parts.library, parts.people, look) if settings.watch_seconds else None
        )
        self._webhook = settings.webhook_url
        host, port = settings.listen_address
        self.web = WebServer(
            host,
            port,
            self.health,
            parts.metrics,
            settings.webhook_secret_value() if self._webhook else "",
            parts.intake.take if self._webhook else None,
            partial(reload_from_outside, parts.changes),
            settings.reload_secret(),
        )

    def health(self) -> dict[str, Any]:
        """What `/health` says; status `ok` where updates come in and answers go out."""
        parts, phase = self._parts, self._phase
        if phase == "ok" and self._webhook is None and parts.poller.is_stalled:
            phase = "stalled"
        return {
            "status": phase,
            "mode": "webhook" if self._webhook else "polling",
            "poll_silence_seconds": None if self._webhook else round(parts.poller.silent_for, 1),
            "gate_closed_seconds": round(parts.gate.closed_for, 1),
            "backlog": parts.intake.backlog,
            "gone_chats": parts.recipients.gone_count,
        }

    async def run(self, stop: asyncio.Event) -> None:
        """Answer until told to stop.

        Args:
            stop: Set from outside.

        Raises:
            JournalInUseError: Where another process uses the same data folder.
            AddressInUseError: Where a webhook can't be listened for.
            ConflictError: Where another process takes the same bot's updates.
            ConfigError: Where Telegram doesn't know the token.
        """
        parts, now = self._parts, self._parts.clock.now()
        await parts.journal.open(now)
        try:
            await parts.database.open(now)
            await parts.recipients.load()
            if (code := await parts.people.open()) is not None:
                print(talk.first_admin(code), file=sys.stderr, flush=True)  # noqa: T201 - never into the log
            await self._listen()
            work = asyncio.create_task(self._work())
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if work.done():
                    work.result()
            except InvalidToken:
                message = "Telegram 不认识这个令牌，请核对 POLICYBOT_TOKEN"
                raise ConfigError(message) from None
            finally:
                self._phase = "stopping"
                await _cancel(work, stopping)
                await self._end()
        finally:
            await parts.database.close()
            await parts.journal.close()
            parts.library.close()

    async def _listen(self) -> None:
        try:
            await self.web.start()
        except AddressInUseError as error:
            if self._webhook is not None:
                raise
            _log.warning("/health and /metrics are not served: %s", error)

    async def _work(self) -> None:
        parts, bot = self._parts, self._parts.application.bot
        self._phase = "waiting for Telegram"
        await parts.application.initialize()  # asks Telegram who we are, for as long as the line is down
        await bot.set_my_commands([BotCommand(name, what) for name, what in parts.menus.for_all()])
        await parts.menus.refresh(parts.people, parts.facts)
        rounds = parts.rounds.run(alone=parts.database.is_sqlite)
        chores = [rounds, parts.questions.run(), tell_at_start(bot, parts.library, parts.people)]
        if self._watch is not None:
            chores.append(self._watch.run(parts.settings.watch_seconds))
        self._chores = [asyncio.create_task(told_of(chore)) for chore in chores]
        if left := await parts.intake.resume():
            _log.info("%d updates of an earlier run are dealt with now", left)
        if self._webhook is None:
            await bot.delete_webhook()
            self._phase = "ok"
            _log.info("Answering as @%s", bot.username)
            await parts.poller.run()
        else:
            url = str(self._webhook).rstrip("/") + WEBHOOK_PATH
            await bot.set_webhook(
                url, allowed_updates=ALLOWED_UPDATES, secret_token=parts.settings.webhook_secret_value()
            )
            self._phase = "ok"
            _log.info("Answering as @%s, through %s", bot.username, url)
            await asyncio.Event().wait()

    async def _end(self) -> None:
        """Take nothing more, finish what has begun, close."""
        parts = self._parts
        await self.web.stop()
        await _cancel(*self._chores)
        left, _ = await asyncio.gather(parts.intake.stop(PATIENCE), parts.rounds.outbox.stop(PATIENCE))
        if left:
            _log.info("%d updates are left for the next start", left)
        with suppress(DatabaseError):
            await parts.questions.flush()
        with suppress(TelegramError, RuntimeError, TimeoutError):
            async with asyncio.timeout(2):
                await parts.application.shutdown()
        await parts.gate.shutdown()


async def told_of(chore: Coroutine[Any, Any, None]) -> None:
    """Do something beside the rest; where it fails the log says so, since nobody waits for it."""
    try:
        await chore
    except Exception:  # noqa: BLE001 - the trace is logged, and the bot goes on
        _log.exception("Something that the bot does by itself has ended")


async def _cancel(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def stop_on_signals() -> AsyncIterator[asyncio.Event]:
    """An event that SIGTERM and Ctrl-C set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    yield stop


def load_library(settings: Settings, clock: Callable[[], datetime]) -> Library:
    """Read the knowledge, and say what there is; where the folder can't be used now, what was in use last is.

    Raises:
        KnowledgeError: Where the folder has Problems and nothing was ever in use.
        SnapshotError: Where the data folder can't be written.
    """
    library = library_of(settings, clock)
    report = library.open()
    knowledge = library.knowledge.current.knowledge
    _log.info(
        "Knowledge: %d rules, %d clauses, %d cases",
        len(knowledge.rules),
        len(knowledge.clauses),
        len(knowledge.cases),
    )
    for notice in knowledge.notices:
        _log.warning("%s", notice)
    if report.verdict not in {Verdict.LIVE, Verdict.SAME}:
        _log.warning("The knowledge folder can't be used as it is now (%s); what was in use last is", report.verdict)
        for problem in report.problems:
            _log.warning("%s", problem)
    return library


def run_bot(settings: Settings) -> None:
    """Answer on Telegram until SIGTERM or Ctrl-C.

    Raises:
        PolicybotError: As `RunningBot.run` says, and where there is no knowledge to answer from.
    """
    parts = build(settings, load_library(settings, utc_now), clock=utc_now)

    async def run() -> None:
        async with stop_on_signals() as stop:
            await RunningBot(parts).run(stop)

    asyncio.run(run())
