"""Trainers send a case at once, and watch, stop or repeat what goes out."""

from telegram import CallbackQuery, Message

from bot.chat import talk
from bot.chat.reply import Reply
from bot.chat.sending import acknowledge, show_in_place
from bot.daily.needs import Needs
from bot.daily.press import Home, OfPlan, OfSending, OnePlan, SendCase, SendForSure, SendNow, SendPage, SendTo
from bot.daily.progress import progress_reply
from bot.daily.teams import find_team
from bot.daily.words_planning import NOBODY_THERE, audience_choice, case_choice, confirm_send
from bot.daily.words_progress import already_sent
from retrieval.model import Case


async def press_sending(needs: Needs, query: CallbackQuery, pressed: OfSending, by: int) -> None:
    """Choose a case and its receivers, ask whether it is meant, and send it."""
    store = needs.daily.store
    if isinstance(pressed, SendNow | SendPage):
        page = pressed.page if isinstance(pressed, SendPage) else 0
        shown = await store.last_shown(None)
        reply = case_choice(needs.daily.cases, shown, page, SendCase, SendPage, Home())
        await acknowledge(query)
        await show_in_place(query, reply)
        return
    case = needs.find_case(pressed.case)
    where = None if isinstance(pressed, SendCase) else pressed.where
    team = await find_team(store, where) if where is not None and where != "*" else None
    if case is None or (where not in {None, "*"} and team is None):
        await acknowledge(query, talk.STALE_BUTTON)
        return
    name = team.name if team is not None else None
    count = await store.audience(name)
    if where is not None and count == 0:
        await acknowledge(query, NOBODY_THERE)
        return
    await acknowledge(query)
    if isinstance(pressed, SendForSure):
        await _send_now(needs, query, name, case, by)
    elif isinstance(pressed, SendTo):
        await show_in_place(query, confirm_send(case, name, count))
    else:
        teams = [(each, await store.audience(each.name)) for each in await store.teams()]
        await show_in_place(query, audience_choice(case, teams, count))


async def _send_now(needs: Needs, query: CallbackQuery, team: str | None, case: Case, by: int) -> None:
    sent = await needs.daily.send_now(team, case.id, by, needs.clock.now())
    progress = await progress_reply(needs.daily, sent.plan)
    if not sent.is_new:
        await show_in_place(query, already_sent(progress))
        return
    if isinstance(query.message, Message):
        needs.bell.watch(sent.plan.id, query.message.chat_id, query.message.message_id)
        await show_in_place(query, progress)
    needs.bell.ring()


async def press_plan(needs: Needs, pressed: OnePlan, query: CallbackQuery, by: int) -> tuple[Reply | None, str | None]:
    """Show how a plan is getting on; stop it or send it again first if the button says so."""
    if await needs.daily.store.plan(pressed.plan) is None:
        return None, talk.STALE_BUTTON
    if pressed.what is OfPlan.CANCEL:
        await needs.daily.cancel(pressed.plan, by, needs.clock.now())
    elif pressed.what is not OfPlan.SHOW:
        unknown = pressed.what is OfPlan.UNKNOWN_AGAIN
        await needs.daily.try_again(pressed.plan, by, needs.clock.now(), unknown=unknown)
        if isinstance(query.message, Message):
            needs.bell.watch(pressed.plan, query.message.chat_id, query.message.message_id)
        needs.bell.ring()
    plan = await needs.daily.store.plan(pressed.plan)
    return (await progress_reply(needs.daily, plan), None) if plan is not None else (None, talk.STALE_BUTTON)
