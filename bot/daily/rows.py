"""Teams, plans and copies, as they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.schema import DeliveryState, PlanState, deliveries, plans

DEFAULT = {"send_at": "08:30", "weekdays": "", "remind_at": "16:00", "automatic": True, "paused": False}
COUNTING = (PlanState.PROPOSED, PlanState.READY, PlanState.GOING, PlanState.DONE)
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


def parcel_query() -> "sa.Select[Any]":
    """Return the query for copies with their plans."""
    columns = [column.label(f"delivery_{column.name}") for column in deliveries.c]
    columns += [column.label(f"plan_{column.name}") for column in plans.c]
    return sa.select(*columns).select_from(deliveries.join(plans, plans.c.id == deliveries.c.plan_id))


async def parcels(connection: AsyncConnection, condition: "sa.ColumnElement[bool]") -> tuple[Parcel, ...]:
    """Return the copies of which a condition is true, oldest first."""
    rows = await connection.execute(parcel_query().where(condition).order_by(deliveries.c.id))
    return tuple(map(parcel_of, rows.mappings()))


def parcel_of(row: sa.RowMapping) -> Parcel:
    """Return the copy of a row of `parcel_query`."""
    return Parcel(delivery_of(part_of(row, "delivery_")), plan_of(part_of(row, "plan_")))


def part_of(row: sa.RowMapping, prefix: str) -> dict[str, Any]:
    """Return the columns of a row whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}


def team_of(row: sa.RowMapping) -> Team:
    """Return the team of a row."""
    return Team(row["name"], row["send_at"], row["weekdays"], row["remind_at"], row["automatic"], row["paused"])


def plan_of(row: "Mapping[str, Any] | sa.RowMapping") -> Plan:
    """Return the plan of a row."""
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


def delivery_of(row: "Mapping[str, Any] | sa.RowMapping") -> Delivery:
    """Return the delivery of a row."""
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


class Rows:
    """Reads and writes a part of what the daily case keeps; each method is one transaction, or a part of `unit`."""

    def __init__(self, database: Database) -> None:
        self._database = database
