"""Who may do what: the one table."""

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, TypeHandler, filters

from bot import replies
from bot.handlers import (
    daily,
    editing,
    forms,
    gaps,
    importing,
    joining,
    library,
    me,
    people,
    planning,
    press,
    reports,
    roster_files,
    rulebooks,
    senders,
    start,
)
from bot.handlers.context import Context
from bot.handlers.door import only
from bot.handlers.presence import note_presence
from bot.roles import Role

_SAID = ~filters.COMMAND & ~filters.StatusUpdate.ALL
_PRIVATE = filters.ChatType.PRIVATE
_EXAMPLE = rf"x[0-{len(replies.EXAMPLES) - 1}]"

FIRST: BaseHandler[Update, Context, None] = TypeHandler(Update, note_presence)
"""Sees every update before one of the routes does; gives nobody an answer."""

ROUTES: tuple[BaseHandler[Update, Context, None], ...] = (
    senders.NoPersonHandler(senders.turn_away),  # first: nothing below sees a stand-in for somebody
    CommandHandler("start", only(Role.STRANGER, joining.start)),
    CommandHandler("help", only(Role.STAFF, start.show_help)),
    CallbackQueryHandler(only(Role.STAFF, press.example), pattern=f"^{_EXAMPLE}$"),
    CallbackQueryHandler(only(Role.STAFF, press.again), pattern=f"^{replies.AGAIN}$"),
    CommandHandler("me", only(Role.STAFF, me.me), _PRIVATE),
    CallbackQueryHandler(only(Role.STAFF, me.press), pattern=me.PATTERN),
    CommandHandler("people", only(Role.ADMIN, people.people), _PRIVATE),
    CommandHandler("invite", only(Role.ADMIN, people.invite), _PRIVATE),
    CommandHandler("roster", only(Role.ADMIN, roster_files.export), _PRIVATE),
    CallbackQueryHandler(only(Role.ADMIN, roster_files.press), pattern=roster_files.PATTERN),
    CallbackQueryHandler(only(Role.ADMIN, people.press), pattern=people.PATTERN),
    CallbackQueryHandler(only(Role.ADMIN, joining.decide), pattern=joining.DECISION),
    CallbackQueryHandler(only(Role.STRANGER, joining.press), pattern=joining.PATTERN),
    CommandHandler("reload", only(Role.ADMIN, library.reload), _PRIVATE),
    CommandHandler(("history", "rollback"), only(Role.ADMIN, library.history), _PRIVATE),
    CallbackQueryHandler(only(Role.TRAINER, library.undo), pattern=library.UNDO),
    CallbackQueryHandler(only(Role.ADMIN, library.press), pattern=library.PATTERN),
    CommandHandler("edit", only(Role.TRAINER, editing.search), _PRIVATE),
    CommandHandler("gaps", only(Role.TRAINER, gaps.gaps), _PRIVATE),
    CallbackQueryHandler(only(Role.ADMIN, editing.verify), pattern=editing.VERIFY),
    CallbackQueryHandler(only(Role.TRAINER, editing.press), pattern=editing.PATTERN),
    CallbackQueryHandler(only(Role.TRAINER, gaps.press), pattern=gaps.PATTERN),
    CommandHandler("rules", only(Role.STAFF, rulebooks.rules), _PRIVATE),
    CallbackQueryHandler(only(Role.STAFF, rulebooks.press), pattern=rulebooks.PATTERN),
    CallbackQueryHandler(only(Role.ADMIN, importing.press), pattern=importing.PATTERN),
    CommandHandler("daily", only(Role.TRAINER, planning.overview), _PRIVATE),
    CallbackQueryHandler(only(Role.TRAINER, planning.press), pattern=planning.PATTERN),
    CallbackQueryHandler(only(Role.STAFF, daily.press), pattern=daily.PATTERN),
    CommandHandler("report", only(Role.TRAINER, reports.overview), _PRIVATE),
    CallbackQueryHandler(only(Role.TRAINER, reports.press), pattern=reports.PATTERN),
    CallbackQueryHandler(only(Role.STAFF, press.judge), pattern=f"^{press.VERDICT}$"),
    CallbackQueryHandler(only(Role.STAFF, press.reason), pattern=f"^{press.REASON}$"),
    CallbackQueryHandler(only(Role.STAFF, press.press)),
    MessageHandler(filters.COMMAND, only(Role.STAFF, start.other_command)),
    MessageHandler(_SAID, forms.message),  # asks at the door itself, by what the message is for
)
