"""Commands that everybody knows."""

from telegram import Update

from bot import replies
from bot.handlers.ask import is_for_others
from bot.handlers.context import Context
from bot.handlers.sending import send_reply
from bot.roles import Role


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, how to read the answer, and what else the person can do; in groups what everybody can."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    is_private = message.chat.type == "private"
    role = await context.services.people.role(user.id) if is_private else Role.STAFF
    await send_reply(message, replies.help_reply(role))


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command; in groups it may be another bot's."""
    message = update.effective_message
    if message is not None and (
        message.chat.type == "private" or not is_for_others(message, context.bot.username, context.bot.id)
    ):
        await send_reply(message, replies.UNKNOWN_COMMAND)
