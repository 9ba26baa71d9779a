"""Words to people who have not asked for them just now."""

import logging
from contextlib import suppress

from telegram import Bot, CallbackQuery
from telegram.error import BadRequest, TelegramError

from bot.chat.reply import Reply
from bot.chat.sending import edit, send
from bot.chat.staff import Staff
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


async def tell_admins(bot: Bot, staff: Staff, reply: Reply) -> None:
    """Send something to every administrator; who can't be reached is left out."""
    for admin in await staff.admins():
        await tell(bot, admin, reply)
