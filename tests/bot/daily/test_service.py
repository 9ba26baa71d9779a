"""Which case goes to whom on which day, whatever the clock and the process do."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.daily.cases import next_case
from bot.daily.outbox import Outbox, Outcome
from bot.daily.rows import Parcel, Team
from bot.daily.service import DailyService
from bot.daily.workdays import Workdays
from bot.generation.generations import Generation, KnowledgeService
from bot.people.rows import Person, PersonState
from bot.station.clock import StationClock
from bot.station.roles import Role
from bot.storage.schema import DeliveryState, PlanState
from retrieval.model import KnowledgeBase
from tests.bot.databases import Stores, build_store, empty_database, open_database

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: date, clock: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A time of the station's clock."""
    return datetime.combine(day, time.fromisoformat(clock), zone)


def person(user_id: int, team: str = "抢修一班", **more: object) -> Person:
    """Somebody who wants the daily case."""
    joined = datetime(2025, 12, 1, tzinfo=UTC)
    usual = Person(user_id, f"员工{user_id}", team, Role.STAFF, PersonState.ACTIVE, True, None, joined)
    return replace(usual, **more)  # type: ignore[arg-type] # the tests' own names


class Station:
    """The daily case on a database in memory, with a post that notes what it carries."""

    def __init__(self, store: Stores, knowledge: KnowledgeBase, cache: Callable[[], Generation]) -> None:
        self.store = store
        self.generation = cache()
        self.cases = knowledge.cases
        self.daily = self.service(SHANGHAI)
        self.now = at(date(2026, 1, 5), "08:00")
        self.carried: list[Parcel] = []
        self.outcomes: dict[int, list[Outcome]] = defaultdict(list)

    def service(self, zone: ZoneInfo) -> DailyService:
        """The service, as after a restart with a zone of its own."""
        return DailyService(
            self.store.daily, self.store.people, KnowledgeService(self.generation), StationClock(lambda: self.now, zone)
        )

    async def post(self, parcel: Parcel) -> Outcome:
        """Carry a copy."""
        self.carried.append(parcel)
        planned = self.outcomes[parcel.delivery.user_id]
        return planned.pop(0) if planned else Outcome(DeliveryState.SENT, len(self.carried))

    def outbox(self, name: str = "one") -> Outbox:
        """An outbox, as after a restart."""
        return Outbox(self.store.daily, self.post, lambda: self.now, name)

    async def goes_on(self, now: datetime) -> None:
        """A look at the clock, and everything that waits is sent."""
        self.now = now
        await self.daily.tick(now)
        await self.outbox().drain()
        await self.daily.tick(now)


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stores]:
    """An empty database: in memory, and, where there is a server, on it."""
    async with AsyncExitStack() as stack:
        address = "sqlite+aiosqlite://"
        if request.param == "postgresql":
            address = await stack.enter_async_context(empty_database(request.param, tmp_path))
        yield build_store(await stack.enter_async_context(open_database(address)))


@pytest.fixture
async def station(store: Stores, knowledge: KnowledgeBase, generation: Generation) -> Station:
    """Three of one team."""
    station = Station(store, knowledge, lambda: generation)
    await store.people.add_missing([person(1), person(2), person(3)])
    return station


@given(
    st.lists(st.sampled_from(range(8)), max_size=12),
    st.integers(1, 8),
)
def test_no_case_comes_twice_before_all_have_come(picked: list[int], size: int) -> None:
    """Whatever a trainer has picked before, the rotation then shows every case once before any comes again."""
    cases = [_FakeCase(str(place)) for place in range(size)]
    start = date(2026, 1, 1)
    shown = {str(place): start + timedelta(days=day) for day, place in enumerate(picked) if place < size}
    turns = []
    for day in range(100, 100 + size):
        case = next_case(cases, shown)  # type: ignore[arg-type] # only ids are read
        assert case is not None
        turns.append(case.id)
        shown[case.id] = start + timedelta(days=day)

    assert sorted(turns) == sorted(case.id for case in cases)


class _FakeCase:
    def __init__(self, case_id: str) -> None:
        self.id = case_id


CHANGES = {
    date(2026, 3, 2): person(4, joined_at=at(date(2026, 3, 2), "07:00")),
    date(2026, 4, 1): person(2, state=PersonState.REMOVED),
    date(2026, 5, 6): person(3, team="抄表班"),
}
"""Somebody joins, somebody leaves, somebody changes teams."""
MOVED_ZONE = date(2026, 6, 1)
DOWN = {date(2026, 8, 1) + timedelta(days=offset) for offset in range(31)}


