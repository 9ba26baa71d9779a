"""Replies onto the wire: markup that Telegram rejects goes as plain text, an edit that changes nothing is no error."""

import logging

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.markup import plain_text
from bot.replies import Reply

_log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def _markup(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in reply.keyboard]
    return InlineKeyboardMarkup(rows) if rows else None


def _is_markup_fault(error: BadRequest) -> bool:
    return "can't parse entities" in error.message.lower()


async def send_reply(message: Message, reply: Reply) -> Message:
    """Answer a message, in its topic and quoting it in groups."""
    quote = message.chat.type != "private"
    try:
        return await message.reply_text(
            reply.html, ParseMode.HTML, reply_markup=_markup(reply), do_quote=quote, link_preview_options=_NO_PREVIEW
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
            await bot.edit_message_text(
                reply.html,
                chat_id,
                answer_id,
                parse_mode=ParseMode.HTML,
                reply_markup=_markup(reply),
                link_preview_options=_NO_PREVIEW,
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
