"""Presses of buttons."""

from telegram import Message, Update

from bot import replies
from bot.buttons import StaleButtonError, read_press
from bot.handlers.ask import reply_to
from bot.handlers.context import Context
from bot.handlers.sending import acknowledge, send_reply, show_in_place


async def press(update: Update, context: Context) -> None:
    """Show another view of an answer, in its place."""
    query = update.callback_query
    if query is None:
        return
    services = context.services
    try:
        reading = read_press(query.data or "", services.knowledge.current)
    except StaleButtonError:
        await acknowledge(query, replies.STALE_BUTTON)
        return
    await acknowledge(query)  # first: until then the phone shows the button as busy
    await show_in_place(
        query, replies.press_reply(reading.press, services.asking.today(services.clock()), reading.changed)
    )


async def example(update: Update, context: Context) -> None:
    """Answer one of the example questions under /start."""
    query = update.callback_query
    if query is None or not query.data:
        return
    await acknowledge(query)
    place = int(query.data[1:])
    answer = context.services.asking.ask(replies.EXAMPLES[place], context.services.clock())
    if isinstance(query.message, Message):
        await send_reply(
            query.message, replies.example_answer(place, replies.answer_reply(answer, context.services.contact))
        )


async def again(update: Update, context: Context) -> None:
    """Answer the message to which the one with the button replies, in the place of the one with the button."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    asked = query.message.reply_to_message
    if asked is None or asked.text is None:
        await acknowledge(query, replies.NOTHING_TO_ANSWER)
        return
    await acknowledge(query)
    await show_in_place(query, reply_to(asked, context))
