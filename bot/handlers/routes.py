"""Who may do what: the one table."""

import logging

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot import replies
from bot.handlers import ask, press, start
from bot.handlers.context import Context
from bot.handlers.door import only
from bot.handlers.sending import send_reply
from bot.roles import Role

_log = logging.getLogger(__name__)

_QUESTION = filters.TEXT & ~filters.COMMAND
_NO_TEXT = ~filters.TEXT & ~filters.StatusUpdate.ALL
_EXAMPLE = rf"x[0-{len(replies.EXAMPLES) - 1}]"

ROUTES: tuple[BaseHandler[Update, Context, None], ...] = (
    CommandHandler("start", only(Role.STAFF, start.start)),
    CommandHandler("help", only(Role.STAFF, start.show_help)),
    CallbackQueryHandler(only(Role.STAFF, press.example), pattern=f"^{_EXAMPLE}$"),
    CallbackQueryHandler(only(Role.STAFF, press.press)),
    MessageHandler(filters.COMMAND, only(Role.STAFF, start.unknown_command)),
    MessageHandler(_QUESTION, only(Role.STAFF, ask.question)),
    MessageHandler(_NO_TEXT, only(Role.STAFF, ask.no_text)),
)


async def report_error(update: object, context: Context) -> None:
    """Log what went wrong with its trace; tell the person that something did."""
    _log.error("An update could not be handled", exc_info=context.error)
    if (
        isinstance(update, Update)
        and update.effective_message is not None
        and not isinstance(context.error, TelegramError)
    ):
        await send_reply(update.effective_message, replies.FAILED)
