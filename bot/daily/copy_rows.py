"""Copies on their way: claimed, sent, settled."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.daily.rows import Parcel, Plan, Rows, parcels
from bot.people.rows import PersonState
from bot.storage.schema import DeliveryState, PlanState, deliveries, people, plans
from bot.storage.upsert import insert_or_ignore_many


class CopyRows(Rows):
    """Copies on their way."""

    async def claim(self, by: str, limit: int, now: datetime) -> tuple[Parcel, ...]:
        """Take the next copies in hand; of several processes each gets others."""
        next_ids = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.state == DeliveryState.WAITING)
            .order_by(deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        async with self._database.writing() as connection:
            ids = list((await connection.execute(next_ids)).scalars())
            if not ids:
                return ()
            await connection.execute(
                deliveries.update()
                .where(deliveries.c.id.in_(ids))
                .values(state=DeliveryState.SENDING.value, claimed_by=by, claimed_at=now)
            )
            return await parcels(connection, deliveries.c.id.in_(ids))

    async def settle(
        self,
        delivery_id: int,
        state: DeliveryState,
        now: datetime,
        *,
        message_id: int | None = None,
        reason: str = "",
    ) -> None:
        """Write what became of a copy."""
        async with self._database.writing() as connection:
            await connection.execute(
                deliveries.update()
                .where(deliveries.c.id == delivery_id)
                .values(state=state.value, settled_at=now, message_id=message_id, reason=reason[:200])
            )

    async def release(self, delivery_ids: Sequence[int]) -> None:
        """Copies that were claimed and surely not sent wait again."""
        async with self._database.writing() as connection:
            await connection.execute(
                deliveries.update()
                .where(deliveries.c.id.in_(list(delivery_ids)), deliveries.c.state == DeliveryState.SENDING)
                .values(state=DeliveryState.WAITING.value, claimed_by=None, claimed_at=None)
            )

    async def renew_claims(self, by: str, now: datetime) -> None:
        """Copies that somebody has in his hands are in living hands still."""
        async with self._database.writing() as connection:
            await connection.execute(
                deliveries.update()
                .where(deliveries.c.state == DeliveryState.SENDING, deliveries.c.claimed_by == by)
                .values(claimed_at=now)
            )

    async def give_up_claims(self, before: datetime | None, now: datetime, by: str | None = None) -> int:
        """Copies that somebody had in his hands when he died may have arrived: their fate is unknown.

        Args:
            before: Only those claimed before; all where None.
            now: Written down.
            by: His claims too, whenever they were made.

        Returns:
            How many.
        """
        condition = deliveries.c.state == DeliveryState.SENDING
        if before is not None:
            whose = sa.or_(deliveries.c.claimed_at < before, deliveries.c.claimed_by == by)
            condition = sa.and_(condition, whose)
        async with self._database.writing() as connection:
            done = await connection.execute(
                deliveries.update()
                .where(condition)
                .values(state=DeliveryState.UNKNOWN.value, settled_at=now, reason="restart")
            )
        return done.rowcount

    async def try_again(self, plan_id: int, states: Sequence[DeliveryState]) -> int:
        """Copies that failed, or whose fate is unknown, wait again: somebody has decided so. Gives how many.

        Those of people whom Telegram brings nothing stay as they are: they come by themselves when the person is back.
        """
        away = sa.select(people.c.id).where(people.c.unreachable_since.is_not(None))
        async with self._database.writing() as connection:
            # First, so that nobody closes the plan meanwhile.
            await connection.execute(sa.select(plans.c.id).where(plans.c.id == plan_id).with_for_update(key_share=True))
            done = await connection.execute(
                deliveries.update()
                .where(
                    deliveries.c.plan_id == plan_id,
                    deliveries.c.state.in_(list(states)),
                    deliveries.c.user_id.not_in(away),
                )
                .values(state=DeliveryState.WAITING.value, reason="", claimed_by=None, claimed_at=None)
            )
            if done.rowcount:
                await connection.execute(
                    plans.update()
                    .where(plans.c.id == plan_id, plans.c.state == PlanState.DONE)
                    .values(state=PlanState.GOING.value, done_at=None)
                )
        return done.rowcount

    async def catch_up(self, user_id: int, team: str, since: date, until: date, limit: int) -> int:
        """Let what a person missed wait to be sent, newest first; gives how many copies.

        Of cases sent by hand those that were due to the person and failed.

        Args:
            user_id: Who is back.
            team: Whose own cases count.
            since: The first day that counts.
            until: The last day that counts.
            limit: The most copies.
        """
        async with self._database.writing() as connection:
            ids = list((await connection.execute(_missed(user_id, team, since, until).limit(limit))).scalars())
            # New rows, so that they leave newest first; a copy that failed has nothing to keep.
            await connection.execute(
                deliveries.delete().where(
                    deliveries.c.user_id == user_id,
                    deliveries.c.plan_id.in_(ids),
                    deliveries.c.state.in_([DeliveryState.FAILED, DeliveryState.CANCELLED]),
                )
            )
            if ids:
                # Whoever tops the plan up at this moment may have been quicker.
                await connection.execute(
                    insert_or_ignore_many(connection, deliveries),
                    [
                        {"plan_id": plan_id, "user_id": user_id, "state": DeliveryState.WAITING.value, "reason": ""}
                        for plan_id in ids
                    ],
                )
        return len(ids)


def _missed(user_id: int, team: str, since: date, until: date) -> sa.Select[tuple[int]]:
    """Select the plans that a person missed, newest first, as `CopyRows.catch_up` says."""
    had = sa.select(deliveries.c.plan_id).where(
        deliveries.c.user_id == user_id,
        deliveries.c.state.in_(
            [DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNKNOWN]
        ),
    )
    failed = sa.select(deliveries.c.plan_id).where(
        deliveries.c.user_id == user_id, deliveries.c.state == DeliveryState.FAILED
    )
    had_days = sa.select(plans.c.day).where(plans.c.id.in_(had), plans.c.serial == 0)
    own = sa.and_(plans.c.team == team, plans.c.serial == 0, plans.c.day.not_in(had_days))
    by_hand = sa.and_(plans.c.serial > 0, plans.c.id.in_(failed))
    return (
        sa.select(plans.c.id)
        .where(
            sa.or_(own, by_hand),
            plans.c.day.between(since, until),
            plans.c.state.in_([PlanState.GOING, PlanState.DONE]),
            plans.c.id.not_in(had),
        )
        .order_by(plans.c.day.desc(), plans.c.id.desc())
    )


async def add_copies(connection: AsyncConnection, plan: Plan) -> int:
    """One row for everybody who is to get the plan's case and has no row yet; gives how many wait to be sent."""
    wanted = sa.select(people.c.id, people.c.unreachable_since).where(
        people.c.state == PersonState.ACTIVE, people.c.wants_daily
    )
    if plan.audience is not None:
        wanted = wanted.where(people.c.team == plan.audience)
    served = sa.select(deliveries.c.user_id).where(deliveries.c.plan_id == plan.id)
    wanted = wanted.where(people.c.id.not_in(served))
    if plan.serial == 0:
        # Whoever changed teams today has had the day's case already.
        elsewhere = (
            sa.select(deliveries.c.user_id)
            .join(plans, plans.c.id == deliveries.c.plan_id)
            .where(plans.c.day == plan.day, plans.c.serial == 0, deliveries.c.state != DeliveryState.CANCELLED)
        )
        wanted = wanted.where(people.c.id.not_in(elsewhere))
    rows = [
        {
            "plan_id": plan.id,
            "user_id": user_id,
            "state": (DeliveryState.FAILED if unreachable else DeliveryState.WAITING).value,
            "reason": "unreachable" if unreachable else "",
        }
        for user_id, unreachable in await connection.execute(wanted.order_by(people.c.id))
    ]
    if rows:
        await connection.execute(insert_or_ignore_many(connection, deliveries), rows)
    return len([row for row in rows if row["state"] == DeliveryState.WAITING])
