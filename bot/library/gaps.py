"""Questions that were not answered, or wrongly: what trainers can teach."""

import asyncio
import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.asking.log import QuestionLog
from bot.asking.store import Asked
from bot.generation.generations import Generation
from retrieval.answering.answer import Tier
from retrieval.text import normalise

_BACK = timedelta(days=30)
_KEY = 8


@dataclass(frozen=True, slots=True)
class Gap:
    """A question, with all that say the same.

    Attributes:
        key: Of what is asked; 8 characters.
        text: As it was asked last; customers' names and numbers masked.
        refused: How often the knowledge held no answer.
        wrong: How often the one who asked said that the answer was none.
        last: When it was asked last.
    """

    key: str
    text: str
    refused: int
    wrong: int
    last: datetime


async def find_gaps(log: QuestionLog, generation: Generation, now: datetime) -> tuple[Gap, ...]:
    """The gaps of the last 30 days, newest first; without those that were set aside, or have become an alternate question."""
    await log.flush()
    aside = await log.store.aside()
    asked = await log.store.unanswered(now - _BACK)
    known = await asyncio.to_thread(lambda: generation.known_questions)
    return tuple(gap for gap in _grouped(asked) if gap.key not in aside and normalise(gap.text) not in known)


def _grouped(asked: Iterable[Asked]) -> list[Gap]:
    grouped: dict[str, list[Asked]] = {}
    for each in asked:
        grouped.setdefault(gap_key(each.text), []).append(each)
    return [
        Gap(
            key,
            group[0].text,
            sum(each.tier == Tier.NONE for each in group),
            sum(each.tier != Tier.NONE for each in group),
            group[0].asked_at,
        )
        for key, group in grouped.items()
    ]


def gap_key(text: str) -> str:
    """The same for questions that differ in writing only: 8 characters of A–Z, a–z, 0–9, - and _."""
    return base64.urlsafe_b64encode(hashlib.sha256(normalise(text).encode()).digest())[:_KEY].decode()
