"""Every feature's routes, in one order, each behind the door."""

import re
from collections.abc import Iterable, Iterator

from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.chat.context import Context
from bot.chat.routes import Command, Feature, Handler, Presses, Route
from bot.people.door import Door
from bot.station.roles import Role

_SAID = ~filters.COMMAND & ~filters.StatusUpdate.ALL


class PressHandler(CallbackQueryHandler[Context, None]):
    """The route of a feature's buttons.

    No two routes share a prefix, so their order decides nothing.
    """

    def __init__(self, door: Door, presses: Presses) -> None:
        self.presses = presses
        ways = [*map(re.escape, presses.prefixes), *(f"{re.escape(data)}$" for data in presses.whole)]
        super().__init__(door.only(presses.role, presses.handler), pattern=f"^(?:{'|'.join(ways)})")


def make_routes(
    door: Door,
    features: Iterable[Feature],
    *,
    turn_away: Route,
    unknown_button: Handler,
    unknown_command: Handler,
    message: Handler,
) -> Iterator[Route]:
    """Yield the routes in the order in which they are asked.

    Args:
        door: Checks roles.
        features: What the bot offers.
        turn_away: Takes what no person has sent, so that nothing below sees a stand-in for somebody.
        unknown_button: Says what to do about a button that is none of ours any more.
        unknown_command: The same of a command.
        message: Takes everything else; asks at the door itself, by what the message is for.
    """
    yield turn_away
    for feature in features:
        for command in feature.commands:
            yield _command(door, command)
        for presses in feature.presses:
            yield PressHandler(door, presses)
    yield CallbackQueryHandler(door.only(Role.STAFF, unknown_button))
    yield MessageHandler(filters.COMMAND, door.only(Role.STAFF, unknown_command))
    yield MessageHandler(_SAID, message)


def _command(door: Door, command: Command) -> Route:
    where = None if command.in_groups else filters.ChatType.PRIVATE
    return CommandHandler(command.name, door.only(command.role, command.handler), where)
