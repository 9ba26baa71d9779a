"""每日一案 under staff's thumbs: reading, learning, the quiz."""

from dataclasses import dataclass
from functools import partial

from telegram import Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.routes import Duty, Feature, presses_of
from bot.chat.sending import acknowledge, show_in_place
from bot.daily import words
from bot.daily.press import OF_COPIES, Choose, FullCase, Learnt
from bot.daily.rows import Parcel
from bot.daily.service import DailyService
from bot.daily.words import DailyCase
from bot.station.clock import StationClock
from bot.station.roles import Role
from retrieval.model import Case


@dataclass(frozen=True, slots=True)
class Needs:
    """What reading the daily case takes."""

    daily: DailyService
    clock: StationClock


async def press(needs: Needs, update: Update, _context: Context) -> None:
    """A button under one's own copy of a day's case."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    moment, pressed = needs.clock.now(), read_data(query.data, *OF_COPIES)
    parcel = await needs.daily.copy_of(pressed.copy, user.id) if pressed is not None else None
    case = needs.daily.case(parcel.plan.case_id) if parcel is not None else None
    if pressed is None or parcel is None or case is None:
        await acknowledge(query, words.NO_SUCH_COPY)
        return
    word = None
    match pressed:
        case Learnt():
            await needs.daily.store.mark_read(parcel.delivery.id, moment)
            word = words.LEARNT
        case Choose():
            first = await needs.daily.answer(parcel, case, pressed.quiz, pressed.option, moment)
            word = None if first else words.ANSWERED_BEFORE
    await acknowledge(query, word, alert=isinstance(pressed, Choose))
    parcel = await needs.daily.copy_of(parcel.delivery.id, user.id) or parcel
    shown = await shown_case(needs.daily, needs.clock, parcel, case)
    page = words.daily_full_case(shown, pressed.page) if isinstance(pressed, FullCase) else words.daily_case(shown)
    await show_in_place(query, page)


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
    return Feature(presses=(presses_of(Role.STAFF, partial(press, needs), *OF_COPIES),), duties=(duty,))
