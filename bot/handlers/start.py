"""Commands that everybody knows."""

from telegram import Update

from bot import replies
from bot.handlers.ask import is_for_others
from bot.handlers.context import Context
from bot.handlers.sending import send_reply
from bot.replies import Reply, importing
from bot.roles import Role


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, and how to read the answer; to admins also how to bring documents in."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    if await context.services.people.role(user.id) >= Role.ADMIN:
        await send_reply(message, Reply(f"{replies.HELP.html}\n\n{importing.HELP}", replies.HELP.keyboard))
    else:
        await send_reply(message, replies.HELP)


async def unknown_command(update: Update, context: Context) -> None:
    """Say that there is no such command; in groups it may be another bot's."""
    message = update.effective_message
    if message is not None and (
        message.chat.type == "private" or not is_for_others(message, context.bot.username, context.bot.id)
    ):
        await send_reply(message, replies.UNKNOWN_COMMAND)
