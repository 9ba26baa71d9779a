"""Invitations, at an admin's hand."""

from telegram import Update

from bot.chat.context import Context
from bot.chat.reply import Reply
from bot.chat.sending import send_reply
from bot.people import words, words_invitations
from bot.people.admin import INVITE_CHOSEN, INVITE_TEAM, Admin, Done, Needs, find_team, short_text, team_names
from bot.people.press import (
    AskInviteTeam,
    InvitationsPage,
    Invite,
    InviteTeam,
    InviteTerms,
    MakeInvitation,
    Withdraw,
)
from bot.station.roles import Role


async def invitations(needs: Needs, page: int = 0, note: str = "") -> Reply:
    """The beginning of an invitation, with those that can still be used."""
    live = await needs.people.store.live_invitations(needs.clock.now())
    givers = [await needs.people.store.get(giver) for giver in {each.created_by for each in live}]
    names = {person.id: person.name for person in givers if person is not None}
    shown = [
        words_invitations.LiveInvitation(
            each, needs.clock.local(each.expires_at), names.get(each.created_by) or str(each.created_by)
        )
        for each in live
    ]
    return words_invitations.invite_role(shown, page, note)


async def invite_role(by: Admin, _pressed: Invite) -> Done:
    """Ask for which role."""
    return Done(await invitations(by.needs))


async def invitations_page(by: Admin, pressed: InvitationsPage) -> Done:
    """Turn to a page of those that can still be used."""
    return Done(await invitations(by.needs, pressed.page))


async def withdraw(by: Admin, pressed: Withdraw) -> Done:
    """Take one back."""
    withdrawn = await by.people.store.withdraw(pressed.code, by.number, by.now)
    note = words_invitations.withdrawn(withdrawn) if withdrawn is not None else words_invitations.ALREADY_WITHDRAWN
    return Done(await invitations(by.needs, note=note))


async def invite_team(by: Admin, pressed: InviteTeam) -> Done:
    """Ask for which team."""
    teams = tuple(dict.fromkeys(["", *await team_names(by.needs)]))
    return Done(words_invitations.invite_team(Role(pressed.role), teams, pressed.page))


async def ask_invite_team(by: Admin, pressed: AskInviteTeam) -> Done:
    """Ask for the name of a team that nobody is in yet."""
    await by.needs.forms.ask(by.number, INVITE_TEAM, {"role": pressed.role}, by.now)
    return Done(words_invitations.ask_invite_team(Role(pressed.role)))


async def invite_team_written(needs: Needs, update: Update, _context: Context) -> None:
    """A text that is the name of the team for which an invitation is."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    team = short_text(message)
    if not team:
        await send_reply(message, Reply(words.NOT_A_TEAM))
        return
    form = await needs.forms.take(user.id, INVITE_TEAM)
    if form is None:
        await send_reply(message, Reply(words.STALE))
        return
    await needs.forms.ask(user.id, INVITE_CHOSEN, {"team": team}, needs.clock.now())
    await send_reply(message, words_invitations.invite_terms(Role(int(form.data["role"])), team))


async def invite_terms(by: Admin, pressed: InviteTerms) -> Done:
    """Ask for how long, and for how many."""
    team = await find_team(by.needs, pressed.team, by.number)
    return Done(words_invitations.invite_terms(Role(pressed.role), team) if team is not None else None)


async def make_invitation(by: Admin, pressed: MakeInvitation) -> Done:
    """Make it."""
    role, days, uses = Role(pressed.role), pressed.days, pressed.uses
    team = await find_team(by.needs, pressed.team, by.number)
    if team is None or days not in words_invitations.DAYS or uses not in words_invitations.uses_for(role):
        return Done(None)
    invitation = await by.people.invite(role, team, by.number, by.now, days=days, uses=uses)
    return Done(words_invitations.invitation_link(invitation, by.username, by.needs.clock.local(invitation.expires_at)))
