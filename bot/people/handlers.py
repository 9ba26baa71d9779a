"""Admins and people: who is who, who may do what, and invitations."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from telegram import Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.people import words
from bot.people.admin import INVITE_TEAM, Admin, Done, Needs, find_team, short_text, team_names
from bot.people.changes import Change, clean_name
from bot.people.invitations import (
    ask_invite_team,
    invitations,
    invitations_page,
    invite_role,
    invite_team,
    invite_team_written,
    invite_terms,
    make_invitation,
    withdraw,
)
from bot.people.joining import notice
from bot.people.press import (
    OF_PEOPLE,
    AskInviteTeam,
    AskName,
    AskTeam,
    Card,
    ChooseRole,
    ChooseTeam,
    ConfirmRemoval,
    FirstRequest,
    Home,
    HomePage,
    InvitationsPage,
    Invite,
    InviteTeam,
    InviteTerms,
    MakeInvitation,
    OfPeople,
    Remove,
    Restore,
    SetRole,
    SetTeam,
    SomePage,
    Suspend,
    TeamPage,
    Withdraw,
)
from bot.people.rows import LastAdminError, Person, PersonState
from bot.station.roles import Role

_HELP = "/people 管人，/invite 邀请同事，/roster 导出名单"
RENAME, NEW_TEAM = "rename", "new_team"


# ---- commands


async def people(needs: Needs, update: Update, context: Context) -> None:
    """/people: the teams; /people NAME: whose name holds it."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    await _drop_question(needs, user.id)
    name = clean_name(" ".join(context.args or ()))
    if not name:
        await send_reply(message, await _overview(needs))
        return
    matching = await needs.people.store.listed(name=name, limit=words.ON_A_PAGE + 1)
    shown = matching[: words.ON_A_PAGE]
    await send_reply(message, words.found(name, shown, len(matching) > len(shown)))


async def invite(needs: Needs, update: Update, _context: Context) -> None:
    """/invite: for whom? And those that can still be used."""
    if update.effective_message is not None and update.effective_user is not None:
        await _drop_question(needs, update.effective_user.id)
        await send_reply(update.effective_message, await invitations(needs))


async def press(needs: Needs, update: Update, context: Context) -> None:
    """A button under people or invitations."""
    query, user = update.callback_query, update.effective_user
    if query is None or user is None or query.message is None:
        return
    if query.message.chat.type != "private":
        await acknowledge(query, words.ONLY_PRIVATE)
        return
    await _drop_question(needs, user.id)
    pressed = read_data(query.data, *OF_PEOPLE)
    by = Admin(needs, context.bot.username, user.id)
    try:
        done = await _PAGES[type(pressed)](by, pressed) if pressed is not None else Done(None)
    except LastAdminError:
        await acknowledge(query, words.LAST_ADMIN)
        return
    if done.reply is None:
        await acknowledge(query, words.STALE)
        return
    await acknowledge(query)
    await show(query, done.reply)
    if done.change is not None:
        await needs.menus.announce(done.change, user.id)


async def _drop_question(needs: Needs, by: int) -> None:
    """The admin goes on to something else: the next text answers nothing any more."""
    form = await needs.forms.get(by, needs.clock.now())
    if form is not None and form.kind in {RENAME, NEW_TEAM, INVITE_TEAM}:
        await needs.forms.drop(by)


# ---- pages


async def _overview(needs: Needs, page: int = 0) -> Reply:
    store = needs.people.store
    return words.overview(await store.crowd(), len(await store.open_requests()), page)


async def _home(by: Admin, _pressed: Home) -> Done:
    return Done(await _overview(by.needs))


async def _home_page(by: Admin, pressed: HomePage) -> Done:
    return Done(await _overview(by.needs, pressed.page))


async def _team_page(by: Admin, pressed: TeamPage) -> Done:
    team = await find_team(by.needs, pressed.team)
    if team is None:
        return Done(None)
    members = await by.people.store.listed(team=team)
    return Done(words.people_list(words.in_team(team), members, pressed.page, partial(TeamPage, pressed.team)))


async def _some_page(by: Admin, pressed: SomePage) -> Done:
    store, turn = by.people.store, partial(SomePage, pressed.which)
    if pressed.which == "s":
        return Done(words.people_list("已停用", await store.listed(state=PersonState.SUSPENDED), pressed.page, turn))
    return Done(words.people_list("收不到消息的", await store.listed(unreachable=True), pressed.page, turn))


async def _first_request(by: Admin, _pressed: FirstRequest) -> Done:
    waiting = await by.people.store.open_requests()
    return Done(await notice(by.people, by.needs.clock, waiting[0]) if waiting else await _overview(by.needs))


async def _card(by: Admin, pressed: Card) -> Done:
    person = await by.person(pressed.person)
    return Done(_card_of(by.needs, person) if person is not None else None)


