"""Many people, a bad line and `kill -9`, for minutes on end: `python -m tests.benchmarks.soak [--minutes 10]`.

The bot is the real process, `python -m bot run`, and talks HTTP to a local Telegram in this one. People ask questions of the shipped
`golden.jsonl`; on the line faults come and go; every minute the bot is killed and started again with the same data folder. The last
minutes (`--steady`) go without a kill, so that the memory of one process can be watched.

How an answer is matched to its question. An answer in a private chat quotes nothing, so it is known by what it says: the text that the
bot must send is worked out beforehand with the same knowledge. A person asks one thing at a time, and nothing whose right answer reads
like that of one of his last questions, or reads otherwise after the question before it; so every text belongs to one question, also one
that comes twice and late. The words that an answer may be lost (📶) quote the question. An error number quotes nothing and counts for the
oldest question that is still open. The daily case, which goes out at the start, is known by its 📅, and nobody may get it twice. A text
that is none of these is a stray, and there must be none.

A question may be answered twice only where the bot held it, taken and not finished, when it was killed: its journal says so, a copy of
which is read after each kill. Exit code 1: something was lost, doubled without such an excuse, or stray; or the memory grew by more than a
tenth between the first and the last minute of the last process, its first minute of life left out.
"""

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.asking import answers
from bot.asking.service import AskingService
from bot.chat import talk
from bot.generation.generations import Generation, KnowledgeService, build_generation
from bot.local_telegram import TOKEN, Fault, FaultKind, Faults, File, LocalTelegram, Person
from bot.local_telegram.faults import ON_THE_WAY
from bot.local_telegram.server import LocalTelegramServer
from bot.station.clock import StationClock, unix_now, utc_now
from bot.station.folders import DEFAULT_KNOWLEDGE
from retrieval.evaluation import read_questions

ROOT = Path(__file__).resolve().parents[2]
FIRST_PERSON, ADMIN = 100_001, 3001
CONTACT = "班组长"

RECENT = 8
"""So many of a person's last questions have answers that read differently."""
PATIENCE = 60.0
"""Seconds after which a person gives up and asks something else; the answer still counts when it comes."""
DRAIN = 60.0
AFTERMATH = 5.0
"""Seconds to listen for second answers once everybody has a first one."""
MINUTE = 60.0
LARGEST_GROWTH = 1.10
MOST_ENDS = 5

_DIFFERS = re.compile(r"(?<=Incident )\w+|(?<=of )[A-Z0-9]{5}(?=:)|[0-9]+")
_FAILED = talk.failed("").html.partition("<code>")[0]


# ---- what people asked and heard


@dataclass(slots=True)
class Asked:
    """A question, and what came of it.

    Attributes:
        html: The answer that the bot must give.
        at: When it was asked; in seconds, as all times.
        answered: When its answer came.
        told: When the person was told that it may be lost, or that it failed.
        held_at_kills: How often the bot was killed with the question taken and not finished.
    """

    message_id: int
    html: str
    at: float
    answered: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    held_at_kills: int = 0

    @property
    def first_heard(self) -> float | None:
        """When the person heard anything of it; None where nothing came."""
        return min(self.answered + self.told, default=None)


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all questions.

    Attributes:
        told: Told, and not answered.
        lost: Neither answered nor told.
        doubled: Answered more than once.
        doubled_held: Of these, those that the bot held at a kill, once for each answer too many.
        told_and_answered: The answer came, and the word that it may be lost too.
        pushed: Daily cases that came.
        pushed_twice: Of these, those that the person had before.
        stray: Texts that belong to no question.
        waits: Seconds until a person heard something, ascending.
    """

    asked: int
    answered: int
    told: int
    lost: int
    doubled: int
    doubled_held: int
    told_and_answered: int
    pushed: int
    pushed_twice: int
    stray: int
    waits: tuple[float, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was lost, nothing doubled without excuse, and every text belongs to something."""
        wrong = (self.lost, self.doubled - self.doubled_held, self.pushed_twice, self.stray)
        return not any(wrong)


