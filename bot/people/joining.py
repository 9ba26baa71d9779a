"""Coming in: with an invitation, or by asking the admins."""

import logging
import re
from dataclasses import dataclass
from functools import partial

from telegram import Bot, Message, Update, User
from telegram.error import TelegramError

from bot.asking import answers
from bot.asking import handlers as ask
from bot.asking.service import LONGEST_QUESTION
from bot.chat import talk
from bot.chat.addressed import is_for_others
from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import replace_quietly, show, tell
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, presses_of
from bot.chat.sending import acknowledge, send, send_reply
from bot.people import words, words_joining
from bot.people.changes import clean_name
from bot.people.introduction import read_introduction
from bot.people.menus import Menus
from bot.people.press import DECISIONS, OF_STRANGERS, Grant, SendOff
from bot.people.rows import PersonState, Request
from bot.people.service import PeopleService
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.storage.forms import Forms
from bot.transport.gate import Lane
from bot.transport.line import UnknownFateError


@dataclass(frozen=True, slots=True)
class Needs:
    """What coming in takes."""

    people: PeopleService
    forms: Forms
    menus: Menus
    answering: ask.Needs
    clock: StationClock


_log = logging.getLogger(__name__)

JOIN = "join"
"""The kind of the form in which a stranger says who he is."""
_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")


async def start(needs: Needs, update: Update, context: Context) -> None:
    """/start, with or without a code: greet those who may ask, tell all others how to come in."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    people = needs.people
    if message.chat.type != "private":
        if await people.role(user.id) >= Role.STAFF:
            await send_reply(message, talk.welcome(await _name(needs, user.id), needs.menus.duties(Role.STAFF)))
        elif not is_for_others(message, context.bot.username, context.bot.id):
            await send_reply(message, talk.stranger(user.id, in_group=True))
        return
    if await needs.forms.get(user.id, needs.clock.now()) is not None:
        await needs.forms.drop(user.id)
    if context.args:
        await _use_code(needs, message, user, context.args[0], context)
        return
    await people.meet(user.id, user.first_name, needs.clock.now())
    role = await people.role(user.id)
    if role >= Role.STAFF:
        await send_reply(message, talk.welcome(await _name(needs, user.id), needs.menus.duties(role)))
        await needs.menus.show(user.id, role)
    else:
        await send_reply(message, await _way_in(needs, user.id))


async def _use_code(needs: Needs, message: Message, user: User, code: str, context: Context) -> None:
    before = await needs.people.role(user.id)
    if before >= Role.STAFF and not _CODE.fullmatch(code):  # a question behind a command that was still in the box
        answer = needs.answering.asking.ask(" ".join(context.args or ())[:LONGEST_QUESTION], needs.clock.now())
        await send_reply(message, answers.answer_reply(answer, needs.answering.contact))
        return
    joined = None
    if _CODE.fullmatch(code):
        joined = await needs.people.come_in(code, user.id, user.first_name, needs.clock.now())
    if joined is None:
        person = await needs.people.store.get(user.id)
        suspended = person is not None and person.state is PersonState.SUSPENDED
        await send_reply(
            message, words.SUSPENDED if suspended else words_joining.dead_invitation(offer=before is Role.STRANGER)
        )
        return
    person = joined.person
    if before >= person.role:
        await send_reply(message, talk.welcome(person.name, needs.menus.duties(person.allowed)))
    else:
        await send_reply(message, words_joining.come_in(person, needs.menus.duties(person.role)))
    await needs.menus.show(user.id, person.allowed)
    inviter = joined.invited_by
    if inviter is not None and await needs.people.role(inviter) is Role.ADMIN:
        await tell(context.bot, inviter, words_joining.somebody_came(person))


async def _way_in(needs: Needs, user_id: int) -> Reply:
    """What somebody who may not ask can do now."""
    person = await needs.people.store.get(user_id)
    if person is not None and person.state is PersonState.SUSPENDED:
        return words.SUSPENDED
    request = await needs.people.store.open_request(user_id)
    if request is not None:
        return words_joining.waiting(needs.clock.local(request.asked_at))
    return words_joining.stranger_start(user_id)


async def _name(needs: Needs, user_id: int) -> str:
    person = await needs.people.store.get(user_id)
    return person.name if person is not None else str(user_id)


# ---- what a stranger presses and writes


async def press(needs: Needs, update: Update, context: Context) -> None:
    """A stranger's button: apply, send it off, write it anew."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or query.message is None:
        return
    person = await needs.people.store.get(user.id)
    alert = None
    pressed = read_data(query.data, *OF_STRANGERS)
    if pressed is None:
        alert = words_joining.STALE_JOIN
    elif query.message.chat.type != "private":
        alert = words.ONLY_PRIVATE
    elif person is not None and person.state is PersonState.SUSPENDED:
        alert = words.SUSPENDED_ALERT
    elif person is not None and person.allowed >= Role.STAFF:
        alert = words_joining.ALREADY_IN
    if alert is not None:
        await acknowledge(query, alert)
        return
    if await needs.people.store.open_request(user.id) is not None:
        await acknowledge(query)
        await show(query, await _way_in(needs, user.id))
        return
    if not isinstance(pressed, SendOff):
        await acknowledge(query)
        await needs.forms.ask(user.id, JOIN, {}, needs.clock.now())
        await show(query, words_joining.ASK_INTRODUCTION)
        return
    asked = await needs.forms.get(user.id, needs.clock.now())
    is_ready = asked is not None and asked.kind == JOIN and "name" in asked.data
    form = await needs.forms.take(user.id, JOIN) if is_ready else None  # of two taps one gets it
    if form is None:
        await acknowledge(query, words_joining.STALE_JOIN)
        return
    await acknowledge(query)
    request = await needs.people.store.ask_to_join(
        user.id, clean_name(str(form.data["name"])), clean_name(str(form.data["team"])), needs.clock.now()
    )
    heard = await _ask_admins(needs, context, request, user)
    await show(query, words_joining.applied(request) if heard else words_joining.APPLIED_UNHEARD)


