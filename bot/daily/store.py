"""The day's cases: when each team gets one, which, and what became of every copy."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.people.store import PersonState
from bot.storage.database import Database
from bot.storage.schema import DeliveryState, PlanState, deliveries, exceptions, people, plans, quiz_answers, teams
from bot.storage.upsert import insert_or_ignore, insert_or_ignore_many, insert_or_replace

_DEFAULT = {"send_at": "08:30", "weekdays": "", "remind_at": "16:00", "automatic": True, "paused": False}
_COUNTING = (PlanState.PROPOSED, PlanState.READY, PlanState.GOING, PlanState.DONE)
"""States of a plan whose case counts as shown, or as going to be."""
UNASSIGNED = "\x1f"
"""The team of a plan by hand for those who are in none: the empty name means everybody there. No team is called so: names are printable."""


@dataclass(frozen=True, slots=True)
class Team:
    """When a team gets its case.

    Attributes:
        name: As people's `team` says it; may be empty.
        send_at: HH:MM in the station's zone.
        weekdays: Digits 1 (Monday) to 7; empty: every workday.
        remind_at: HH:MM; empty: no reminder.
        automatic: Whether the case goes out without a trainer's yes.
        paused: Whether nothing goes out.
    """

    name: str
    send_at: str = "08:30"
    weekdays: str = ""
    remind_at: str = "16:00"
    automatic: bool = True
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A case for a team on a day.

    Attributes:
        team: Of those sent by hand: empty for everybody, `UNASSIGNED` for those in no team.
        serial: 0 for the day's own case; from 1 for those sent by hand besides.
        due_at: When it goes out, where `state` is READY.
        changed_by: The trainer who last decided; None where the rotation or the calendar did.
    """

    id: int
    day: date
    team: str
    serial: int
    case_id: str
    state: PlanState
    due_at: datetime
    foreword: str
    changed_by: int | None
    begun_at: datetime | None
    reminded_at: datetime | None
    done_at: datetime | None

    @property
    def audience(self) -> str | None:
        """The team whose case it is; None where it is everybody's."""
        if self.serial and not self.team:
            return None
        return "" if self.team == UNASSIGNED else self.team

    @property
    def is_off_by_rule(self) -> bool:
        """Whether it is left out because its day is none of the team's, or the team is stopped, and not because somebody said so."""
        return self.state is PlanState.SKIPPED and self.changed_by is None and self.done_at is None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One person's copy of a day's case."""

    id: int
    plan_id: int
    user_id: int
    state: DeliveryState
    reason: str
    message_id: int | None
    read_at: datetime | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a copy needs to be sent: the delivery and its plan."""

    delivery: Delivery
    plan: Plan


@dataclass(frozen=True, slots=True)
class QuizAnswer:
    """What a person answered; the first answer stays."""

    quiz: int
    chosen: int
    correct: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """One row of a report: a copy with its plan, its person and how the quiz went.

    Attributes:
        is_away: Whether Telegram brings the person nothing now.
    """

    delivery: Delivery
    plan: Plan
    name: str
    team: str
    right: int
    wrong: int
    is_away: bool = False


