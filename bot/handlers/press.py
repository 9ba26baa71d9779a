"""Presses of buttons."""

from contextlib import suppress

from telegram import CallbackQuery, Message, Update
from telegram.error import BadRequest

from bot import replies
from bot.buttons import StaleButtonError, read_press
from bot.handlers.ask import now
from bot.handlers.context import Context
from bot.handlers.sending import send_reply, show_in_place


async def _acknowledge(query: CallbackQuery) -> None:
    """Let the button rest; a press that waited out an outage is too old for that, and is carried out all the same."""
    with suppress(BadRequest):
        await query.answer()


async def press(update: Update, context: Context) -> None:
    """Show another view of an answer, in its place."""
    query = update.callback_query
    if query is None:
        return
    services = context.services
    try:
        reading = read_press(query.data or "", services.knowledge.current)
    except StaleButtonError:
        await query.answer(replies.STALE_BUTTON, show_alert=True)
        return
    await _acknowledge(query)  # first: until then the phone shows the button as busy
    await show_in_place(query, replies.press_reply(reading.press, services.asking.today(now()), reading.changed))


async def example(update: Update, context: Context) -> None:
    """Answer one of the example questions under /start."""
    query = update.callback_query
    if query is None or not query.data:
        return
    await _acknowledge(query)
    place = int(query.data[1:])
    answer = context.services.asking.ask(replies.EXAMPLES[place], now())
    if isinstance(query.message, Message):
        await send_reply(
            query.message, replies.example_answer(place, replies.answer_reply(answer, context.services.contact))
        )
