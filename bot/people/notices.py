"""Words to people who have not asked for them just now."""

import logging
from contextlib import suppress

from telegram import Bot, CallbackQuery
from telegram.error import BadRequest, TelegramError

from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.sending import edit, send
from bot.people import words
from bot.people.menus import show_menu
from bot.people.service import Change
from bot.station.roles import Role
from bot.transport.gate import Lane
from bot.transport.line import UnknownFateError

_log = logging.getLogger(__name__)


async def tell(bot: Bot, user_id: int, reply: Reply) -> bool:
    """Send somebody something; gives whether it has, or may have, arrived."""
    try:
        await send(bot, user_id, reply, lane=Lane.PUSH)
    except UnknownFateError:
        return True
    except TelegramError as error:
        _log.info("%d could not be told: %s", user_id, error.message)
        return False
    return True


async def announce(context: Context, change: Change, by: int) -> None:
    """Tell somebody that they may do more, or less, and show them the commands; who did it to himself knows."""
    was = change.before.allowed if change.before is not None else Role.STRANGER
    now = change.after.allowed
    if was is now:
        return
    reply = words.told_of_change(change)
    if reply is not None and change.after.id != by:
        await tell(context.bot, change.after.id, reply)
    await show_menu(context.bot, change.after.id, now)


async def show(query: CallbackQuery, reply: Reply) -> None:
    """Put a reply in the place of the message with the button, however old; a new message where that is gone."""
    message = query.message
    if message is None:
        return
    try:
        await edit(query.get_bot(), message.chat.id, message.message_id, reply)
    except BadRequest:
        await tell(query.get_bot(), message.chat.id, reply)


async def replace_quietly(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> None:
    """Put a reply in the place of a message, where that can be done."""
    with suppress(TelegramError):
        await edit(bot, chat_id, message_id, reply)
