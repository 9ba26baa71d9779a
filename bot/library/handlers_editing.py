"""Everyday edits of the knowledge, in the chat: a takeaway or a lesson, a question, synonyms, and whether a rule book was checked."""

import asyncio
from collections.abc import Mapping
from functools import partial

from telegram import CallbackQuery, Message, Update

from bot.chat.buttons import Button
from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.generation.generations import Record, record_key
from bot.library import words_editing as words
from bot.library.edits import (
    FOR_ADMINS,
    LONGEST_LINES,
    Kind,
    Wish,
    change_of,
    check_text,
    find_records,
    fingerprint_of,
    group_of,
    holders_of,
    is_acceptance_question,
    is_in_use,
    line_of,
    new_wish,
    path_of,
    read_wish,
    reason_of,
    split_words,
    wish_name,
)
from bot.library.gaps import gap_key
from bot.library.handlers_history import editor, outcome_for
from bot.library.needs import Needs
from bot.library.press import (
    OF_CHECKS,
    OF_EDITS,
    Confirm,
    Decline,
    GapsPage,
    OpenRecord,
    OpenRecordBelow,
    Verify,
    Write,
    WriteLesson,
    WriteNothing,
    WriteQuestion,
    WriteSynonyms,
    WriteSynonymsBeside,
    WriteTakeaway,
)
from bot.library.report import Editor, Report, Verdict
from bot.station.roles import Role
from retrieval.errors import EditError
from retrieval.model import Case, Rule

SEARCH, TEXT = "edit-search", "edit-text"
FORMS = frozenset({SEARCH, TEXT})
_HELP = "/edit 改教训、加问法，/gaps 看哪些问题没答好"
_KINDS: Mapping[type[Write], Kind] = {
    WriteTakeaway: Kind.TAKEAWAY,
    WriteLesson: Kind.LESSON,
    WriteQuestion: Kind.QUESTION,
    WriteSynonyms: Kind.SYNONYM,
    WriteSynonymsBeside: Kind.SYNONYM,
}
_LONGEST_SEARCH = 100


# ---- finding and choosing


async def search(needs: Needs, update: Update, context: Context) -> None:
    """/edit: the records that the words behind it may mean; without words they are asked for."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    text = " ".join(context.args or [])
    if text:
        await forget_form(needs, user.id)
        await send_reply(message, _found(needs, text))
        return
    await needs.forms.ask(user.id, SEARCH, {}, needs.clock.now())
    await send_reply(message, words.ASK_WORDS)


def _found(needs: Needs, text: str) -> Reply:
    text = text[:_LONGEST_SEARCH]
    today = needs.clock.today()
    return words.found_page(text, find_records(needs.knowledge.current, text, today))


async def press(needs: Needs, update: Update, context: Context) -> None:
    """A button of an edit."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    if query.message is None or query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    await forget_form(needs, user.id)
    match read_data(query.data, *OF_EDITS):
        case Confirm() | Decline() as pressed:
            await _decide(needs, context, query, pressed, user.id)
        case OpenRecord() | OpenRecordBelow() as pressed:
            await _page(needs, query, pressed, user.id)
        case WriteNothing():
            await acknowledge(query)
            await show(query, words.NOT_CHANGED)
        case None:
            await acknowledge(query, words.GONE)
        case pressed:
            await _ask(needs, query, pressed, user.id)


async def _page(needs: Needs, query: CallbackQuery, pressed: OpenRecord | OpenRecordBelow, user_id: int) -> None:
    record = needs.knowledge.current.record(pressed.record)
    await acknowledge(query, words.GONE if record is None else None)
    if record is None:
        return
    page = words.record_page(record, admin=await needs.people.role(user_id) >= Role.ADMIN)
    if isinstance(pressed, OpenRecordBelow) and isinstance(query.message, Message):
        await send_reply(query.message, page)
    else:
        await show(query, page)


