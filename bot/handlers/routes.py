"""Who may do what: the one table."""

from telegram import Update
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, TypeHandler, filters

from bot import replies
from bot.handlers import ask, daily, forms, planning, press, start
from bot.handlers.context import Context
from bot.handlers.door import only
from bot.handlers.presence import note_presence
from bot.roles import Role

_QUESTION = filters.TEXT & ~filters.COMMAND
_NO_TEXT = ~filters.TEXT & ~filters.StatusUpdate.ALL
_EXAMPLE = rf"x[0-{len(replies.EXAMPLES) - 1}]"

FIRST: BaseHandler[Update, Context, None] = TypeHandler(Update, note_presence)
"""Sees every update before one of the routes does; gives nobody an answer."""

ROUTES: tuple[BaseHandler[Update, Context, None], ...] = (
    CommandHandler("start", only(Role.STAFF, start.start)),
    CommandHandler("help", only(Role.STAFF, start.show_help)),
    CallbackQueryHandler(only(Role.STAFF, press.example), pattern=f"^{_EXAMPLE}$"),
    CallbackQueryHandler(only(Role.STAFF, press.again), pattern=f"^{replies.AGAIN}$"),
    CommandHandler("daily", only(Role.TRAINER, planning.overview)),
    CallbackQueryHandler(only(Role.TRAINER, planning.press), pattern=planning.PATTERN),
    CallbackQueryHandler(only(Role.STAFF, daily.press), pattern=daily.PATTERN),
    CallbackQueryHandler(only(Role.STAFF, press.press)),
    MessageHandler(filters.COMMAND, only(Role.STAFF, start.unknown_command)),
    MessageHandler(_QUESTION, forms.text),  # asks at the door itself, by what the text answers
    MessageHandler(_NO_TEXT, only(Role.STAFF, ask.no_text)),
)
