"""The menu of commands beside the text field: each person's own, by role."""

import hashlib
import logging

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot.chat import talk
from bot.chat.context import Services
from bot.station.roles import Role
from bot.transport.gate import Lane

_log = logging.getLogger(__name__)
_SHOWN = "menus"


async def show_menu(bot: Bot, user_id: int, role: Role, lane: Lane = Lane.REPLY) -> None:
    """Show somebody the commands of a role; who has not started the bot yet gets them at /start."""
    scope = BotCommandScopeChat(user_id)
    commands = [BotCommand(name, description) for name, description in talk.MENUS.get(role, ())]
    try:
        if commands:
            await bot.set_my_commands(commands, scope, rate_limit_args=lane)  # type: ignore[call-arg] # ExtBot has it
        else:
            await bot.delete_my_commands(scope, rate_limit_args=lane)  # type: ignore[call-arg] # as above
    except TelegramError as error:
        _log.info("The menu of %d could not be set: %s", user_id, error.message)


async def refresh_menus(bot: Bot, services: Services) -> None:
    """Show trainers and admins their menus anew, where the menus have changed since the last start."""
    version = hashlib.sha256(repr(talk.MENUS).encode()).hexdigest()[:16]
    store = services.people.store
    if await store.fact(_SHOWN) == version:
        return
    for person in await store.with_role(Role.TRAINER):
        await show_menu(bot, person.id, person.role, Lane.PUSH)
    await store.keep_fact(_SHOWN, version)