async def _live_through(station: Station, days: Sequence[date]) -> None:
    """Days as they go by, with the bot down on some and started anew on each of the others."""
    await station.store.people.add_missing([person(9, team="抄表班")])
    for day in days:
        if day in CHANGES:
            await station.store.people.put(CHANGES[day], 0, "change", station.now)
        zone = ZoneInfo("Asia/Urumqi") if day >= MOVED_ZONE else SHANGHAI
        station.daily = station.service(zone)
        for clock in () if day in DOWN else ("08:31", "23:50"):
            await station.goes_on(at(day, clock, zone))


@pytest.mark.parametrize(
    "store", ["sqlite"], indirect=True
)  # the year is the service's; its SQL is asked on both below
async def test_a_year_of_workdays(station: Station) -> None:
    """In 2026 everybody who wants it gets exactly one case on every workday, and no case again before all were shown.

    A month of it the bot is down; in the middle the station moves to another time zone; somebody joins, leaves, changes teams.
    """
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]

    await _live_through(station, days)

    got: dict[int, Counter[date]] = defaultdict(Counter)
    turns: dict[int, list[str]] = defaultdict(list)
    for parcel in station.carried:
        got[parcel.delivery.user_id][parcel.plan.day] += 1
        turns[parcel.delivery.user_id].append(parcel.plan.case_id)
    calendar = Workdays({})
    workdays = [day for day in days if calendar.is_workday(day) and day not in DOWN]
    assert date(2026, 2, 14) in workdays, "the make-up Saturday before the Spring Festival"
    assert date(2026, 10, 1) not in workdays
    assert got[1] == got[9] == Counter(workdays)
    assert got[3] == Counter(workdays), "who changes teams misses no day and gets none twice"
    assert got[4] == Counter(day for day in workdays if day >= date(2026, 3, 2))
    assert got[2] == Counter(day for day in workdays if day < date(2026, 4, 1))
    size = len(station.cases)
    for user_id in (1, 9):
        rounds = [turns[user_id][start : start + size] for start in range(0, len(turns[user_id]) - size, size)]
        assert all(len(set(round_)) == size for round_ in rounds), "all were shown before one came again"


async def test_a_second_look_does_nothing_twice(station: Station) -> None:
    """Ticks at the same moment, also of two processes at once, send one copy each."""
    now = at(date(2026, 1, 5), "08:31")
    other = station.service(SHANGHAI)

    await asyncio.gather(*(service.tick(now) for service in (station.daily, other) * 3))
    await asyncio.gather(station.outbox("one").drain(), station.outbox("two").drain())
    await station.goes_on(now)

    assert sorted(parcel.delivery.user_id for parcel in station.carried) == [1, 2, 3]


async def test_a_job_that_was_due_while_the_bot_was_down_runs_on_the_same_day(station: Station) -> None:
    """Started again at noon, the bot sends what was due at half past eight; started the day after, it doesn't."""
    await station.goes_on(at(date(2026, 1, 5), "12:00"))
    assert len(station.carried) == 3

    await station.daily.tick(at(date(2026, 1, 6), "08:00"))
    await station.goes_on(at(date(2026, 1, 7), "08:31"))

    assert Counter(parcel.plan.day.day for parcel in station.carried) == {5: 3, 7: 3}
    plan = await station.daily.store.plan_of(date(2026, 1, 6), "抢修一班")
    assert plan is not None
    assert plan.state is PlanState.SKIPPED


async def test_what_was_in_hand_at_a_kill_is_of_unknown_fate_and_not_sent_again(station: Station) -> None:
    """A copy that a dead process had begun is listed, not doubled; the others are sent by the next process."""
    now = at(date(2026, 1, 5), "08:31")
    await station.daily.tick(now)
    taken = await station.daily.store.claim("dead", 1, now)

    station.now = now
    outbox = station.outbox()
    assert await outbox.recover(alone=True) == 1
    await outbox.drain()

    assert sorted(parcel.delivery.user_id for parcel in station.carried) == [2, 3]
    counts = await station.daily.store.progress(taken[0].plan.id)
    assert counts[DeliveryState.UNKNOWN] == 1
    assert counts[DeliveryState.SENT] == 2