def _card_of(needs: Needs, person: Person, note: str = "") -> Reply:
    return words.person_card(person, needs.clock.local(person.joined_at), note)


async def _choose_role(by: Admin, pressed: ChooseRole) -> Done:
    person = await by.person(pressed.person)
    return Done(words.choose_role(person) if person is not None else None)


async def _choose_team(by: Admin, pressed: ChooseTeam) -> Done:
    person = await by.person(pressed.person)
    return Done(words.choose_team(person, await team_names(by.needs), pressed.page) if person is not None else None)


async def _ask_team(by: Admin, pressed: AskTeam) -> Done:
    return await _ask(by, pressed.person, NEW_TEAM, words.ask_team)


async def _ask_name(by: Admin, pressed: AskName) -> Done:
    return await _ask(by, pressed.person, RENAME, words.ask_name)


async def _ask(by: Admin, number: int, kind: str, question: Callable[[Person], Reply]) -> Done:
    person = await by.person(number)
    if person is None:
        return Done(None)
    await by.needs.forms.ask(by.number, kind, {"person": person.id}, by.now)
    return Done(question(person))


async def _confirm_removal(by: Admin, pressed: ConfirmRemoval) -> Done:
    person = await by.person(pressed.person)
    return Done(words.confirm_removal(person) if person is not None else None)


# ---- changes


async def _set_role(by: Admin, pressed: SetRole) -> Done:
    return _changed(by, await by.people.set_role(pressed.person, Role(pressed.role), by.number, by.now))


async def _set_team(by: Admin, pressed: SetTeam) -> Done:
    team = await find_team(by.needs, pressed.team)
    if team is None:
        return Done(None)
    return _changed(by, await by.people.set_team(pressed.person, team, by.number, by.now))


async def _suspend(by: Admin, pressed: Suspend) -> Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.SUSPENDED, by.number, by.now))


async def _restore(by: Admin, pressed: Restore) -> Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.ACTIVE, by.number, by.now))


async def _remove(by: Admin, pressed: Remove) -> Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.REMOVED, by.number, by.now))


def _changed(by: Admin, change: Change | None) -> Done:
    if change is None:
        return Done(None)
    after = change.after
    if after.id == by.number and after.allowed < Role.ADMIN:
        return Done(words.stepped_down(after), change)
    if after.state is PersonState.REMOVED:
        return Done(words.removed(after), change)
    return Done(_card_of(by.needs, after, words.changed_note(change)), change)


async def renamed(needs: Needs, update: Update, _context: Context) -> None:
    """A text that is somebody's new name."""
    await _written(needs, update, RENAME, words.NOT_A_NAME)


async def moved(needs: Needs, update: Update, _context: Context) -> None:
    """A text that is the name of somebody's new team."""
    await _written(needs, update, NEW_TEAM, words.NOT_A_TEAM)


async def _written(needs: Needs, update: Update, kind: str, complaint: str) -> None:
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    text = short_text(message)
    if not text:
        await send_reply(message, Reply(complaint))
        return
    form = await needs.forms.take(user.id, kind)
    write = needs.people.rename if kind == RENAME else needs.people.set_team
    person_id = int(form.data["person"]) if form is not None else 0
    change = await write(person_id, text, user.id, needs.clock.now())
    if change is None:
        await send_reply(message, Reply(words.STALE))
        return
    await send_reply(message, _card_of(needs, change.after, words.changed_note(change)))


_PAGES: Mapping[type[OfPeople], Callable[[Admin, Any], Awaitable[Done]]] = {
    Home: _home,
    HomePage: _home_page,
    TeamPage: _team_page,
    SomePage: _some_page,
    FirstRequest: _first_request,
    Card: _card,
    ChooseRole: _choose_role,
    SetRole: _set_role,
    ChooseTeam: _choose_team,
    SetTeam: _set_team,
    AskTeam: _ask_team,
    AskName: _ask_name,
    Suspend: _suspend,
    Restore: _restore,
    ConfirmRemoval: _confirm_removal,
    Remove: _remove,
    Invite: invite_role,
    InvitationsPage: invitations_page,
    Withdraw: withdraw,
    InviteTeam: invite_team,
    AskInviteTeam: ask_invite_team,
    InviteTerms: invite_terms,
    MakeInvitation: make_invitation,
}
"""What a button opens."""


def feature(needs: Needs) -> Feature:
    """People, teams, invitations."""
    admin = Role.ADMIN
    return Feature(
        (
            Command("people", admin, partial(people, needs), "管人：班组、角色、停用", _HELP, order=1),
            Command("invite", admin, partial(invite, needs), "邀请同事", order=2),
        ),
        (presses_of(admin, partial(press, needs), *OF_PEOPLE),),
        {
            RENAME: Form(admin, partial(renamed, needs)),
            NEW_TEAM: Form(admin, partial(moved, needs)),
            INVITE_TEAM: Form(admin, partial(invite_team_written, needs)),
        },
    )
