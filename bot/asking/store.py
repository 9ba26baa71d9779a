"""What people asked, and what they were shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.schema import facts, questions
from bot.storage.upsert import insert_or_replace

_ASIDE = "gap:"
_IS_ASIDE = facts.c.name.startswith(_ASIDE, autoescape=True)
_FORGOTTEN = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and its answer.

    Attributes:
        key: Drawn by lot; 12 characters.
        text: With names and numbers of customers masked.
        clauses, cases: Ids of what was shown, best first.
        verdict: What the person said of the answer: good, bad, bad with a reason (`Reason`), or nothing.
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

    async def asked(self, key: str, user_id: int) -> Asked | None:
        """The question under a key, if that person asked it."""
        query = sa.select(questions).where(questions.c.key == key, questions.c.user_id == user_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _asked(row) if row is not None else None

    async def last(self, limit: int = 50, *, tier: str | None = None) -> tuple[Asked, ...]:
        """The last questions, newest first; of one tier, or of all."""
        query = sa.select(questions).order_by(questions.c.asked_at.desc(), questions.c.key).limit(limit)
        if tier is not None:
            query = query.where(questions.c.tier == tier)
        async with self._database.reading() as connection:
            return tuple(map(_asked, (await connection.execute(query)).mappings()))

    async def unanswered(self, since: datetime, limit: int = 2_000) -> tuple[Asked, ...]:
        """Questions since a time for which nothing was held, or of which the person said that the answer was none, newest first."""
        query = (
            sa.select(questions)
            .where(
                questions.c.asked_at >= since, sa.or_(questions.c.tier == "none", questions.c.verdict.startswith("bad"))
            )
            .order_by(questions.c.asked_at.desc(), questions.c.key)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return tuple(map(_asked, (await connection.execute(query)).mappings()))

    async def shown_clauses(self, since: datetime, until: datetime) -> tuple[tuple[str, ...], ...]:
        """The ids of the clauses of each answer between two times, best first, the later time left out."""
        query = sa.select(questions.c.clauses).where(
            questions.c.asked_at >= since, questions.c.asked_at < until, questions.c.tier != "none"
        )
        async with self._database.reading() as connection:
            return tuple(tuple(clauses) for clauses in (await connection.execute(query)).scalars())

    # ---- what need not be taught

    async def set_aside(self, key: str, now: datetime) -> None:
        """Don't name a gap any more; what was set aside half a year ago is forgotten on the way."""
        old = sa.and_(_IS_ASIDE, facts.c.value < (now.astimezone(UTC) - _FORGOTTEN).isoformat())
        row = {"name": f"{_ASIDE}{key}", "value": now.astimezone(UTC).isoformat()}
        async with self._database.writing() as connection:
            await connection.execute(facts.delete().where(old))
            await connection.execute(insert_or_replace(connection, facts, row, ["name"]))

    async def take_up(self, key: str) -> None:
        """Name a gap again."""
        async with self._database.writing() as connection:
            await connection.execute(facts.delete().where(facts.c.name == f"{_ASIDE}{key}"))

    async def aside(self) -> frozenset[str]:
        """The keys of the gaps that were set aside."""
        async with self._database.reading() as connection:
            names = (await connection.execute(sa.select(facts.c.name).where(_IS_ASIDE))).scalars()
            return frozenset(name.removeprefix(_ASIDE) for name in names)


def _asked(row: sa.RowMapping) -> Asked:
    return Asked(
        row["key"],
        row["user_id"],
        row["asked_at"],
        row["text"],
        row["tier"],
        tuple(row["clauses"]),
        tuple(row["cases"]),
        row["verdict"] or "",
    )
