"""The knowledge folder, at an admin's hand: read anew, looked back on, taken back."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from telegram import Bot, CallbackQuery, Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.markup import plain_text
from bot.chat.notices import show, tell_admins
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, edit, send_reply
from bot.chat.staff import Staff
from bot.generation.files import members
from bot.generation.use_log import Entry
from bot.library import words_history as words
from bot.library.library import Library
from bot.library.needs import Needs
from bot.library.press import (
    OF_HISTORY,
    Accept,
    Decide,
    HistoryPage,
    OpenStep,
    Refuse,
    RefuseAndUndo,
    RollBack,
    RollBackForSure,
    Undo,
)
from bot.library.report import BOT, REFUSED, STALE, Editor, Report, Verdict
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role

_log = logging.getLogger(__name__)

_HELP = "改了知识文件夹发 /reload；/history 看谁改了什么，能退回去"


async def editor(people: PeopleService, user_id: int) -> Editor:
    """Somebody, as the history will name them."""
    person = await people.store.get(user_id)
    return Editor(user_id, person.name if person is not None else str(user_id))


async def outcome(people: PeopleService, clock: StationClock, report: Report, by: Editor, what: str) -> Reply:
    """Note in the audit log what somebody has done to the knowledge, and say what came of it.

    Args:
        people: Their audit log is written.
        clock: The station's.
        report: What came of it.
        by: Who did it.
        what: In a few Chinese words.
    """
    about = f"{report.verdict.value} {f'#{report.number} ' if report.number else ''}{what}"
    await people.store.note(by.id, "knowledge", about, clock.now())
    return words.report_reply(report)


async def outcome_for(needs: Needs, context: Context, report: Report, by: Editor, what: str) -> Reply:
    """The same for somebody who may be no admin: what only an admin may decide goes to the admins."""
    reply = await outcome(needs.people, needs.clock, report, by, what)
    if report.verdict is Verdict.WORSE and await needs.people.role(by.id) < Role.ADMIN:
        await tell_admins(context.bot, needs.people, words.for_admins(by.name, reply))
        return words.handed_over(reply)
    return reply


async def reload(needs: Needs, update: Update, context: Context) -> None:
    """/reload: read the folder anew."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    shown = await send_reply(message, words.READING)
    by = await editor(needs.people, user.id)
    reply = await outcome(needs.people, needs.clock, await needs.library.reload(by), by, "重新载入")
    if shown is None:
        await send_reply(message, reply)
    else:
        await edit(context.bot, shown.chat_id, shown.message_id, reply)


async def history(needs: Needs, update: Update, context: Context) -> None:
    """/history and /rollback: what was in use; with a number, that step."""
    message = update.effective_message
    if message is None:
        return
    number = (context.args or [""])[0]
    reply = None
    if number.isdecimal() and len(number) < 10:
        reply = await _step(needs, int(number)) or Reply(words.NO_STEP)
    await send_reply(message, reply or _page(needs, 0))


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button under a report or in the history."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    match read_data(query.data, *OF_HISTORY):
        case Accept() | Refuse() | RefuseAndUndo() as pressed:
            await _decide(query, needs, pressed, await editor(needs.people, user.id))
        case HistoryPage(number):
            await acknowledge(query)
            await show(query, _page(needs, number))
        case RollBackForSure(number):
            await acknowledge(query)
            by = await editor(needs.people, user.id)
            report = await needs.library.roll_back(number, by)
            await show(query, await outcome(needs.people, needs.clock, report, by, f"退回到第 {number} 次"))
        case RollBack(number):
            await _show_step(query, _confirmation(needs, number))
        case OpenStep(number):
            await _show_step(query, await _step(needs, number))
        case None:
            await acknowledge(query, words.NO_STEP)


async def _show_step(query: CallbackQuery, page: Reply | None) -> None:
    await acknowledge(query, words.NO_STEP if page is None else None)
    if page is not None:
        await show(query, page)


