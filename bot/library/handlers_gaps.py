"""Questions that were not answered, or wrongly: what trainers make of them."""

from functools import partial

from telegram import CallbackQuery, Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.generation.generations import record_key
from bot.library import words_editing as words
from bot.library.edits import LONGEST_QUESTION, Kind, find_records
from bot.library.gaps import Gap, find_gaps
from bot.library.handlers_editing import TEXT, forget_form, propose
from bot.library.needs import Needs
from bot.library.press import OF_GAPS, AddTo, GapsPage, OpenGap, SetAside, TakeUp
from bot.station.roles import Role
from retrieval.errors import EditError


async def gaps(needs: Needs, update: Update, _context: Context) -> None:
    """/gaps: the questions of the last 30 days that the knowledge lacks."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    await forget_form(needs, user.id)
    await send_reply(message, await _page(needs, 0))


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button under them."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    if query.message is None or query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    await forget_form(needs, user.id)
    match read_data(query.data, *OF_GAPS):
        case GapsPage(page):
            await acknowledge(query)
            await show(query, await _page(needs, page))
        case TakeUp(key):
            await needs.questions.store.take_up(key)
            await acknowledge(query)
            await show(query, await _page(needs, 0))
        case OpenGap() | SetAside() as pressed:
            await _one(needs, query, pressed, user.id)
        case AddTo() as pressed:
            await _add(needs, query, pressed, user.id)
        case None:
            await acknowledge(query, words.NO_GAP)


async def _page(needs: Needs, page: int, undo: str = "") -> Reply:
    found = await find_gaps(needs.questions, needs.knowledge.current, needs.clock.now())
    return words.gaps_page([(gap, needs.clock.local(gap.last)) for gap in found], page, undo=undo)


async def _find(needs: Needs, key: str) -> Gap | None:
    found = await find_gaps(needs.questions, needs.knowledge.current, needs.clock.now())
    return next((gap for gap in found if gap.key == key), None)


async def _one(needs: Needs, query: CallbackQuery, pressed: OpenGap | SetAside, by: int) -> None:
    gap = await _find(needs, pressed.gap)
    await acknowledge(query, words.NO_GAP if gap is None else None)
    if gap is None:
        return
    if isinstance(pressed, SetAside):
        await needs.questions.store.set_aside(gap.key, needs.clock.now())
        await needs.people.store.note(by, "gap", f"忽略 {gap.text}", needs.clock.now())
        await show(query, await _page(needs, 0, undo=gap.key))
        return
    generation, today = needs.knowledge.current, needs.clock.today()
    answer = generation.answerer.answer(gap.text, today=today)
    await show(query, words.gap_page(gap, answer, find_records(generation, gap.text, today)))


async def _add(needs: Needs, query: CallbackQuery, pressed: AddTo, by: int) -> None:
    """Make a question one of a record's: as it is, or in other words if it can't be taken so."""
    gap, record = await _find(needs, pressed.gap), needs.knowledge.current.record(pressed.record)
    if gap is None or record is None:
        await acknowledge(query, words.NO_GAP if gap is None else words.GONE)
        return
    if len(gap.text) <= LONGEST_QUESTION and "〔" not in gap.text and "\n" not in gap.text:
        try:
            reply = await propose(needs, by, Kind.QUESTION, record, gap.text, gap.key)
        except EditError as error:
            await acknowledge(query, f"不能加：{error}。"[:200])
            return
    else:
        data = {"kind": Kind.QUESTION.value, "key": record_key(record), "gap": gap.key}
        await needs.forms.ask(by, TEXT, data, needs.clock.now())
        reply = words.ask_shorter(gap, record)
    await acknowledge(query)
    await show(query, reply)


def feature(needs: Needs) -> Feature:
    """Questions that were not answered."""
    trainer = Role.TRAINER
    return Feature(
        (Command("gaps", trainer, partial(gaps, needs), "没答好的问题", order=4),),
        (presses_of(trainer, partial(press, needs), *OF_GAPS),),
    )
