"""Admins and people: who is who, who may do what, and invitations."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from telegram import Message, Update

from bot.chat.context import Context
from bot.chat.notices import show
from bot.chat.reply import Reply
from bot.chat.routes import Command, Feature, Form, Presses
from bot.chat.sending import acknowledge, send_reply
from bot.people import words
from bot.people.joining import notice
from bot.people.menus import Menus
from bot.people.rows import LastAdminError, Person, PersonState
from bot.people.service import Change, PeopleService, clean_name
from bot.people.teams import TEAM_KEY, team_key
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


PREFIXES = ("up", "ut", "ul", "uq", "uc", "ur", "um", "uo", "un", "us", "ua", "ux", "uX", "ui", "uj", "uk", "uw", "uv")
HOME = "u"
_HELP = "/people 管人，/invite 邀请同事，/roster 导出名单"
RENAME, NEW_TEAM, INVITE_TEAM = "rename", "new_team", "invite_team"
_INVITE_CHOSEN = "invite_chosen"
"""The kind of a form that no text answers: it only keeps the name of a team that nobody is in yet."""
_ID = "([1-9][0-9]{0,15})"
_KEY = rf"([A-Za-z0-9_-]{{{TEAM_KEY}}})"
_PAGE = "([0-9]{1,3})"
_LONGEST = 32
# What people ask, and never call anybody or anything.
_SENTENCE = re.compile(
    "[?\uff1f。!\uff01,\uff0c;\uff1b:\uff1a@/\n]|怎么|什么|多少|几天|吗|呢|如何|能不能|可不可以|是不是|有没有"
)


@dataclass(frozen=True, slots=True)
class _Press:
    """A button of an admin's.

    Attributes:
        username: The bot's.
        by: The admin.
        found: The data, read; its groups hold what it names.
    """

    needs: Needs
    username: str
    by: int
    found: "re.Match[str]"

    @property
    def page(self) -> int:
        """The last group as a number."""
        return int(self.found[self.found.re.groups])

    async def person(self) -> Person | None:
        """Whom the first group names; None where that is nobody, or somebody who was removed."""
        person = await self.needs.people.store.get(int(self.found[1]))
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
    matches = ((pattern.fullmatch(query.data or ""), page) for pattern, page in _PAGES)
    found, page = next(((found, page) for found, page in matches if found), (None, None))
    try:
        done = (
            await page(_Press(needs, context.bot.username, user.id, found))
            if found is not None and page is not None
            else _Done(None)
        )
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


async def _home(press: _Press) -> _Done:
    return _Done(await _overview(press.needs))


async def _turn_home(press: _Press) -> _Done:
    return _Done(await _overview(press.needs, press.page))


async def _team(press: _Press) -> _Done:
    team = await _find_team(press.needs, press.found[1])
    if team is None:
        return _Done(None)
    members = await press.needs.people.store.listed(team=team)
    return _Done(words.people_list(words.in_team(team), members, press.page, f"ut{press.found[1]}."))


async def _some(press: _Press) -> _Done:
    store = press.needs.people.store
    if press.found[1] == "s":
        suspended = await store.listed(state=PersonState.SUSPENDED)
        return _Done(words.people_list("已停用", suspended, press.page, "uls."))
    return _Done(words.people_list("收不到消息的", await store.listed(unreachable=True), press.page, "ulg."))


async def _request(press: _Press) -> _Done:
    waiting = await press.needs.people.store.open_requests()
    return _Done(
        await notice(press.needs.people, press.needs.clock, waiting[0]) if waiting else await _overview(press.needs)
    )


async def _card(press: _Press) -> _Done:
    person = await press.person()
    return _Done(_card_of(press.needs, person) if person is not None else None)


def _card_of(needs: Needs, person: Person, note: str = "") -> Reply:
    return words.person_card(person, needs.clock.local(person.joined_at), note)


async def _choose_role(press: _Press) -> _Done:
    person = await press.person()
    return _Done(words.choose_role(person) if person is not None else None)


async def _choose_team(press: _Press) -> _Done:
    person = await press.person()
    return _Done(words.choose_team(person, await _teams(press.needs), press.page) if person is not None else None)


async def _ask_team(press: _Press) -> _Done:
    return await _ask(press, NEW_TEAM, words.ask_team)


async def _ask_name(press: _Press) -> _Done:
    return await _ask(press, RENAME, words.ask_name)


async def _ask(press: _Press, kind: str, question: Callable[[Person], Reply]) -> _Done:
    person = await press.person()
    if person is None:
        return _Done(None)
    await press.needs.forms.ask(press.by, kind, {"person": person.id}, press.needs.clock.now())
    return _Done(question(person))


async def _confirm_removal(press: _Press) -> _Done:
    person = await press.person()
    return _Done(words.confirm_removal(person) if person is not None else None)


# ---- changes


async def _set_role(press: _Press) -> _Done:
    role = Role(int(press.found[2]))
    return _changed(
        press, await press.needs.people.set_role(int(press.found[1]), role, press.by, press.needs.clock.now())
    )


async def _set_team(press: _Press) -> _Done:
    team = await _find_team(press.needs, press.found[2])
    if team is None:
        return _Done(None)
    return _changed(
        press, await press.needs.people.set_team(int(press.found[1]), team, press.by, press.needs.clock.now())
    )


async def _set_state(press: _Press) -> _Done:
    state = PersonState.SUSPENDED if press.found[1] == "s" else PersonState.ACTIVE
    return _changed(
        press, await press.needs.people.set_state(int(press.found[2]), state, press.by, press.needs.clock.now())
    )


async def _remove(press: _Press) -> _Done:
    change = await press.needs.people.set_state(
        int(press.found[1]), PersonState.REMOVED, press.by, press.needs.clock.now()
    )
    return _changed(press, change)


def _changed(press: _Press, change: Change | None) -> _Done:
    if change is None:
        return _Done(None)
    after = change.after
    if after.id == press.by and after.allowed < Role.ADMIN:
        return _Done(words.stepped_down(after), change)
    if after.state is PersonState.REMOVED:
        return _Done(words.removed(after), change)
    return _Done(_card_of(press.needs, after, words.changed_note(change)), change)


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


async def _invite(press: _Press) -> _Done:
    return _Done(await _invitations(press.needs))


async def _turn_invitations(press: _Press) -> _Done:
    return _Done(await _invitations(press.needs, press.page))


async def _withdraw(press: _Press) -> _Done:
    withdrawn = await press.needs.people.store.withdraw(press.found[1], press.by, press.needs.clock.now())
    note = words.withdrawn(withdrawn) if withdrawn is not None else words.ALREADY_WITHDRAWN
    return _Done(await _invitations(press.needs, note=note))


async def _invite_team(press: _Press) -> _Done:
    teams = tuple(dict.fromkeys(["", *await _teams(press.needs)]))
    return _Done(words.invite_team(Role(int(press.found[1])), teams, press.page))


async def _ask_invite_team(press: _Press) -> _Done:
    role = Role(int(press.found[1]))
    await press.needs.forms.ask(press.by, INVITE_TEAM, {"role": int(role)}, press.needs.clock.now())
    return _Done(words.ask_invite_team(role))


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


async def _invite_terms(press: _Press) -> _Done:
    team = await _find_team(press.needs, press.found[2], press.by)
    return _Done(words.invite_terms(Role(int(press.found[1])), team) if team is not None else None)


async def _make_invitation(press: _Press) -> _Done:
    role = Role(int(press.found[1]))
    days, uses = int(press.found[3]), int(press.found[4])
    team = await _find_team(press.needs, press.found[2], press.by)
    if team is None or days not in words.DAYS or uses not in words.uses_for(role):
        return _Done(None)
    invitation = await press.needs.people.invite(role, team, press.by, press.needs.clock.now(), days=days, uses=uses)
    until = press.needs.clock.local(invitation.expires_at)
    return _Done(words.invitation_link(invitation, press.username, until))


_PAGES: tuple[tuple["re.Pattern[str]", Callable[[_Press], Awaitable[_Done]]], ...] = tuple(
    (re.compile(pattern, re.ASCII), page)
    for pattern, page in (
        ("u", _home),
        (f"up{_PAGE}", _turn_home),
        (rf"ut{_KEY}\.{_PAGE}", _team),
        (rf"ul([sg])\.{_PAGE}", _some),
        ("uq", _request),
        (f"uc{_ID}", _card),
        (f"ur{_ID}", _choose_role),
        (rf"ur{_ID}\.([1-3])", _set_role),
        (rf"um{_ID}\.{_PAGE}", _choose_team),
        (f"um{_ID}={_KEY}", _set_team),
        (f"uo{_ID}", _ask_team),
        (f"un{_ID}", _ask_name),
        (f"u([sa]){_ID}", _set_state),
        (f"ux{_ID}", _confirm_removal),
        (f"uX{_ID}", _remove),
        ("ui", _invite),
        (f"uj{_PAGE}", _turn_invitations),
        ("uk([A-Za-z0-9_-]{8,32})", _withdraw),
        (rf"ui([1-3])\.{_PAGE}", _invite_team),
        ("uw([1-3])", _ask_invite_team),
        (f"ui([1-3])={_KEY}", _invite_terms),
        (rf"uv([1-3])={_KEY}\.([0-9]{{1,2}})\.([0-9]{{1,3}})", _make_invitation),
    )
)
"""What the data of a button may look like, and what it opens."""


def feature(needs: Needs) -> Feature:
    """People, teams, invitations."""
    admin = Role.ADMIN
    return Feature(
        (
            Command("people", admin, partial(people, needs), "管人：班组、角色、停用", _HELP, order=1),
            Command("invite", admin, partial(invite, needs), "邀请同事", order=2),
        ),
        (Presses(admin, partial(press, needs), PREFIXES, (HOME,)),),
        {
            RENAME: Form(admin, partial(renamed, needs)),
            NEW_TEAM: Form(admin, partial(moved, needs)),
            INVITE_TEAM: Form(admin, partial(invite_team_written, needs)),
        },
    )
