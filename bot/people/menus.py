"""What people of a role can do: the menu of commands beside the text field, and the lines of the help."""

import hashlib
import logging
from collections.abc import Sequence

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat.notices import tell
from bot.chat.routes import Command, Duty, Feature
from bot.people import words
from bot.people.changes import Change
from bot.people.service import PeopleService
from bot.station.roles import Role
from bot.storage.facts import Facts
from bot.transport.gate import Lane

_log = logging.getLogger(__name__)
_SHOWN = "menus"


class Menus:
    """Shows people the commands of their role."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.features: Sequence[Feature] = ()
        """All of the bot's; they are put together after what they need, of which this is a part."""

    def for_all(self) -> tuple[tuple[str, str], ...]:
        """The commands that work in groups too, for people whom the bot does not know."""
        shown = {one.name for feature in self.features for one in feature.commands if one.in_groups}
        return tuple((name, what) for name, what in self.of(Role.ADMIN) if name in shown)

    def of(self, role: Role) -> tuple[tuple[str, str], ...]:
        """The commands of a role, and what each is for, in their order."""
        shown = [one for feature in self.features for one in feature.commands if one.menu and one.role <= role]
        return tuple((one.name, one.menu) for one in sorted(shown, key=lambda one: (one.role, one.order)))

    def duties(self, role: Role) -> str:
        """What people of a role can do besides asking, a line each; a higher role can do all that a lower one can."""
        offered: list[Command | Duty] = []
        for feature in self.features:
            offered += [*feature.commands, *feature.duties]
        lines = sorted((one.role, one.order, one.help) for one in offered if one.help and one.role <= role)
        return "\n".join(f"· {line}" for _, _, line in lines)

    async def show(self, user_id: int, role: Role, lane: Lane = Lane.REPLY) -> None:
        """Show somebody the commands of a role; who has not started the bot yet gets them at /start."""
        scope = BotCommandScopeChat(user_id)
        commands = [BotCommand(name, what) for name, what in self.of(role)] if role > Role.STRANGER else []
        try:
            if commands:
                await self._bot.set_my_commands(commands, scope, rate_limit_args=lane)  # type: ignore[call-arg] # ExtBot has it
            else:
                await self._bot.delete_my_commands(scope, rate_limit_args=lane)  # type: ignore[call-arg] # as above
        except TelegramError as error:
            _log.info("The menu of %d could not be set: %s", user_id, error.message)

    async def refresh(self, people: PeopleService, facts: Facts) -> None:
        """Show trainers and admins their menus anew, where the menus have changed since the last start."""
        menus = {role: self.of(role) for role in (Role.STAFF, Role.TRAINER, Role.ADMIN)}
        version = hashlib.sha256(repr(menus).encode()).hexdigest()[:16]
        if await facts.get(_SHOWN) == version:
            return
        for person in await people.store.with_role(Role.TRAINER):
            await self.show(person.id, person.role, Lane.PUSH)
        await facts.keep(_SHOWN, version)

    async def announce(self, change: Change, by: int) -> None:
        """Tell somebody that they may do more, or less, and show them the commands; who did it to himself knows."""
        was = change.before.allowed if change.before is not None else Role.STRANGER
        now = change.after.allowed
        if was is now:
            return
        reply = words.told_of_change(change)
        if reply is not None and change.after.id != by:
            await tell(self._bot, change.after.id, reply)
        await self.show(change.after.id, now)
