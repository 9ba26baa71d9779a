"""The one place that chooses real things: from settings to a running bot."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from telegram import BotCommand, Message, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest, HTTPXRequest

from bot import replies
from bot.config import ConfigError, Settings
from bot.handlers import FIRST, ROUTES, report_error, report_quarantined
from bot.handlers.context import BotApplication, ChatMemory, Context, Services
from bot.handlers.menus import refresh_menus
from bot.handlers.rounds import Rounds
from bot.handlers.sending import send
from bot.roles import Role
from bot.services.asking import AskingService
from bot.services.bell import Bell
from bot.services.daily import DailyService
from bot.services.generations import Generation, KnowledgeService, build_generation
from bot.services.incidents import Incidents
from bot.services.people import PeopleService, founders_of
from bot.services.questions import QuestionLog
from bot.services.recipients import Recipients
from bot.storage.database import Database
from bot.storage.errors import DatabaseError
from bot.storage.journal import Journal, utc_now
from bot.storage.people import Person
from bot.storage.store import Store, build_store
from bot.transport.gate import Gate
from bot.transport.intake import Intake
from bot.transport.line import Line
from bot.transport.metrics import Metrics
from bot.transport.polling import Poller
from bot.transport.web import WEBHOOK_PATH, AddressInUseError, WebServer

_log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that what has begun may take after SIGTERM; what is left is done at the next start."""
ALLOWED_UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Parts:
    """The real things of one bot, put together and not yet running.

    Attributes:
        calls, polls: The two lines to Telegram, so that a poll that hangs holds up no answer.
    """

    settings: Settings
    journal: Journal
    store: Store
    metrics: Metrics
    recipients: Recipients
    gate: Gate
    calls: Line
    polls: Line
    application: BotApplication
    services: Services
    intake: Intake
    poller: Poller
    rounds: Rounds


