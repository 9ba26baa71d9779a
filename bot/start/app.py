"""The one place that chooses real things: from settings to a bot that is put together."""

import hashlib
import logging
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes
from telegram.request import BaseRequest

from bot.asking.log import QuestionLog
from bot.asking.service import AskingService
from bot.chat.context import BotApplication, ChatMemory, Context, Services
from bot.chat.errors import report_error, report_quarantined
from bot.chat.incidents import Incidents
from bot.daily import words as daily_words
from bot.daily.bell import Bell
from bot.daily.service import DailyService
from bot.documents.drafts import Drafts
from bot.generation.generations import Generation
from bot.generation.snapshots import SnapshotStore
from bot.library.library import Library
from bot.people.service import PeopleService, founders_of
from bot.people.store import Person
from bot.reports.records import RecordService
from bot.start.presence import note_reachable, tell_away
from bot.start.rounds import Rounds
from bot.start.routes import FIRST, ROUTES
from bot.station.config import ConfigError, Settings
from bot.storage.database import Database
from bot.storage.store import Store, build_store
from bot.transport.gate import Gate
from bot.transport.intake import Intake
from bot.transport.journal import Journal
from bot.transport.line import Line
from bot.transport.metrics import Metrics
from bot.transport.polling import Poller, fetch_through
from bot.transport.recipients import Recipients
from bot.transport.wire import Wire

_log = logging.getLogger(__name__)

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


def library_of(settings: Settings, clock: Callable[[], datetime], generation: Generation | None = None) -> Library:
    """The knowledge that the settings name, not yet opened; with a generation it needn't be."""
    zone = ZoneInfo(settings.timezone)
    snapshots = SnapshotStore(settings.data / "knowledge")
    return Library(settings.knowledge, snapshots, clock, lambda: clock().astimezone(zone).date(), generation)


def build(
    settings: Settings,
    library: Library,
    build_request: Callable[[int], BaseRequest] | None = None,
    journal: Journal | None = None,
    database: Database | None = None,
    founders: Sequence[Person] | None = None,
    *,
    clock: Callable[[], datetime],
) -> Parts:
    """Put a bot together.

    Args:
        settings: With a token.
        library: The knowledge, opened.
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
    new_request = build_request or partial(Wire, proxy=settings.proxy)
    calls, polls = Line(partial(new_request, _CONNECTIONS)), Line(partial(new_request, 1))
    journal = journal or Journal(settings.data / f"journal-{token.partition(':')[0]}.db")
    store = build_store(database or Database(settings.database_url(), settings.data / "backups"))
    if founders is None:
        founders = founders_of(settings.admin_ids, settings.allowed_ids, clock())
    people = PeopleService(store.people, founders, alone=store.database.is_sqlite)
    metrics = Metrics()
    recipients = Recipients(journal, clock)
    gate = Gate(recipients, metrics)
    knowledge = library.knowledge
    zone = ZoneInfo(settings.timezone)
    daily = DailyService(store.daily, store.people, knowledge, zone)
    services = Services(
        AskingService(knowledge, zone),
        knowledge,
        library,
        people,
        daily,
        Bell(),
        QuestionLog(store.questions),
        RecordService(daily, zone, daily_words.reason_words),
        settings.contact,
        recipients,
        Incidents(journal),
        metrics,
        clock,
        Drafts(settings.data / "drafts", library, clock),
    )
    application = _build_application(settings, calls, polls, gate)
    application.bot_data["services"] = services
    rounds = Rounds(application.bot, services, clock, _name(settings), gate.room)
    bot = application.bot

    intake = Intake(
        journal,
        recipients,
        metrics,
        bot,
        application.process_update,
        partial(tell_away, bot, services),
        partial(report_quarantined, bot, services),
        timedelta(minutes=settings.old_after_minutes),
        clock,
    )

    recipients.changed = partial(note_reachable, services, rounds.outbox.wake)

    async def take(updates: Sequence[Mapping[str, Any]]) -> None:
        await intake.ease()
        await intake.take(updates)

    poller = Poller(fetch_through(polls, bot.base_url, ALLOWED_UPDATES), take, polls.rebuild, metrics)
    metrics.watch("backlog", "Updates that are not dealt with yet.", lambda: intake.backlog)
    metrics.watch("gone_chats", "Chats that can't be sent to.", lambda: recipients.gone_count)
    metrics.watch("gate_closed_seconds", "For how long Telegram has asked to wait.", lambda: gate.closed_for)
    metrics.watch("poll_silence_seconds", "Since Telegram last answered getUpdates.", lambda: poller.silent_for)
    return Parts(
        settings, journal, store, metrics, recipients, gate, calls, polls, application, services, intake, poller, rounds
    )


def _name(settings: Settings) -> str:
    """Of this process on the database: the data folder's, which only one process uses at a time; at most 64 characters."""
    folder = hashlib.sha256(str(settings.data.absolute()).encode()).hexdigest()[:12]
    return f"{socket.gethostname()[:48]}-{folder}"


def _build_application(settings: Settings, calls: Line, polls: Line, gate: Gate) -> BotApplication:
    """PTB's part: it reads updates and calls handlers; fetching, order and waiting are ours."""
    assert settings.token is not None  # noqa: S101 - asked for by the caller
    application: BotApplication = (
        ApplicationBuilder()
        .token(settings.token.get_secret_value())
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
    application.add_handler(FIRST, group=-1)
    application.add_handlers(ROUTES)
    application.add_error_handler(report_error)
    return application
