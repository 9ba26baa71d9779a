"""The updates that wait for the bot."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any

from bot.local_telegram.errors import RejectedError

Update = dict[str, Any]

BATCH = 100
"""The most updates that one getUpdates hands out."""
LONGEST_POLL = 50.0
"""Seconds; a longer wait is cut to this."""
KEPT = 86_400.0
"""Seconds after which an update that nobody fetched is gone."""
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

_OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class UpdateQueue:
    """Updates in order, until the bot confirms them.

    Args:
        clock: Unix seconds.
        first_id: The `update_id` of the first one.
    """

    def __init__(self, clock: Callable[[], float], first_id: int = 1) -> None:
        self._clock = clock
        self._next_id = first_id
        self._waiting: deque[tuple[float, Update]] = deque()
        self._handed_out = 0
        self._allowed: frozenset[str] | None = None
        self._poller: asyncio.Future[None] | None = None
        self._arrivals: list[asyncio.Event] = []

    @property
    def pending(self) -> tuple[Update, ...]:
        """What waits, oldest first."""
        return tuple(update for _, update in self._waiting)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The kinds that the bot asked for; empty where it did not choose."""
        return tuple(sorted(self._allowed or ()))

    @property
    def fresh(self) -> bool:
        """Whether the next update was never handed out."""
        return bool(self._waiting) and self._waiting[0][1]["update_id"] > self._handed_out

    def allow(self, kinds: Collection[str] | None) -> None:
        """Queue only these kinds from now on.

        Args:
            kinds: None keeps the choice made before; empty means the default.
        """
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def add(self, kind: str, content: Mapping[str, Any]) -> Update | None:
        """Queue an update; None where the bot does not want its kind.

        Args:
            kind: The update's field: “message”, “callback_query” and so on.
        """
        if kind in NOT_BY_DEFAULT if self._allowed is None else kind not in self._allowed:
            return None
        update = {"update_id": self._next_id, kind: content}
        self._append(update)
        return update

    def inject(self, update: Mapping[str, Any]) -> Update:
        """Queue an update as it is; a missing `update_id` is added in front."""
        raw = {"update_id": self._next_id, **update}
        self._append(raw)
        return raw

    def _append(self, update: Update) -> None:
        self._waiting.append((self._clock(), update))
        self._next_id = max(self._next_id, int(update["update_id"])) + 1
        self._wake()

    def slip_in(self, content: Mapping[str, Any]) -> None:
        """Put an update before the first one that was never handed out; the later ones get later ids."""
        place = next(
            (at for at, (_, update) in enumerate(self._waiting) if update["update_id"] > self._handed_out),
            len(self._waiting),
        )
        later = [self._waiting.pop() for _ in range(len(self._waiting) - place)][::-1]
        first = later[0][1]["update_id"] if later else self._next_id
        self._waiting.append((self._clock(), {"update_id": first, **content}))
        self._waiting.extend((at, update | {"update_id": update["update_id"] + 1}) for at, update in later)
        self._next_id += 1
        self._wake()

    def confirm(self, offset: int) -> None:
        """Forget what the bot has dealt with.

        Args:
            offset: The first id to keep; negative counts from the end; 0 forgets nothing.
        """
        if offset < 0:
            while len(self._waiting) > -offset:
                self._waiting.popleft()
        elif offset:
            while self._waiting and self._waiting[0][1]["update_id"] < offset:
                self._waiting.popleft()

    def drop(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def _expire(self) -> None:
        limit = self._clock() - KEPT
        while self._waiting and self._waiting[0][0] < limit:
            self._waiting.popleft()

    def first(self, limit: int = BATCH) -> list[Update]:
        """The next updates to hand out, at most `limit`; they stay until confirmed."""
        self._expire()
        batch = [self._waiting[place][1] for place in range(min(limit, len(self._waiting)))]
        if batch:
            self._handed_out = max(self._handed_out, batch[-1]["update_id"])
        return batch

    async def wait(self, seconds: float) -> None:
        """Wait as one poller, until there is an update.

        Args:
            seconds: The longest wait.

        Raises:
            RejectedError: 409, where another poller comes or a webhook is set.
        """
        self.interrupt(_OTHER_POLLER)
        self._expire()
        if self._waiting or seconds <= 0:
            return
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds, LONGEST_POLL)):
                    await poller
        finally:
            if self._poller is poller:
                self._poller = None

    def interrupt(self, words: str) -> None:
        """End the waiting call of a poller with a 409."""
        poller, self._poller = self._poller, None
        if poller is not None and not poller.done():
            poller.set_exception(RejectedError(409, words))

    def arrivals(self) -> asyncio.Event:
        """An event that is set at every update and every change of the webhook, for a courier."""
        event = asyncio.Event()
        self._arrivals.append(event)
        return event

    def forget(self, event: asyncio.Event) -> None:
        """Set an event of `arrivals` no more."""
        self._arrivals.remove(event)

    def _wake(self) -> None:
        poller = self._poller
        if poller is not None and not poller.done():
            poller.set_result(None)
        self.stir()

    def stir(self) -> None:
        """Let every courier look again."""
        for event in self._arrivals:
            event.set()