async def _ask(needs: Needs, query: CallbackQuery, pressed: Write, user_id: int) -> None:
    kind, key = _KINDS[type(pressed)], "" if isinstance(pressed, WriteSynonyms) else pressed.record
    record = needs.knowledge.current.record(key) if key else None
    if (record is None and key) or (kind in LONGEST_LINES and not isinstance(record, Case)):
        await acknowledge(query, words.GONE)
        return
    await needs.forms.ask(user_id, TEXT, {"kind": kind.value, "key": key, "gap": ""}, needs.clock.now())
    await acknowledge(query)
    await show(query, words.ask_text(kind, record))


async def forget_form(needs: Needs, user_id: int) -> None:
    """Whoever goes on to something else is not asked any more: the next text is a question again."""
    if await needs.forms.get(user_id, needs.clock.now()) is not None:
        await needs.forms.drop(user_id)


# ---- what is written


async def written(needs: Needs, update: Update, _context: Context) -> None:
    """A text that answers what was asked for an edit."""
    message, user = update.message, update.effective_user
    form = await needs.forms.get(user.id, needs.clock.now()) if user is not None else None
    if message is None or user is None or message.text is None or form is None:
        return
    name, data = form.kind, form.data
    if name == SEARCH:
        await needs.forms.drop(user.id)
        await send_reply(message, _found(needs, message.text))
        return
    kind, key, gap = Kind(str(data["kind"])), str(data["key"]), str(data["gap"])
    record = needs.knowledge.current.record(key) if key else None
    if key and record is None:
        await needs.forms.drop(user.id)
        await send_reply(message, Reply(words.GONE))
        return
    try:
        reply = await propose(needs, user.id, kind, record, message.text, gap)
    except EditError as error:
        await send_reply(message, words.ask_text(kind, record, str(error)))
        return
    await needs.forms.drop(user.id)
    await send_reply(message, reply)


async def propose(needs: Needs, user_id: int, kind: Kind, record: Record | None, text: str, gap: str = "") -> Reply:
    """Keep what somebody wishes, and show what it would change.

    Args:
        services: The needs.
        user_id: Who.
        kind: Of change; none that is for admins only.
        record: It is about; None for synonyms of no record.
        text: As typed.
        gap: The key of the gap that it closes, where it does.

    Raises:
        EditError: Where the text can't be taken; says why.
    """
    text = check_text(kind, text)
    before = line_of(record, kind) if kind in LONGEST_LINES and isinstance(record, Case) else ""
    if text == before:
        raise EditError("和原来的一样")
    key = record_key(record) if record is not None else ""
    wish = new_wish(kind, key, text, needs.clock.now(), before, gap)
    library, generation = needs.library, needs.knowledge.current
    path = path_of(wish, record, generation.knowledge.lexicon)
    content = await asyncio.to_thread(library.content, path)
    today = needs.clock.today()
    make = change_of(wish, record, "", today)
    await asyncio.to_thread(make, content)  # what can't be done is better said now
    if kind in LONGEST_LINES and isinstance(record, Case):
        lines, risky = words.line_lines(record, kind, text), False
    elif kind is Kind.QUESTION and record is not None:
        if is_acceptance_question(await asyncio.to_thread(library.content, "golden.jsonl"), text):
            raise EditError("这句是考题（golden.jsonl），抄进问法就考不出真假了，请换个说法")
        others = holders_of(generation, text)
        answer = generation.answerer.answer(text, today=today)
        lines, risky = words.question_lines(record, text, answer, others), bool(others)
    else:
        said = split_words(text)
        lines, risky = words.synonym_lines(said, group_of(content, said)), False
    await needs.facts.keep(wish_name(user_id), wish.written())
    return words.preview(wish, lines, path, risky=risky)


# ---- whether a rule book was checked


