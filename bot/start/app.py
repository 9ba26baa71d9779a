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
from telegram.ext import ApplicationBuilder, ContextTypes, TypeHandler
from telegram.request import BaseRequest

from bot.asking import handlers as answers
from bot.asking import presses, senders
from bot.asking.log import QuestionLog
from bot.asking.service import AskingService
from bot.asking.store import QuestionStore
from bot.chat import errors
from bot.chat.context import BotApplication, ChatMemory
from bot.chat.incidents import Incidents
from bot.daily import handlers as reading
from bot.daily import needs as planning_needs
from bot.daily import planning
from bot.daily.bell import Bell
from bot.daily.service import DailyService
from bot.daily.store import DailyStore
from bot.daily.words_progress import reason_words
from bot.documents import handlers as documents
from bot.documents.drafts import Drafts
from bot.generation.generations import Generation, KnowledgeService
from bot.generation.snapshots import SnapshotStore
from bot.library import handlers_editing, handlers_gaps, handlers_history, handlers_rulebooks
from bot.library import needs as library_needs
from bot.library.library import Library
from bot.library.words_editing import edit_button
from bot.people import admin, joining, roster_files
from bot.people import handlers as care
from bot.people.door import Door
from bot.people.menus import Menus
from bot.people.rows import Person
from bot.people.service import PeopleService, founders_of
from bot.people.store import PeopleStore
from bot.reports import handlers as reports
from bot.reports import me
from bot.reports.records import RecordService
from bot.start import helping, rounds
from bot.start.messages import Messages
from bot.start.presence import note_presence, note_reachable, tell_away
from bot.start.routes import make_routes
from bot.station.clock import StationClock
from bot.station.config import ConfigError, Settings
from bot.storage.database import Database
from bot.storage.facts import Facts
from bot.storage.forms import Forms
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
    clock: StationClock
    journal: Journal
    database: Database
    metrics: Metrics
    recipients: Recipients
    gate: Gate
    calls: Line
    polls: Line
    application: BotApplication
    library: Library
    knowledge: KnowledgeService
    people: PeopleService
    forms: Forms
    facts: Facts
    asking: AskingService
    questions: QuestionLog
    daily: DailyService
    bell: Bell
    drafts: Drafts
    menus: Menus
    changes: library_needs.Needs
    intake: Intake
    poller: Poller
    rounds: rounds.Rounds


def library_of(settings: Settings, clock: Callable[[], datetime], generation: Generation | None = None) -> Library:
    """The knowledge that the settings name, not yet opened; with a generation it needn't be."""
    snapshots = SnapshotStore(settings.data / "knowledge")
    return Library(settings.knowledge, snapshots, station_clock(settings, clock), generation)


def station_clock(settings: Settings, clock: Callable[[], datetime]) -> StationClock:
    """The clock of the station that the settings describe."""
    return StationClock(clock, ZoneInfo(settings.timezone))


# Long: the one place that names everything names it once, in the order in which it is needed; pieces would hand it all around.
def build(  # noqa: PLR0915 - as above
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
    database = database or Database(settings.database_url(), settings.data / "backups")
    time = station_clock(settings, clock)
    metrics = Metrics()
    recipients = Recipients(journal, clock)
    gate = Gate(recipients, metrics)
    application = _build_application(settings, calls, polls, gate)
    bot = application.bot

    if founders is None:
        founders = founders_of(settings.admin_ids, settings.allowed_ids, clock())
    facts, forms = Facts(database), Forms(database)
    people = PeopleService(PeopleStore(database), facts, forms, founders, alone=database.is_sqlite)
    knowledge = library.knowledge
    asking, questions = AskingService(knowledge, time), QuestionLog(QuestionStore(database))
    daily, bell = DailyService(DailyStore(database), people.store, knowledge, time), Bell()
    records = RecordService(daily, time, reason_words)
    drafts = Drafts(settings.data / "drafts", library, time)
    menus = Menus(bot)

    answering = answers.Needs(asking, questions, settings.contact)
    pressing = presses.Needs(answering, knowledge, people, time, edit_button)
    changes = library_needs.Needs(library, knowledge, people, questions, forms, facts, time)
    roster = roster_files.Needs(people, forms, menus, time)
    importing = documents.Needs(drafts, people, time)
    reporting = reports.Needs(records, daily, time)
    help_needs = helping.Needs(people, menus)
    reported = errors.Needs(Incidents(journal), metrics, people, time)
    menus.features = (
        joining.feature(joining.Needs(people, forms, menus, answering, time)),
        helping.feature(help_needs),
        presses.feature(pressing),
        me.feature(me.Needs(people, daily, records, bell, menus, time)),
        care.feature(admin.Needs(people, forms, menus, time)),
        roster_files.feature(roster),
        handlers_history.feature(changes),
        handlers_editing.feature(changes),
        handlers_gaps.feature(changes),
        handlers_rulebooks.feature(changes),
        documents.feature(importing),
        planning.feature(planning_needs.Needs(daily, forms, bell, time)),
        reading.feature(reading.Needs(daily, time)),
        reports.feature(reporting),
    )
    door = Door(people, asking, time)
    waiting = {kind: form for feature in menus.features for kind, form in feature.forms.items()}
    messages = Messages(door, forms, waiting, answering, roster, importing)
    away = senders.Needs(asking, facts, time, settings.contact)
    routes = make_routes(
        door,
        menus.features,
        turn_away=senders.NoPersonHandler(partial(senders.turn_away, away)),
        unknown_button=partial(presses.press, pressing),
        unknown_command=partial(helping.other_command, help_needs),
        message=messages.take,
    )
    application.add_handler(TypeHandler(Update, partial(note_presence, recipients)), group=-1)
    application.add_handlers(tuple(routes))
    application.add_error_handler(partial(errors.report_error, reported))

    weekly_word = handlers_rulebooks.WeeklyWord(bot, changes)
    going_round = rounds.Needs(daily, people, facts, bell, reporting, weekly_word, time)
    round_maker = rounds.Rounds(bot, going_round, _name(settings), gate.room)
    intake = Intake(
        journal,
        recipients,
        metrics,
        bot,
        application.process_update,
        partial(tell_away, bot, people),
        partial(errors.report_quarantined, bot, reported),
        timedelta(minutes=settings.old_after_minutes),
        clock,
    )

    recipients.changed = partial(note_reachable, people, daily, time, round_maker.outbox.wake)

    async def take(updates: Sequence[Mapping[str, Any]]) -> None:
        await intake.ease()
        await intake.take(updates)

    poller = Poller(fetch_through(polls, bot.base_url, ALLOWED_UPDATES), take, polls.rebuild, metrics)
    metrics.watch("backlog", "Updates that are not dealt with yet.", lambda: intake.backlog)
    metrics.watch("gone_chats", "Chats that can't be sent to.", lambda: recipients.gone_count)
    metrics.watch("gate_closed_seconds", "For how long Telegram has asked to wait.", lambda: gate.closed_for)
    metrics.watch("poll_silence_seconds", "Since Telegram last answered getUpdates.", lambda: poller.silent_for)
    return Parts(
        settings,
        time,
        journal,
        database,
        metrics,
        recipients,
        gate,
        calls,
        polls,
        application,
        library,
        knowledge,
        people,
        forms,
        facts,
        asking,
        questions,
        daily,
        bell,
        drafts,
        menus,
        changes,
        intake,
        poller,
        round_maker,
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
        .context_types(ContextTypes(chat_data=ChatMemory))
        .build()
    )
    return application