class Ledger:
    """Who asked what, and which of the bot's texts belongs to it."""

    def __init__(self) -> None:
        self._asked: dict[int, list[Asked]] = defaultdict(list)
        self._pushes: Counter[tuple[int, str]] = Counter()
        self.strays: list[tuple[int, str]] = []

    def ask(self, person: int, message_id: int, html: str, now: float) -> None:
        """A person asks; `html` must not be in `recent` of the same person."""
        self._asked[person].append(Asked(message_id, html, now))

    def recent(self, person: int) -> frozenset[str]:
        """The answers that a person may still get."""
        return frozenset(asked.html for asked in self._asked[person][-RECENT:])

    def is_waiting(self, person: int, now: float) -> bool:
        """Whether a person has heard nothing of the last question yet, and has not given up."""
        asked = self._asked[person]
        return bool(asked) and asked[-1].first_heard is None and now - asked[-1].at < PATIENCE

    @property
    def open(self) -> list[Asked]:
        """The questions of which nobody has heard anything."""
        return [asked for person in self._asked.values() for asked in person if asked.first_heard is None]

    def hear(self, person: int, html: str, quoted: int | None, now: float) -> None:
        """A person hears something from the bot.

        Args:
            person: Who.
            html: The text, with its tags.
            quoted: The message that it quotes.
            now: When.
        """
        if html.startswith("📅"):
            self._pushes[person, html] += 1
            return
        asked = self._asked[person]
        if html.startswith("📶") and quoted is not None:
            about = [each for each in asked if each.message_id == quoted]
            if html != talk.MAYBE_LOST.html:  # that the bot was away holds for all that is open
                about += [each for each in asked if each.message_id < quoted and each.first_heard is None]
            for each in about:
                each.told.append(now)
        elif html.startswith(_FAILED):
            about = [each for each in asked if each.first_heard is None][:1] or asked[-1:]
            for each in about:
                each.told.append(now)
        else:
            about = [each for each in asked[-RECENT:] if each.html == html]
            for each in about:
                each.answered.append(now)
        if not about:
            self.strays.append((person, html))

    def killed(self, held: Collection[tuple[int, int]]) -> None:
        """The bot died with these messages, person and message id, taken and not finished."""
        for person, asked in self._asked.items():
            for each in asked:
                each.held_at_kills += (person, each.message_id) in held

    def tally(self) -> Tally:
        """What became of all questions."""
        every = [asked for person in self._asked.values() for asked in person]
        doubled = [asked for asked in every if len(asked.answered) > 1]
        heard = [(asked.first_heard, asked.at) for asked in every]
        return Tally(
            asked=len(every),
            answered=sum(1 for asked in every if asked.answered),
            told=sum(1 for asked in every if asked.told and not asked.answered),
            lost=sum(1 for asked in every if asked.first_heard is None),
            doubled=len(doubled),
            doubled_held=sum(1 for asked in doubled if len(asked.answered) - 1 <= asked.held_at_kills),
            told_and_answered=sum(1 for asked in every if asked.told and asked.answered),
            pushed=self._pushes.total(),
            pushed_twice=self._pushes.total() - len(self._pushes),
            stray=len(self.strays),
            waits=tuple(sorted(first - at for first, at in heard if first is not None)),
        )


# ---- questions whose answers can be told apart


@dataclass(frozen=True, slots=True)
class Question:
    """A question by itself.

    Attributes:
        html: What the bot answers.
        topic: What the next question may lean on.
    """

    text: str
    html: str
    topic: str


