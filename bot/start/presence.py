"""Who can be reached: noted before anything else is done with an update."""

from collections.abc import Callable
from contextlib import suppress

from telegram import Bot, ChatMember, Message, Update
from telegram.error import TelegramError

from bot.chat import talk
from bot.chat.context import Context
from bot.chat.sending import send
from bot.daily.service import DailyService
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.transport.recipients import Recipients

_AWAY = {ChatMember.BANNED, ChatMember.LEFT}


async def note_presence(recipients: Recipients, update: Update, _context: Context) -> None:
    """Who blocks the bot is sent nothing more; who is heard again is there again; a group that moves is followed."""
    chat = update.effective_chat
    if chat is None:
        return
    message = update.message
    if update.my_chat_member is not None:
        if update.my_chat_member.new_chat_member.status in _AWAY:
            await recipients.leave(chat.id, update.my_chat_member.new_chat_member.status)
        else:
            await recipients.come_back(chat.id)
    elif message is not None and message.migrate_to_chat_id is not None:
        await recipients.migrate(chat.id, message.migrate_to_chat_id)
    elif message is not None and message.migrate_from_chat_id is not None:
        await recipients.migrate(message.migrate_from_chat_id, chat.id)
    else:
        await recipients.come_back(chat.id)


async def note_reachable(
    people: PeopleService, daily: DailyService, clock: StationClock, wake: Callable[[], None], chat_id: int, gone: bool
) -> None:
    """Who can't be sent to gets no daily case; who is back gets what was missed.

    Args:
        people: Who is to be reached.
        daily: What they are to get.
        clock: The station's.
        wake: Lets the outbox look.
        chat_id: Of the chat that is gone, or there again.
        gone: Which of the two.
    """
    person = await people.store.get(chat_id) if chat_id > 0 else None
    since = clock.now() if gone else None
    if person is None or not await people.store.mark_unreachable(chat_id, since) or gone:
        return
    if await daily.catch_up(person, clock.now()):
        wake()


async def tell_away(bot: Bot, people: PeopleService, last: Message, count: int) -> None:
    """Tell somebody of the station that the bot was away while they wrote so many messages, of which this is the last."""
    user = last.from_user
    if user is not None and await people.role(user.id) > Role.STRANGER:
        with suppress(TelegramError):
            await send(bot, last.chat_id, talk.away(count), answers=last.message_id)
