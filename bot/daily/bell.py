"""How somebody who presses a button calls whoever makes the rounds."""

import asyncio


class Bell:
    """Rung by handlers, heard by the rounds; also says which messages show how a plan is getting on."""

    def __init__(self) -> None:
        """Nobody has rung."""
        self._rung = asyncio.Event()
        self.watchers: dict[int, tuple[int, int]] = {}
        """Chat and message that show a plan's progress, by the plan's number."""

    def ring(self) -> None:
        """Look at the clock now."""
        self._rung.set()

    def watch(self, plan_id: int, chat_id: int, message_id: int) -> None:
        """Keep a message up to date with how a plan's case is getting on."""
        self.watchers[plan_id] = (chat_id, message_id)
        self.ring()

    async def wait(self, seconds: float) -> None:
        """Wait until it is rung, at most so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()
