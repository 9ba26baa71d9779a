"""One's own card: what the station knows of me, and how I leave."""

from dataclasses import dataclass
from functools import partial

from telegram import Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.daily.bell import Bell
from bot.daily.service import DailyService
from bot.people.menus import Menus
from bot.people.rows import LastAdminError
from bot.people.service import PeopleService
from bot.people.words import ONLY_PRIVATE
from bot.reports import words_me as words
from bot.reports.press import OF_CARDS, BackToCard, Forget, ForgetForSure, WantDaily
from bot.reports.records import RecordService
from bot.station.clock import StationClock
from bot.station.roles import Role


@dataclass(frozen=True, slots=True)
class Needs:
    """What one's own card takes."""

    people: PeopleService
    daily: DailyService
    records: RecordService
    bell: Bell
    menus: Menus
    clock: StationClock


async def me(needs: Needs, update: Update, _context: Context) -> None:
    """/me: one's own card."""
    message, user = update.effective_message, update.effective_user
    if message is not None and user is not None and (card := await _card(needs, user.id)) is not None:
        await send_reply(message, card)


async def _card(needs: Needs, user_id: int) -> Reply | None:
    person = await needs.people.store.get(user_id)
    if person is None:
        return None
    record = await needs.records.of_person(user_id, needs.clock.today())
    return words.me_card(person, needs.clock.local(person.joined_at), record)


async def press(needs: Needs, update: Update, context: Context) -> None:
    """A button under one's own card; it means the one who presses it, whoever was sent it."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or query.message is None:
        return
    if query.message.chat.type != "private":
        await acknowledge(query, ONLY_PRIVATE)
        return
    reply = None
    match read_data(query.data, *OF_CARDS):
        case ForgetForSure():
            await _forget(needs, update, context)
            return
        case WantDaily(wanted=wanted):
            await needs.people.set_wants_daily(user.id, wanted == "1", needs.clock.now())
            person = await needs.people.store.get(user.id)
            if wanted == "1" and person is not None and await needs.daily.catch_up(person, needs.clock.now()):
                needs.bell.ring()
            reply = await _card(needs, user.id)
        case Forget():
            reply = words.CONFIRM_FORGETTING
        case BackToCard():
            reply = await _card(needs, user.id)
    await acknowledge(query, words.STALE_ME if reply is None else None)
    if reply is not None:
        await show(query, reply)


async def _forget(needs: Needs, update: Update, context: Context) -> None:
    query, user = update.callback_query, update.effective_user
    if query is None or user is None:
        return
    try:
        await needs.people.forget(user.id, needs.clock.now())
    except LastAdminError:
        await acknowledge(query, words.LAST_ADMIN_ME)
        return
    if context.chat_data is not None:
        context.chat_data.conversations.pop(user.id, None)
    await acknowledge(query)
    await show(query, words.FORGOTTEN)
    await needs.menus.show(user.id, Role.STRANGER)


def feature(needs: Needs) -> Feature:
    """One's own card."""
    staff = Role.STAFF
    return Feature(
        (Command("me", staff, partial(me, needs), "我的资料和记录", "/me 看自己的资料和学习记录", order=2),),
        (presses_of(staff, partial(press, needs), *OF_CARDS),),
    )
