"""每日一案 under staff's thumbs: reading, learning, the quiz."""

import re

from telegram import Update

from bot.chat.context import Context, Services
from bot.chat.sending import acknowledge, show_in_place
from bot.daily import words
from bot.daily.store import Parcel
from bot.daily.words import DailyCase
from retrieval.model import Case

PREFIXES = ("dv", "dc", "dr", "dq")
_DATA = re.compile(r"d([vcrq])([0-9]{1,12})(?:\.([0-9]{1,2}))?(?:\.([0-9]))?", re.ASCII)


async def press(update: Update, context: Context) -> None:
    """A button under one's own copy of a day's case."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    services, moment = context.services, context.services.clock()
    found = _DATA.fullmatch(query.data or "")
    parcel = await services.daily.copy_of(int(found[2]), user.id) if found else None
    case = services.daily.case(parcel.plan.case_id) if parcel is not None else None
    if found is None or parcel is None or case is None:
        await acknowledge(query, words.NO_SUCH_COPY)
        return
    action, word = found[1], None
    if action == "r":
        await services.daily.store.mark_read(parcel.delivery.id, moment)
        word = words.LEARNT
    elif action == "q":
        if found[3] is None or found[4] is None:
            await acknowledge(query, words.NO_SUCH_COPY)
            return
        first = await services.daily.answer(parcel, case, int(found[3]), int(found[4]), moment)
        word = None if first else words.ANSWERED_BEFORE
    await acknowledge(query, word, alert=action == "q")
    shown = await shown_case(services, await services.daily.copy_of(parcel.delivery.id, user.id) or parcel, case)
    if action == "c":
        await show_in_place(query, words.daily_full_case(shown, int(found[3] or 0)))
    else:
        await show_in_place(query, words.daily_case(shown))


async def shown_case(services: Services, parcel: Parcel, case: Case) -> DailyCase:
    """Everything that a copy shows now."""
    clause = services.daily.clause_beside(case, services.clock())
    answers = await services.daily.store.quiz_answers(parcel.delivery.id)
    return DailyCase(
        parcel.delivery.id,
        parcel.plan.day,
        parcel.plan.foreword,
        case,
        clause,
        answers,
        parcel.delivery.read_at is not None,
        services.daily.today(services.clock()),
    )
