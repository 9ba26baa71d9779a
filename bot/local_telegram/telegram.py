"""The core: what people do, what the bot calls, and how to look on."""

import random as randomness
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.local_telegram.acting import Acting
from bot.local_telegram.chats import Chat
from bot.local_telegram.editing import Editing
from bot.local_telegram.errors import RejectedError
from bot.local_telegram.faults import FaultKind, Faults
from bot.local_telegram.limits import FloodLimits
from bot.local_telegram.parameters import File, Parameters
from bot.local_telegram.people import GROUP_ID, GROUP_TITLE, PASSER_BY, PEOPLE, Person
from bot.local_telegram.profile import ProfileCalls
from bot.local_telegram.sending import Method, Sending
from bot.local_telegram.updates import BATCH
from bot.local_telegram.webhook import Webhook
from bot.local_telegram.world import Listener, World

TOKEN = "123456:" + "A" * 35
"""The token that the local Telegram knows unless it is told another."""

CALLS_KEPT = 10_000


class LocalTelegram(Acting):
    """A Telegram in one process: speaks the Bot API to one bot and gives phones to people.

    Args:
        token: The bot's, “number:secret”.
        people: Who has an account from the start; anybody else gets one at the first word.
        clock: Unix seconds.
        limits: Whether the bot is told to slow down as the real Telegram tells it.
        random: Where the faults take their chance from.

    Attributes:
        faults: What goes wrong on the line; heeded by `exchange`, which the server goes through.
        calls: The last 10,000 calls of the bot: method and parameters.
    """

    def __init__(
        self,
        token: str = TOKEN,
        people: Sequence[Person] = (),
        *,
        clock: Callable[[], float],
        limits: bool = False,
        random: randomness.Random | None = None,
    ) -> None:
        self.token = token
        world = World(int(token.split(":", maxsplit=1)[0]), clock, FloodLimits(clock) if limits else None)
        super().__init__(world)
        for person in people:
            world.add_person(person)
        self.faults = Faults(random, clock=clock)
        self.faults.changed = self._faults_changed
        self.calls: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=CALLS_KEPT)
        self.webhook = Webhook(world.updates, clock)
        self._profile = ProfileCalls(world)
        self._methods: dict[str, Method] = {
            **Sending(world).methods,
            **Editing(world).methods,
            **self._queries.methods,
            **self._memberships.methods,
            **self.webhook.methods,
            **self._profile.methods,
        }
        self._names = {name.lower(): name for name in (*self._methods, "getUpdates")}

    @classmethod
    def with_cast(cls, token: str = TOKEN, *, clock: Callable[[], float]) -> "LocalTelegram":
        """One with the people of the page, and their group."""
        telegram = cls(token, PEOPLE, clock=clock)
        telegram.add_group(GROUP_ID, GROUP_TITLE, [person.id for person in PEOPLE if person.id != PASSER_BY])
        return telegram

    # Looking on

    @property
    def bot(self) -> dict[str, Any]:
        """The bot as getMe shows it."""
        return self._profile.bot

    @property
    def chats(self) -> dict[int, Chat]:
        """All chats, by id."""
        return self._world.chats

    @property
    def people(self) -> dict[int, Person]:
        """All people, by id."""
        return self._world.people

    @property
    def alerts(self) -> list[str]:
        """The texts of answered presses, oldest first."""
        return self._queries.alerts

    @property
    def pending(self) -> tuple[dict[str, Any], ...]:
        """The updates that the bot did not confirm."""
        return self._world.updates.pending

    @property
    def world(self) -> World:
        """What is kept; for the server."""
        return self._world

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what every person's phone shows.

        Args:
            listener: Called with the person's id and the event.

        Returns:
            The way to stop listening.
        """
        return self._world.listen(listener)

    def file(self, file_id: str) -> File | None:
        """A file that was sent; None where there is none."""
        stored = self._world.files.get(file_id)
        return File(stored.name, stored.data) if stored else None

    # What the bot does

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call of the Bot API.

        Args:
            method: Its name; case does not matter.
            parameters: Values, or JSON in strings as in a form.
            files: By the name of the form's part.

        Returns:
            The result, as JSON values.

        Raises:
            RejectedError: As the Bot API would answer.
        """
        name = self._names.get(method.lower())
        given = Parameters(parameters, files or {})
        self.calls.append((name or method, given.values))
        if name == "getUpdates":
            return await self._get_updates(given)
        if name is None:
            raise RejectedError(404, "Not Found")
        return self._methods[name](given)

    async def _get_updates(self, parameters: Parameters) -> list[dict[str, Any]]:
        updates = self._world.updates
        if self.webhook.url:
            raise RejectedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        limit = parameters.integer("limit")
        updates.allow(parameters.array("allowed_updates", "allowed updates"))
        updates.confirm(parameters.integer("offset") or 0)
        await updates.wait(parameters.integer("timeout") or 0)
        if updates.fresh and self.faults.strike("getUpdates", {FaultKind.UNPARSABLE}):
            updates.slip_in(self._unparsable())
        return updates.first(limit if limit and 0 < limit <= BATCH else BATCH)

    def _unparsable(self) -> dict[str, Any]:
        """A real kind of update that python-telegram-bot 22.8 can't read: a ban without its end."""
        user = {"id": 777, "is_bot": False, "first_name": "某人"}
        banned = {"user": self._world.bot, "status": "kicked"}
        return {
            "my_chat_member": {
                "chat": {"id": 777, "first_name": "某人", "type": "private"},
                "from": user,
                "date": self._world.now,
                "old_chat_member": {"user": self._world.bot, "status": "member"},
                "new_chat_member": banned,
            }
        }

    def _faults_changed(self) -> None:
        world = self._world
        if world.watched:
            world.tell(world.people, {"type": "faults", "faults": [fault.wire for fault in self.faults.active]})
