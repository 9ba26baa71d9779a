"""Lists of people, out as a file and in again."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Document, InputFile, Message, Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.people import words, words_roster
from bot.people.menus import Menus
from bot.people.press import OF_ROSTERS, LeaveRoster
from bot.people.roster import LARGEST_FILE, MOST_PEOPLE, Roster, RosterError, RosterRow
from bot.people.roster_reading import read_roster
from bot.people.roster_sheet import roster_sheet
from bot.people.rows import LastAdminError, Person, PersonState
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.storage.forms import Forms
from bot.transport.line import UnknownFateError


@dataclass(frozen=True, slots=True)
class Needs:
    """What lists of people take."""

    people: PeopleService
    forms: Forms
    menus: Menus
    clock: StationClock


_PLAN = "roster"
"""The kind of the form that keeps the lines of a list until the admin has decided."""
ENDINGS = (".xlsx", ".csv")
_NO_HEADING = "没有找到表头"
"""In the error of a file that is no list of people at all."""
_NO_NAMES = re.compile("表头里缺少.*姓名")
"""The same, where a table of another kind has a column or two of the same name."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a file was a list of people, and its contents where they were fetched in vain."""

    is_list: bool
    data: bytes | None = None


async def export(needs: Needs, update: Update, _context: Context) -> None:
    """/roster: everybody, as a file that can be sent back."""
    message = update.effective_message
    if message is None:
        return
    people = await needs.people.store.all()
    data = await asyncio.to_thread(roster_sheet, [_row(person) for person in people])
    name = f"名单-{needs.clock.local():%Y%m%d}.xlsx"
    try:
        await message.reply_document(InputFile(data, name), caption=words_roster.roster_caption(len(people)))
    except UnknownFateError:
        await send_reply(message, words_roster.ROSTER_MAYBE_LOST)


def _row(person: Person) -> RosterRow:
    suspended = person.state is PersonState.SUSPENDED
    return RosterRow(0, person.id, person.name, person.team, person.role.name.lower(), suspended)


async def take(needs: Needs, message: Message, user_id: int, file: Document) -> Taken:
    """Show what an admin's file would change, where it is a list of people.

    Args:
        needs: What lists of people take.
        message: With the file.
        user_id: Who has sent it.
        file: The file.
    """
    name = file.file_name or ""
    large = file.file_size is None or file.file_size > LARGEST_FILE
    if not name.lower().endswith(ENDINGS) or (large and not _says_list(name)):
        return Taken(is_list=False)
    if large:
        await send_reply(message, Reply(words_roster.NO_ROSTER_ROOM))
        return Taken(is_list=True)
    data = await _fetch(file)
    try:
        roster = await asyncio.to_thread(read_roster, name, data)
    except RosterError as error:
        if _is_no_list(name, str(error)):
            return Taken(is_list=False, data=data)
        await send_reply(message, words_roster.roster_unreadable(str(error)))
        return Taken(is_list=True)
    await send_reply(message, await _preview(needs, user_id, roster))
    return Taken(is_list=True)


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


async def _preview(needs: Needs, by: int, roster: Roster) -> Reply:
    plan = await needs.people.compare_roster(roster.rows[:MOST_PEOPLE], needs.clock.now())
    ticket = secrets.token_hex(4)
    if plan.changes:
        data = {"ticket": ticket, "rows": [_packed(row) for row in roster.rows[:MOST_PEOPLE]]}
        await needs.forms.ask(by, _PLAN, data, needs.clock.now())
    return words_roster.roster_preview(plan, roster.faults, ticket)


def _packed(row: RosterRow) -> list[Any]:
    return [row.line, row.user_id, row.name, row.team, row.role, row.suspended]


def _unpacked(rows: Sequence[Sequence[Any]]) -> list[RosterRow]:
    return [RosterRow(*row) for row in rows]


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """An admin's yes or no to a list that he has sent."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    pressed = read_data(query.data, *OF_ROSTERS)
    form = await needs.forms.get(user.id, needs.clock.now())
    mine = form is not None and form.kind == _PLAN and pressed is not None and form.data["ticket"] == pressed.ticket
    taken = await needs.forms.take(user.id, _PLAN) if mine else None  # of two taps one gets it
    if taken is None:
        await acknowledge(query, words_roster.STALE_ROSTER)
        return
    if isinstance(pressed, LeaveRoster):
        await acknowledge(query)
        await show(query, words_roster.ROSTER_LEFT)
        return
    try:
        plan = await needs.people.apply_roster(_unpacked(taken.data["rows"]), user.id, needs.clock.now())
    except LastAdminError:
        await acknowledge(query, words.LAST_ADMIN)
        await show(query, words_roster.ROSTER_LEFT)
        return
    await acknowledge(query)
    await show(query, words_roster.roster_done(plan))
    for change in plan.changes:
        if change.before is not None:  # newcomers have not started the bot, and hear of it when they do
            await needs.menus.announce(change, user.id)


def feature(needs: Needs) -> Feature:
    """Lists of people."""
    admin = Role.ADMIN
    return Feature(
        (Command("roster", admin, partial(export, needs), "导出名单", order=3),),
        (presses_of(admin, partial(press, needs), *OF_ROSTERS),),
    )
