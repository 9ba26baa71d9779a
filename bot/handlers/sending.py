"""Replies onto the wire.

Markup that Telegram rejects goes as plain text, an edit that changes nothing is no error, and a line that is down is waited for.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.markup import plain_text
from bot.replies import Reply

_log = logging.getLogger(__name__)
_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries; together half a minute, after which the one who asked has gone on."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _markup(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.keyboard]
    return InlineKeyboardMarkup(rows) if rows else None


def _is_markup_fault(error: BadRequest) -> bool:
    return "can't parse entities" in error.message.lower()


T = TypeVar("T")


async def _patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call again where it surely did not reach Telegram, or where Telegram asks to wait.

    A time-out says nothing of whether the message went out, so it is never sent again.
    """
    for pause in _PAUSES:
        try:
            return await call()
        except (BadRequest, TimedOut):  # both are NetworkErrors for PTB
            raise
        except RetryAfter as error:
            wait = error.retry_after
            pause = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)  # noqa: PLW2901 - Telegram's word counts
        except NetworkError as error:
            _log.warning("Telegram can't be reached (%s); trying again in %.0f s", error.message, pause)
        await asyncio.sleep(pause)
    return await call()


async def send_reply(message: Message, reply: Reply) -> Message:
    """Answer a message, in its topic and quoting it in groups."""
    quote = message.chat.type != "private"
    try:
        return await _patiently(
            lambda: message.reply_text(
                reply.html,
                ParseMode.HTML,
                reply_markup=_markup(reply),
                do_quote=quote,
                link_preview_options=_NO_PREVIEW,
            )
        )
    except BadRequest as error:
        if not _is_markup_fault(error):
            raise
        _log.warning("Telegram rejects our markup (%s); sent as plain text", error.message)
        return await message.reply_text(
            plain_text(reply.html), reply_markup=_markup(reply), do_quote=quote, link_preview_options=_NO_PREVIEW
        )


async def edit_answer(message: Message, answer_id: int, reply: Reply) -> bool:
    """Put a reply in the place of an earlier answer.

    Args:
        message: The question.
        answer_id: Of the message that answered it, in the same chat.

    Returns:
        False where the earlier answer can't be edited any more.
    """
    bot, chat_id = message.get_bot(), message.chat_id
    try:
        try:
            await _patiently(
                lambda: bot.edit_message_text(
                    reply.html,
                    chat_id,
                    answer_id,
                    parse_mode=ParseMode.HTML,
                    reply_markup=_markup(reply),
                    link_preview_options=_NO_PREVIEW,
                )
            )
        except BadRequest as error:
            if not _is_markup_fault(error):
                raise
            _log.warning("Telegram rejects our markup (%s); edited as plain text", error.message)
            await bot.edit_message_text(
                plain_text(reply.html),
                chat_id,
                answer_id,
                reply_markup=_markup(reply),
                link_preview_options=_NO_PREVIEW,
            )
    except BadRequest as error:
        return "not modified" in error.message.lower()
    return True


async def show_in_place(query: CallbackQuery, reply: Reply) -> None:
    """Put a reply in the place of the message under which a button was pressed; a new message where that is gone."""
    if isinstance(query.message, Message) and not await edit_answer(query.message, query.message.message_id, reply):
        await send_reply(query.message, reply)