async def test_no_copy_is_taken_in_hand_that_would_only_wait(station: Station) -> None:
    """What is in hand at a crash is of unknown fate: where there is room for one, one is taken and the others stay as they are."""
    now = at(date(2026, 1, 5), "08:31")
    await station.daily.tick(now)
    asked, forever = asyncio.Event(), asyncio.Event()
    answers = [1]

    async def room() -> int:
        if not answers:
            asked.set()
            await forever.wait()
        return answers.pop()

    station.now = now
    outbox = Outbox(station.daily.store, station.post, lambda: now, "one", room=room)
    running = asyncio.create_task(outbox.run())
    await asked.wait()
    running.cancel()
    await outbox.stop(5)

    assert len(station.carried) == 1
    counts = await station.daily.store.progress(station.carried[0].plan.id)
    assert counts[DeliveryState.WAITING] == 2


async def test_with_others_at_work_only_old_claims_are_given_up(station: Station) -> None:
    """On a shared database another process's copy in hand is left to it until it surely is dead; then whoever lives gives it up."""
    now = at(date(2026, 1, 5), "08:31")
    await station.daily.tick(now)
    await station.daily.store.claim("other", 1, now)

    station.now = now + timedelta(minutes=1)
    assert await station.outbox().recover(alone=False) == 0
    station.now = now + timedelta(minutes=11)
    assert await station.outbox().watch() == 1


async def test_with_others_at_work_ones_own_claims_are_given_up_at_once(station: Station) -> None:
    """A process that starts anew on its data folder knows that what it had in hand before is in nobody's hands."""
    now = at(date(2026, 1, 5), "08:31")
    await station.daily.tick(now)
    await station.daily.store.claim("one", 1, now)
    await station.daily.store.claim("other", 1, now)

    station.now = now
    assert await station.outbox("one").recover(alone=False) == 1


async def test_a_copy_that_takes_long_in_living_hands_is_left_there(station: Station) -> None:
    """While Telegram makes a process wait for a quarter of an hour, another one does not give its copies up."""
    now = at(date(2026, 1, 5), "08:31")
    await station.daily.tick(now)
    begun, end = asyncio.Event(), asyncio.Event()

    async def post(_parcel: Parcel) -> Outcome:
        begun.set()
        await end.wait()
        return Outcome(DeliveryState.SENT, 1)

    living = Outbox(station.daily.store, post, lambda: station.now, "one", width=1)
    station.now = now
    sending = asyncio.create_task(living.drain())
    await begun.wait()
    for minute in range(15):
        station.now = now + timedelta(minutes=minute)
        assert await living.watch() == 0
        assert await station.outbox("other").watch() == 0
    end.set()
    await sending


async def test_who_was_not_reached_is_sent_again_only_when_somebody_says_so(station: Station) -> None:
    """A refusal and a copy of unknown fate stay as they are, until a trainer taps; then each is tried once more."""
    station.outcomes[1] = [Outcome(DeliveryState.FAILED, reason="blocked")]
    station.outcomes[2] = [Outcome(DeliveryState.UNKNOWN, reason="timeout")]
    now = at(date(2026, 1, 5), "08:31")
    await station.goes_on(now)
    await station.goes_on(now + timedelta(hours=1))
    assert len(station.carried) == 3
    plan_id = station.carried[0].plan.id
    plan = await station.daily.store.plan(plan_id)
    assert plan is not None
    assert plan.state is PlanState.DONE

    assert await station.daily.try_again(plan_id, 7, now, unknown=False) == 1
    await station.goes_on(now + timedelta(hours=2))
    assert [parcel.delivery.user_id for parcel in station.carried[3:]] == [1]
    assert await station.daily.try_again(plan_id, 7, now, unknown=True) == 1
    await station.goes_on(now + timedelta(hours=3))

    counts = await station.daily.store.progress(plan_id)
    assert counts[DeliveryState.SENT] == 3


async def test_who_comes_back_gets_what_was_missed_newest_first_at_most_three(station: Station) -> None:
    """After a block of two weeks three cases come, the newest first, and none that had arrived."""
    first = date(2026, 1, 5)
    await station.goes_on(at(first, "08:31"))
    await station.store.people.mark_unreachable(1, at(first, "20:00"))
    for offset in range(1, 12):
        await station.goes_on(at(first + timedelta(days=offset), "08:31"))
    before = len(station.carried)
    back = at(date(2026, 1, 16), "20:00")
    away = await station.store.people.get(1)
    assert away is not None
    await station.store.people.mark_unreachable(1, None)

    assert await station.daily.catch_up(away, back) == 3
    station.now = back
    await station.outbox().drain()

    assert [parcel.plan.day.day for parcel in station.carried[before:]] == [16, 15, 14]
    assert await station.daily.catch_up(away, back) == 3, "asked again, the three before them"


