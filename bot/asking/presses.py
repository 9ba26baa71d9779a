"""Presses of buttons under answers."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from telegram import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.error import BadRequest

from bot.asking import answers, handlers
from bot.asking.handlers import reply_to
from bot.asking.log import Reason
from bot.asking.press import Press, StaleButtonError, View, read_press
from bot.asking.records import citation
from bot.asking.verdicts import THANKS, THANKS_FOR_REASON, WILL_BE_MENDED, Verdict, WhyNot, out_of_date, reason_rows
from bot.asking.views import press_reply
from bot.chat import talk
from bot.chat.addressed import words_of
from bot.chat.buttons import Button, Keyboard
from bot.chat.callback_data import CallbackData
from bot.chat.context import Context
from bot.chat.notices import tell_admins
from bot.chat.reply import Reply
from bot.chat.routes import Feature, Presses, presses_of
from bot.chat.sending import acknowledge, markup_of, send_reply, show_in_place
from bot.chat.staff import Staff
from bot.generation.generations import KnowledgeService, Record
from bot.station.clock import StationClock
from bot.station.roles import Role


@dataclass(frozen=True, slots=True)
class Needs:
    """What buttons under answers take; `edit_button` makes the one that leads a trainer to the change of a record."""

    answering: handlers.Needs
    knowledge: KnowledgeService
    staff: Staff
    clock: StationClock
    edit_button: Callable[[Record], Button]


VIEWS = tuple(view.value for view in View)


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """Show another view of an answer, in its place."""
    query = update.callback_query
    if query is None:
        return
    try:
        reading = read_press(query.data or "", needs.knowledge.current)
    except StaleButtonError:
        await acknowledge(query, talk.STALE_BUTTON)
        return
    await acknowledge(query)  # first: until then the phone shows the button as busy
    reply = press_reply(reading.press, needs.clock.today(), reading.changed)
    edit_row = await _edit_row(needs, update, reading.press)
    await show_in_place(query, Reply(reply.html, (*reply.keyboard, *edit_row, *_verdict_row(query))))


async def _edit_row(needs: Needs, update: Update, press: Press) -> Keyboard:
    """Below the full view of a record, for those who may change it: the way to that; in private only."""
    user, chat = update.effective_user, update.effective_chat
    if press.view not in {View.CASE, View.CLAUSE} or user is None or chat is None or chat.type != "private":
        return ()
    if await needs.staff.role(user.id) < Role.TRAINER:
        return ()
    return ((needs.edit_button(press.cases[press.place] if press.view is View.CASE else press.clauses[press.place]),),)


def _verdict_row(query: CallbackQuery) -> Keyboard:
    """The question's own buttons, which stay below every view of its answer until one is pressed."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    for row in markup.inline_keyboard if markup is not None else ():
        buttons = [Button(button.text, str(button.callback_data)) for button in row]
        if buttons and all(Verdict.unpack(button.data) for button in buttons):
            return (tuple(buttons),)
    return ()


async def judge(needs: Needs, update: Update, _context: Context) -> None:
    """Keep what a person says of an answer, and take the two buttons away."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    pressed = Verdict.unpack(query.data or "")
    if pressed is None:
        await acknowledge(query, talk.STALE_BUTTON)
        return
    verdict = "good" if pressed.sign == "+" else "bad"
    if not await needs.answering.questions.judge(pressed.key, user.id, verdict):
        await acknowledge(query, talk.STALE_BUTTON)
        return
    await acknowledge(query, THANKS if verdict == "good" else WILL_BE_MENDED, alert=verdict == "bad")
    reasons = markup_of(reason_rows(pressed.key)) if verdict == "bad" else None
    await _replace_rows(query, Verdict, reasons.inline_keyboard if reasons is not None else ())


async def _replace_rows(
    query: CallbackQuery, kind: type[CallbackData], instead: Sequence[Sequence[InlineKeyboardButton]] = ()
) -> None:
    """Take the rows of buttons with such data away from a message, and put others at the end."""
    message = query.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    rest = [
        row
        for row in message.reply_markup.inline_keyboard
        if not all(kind.unpack(str(button.callback_data)) for button in row)
    ]
    rows = [*rest, *instead]
    with suppress(BadRequest):  # deleted, or pressed twice
        await query.edit_message_reply_markup(InlineKeyboardMarkup(rows) if rows else None)


async def reason(needs: Needs, update: Update, context: Context) -> None:
    """Keep why an answer was none; that a rule is out of date is told to the admins at once."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    pressed = WhyNot.unpack(query.data or "")
    if pressed is None:
        await acknowledge(query, talk.STALE_BUTTON)
        return
    questions, key = needs.answering.questions, pressed.key
    chosen = tuple(Reason)[pressed.place]
    if not await questions.judge(key, user.id, chosen.value):
        await acknowledge(query, talk.STALE_BUTTON)
        return
    await acknowledge(query, THANKS_FOR_REASON, alert=False)
    await _replace_rows(query, WhyNot)
    asked = await questions.store.asked(key, user.id)
    if chosen is Reason.OUT_OF_DATE and asked is not None:
        knowledge = needs.knowledge.current.knowledge
        shown = [citation(knowledge.clause_by_id[one]) for one in asked.clauses if one in knowledge.clause_by_id]
        await tell_admins(context.bot, needs.staff, out_of_date(asked.text, shown[:3]))


async def example(needs: Needs, update: Update, _context: Context) -> None:
    """Answer one of the example questions under /start."""
    query = update.callback_query
    if query is None:
        return
    pressed = talk.Example.unpack(query.data or "")
    if pressed is None:
        await acknowledge(query, talk.STALE_BUTTON)
        return
    await acknowledge(query)
    place = pressed.place
    answer = needs.answering.asking.ask(talk.EXAMPLES[place], needs.clock.now())
    if isinstance(query.message, Message):
        await send_reply(
            query.message, talk.example_answer(place, answers.answer_reply(answer, needs.answering.contact))
        )


async def again(needs: Needs, update: Update, context: Context) -> None:
    """Answer the message to which the one with the button replies, in the place of the one with the button."""
    query = update.callback_query
    if query is None or not isinstance(query.message, Message):
        return
    asked = query.message.reply_to_message
    if asked is None or not words_of(asked):
        await acknowledge(query, talk.NOTHING_TO_ANSWER)
        return
    await acknowledge(query)
    await show_in_place(query, reply_to(needs.answering, asked, context))


def feature(needs: Needs) -> Feature:
    """Questions, and the buttons under their answers."""
    staff = Role.STAFF
    return Feature(
        presses=(
            presses_of(staff, partial(example, needs), talk.Example),
            presses_of(staff, partial(again, needs), talk.Again),
            presses_of(staff, partial(judge, needs), Verdict),
            presses_of(staff, partial(reason, needs), WhyNot),
            Presses(staff, partial(press, needs), VIEWS),
        )
    )