class Examiner:
    """Knows the right answers.

    Args:
        generation: The bot's knowledge.
        questions: Some with answers that differ, more than `RECENT`.
        clock: The bot's time.
        timezone: The bot's.
    """

    def __init__(
        self,
        generation: Generation,
        questions: Iterable[str],
        clock: Callable[[], datetime],
        timezone: str = "Asia/Shanghai",
    ) -> None:
        self._clock = clock
        self._asking = AskingService(KnowledgeService(generation), StationClock(utc_now, ZoneInfo(timezone)))
        self._questions = [self._question(text) for text in dict.fromkeys(questions)]

    def _question(self, text: str, previous: str = "") -> Question:
        answer = self._asking.ask(text, self._clock(), previous)
        return Question(text, answers.answer_reply(answer, CONTACT).html, answer.topic)

    def next_question(self, chance: random.Random, before: Question | None, recent: Collection[str]) -> Question:
        """A question for a person.

        Args:
            chance: Where chance comes from.
            before: The person's last question.
            recent: Answers that must not come again so soon.
        """
        while True:
            question = chance.choice(self._questions)
            if question.html in recent:
                continue
            if before is None or self._question(question.text, before.topic) == question:
                return question


# ---- the line


class CountingFaults(Faults):
    """Faults that count how often each kind has struck."""

    def __init__(self, random: random.Random) -> None:
        super().__init__(random, clock=unix_now)
        self.struck: Counter[str] = Counter()

    def strike(self, method: str, kinds: Collection[FaultKind] = ON_THE_WAY) -> Fault | None:
        """Whether a call fails, and how."""
        fault = super().strike(method, kinds)
        if fault is not None:
            self.struck[fault.kind.value] += 1
        return fault


class HeardTelegram(LocalTelegram):
    """Tells of each message that the bot sends, at the moment it is accepted.

    Args:
        people: Who may write.
        hear: Is told the chat, the text with its tags, and the message that it quotes.
    """

    def __init__(self, people: Sequence[Person], hear: Callable[[int, str, int | None], None]) -> None:
        super().__init__(people=people, clock=unix_now)
        self._hear = hear

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call, and tell of it."""
        result = await super().call(method, parameters, files)
        if method == "sendMessage":
            chat, quoted = result["chat"]["id"], result.get("reply_to_message")
            html = self.chats[chat].markup[result["message_id"]]
            self._hear(chat, html, quoted["message_id"] if quoted else None)
        return result


def weather(chance: random.Random) -> Iterator[tuple[tuple[Fault, ...], float]]:
    """Faults, and for how many seconds; calm and bad times take turns."""
    kinds = {
        FaultKind.TOO_MANY: 0.02,
        FaultKind.BAD_GATEWAY: 0.2,
        FaultKind.RESET: 0.2,
        FaultKind.LOST: 0.1,
        FaultKind.STALL: 0.05,
        FaultKind.TRUNCATED: 0.1,
        FaultKind.UNPARSABLE: 0.1,
    }
    while True:
        yield (), chance.uniform(3, 9)
        some = chance.sample(list(kinds), chance.choice((1, 1, 2)))
        faults = [
            Fault(kind, probability=kinds[kind], retry_after=chance.choice((1, 2, 3)), seconds=chance.uniform(2, 5))
            for kind in some
        ]
        yield tuple(faults), chance.uniform(2, 6)


# ---- the process


class BotProcess:
    """A bot in a process of its own; what it logs goes into a file."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.born = time.monotonic()

    @classmethod
    async def start(
        cls, module: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> "BotProcess":
        """Start a module of this checkout.

        Args:
            module: Its name, and what follows it on the command line.
            folder: Where it runs.
            environment: Beside that of this process.
            log: Is appended to.
        """
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *module,
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **environment},
                stdout=out,
                stderr=out,
            )
        return cls(process)

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self._process.returncode is not None

    @property
    def memory(self) -> float:
        """RSS in MB; 0 where it has ended. Linux only, as `cpu`."""
        with suppress(OSError, ProcessLookupError):
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
        return 0.0

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ends(self, by: signal.Signals) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        if not self.has_ended:
            self._process.send_signal(by)
        return await self._process.wait()