async def test_somebody_who_joins_at_noon_gets_the_days_case(station: Station) -> None:
    """Nobody has to wait for tomorrow, and nobody who had it gets it again."""
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    await station.store.people.put(person(8), 0, "join", station.now)

    await station.goes_on(at(date(2026, 1, 5), "12:00"))

    assert [parcel.delivery.user_id for parcel in station.carried[3:]] == [8]


async def test_who_changes_teams_after_the_case_gets_no_second_one(station: Station) -> None:
    """One day, one case, also for those who are in two teams on it."""
    await station.store.people.put(person(9, team="抄表班"), 0, "join", station.now)
    await station.daily.change_team(Team("抄表班"), 7, station.now, send_at="10:00")
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    await station.store.people.put(person(1, team="抄表班"), 0, "move", station.now)

    await station.goes_on(at(date(2026, 1, 5), "10:01"))

    assert Counter(parcel.delivery.user_id for parcel in station.carried) == {1: 1, 2: 1, 3: 1, 9: 1}


async def test_a_team_that_wants_a_yes_waits_for_it(station: Station) -> None:
    """Nothing goes out at its time without a trainer's yes; after it, at once."""
    await station.daily.change_team(Team("抢修一班"), 7, station.now, automatic=False)
    ticked = await station.daily.tick(at(date(2026, 1, 5), "08:00"))
    assert [plan.state for plan in ticked.proposed] == [PlanState.PROPOSED]
    await station.goes_on(at(date(2026, 1, 5), "09:00"))
    assert station.carried == []

    slot = await station.daily.slot(Team("抢修一班", automatic=False), date(2026, 1, 5), station.now)
    assert slot is not None
    assert await station.daily.decide(slot, 7, station.now, state=PlanState.READY) is not None
    await station.goes_on(at(date(2026, 1, 5), "09:01"))

    assert len(station.carried) == 3


async def test_a_team_that_is_stopped_before_its_time_gets_nothing(station: Station) -> None:
    """Also where the day's plan was made already; the next morning after it goes on, the case comes."""
    await station.daily.tick(at(date(2026, 1, 5), "07:00"))
    stopped = await station.daily.change_team(Team("抢修一班"), 7, station.now, paused=True)
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    assert station.carried == []

    await station.daily.change_team(stopped, 7, station.now, paused=False)
    await station.goes_on(at(date(2026, 1, 6), "08:31"))

    assert len(station.carried) == 3


async def test_a_trainers_choices_come_as_chosen(station: Station) -> None:
    """Another case, a day without, words in front, two days exchanged: each goes out as the week shows it."""
    team, now = Team("抢修一班"), at(date(2026, 1, 5), "07:00")
    week = await station.daily.week(team, now)
    due = [slot for slot in week if slot.is_due]
    assert [slot.day.day for slot in due] == [5, 6, 7, 8, 9, 12]
    wanted = station.cases[-1]
    await station.daily.decide(due[0], 7, now, case_id=wanted.id)
    await station.daily.decide(due[1], 7, now, state=PlanState.SKIPPED)
    await station.daily.write_foreword(due[2], "看第三段", 7, now)
    assert due[3].case is not None
    assert due[4].case is not None
    exchanged = (due[4].case.id, due[3].case.id)
    assert await station.daily.swap(due[3], due[4], 7, now)

    for day in range(5, 10):
        await station.goes_on(at(date(2026, 1, day), "08:31"))

    sent = {parcel.plan.day.day: parcel.plan for parcel in station.carried}
    assert sent[5].case_id == wanted.id
    assert 6 not in sent
    assert sent[7].foreword == "看第三段"
    assert (sent[8].case_id, sent[9].case_id) == exchanged
    slot = replace(due[0], plan=sent[5])
    assert await station.daily.decide(slot, 7, now, case_id=station.cases[0].id) is None, "what is out is out"


async def test_sending_by_hand_comes_besides_and_can_be_taken_back(station: Station) -> None:
    """A case sent by hand takes nothing from the day's own; what has not left yet is taken back and stays back."""
    now = at(date(2026, 1, 5), "10:00")
    await station.goes_on(now)
    plan = (await station.daily.send_now(None, station.cases[3].id, 7, now)).plan
    await station.daily.tick(now)
    await station.daily.store.claim("somebody", 1, now)

    assert await station.daily.cancel(plan.id, 7, now) == 2
    await station.goes_on(now + timedelta(minutes=1))

    assert len(station.carried) == 3, "only the day's own"
    counts = await station.daily.store.progress(plan.id)
    assert counts[DeliveryState.CANCELLED] == 2
    assert counts[DeliveryState.SENDING] == 1


