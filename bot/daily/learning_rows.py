"""What became of copies: read, answered, reported."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.daily.rows import (
    UNASSIGNED,
    Copy,
    Delivery,
    Parcel,
    Plan,
    QuizAnswer,
    Rows,
    delivery_of,
    parcel_of,
    parcel_query,
    parcels,
)
from bot.people.rows import PersonState
from bot.storage.schema import DeliveryState, deliveries, people, plans, quiz_answers
from bot.storage.upsert import insert_or_ignore


class LearningRows(Rows):
    """Copies that were received."""

    async def parcel(self, delivery_id: int) -> Parcel | None:
        """A copy with its plan; None where there is none of that number."""
        async with self._database.reading() as connection:
            found = await parcels(connection, deliveries.c.id == delivery_id)
        return found[0] if found else None

    async def mark_read(self, delivery_id: int, now: datetime) -> bool:
        """A person says that the case is learnt; gives whether that is news. A copy of unknown fate has arrived, then."""
        async with self._database.writing() as connection:
            await connection.execute(
                deliveries.update()
                .where(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.UNKNOWN)
                .values(state=DeliveryState.SENT.value, reason="")
            )
            done = await connection.execute(
                deliveries.update()
                .where(deliveries.c.id == delivery_id, deliveries.c.read_at.is_(None))
                .values(read_at=now)
            )
        return done.rowcount > 0

    async def answer_quiz(self, delivery_id: int, answer: QuizAnswer, now: datetime) -> bool:
        """Write a person's answer, which also says that the case was read; the first one stays.

        Returns:
            Whether it was the first.
        """
        row = {
            "delivery_id": delivery_id,
            "quiz": answer.quiz,
            "chosen": answer.chosen,
            "correct": answer.correct,
            "answered_at": now,
        }
        async with self._database.writing() as connection:
            done = await connection.execute(insert_or_ignore(connection, quiz_answers, row))
        await self.mark_read(delivery_id, now)
        return done.rowcount > 0

    async def quiz_answers(self, delivery_id: int) -> tuple[QuizAnswer, ...]:
        """What was answered, in the order of the quizzes."""
        query = sa.select(quiz_answers).where(quiz_answers.c.delivery_id == delivery_id).order_by(quiz_answers.c.quiz)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(QuizAnswer(row["quiz"], row["chosen"], row["correct"]) for row in rows)

    async def to_remind(self, plan: Plan, now: datetime) -> tuple[Delivery, ...]:
        """Copies that arrived and were not read; each is given out once, as long as the bot lives and after."""
        async with self._database.writing() as connection:
            rows = await connection.execute(
                deliveries.update()
                .where(
                    deliveries.c.plan_id == plan.id,
                    deliveries.c.state == DeliveryState.SENT,
                    deliveries.c.read_at.is_(None),
                    deliveries.c.reminded_at.is_(None),
                    deliveries.c.user_id.in_(
                        sa.select(people.c.id).where(people.c.state == PersonState.ACTIVE, people.c.wants_daily)
                    ),
                )
                .values(reminded_at=now)
                .returning(deliveries)
            )
            found = tuple(map(delivery_of, rows.mappings()))
            await connection.execute(plans.update().where(plans.c.id == plan.id).values(reminded_at=now))
        return found

    async def progress(self, plan_id: int) -> dict[DeliveryState, int]:
        """How many copies of a plan are in each state."""
        query = (
            sa.select(deliveries.c.state, sa.func.count())
            .where(deliveries.c.plan_id == plan_id)
            .group_by(deliveries.c.state)
        )
        async with self._database.reading() as connection:
            counts = {DeliveryState(state): count for state, count in await connection.execute(query)}
        return {state: counts.get(state, 0) for state in DeliveryState}

    async def waiting(self) -> int:
        """How many copies wait."""
        query = sa.select(sa.func.count()).where(deliveries.c.state == DeliveryState.WAITING)
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def copies(
        self,
        first: date,
        last: date,
        *,
        team: str | None = None,
        user_id: int | None = None,
        plan_id: int | None = None,
    ) -> tuple[Copy, ...]:
        """Every copy of the days from `first` to `last`, both included, with its person and quiz; oldest first."""
        query = _copy_query().where(plans.c.day.between(first, last))
        if team is not None:
            query = query.where(plans.c.team == team)
        if user_id is not None:
            query = query.where(deliveries.c.user_id == user_id)
        if plan_id is not None:
            query = query.where(plans.c.id == plan_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(map(_copy_of, rows))


def _copy_query() -> sa.Select[Any]:
    """Select every copy with its plan, its person and how often quizzes were answered right and wrong; oldest first."""
    right = sa.func.coalesce(sa.func.sum(sa.case((quiz_answers.c.correct, 1), else_=0)), 0)
    wrong = sa.func.coalesce(sa.func.sum(sa.case((quiz_answers.c.correct.is_(False), 1), else_=0)), 0)
    quizzes = (
        sa.select(quiz_answers.c.delivery_id, right.label("right"), wrong.label("wrong"))
        .group_by(quiz_answers.c.delivery_id)
        .subquery()
    )
    return (
        parcel_query()
        .add_columns(
            people.c.name.label("person_name"),
            people.c.team.label("person_team"),
            people.c.unreachable_since.label("person_away"),
            sa.func.coalesce(quizzes.c.right, 0).label("quiz_right"),
            sa.func.coalesce(quizzes.c.wrong, 0).label("quiz_wrong"),
        )
        .outerjoin(people, people.c.id == deliveries.c.user_id)
        .outerjoin(quizzes, quizzes.c.delivery_id == deliveries.c.id)
        .order_by(plans.c.day, deliveries.c.id)
    )


def _copy_of(row: sa.RowMapping) -> Copy:
    """Return the copy of a row of `_copy_query`."""
    parcel = parcel_of(row)
    return Copy(
        parcel.delivery,
        parcel.plan,
        row["person_name"] or "",
        row["plan_team"].strip(UNASSIGNED) or row["person_team"] or "",
        int(row["quiz_right"]),
        int(row["quiz_wrong"]),
        row["person_away"] is not None,
    )
