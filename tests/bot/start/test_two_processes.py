"""Two complete bots on one PostgreSQL: whatever both see at the same moment is done by one of them, and once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.daily.schedule import Ticked
from bot.generation.generations import Generation
from bot.local_telegram import TOKEN
from bot.local_telegram import Person as Somebody
from bot.people.rows import Person, PersonState
from bot.start.app import Parts, build, library_of
from bot.station.config import Settings
from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.schema import DeliveryState, PlanState
from bot.transport.journal import Journal
from tests.bot.conftest import Telegram
from tests.bot.databases import empty_database
from tests.bot.seam import TelegramRequest
from tests.clock import SHANGHAI, Clock

MONDAY = date(2026, 11, 23)
TRAINER, BLOCKED = 2001, 1000
STAFF = range(1000, 1040)
TEAM, SHY_TEAM = "抢修一班", "抄表班"


@pytest.fixture
def clock() -> Clock:
    """Monday morning at seven; one clock hangs on the wall for both."""
    return Clock(datetime(2026, 11, 23, 7, tzinfo=SHANGHAI))


@pytest.fixture
async def both(
    telegram: Telegram, generation: Generation, clock: Clock, tmp_path: Path
) -> AsyncIterator[tuple[Parts, Parts]]:
    """Two bots with a data folder, an engine and a gate of their own, a database and a Telegram in common.

    Forty staff, one of whom has blocked the bot, in a team that gets its case by itself; one in a team that wants a yes; a trainer.
    """
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(empty_database("postgresql", tmp_path))
        bots = [await _bot(stack, address, telegram, generation, clock, tmp_path / name) for name in ("one", "two")]
        joined = clock() - timedelta(days=30)
        people = [Person(n, f"员工{n}", TEAM, Role.STAFF, PersonState.ACTIVE, True, None, joined) for n in STAFF]
        people.append(replace(people[0], id=1500, name="胆小的", team=SHY_TEAM))
        people.append(replace(people[0], id=TRAINER, name="赵老师", role=Role.TRAINER, wants_daily=False))
        services = bots[0]
        await services.people.change_all(people, 0, "test", clock())
        teams = {team.name: team for team in await services.daily.store.teams()}
        await services.daily.change_team(teams[SHY_TEAM], TRAINER, clock(), automatic=False)
        for person in people:
            telegram.add_person(Somebody(person.id, person.name))
            telegram.says(person.id, "/start")
        telegram.blocks(BLOCKED, blocked=True)
        telegram.world.updates.drop()
        yield bots[0], bots[1]


async def _bot(
    stack: AsyncExitStack, address: str, telegram: Telegram, generation: Generation, clock: Clock, data: Path
) -> Parts:
    settings = Settings(_env_file=None, token=SecretStr(TOKEN), data=data)
    library = library_of(settings, clock, generation)
    parts = build(
        settings, library, lambda _pool: TelegramRequest(telegram), Journal(None), Database(address), clock=clock
    )
    await parts.journal.open(clock())
    await parts.database.open(clock())
    stack.push_async_callback(parts.database.close)
    stack.push_async_callback(parts.journal.close)
    await parts.people.open()
    await stack.enter_async_context(parts.application)
    return parts


async def _look(both: Sequence[Parts]) -> list[Ticked]:
    """Both look at the clock at once, and each once more at the same moment."""
    return list(await asyncio.gather(*(parts.rounds.look() for parts in both for _ in range(2))))


def _shown(telegram: Telegram, user_id: int, words: str) -> int:
    """How many of the bot's messages to somebody hold some words."""
    messages = telegram.chats[user_id].messages.values()
    return sum(message["from"]["is_bot"] and words in message.get("text", "") for message in messages)


