"""Fetching goes on, whatever comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import pytest
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot.storage.errors import ConflictError, JournalError
from bot.transport.metrics import Metrics
from bot.transport.polling import Poller
from tests.bot.transport.clock import Clock

Step = Exception | list[dict[str, Any]]


class Server:
    """getUpdates from a script; when that is at its end, the poller is let go."""

    def __init__(self, *steps: Step, clock: Clock | None = None, takes: float = 0.0) -> None:
        self.steps = list(steps)
        self.offsets: list[int | None] = []
        self.taken: list[Any] = []
        self.rebuilt = 0
        self.clock = clock or Clock()
        self._takes = takes
        self.over = asyncio.Event()

    async def fetch(self, offset: int | None, _seconds: float) -> Sequence[Mapping[str, Any]]:
        """Be called."""
        self.offsets.append(offset)
        self.clock.now += self._takes
        if not self.steps:
            self.over.set()
            await asyncio.Event().wait()
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep updates."""
        self.taken += updates

    async def rebuild(self) -> None:
        """Count."""
        self.rebuilt += 1

    def poller(self, take: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]] | None = None) -> Poller:
        """A poller of this server."""
        return Poller(self.fetch, take or self.take, self.rebuild, Metrics(), clock=self.clock, sleep=self.clock.sleep)

    async def run(self, poller: Poller | None = None) -> None:
        """Poll until the script is at its end."""
        polling = asyncio.create_task((poller or self.poller()).run())
        over = asyncio.create_task(self.over.wait())
        await asyncio.wait({polling, over}, return_when=asyncio.FIRST_COMPLETED)
        if polling.done():
            over.cancel()
            polling.result()
        polling.cancel()
        with suppress(asyncio.CancelledError):
            await polling


async def test_only_what_is_safe_is_confirmed() -> None:
    """The offset moves on after a batch was kept, not before."""
    server = Server([{"update_id": 7}, {"update_id": 9}], [])
    failures = [JournalError("voll")]

    async def take(updates: Sequence[Mapping[str, Any]]) -> None:
        if failures:
            raise failures.pop()
        await Server.take(server, updates)

    server.steps.insert(0, [{"update_id": 7}])
    await server.run(server.poller(take))

    assert server.offsets[:3] == [None, None, 10]


@pytest.mark.parametrize(
    "failure",
    [NetworkError("x"), TimedOut(), KeyError("result"), RuntimeError("closed"), RetryAfter(3), TypeError("not a list")],
)
async def test_whatever_goes_wrong_the_next_call_is_made(failure: Exception) -> None:
    """A failed line, a cut answer, a closed client or a flood limit: fetching goes on, and what comes next is taken."""
    server = Server(failure, failure, [{"update_id": 1}])

    await server.run()

    assert server.taken == [{"update_id": 1}]


async def test_an_answer_that_is_no_list_of_updates_stops_nothing() -> None:
    """Nonsense with status 200 is a failure like any other."""
    server = Server()
    server.steps = [[{"no": "id"}], [{"update_id": 1}]]

    await server.run()

    assert {"update_id": 1} in server.taken


async def test_a_call_that_hangs_is_given_up_and_the_connection_built_anew() -> None:
    """A line that takes the call and never answers is noticed, without anybody's help."""
    server = Server()
    hung = 0

    async def fetch(offset: int | None, seconds: float) -> Sequence[Mapping[str, Any]]:
        nonlocal hung
        if hung == 0:
            hung += 1
            await asyncio.Event().wait()
        server.steps = server.steps or []
        return await server.fetch(offset, seconds)

    server.steps = [[{"update_id": 1}]]
    poller = Poller(
        fetch,
        server.take,
        server.rebuild,
        Metrics(),
        period=0.01,
        grace=0.02,
        clock=server.clock,
        sleep=server.clock.sleep,
    )

    await server.run(poller)

    assert server.rebuilt == 1
    assert server.taken == [{"update_id": 1}]


async def test_failures_for_several_periods_build_the_connection_anew() -> None:
    """Time-outs that PTB would repeat in silence are seen by the watchdog, and by /health."""
    server = Server(*[TimedOut()] * 3, takes=15.0)
    poller = server.poller()

    await server.run(poller)

    assert server.rebuilt == 1
    assert poller.is_stalled
    assert poller.silent_for > 30


async def test_an_answer_ends_the_alarm() -> None:
    """Once something comes back all is well again."""
    server = Server(*[TimedOut()] * 4, [], takes=15.0)
    poller = server.poller()
    server.steps.append([])

    await server.run(poller)

    assert poller.silent_for <= 30


async def test_a_fight_for_the_updates_ends_with_a_plain_word() -> None:
    """Three conflicts are another process, not a leftover: this one ends, and says why."""
    server = Server(*[Conflict("terminated by other getUpdates request")] * 3)

    with pytest.raises(ConflictError, match="另一个程序也在用这个令牌"):
        await server.run()


async def test_a_single_conflict_is_waited_out() -> None:
    """After a restart the old connection may still be there for a moment."""
    server = Server(Conflict("terminated by other getUpdates request"), [{"update_id": 1}])

    await server.run()

    assert server.taken == [{"update_id": 1}]


async def test_somebody_elses_webhook_is_named() -> None:
    """A webhook that was set behind our back is told apart from a second poller."""
    server = Server(*[Conflict("can't use getUpdates method while webhook is active")] * 3)

    with pytest.raises(ConflictError, match="webhook"):
        await server.run()


async def test_a_wrong_token_ends_it() -> None:
    """No amount of trying makes a token right."""
    server = Server(InvalidToken())

    with pytest.raises(InvalidToken):
        await server.run()