async def test_reminders_come_once_and_only_to_those_who_have_not_read(station: Station) -> None:
    """At the team's time, once, also when the bot is started again right after."""
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    read = next(parcel for parcel in station.carried if parcel.delivery.user_id == 2)
    await station.daily.store.mark_read(read.delivery.id, station.now)
    assert (await station.daily.tick(at(date(2026, 1, 5), "15:59"))).reminders == ()

    reminded = (await station.daily.tick(at(date(2026, 1, 5), "16:00"))).reminders

    assert sorted(delivery.user_id for _, delivery in reminded) == [1, 3]
    assert (await station.service(SHANGHAI).tick(at(date(2026, 1, 5), "16:01"))).reminders == ()


async def test_two_processes_remind_each_person_once(station: Station) -> None:
    """Both have seen that the plan's reminder is due; of each copy only one is told."""
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    (plan,) = await station.daily.store.plans_between(date(2026, 1, 5), date(2026, 1, 5))

    first = await station.daily.store.to_remind(plan, station.now)
    second = await station.daily.store.to_remind(plan, station.now)

    assert sorted(delivery.user_id for delivery in first) == [1, 2, 3]
    assert second == ()


async def test_a_case_that_left_the_knowledge_is_replaced(station: Station, generation: Generation) -> None:
    """A plan whose case was taken out of the folder goes out with another one, not with nothing."""
    team, now = Team("抢修一班"), at(date(2026, 1, 5), "07:00")
    slot = await station.daily.slot(team, date(2026, 1, 5), now)
    assert slot is not None
    assert slot.case is not None
    gone = slot.case
    await station.daily.decide(slot, 7, now, case_id=gone.id)
    rest = replace(generation.knowledge, cases=tuple(case for case in station.cases if case.id != gone.id))
    station.daily._knowledge._current = Generation(rest, None)

    await station.goes_on(at(date(2026, 1, 5), "08:31"))

    assert {parcel.plan.case_id for parcel in station.carried} & {gone.id} == set()
    assert len(station.carried) == 3


async def test_the_first_answer_to_a_quiz_stays(station: Station) -> None:
    """A second tap changes nothing; an answer also counts as having read."""
    await station.goes_on(at(date(2026, 1, 5), "08:31"))
    parcel = station.carried[0]
    case = station.daily.case(parcel.plan.case_id)
    assert case is not None
    right = min(case.quizzes[0].correct)
    wrong = next(place for place in range(len(case.quizzes[0].options)) if place not in case.quizzes[0].correct)

    assert await station.daily.answer(parcel, case, 0, wrong, station.now)
    assert not await station.daily.answer(parcel, case, 0, right, station.now)
    assert not await station.daily.answer(parcel, case, 0, 99, station.now)

    answers = await station.daily.store.quiz_answers(parcel.delivery.id)
    assert [(answer.chosen, answer.correct) for answer in answers] == [(wrong, False)]
    (copy,) = await station.daily.store.copies(date(2026, 1, 5), date(2026, 1, 5), user_id=parcel.delivery.user_id)
    assert copy.delivery.read_at is not None
    assert (copy.right, copy.wrong) == (0, 1)


# ---- the station's own days, and a team's weekdays


MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


async def test_a_day_off_keeps_todays_case_back_and_taken_back_lets_it_go(station: Station) -> None:
    """Also where the plan was made already, and where a trainer had chosen its case, which is kept."""
    now = at(MONDAY, "07:00")
    await station.daily.tick(now)
    (slot, *_) = await station.daily.week(Team("抢修一班"), now)
    wanted = station.cases[-1].id
    assert await station.daily.decide(slot, 7, now, case_id=wanted) is not None

    await station.daily.arrange([MONDAY, TUESDAY], False, 7, now)
    await station.goes_on(at(MONDAY, "08:31"))

    assert station.carried == []
    (slot, *_) = await station.daily.week(Team("抢修一班"), station.now)
    assert (slot.is_due, slot.why) == (False, "本站另有安排")
    await station.daily.arrange([MONDAY], None, 7, station.now)
    await station.goes_on(at(MONDAY, "09:00"))
    await station.goes_on(at(TUESDAY, "09:00"))
    assert [(parcel.plan.day, parcel.plan.case_id) for parcel in station.carried] == [(MONDAY, wanted)] * 3
    audited = [(entry.what, entry.about) for entry in await station.store.people.audited() if entry.what == "own days"]
    assert audited == [
        ("own days", "2026-01-05: as the calendar"),
        ("own days", "2026-01-05 to 2026-01-06, 2 days: off"),
    ]


