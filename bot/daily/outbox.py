"""Pushes on their way: decided before, sent once, and nothing about them forgotten."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.daily.rows import Parcel
from bot.daily.store import DailyStore
from bot.storage.errors import DatabaseError
from bot.storage.schema import DeliveryState

_log = logging.getLogger(__name__)

WIDTH = 16
"""Copies in hand at a time: as many as may be listed as of unknown fate after a crash."""
_DEAD_AFTER = timedelta(minutes=3)
"""After this time without a sign of life a copy in another process's hands counts as given up."""
_IDLE = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a copy: SENT with its message, UNKNOWN, or FAILED with Telegram's word for it."""

    state: DeliveryState
    message_id: int | None = None
    reason: str = ""


class Outbox:
    """Sends the copies that wait, a few at a time; several processes may share the table."""

    def __init__(
        self,
        store: DailyStore,
        post: Callable[[Parcel], Awaitable[Outcome]],
        clock: Callable[[], datetime],
        name: str,
        width: int = WIDTH,
        room: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """Nothing is sent yet.

        Args:
            store: Where copies are kept.
            post: Sends one; waits its turn; raises nothing but cancellation.
            clock: With its time zone.
            name: Of this process, different from that of every other that lives, and the same after a restart.
            width: The most copies in hand.
            room: Waits until a copy would leave soon, and gives how many may be taken in hand; as many as `width` allows where None. A
                copy that is taken and only waits its turn would be of unknown fate after a crash, and nobody would get it.
        """
        self._store = store
        self._post = post
        self._clock = clock
        self._name = name
        self._width = width
        self._room = room
        self._in_hand: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._stopped = False

    def wake(self) -> None:
        """Something may wait."""
        self._woken.set()

    async def recover(self, *, alone: bool) -> int:
        """Give up what died in somebody's hands; gives how many copies are of unknown fate now.

        What was in the hands of a process of this name is given up at once: it has ended, or this one would not run.

        Args:
            alone: Whether no other process can be at work on the same table.
        """
        now = self._clock()
        lost = await self._store.give_up_claims(None if alone else now - _DEAD_AFTER, now, self._name)
        if lost:
            _log.warning("%d copies were in hand when the bot ended; nobody knows whether they arrived", lost)
        return lost

    async def watch(self) -> int:
        """Give a sign of life, and give up what others, of whom there was none for long, had in hand; gives how many copies."""
        now = self._clock()
        if self._in_hand:
            await self._store.renew_claims(self._name, now)
        return await self._store.give_up_claims(now - _DEAD_AFTER, now)

    async def run(self) -> None:
        """Send until stopped."""
        while not self._stopped:
            self._woken.clear()
            try:
                taken = await self._take(await self._room() if self._room is not None else self._width)
            except DatabaseError as error:
                _log.error("%s", error)
                taken = 0
            except Exception:  # noqa: BLE001 - the trace is logged, and the next copies are taken all the same
                _log.exception("No copies could be taken")
                taken = 0
            if len(self._in_hand) >= self._width:
                await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
            elif not taken:
                await self._rest()

    async def _rest(self) -> None:
        waker = asyncio.create_task(self._woken.wait())
        await asyncio.wait({waker, *self._in_hand}, timeout=_IDLE, return_when=asyncio.FIRST_COMPLETED)
        waker.cancel()

    async def _take(self, most: int) -> int:
        room = min(most, self._width - len(self._in_hand))
        if room <= 0:
            return 0
        parcels = await self._store.claim(self._name, room, self._clock())
        for parcel in parcels:
            task = asyncio.create_task(self._deliver(parcel))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return len(parcels)

    async def _deliver(self, parcel: Parcel) -> None:
        outcome = await self._post(parcel)
        settled_at = self._clock()
        while True:
            try:
                await self._store.settle(
                    parcel.delivery.id,
                    outcome.state,
                    settled_at,
                    message_id=outcome.message_id,
                    reason=outcome.reason,
                )
            except DatabaseError as error:
                # Where the process ends before, it stays claimed, and counts as of unknown fate after the next start: true enough.
                _log.error("What became of copy %d could not be written yet: %s", parcel.delivery.id, error)
                await asyncio.sleep(_IDLE)
            else:
                return

    async def drain(self) -> None:
        """Send all that waits now, and return when it has met its fate; for tests and the command line."""
        while await self._take(self._width) or self._in_hand:
            if self._in_hand:
                await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)

    async def stop(self, patience: float) -> None:
        """Take nothing more in hand, and wait for what is.

        Args:
            patience: Seconds, after which what still waits is left as of unknown fate.
        """
        self._stopped = True
        self._woken.set()
        if self._in_hand:
            _, late = await asyncio.wait(set(self._in_hand), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
