"""A case for thousands of people, a bad line and `kill -9`: `python -m tests.benchmarks.push [--people 5000] [--kills 3]`.

The bot is the real process, `python -m bot run`, and talks HTTP to a local Telegram in this one, which does little else. Its database is
filled beforehand with people of several teams, of whom one in twenty has blocked the bot. First a few people ask questions and nothing is
pushed; then the bot is stopped, a case is sent to everybody as a trainer does it, and the bot is started. While the copies go out the same
people ask on, calls of sendMessage fail, and the bot is killed: each time a copy has arrived of which the bot was not told. When every
copy has met its fate, the table is held against what Telegram has delivered.

The line. One sendMessage in a hundred gets no answer for longer than the bot waits, one in a hundred is cut off, before it is carried out
or after. A 429 stops all that the bot sends for `retry_after` and a second, and makes everything leave one by one for a minute after. One
in a hundred would be fifty of them: the bot would hardly ever be seen at its usual pace. So they begin when a third of the copies have
gone out, and strike one sendMessage in 333 (`--too-many`): about ten of them.

Reply times. Each person asks one thing at a time and knows the answer that must come. What was held up by a kill, by a 429 or by a fault of
its own call is counted by itself; the rest is what pushing costs. A question is held up by a kill where it was open between the kill and
the first getUpdates of the next process, and by a 429 where it was open before the replies that the 429 had held up were out.

A busy machine. Where this process gets no processor for a while, calls queue up before it and then look like a burst, and every reply looks
late. It notices, because its naps are too long, and such moments are left out of the pace and of the reply times.

Exit code 1: a target was missed. For the bot it is a night hour, at which no other case goes out.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.chat import talk
from bot.daily.rows import Copy, Plan
from bot.daily.service import DailyService
from bot.generation.generations import KnowledgeService, build_generation
from bot.local_telegram import Fault, FaultKind, Faults, File, LocalTelegram
from bot.local_telegram import Person as Account
from bot.local_telegram.errors import RejectedError, too_many
from bot.local_telegram.exchange import CutError
from bot.local_telegram.server import LocalTelegramServer
from bot.people.rows import Person, PersonState
from bot.station.clock import StationClock, unix_now, utc_now
from bot.station.folders import DEFAULT_KNOWLEDGE
from bot.station.roles import Role
from bot.storage.database import Database
from bot.storage.schema import DeliveryState
from retrieval.evaluation import read_questions
from tests.benchmarks.soak import (
    ADMIN,
    FIRST_PERSON,
    RECENT,
    BotProcess,
    Examiner,
    Question,
    bot_environment,
    complaints,
    crowd,
    quantile,
    zone_at,
)
from tests.benchmarks.throughput import machine_cpu
from tests.bot.databases import build_store

TRAINER = 2001
TEAMS = (*(f"抢修{number}班" for number in "一二三四五六七八九"), "营业厅", "计量班", "")
BLOCKED = 0.05
STALLED, CUT = 0.01, 0.01
STALL = 20.0
"""Seconds; the bot gives up earlier."""
WILL_ARRIVE = 0.9
"""The part of the copies that arrives at least."""
CALM = 1 / 3
"""The part of the copies that goes out before 429s begin."""

ON_THE_WAY = 0.1
"""Seconds within which a call may arrive after a 429 that had left the bot before it."""
MARGIN, AFTERMATH = 1.0, 2.0
"""Seconds: how long the bot keeps still after a 429 is over, and for how long after that what it held up leaves one by one."""
PATIENCE = 60.0
NAP, HELD_UP = 0.05, 0.05
"""Seconds: what this process naps for again and again, and by how much more it must have been to say that it was held up."""
STANDSTILL = 60.0
"""Seconds without any change of the table after which it is not waited for any more."""
WARM_UP = 5.0

STEADY, MOST = 19.0, 23
"""Pushes a second: at least, in the median, where nothing is in the way; and at most, in any second as Telegram sees it."""
DEARER = 0.1
"""Seconds by which p99 of the replies may grow."""

_FAILED = talk.failed("").html.partition("<code>")[0]
_PUSHED = "📅"


# ---- what Telegram sees


class Fate(StrEnum):
    """What became of a call."""

    CARRIED_OUT = "carried out"
    REFUSED = "refused"
    TOO_MANY = "429"
    STALL = "no answer"
    RESET = "cut before"
    LOST = "cut after"


_BEFORE = {FaultKind.TOO_MANY: Fate.TOO_MANY, FaultKind.STALL: Fate.STALL, FaultKind.RESET: Fate.RESET}
"""What becomes of a call that isn't carried out."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the bot.

    Attributes:
        at: When it arrived; in seconds, as all times.
        life: Which process made it, from 0.
        chat: Where it goes; 0 where to no chat.
        is_push: Whether it is a copy of the case.
    """

    at: float
    life: int
    method: str
    chat: int
    is_push: bool
    fate: Fate


@dataclass(frozen=True, slots=True)
class Wait:
    """A 429: from when to when the bot is to keep still, and which process was told."""

    start: float
    end: float
    life: int


class Disturbed(LocalTelegram):
    """A Telegram with faults of its own making, which knows what each of them has struck.

    Args:
        people: Who has an account.
        chance: Where faults take theirs from.
        hear: Is told the chat and the text of each message that a person gets.
        count: Is awaited with the number of copies that have arrived, before the bot is told of the last one.
        clock: Unix seconds.

    Attributes:
        weather: The faults.
        life: Which process is running.
        polled: Set once the process asks for updates.
    """

    def __init__(
        self,
        people: Sequence[Account],
        chance: random.Random,
        hear: Callable[[int, str], None],
        count: Callable[[int], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        super().__init__(people=people, clock=clock)
        self._hear = hear
        self._count = count
        self.weather = Faults(chance, clock=time.monotonic)
        self.seen: list[Call] = []
        self.waits: list[Wait] = []
        self.life = 0
        self.arrived = 0
        self.polled = asyncio.Event()

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call, or let it fail.

        Raises:
            CutError: Where nothing comes back.
            RejectedError: As the Bot API would answer.
        """
        if method == "getUpdates":
            self.polled.set()
            return await super().call(method, parameters, files)
        text = str(parameters.get("text", ""))
        is_push = method == "sendMessage" and text.startswith(_PUSHED)
        call = Call(time.monotonic(), self.life, method, int(parameters.get("chat_id", 0)), is_push, Fate.CARRIED_OUT)
        fault = self.weather.strike(method)
        if fault is not None:
            self._strike(call, fault)
        is_lost = fault is not None
        try:
            result = await super().call(method, parameters, files)
        except RejectedError as error:
            self.seen.append(replace(call, fate=Fate.LOST if is_lost else Fate.REFUSED))
            if is_lost:
                raise CutError from error
            raise
        self.seen.append(replace(call, fate=Fate.LOST) if is_lost else call)
        if is_push:
            self.arrived += 1
            await self._count(self.arrived)
        elif method == "sendMessage":
            self._hear(call.chat, text)
        if is_lost:
            raise CutError
        return result

    def _strike(self, call: Call, fault: Fault) -> None:
        """Let a call fail before it is carried out; return where it is to be carried out, and the answer lost.

        Raises:
            CutError: Where nothing comes back.
            RejectedError: 429.
        """
        if fault.kind is FaultKind.LOST:
            return
        fate = _BEFORE[fault.kind]
        self.seen.append(replace(call, fate=fate))
        if fate is Fate.TOO_MANY:
            if not self.waits or call.at >= self.waits[-1].end:
                self.waits.append(Wait(call.at, call.at + fault.retry_after, call.life))
            raise too_many(fault.retry_after)
        raise CutError(fault.seconds if fate is Fate.STALL else 0.0)

    def copies(self, person: int) -> int:
        """How many copies of the case a person has."""
        chat = self.chats.get(person)
        return sum(html.startswith(_PUSHED) for html in chat.markup.values()) if chat else 0


