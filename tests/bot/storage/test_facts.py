"""Things that are kept by name; on both kinds of database."""

import asyncio
from datetime import UTC, datetime

from bot.storage.database import Database
from bot.storage.facts import Facts

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


async def test_facts_are_kept_claimed_and_taken(database: Database) -> None:
    """A fact takes a new value; of several who claim it, or take it away, one is told yes."""
    facts = Facts(database)
    assert await facts.get("code") is None
    await facts.keep("code", "1")
    await facts.keep("code", "2")
    assert await facts.get("code") == "2"
    assert not await facts.take("code", "1")
    assert sorted(await asyncio.gather(*(facts.take("code", "2") for _ in range(4)))) == [False] * 3 + [True]

    assert sorted(await asyncio.gather(*(facts.claim("once", str(n)) for n in range(4)))) == [False] * 3 + [True]
