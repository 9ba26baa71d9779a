"""Questions that were not answered, or wrongly: what trainers make of them."""

import re

from telegram import CallbackQuery, Update

from bot.chat.context import Context, Services
from bot.chat.reply import Reply
from bot.chat.sending import acknowledge, send_reply
from bot.generation.generations import record_key
from bot.library import words_editing as words
from bot.library.edits import LONGEST_QUESTION, Kind, find_records
from bot.library.gaps import Gap, find_gaps
from bot.library.handlers_editing import TEXT, forget_form, propose
from bot.people.notices import show
from retrieval.errors import EditError

PREFIXES = ("eg", "ed", "ei", "ej", "ea")
_PAGE = re.compile(r"eg(\d{1,3})", re.ASCII)
_GAP = re.compile(r"e([dij])([\w-]{8})", re.ASCII)
_TAKE = re.compile(r"ea([\w-]{8})\.([\w-]{6})", re.ASCII)


async def gaps(update: Update, context: Context) -> None:
    """/gaps: the questions of the last 30 days that the knowledge lacks."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    await forget_form(context.services, user.id)
    await send_reply(message, await _page(context.services, 0))


async def press(update: Update, context: Context) -> None:
    """A button under them."""
    query, user, services = update.callback_query, update.effective_user, context.services
    if query is None or user is None:
        return
    if query.message is None or query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    await forget_form(services, user.id)
    data = query.data or ""
    if found := _PAGE.fullmatch(data):
        await acknowledge(query)
        await show(query, await _page(services, int(found[1])))
    elif found := _TAKE.fullmatch(data):
        await _take(services, query, found, user.id)
    elif found := _GAP.fullmatch(data):
        await _one(services, query, found[1], found[2], user.id)
    else:
        await acknowledge(query, words.NO_GAP)


async def _page(services: Services, page: int, undo: str = "") -> Reply:
    found = await find_gaps(services.questions, services.knowledge.current, services.clock())
    return words.gaps_page([(gap, services.daily.local(gap.last)) for gap in found], page, undo=undo)


async def _find(services: Services, key: str) -> Gap | None:
    found = await find_gaps(services.questions, services.knowledge.current, services.clock())
    return next((gap for gap in found if gap.key == key), None)


async def _one(services: Services, query: CallbackQuery, action: str, key: str, by: int) -> None:
    store, people = services.questions.store, services.people.store
    if action == "j":
        await store.take_up(key)
        await acknowledge(query)
        await show(query, await _page(services, 0))
        return
    gap = await _find(services, key)
    await acknowledge(query, words.NO_GAP if gap is None else None)
    if gap is None:
        return
    if action == "i":
        await store.set_aside(key, services.clock())
        await people.note(by, "gap", f"忽略 {gap.text}", services.clock())
        await show(query, await _page(services, 0, undo=key))
        return
    generation, today = services.knowledge.current, services.asking.today(services.clock())
    answer = generation.answerer.answer(gap.text, today=today)
    await show(query, words.gap_page(gap, answer, find_records(generation, gap.text, today)))


async def _take(services: Services, query: CallbackQuery, found: re.Match[str], by: int) -> None:
    """A question is to be one of a record's: as it is, or in other words where it can't be taken so."""
    gap, record = await _find(services, found[1]), services.knowledge.current.record(found[2])
    if gap is None or record is None:
        await acknowledge(query, words.NO_GAP if gap is None else words.GONE)
        return
    if len(gap.text) <= LONGEST_QUESTION and "〔" not in gap.text and "\n" not in gap.text:
        try:
            reply = await propose(services, by, Kind.QUESTION, record, gap.text, gap.key)
        except EditError as error:
            await acknowledge(query, f"不能加：{error}。"[:200])
            return
    else:
        data = {"kind": Kind.QUESTION.value, "key": record_key(record), "gap": gap.key}
        await services.people.store.ask_form(by, TEXT, data, services.clock())
        reply = words.ask_shorter(gap, record)
    await acknowledge(query)
    await show(query, reply)
