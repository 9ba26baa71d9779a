"""The tables, as the newest migration leaves them."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.types import JSON

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A time with its zone in Python, without one and in UTC on the disk."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Onto the disk.

        Raises:
            ValueError: Where the zone is missing: nobody could say what time it was.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        """From the disk."""
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else None


class DeliveryState(StrEnum):
    """What became of one person's copy of a day's case.

    WAITING: decided and not begun. SENDING: somebody has it in his hands. SENT: Telegram has it. UNKNOWN: it may have arrived; it is not
    sent again by itself. FAILED: it was refused; `reason` says why. CANCELLED: taken back before it went out.
    """

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PlanState(StrEnum):
    """Where a day's case stands.

    PROPOSED: waits for a trainer's yes. READY: goes out when its time has come. GOING: its copies are decided, and go out. DONE: every
    copy has met its fate. SKIPPED and CANCELLED: a trainer said no, before or while it went.
    """

    PROPOSED = "proposed"
    READY = "ready"
    GOING = "going"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="Telegram's id"),
    Column("name", String(64), nullable=False),
    Column("team", String(64), nullable=False, server_default=""),
    Column("role", Integer, nullable=False, comment="bot.station.roles.Role"),
    Column("state", String(16), nullable=False, comment="active, suspended or removed"),
    Column("wants_daily", Boolean, nullable=False),
    Column("unreachable_since", UtcDateTime),
    Column("joined_at", UtcDateTime, nullable=False),
    Index(None, "state", "team"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("role", Integer, nullable=False),
    Column("team", String(64), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("name", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", BigInteger),
    Column("granted", Boolean),
    Column("notices", JSON, nullable=False, comment="[[chat id, message id], …] of the admins who were asked"),
    Index(None, "user_id", "decided_at"),
)

questions = Table(
    "questions",
    metadata,
    Column(
        "key", String(12), primary_key=True, comment="drawn by lot, so that a button can name it before it is written"
    ),
    Column("user_id", BigInteger, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False, comment="names, telephone and account numbers masked"),
    Column("tier", String(16), nullable=False),
    Column("clauses", JSON, nullable=False, comment="ids, best first"),
    Column("cases", JSON, nullable=False, comment="as above"),
    Column("verdict", String(8), comment="good or bad, as the person said"),
    Index(None, "asked_at"),
    Index(None, "user_id", "asked_at"),
)

teams = Table(
    "teams",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("send_at", String(5), nullable=False, comment="HH:MM, in the station's zone"),
    Column("weekdays", String(7), nullable=False, comment="1 to 7; empty: every workday of the calendar"),
    Column("remind_at", String(5), nullable=False, comment="HH:MM; empty: no reminder"),
    Column("automatic", Boolean, nullable=False, comment="whether the case goes out without a trainer's yes"),
    Column("paused", Boolean, nullable=False),
)

exceptions = Table(
    "exceptions",
    metadata,
    Column("day", Date, primary_key=True),
    Column("works", Boolean, nullable=False),
    Column("note", String(64), nullable=False, server_default=""),
)

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False, comment="the station's day"),
    Column("team", String(64), nullable=False, comment="empty: everybody, where sent by hand"),
    Column("serial", Integer, nullable=False, comment="0: the day's own case; from 1: sent by hand besides"),
    Column("case_id", String(128), nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("foreword", Text, nullable=False, server_default=""),
    Column("changed_by", BigInteger, comment="the trainer who last decided; none: the rotation"),
    Column("begun_at", UtcDateTime),
    Column("reminded_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    UniqueConstraint("day", "team", "serial"),
    Index(None, "state", "due_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("plan_id", Integer, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(200), nullable=False, server_default=""),
    Column("claimed_by", String(64)),
    Column("claimed_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("message_id", BigInteger),
    Column("read_at", UtcDateTime),
    Column("reminded_at", UtcDateTime),
    UniqueConstraint("plan_id", "user_id"),
    Index(None, "state", "id"),
    Index(None, "user_id", "plan_id"),
)

quiz_answers = Table(
    "quiz_answers",
    metadata,
    Column("delivery_id", Integer, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("quiz", Integer, primary_key=True, comment="place in the case, from 0"),
    Column("chosen", Integer, nullable=False, comment="place of the option, from 0"),
    Column("correct", Boolean, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("who", BigInteger, nullable=False),
    Column("what", String(64), nullable=False),
    Column("about", String(200), nullable=False),
    Index(None, "at"),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

forms = Table(
    "forms",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False, comment="what the person's next text answers"),
    Column("data", JSON, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)
