"""Updates a second and waits, beside a bare python-telegram-bot echo bot: `python -m tests.benchmarks.throughput`.

Both are real processes that talk HTTP to a local Telegram in this one, by turns (ours, echo, ours, echo), each time newly started. The
echo bot has the same number of connections and of updates at a time, keeps nothing on the disk, looks nothing up, and answers each message
with one fixed text as long as a typical answer. Two measurements: paced, so many updates a second, with the wait from the moment an update
is queued to the moment the reply is accepted; and saturated, thousands of updates queued at once, with the time until the last reply.

Compare ratios, not milliseconds. The local Telegram takes processor time too: its share of one core is printed, and where it comes near
100 % it is what was measured. What everything else on the machine took is printed as well: where that is much, only the processor time of
an update, the last ratio, can be trusted. For the bot it is a night hour, at which no daily case goes out.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.local_telegram import File, LocalTelegram, Person
from bot.local_telegram.server import LocalTelegramServer
from bot.station.clock import unix_now, utc_now
from bot.station.folders import DEFAULT_KNOWLEDGE
from retrieval.evaluation import read_questions
from tests.benchmarks.soak import FIRST_PERSON, BotProcess, bot_environment, crowd, quantile, until_terminated, zone_at

BOTS: dict[str, Sequence[str]] = {"ours": ("bot", "run"), "echo": ("tests.benchmarks.echo",)}
TARGET = 0.8
WARM_UP = 100
PATIENCE = 120.0


class Stopwatch(LocalTelegram):
    """A Telegram that notes how long each update waited for its reply; replies to one person come in order.

    Attributes:
        waits: Seconds, in the order of the replies.
    """

    def __init__(self, people: Sequence[Person]) -> None:
        super().__init__(people=people, clock=unix_now)
        self.waits: list[float] = []
        self._asked: dict[int, deque[float]] = defaultdict(deque)
        self._wanted = 0
        self._done = asyncio.Event()

    def asks(self, person: int, text: str) -> None:
        """A person asks."""
        self._asked[person].append(time.perf_counter())
        self.says(person, text)

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call, and stop the time of what it answers."""
        result = await super().call(method, parameters, files)
        if method == "sendMessage" and (asked := self._asked[result["chat"]["id"]]):
            self.waits.append(time.perf_counter() - asked.popleft())
            if len(self.waits) >= self._wanted:
                self._done.set()
        return result

    async def replies(self, number: int) -> None:
        """Wait until there are so many waits.

        Raises:
            TimeoutError: Where they don't come.
        """
        self._wanted = number
        self._done.clear()
        if len(self.waits) < number:
            async with asyncio.timeout(PATIENCE):
                await self._done.wait()


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement of one bot.

    Attributes:
        seconds: From the first update to the last reply.
        waits: Seconds from update to reply, ascending.
        bot_cpu: Processor seconds of the bot.
        telegram_cpu: Processor seconds of the local Telegram, with those of asking.
        others_cpu: Processor seconds of everything else on the machine.
    """

    seconds: float
    waits: tuple[float, ...]
    bot_cpu: float
    telegram_cpu: float
    others_cpu: float

    @property
    def rate(self) -> float:
        """Updates a second."""
        return len(self.waits) / self.seconds

    def __str__(self) -> str:
        p50, p99 = (1000 * quantile(self.waits, share) for share in (0.5, 0.99))
        bot, telegram, others = (100 * cpu / self.seconds for cpu in (self.bot_cpu, self.telegram_cpu, self.others_cpu))
        return (
            f"{len(self.waits):6d} updates {self.seconds:7.2f} s {self.rate:7.1f}/s   p50 {p50:8.1f} ms   p99 {p99:8.1f} ms"
            f"   of a core: bot {bot:3.0f} %, Telegram {telegram:3.0f} %, others {others:3.0f} %"
        )


@dataclass(slots=True)
class Results:
    """All measurements of one bot."""

    paced: list[Measurement] = field(default_factory=list)
    saturated: list[Measurement] = field(default_factory=list)

    def paced_quantile(self, share: float) -> float:
        """Seconds, over all paced waits."""
        return quantile(sorted(wait for measurement in self.paced for wait in measurement.waits), share)

    @property
    def rate(self) -> float:
        """Updates a second when saturated, over all rounds."""
        return sum(len(each.waits) for each in self.saturated) / sum(each.seconds for each in self.saturated)

    @property
    def cpu(self) -> float:
        """The bot's processor seconds for an update, when saturated."""
        return sum(each.bot_cpu for each in self.saturated) / sum(len(each.waits) for each in self.saturated)


