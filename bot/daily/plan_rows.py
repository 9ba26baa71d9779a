"""Which case goes out when."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.daily.copy_rows import add_copies
from bot.daily.rows import (
    COUNTING,
    UNASSIGNED,
    Plan,
    Rows,
    plan_of,
)
from bot.people.rows import PersonState
from bot.storage.schema import DeliveryState, PlanState, deliveries, people, plans
from bot.storage.upsert import insert_or_ignore


class PlanRows(Rows):
    """Plans."""

    async def plan(self, plan_id: int) -> Plan | None:
        """A plan; None where there is none of that number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(plans).where(plans.c.id == plan_id))).mappings().first()
        return plan_of(row) if row else None

    async def plan_of(self, day: date, team: str) -> Plan | None:
        """The day's own plan of a team; None where there is none yet."""
        query = sa.select(plans).where(plans.c.day == day, plans.c.team == team, plans.c.serial == 0)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return plan_of(row) if row else None

    async def plans_between(self, first: date, last: date, team: str | None = None) -> tuple[Plan, ...]:
        """Plans of the days from `first` to `last`, both included, of one team or of all."""
        query = sa.select(plans).where(plans.c.day.between(first, last)).order_by(plans.c.day, plans.c.id)
        if team is not None:
            query = query.where(plans.c.team == team)
        async with self._database.reading() as connection:
            return tuple(map(plan_of, (await connection.execute(query)).mappings()))

    async def last_shown(self, team: str | None) -> dict[str, date]:
        """For each case, the last day on which the team was shown it, or is going to be; also where it was sent by hand, to it or to all.

        Args:
            team: Which; any of them where None.
        """
        query = (
            sa.select(plans.c.case_id, sa.func.max(plans.c.day))
            .where(plans.c.state.in_(COUNTING))
            .group_by(plans.c.case_id)
        )
        if team is not None:
            own = sa.and_(plans.c.serial == 0, plans.c.team == team)
            by_hand = sa.and_(plans.c.serial > 0, plans.c.team.in_(["", team or UNASSIGNED]))
            query = query.where(sa.or_(own, by_hand))
        async with self._database.reading() as connection:
            return {case_id: day for case_id, day in await connection.execute(query)}  # noqa: C416 - rows, not pairs

    async def add_plan(
        self,
        day: date,
        team: str,
        case_id: str,
        state: PlanState,
        due_at: datetime,
        *,
        by: int | None = None,
        serial: int = 0,
        foreword: str = "",
    ) -> Plan | None:
        """Write a plan; None where the day has one of that team and serial, which stays as it is."""
        row = {
            "day": day,
            "team": team,
            "serial": serial,
            "case_id": case_id,
            "state": state.value,
            "due_at": due_at,
            "foreword": foreword,
            "changed_by": by,
        }
        async with self._database.writing() as connection:
            insert = insert_or_ignore(connection, plans, row).returning(plans)
            found = (await connection.execute(insert)).mappings().first()
        return plan_of(found) if found else None

    async def sent_by_hand(self, day: date, team: str, case_id: str) -> Plan | None:
        """Return the plan by which a case was sent by hand on a day to just these people and not taken back, or None."""
        query = sa.select(plans).where(
            plans.c.day == day,
            plans.c.team == team,
            plans.c.serial > 0,
            plans.c.case_id == case_id,
            plans.c.state.in_(COUNTING),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query.order_by(plans.c.id))).mappings().first()
        return plan_of(row) if row else None

    async def next_serial(self, day: date, team: str) -> int:
        """The serial for a case that is sent by hand."""
        query = sa.select(sa.func.coalesce(sa.func.max(plans.c.serial), 0)).where(
            plans.c.day == day, plans.c.team == team
        )
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one()) + 1

    async def change_plan(
        self, plan_id: int, expected: Sequence[PlanState], *, expected_case: str | None = None, **values: Any
    ) -> Plan | None:
        """Change a plan that is still as expected. Return None if it is not, and nothing was changed.

        Args:
            plan_id: Which.
            expected: It is in one of these states.
            expected_case: It has this case; None if any will do.
            values: The new values by column.
        """
        change = plans.update().where(plans.c.id == plan_id, plans.c.state.in_(list(expected)))
        if expected_case is not None:
            change = change.where(plans.c.case_id == expected_case)
        async with self._database.writing() as connection:
            found = (await connection.execute(change.values(**values).returning(plans))).mappings().first()
        return plan_of(found) if found else None

    async def due(self, now: datetime) -> tuple[Plan, ...]:
        """Plans that are ready and whose time has come, oldest first."""
        query = (
            sa.select(plans)
            .where(plans.c.state == PlanState.READY, plans.c.due_at <= now)
            .order_by(plans.c.due_at, plans.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(plan_of, (await connection.execute(query)).mappings()))

    async def begin(self, plan: Plan, now: datetime) -> int | None:
        """Decide who gets a copy, before anything is sent: one row each, in one transaction.

        Everybody of the team who is active and wants the daily case; whoever already has a copy of the day's own case from another team is
        left out; who can't be reached gets a row that says so.

        Returns:
            How many copies wait to be sent; None where somebody else has begun the plan, and nothing was changed.
        """
        async with self._database.writing() as connection:
            begun = await connection.execute(
                plans.update()
                .where(plans.c.id == plan.id, plans.c.state == PlanState.READY)
                .values(state=PlanState.GOING.value, begun_at=now)
            )
            if begun.rowcount == 0:
                return None
            return await add_copies(connection, plan)

    async def top_up(self, plan: Plan, now: datetime) -> int:
        """Copies for those who came into the team, or want the case, since the plan was begun; gives how many wait."""
        async with self._database.writing() as connection:
            state = (
                await connection.execute(
                    sa.select(plans.c.state).where(plans.c.id == plan.id).with_for_update(key_share=True)
                )
            ).scalar()
            if state not in {PlanState.GOING, PlanState.DONE}:
                return 0
            added = await add_copies(connection, plan)
            if added and state == PlanState.DONE:
                await connection.execute(
                    plans.update().where(plans.c.id == plan.id).values(state=PlanState.GOING.value, begun_at=now)
                )
            return added

    async def expire(self, today: date, now: datetime) -> tuple[Plan, ...]:
        """Give up the plans of past days that never went out; gives those."""
        async with self._database.writing() as connection:
            rows = await connection.execute(
                plans.update()
                .where(plans.c.day < today, plans.c.state.in_([PlanState.PROPOSED, PlanState.READY]))
                .values(state=PlanState.SKIPPED.value, done_at=now)
                .returning(plans)
            )
            return tuple(map(plan_of, rows.mappings()))

    async def audience(self, team: str | None) -> int:
        """How many people would get a copy now: of one team, or of all."""
        query = sa.select(sa.func.count()).where(
            people.c.state == PersonState.ACTIVE, people.c.wants_daily, people.c.unreachable_since.is_(None)
        )
        if team is not None:
            query = query.where(people.c.team == team)
        async with self._database.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def cancel(self, plan_id: int, by: int, now: datetime) -> int:
        """Take back what has not gone out; gives how many copies."""
        async with self._database.writing() as connection:
            await connection.execute(
                plans.update()
                .where(plans.c.id == plan_id, plans.c.state.in_([*COUNTING]))
                .values(state=PlanState.CANCELLED.value, changed_by=by, done_at=now)
            )
            done = await connection.execute(
                deliveries.update()
                .where(deliveries.c.plan_id == plan_id, deliveries.c.state == DeliveryState.WAITING)
                .values(state=DeliveryState.CANCELLED.value, settled_at=now)
            )
        return done.rowcount

    async def finish_done(self, now: datetime) -> tuple[Plan, ...]:
        """Close the plans of which every copy has met its fate; gives those."""
        open_copies = sa.select(deliveries.c.plan_id).where(
            deliveries.c.state.in_([DeliveryState.WAITING, DeliveryState.SENDING])
        )
        going = (
            sa.select(plans.c.id)
            .where(plans.c.state == PlanState.GOING)
            .order_by(plans.c.id)
            .with_for_update(key_share=True)
        )
        async with self._database.writing() as connection:
            # First: whoever adds copies to one of them right now has done so before the next statement looks for open ones.
            if not (await connection.execute(going)).scalars().all():
                return ()
            rows = await connection.execute(
                plans.update()
                .where(plans.c.state == PlanState.GOING, plans.c.id.not_in(open_copies))
                .values(state=PlanState.DONE.value, done_at=now)
                .returning(plans)
            )
            return tuple(map(plan_of, rows.mappings()))
