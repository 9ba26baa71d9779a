"""What people asked, kept on either engine."""

from datetime import UTC, datetime, timedelta

from bot.asking.store import Asked, QuestionStore
from bot.storage.database import Database

STAFF = 1001


def asked(number: int, text: str, moment: datetime, tier: str = "none", clauses: tuple[str, ...] = ()) -> Asked:
    """A question that was kept."""
    return Asked(f"{number:012d}", STAFF, moment, text, tier, clauses, ())


async def test_the_store_names_what_was_not_answered(each_database: Database) -> None:
    """Refused, or judged bad, since a time, newest first; set aside and taken up by key; what was set aside half a year ago is forgotten."""
    now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    store = QuestionStore(each_database)
    await store.keep_all(
        [
            asked(1, "甲", now - timedelta(days=2)),
            asked(2, "乙", now - timedelta(days=1), "direct"),
            asked(3, "丙", now, "direct"),
            asked(4, "丁", now - timedelta(days=40)),
        ]
    )
    await store.judge(f"{2:012d}", STAFF, "bad")
    await store.judge(f"{3:012d}", STAFF, "good")
    assert [each.text for each in await store.unanswered(now - timedelta(days=30))] == ["乙", "甲"]
    assert [each.text for each in await store.unanswered(now - timedelta(days=30), 1)] == ["乙"]

    await store.set_aside("old_____", now - timedelta(days=181))
    await store.set_aside("a_______", now)
    assert await store.aside() == {"a_______"}
    await store.take_up("a_______")
    await store.take_up("a_______")
    assert await store.aside() == frozenset()


async def test_the_store_names_the_clauses_of_answers(each_database: Database) -> None:
    """Of each answer from a time on and before another; what was refused had none."""
    start = datetime(2026, 11, 16, tzinfo=UTC)
    store = QuestionStore(each_database)
    await store.keep_all(
        [
            asked(1, "甲", start - timedelta(seconds=1), "direct", ("a#1",)),
            asked(2, "乙", start, "direct", ("a#1", "b#2")),
            asked(3, "丙", start + timedelta(days=1), "none", ("a#1",)),
            asked(4, "丁", start + timedelta(days=7), "direct", ("a#1",)),
        ]
    )

    assert await store.shown_clauses(start, start + timedelta(days=7)) == (("a#1", "b#2"),)
