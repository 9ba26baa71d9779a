"""Lists of people, out as a file and in again; any other file of an admin goes to the import."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from typing import Any

from telegram import Document, InputFile, Update

from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.sending import acknowledge, send_reply
from bot.documents import handlers as importing
from bot.people import words
from bot.people.notices import announce, show
from bot.people.roster import LARGEST_FILE, MOST_PEOPLE, Roster, RosterError, RosterRow, read_roster
from bot.people.store import LastAdminError, Person, PersonState
from bot.reports import sheets
from bot.transport.line import UnknownFateError

PREFIXES = ("uy", "uz")
_PLAN = "roster"
"""The kind of the form that keeps the lines of a list until the admin has decided."""
_ENDINGS = (".xlsx", ".csv")
_NO_HEADING = "没有找到表头"
"""In the error of a file that is no list of people at all."""
_NO_NAMES = re.compile("表头里缺少.*姓名")
"""The same, where a table of another kind has a column or two of the same name."""


async def export(update: Update, context: Context) -> None:
    """/roster: everybody, as a file that can be sent back."""
    message = update.effective_message
    if message is None:
        return
    services = context.services
    people = await services.people.store.all()
    data = await asyncio.to_thread(sheets.roster_sheet, [_row(person) for person in people])
    name = f"名单-{services.daily.local(services.clock()):%Y%m%d}.xlsx"
    try:
        await message.reply_document(InputFile(data, name), caption=words.roster_caption(len(people)))
    except UnknownFateError:
        await send_reply(message, words.ROSTER_MAYBE_LOST)


def _row(person: Person) -> RosterRow:
    suspended = person.state is PersonState.SUSPENDED
    return RosterRow(0, person.id, person.name, person.team, person.role.name.lower(), suspended)


def is_known(file: Document) -> bool:
    """Return whether a file's name says that it is a list of people, or a document that the import knows."""
    return (file.file_name or "").strip().lower().endswith((*_ENDINGS, *importing.ENDINGS))


async def document(update: Update, context: Context) -> None:
    """Show what an admin's file would change where it is a list of people, and import it otherwise; an edit changes nothing."""
    message, user = update.message, update.effective_user
    file = message.document if message is not None else None
    if message is None or user is None or file is None:
        return
    name = file.file_name or ""
    large = file.file_size is None or file.file_size > LARGEST_FILE
    if not name.lower().endswith(_ENDINGS) or (large and not _says_list(name)):
        await importing.take(message, context, user.id, file)
        return
    if large:
        await send_reply(message, Reply(words.NO_ROSTER_ROOM))
        return
    data = await _fetch(file)
    try:
        roster = await asyncio.to_thread(read_roster, name, data)
    except RosterError as error:
        if _is_no_list(name, str(error)):
            await importing.take(message, context, user.id, file, data)
        else:
            await send_reply(message, words.roster_unreadable(str(error)))
        return
    await send_reply(message, await _preview(context, user.id, roster))


def _says_list(name: str) -> bool:
    return "名单" in name or name.lower().endswith(".csv")  # the import takes no .csv


def _is_no_list(name: str, error: str) -> bool:
    """Whether a file that can't be read as a list of people was not meant to be one."""
    if _NO_HEADING in error or _NO_NAMES.search(error):
        return True
    return not error.startswith(("表头", "名单")) and not _says_list(name)


async def _fetch(file: Document) -> bytes:
    stored = await file.get_file()
    return bytes(await stored.download_as_bytearray())


async def _preview(context: Context, by: int, roster: Roster) -> Reply:
    services = context.services
    plan = await services.people.compare_roster(roster.rows[:MOST_PEOPLE], services.clock())
    ticket = secrets.token_hex(4)
    if plan.changes:
        data = {"ticket": ticket, "rows": [_packed(row) for row in roster.rows[:MOST_PEOPLE]]}
        await services.people.store.ask_form(by, _PLAN, data, services.clock())
    return words.roster_preview(plan, roster.faults, ticket)


def _packed(row: RosterRow) -> list[Any]:
    return [row.line, row.user_id, row.name, row.team, row.role, row.suspended]


def _unpacked(rows: Sequence[Sequence[Any]]) -> list[RosterRow]:
    return [RosterRow(*row) for row in rows]


async def press(update: Update, context: Context) -> None:
    """An admin's yes or no to a list that he has sent."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or not query.data:
        return
    services = context.services
    store = services.people.store
    form = await services.people.form(user.id, services.clock())
    mine = form is not None and form[0] == _PLAN and form[1]["ticket"] == query.data[2:]
    taken = await store.take_form(user.id, _PLAN) if mine else None  # of two taps one gets it
    if taken is None:
        await acknowledge(query, words.STALE_ROSTER)
        return
    if query.data[1] == "z":
        await acknowledge(query)
        await show(query, words.ROSTER_LEFT)
        return
    try:
        plan = await services.people.apply_roster(_unpacked(taken.data["rows"]), user.id, services.clock())
    except LastAdminError:
        await acknowledge(query, words.LAST_ADMIN)
        await show(query, words.ROSTER_LEFT)
        return
    await acknowledge(query)
    await show(query, words.roster_done(plan))
    for change in plan.changes:
        if change.before is not None:  # newcomers have not started the bot, and hear of it when they do
            await announce(context, change, user.id)