async def test_a_saturday_that_the_station_works_brings_a_case(station: Station) -> None:
    """Without any plan for it before."""
    saturday = date(2026, 1, 10)
    await station.daily.arrange([saturday], True, 7, station.now)

    await station.goes_on(at(saturday, "08:31"))

    assert len(station.carried) == 3
    assert await station.daily.own_days(at(saturday, "12:00")) == ((saturday, True),)
    assert await station.daily.own_days(at(date(2026, 1, 11), "00:30")) == (), "what is past is not listed"


async def test_a_day_off_changes_nothing_that_has_gone(station: Station) -> None:
    """What is out is out; the copies that wait go on."""
    await station.daily.tick(at(MONDAY, "08:31"))

    await station.daily.arrange([MONDAY], False, 7, at(MONDAY, "08:32"))
    await station.goes_on(at(MONDAY, "08:33"))

    assert len(station.carried) == 3


async def test_a_coming_day_that_a_trainer_planned_follows_the_station(station: Station) -> None:
    """A day off empties it, taken back it is as the trainer had it; a day that a trainer has left out himself stays so."""
    now = at(MONDAY, "07:00")
    team = Team("抢修一班")
    planned, left_out = [slot for slot in await station.daily.week(team, now) if slot.is_due][1:3]
    await station.daily.decide(planned, 7, now, case_id=station.cases[-1].id)
    chosen = await station.daily.slot(team, planned.day, now)
    assert chosen is not None
    await station.daily.write_foreword(chosen, "看第三段", 7, now)
    await station.daily.decide(left_out, 7, now, state=PlanState.SKIPPED)
    days = [planned.day, left_out.day]

    await station.daily.arrange(days, False, 7, now)
    off = [slot for slot in await station.daily.week(team, now) if slot.day in days]
    await station.daily.arrange(days, None, 7, now)
    back = [slot for slot in await station.daily.week(team, now) if slot.day in days]

    assert off[0].is_due is False
    assert [slot.plan.state for slot in back if slot.plan] == [PlanState.READY, PlanState.SKIPPED]
    assert back[0].case == station.cases[-1]
    assert back[0].plan is not None
    assert back[0].plan.foreword == "看第三段"


async def test_weekdays_move_todays_plan_that_has_not_gone(station: Station) -> None:
    """A team that is not due on Mondays any more gets nothing today; due again, it does."""
    await station.daily.tick(at(MONDAY, "07:00"))
    team = await station.daily.change_team(Team("抢修一班"), 7, at(MONDAY, "07:01"), weekdays="35")
    await station.goes_on(at(MONDAY, "08:31"))
    assert station.carried == []

    await station.daily.change_team(team, 7, at(MONDAY, "09:00"), weekdays="135")
    await station.goes_on(at(MONDAY, "09:01"))

    assert len(station.carried) == 3


async def test_a_trainers_later_word_goes_before_a_day_off(station: Station) -> None:
    """Whoever says that a day's case goes out although the day is off is obeyed."""
    now = at(MONDAY, "07:00")
    await station.daily.arrange([MONDAY], False, 7, now)
    (slot, *_) = await station.daily.week(Team("抢修一班"), now)
    chosen = replace(slot, case=station.cases[0])
    assert await station.daily.decide(chosen, 7, now, state=PlanState.READY) is not None

    await station.goes_on(at(MONDAY, "08:31"))

    assert len(station.carried) == 3


async def test_a_proposal_that_is_taken_up_again_is_asked_for_again(station: Station) -> None:
    """Where the team wants a yes, trainers are asked once more after a day off was taken back, and by one process."""
    await station.daily.change_team(Team("抢修一班"), 7, station.now, automatic=False)
    await station.daily.tick(at(MONDAY, "07:00"))
    await station.daily.arrange([MONDAY], False, 7, at(MONDAY, "07:01"))
    await station.daily.tick(at(MONDAY, "07:02"))
    await station.daily.arrange([MONDAY], None, 7, at(MONDAY, "07:03"))

    both = await asyncio.gather(*(station.service(SHANGHAI).tick(at(MONDAY, "07:04")) for _ in range(2)))

    assert [plan.state for ticked in both for plan in ticked.proposed] == [PlanState.PROPOSED]


# ---- cases sent by hand, and the rotation


@pytest.mark.parametrize("team", ["抢修一班", None])
async def test_a_case_sent_by_hand_does_not_come_up_again_before_the_others(station: Station, team: str | None) -> None:
    """Sent to the team, or to all: the rotation shows every other case first."""
    sent = station.cases[2].id
    await station.daily.send_now(team, sent, 7, at(MONDAY, "07:30"))
    day = MONDAY
    turns: list[str] = []
    while len(turns) < len(station.cases) - 1:
        before = len(station.carried)
        await station.goes_on(at(day, "08:31"))
        turns += [
            parcel.plan.case_id
            for parcel in station.carried[before:]
            if parcel.plan.serial == 0 and parcel.delivery.user_id == 1
        ]
        day += timedelta(days=1)

    assert sorted([*turns, sent]) == sorted(case.id for case in station.cases)


