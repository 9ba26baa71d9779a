"""Who may do what: the one table."""

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, TypeHandler, filters

from bot.asking import presses as press
from bot.asking import senders
from bot.chat import talk
from bot.chat.context import Context
from bot.chat.routes import PressHandler
from bot.daily import handlers as daily
from bot.daily import planning
from bot.documents import handlers as importing
from bot.library import handlers_editing as editing
from bot.library import handlers_gaps as gaps
from bot.library import handlers_history as library
from bot.library import handlers_rulebooks as rulebooks
from bot.people import handlers as people
from bot.people import joining, roster_files
from bot.people.door import only
from bot.reports import handlers as reports
from bot.reports import me
from bot.start import help as start
from bot.start import messages as forms
from bot.start.presence import note_presence
from bot.station.roles import Role

_SAID = ~filters.COMMAND & ~filters.StatusUpdate.ALL
_PRIVATE = filters.ChatType.PRIVATE

FIRST: BaseHandler[Update, Context, None] = TypeHandler(Update, note_presence)
"""Sees every update before one of the routes does; gives nobody an answer."""

ROUTES: tuple[BaseHandler[Update, Context, None], ...] = (
    senders.NoPersonHandler(senders.turn_away),  # first: nothing below sees a stand-in for somebody
    CommandHandler("start", only(Role.STRANGER, joining.start)),
    CommandHandler("help", only(Role.STAFF, start.show_help)),
    PressHandler(Role.STAFF, press.example, (), press.EXAMPLES),
    PressHandler(Role.STAFF, press.again, (talk.AGAIN,)),
    CommandHandler("me", only(Role.STAFF, me.me), _PRIVATE),
    PressHandler(Role.STAFF, me.press, me.PREFIXES),
    CommandHandler("people", only(Role.ADMIN, people.people), _PRIVATE),
    CommandHandler("invite", only(Role.ADMIN, people.invite), _PRIVATE),
    CommandHandler("roster", only(Role.ADMIN, roster_files.export), _PRIVATE),
    PressHandler(Role.ADMIN, roster_files.press, roster_files.PREFIXES),
    PressHandler(Role.ADMIN, people.press, people.PREFIXES, (people.HOME,)),
    PressHandler(Role.ADMIN, joining.decide, joining.DECISIONS),
    PressHandler(Role.STRANGER, joining.press, joining.PREFIXES),
    CommandHandler("reload", only(Role.ADMIN, library.reload), _PRIVATE),
    CommandHandler(("history", "rollback"), only(Role.ADMIN, library.history), _PRIVATE),
    PressHandler(Role.TRAINER, library.undo, (library.UNDO,)),
    PressHandler(Role.ADMIN, library.press, library.PREFIXES),
    CommandHandler("edit", only(Role.TRAINER, editing.search), _PRIVATE),
    CommandHandler("gaps", only(Role.TRAINER, gaps.gaps), _PRIVATE),
    PressHandler(Role.ADMIN, editing.verify, editing.VERIFY),
    PressHandler(Role.TRAINER, editing.press, editing.PREFIXES),
    PressHandler(Role.TRAINER, gaps.press, gaps.PREFIXES),
    CommandHandler("rules", only(Role.STAFF, rulebooks.rules), _PRIVATE),
    PressHandler(Role.STAFF, rulebooks.press, rulebooks.PREFIXES),
    PressHandler(Role.ADMIN, importing.press, importing.PREFIXES),
    CommandHandler("daily", only(Role.TRAINER, planning.overview), _PRIVATE),
    PressHandler(Role.TRAINER, planning.press, planning.PREFIXES),
    PressHandler(Role.STAFF, daily.press, daily.PREFIXES),
    CommandHandler("report", only(Role.TRAINER, reports.overview), _PRIVATE),
    PressHandler(Role.TRAINER, reports.press, reports.PREFIXES),
    PressHandler(Role.STAFF, press.judge, press.VERDICTS),
    PressHandler(Role.STAFF, press.reason, press.REASONS),
    PressHandler(Role.STAFF, press.press, press.VIEWS),
    CallbackQueryHandler(only(Role.STAFF, press.press)),  # what no button carries: says so
    MessageHandler(filters.COMMAND, only(Role.STAFF, start.other_command)),
    MessageHandler(_SAID, forms.message),  # asks at the door itself, by what the message is for
)
