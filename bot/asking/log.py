"""What is kept of people's questions: masked, and what they were shown."""

import asyncio
import logging
import secrets
from datetime import datetime
from enum import StrEnum

from bot.asking.masking import mask
from bot.asking.store import Asked, QuestionStore
from bot.storage.errors import DatabaseError
from retrieval.answering.answer import Answer

_log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds that a question may wait to be written: no answer waits for the disk, and a crash costs no more than these."""
_MOST = 5_000
"""Questions that wait while the database is away; the oldest go first."""


class Reason(StrEnum):
    """Why an answer was none, as its verdict is stored."""

    BESIDE_THE_POINT = "bad-off"
    OUT_OF_DATE = "bad-old"
    UNCLEAR = "bad-dim"
    INCOMPLETE = "bad-gap"


class QuestionLog:
    """Writes questions down, several at a time."""

    def __init__(self, store: QuestionStore) -> None:
        self._store = store
        self._waiting: list[Asked] = []
        self._complaints: list[tuple[str, int]] = []
        self._writing = asyncio.Lock()

    @property
    def store(self) -> QuestionStore:
        """Where questions are kept."""
        return self._store

    def keep(self, user_id: int, answer: Answer, now: datetime) -> str:
        """Keep a question with what was shown; gives the key by which the person's verdict names it."""
        key = secrets.token_urlsafe(9)
        asked = Asked(
            key,
            user_id,
            now,
            mask(answer.question),
            answer.tier.value,
            tuple(hit.record.id for hit in answer.clauses),
            tuple(hit.record.id for hit in answer.cases),
        )
        self._waiting.append(asked)
        return key

    def complain(self, key: str, user_id: int) -> None:
        """Note that the one who asked was not answered; written with the next questions."""
        self._complaints.append((key, user_id))

    async def judge(self, key: str, user_id: int, verdict: str) -> bool:
        """Keep what the one who asked says of the answer; gives whether there is such a question of theirs."""
        await self.flush()
        return await self._store.judge(key, user_id, verdict)

    async def flush(self) -> None:
        """Write what waits.

        Raises:
            DatabaseError: Where that can't be done; it waits on.
        """
        async with self._writing:
            waiting, complaints = self._waiting[-_MOST:], self._complaints[-_MOST:]
            self._waiting, self._complaints = [], []
            try:
                if waiting:
                    await self._store.keep_all(waiting)
                    waiting = []
                while complaints:
                    await self._store.judge(*complaints[0], "bad")
                    del complaints[0]
            except DatabaseError:
                self._waiting, self._complaints = waiting + self._waiting, complaints + self._complaints
                raise

    async def run(self) -> None:
        """Write every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.flush()
            except DatabaseError as error:
                _log.error("%s", error)
