"""Routes of buttons, by how their data begin."""

import re

from telegram.ext import CallbackQueryHandler

from bot.chat.context import Context
from bot.people.door import Handler, only
from bot.station.roles import Role


class PressHandler(CallbackQueryHandler[Context, None]):
    """Route of the buttons whose data begin with one of its prefixes.

    No two routes share a prefix, so their order decides nothing.

    Attributes:
        handler: What a press calls, once the role was checked.
        prefixes: Beginnings of data.
        whole: Data that are taken as a whole; longer ones that begin so are another route's.
    """

    def __init__(self, role: Role, handler: Handler, prefixes: tuple[str, ...], whole: tuple[str, ...] = ()) -> None:
        self.handler = handler
        self.prefixes = prefixes
        self.whole = whole
        ways = [*map(re.escape, prefixes), *(f"{re.escape(data)}$" for data in whole)]
        super().__init__(only(role, handler), pattern=f"^(?:{'|'.join(ways)})")