async def introduced(needs: Needs, update: Update, context: Context) -> None:
    """A text that says who a stranger is."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    store = needs.people.store
    if await needs.people.role(user.id) >= Role.STAFF:  # has come in meanwhile by another way
        await needs.forms.drop(user.id)
        await ask.question(needs.answering, update, context)
        return
    introduction = read_introduction(message.text or "", (await store.crowd()).teams)
    if introduction is None:
        await send_reply(message, words_joining.ASK_INTRODUCTION_AGAIN)
        return
    data = {"name": introduction.name, "team": introduction.team}
    await needs.forms.ask(user.id, JOIN, data, needs.clock.now())
    await send_reply(message, words_joining.check_introduction(introduction))


# ---- what admins decide


async def notice(people: PeopleService, clock: StationClock, request: Request, user: User | None = None) -> Reply:
    """A wish as admins see it; with what Telegram calls the person, where that is known."""
    store = people.store
    before = await store.get(request.user_id)
    called = clean_name(user.full_name, 64) + (f" @{user.username}" if user.username else "") if user else ""
    return words_joining.request_notice(
        request,
        clock.local(request.asked_at),
        called=called,
        is_new_team=request.team not in (await store.crowd()).teams,
        was_here=before is not None and before.state is PersonState.REMOVED,
    )


async def _ask_admins(needs: Needs, context: Context, request: Request, user: User) -> bool:
    """Show a wish to every admin; gives whether one of them has it, or may have it."""
    store = needs.people.store
    reply = await notice(needs.people, needs.clock, request, user)
    notices: list[tuple[int, int]] = []
    heard = False
    for admin in await needs.people.admins():
        try:
            sent = await send(context.bot, admin, reply, lane=Lane.PUSH)
        except UnknownFateError:
            heard = True
        except TelegramError as error:
            _log.info("Admin %d could not be asked: %s", admin, error.message)
        else:
            heard = True
            notices.append((sent.chat_id, sent.message_id))
    await store.keep_notices(request.id, notices)
    decided = await store.request(request.id)
    if (
        decided is not None and decided.granted is not None
    ):  # by an admin who was quicker than the last of these messages
        await _show_decision(context.bot, needs, decided)
    return heard


async def decide(needs: Needs, update: Update, context: Context) -> None:
    """An admin's yes or no: the first one counts, and all admins see whose it was."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or query.message is None:
        return
    pressed = read_data(query.data, *DECISIONS)
    request = await needs.people.store.request(pressed.request) if pressed is not None else None
    if pressed is None or request is None:
        await acknowledge(query, words.STALE)
        return
    await acknowledge(query)
    decided = await needs.people.decide(request.id, user.id, isinstance(pressed, Grant), needs.clock.now())
    here = (query.message.chat.id, query.message.message_id)
    if decided is None:
        request = await needs.people.store.request(request.id) or request
        await show(query, words_joining.request_decided(request, await _decider(needs, request)))
        return
    person = await needs.people.store.get(decided.user_id)
    if decided.granted and person is not None:
        heard = await tell(context.bot, decided.user_id, words_joining.come_in(person, needs.menus.duties(person.role)))
        await needs.menus.show(decided.user_id, person.allowed)
    else:
        heard = await tell(context.bot, decided.user_id, words_joining.REFUSED)
    await show(query, words_joining.request_decided(decided, await _decider(needs, decided), heard=heard))
    await _show_decision(context.bot, needs, decided, but=here)


async def _show_decision(bot: Bot, needs: Needs, request: Request, but: tuple[int, int] | None = None) -> None:
    """Put the decision in the place of the messages that asked for it."""
    reply = words_joining.request_decided(request, await _decider(needs, request))
    for chat_id, message_id in request.notices:
        if (chat_id, message_id) != but:
            await replace_quietly(bot, chat_id, message_id, reply)


async def _decider(needs: Needs, request: Request) -> str:
    return await _name(needs, request.decided_by or 0)


def feature(needs: Needs) -> Feature:
    """Coming in."""
    stranger = Role.STRANGER
    return Feature(
        (Command("start", stranger, partial(start, needs), "开始", in_groups=True, order=1),),
        (
            presses_of(Role.ADMIN, partial(decide, needs), *DECISIONS),
            presses_of(stranger, partial(press, needs), *OF_STRANGERS),
        ),
        {JOIN: Form(stranger, partial(introduced, needs))},
    )