async def verify(needs: Needs, update: Update, _context: Context) -> None:
    """Show what it means to mark a rule book as checked, or to take that back."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    if query.message is None or query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    await forget_form(needs, user.id)
    pressed = read_data(query.data, *OF_CHECKS)
    rule = needs.knowledge.current.rule(pressed.rule) if pressed is not None else None
    if rule is None or pressed is None:
        await acknowledge(query, words.GONE)
        return
    clauses = needs.knowledge.current.knowledge.clauses_by_rule[rule.id]
    content = await asyncio.to_thread(needs.library.content, rule.path.as_posix())
    if not await asyncio.to_thread(is_in_use, content, rule, clauses):
        await acknowledge(query, words.NOT_IN_USE)
        return
    kind = Kind.VERIFY if isinstance(pressed, Verify) else Kind.UNVERIFY
    wish = new_wish(kind, pressed.rule, "", needs.clock.now(), fingerprint_of(content))
    by, today = await editor(needs.people, user.id), needs.clock.today()
    lines = (
        words.verify_lines(rule, len(clauses), by.name, today.isoformat())
        if kind is Kind.VERIFY
        else words.unverify_lines(rule, len(clauses))
    )
    await needs.facts.keep(wish_name(user.id), wish.written())
    await acknowledge(query)
    await show(query, words.preview(wish, lines, rule.path.as_posix()))


# ---- yes or no


async def _decide(
    needs: Needs, context: Context, query: CallbackQuery, pressed: Confirm | Decline, user_id: int
) -> None:
    name = wish_name(user_id)
    kept = await needs.facts.get(name)
    wish = read_wish(kept, pressed.wish, needs.clock.now())
    if wish is None or kept is None or not await needs.facts.take(name, kept):  # of two taps one gets it
        await acknowledge(query, words.STALE_WISH)
        return
    if isinstance(pressed, Decline):
        await acknowledge(query)
        await show(query, words.NOT_CHANGED)
        return
    if wish.kind in FOR_ADMINS and await needs.people.role(user_id) < Role.ADMIN:
        await acknowledge(query, words.STALE_WISH)
        return
    about = _about(needs, wish)
    if about is None and wish.key:
        await acknowledge(query, words.GONE)
        return
    await acknowledge(query)
    await show(query, words.CHANGING)
    by = await editor(needs.people, user_id)
    today = needs.clock.today()
    what = reason_of(wish, about)
    try:
        path = path_of(wish, about, needs.knowledge.current.knowledge.lexicon)
        report = await needs.library.edit(path, change_of(wish, about, by.name, today), by, what)
    except EditError as error:
        await show(query, words.refused(str(error)))
        return
    if report.verdict is Verdict.LIVE and wish.gap and gap_key(wish.text) != wish.gap:
        await needs.questions.store.set_aside(wish.gap, needs.clock.now())
    await show(query, await _told(needs, context, report, by, what, wish))


def _about(needs: Needs, wish: Wish) -> Record | Rule | None:
    generation = needs.knowledge.current
    if wish.kind in FOR_ADMINS:
        return generation.rule(wish.key)
    return generation.record(wish.key) if wish.key else None


async def _told(needs: Needs, context: Context, report: Report, by: Editor, what: str, wish: Wish) -> Reply:
    """What came of it; what only an admin may decide goes to the admins."""
    reply = await outcome_for(needs, context, report, by, what)
    if wish.gap and report.verdict is Verdict.LIVE:
        return Reply(reply.html, (*reply.keyboard, (Button("◀ 没答好的问题", GapsPage(0).pack()),)))
    return reply


def feature(needs: Needs) -> Feature:
    """Everyday edits."""
    trainer, answer = Role.TRAINER, partial(written, needs)
    return Feature(
        (Command("edit", trainer, partial(search, needs), "改教训、加问法", _HELP, order=3),),
        (
            presses_of(Role.ADMIN, partial(verify, needs), *OF_CHECKS),
            presses_of(trainer, partial(press, needs), *OF_EDITS),
        ),
        {kind: Form(trainer, answer, is_free=True) for kind in FORMS},
    )