async def test_each_copy_is_sent_once_and_each_step_is_taken_by_one(
    both: tuple[Parts, Parts], telegram: Telegram, clock: Clock
) -> None:
    """Planning, asking for a yes, beginning, sending, closing, telling trainers, reminding: at each both are at it."""
    early = await _look(both)
    assert Counter(plan.team for ticked in early for plan in ticked.proposed) == {SHY_TEAM: 1}
    assert _shown(telegram, TRAINER, "等您点头") == 1
    assert Counter(plan.team for plan in await both[0].daily.store.plans_between(MONDAY, MONDAY)) == {
        TEAM: 1,
        SHY_TEAM: 1,
    }

    clock.at(MONDAY, "08:30")
    begun = await _look(both)
    await asyncio.gather(*(parts.rounds.outbox.drain() for parts in both))
    done = await _look(both)

    assert Counter(plan.team for ticked in begun for plan in ticked.begun) == {TEAM: 1}
    assert Counter(plan.team for ticked in (*begun, *done) for plan in ticked.finished) == {TEAM: 1}
    assert [_shown(telegram, user_id, "每日一案 · ") for user_id in STAFF if user_id != BLOCKED] == [1] * 39
    copies = await both[0].daily.store.copies(MONDAY, MONDAY, team=TEAM)
    assert Counter(copy.delivery.state for copy in copies) == {DeliveryState.SENT: 39, DeliveryState.FAILED: 1}
    assert _shown(telegram, TRAINER, "应收 40 人，已到 39 人") == 1, "who was not reached is told once"

    clock.at(MONDAY, "16:00")
    reminded = await _look(both)
    assert sum(len(ticked.reminders) for ticked in reminded) == 39
    assert [_shown(telegram, user_id, "🔔") for user_id in STAFF if user_id != BLOCKED] == [1] * 39


async def test_both_take_part_as_they_run(both: tuple[Parts, Parts], telegram: Telegram, clock: Clock) -> None:
    """With their own loops running, as in two processes: each sends some of the copies, and nobody gets two."""
    posts: Counter[int] = Counter()
    all_sent = asyncio.Event()
    for number, parts in enumerate(both):
        outbox = parts.rounds.outbox
        posting = outbox._post

        async def post(parcel, posting=posting, number=number):  # type: ignore[no-untyped-def] # as `Rounds.post`
            outcome = await posting(parcel)
            posts[number] += 1
            if posts.total() == len(STAFF):
                all_sent.set()
            return outcome

        outbox._post = post
    clock.at(MONDAY, "08:30")

    running = [asyncio.create_task(parts.rounds.run(alone=False)) for parts in both]
    async with asyncio.timeout(30):
        await all_sent.wait()
    for parts, task in zip(both, running, strict=True):
        await parts.rounds.outbox.stop(5)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    assert min(posts[0], posts[1]) > 0
    assert posts.total() == len(STAFF)
    assert [_shown(telegram, user_id, "每日一案 · ") for user_id in STAFF if user_id != BLOCKED] == [1] * 39
    await _look(both)
    states = {plan.team: plan.state for plan in await both[0].daily.store.plans_between(MONDAY, MONDAY)}
    assert states == {TEAM: PlanState.DONE, SHY_TEAM: PlanState.PROPOSED}


async def test_a_change_of_mind_is_asked_about_once(
    both: tuple[Parts, Parts], telegram: Telegram, clock: Clock
) -> None:
    """A team that wants a yes from now on: both notice, and trainers are asked by one of them."""
    await _look(both)
    services = both[0]
    teams = {team.name: team for team in await services.daily.store.teams()}
    await services.daily.change_team(teams[TEAM], TRAINER, clock(), automatic=False)

    asked = await _look(both)

    assert Counter(plan.team for ticked in asked for plan in ticked.proposed) == {TEAM: 1}
    assert _shown(telegram, TRAINER, "等您点头") == 2, "of either team once"


async def test_the_weekly_report_comes_from_one_of_them(
    both: tuple[Parts, Parts], telegram: Telegram, clock: Clock
) -> None:
    """On the Monday after, at eight."""
    clock.at(MONDAY, "08:30")
    await _look(both)
    await asyncio.gather(*(parts.rounds.outbox.drain() for parts in both))
    clock.at(MONDAY + timedelta(days=7), "08:00")

    await _look(both)

    pictures = [message for message in telegram.chats[TRAINER].messages.values() if "photo" in message]
    assert len(pictures) == 1