async def undo(needs: Needs, update: Update, context: Context) -> None:
    """Take one step back: an admin any, a trainer one's own."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    pressed = read_data(query.data, Undo)
    step = _entry(needs, pressed.step) if pressed is not None else None
    if step is None:
        await acknowledge(query, words.NO_STEP)
        return
    if step.who != user.id and await needs.people.role(user.id) < Role.ADMIN:
        await acknowledge(query, words.NOT_YOUR_STEP)
        return
    await acknowledge(query)
    by = await editor(needs.people, user.id)
    report = await needs.library.undo(step.number, by)
    await show(query, await outcome_for(needs, context, report, by, f"撤销第 {step.number} 次"))


async def _decide(query: CallbackQuery, needs: Needs, pressed: Decide, by: Editor) -> None:
    library = needs.library
    if isinstance(pressed, Accept):
        report, what = await library.accept(pressed.snapshot, by), "照样启用"
    else:
        report, what = await library.refuse(pressed.snapshot, undo=isinstance(pressed, RefuseAndUndo)), "不启用"
    if report.verdict is Verdict.FAILED and report.reason == STALE:
        await acknowledge(query, words.STALE_READING)
        return
    await acknowledge(query)
    await show(query, await outcome(needs.people, needs.clock, report, by, what))


def _page(needs: Needs, page: int) -> Reply:
    entries = [(entry, needs.clock.local(entry.moment)) for entry in needs.library.history()]
    return words.history_page(entries, page)


async def _step(needs: Needs, number: int) -> Reply | None:
    library, entry = needs.library, _entry(needs, number)
    if entry is None:
        return None
    changes = await asyncio.to_thread(library.files_changed, number)
    return words.step_page(entry, needs.clock.local(entry.moment), changes, await library.differences(number))


def _entry(needs: Needs, number: int) -> Entry | None:
    return next((entry for entry in needs.library.history() if entry.number == number), None)


def _confirmation(needs: Needs, number: int) -> Reply | None:
    entry = _entry(needs, number)
    return words.confirm_rolling_back(entry, needs.clock.local(entry.moment)) if entry is not None else None


def feature(needs: Needs) -> Feature:
    """Reading the folder anew, looking back, taking back."""
    admin = Role.ADMIN
    back = partial(history, needs)
    return Feature(
        (
            Command("reload", admin, partial(reload, needs), "重新载入知识文件夹", _HELP, order=4),
            Command("history", admin, back, "知识库的历史和退回", order=5),
            Command("rollback", admin, back),
        ),
        (presses_of(Role.TRAINER, partial(undo, needs), Undo), presses_of(admin, partial(press, needs), *OF_HISTORY)),
    )


# ---- from the command line


async def reload_from_outside(needs: Needs, accept: bool) -> dict[str, Any]:
    """Read the folder anew for somebody at the machine itself.

    Args:
        needs: What changes take.
        accept: Whether it is wanted though something is answered worse.

    Returns:
        `verdict` as in `Verdict`, and `text`, for a person.
    """
    by = Editor(BOT.id, "命令行")
    report = await needs.library.reload(by)
    if report.verdict is Verdict.WORSE and accept and report.reason != REFUSED:
        report = await needs.library.accept(report.snapshot, by)
    reply = await outcome(needs.people, needs.clock, report, by, "重新载入")
    return {"verdict": report.verdict.value, "text": plain_text(reply.html)}


# ---- without anybody's asking


async def tell_at_start(bot: Bot, library: Library, staff: Staff) -> None:
    """Tell admins that the bot has started on what was in use last, where the folder can't be used."""
    report = library.at_start
    if report.verdict in {Verdict.LIVE, Verdict.SAME}:
        return
    await tell_admins(bot, staff, words.at_start(report))


class Watch:
    """Looks at the folder again and again; what has changed, and then has not for one look, is read."""

    def __init__(self, bot: Bot, library: Library, staff: Staff, look: Callable[[], object]) -> None:
        """Changes count from now on.

        Args:
            bot: The way to admins.
            library: What is in use.
            staff: Who is told.
            look: What the folder looks like from outside: something that differs where a file was changed.
        """
        self._bot = bot
        self._library = library
        self._staff = staff
        self._look = look
        self._read = self._last = look()

    async def once(self) -> None:
        """Look once."""
        now = await asyncio.to_thread(self._look)
        settled, self._last = now == self._last, now
        if not settled or now == self._read:
            return
        self._read = now
        library = self._library
        waiting = library.waiting
        report = await library.reload(BOT, "文件夹有改动")
        if report.verdict is Verdict.SAME or (report.verdict is Verdict.WORSE and report.snapshot == waiting):
            return  # a change made in the chat, of which admins know already
        await tell_admins(self._bot, self._staff, words.by_itself(report))

    async def run(self, seconds: float) -> None:
        """Look until cancelled; a look that fails is not the last one."""
        while True:
            await asyncio.sleep(seconds)
            try:
                await self.once()
            except Exception:  # noqa: BLE001 - the trace is logged, and the folder is looked at again
                _log.exception("The knowledge folder could not be looked at")


def appearance(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file of the knowledge; costs no reading."""
    found = []
    for path in sorted(members(folder)):
        with suppress(OSError):  # gone between the two
            status = (folder / path).stat()
            found.append((path.as_posix(), status.st_size, status.st_mtime_ns))
    return tuple(found)
