"""Time that passes only when somebody waits for it."""

import asyncio
import heapq
from itertools import count


class Clock:
    """Seconds from 1,000 on; whoever sleeps moves it on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let everybody else do what they can do now, then be there at once."""
        self.slept.append(seconds)
        for _ in range(5):
            await asyncio.sleep(0)
        self.now += seconds


class Timeline:
    """Seconds from 1,000 on, for several who sleep side by side: time moves on to the next one's waking when nobody has anything to do."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Be woken when that time has come."""
        waker: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), waker))
        await waker

    async def run(self, until: float) -> None:
        """Let time pass."""
        while True:
            for _ in range(10):
                await asyncio.sleep(0)
            if not self._sleepers or self._sleepers[0][0] > until:
                self.now = until
                return
            self.now, _, waker = heapq.heappop(self._sleepers)
            if not waker.done():
                waker.set_result(None)
