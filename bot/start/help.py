"""Commands that everybody knows."""

from telegram import Update

from bot.chat import talk
from bot.chat.addressed import is_for_others
from bot.chat.context import Context
from bot.chat.sending import send_reply
from bot.station.roles import Role


async def show_help(update: Update, context: Context) -> None:
    """Say how to ask, how to read the answer, and what else the person can do; in groups what everybody can."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    is_private = message.chat.type == "private"
    role = await context.services.people.role(user.id) if is_private else Role.STAFF
    await send_reply(message, talk.help_reply(role))


async def other_command(update: Update, context: Context) -> None:
    """Say that there is no such command; in groups, that a command is for private chats. Another bot's commands get no reply."""
    message = update.effective_message
    if message is None:
        return
    if message.chat.type == "private":
        await send_reply(message, talk.UNKNOWN_COMMAND)
        return
    name, _, addressee = (message.text or "").split(maxsplit=1)[0].removeprefix("/").lower().partition("@")
    username = context.bot.username
    if addressee and addressee != username.lower():
        return
    if name in talk.PRIVATE_COMMANDS:
        await send_reply(message, talk.only_in_private(name, username))
    elif not is_for_others(message, username, context.bot.id):
        await send_reply(message, talk.UNKNOWN_IN_GROUP)
