"""Who can be sent to."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.transport.journal import ChatState, Journal

_UNKNOWN = ChatState()


class Recipients:
    """The chats that are gone, or have moved; what changes is on the disk before anything goes on."""

    def __init__(self, journal: Journal, clock: Callable[[], datetime]) -> None:
        self._journal = journal
        self._clock = clock
        self.changed: Callable[[int, bool], Awaitable[None]] = _nobody_listens
        """Is told of a chat that has gone, or is there again."""
        self._chats: dict[int, ChatState] = {}

    async def load(self) -> None:
        """Read what is known from the journal."""
        self._chats = await self._journal.chats()

    def address(self, chat_id: int) -> int:
        """Where a chat is to be found now."""
        seen = {chat_id}
        while (after := self._chats.get(chat_id, _UNKNOWN).migrated_to) is not None and after not in seen:
            seen.add(after)
            chat_id = after
        return chat_id

    def gone(self, chat_id: int) -> str:
        """Why nothing can be sent to a chat; empty where it can."""
        return self._chats.get(chat_id, _UNKNOWN).gone

    @property
    def gone_count(self) -> int:
        """How many chats are gone."""
        return sum(1 for state in self._chats.values() if state.gone)

    async def leave(self, chat_id: int, reason: str) -> None:
        """A chat can't be sent to any more."""
        if not self.gone(chat_id):
            await self._keep(chat_id, replace(self._chats.get(chat_id, _UNKNOWN), gone=reason or "gone"))
            await self.changed(chat_id, True)

    async def come_back(self, chat_id: int) -> None:
        """Somebody was heard in a chat: it can be sent to."""
        if self.gone(chat_id):
            await self._keep(chat_id, replace(self._chats[chat_id], gone=""))
            await self.changed(chat_id, False)

    async def migrate(self, chat_id: int, new_chat_id: int) -> None:
        """A group became a supergroup of another id."""
        if chat_id != new_chat_id and self.address(chat_id) != new_chat_id:
            await self._keep(chat_id, replace(self._chats.get(chat_id, _UNKNOWN), migrated_to=new_chat_id))

    def told_at(self, chat_id: int) -> datetime | None:
        """When a chat was last told that the bot had been away."""
        return self._chats.get(chat_id, _UNKNOWN).told_at

    async def tell(self, chat_id: int) -> None:
        """A chat is told now that the bot had been away."""
        await self._keep(chat_id, replace(self._chats.get(chat_id, _UNKNOWN), told_at=self._clock()))

    async def _keep(self, chat_id: int, state: ChatState) -> None:
        await self._journal.keep_chat(chat_id, state, self._clock())
        self._chats[chat_id] = state


async def _nobody_listens(_chat_id: int, _gone: bool) -> None:
    """Until somebody does."""