async def measure(telegram: Stopwatch, bot: BotProcess, asking: Callable[[], Any], number: int) -> Measurement:
    """Ask, wait for all replies, and note what it took."""
    before, start, cpu = len(telegram.waits), time.perf_counter(), (bot.cpu, time.process_time(), machine_cpu())
    await asking()
    await telegram.replies(before + number)
    seconds = time.perf_counter() - start
    bot_cpu, telegram_cpu, machine = bot.cpu - cpu[0], time.process_time() - cpu[1], machine_cpu() - cpu[2]
    others = max(0.0, machine - bot_cpu - telegram_cpu)
    return Measurement(seconds, tuple(sorted(telegram.waits[before:])), bot_cpu, telegram_cpu, others)


def machine_cpu() -> float:
    """Seconds of processor time of everything on the machine so far; Linux only."""
    user, nice, system, _idle, _wait, *more = Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:9]
    return sum(map(int, (user, nice, system, *more))) / os.sysconf("SC_CLK_TCK")


async def one_round(name: str, options: argparse.Namespace, results: Results) -> None:
    """Start a bot, measure it paced and saturated, and end it."""
    chance = random.Random(options.seed)  # noqa: S311 - the same questions for both bots, not secret
    questions = [item.question for item in read_questions(DEFAULT_KNOWLEDGE / "golden.jsonl") if item.alarm is None]
    people = [person.id for person in crowd(options.people) if person.id >= FIRST_PERSON]
    with tempfile.TemporaryDirectory(prefix="policybot-throughput-") as name_of_folder:
        folder = Path(name_of_folder)
        telegram = Stopwatch(crowd(options.people))
        server = LocalTelegramServer(telegram)
        await server.start()
        log = folder / "log"
        environment = bot_environment(server.base_url, people, folder, zone_at(2, utc_now()))
        module = BOTS[name]
        if options.profile and name == "ours":
            module = ("cProfile", "-o", str(options.profile.resolve()), "-m", *module)
        bot = await BotProcess.start(module, folder, environment, log)

        async def pace(number: int) -> None:
            start = time.perf_counter()
            for place in range(number):
                await asyncio.sleep(max(0.0, start + place / options.rate - time.perf_counter()))
                telegram.asks(people[place % len(people)], chance.choice(questions))

        async def flood() -> None:
            for place in range(options.flood):
                telegram.asks(people[place % len(people)], chance.choice(questions))

        try:
            for place in range(WARM_UP):
                telegram.asks(people[place % len(people)], chance.choice(questions))
            await telegram.replies(WARM_UP)
            number = int(options.rate * options.seconds)
            results.paced.append(await measure(telegram, bot, lambda: pace(number), number))
            print(f"{name}  paced     {results.paced[-1]}", flush=True)
            results.saturated.append(await measure(telegram, bot, flood, options.flood))
            print(f"{name}  saturated {results.saturated[-1]}", flush=True)
        except TimeoutError:
            print(log.read_text(encoding="utf-8", errors="replace")[-5000:])
            raise
        finally:
            await bot.ends(signal.SIGINT)
            await server.stop()


def summary(ours: Results, echo: Results) -> None:
    """Print the ratios."""
    rows = [
        ("saturated, updates/s", ours.rate, echo.rate, ours.rate / echo.rate),
        *(
            (f"paced, {name} ms (echo/ours)", 1000 * mine, 1000 * theirs, theirs / mine)
            for name, mine, theirs in (
                (name, ours.paced_quantile(share), echo.paced_quantile(share))
                for name, share in (("p50", 0.5), ("p99", 0.99))
            )
        ),
        ("processor ms an update (echo/ours)", 1000 * ours.cpu, 1000 * echo.cpu, echo.cpu / ours.cpu),
    ]
    print(f"\n{'':36}{'ours':>10}{'echo':>10}{'ratio':>8}   target {TARGET:.2f}")
    for name, mine, theirs, ratio in rows:
        print(f"{name:36}{mine:10.2f}{theirs:10.2f}{ratio:8.2f}   {'reached' if ratio >= TARGET else 'missed'}")


async def run(options: argparse.Namespace) -> None:
    """Measure both bots by turns."""
    results = {name: Results() for name in BOTS}
    for _ in range(options.rounds):
        for name in BOTS:
            await one_round(name, options, results[name])
    summary(results["ours"], results["echo"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.throughput", description="Ours beside an echo bot."
    )
    parser.add_argument("--rounds", type=int, default=2, help="how often each bot has its turn")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rate", type=float, default=50, help="updates a second, when paced")
    parser.add_argument("--seconds", type=float, default=20, help="how long it is paced")
    parser.add_argument("--flood", type=int, default=3000, help="updates that are queued at once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", type=Path, help="write a cProfile of our bot's last turn to this file")
    options = parser.parse_args(arguments)
    print(
        f"{options.people} people; paced: {options.rate:g} updates/s for {options.seconds:g} s;"
        f" saturated: {options.flood} updates at once",
        flush=True,
    )
    asyncio.run(until_terminated(run(options)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
