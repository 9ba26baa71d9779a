"""Questions that wait for a text; on both kinds of database."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.storage.database import Database
from bot.storage.forms import Forms

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


async def test_one_form_at_a_time(database: Database) -> None:
    """A new question drops the old one; an answer drops it too; of another kind it stays."""
    forms = Forms(database)
    assert await forms.get(1, NOW) is None
    await forms.ask(1, "a", {"x": [1, "王"]}, NOW)
    await forms.ask(1, "b", {}, NOW)
    assert await forms.take(1, "a") is None
    form = await forms.get(1, NOW)
    assert form is not None
    assert (form.kind, form.asked_at) == ("b", NOW)

    await forms.drop(1)

    assert await forms.get(1, NOW) is None


async def test_a_form_is_taken_once(database: Database) -> None:
    """Of several who take it at once, one gets it."""
    forms = Forms(database)
    await forms.ask(1, "join", {"name": "王强"}, NOW)

    taken = await asyncio.gather(*(forms.take(1, "join") for _ in range(5)))

    assert [form.data for form in taken if form is not None] == [{"name": "王强"}]


async def test_a_form_lasts_an_hour(database: Database) -> None:
    """After that a text is a question again."""
    forms = Forms(database)
    await forms.ask(1, "join", {"a": 1}, NOW)

    form = await forms.get(1, NOW + timedelta(minutes=60))
    assert form is not None
    assert (form.kind, form.data) == ("join", {"a": 1})
    assert await forms.get(1, NOW + timedelta(minutes=61)) is None


async def test_who_was_asked_is_known_without_looking(database: Database) -> None:
    """Where no other process asks, whoever was asked before the start, and since, is still found; nobody else is looked up."""
    await Forms(database).ask(1, "join", {}, NOW)
    forms = Forms(database)
    await forms.open()
    await forms.ask(2, "join", {}, NOW)

    found = [await forms.get(number, NOW) for number in (1, 2, 3)]

    assert [form is not None for form in found] == [True, True, False]
