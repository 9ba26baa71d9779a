"""What people asked, and what they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.schema import questions


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer.

    Attributes:
        key: Drawn by lot; 12 characters.
        text: With names and numbers of customers masked.
        clauses, cases: Ids of what was shown, best first.
        verdict: What the person said of the answer: good, bad or nothing.
    """

    key: str
    user_id: int
    asked_at: datetime
    text: str
    tier: str
    clauses: tuple[str, ...]
    cases: tuple[str, ...]
    verdict: str = ""


class QuestionStore:
    """Reads and writes questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep_all(self, asked: Sequence[Asked]) -> None:
        """Write questions, all or none."""
        rows = [
            {
                "key": each.key,
                "user_id": each.user_id,
                "asked_at": each.asked_at,
                "text": each.text,
                "tier": each.tier,
                "clauses": list(each.clauses),
                "cases": list(each.cases),
            }
            for each in asked
        ]
        async with self._database.writing() as connection:
            await connection.execute(questions.insert(), rows)

    async def judge(self, key: str, user_id: int, verdict: str) -> bool:
        """Write what the person who asked says of the answer; gives whether there is such a question of theirs."""
        async with self._database.writing() as connection:
            done = await connection.execute(
                questions.update().where(questions.c.key == key, questions.c.user_id == user_id).values(verdict=verdict)
            )
        return done.rowcount > 0

    async def last(self, limit: int = 50, *, tier: str | None = None) -> tuple[Asked, ...]:
        """The last questions, newest first; of one tier, or of all."""
        query = sa.select(questions).order_by(questions.c.asked_at.desc(), questions.c.key).limit(limit)
        if tier is not None:
            query = query.where(questions.c.tier == tier)
        async with self._database.reading() as connection:
            return tuple(
                Asked(
                    row["key"],
                    row["user_id"],
                    row["asked_at"],
                    row["text"],
                    row["tier"],
                    tuple(row["clauses"]),
                    tuple(row["cases"]),
                    row["verdict"] or "",
                )
                for row in (await connection.execute(query)).mappings()
            )
