"""Commands that everybody knows."""

from dataclasses import dataclass
from functools import partial

from telegram import Update

from bot.chat import talk
from bot.chat.addressed import is_for_others
from bot.chat.context import Context
from bot.chat.routes import Command, Feature
from bot.chat.sending import send_reply
from bot.people.menus import Menus
from bot.people.service import PeopleService
from bot.station.roles import Role


@dataclass(frozen=True, slots=True)
class Needs:
    """What the help takes."""

    people: PeopleService
    menus: Menus


async def show_help(needs: Needs, update: Update, _context: Context) -> None:
    """Say how to ask, how to read the answer, and what else the person can do; in groups what everybody can."""
    message, user = update.effective_message, update.effective_user
    if message is None or user is None:
        return
    is_private = message.chat.type == "private"
    role = await needs.people.role(user.id) if is_private else Role.STAFF
    await send_reply(message, talk.help_reply(needs.menus.duties(role)))


async def other_command(needs: Needs, update: Update, context: Context) -> None:
    """Say that there is no such command; in groups, that a command is for private chats. Another bot's commands get no reply."""
    message = update.effective_message
    if message is None:
        return
    if message.chat.type == "private":
        await send_reply(message, talk.UNKNOWN_COMMAND)
        return
    name, _, addressee = (message.text or "").split(maxsplit=1)[0].removeprefix("/").lower().partition("@")
    username = context.bot.username
    if addressee and addressee != username.lower():
        return
    if any(name == one.name for feature in needs.menus.features for one in feature.commands):
        await send_reply(message, talk.only_in_private(name, username))
    elif not is_for_others(message, username, context.bot.id):
        await send_reply(message, talk.UNKNOWN_IN_GROUP)


def feature(needs: Needs) -> Feature:
    """The help."""
    handler = partial(show_help, needs)
    return Feature((Command("help", Role.STAFF, handler, "怎么问、怎么看", in_groups=True, order=1),))
