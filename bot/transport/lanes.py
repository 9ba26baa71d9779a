"""One lane for each person: within it one thing after the other, the lanes side by side."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from contextlib import suppress
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)

T = TypeVar("T")


class Lanes(Generic[T]):
    """Works off what is put in, `width` lanes at a time; a lane that has had its turn goes behind those that wait.

    So one who sends a hundred messages takes one place of sixteen, and holds up nobody but himself.
    """

    def __init__(self, work: Callable[[T, deque[T]], Awaitable[None]], width: int = 16) -> None:
        """Nothing runs yet.

        Args:
            work: Deals with the first thing of a lane; may take more from the left of those behind it, to deal with them too.
            width: How many lanes are worked on at the same time, from 1.
        """
        self._work = work
        self._width = width
        self._lanes: dict[Hashable, deque[T]] = {}
        self._ready: deque[Hashable] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._eased = asyncio.Event()
        self._eased.set()
        self._stopped = False

    def __len__(self) -> int:
        """How much waits, or is being worked on."""
        return sum(map(len, self._lanes.values())) + len(self._running)

    def put(self, lane: Hashable, thing: T) -> None:
        """Add something at the end of a lane."""
        if lane in self._lanes:
            self._lanes[lane].append(thing)
        else:
            self._lanes[lane] = deque([thing])
            self._ready.append(lane)
        self._pump()

    def _pump(self) -> None:
        while self._ready and len(self._running) < self._width and not self._stopped:
            task = asyncio.create_task(self._turn(self._ready.popleft()))
            self._running.add(task)
            task.add_done_callback(self._rest)

    async def _turn(self, name: Hashable) -> None:
        lane = self._lanes[name]
        try:
            await self._work(lane.popleft(), lane)
        except Exception:  # noqa: BLE001 - the lane goes on with the next thing
            _log.exception("A lane's work failed")
        finally:
            if lane:
                self._ready.append(name)
            else:
                del self._lanes[name]

    def _rest(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._pump()
        self._eased.set()

    async def ease(self, limit: int) -> None:
        """Wait until less than `limit` is left."""
        while len(self) >= limit:
            self._eased.clear()
            await self._eased.wait()

    async def stop(self, patience: float) -> int:
        """Begin nothing more, and let what has begun come to its end.

        Args:
            patience: Seconds, after which what still runs is cancelled.

        Returns:
            How much was left undone.
        """
        self._stopped = True
        left = sum(map(len, self._lanes.values()))
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=patience)
            for task in late:
                task.cancel()
            left += len(late)
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*late, return_exceptions=True)
        return left
