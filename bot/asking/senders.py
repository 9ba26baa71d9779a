"""Updates that no person has sent: anonymous admins of a group, channels, bots, and what Telegram forwards by itself."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Message, Update, User
from telegram.ext import BaseHandler

from bot.asking import answers
from bot.asking.service import LONGEST_QUESTION, AskingService
from bot.chat import talk
from bot.chat.addressed import is_for_others, without_mention, words_of
from bot.chat.context import Context
from bot.chat.sending import send_reply
from bot.station.accounts import ANONYMOUS_ADMIN, SERVICE_ACCOUNTS
from bot.station.clock import StationClock
from bot.storage.facts import Facts


@dataclass(frozen=True, slots=True)
class Needs:
    """What turning away those who are no person takes."""

    asking: AskingService
    facts: Facts
    clock: StationClock
    contact: str


class NoPersonHandler(BaseHandler[Update, Context, None]):
    """Takes every update that no person has sent, so that no route after it sees a stand-in for somebody."""

    def __init__(self, callback: Callable[[Update, Context], Coroutine[Any, Any, None]]) -> None:
        super().__init__(callback)

    def check_update(self, update: object) -> bool:
        """Return whether the update is one of these."""
        return isinstance(update, Update) and not is_from_person(update)


def is_from_person(update: Update) -> bool:
    """Return whether a person has sent the update under their own name."""
    sender = update.effective_sender  # a chat, where a message was sent on behalf of one
    return isinstance(sender, User) and not sender.is_bot and sender.id not in SERVICE_ACCOUNTS


async def turn_away(needs: Needs, update: Update, context: Context) -> None:
    """Answer nothing but danger to life; tell an anonymous admin who turns to the bot why, once a day in each group."""
    message, username = update.message, context.bot.username
    if message is None or message.chat.type == "private" or is_for_others(message, username, context.bot.id):
        return
    if message.sender_chat is not None and not message.is_automatic_forward:  # somebody has typed it
        words = without_mention(words_of(message), username)[:LONGEST_QUESTION]
        answer = needs.asking.ask(words, message.date)
        if answer.advice:
            await send_reply(message, answers.answer_reply(answer, needs.contact))
            return
    if not _is_anonymous_admin(message):
        return
    told, today = f"anonymous:{message.chat_id}", needs.clock.today().isoformat()
    if await needs.facts.get(told) == today:
        return
    await needs.facts.keep(told, today)
    await send_reply(message, talk.anonymous(username))


def _is_anonymous_admin(message: Message) -> bool:
    user, chat = message.from_user, message.sender_chat
    return (user is not None and user.id == ANONYMOUS_ADMIN) or (chat is not None and chat.id == message.chat_id)