async def test_the_case_that_is_sent_by_hand_is_not_todays_as_well(station: Station) -> None:
    """Sent at seven, what the rotation had for half past eight becomes another one; what a trainer chose stays."""
    await station.store.people.add_missing([person(9, team="抄表班")])
    await station.daily.tick(at(MONDAY, "07:00"))
    sent = station.cases[0].id
    slot = await station.daily.slot(Team("抄表班"), MONDAY, at(MONDAY, "07:00"))
    assert slot is not None
    await station.daily.decide(slot, 7, at(MONDAY, "07:00"), case_id=sent)

    await station.daily.send_now(None, sent, 7, at(MONDAY, "07:30"))
    await station.goes_on(at(MONDAY, "08:31"))

    got = {
        user: [parcel.plan.case_id for parcel in station.carried if parcel.delivery.user_id == user] for user in (1, 9)
    }
    assert got[1] == [sent, station.cases[1].id]
    assert got[9] == [sent, sent]


async def test_another_teams_case_by_hand_leaves_the_rotation_alone(station: Station) -> None:
    """What was sent to those in no team, or to other teams, does not count."""
    await station.store.people.add_missing([person(9, team="抄表班"), person(10, team="")])
    for team in ("抄表班", ""):
        await station.daily.send_now(team, station.cases[0].id, 7, at(MONDAY, "07:30"))

    await station.goes_on(at(MONDAY, "08:31"))

    todays = {parcel.plan.team: parcel.plan.case_id for parcel in station.carried if parcel.plan.serial == 0}
    assert todays == {"": station.cases[1].id, "抄表班": station.cases[1].id, "抢修一班": station.cases[0].id}
    assert set(await station.daily.store.last_shown(None)) == {station.cases[0].id, station.cases[1].id}


async def test_a_case_by_hand_for_those_in_no_team_reaches_nobody_else(station: Station) -> None:
    """The empty name of a team means just those who have none; their copies count for no team."""
    await station.store.people.add_missing([person(10, team="")])
    plan = (await station.daily.send_now("", station.cases[0].id, 7, at(MONDAY, "07:00"))).plan
    assert plan.audience == ""

    station.now = at(MONDAY, "07:00")
    await station.daily.tick(station.now)
    await station.outbox().drain()

    assert [parcel.delivery.user_id for parcel in station.carried] == [10]
    (copy,) = await station.daily.store.copies(MONDAY, MONDAY, plan_id=plan.id)
    assert copy.team == ""


async def test_who_blocked_the_bot_is_not_tried_again_and_gets_it_on_return(station: Station) -> None:
    """A case sent by hand, too: no second try helps, and once the person is back it comes by itself."""
    now = at(date(2026, 1, 3), "20:00")
    await station.store.people.mark_unreachable(1, now)
    plan = (await station.daily.send_now("抢修一班", station.cases[0].id, 7, now)).plan
    await station.goes_on(now)
    (copy,) = await station.daily.store.copies(plan.day, plan.day, plan_id=plan.id, user_id=1)
    assert (copy.delivery.state, copy.is_away) == (DeliveryState.FAILED, True)
    assert await station.daily.try_again(plan.id, 7, now, unknown=True) == 0
    away = await station.store.people.get(1)
    assert away is not None
    await station.store.people.mark_unreachable(1, None)

    assert await station.daily.catch_up(away, now) == 1
    await station.outbox().drain()

    assert [parcel.delivery.user_id for parcel in station.carried].count(1) == 1
    assert await station.daily.catch_up(away, now) == 0


async def test_a_plan_is_not_closed_while_somebody_adds_copies_to_it(station: Station) -> None:
    """Two processes look at once, one for newcomers, one for what is done: a plan with a waiting copy is never done."""
    store = station.daily.store
    await station.daily.tick(at(MONDAY, "08:31"))
    (plan,) = await store.plans_between(MONDAY, MONDAY)
    for number in range(20, 40):
        for parcel in await store.claim("one", 9, station.now):
            await store.settle(parcel.delivery.id, DeliveryState.SENT, station.now)
        await station.store.people.put(person(number), 0, "join", station.now)
        await asyncio.gather(
            *(store.finish_done(station.now) for _ in range(3)),
            store.top_up(plan, station.now),
            *(store.finish_done(station.now) for _ in range(3)),
        )
        fresh = await store.plan(plan.id)
        assert fresh is not None
        assert fresh.state is PlanState.GOING


