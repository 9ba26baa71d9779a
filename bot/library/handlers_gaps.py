"""Questions that were not answered, or wrongly: what trainers make of them."""

import re
from functools import partial

from telegram import CallbackQuery, Update

from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Presses
from bot.chat.sending import acknowledge, send_reply
from bot.generation.generations import record_key
from bot.library import words_editing as words
from bot.library.edits import LONGEST_QUESTION, Kind, find_records
from bot.library.gaps import Gap, find_gaps
from bot.library.handlers_editing import TEXT, forget_form, propose
from bot.library.needs import Needs
from bot.station.roles import Role
from retrieval.errors import EditError

PREFIXES = ("eg", "ed", "ei", "ej", "ea")
_PAGE = re.compile(r"eg(\d{1,3})", re.ASCII)
_GAP = re.compile(r"e([dij])([\w-]{8})", re.ASCII)
_TAKE = re.compile(r"ea([\w-]{8})\.([\w-]{6})", re.ASCII)


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
    data = query.data or ""
    if found := _PAGE.fullmatch(data):
        await acknowledge(query)
        await show(query, await _page(needs, int(found[1])))
    elif found := _TAKE.fullmatch(data):
        await _take(needs, query, found, user.id)
    elif found := _GAP.fullmatch(data):
        await _one(needs, query, found[1], found[2], user.id)
    else:
        await acknowledge(query, words.NO_GAP)


async def _page(needs: Needs, page: int, undo: str = "") -> Reply:
    found = await find_gaps(needs.questions, needs.knowledge.current, needs.clock.now())
    return words.gaps_page([(gap, needs.clock.local(gap.last)) for gap in found], page, undo=undo)


async def _find(needs: Needs, key: str) -> Gap | None:
    found = await find_gaps(needs.questions, needs.knowledge.current, needs.clock.now())
    return next((gap for gap in found if gap.key == key), None)


async def _one(needs: Needs, query: CallbackQuery, action: str, key: str, by: int) -> None:
    store, people = needs.questions.store, needs.people.store
    if action == "j":
        await store.take_up(key)
        await acknowledge(query)
        await show(query, await _page(needs, 0))
        return
    gap = await _find(needs, key)
    await acknowledge(query, words.NO_GAP if gap is None else None)
    if gap is None:
        return
    if action == "i":
        await store.set_aside(key, needs.clock.now())
        await people.note(by, "gap", f"忽略 {gap.text}", needs.clock.now())
        await show(query, await _page(needs, 0, undo=key))
        return
    generation, today = needs.knowledge.current, needs.clock.today()
    answer = generation.answerer.answer(gap.text, today=today)
    await show(query, words.gap_page(gap, answer, find_records(generation, gap.text, today)))


async def _take(needs: Needs, query: CallbackQuery, found: re.Match[str], by: int) -> None:
    """A question is to be one of a record's: as it is, or in other words where it can't be taken so."""
    gap, record = await _find(needs, found[1]), needs.knowledge.current.record(found[2])
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
        (Presses(trainer, partial(press, needs), PREFIXES),),
    )