def build(
    settings: Settings,
    generation: Generation,
    build_request: Callable[[int], BaseRequest] | None = None,
    journal: Journal | None = None,
    database: Database | None = None,
    founders: Sequence[Person] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Parts:
    """Put a bot together.

    Args:
        settings: With a token.
        generation: The knowledge to start with.
        build_request: Makes a way to the network for so many calls at a time; real HTTP where None.
        journal: Not yet opened; the one in the data folder where None.
        database: Not yet opened; the one that the settings name where None.
        founders: Who is let in from the start; those whom the settings name where None.
        clock: With its time zone.

    Raises:
        ConfigError: Without a token.
    """
    if settings.token is None:
        message = "没有设置 POLICYBOT_TOKEN"
        raise ConfigError(message)
    token = settings.token.get_secret_value()
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # else PTB warns each time that Telegram asks to wait
    new_request = build_request or partial(_http, settings)
    calls, polls = Line(partial(new_request, _CONNECTIONS)), Line(partial(new_request, 1))
    journal = journal or Journal(settings.data / f"journal-{token.partition(':')[0]}.db")
    store = build_store(database or Database(settings.database_url(), settings.data / "backups"))
    if founders is None:
        founders = founders_of(settings.admin_ids, settings.allowed_ids, clock())
    people = PeopleService(store.people, founders)
    metrics = Metrics()
    recipients = Recipients(journal, clock)
    gate = Gate(recipients, metrics)
    knowledge = KnowledgeService(generation)
    services = Services(
        AskingService(knowledge, ZoneInfo(settings.timezone)),
        knowledge,
        people,
        DailyService(store.daily, store.people, knowledge, ZoneInfo(settings.timezone)),
        Bell(),
        QuestionLog(store.questions),
        settings.contact,
        recipients,
        Incidents(journal),
        metrics,
        clock,
    )
    application: BotApplication = (
        ApplicationBuilder()
        .token(token)
        .base_url(str(settings.base_url))
        .base_file_url(f"{str(settings.base_url).removesuffix('/bot')}/file/bot")
        .request(calls)
        .get_updates_request(polls)
        .rate_limiter(gate)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context, chat_data=ChatMemory))
        .build()
    )
    application.bot_data["services"] = services
    rounds = Rounds(application.bot, services, clock, f"{socket.gethostname()}-{os.getpid()}")
    application.add_handler(FIRST, group=-1)
    application.add_handlers(ROUTES)
    application.add_error_handler(report_error)
    bot = application.bot

    async def tell_away(last: Message, count: int) -> None:
        if last.from_user is not None and await people.role(last.from_user.id) > Role.STRANGER:
            with suppress(TelegramError):
                await send(bot, last.chat_id, replies.away(count), answers=last.message_id)

    intake = Intake(
        journal,
        recipients,
        metrics,
        bot,
        application.process_update,
        tell_away,
        partial(report_quarantined, bot, services),
        timedelta(minutes=settings.old_after_minutes),
        clock,
    )

    async def note_reachable(chat_id: int, gone: bool) -> None:
        before = await store.people.get(chat_id) if chat_id > 0 else None
        if before is None or not await store.people.mark_unreachable(chat_id, clock() if gone else None) or gone:
            return
        if await services.daily.catch_up(before, clock()):
            rounds.outbox.wake()

    recipients.changed = note_reachable

    async def fetch(offset: int | None, seconds: float) -> Sequence[Mapping[str, Any]]:
        # Not by the bot's own get_updates, which fails as a whole where a single update can't be read.
        query = {"timeout": int(seconds), "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if offset is not None:
            query["offset"] = offset
        updates: Any = await polls.post(f"{bot.base_url}/getUpdates?{urlencode(query)}", read_timeout=seconds + 5)
        return updates if isinstance(updates, list) else []

    async def take(updates: Sequence[Mapping[str, Any]]) -> None:
        await intake.ease()
        await intake.take(updates)

    poller = Poller(fetch, take, polls.rebuild, metrics)
    metrics.watch("backlog", "Updates that are not dealt with yet.", lambda: intake.backlog)
    metrics.watch("gone_chats", "Chats that can't be sent to.", lambda: recipients.gone_count)
    metrics.watch("gate_closed_seconds", "For how long Telegram has asked to wait.", lambda: gate.closed_for)
    metrics.watch("poll_silence_seconds", "Since Telegram last answered getUpdates.", lambda: poller.silent_for)
    return Parts(
        settings, journal, store, metrics, recipients, gate, calls, polls, application, services, intake, poller, rounds
    )


def _http(settings: Settings, pool: int) -> HTTPXRequest:
    # A call that waits for one of its own connections is not sent, and waits its turn at the gate: no time-out there.
    return HTTPXRequest(connection_pool_size=pool, proxy=settings.proxy, pool_timeout=30, read_timeout=15)


class RunningBot:
    """A bot from its start to its end; what it was doing when it ended is done at the next start."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._phase = "starting"
        self._chores: list[asyncio.Task[None]] = []
        settings = parts.settings
        self._webhook = settings.webhook_url
        host, port = settings.listen_address
        self.web = WebServer(
            host,
            port,
            self.health,
            parts.metrics,
            settings.webhook_secret_value() if self._webhook else "",
            parts.intake.take if self._webhook else None,
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
        parts = self._parts
        await parts.journal.open(utc_now())
        try:
            await parts.store.database.open(utc_now())
            await parts.recipients.load()
            if (code := await parts.services.people.open()) is not None:
                print(replies.first_admin(code), file=sys.stderr, flush=True)  # noqa: T201 - never into the log
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
            await parts.store.database.close()
            await parts.journal.close()

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
        await bot.set_my_commands([BotCommand(name, description) for name, description in replies.COMMANDS])
        await refresh_menus(bot, parts.services)
        rounds = parts.rounds.run(alone=parts.store.database.is_sqlite)
        self._chores = [asyncio.create_task(rounds), asyncio.create_task(parts.services.questions.run())]
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
            await parts.services.questions.flush()
        with suppress(TelegramError, RuntimeError, TimeoutError):
            async with asyncio.timeout(2):
                await parts.application.shutdown()
        await parts.gate.shutdown()


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


def load_generation(settings: Settings) -> Generation:
    """Read the knowledge, and say what there is.

    Raises:
        KnowledgeError: Where the folder has Problems.
    """
    generation = build_generation(settings.knowledge)
    _log.info(
        "Knowledge: %d rules, %d clauses, %d cases",
        len(generation.knowledge.rules),
        len(generation.knowledge.clauses),
        len(generation.knowledge.cases),
    )
    for notice in generation.knowledge.notices:
        _log.warning("%s", notice)
    return generation


def run_bot(settings: Settings) -> None:
    """Answer on Telegram until SIGTERM or Ctrl-C.

    Raises:
        PolicybotError: As `RunningBot.run` says, and where the knowledge folder has Problems.
    """
    parts = build(settings, load_generation(settings))

    async def run() -> None:
        async with stop_on_signals() as stop:
            await RunningBot(parts).run(stop)

    asyncio.run(run())
