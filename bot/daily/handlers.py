"""每日一案 under staff's thumbs: reading, learning, the quiz."""

import re
from dataclasses import dataclass
from functools import partial

from telegram import Update

from bot.chat.context import Context
from bot.chat.routes import Duty, Feature, Presses
from bot.chat.sending import acknowledge, show_in_place
from bot.daily import words
from bot.daily.service import DailyService
from bot.daily.store import Parcel
from bot.daily.words import DailyCase
from bot.station.clock import StationClock
from bot.station.roles import Role
from retrieval.model import Case


@dataclass(frozen=True, slots=True)
class Needs:
    """What reading the daily case takes."""

    daily: DailyService
    clock: StationClock


PREFIXES = ("dv", "dc", "dr", "dq")
_DATA = re.compile(r"d([vcrq])([0-9]{1,12})(?:\.([0-9]{1,2}))?(?:\.([0-9]))?", re.ASCII)


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button under one's own copy of a day's case."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    moment = needs.clock.now()
    found = _DATA.fullmatch(query.data or "")
    parcel = await needs.daily.copy_of(int(found[2]), user.id) if found else None
    case = needs.daily.case(parcel.plan.case_id) if parcel is not None else None
    if found is None or parcel is None or case is None:
        await acknowledge(query, words.NO_SUCH_COPY)
        return
    action, word = found[1], None
    if action == "r":
        await needs.daily.store.mark_read(parcel.delivery.id, moment)
        word = words.LEARNT
    elif action == "q":
        if found[3] is None or found[4] is None:
            await acknowledge(query, words.NO_SUCH_COPY)
            return
        first = await needs.daily.answer(parcel, case, int(found[3]), int(found[4]), moment)
        word = None if first else words.ANSWERED_BEFORE
    await acknowledge(query, word, alert=action == "q")
    shown = await shown_case(
        needs.daily, needs.clock, await needs.daily.copy_of(parcel.delivery.id, user.id) or parcel, case
    )
    if action == "c":
        await show_in_place(query, words.daily_full_case(shown, int(found[3] or 0)))
    else:
        await show_in_place(query, words.daily_case(shown))


async def shown_case(daily: DailyService, clock: StationClock, parcel: Parcel, case: Case) -> DailyCase:
    """Everything that a copy shows now."""
    clause = daily.clause_beside(case, clock.now())
    answers = await daily.store.quiz_answers(parcel.delivery.id)
    return DailyCase(
        parcel.delivery.id,
        parcel.plan.day,
        parcel.plan.foreword,
        case,
        clause,
        answers,
        parcel.delivery.read_at is not None,
        clock.today(),
    )


def feature(needs: Needs) -> Feature:
    """Reading the daily case."""
    duty = Duty(Role.STAFF, "每日一案：上班的日子会发一个案例和几道题，看完点“✅ 已学”", 1)
    return Feature(presses=(Presses(Role.STAFF, partial(press, needs), PREFIXES),), duties=(duty,))