class DailyStore:
    """Reads and writes plans and copies; each method is one transaction, or a part of the `unit` around it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unit(self) -> AbstractAsyncContextManager[None]:
        """Run a use case in one transaction, as `Database.unit` says."""
        return self._database.unit()

    # ---- teams and days

    async def teams(self) -> tuple[Team, ...]:
        """Every team that has somebody active, with its times; those without times of their own get the usual ones."""
        with_people = (
            sa.select(people.c.team)
            .where(people.c.state == PersonState.ACTIVE)
            .group_by(people.c.team)
            .order_by(people.c.team)
        )
        async with self._database.reading() as connection:
            names = (await connection.execute(with_people)).scalars().all()
            rows = {row["name"]: _team(row) for row in (await connection.execute(sa.select(teams))).mappings()}
        return tuple(rows.get(name) or Team(name) for name in names)

    async def put_team(self, team: Team) -> None:
        """Write a team's times."""
        row = {
            "name": team.name,
            "send_at": team.send_at,
            "weekdays": team.weekdays,
            "remind_at": team.remind_at,
            "automatic": team.automatic,
            "paused": team.paused,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert_or_replace(connection, teams, row, ["name"]))

    async def exceptions(self) -> dict[date, bool]:
        """The station's own days: whether it works on them."""
        async with self._database.reading() as connection:
            rows = await connection.execute(sa.select(exceptions.c.day, exceptions.c.works))
            return {day: bool(works) for day, works in rows}

    async def put_exception(self, day: date, works: bool | None, note: str = "") -> None:
        """Say that the station works on a day, or does not; None: as the calendar says."""
        await self.put_exceptions([day], works, note)

    async def put_exceptions(self, days: Sequence[date], works: bool | None, note: str = "") -> None:
        """As `put_exception`, of several days at once: all or none."""
        async with self._database.writing() as connection:
            if works is None:
                await connection.execute(exceptions.delete().where(exceptions.c.day.in_(list(days))))
                return
            for day in sorted(days):  # in order, so that two who write the same days don't wait for each other
                row = {"day": day, "works": works, "note": note}
                await connection.execute(insert_or_replace(connection, exceptions, row, ["day"]))

    # ---- plans

    async def plan(self, plan_id: int) -> Plan | None:
        """A plan; None where there is none of that number."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(plans).where(plans.c.id == plan_id))).mappings().first()
        return _plan(row) if row else None

    async def plan_of(self, day: date, team: str) -> Plan | None:
        """The day's own plan of a team; None where there is none yet."""
        query = sa.select(plans).where(plans.c.day == day, plans.c.team == team, plans.c.serial == 0)
        async with self._database.reading() as connection:
            row = (await connection.execute(query)).mappings().first()
        return _plan(row) if row else None

    async def plans_between(self, first: date, last: date, team: str | None = None) -> tuple[Plan, ...]:
        """Plans of the days from `first` to `last`, both included, of one team or of all."""
        query = sa.select(plans).where(plans.c.day.between(first, last)).order_by(plans.c.day, plans.c.id)
        if team is not None:
            query = query.where(plans.c.team == team)
        async with self._database.reading() as connection:
            return tuple(map(_plan, (await connection.execute(query)).mappings()))

    async def last_shown(self, team: str | None) -> dict[str, date]:
        """For each case, the last day on which the team was shown it, or is going to be; also where it was sent by hand, to it or to all.

        Args:
            team: Which; any of them where None.
        """
        query = (
            sa.select(plans.c.case_id, sa.func.max(plans.c.day))
            .where(plans.c.state.in_(_COUNTING))
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
        return _plan(found) if found else None

    async def sent_by_hand(self, day: date, team: str, case_id: str) -> Plan | None:
        """Return the plan by which a case was sent by hand on a day to just these people and not taken back, or None."""
        query = sa.select(plans).where(
            plans.c.day == day,
            plans.c.team == team,
            plans.c.serial > 0,
            plans.c.case_id == case_id,
            plans.c.state.in_(_COUNTING),
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(query.order_by(plans.c.id))).mappings().first()
        return _plan(row) if row else None

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
        return _plan(found) if found else None

    async def due(self, now: datetime) -> tuple[Plan, ...]:
        """Plans that are ready and whose time has come, oldest first."""
        query = (
            sa.select(plans)
            .where(plans.c.state == PlanState.READY, plans.c.due_at <= now)
            .order_by(plans.c.due_at, plans.c.id)
        )
        async with self._database.reading() as connection:
            return tuple(map(_plan, (await connection.execute(query)).mappings()))

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
            return await _add_copies(connection, plan)

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
            added = await _add_copies(connection, plan)
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
            return tuple(map(_plan, rows.mappings()))

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
                .where(plans.c.id == plan_id, plans.c.state.in_([*_COUNTING]))
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
            return tuple(map(_plan, rows.mappings()))

    # ---- copies

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
            return await _parcels(connection, deliveries.c.id.in_(ids))

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
        missed = (
            sa.select(plans.c.id)
            .where(
                sa.or_(own, by_hand),
                plans.c.day.between(since, until),
                plans.c.state.in_([PlanState.GOING, PlanState.DONE]),
                plans.c.id.not_in(had),
            )
            .order_by(plans.c.day.desc(), plans.c.id.desc())
            .limit(limit)
        )
        async with self._database.writing() as connection:
            ids = list((await connection.execute(missed)).scalars())
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

    async def parcel(self, delivery_id: int) -> Parcel | None:
        """A copy with its plan; None where there is none of that number."""
        async with self._database.reading() as connection:
            found = await _parcels(connection, deliveries.c.id == delivery_id)
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
            found = tuple(map(_delivery, rows.mappings()))
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
        right = sa.func.coalesce(sa.func.sum(sa.case((quiz_answers.c.correct, 1), else_=0)), 0)
        wrong = sa.func.coalesce(sa.func.sum(sa.case((quiz_answers.c.correct.is_(False), 1), else_=0)), 0)
        quizzes = (
            sa.select(quiz_answers.c.delivery_id, right.label("right"), wrong.label("wrong"))
            .group_by(quiz_answers.c.delivery_id)
            .subquery()
        )
        query = (
            _parcel_query()
            .add_columns(
                people.c.name.label("person_name"),
                people.c.team.label("person_team"),
                people.c.unreachable_since.label("person_away"),
                sa.func.coalesce(quizzes.c.right, 0).label("quiz_right"),
                sa.func.coalesce(quizzes.c.wrong, 0).label("quiz_wrong"),
            )
            .outerjoin(people, people.c.id == deliveries.c.user_id)
            .outerjoin(quizzes, quizzes.c.delivery_id == deliveries.c.id)
            .where(plans.c.day.between(first, last))
            .order_by(plans.c.day, deliveries.c.id)
        )
        if team is not None:
            query = query.where(plans.c.team == team)
        if user_id is not None:
            query = query.where(deliveries.c.user_id == user_id)
        if plan_id is not None:
            query = query.where(plans.c.id == plan_id)
        async with self._database.reading() as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(
                Copy(
                    _parcel(row).delivery,
                    _parcel(row).plan,
                    row["person_name"] or "",
                    row["plan_team"].strip(UNASSIGNED) or row["person_team"] or "",
                    int(row["quiz_right"]),
                    int(row["quiz_wrong"]),
                    row["person_away"] is not None,
                )
                for row in rows
            )


async def _add_copies(connection: AsyncConnection, plan: Plan) -> int:
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


def _parcel_query() -> "sa.Select[Any]":
    columns = [column.label(f"delivery_{column.name}") for column in deliveries.c]
    columns += [column.label(f"plan_{column.name}") for column in plans.c]
    return sa.select(*columns).select_from(deliveries.join(plans, plans.c.id == deliveries.c.plan_id))


async def _parcels(connection: AsyncConnection, condition: "sa.ColumnElement[bool]") -> tuple[Parcel, ...]:
    rows = await connection.execute(_parcel_query().where(condition).order_by(deliveries.c.id))
    return tuple(map(_parcel, rows.mappings()))


def _parcel(row: sa.RowMapping) -> Parcel:
    return Parcel(_delivery(_part(row, "delivery_")), _plan(_part(row, "plan_")))


def _part(row: sa.RowMapping, prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}


def _team(row: sa.RowMapping) -> Team:
    return Team(row["name"], row["send_at"], row["weekdays"], row["remind_at"], row["automatic"], row["paused"])


def _plan(row: "Mapping[str, Any] | sa.RowMapping") -> Plan:
    return Plan(
        row["id"],
        row["day"],
        row["team"],
        row["serial"],
        row["case_id"],
        PlanState(row["state"]),
        row["due_at"],
        row["foreword"],
        row["changed_by"],
        row["begun_at"],
        row["reminded_at"],
        row["done_at"],
    )


def _delivery(row: "Mapping[str, Any] | sa.RowMapping") -> Delivery:
    return Delivery(
        row["id"],
        row["plan_id"],
        row["user_id"],
        DeliveryState(row["state"]),
        row["reason"],
        row["message_id"],
        row["read_at"],
        row["settled_at"],
    )