def zone_at(hour: int, now: datetime) -> str:
    """A time zone where it is this hour now; so it does not depend on the time of day whether daily cases go out.

    Args:
        hour: 0 to 23.
        now: With its time zone.
    """
    east = (hour - now.astimezone(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-east:+d}"  # these names count westwards


async def until_terminated(work: Coroutine[Any, Any, None]) -> None:
    """Do something that cleans up after itself also on SIGTERM, so that no bot is left behind.

    Raises:
        CancelledError: On SIGTERM.
    """
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await task


def bot_environment(base_url: str, people: Iterable[int], folder: Path, timezone: str) -> dict[str, str]:
    """The settings of `python -m bot run`.

    Args:
        base_url: Of the local Telegram.
        people: Who may ask.
        folder: For its data and its cache.
        timezone: The station's.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        "POLICYBOT_TOKEN": TOKEN,
        "POLICYBOT_BASE_URL": base_url,
        "POLICYBOT_ALLOWED_IDS": ",".join(map(str, people)),
        "POLICYBOT_ADMIN_IDS": str(ADMIN),
        "POLICYBOT_DATA": str(folder / "data"),
        "POLICYBOT_LISTEN": f"127.0.0.1:{port}",
        "POLICYBOT_CONTACT": CONTACT,
        "POLICYBOT_TIMEZONE": timezone,
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def crowd(size: int) -> list[Person]:
    """So many people, and one administrator."""
    return [*(Person(FIRST_PERSON + place, f"员工{place + 1}") for place in range(size)), Person(ADMIN, "孙主任")]


@contextmanager
def _journal_copy(folder: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the bot's journal as the dead process left it; the original is not touched."""
    with tempfile.TemporaryDirectory() as name:
        for path in (folder / "data").glob("journal-*.db*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, name)
        connection = sqlite3.connect(next(Path(name).glob("*.db"), ":memory:"))
        try:
            # Where the bot was killed before it could make the table there is nothing in it.
            connection.execute("CREATE TABLE IF NOT EXISTS updates (state, body)")
            yield connection
        finally:
            connection.close()


def held(folder: Path) -> set[tuple[int, int]]:
    """The messages, person and message id, that the bot has taken and not finished."""
    with _journal_copy(folder) as journal:
        bodies = [json.loads(body) for (body,) in journal.execute("SELECT body FROM updates WHERE state = 0")]
    messages = [body["message"] for body in bodies if "message" in body]
    return {(message["chat"]["id"], message["message_id"]) for message in messages}


def quarantined(folder: Path) -> int:
    """How many updates were set aside."""
    with _journal_copy(folder) as journal:
        (number,) = journal.execute("SELECT count(*) FROM updates WHERE state = 2").fetchone()
    return int(number)


# ---- the soak


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of the bot at one moment: seconds since the process was started, and MB."""

    born: float
    age: float
    memory: float


class Soak:
    """One run."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._chance = random.Random(options.seed)  # noqa: S311 - reproducible, not secret
        self._people = crowd(options.people)
        self._telegram = HeardTelegram(self._people, self._hear)
        self.faults = self._telegram.faults = CountingFaults(random.Random(options.seed + 1))  # noqa: S311 - as above
        self._server = LocalTelegramServer(self._telegram)
        self._environment: dict[str, str] = {}
        self._bot: BotProcess | None = None
        self._lock = asyncio.Lock()
        self.ledger = Ledger()
        self.samples: list[Sample] = []
        self.kills = 0
        self.ended_by_themselves = 0
        self.all_busy = 0
        self.drained_after = 0.0
        self.exit_code = 0

    def _hear(self, chat: int, html: str, quoted: int | None) -> None:
        if chat >= FIRST_PERSON:
            self.ledger.hear(chat, html, quoted, time.monotonic())

    async def run(self) -> None:
        """Ask, disturb, kill and watch; then let the bot come to rest."""
        options = self._options
        questions = (item.question for item in read_questions(DEFAULT_KNOWLEDGE / "golden.jsonl") if item.alarm is None)
        timezone = zone_at(10, utc_now())
        examiner = Examiner(build_generation(DEFAULT_KNOWLEDGE), questions, utc_now, timezone)
        await self._server.start()
        self._environment = bot_environment(
            self._server.base_url, (person.id for person in self._people[:-1]), self._folder, timezone
        )
        self._telegram.says(ADMIN, "/start")
        await self._start()
        end = time.monotonic() + options.minutes * MINUTE
        tasks = [
            asyncio.create_task(self._kill_again_and_again(end - options.steady * MINUTE)),
            asyncio.create_task(self._change_weather(end)),
            asyncio.create_task(self._watch()),
            asyncio.create_task(self._ask_until(end, examiner)),
        ]
        waiting = set(tasks)
        try:
            while not tasks[-1].done():
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
            self.faults.clear()
            await self._drain()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._bot is not None:
                self.exit_code = await self._bot.ends(signal.SIGTERM)
            await self._server.stop()

    async def _start(self) -> None:
        self._bot = await BotProcess.start(
            ["bot", "run"], self._folder, self._environment, self._folder / f"bot-{self.kills:03d}.log"
        )

    async def _ask_until(self, end: float, examiner: Examiner) -> None:
        """Ask at the wanted rate, each time somebody who is not waiting."""
        last: dict[int, Question] = {}
        due = time.monotonic()
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            due += self._chance.expovariate(self._options.rate)
            now = time.monotonic()
            idle = [person.id for person in self._people[:-1] if not self.ledger.is_waiting(person.id, now)]
            if not idle:
                self.all_busy += 1
                continue
            person = self._chance.choice(idle)
            question = examiner.next_question(self._chance, last.get(person), self.ledger.recent(person))
            last[person] = question
            message = self._telegram.says(person, question.text)
            self.ledger.ask(person, message["message_id"], question.html, time.monotonic())

    async def _kill_again_and_again(self, end: float) -> None:
        """Kill with -9 and start again at once; the last time at `end`."""
        if not self._options.kill_every:
            return
        while time.monotonic() < end:
            await asyncio.sleep(max(0.0, min(self._options.kill_every, end - time.monotonic())))
            async with self._lock:
                assert self._bot is not None
                await self._bot.ends(signal.SIGKILL)
                self.kills += 1
                self.ledger.killed(held(self._folder))
                await self._start()

    async def _change_weather(self, end: float) -> None:
        for faults, seconds in weather(self._chance):
            if time.monotonic() >= end:
                break
            self.faults.replace(faults)
            await asyncio.sleep(seconds)

    async def _watch(self) -> None:
        """Sample the memory every second; start the bot again where it has ended by itself, which it must not."""
        while True:
            await asyncio.sleep(1)
            async with self._lock:
                if self._bot is None:
                    continue
                if self._bot.has_ended:
                    self.ended_by_themselves += 1
                    if self.ended_by_themselves >= MOST_ENDS:
                        message = f"the bot does not stay alive; see {self._folder}"
                        raise RuntimeError(message)
                    await self._start()
                elif memory := self._bot.memory:
                    self.samples.append(Sample(self._bot.born, time.monotonic() - self._bot.born, memory))

    async def _drain(self) -> None:
        """Wait until everybody has heard something, and a little longer."""
        begun = time.monotonic()
        while (self.ledger.open or self._telegram.pending) and time.monotonic() - begun < DRAIN:  # noqa: ASYNC110 - the queue tells nobody when it gets shorter
            await asyncio.sleep(0.1)
        self.drained_after = time.monotonic() - begun
        await asyncio.sleep(AFTERMATH)


# ---- the report


def memory_ratio(samples: Sequence[Sample]) -> float | None:
    """The median memory of the last minute of the last process, by that of its second minute; None where it lived under 3 minutes."""
    if not samples:
        return None
    life = [sample for sample in samples if sample.born == samples[-1].born]
    end = life[-1].age
    if end < 3 * MINUTE:
        return None
    first = [sample.memory for sample in life if MINUTE <= sample.age < 2 * MINUTE]
    last = [sample.memory for sample in life if sample.age >= end - MINUTE]
    return statistics.median(last) / statistics.median(first)


def quantile(ascending: Sequence[float], share: float) -> float:
    """The value that so large a share does not exceed; nan of nothing."""
    return ascending[min(int(len(ascending) * share), len(ascending) - 1)] if ascending else float("nan")


def complaints(folder: Path) -> Counter[str]:
    """Warnings and errors that the bots have logged, without what differs from one to the next."""
    found: Counter[str] = Counter()
    for path in sorted(folder.glob("bot-*.log")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if match := re.match(r"\S+ \S+ (WARNING|ERROR) ([\w.]+): (.*)", line):
                level, logger, words = match.groups()
                found[f"{level} {logger}: {_DIFFERS.sub('#', words)[:100]}"] += 1
            elif line.startswith("Traceback"):
                found["Traceback"] += 1
    return found


def report(soak: Soak, folder: Path) -> bool:
    """Print what happened; gives whether all is well."""
    tally, ratio = soak.ledger.tally(), memory_ratio(soak.samples)
    rows = [
        ("questions asked", tally.asked),
        ("  answered", tally.answered),
        ("  told that it may be lost or failed, and not answered", tally.told),
        ("  lost (must be 0)", tally.lost),
        ("  answered twice", tally.doubled),
        ("    of these in flight at a kill (must be all)", tally.doubled_held),
        ("  told and answered all the same", tally.told_and_answered),
        ("daily cases", tally.pushed),
        ("  had before (must be 0)", tally.pushed_twice),
        ("texts that belong to nothing (must be 0)", tally.stray),
        ("not asked because everybody was waiting", soak.all_busy),
        ("kills", soak.kills),
        ("ends that nobody brought about (must be 0)", soak.ended_by_themselves),
        ("faults that struck", sum(soak.faults.struck.values())),
        *((f"  {kind.value}", soak.faults.struck[kind.value]) for kind in FaultKind),
        ("updates quarantined", quarantined(folder)),
        ("exit code on SIGTERM", soak.exit_code),
    ]
    for name, value in rows:
        print(f"{name:56}{value:8d}")
    print(
        f"{'seconds until something was heard':56}"
        f"p50 {quantile(tally.waits, 0.5):.3f}  p99 {quantile(tally.waits, 0.99):.3f}  longest {quantile(tally.waits, 1):.1f}"
    )
    print(f"{'seconds until the backlog was gone at the end':56}{soak.drained_after:8.1f}")
    if soak.samples:
        print(f"{'largest memory of a process, MB':56}{max(sample.memory for sample in soak.samples):8.1f}")
    if ratio is None:
        print("memory, last minute / second minute of one life: not measured, that needs --steady 3 or more")
    else:
        print(f"{'memory, last minute / second minute of one life':56}{ratio:8.3f} (at most {LARGEST_GROWTH:.2f})")
    for person, html in soak.ledger.strays[:5]:
        print(f"stray, to {person}: {html[:200]!r}")
    print("what the bots complained of:")
    for words, times in complaints(folder).most_common(25):
        print(f"  {times:5d}  {words}")
    well = tally.is_sound and soak.ended_by_themselves == 0 and (ratio is None or ratio <= LARGEST_GROWTH)
    print("all is well" if well else f"NOT well; the data and the logs are kept in {folder}")
    return well


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and report; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description="The bot under a bad line.")
    parser.add_argument("--minutes", type=float, default=10, help="how long people ask, in all")
    parser.add_argument("--steady", type=float, default=4, help="minutes of these, at the end, without a kill")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20, help="questions a second, in all")
    parser.add_argument("--kill-every", type=float, default=60, help="seconds; 0: never")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="policybot-soak-"))
    soak = Soak(options, folder)
    print(
        f"{options.people} people, {options.rate:g} questions/s, {options.minutes:g} minutes,"
        f" the last {options.steady:g} without a kill; seed {options.seed}",
        flush=True,
    )
    asyncio.run(until_terminated(soak.run()))
    well = report(soak, folder)
    if well:
        shutil.rmtree(folder)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
