"""Time that passes only when somebody waits for it."""

import asyncio


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