async def test_who_wants_the_case_again_just_as_the_clock_is_looked_at_gets_one(station: Station) -> None:
    """Both see that somebody has no copy of today's: one of them writes it, and neither fails."""
    store = station.daily.store
    await station.goes_on(at(MONDAY, "08:31"))
    (plan,) = await store.plans_between(MONDAY, MONDAY)
    for number in range(20, 40):
        await station.store.people.put(person(number), 0, "join", station.now)
        back = person(number)
        await asyncio.gather(
            station.daily.catch_up(back, station.now),
            store.top_up(plan, station.now),
            station.daily.catch_up(back, station.now),
        )
    await station.outbox().drain()

    assert Counter(parcel.delivery.user_id for parcel in station.carried)[39] == 1
    assert set(Counter(parcel.delivery.user_id for parcel in station.carried).values()) == {1}


async def _audited(station: Station, what: str) -> list[str]:
    """What the audit log says of one kind of act, newest first."""
    return [entry.about for entry in await station.store.people.audited() if entry.what == what]


async def test_of_eight_who_send_one_case_at_once_one_does(station: Station) -> None:
    """One goes out and stands in the audit log; the other seven are given that one."""
    now = at(MONDAY, "10:00")
    case = station.cases[3].id

    sent = await asyncio.gather(*(station.daily.send_now(None, case, by, now) for by in range(8)))

    plans = await station.daily.store.plans_between(MONDAY, MONDAY)
    assert [plan.case_id for plan in plans] == [case]
    assert {each.plan.id for each in sent} == {plans[0].id}
    assert sum(each.is_new for each in sent) == 1
    assert await _audited(station, "send now") == [f"{case} to everybody"]


async def test_eight_who_send_different_cases_at_once_all_do(station: Station) -> None:
    """None is lost because somebody else sends at the same moment."""
    now = at(MONDAY, "10:00")
    cases = [case.id for case in station.cases[:8]]

    sent = await asyncio.gather(*(station.daily.send_now("抢修一班", case, 7, now) for case in cases))

    assert all(each.is_new for each in sent)
    assert sorted(plan.case_id for plan in await station.daily.store.plans_between(MONDAY, MONDAY)) == sorted(cases)


async def test_a_case_that_was_taken_back_can_be_sent_again(station: Station) -> None:
    """The same people get a case by hand once a day, unless it was cancelled."""
    now = at(MONDAY, "10:00")
    case = station.cases[3].id
    first = await station.daily.send_now(None, case, 7, now)
    await station.daily.cancel(first.plan.id, 7, now)

    assert (await station.daily.send_now(None, case, 7, now)).is_new
    assert not (await station.daily.send_now(None, case, 7, now)).is_new
    assert (await station.daily.send_now("抢修一班", case, 7, now)).is_new


async def test_an_exchange_changes_both_days_or_neither(station: Station) -> None:
    """If the later day was decided on meanwhile, the earlier one keeps its case, and nothing stands in the audit log."""
    team, now = Team("抢修一班"), at(MONDAY, "07:00")
    first, second = [slot for slot in await station.daily.week(team, now) if slot.is_due][:2]
    assert first.case is not None
    await station.daily.decide(first, 7, now, case_id=first.case.id)
    await station.daily.decide(second, 8, now, case_id=station.cases[-1].id)

    assert not await station.daily.swap(first, second, 7, now)

    plans = await station.daily.store.plans_between(MONDAY, MONDAY + timedelta(days=7), team.name)
    assert [plan.case_id for plan in plans] == [first.case.id, station.cases[-1].id]
    assert await _audited(station, "swap") == []


async def test_of_eight_who_exchange_the_same_days_at_once_one_does(station: Station) -> None:
    """The others are told that the days are not as they saw them, and the exchange stands once in the audit log."""
    team, now = Team("抢修一班"), at(MONDAY, "07:00")
    first, second = [slot for slot in await station.daily.week(team, now) if slot.is_due][:2]
    assert first.case is not None
    assert second.case is not None

    done = await asyncio.gather(*(station.daily.swap(first, second, by, now) for by in range(8)))

    assert sum(done) == 1
    plans = await station.daily.store.plans_between(MONDAY, MONDAY + timedelta(days=7), team.name)
    assert [plan.case_id for plan in plans] == [second.case.id, first.case.id]
    assert len(await _audited(station, "swap")) == 1
