"""Admins and people: who is who, who may do what, and invitations."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Message, Update

from bot.chat.callback_data import read_data
from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, presses_of
from bot.chat.sending import acknowledge, send_reply
from bot.people import words
from bot.people.joining import notice
from bot.people.menus import Menus
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
from bot.people.service import Change, PeopleService, clean_name
from bot.people.teams import team_key
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.storage.forms import Forms


@dataclass(frozen=True, slots=True)
class Needs:
    """What the care of people takes."""

    people: PeopleService
    forms: Forms
    menus: Menus
    clock: StationClock


_HELP = "/people 管人，/invite 邀请同事，/roster 导出名单"
RENAME, NEW_TEAM, INVITE_TEAM = "rename", "new_team", "invite_team"
_INVITE_CHOSEN = "invite_chosen"
"""The kind of a form that no text answers: it only keeps the name of a team that nobody is in yet."""
_LONGEST = 32
# What people ask, and never call anybody or anything.
_SENTENCE = re.compile(
    "[?\uff1f。!\uff01,\uff0c;\uff1b:\uff1a@/\n]|怎么|什么|多少|几天|吗|呢|如何|能不能|可不可以|是不是|有没有"
)


@dataclass(frozen=True, slots=True)
class _Admin:
    """Who has pressed a button.

    Attributes:
        username: The bot's.
        number: The admin's.
    """

    needs: Needs
    username: str
    number: int

    @property
    def people(self) -> PeopleService:
        """Who is who."""
        return self.needs.people

    @property
    def now(self) -> datetime:
        """The time."""
        return self.needs.clock.now()

    async def person(self, number: int) -> Person | None:
        """Somebody; None where that is nobody, or somebody who was removed."""
        person = await self.people.store.get(number)
        return person if person is not None and person.state is not PersonState.REMOVED else None


@dataclass(frozen=True, slots=True)
class _Done:
    """What is shown, and what was changed.

    Attributes:
        reply: None where the button means nothing any more.
    """

    reply: Reply | None
    change: Change | None = None


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
        await send_reply(update.effective_message, await _invitations(needs))


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
    by = _Admin(needs, context.bot.username, user.id)
    try:
        done = await _PAGES[type(pressed)](by, pressed) if pressed is not None else _Done(None)
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


async def _home(by: _Admin, _pressed: Home) -> _Done:
    return _Done(await _overview(by.needs))


async def _home_page(by: _Admin, pressed: HomePage) -> _Done:
    return _Done(await _overview(by.needs, pressed.page))


async def _team_page(by: _Admin, pressed: TeamPage) -> _Done:
    team = await _find_team(by.needs, pressed.team)
    if team is None:
        return _Done(None)
    members = await by.people.store.listed(team=team)
    return _Done(words.people_list(words.in_team(team), members, pressed.page, partial(TeamPage, pressed.team)))


async def _some_page(by: _Admin, pressed: SomePage) -> _Done:
    store, turn = by.people.store, partial(SomePage, pressed.which)
    if pressed.which == "s":
        return _Done(words.people_list("已停用", await store.listed(state=PersonState.SUSPENDED), pressed.page, turn))
    return _Done(words.people_list("收不到消息的", await store.listed(unreachable=True), pressed.page, turn))


async def _first_request(by: _Admin, _pressed: FirstRequest) -> _Done:
    waiting = await by.people.store.open_requests()
    return _Done(await notice(by.people, by.needs.clock, waiting[0]) if waiting else await _overview(by.needs))


async def _card(by: _Admin, pressed: Card) -> _Done:
    person = await by.person(pressed.person)
    return _Done(_card_of(by.needs, person) if person is not None else None)


def _card_of(needs: Needs, person: Person, note: str = "") -> Reply:
    return words.person_card(person, needs.clock.local(person.joined_at), note)


async def _choose_role(by: _Admin, pressed: ChooseRole) -> _Done:
    person = await by.person(pressed.person)
    return _Done(words.choose_role(person) if person is not None else None)


async def _choose_team(by: _Admin, pressed: ChooseTeam) -> _Done:
    person = await by.person(pressed.person)
    return _Done(words.choose_team(person, await _teams(by.needs), pressed.page) if person is not None else None)


async def _ask_team(by: _Admin, pressed: AskTeam) -> _Done:
    return await _ask(by, pressed.person, NEW_TEAM, words.ask_team)


async def _ask_name(by: _Admin, pressed: AskName) -> _Done:
    return await _ask(by, pressed.person, RENAME, words.ask_name)


async def _ask(by: _Admin, number: int, kind: str, question: Callable[[Person], Reply]) -> _Done:
    person = await by.person(number)
    if person is None:
        return _Done(None)
    await by.needs.forms.ask(by.number, kind, {"person": person.id}, by.now)
    return _Done(question(person))


async def _confirm_removal(by: _Admin, pressed: ConfirmRemoval) -> _Done:
    person = await by.person(pressed.person)
    return _Done(words.confirm_removal(person) if person is not None else None)


# ---- changes


async def _set_role(by: _Admin, pressed: SetRole) -> _Done:
    return _changed(by, await by.people.set_role(pressed.person, Role(pressed.role), by.number, by.now))


async def _set_team(by: _Admin, pressed: SetTeam) -> _Done:
    team = await _find_team(by.needs, pressed.team)
    if team is None:
        return _Done(None)
    return _changed(by, await by.people.set_team(pressed.person, team, by.number, by.now))


async def _suspend(by: _Admin, pressed: Suspend) -> _Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.SUSPENDED, by.number, by.now))


async def _restore(by: _Admin, pressed: Restore) -> _Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.ACTIVE, by.number, by.now))


async def _remove(by: _Admin, pressed: Remove) -> _Done:
    return _changed(by, await by.people.set_state(pressed.person, PersonState.REMOVED, by.number, by.now))


def _changed(by: _Admin, change: Change | None) -> _Done:
    if change is None:
        return _Done(None)
    after = change.after
    if after.id == by.number and after.allowed < Role.ADMIN:
        return _Done(words.stepped_down(after), change)
    if after.state is PersonState.REMOVED:
        return _Done(words.removed(after), change)
    return _Done(_card_of(by.needs, after, words.changed_note(change)), change)


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
    text = _short_text(message)
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


def _short_text(message: Message) -> str:
    """What a message calls somebody, or a team; empty where it is rather a sentence."""
    text = message.text or ""
    name = clean_name(text)
    is_name = len(text.strip()) <= _LONGEST and any(map(str.isalnum, name)) and not _SENTENCE.search(text.strip())
    return name if is_name else ""


# ---- teams


async def _teams(needs: Needs) -> tuple[str, ...]:
    return tuple((await needs.people.store.crowd()).teams)


async def _find_team(needs: Needs, key: str, by: int | None = None) -> str | None:
    """The team that a button means; None where nobody is in it any more.

    Args:
        needs: Ours.
        key: As `team_key` makes it.
        by: An admin who may just have typed the name of one that nobody is in yet.
    """
    teams = ["", *await _teams(needs)]
    form = await needs.forms.get(by, needs.clock.now()) if by is not None else None
    if form is not None and form.kind == _INVITE_CHOSEN:
        teams.append(str(form.data["team"]))
    return next((team for team in teams if team_key(team) == key), None)


# ---- invitations


async def _invitations(needs: Needs, page: int = 0, note: str = "") -> Reply:
    """The beginning of an invitation, with those that can still be used."""
    live = await needs.people.store.live_invitations(needs.clock.now())
    givers = [await needs.people.store.get(giver) for giver in {each.created_by for each in live}]
    names = {person.id: person.name for person in givers if person is not None}
    shown = [
        words.LiveInvitation(
            each, needs.clock.local(each.expires_at), names.get(each.created_by) or str(each.created_by)
        )
        for each in live
    ]
    return words.invite_role(shown, page, note)


async def _invite(by: _Admin, _pressed: Invite) -> _Done:
    return _Done(await _invitations(by.needs))


async def _invitations_page(by: _Admin, pressed: InvitationsPage) -> _Done:
    return _Done(await _invitations(by.needs, pressed.page))


async def _withdraw(by: _Admin, pressed: Withdraw) -> _Done:
    withdrawn = await by.people.store.withdraw(pressed.code, by.number, by.now)
    note = words.withdrawn(withdrawn) if withdrawn is not None else words.ALREADY_WITHDRAWN
    return _Done(await _invitations(by.needs, note=note))


async def _invite_team(by: _Admin, pressed: InviteTeam) -> _Done:
    teams = tuple(dict.fromkeys(["", *await _teams(by.needs)]))
    return _Done(words.invite_team(Role(pressed.role), teams, pressed.page))


async def _ask_invite_team(by: _Admin, pressed: AskInviteTeam) -> _Done:
    await by.needs.forms.ask(by.number, INVITE_TEAM, {"role": pressed.role}, by.now)
    return _Done(words.ask_invite_team(Role(pressed.role)))


async def invite_team_written(needs: Needs, update: Update, _context: Context) -> None:
    """A text that is the name of the team for which an invitation is."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    team = _short_text(message)
    if not team:
        await send_reply(message, Reply(words.NOT_A_TEAM))
        return
    form = await needs.forms.take(user.id, INVITE_TEAM)
    if form is None:
        await send_reply(message, Reply(words.STALE))
        return
    await needs.forms.ask(user.id, _INVITE_CHOSEN, {"team": team}, needs.clock.now())
    await send_reply(message, words.invite_terms(Role(int(form.data["role"])), team))


async def _invite_terms(by: _Admin, pressed: InviteTerms) -> _Done:
    team = await _find_team(by.needs, pressed.team, by.number)
    return _Done(words.invite_terms(Role(pressed.role), team) if team is not None else None)


async def _make_invitation(by: _Admin, pressed: MakeInvitation) -> _Done:
    role, days, uses = Role(pressed.role), pressed.days, pressed.uses
    team = await _find_team(by.needs, pressed.team, by.number)
    if team is None or days not in words.DAYS or uses not in words.uses_for(role):
        return _Done(None)
    invitation = await by.people.invite(role, team, by.number, by.now, days=days, uses=uses)
    return _Done(words.invitation_link(invitation, by.username, by.needs.clock.local(invitation.expires_at)))


_PAGES: Mapping[type[OfPeople], Callable[[_Admin, Any], Awaitable[_Done]]] = {
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
    Invite: _invite,
    InvitationsPage: _invitations_page,
    Withdraw: _withdraw,
    InviteTeam: _invite_team,
    AskInviteTeam: _ask_invite_team,
    InviteTerms: _invite_terms,
    MakeInvitation: _make_invitation,
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
