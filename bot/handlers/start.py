"""Commands that everybody knows."""

from telegram import Update

from bot import replies
from bot.handlers.ask import is_for_others
from bot.handlers.context import Context
from bot.handlers.sending import send_reply


async def show_help(update: Update, _context: Context) -> None:
    """Say how to ask, and how to read the answer."""
    if update.effective_message is not None:
        await send_reply(update.effective_message, replies.HELP)


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command; in groups it may be another bot's."""
    message = update.effective_message
    if message is not None and (
        message.chat.type == "private" or not is_for_others(message, context.bot.username, context.bot.id)
    ):
        await send_reply(message, replies.UNKNOWN_COMMAND)