def weather(too_many_share: float) -> tuple[Fault, ...]:
    """What goes wrong with sendMessage.

    Args:
        too_many_share: How many calls are answered by a 429, 0 to 1; the bot is to wait for 1, 2 or 3 seconds.
    """
    only = frozenset({"sendMessage"})
    waits = [Fault(FaultKind.TOO_MANY, only, too_many_share / 3, retry_after=seconds) for seconds in (1, 2, 3)]
    return (
        Fault(FaultKind.STALL, only, STALLED, seconds=STALL),
        Fault(FaultKind.RESET, only, CUT / 2),
        Fault(FaultKind.LOST, only, CUT / 2),
        *(waits if too_many_share else ()),
    )


# ---- what became of it


class Heard(StrEnum):
    """What a person heard of a question."""

    ANSWER = "answered"
    MAYBE_LOST = "told that the answer may be lost"
    FAILED = "told that it failed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, from asking to hearing."""

    at: float
    heard_at: float
    heard: Heard

    @property
    def wait(self) -> float:
        """Seconds."""
        return self.heard_at - self.at

    def touches(self, spans: Sequence[tuple[float, float]]) -> bool:
        """Whether it was open in one of these spans of time."""
        return any(self.at <= end and self.heard_at >= start for start, end in spans)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The table held against what was delivered; ids of people, or numbers of copies.

    Attributes:
        lost: Not blocked, without a message, and the table does not say so.
        missing: Without a row.
        false: The row says sent and nothing has arrived, or refused and something has.
        doubled: Copies that came a second time.
        unknown: Rows of unknown fate.
        failed_in_vain: The row says refused, and they have not blocked the bot.
        blocked_unnoticed: They have blocked the bot, and the row says neither refused nor unknown.
    """

    lost: frozenset[int]
    missing: frozenset[int]
    false: frozenset[int]
    doubled: int
    unknown: tuple[Copy, ...]
    failed_in_vain: frozenset[int]
    blocked_unnoticed: frozenset[int]
    unsettled: int


def compare(
    expected: frozenset[int], blocked: frozenset[int], copies: Sequence[Copy], arrived: Mapping[int, int]
) -> Verdict:
    """Hold the table against what was delivered.

    Args:
        expected: Who should get a copy, those who have blocked the bot too.
        blocked: Who has.
        copies: The table.
        arrived: How many messages each person has got.
    """
    states = {copy.delivery.user_id: copy.delivery.state for copy in copies}
    excused = {DeliveryState.UNKNOWN, DeliveryState.FAILED}
    failed = {person for person, state in states.items() if state is DeliveryState.FAILED}
    return Verdict(
        lost=frozenset(
            person for person in expected - blocked if not arrived.get(person) and states.get(person) not in excused
        ),
        missing=frozenset(expected - states.keys()),
        false=frozenset(
            person
            for person, state in states.items()
            if (state is DeliveryState.SENT and not arrived.get(person))
            or (state is DeliveryState.FAILED and arrived.get(person))
        ),
        doubled=sum(number - 1 for number in arrived.values() if number > 1),
        unknown=tuple(copy for copy in copies if copy.delivery.state is DeliveryState.UNKNOWN),
        failed_in_vain=frozenset(failed - blocked),
        blocked_unnoticed=frozenset(person for person in blocked if states.get(person) not in excused),
        unsettled=sum(state in {DeliveryState.WAITING, DeliveryState.SENDING} for state in states.values()),
    )


def most_in_a_second(times: Sequence[float], not_in: Sequence[tuple[float, float]] = ()) -> int:
    """The largest number in any second, wherever it begins, that touches none of some spans of time; `times` ascending."""
    most, recent = 0, deque[float]()
    for moment in times:
        recent.append(moment)
        while recent[0] <= moment - 1:
            recent.popleft()
        if not any(start <= moment and end > moment - 1 for start, end in not_in):
            most = max(most, len(recent))
    return most


def disobeyed(calls: Sequence[Call], waits: Sequence[Wait]) -> tuple[int, int]:
    """Calls between a 429 and its end, without those that were on the way.

    Returns:
        Those of the process that was told, and those of one that was started since.
    """
    told = newborn = 0
    for wait in waits:
        inside = [call for call in calls if wait.start + ON_THE_WAY < call.at < wait.end]
        told += sum(call.life == wait.life for call in inside)
        newborn += sum(call.life != wait.life for call in inside)
    return told, newborn


def per_second(times: Sequence[float], start: float, end: float, not_in: Sequence[tuple[float, float]]) -> list[int]:
    """How many fall into each whole second between two moments that touches none of some spans of time."""
    counts = Counter(int(moment - start) for moment in times if start <= moment < end)
    seconds = range(int(end - start))
    return [
        counts[second]
        for second in seconds
        if not any(start + second < last and start + second + 1 > first for first, last in not_in)
    ]


# ---- the run


@dataclass(frozen=True, slots=True)
class Load:
    """What a stretch of time took, in seconds of one core.

    Attributes:
        late: By how many seconds this process came back too late from naps, ascending: what the machine adds to every step.
    """

    seconds: float
    bot: float
    telegram: float
    others: float
    late: tuple[float, ...]

    def __str__(self) -> str:
        shares = (100 * each / self.seconds for each in (self.bot, self.telegram, self.others))
        bot, telegram, others = shares
        return (
            f"{self.seconds:.0f} s; of a core: bot {bot:.0f} %, Telegram with askers {telegram:.0f} %, others {others:.0f} %;"
            f" naps too long by p99 {1000 * quantile(self.late, 0.99):.0f} ms, load average {os.getloadavg()[0]:.1f}"
        )


@dataclass(slots=True)
class Figures:
    """What a run has brought.

    Attributes:
        idle: When nothing was pushed, from and to.
        down: From each end of a process to the first getUpdates of the next one.
        in_hand: Copies in hand at each kill, as the table says.
        loads: Of the two stretches.
        trainer_told: Whether the trainer heard how it went.
        held_up: When this process, and Telegram with it, got no processor.
    """

    idle: tuple[float, float] = (0.0, 0.0)
    down: list[tuple[float, float]] = field(default_factory=list)
    in_hand: list[int] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    loads: list[Load] = field(default_factory=list)
    copies: tuple[Copy, ...] = ()
    trainer_told: bool = False
    held_up: list[tuple[float, float]] = field(default_factory=list)
    exit_code: int = 0


class Push:
    """One run."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._chance = random.Random(options.seed)  # noqa: S311 - reproducible, not secret
        accounts = [*crowd(options.people), Account(TRAINER, "赵老师")]
        self.telegram = Disturbed(
            accounts,
            random.Random(options.seed + 1),  # noqa: S311 - as above
            self._hear,
            self._count,
            unix_now,
        )
        self.expected = frozenset(range(FIRST_PERSON, FIRST_PERSON + options.people))
        self.blocked = frozenset(self._chance.sample(sorted(self.expected), round(BLOCKED * options.people)))
        for account in accounts:  # as they left it long ago
            chat = self.telegram.chats[account.id]
            chat.started, chat.blocked = True, account.id in self.blocked
        self._server = LocalTelegramServer(self.telegram)
        url = options.database or f"sqlite:///{(folder / 'data' / 'policybot.db').as_posix()}"
        scheme, _, rest = url.partition("://")
        self._database = Database(
            f"{ {'sqlite': 'sqlite+aiosqlite', 'postgresql': 'postgresql+asyncpg'}[scheme] }://{rest}"
        )
        self._store = build_store(self._database)
        self._timezone = zone_at(2, utc_now())
        self._environment: dict[str, str] = {}
        self._bot: BotProcess | None = None
        self._bots_cpu = 0.0
        self._late: list[float] = []
        self._expects: dict[int, tuple[str, asyncio.Future[tuple[float, Heard]]]] = {}
        share = WILL_ARRIVE * options.people / (options.kills + 1)
        self._kill_at = {
            round(share * (place + self._chance.uniform(-0.2, 0.2))) for place in range(1, options.kills + 1)
        }
        self._killing: list[asyncio.Task[None]] = []
        self._plan: Plan | None = None
        self.figures = Figures()

    # -- what people do

    def _hear(self, chat: int, html: str) -> None:
        if chat == TRAINER:
            self.figures.trainer_told = True
        expected, heard = self._expects.get(chat, ("", None))
        if heard is None or heard.done():
            return
        if html == expected:
            heard.set_result((time.monotonic(), Heard.ANSWER))
        elif html.startswith("📶"):
            heard.set_result((time.monotonic(), Heard.MAYBE_LOST))
        elif html.startswith(_FAILED):
            heard.set_result((time.monotonic(), Heard.FAILED))

    async def _ask_on(self, person: int, examiner: Examiner) -> None:
        chance = random.Random(f"{self._options.seed} {person}")  # noqa: S311 - reproducible, not secret
        before: Question | None = None
        recent: deque[str] = deque(maxlen=RECENT)
        while True:
            await asyncio.sleep(self._options.pause * chance.uniform(0.5, 1.5))
            before = examiner.next_question(chance, before, recent)
            recent.append(before.html)
            heard: asyncio.Future[tuple[float, Heard]] = asyncio.get_running_loop().create_future()
            self._expects[person] = before.html, heard
            at = time.monotonic()
            self.telegram.says(person, before.text)
            try:
                async with asyncio.timeout(PATIENCE):
                    heard_at, how = await heard
            except TimeoutError:
                heard_at, how = time.monotonic(), Heard.NOTHING
            self.figures.asked.append(Asked(at, heard_at, how))

    # -- what happens to the bot

    async def _count(self, arrived: int) -> None:
        """Begin with 429s, and kill the bot, when so many copies have arrived."""
        if arrived == round(CALM * self._options.people):
            self.telegram.weather.replace(weather(self._options.too_many))
        if arrived in self._kill_at:
            self._killing.append(asyncio.create_task(self._kill()))
            await asyncio.shield(self._killing[-1])  # the bot dies before it is told that this copy has arrived

    async def _kill(self) -> None:
        await self._end(signal.SIGKILL, self._note_in_hand)

    async def _note_in_hand(self) -> None:
        assert self._plan is not None
        progress = await self._store.daily.progress(self._plan.id)
        self.figures.in_hand.append(progress[DeliveryState.SENDING])

    async def _end(self, by: signal.Signals, between: Callable[[], Awaitable[None]]) -> None:
        """End the bot, do something, and start the next one."""
        assert self._bot is not None
        self._bots_cpu += self._bot.cpu
        start = time.monotonic()
        self.figures.exit_code = await self._bot.ends(by)
        await between()
        self.telegram.life += 1
        await self._start()
        self.figures.down.append((start, time.monotonic()))

    async def _start(self) -> None:
        """Start a bot, and wait until it asks for updates."""
        self.telegram.polled.clear()
        log = self._folder / f"bot-{self.telegram.life:03d}.log"
        self._bot = await BotProcess.start(["bot", "run"], self._folder, self._environment, log)
        async with asyncio.timeout(PATIENCE):
            await self.telegram.polled.wait()

    # -- one after the other

    async def run(self) -> None:
        """Ask, send, disturb, kill; then read what the table says."""
        await self._server.start()
        generation = build_generation(DEFAULT_KNOWLEDGE)
        knowledge = KnowledgeService(generation)
        daily = DailyService(
            self._store.daily, self._store.people, knowledge, StationClock(utc_now, ZoneInfo(self._timezone))
        )
        questions = (item.question for item in read_questions(DEFAULT_KNOWLEDGE / "golden.jsonl") if item.alarm is None)
        examiner = Examiner(generation, questions, utc_now, self._timezone)
        self._environment = bot_environment(self._server.base_url, (), self._folder, self._timezone)
        if self._options.database:
            self._environment["POLICYBOT_DATABASE"] = self._options.database
        await self._fill()
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._start()
            willing = self._chance.sample(sorted(self.expected - self.blocked), self._options.askers)
            tasks += [asyncio.create_task(self._ask_on(person, examiner)) for person in willing]
            tasks.append(asyncio.create_task(self._nap()))
            await asyncio.sleep(WARM_UP)
            before, start = self._spent(), time.monotonic()
            self._late.clear()
            await asyncio.sleep(self._options.idle)
            self.figures.idle = start, time.monotonic()
            self._note_load(start, before)

            async def send() -> None:
                case = knowledge.current.knowledge.cases[0]
                self._plan = (await daily.send_now(None, case.id, TRAINER, utc_now())).plan
                before[:] = self._spent()
                self._late.clear()

            self.telegram.weather.replace(weather(0))
            await self._end(signal.SIGTERM, send)
            start = time.monotonic()
            await self._settle()
            self._note_load(start, before)
            self.telegram.weather.clear()
            await asyncio.sleep(AFTERMATH)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._bot is not None:
                self.figures.exit_code = await self._bot.ends(signal.SIGTERM)
            if self._plan is not None:
                day = self._plan.day
                self.figures.copies = await self._store.daily.copies(day, day, plan_id=self._plan.id)
            await self._database.close()
            await self._server.stop()

    async def _fill(self) -> None:
        """Put people into the database.

        Raises:
            RuntimeError: Where there are some.
        """
        now = utc_now()
        await self._database.open(now)
        if await self._store.people.everybody():
            message = "the database is not empty"
            raise RuntimeError(message)
        staff = [
            Person(id_, f"员工{id_}", TEAMS[id_ % len(TEAMS)], Role.STAFF, PersonState.ACTIVE, True, None, now)
            for id_ in sorted(self.expected)
        ]
        trainer = Person(TRAINER, "赵老师", "", Role.TRAINER, PersonState.ACTIVE, False, None, now)
        await self._store.people.put_all([*staff, trainer], ADMIN, "roster", now)

    async def _settle(self) -> None:
        """Wait until every copy has met its fate and the trainer was told, or nothing changes any more."""
        assert self._plan is not None
        last: Mapping[DeliveryState, int] = {}
        changed_at = said_at = time.monotonic()
        while time.monotonic() - changed_at < STANDSTILL:
            await asyncio.sleep(1)
            counts = await self._store.daily.progress(self._plan.id)
            now = time.monotonic()
            if counts != last:
                last, changed_at = counts, now
            if now - said_at >= 30:
                said_at = now
                print("  ", ", ".join(f"{state} {count}" for state, count in counts.items() if count), flush=True)
            is_open = not sum(counts.values()) or counts[DeliveryState.WAITING] or counts[DeliveryState.SENDING]
            if not is_open and self.figures.trainer_told and all(task.done() for task in self._killing):
                break
        for task in self._killing:
            await task

    def _spent(self) -> list[float]:
        """Processor seconds so far: of the bots, of this process, of the whole machine."""
        running = 0.0
        with suppress(OSError):
            running = self._bot.cpu if self._bot is not None and not self._bot.has_ended else 0.0
        return [self._bots_cpu + running, time.process_time(), machine_cpu()]

    def _note_load(self, start: float, before: Sequence[float]) -> None:
        bot, telegram, machine = (now - then for now, then in zip(self._spent(), before, strict=True))
        others = max(0.0, machine - bot - telegram)
        self.figures.loads.append(Load(time.monotonic() - start, bot, telegram, others, tuple(sorted(self._late))))

    async def _nap(self) -> None:
        while True:
            start = time.monotonic()
            await asyncio.sleep(NAP)
            now = time.monotonic()
            self._late.append(now - start - NAP)
            if self._late[-1] > HELD_UP:
                self.figures.held_up.append((start, now + NAP))


