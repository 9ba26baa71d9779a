"""Replies onto the wire.

Markup that Telegram rejects goes as plain text, an edit that changes nothing is no error, and who may not have got an answer is told so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from telegram import (
    Bot,
    CallbackQuery,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.chat import talk
from bot.chat.buttons import Button, Keyboard
from bot.chat.markup import plain_text
from bot.chat.reply import Reply
from bot.transport.gate import Lane
from bot.transport.line import UnknownFateError

_log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_PAUSES = (1.0, 5.0, 15.0, 60.0)
"""Seconds between tries of the word that an answer may be lost; that one does no harm if it comes twice."""


Shown = TypeVar("Shown")


def markup_of(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """A keyboard as Telegram takes it; None where it is empty."""
    rows = [[_button(button) for button in row] for row in keyboard]
    return InlineKeyboardMarkup(rows) if rows else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy:
        return InlineKeyboardButton(button.label, copy_text=CopyTextButton(button.copy))
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.data)


async def _in_markup_or_plain(reply: Reply, show: Callable[[str, str | None], Awaitable[Shown]]) -> Shown:
    """Show a reply with its markup, or without where Telegram rejects it."""
    try:
        return await show(reply.html, ParseMode.HTML)
    except BadRequest as error:
        if "can't parse entities" not in error.message.lower():
            raise
        _log.warning("Telegram rejects our markup (%s); sent as plain text", error.message)
        return await show(plain_text(reply.html), None)


async def send(
    bot: Bot,
    chat_id: int,
    reply: Reply,
    *,
    answers: int | None = None,
    topic: int | None = None,
    lane: Lane = Lane.REPLY,
) -> Message:
    """Send a message.

    Args:
        bot: The way out.
        chat_id: Where to.
        reply: What.
        answers: The message that is quoted; where it was deleted in the meantime the reply goes without.
        topic: Of a forum.
        lane: Replies go before pushes.

    Raises:
        TelegramError: As `bot.transport.gate.Gate.process_request` says.
    """
    quoted = ReplyParameters(answers, allow_sending_without_reply=True) if answers is not None else None
    return await _in_markup_or_plain(
        reply,
        lambda text, mode: bot.send_message(
            chat_id,
            text,
            mode,
            reply_markup=markup_of(reply.keyboard),
            reply_parameters=quoted,
            message_thread_id=topic,
            link_preview_options=_NO_PREVIEW,
            rate_limit_args=lane,  # type: ignore[call-arg] # ExtBot has it, Bot, which messages know, has not
        ),
    )


async def send_reply(message: Message, reply: Reply) -> Message | None:
    """Answer a message in its topic; quote it in groups, and where it is itself a reply.

    Returns:
        What was sent; None where nobody knows whether it was, and the person has been told so.
    """
    topic = message.message_thread_id if message.is_topic_message else None
    is_reply = message.reply_to_message is not None and message.from_user is not None and not message.from_user.is_bot
    quoted = message.message_id if message.chat.type != "private" or is_reply else None
    try:
        return await send(message.get_bot(), message.chat_id, reply, answers=quoted, topic=topic)
    except UnknownFateError:
        _log.warning("A reply may not have arrived; the person is told so")
        await _say_maybe_lost(message, topic)
        return None


async def _say_maybe_lost(message: Message, topic: int | None) -> None:
    for pause in (*_PAUSES, None):
        try:
            await send(message.get_bot(), message.chat_id, talk.MAYBE_LOST, answers=message.message_id, topic=topic)
        except UnknownFateError:
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return


async def edit(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> None:
    """Put a reply in the place of a message of the bot's; where it is there already nothing happens.

    Raises:
        TelegramError: Where the message can't be edited any more.
    """

    async def show(text: str, mode: str | None) -> Message | None:
        edited = await bot.edit_message_text(
            text,
            chat_id,
            message_id,
            parse_mode=mode,
            reply_markup=markup_of(reply.keyboard),
            link_preview_options=_NO_PREVIEW,
        )
        return edited if isinstance(edited, Message) else None

    try:
        await _in_markup_or_plain(reply, show)
    except BadRequest as error:
        if "not modified" not in error.message.lower():
            raise


async def edit_answer(message: Message, answer_id: int, reply: Reply) -> bool:
    """Put a reply in the place of an earlier answer.

    Args:
        message: The question, or another message of the same chat.
        answer_id: Of the message that answered it, in the same chat.
        reply: What is shown from now on.

    Returns:
        False where the earlier answer can't be edited any more.
    """
    try:
        await edit(message.get_bot(), message.chat_id, answer_id, reply)
    except BadRequest:
        return False
    return True


async def show_in_place(query: CallbackQuery, reply: Reply) -> None:
    """Put a reply in the place of the message under which a button was pressed; a new message where that is gone."""
    if isinstance(query.message, Message) and not await edit_answer(query.message, query.message.message_id, reply):
        await send_reply(query.message, reply)


async def acknowledge(query: CallbackQuery, text: str | None = None, *, alert: bool = True) -> None:
    """Let the button rest, with a text where there is one: in a box that wants a tap, or in passing.

    A press that waited out an outage is too old for that, and is carried out all the same.
    """
    with suppress(TelegramError):
        await query.answer(text, show_alert=alert and text is not None)