# ---- the report


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table.

    Attributes:
        target: In words; empty where there is none.
        reached: True where there is no target.
    """

    name: str
    value: str
    target: str = ""
    reached: bool = True

    def __str__(self) -> str:
        verdict = ("reached" if self.reached else "MISSED") if self.target else ""
        return f"{self.name:62}{self.value:>22}  {self.target:16}{verdict}".rstrip()


def _none(name: str, number: int) -> Line:
    return Line(name, str(number), "0", number == 0)


def reply_lines(push: Push, first: float, last: float) -> list[Line]:
    """How long people waited for replies.

    Args:
        push: The run.
        first: When the first copy left.
        last: And the last one.
    """
    figures = push.figures
    closed = [(wait.start, wait.end + MARGIN + AFTERMATH) for wait in push.telegram.waits]
    groups: dict[str, list[float]] = defaultdict(list)
    for each in figures.asked:
        if each.heard is not Heard.ANSWER:
            continue
        if each.touches(figures.held_up):
            groups["while this process was held up"].append(each.wait)
        elif figures.idle[0] <= each.at and each.heard_at <= figures.idle[1]:
            groups["idle"].append(each.wait)
        elif not first <= each.at <= last:
            continue
        elif each.touches(figures.down):
            groups["held up by a kill"].append(each.wait)
        elif each.touches(closed):
            groups["held up by a 429"].append(each.wait)
        else:
            groups["pushing"].append(each.wait)
            eased = any(start <= each.at <= end + 60 for start, end in closed)
            groups["  within a minute after a 429" if eased else "  at the usual pace"].append(each.wait)
    lines = []
    names = (
        "idle",
        "pushing",
        "  at the usual pace",
        "  within a minute after a 429",
        "held up by a 429",
        "held up by a kill",
        "while this process was held up",
    )
    for name in names:
        waits = sorted(groups[name])
        p50, p99, longest = (1000 * quantile(waits, share) for share in (0.5, 0.99, 1.0))
        lines.append(Line(f"reply, {name}: {len(waits)}; p50, p99, longest ms", f"{p50:.0f} {p99:.0f} {longest:.0f}"))
    dearer = quantile(sorted(groups["pushing"]), 0.99) - quantile(sorted(groups["idle"]), 0.99)
    lines.append(
        Line("p99 pushing - p99 idle, ms", f"{1000 * dearer:.0f}", f"<= {1000 * DEARER:.0f}", dearer <= DEARER)
    )
    heard = Counter(each.heard for each in figures.asked)
    lines += [Line(f"questions, {how}", str(heard[how])) for how in (Heard.ANSWER, Heard.MAYBE_LOST)]
    lines += [_none(f"questions, {how}", heard[how]) for how in (Heard.FAILED, Heard.NOTHING)]
    return lines


def pace_lines(push: Push) -> list[Line]:
    """How fast copies left, and whether the bot kept still when it was told to."""
    telegram, figures = push.telegram, push.figures
    times = sorted(call.at for call in telegram.seen if call.is_push)
    first, last = times[0], times[-1]
    closed = [(wait.start, wait.end + MARGIN) for wait in telegram.waits]
    bad = min((wait.start for wait in telegram.waits if wait.start < last), default=last)
    calm = per_second(times, first, bad, [*figures.down, *figures.held_up])
    eased = per_second(times, bad, last, [*figures.down, *figures.held_up, *closed])
    most = most_in_a_second(times, figures.held_up)
    told, newborn = disobeyed(telegram.seen, telegram.waits)
    steady = statistics.median(calm) if calm else float("nan")
    return [
        Line("seconds from the first copy to the last", f"{last - first:.0f}"),
        Line(
            f"copies a second at the usual pace, median of {len(calm)} seconds",
            f"{steady:.0f}",
            f">= {STEADY:.0f}",
            steady >= STEADY,
        ),
        Line("  mean", f"{statistics.mean(calm):.1f}" if calm else "-"),
        Line(
            f"copies a second after a 429, mean of {len(eased)} seconds",
            f"{statistics.mean(eased):.1f}" if eased else "-",
        ),
        Line("the most in any second", str(most), f"<= {MOST}", most <= MOST),
        Line("  where calls queued up while this process was held up, too", str(most_in_a_second(times))),
        Line("429s", str(len(telegram.waits))),
        Line(
            f"  calls on their way then, up to {ON_THE_WAY} s after",
            str(
                sum(
                    wait.start < call.at <= wait.start + ON_THE_WAY for wait in telegram.waits for call in telegram.seen
                )
            ),
        ),
        _none("  calls before its end, by the process that was told", told),
        Line("  calls before its end, by one that was started since", str(newborn)),
    ]


def unknown_lines(push: Push, verdict: Verdict) -> list[str]:
    """The rows of unknown fate, by what had happened to them; ✓ where the copy has arrived."""
    fates: dict[int, Fate] = {call.chat: call.fate for call in push.telegram.seen if call.is_push}
    groups: dict[str, list[str]] = defaultdict(list)
    for copy in verdict.unknown:
        person = copy.delivery.user_id
        fate = fates.get(person)
        arrived = "✓" if push.telegram.copies(person) else "✗"
        groups[f"{copy.delivery.reason}, {fate.value if fate else 'never left'}"].append(f"{person}{arrived}")
    return [f"  {name}: {len(people)}: {' '.join(people)}" for name, people in sorted(groups.items())]


def report(push: Push, folder: Path) -> bool:
    """Print what happened; gives whether every target was reached."""
    figures, telegram = push.figures, push.telegram
    arrived = {person: telegram.copies(person) for person in push.expected}
    verdict = compare(push.expected, push.blocked, figures.copies, arrived)
    states = Counter(copy.delivery.state for copy in figures.copies)
    times = sorted(call.at for call in telegram.seen if call.is_push)
    fates = Counter(call.fate for call in telegram.seen if call.is_push)
    in_hand = sum(figures.in_hand)
    restarts = sum(copy.delivery.reason == "restart" for copy in verdict.unknown)
    late = sum(1 for copy in verdict.unknown if arrived[copy.delivery.user_id])
    lines = [
        Line("people who should get a copy", str(len(push.expected))),
        Line("  of these have blocked the bot", str(len(push.blocked))),
        *(Line(f"rows, {state}", str(states[state])) for state in DeliveryState if states[state]),
        *(Line(f"calls with a copy, {fate}", str(fates[fate])) for fate in Fate),
        _none("rows not settled", verdict.unsettled),
        _none("people without a row", len(verdict.missing)),
        _none("lost", len(verdict.lost)),
        Line("doubled", str(verdict.doubled), f"<= {in_hand} in hand", verdict.doubled <= in_hand),
        _none("rows that say what is not so", len(verdict.false)),
        Line("unknown that did arrive", f"{late} of {len(verdict.unknown)}"),
        Line("  unknown because of a restart; in hand at the kills", f"{restarts}", f"{in_hand}", restarts == in_hand),
        _none("failed, and has not blocked the bot", len(verdict.failed_in_vain)),
        _none("has blocked the bot, and is neither failed nor unknown", len(verdict.blocked_unnoticed)),
        Line(
            "kills, and copies in hand at each",
            " ".join(map(str, figures.in_hand)),
            str(push._options.kills),
            len(figures.in_hand) == push._options.kills,
        ),
        Line(
            "seconds from each end to the next getUpdates",
            " ".join(f"{end - start:.1f}" for start, end in figures.down),
        ),
        *pace_lines(push),
        *reply_lines(push, times[0], times[-1]),
        Line("trainer heard how it went", "yes" if figures.trainer_told else "no", "yes", figures.trainer_told),
        Line("exit code on SIGTERM", str(figures.exit_code), "0", figures.exit_code == 0),
    ]
    print(*lines, sep="\n")
    print("rows of unknown fate (✓ arrived):", *unknown_lines(push, verdict), sep="\n")
    for name, load in zip(("idle", "pushing"), figures.loads, strict=False):
        print(f"{name}: {load}")
    print("what the bots complained of:")
    for words, number in complaints(folder).most_common(25):
        print(f"  {number:5d}  {words}")
    well = all(line.reached for line in lines)
    print("all targets reached" if well else f"targets were MISSED; the data and the logs are kept in {folder}")
    return well


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and report; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.push", description="A case for thousands.")
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--askers", type=int, default=25)
    parser.add_argument("--pause", type=float, default=3, help="seconds between an answer and the next question")
    parser.add_argument("--idle", type=float, default=90, help="seconds of asking before anything is pushed")
    parser.add_argument("--too-many", type=float, default=0.003, help="the share of calls that a 429 answers")
    parser.add_argument("--database", default="", help="an empty one, postgresql://…; SQLite without it")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="policybot-push-"))
    print(
        f"{options.people} people, {options.kills} kills, {options.askers} askers; of sendMessage {STALLED:.1%} without answer,"
        f" {CUT:.1%} cut, later {options.too_many:.1%} 429; seed {options.seed}",
        flush=True,
    )
    push = Push(options, folder)
    asyncio.run(push.run())
    well = report(push, folder)
    if well:
        shutil.rmtree(folder)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
