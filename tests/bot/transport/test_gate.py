"""Who may call Telegram, when, and what is called again."""

import asyncio
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.transport.gate import Gate, GoneError, Lane
from bot.transport.journal import Journal
from bot.transport.line import NotSentError, UnknownFateError
from bot.transport.metrics import Metrics
from bot.transport.recipients import Recipients
from tests.bot.transport.clock import Clock, Timeline
from tests.clock import NOW


class Wire:
    """A callback that answers from a script, and notes when it was called."""

    def __init__(self, clock: Clock, *outcomes: TelegramError | str) -> None:
        self._clock = clock
        self._outcomes = list(outcomes)
        self.calls: list[tuple[float, str, Any]] = []

    async def __call__(self, endpoint: str, data: dict[str, Any]) -> str:
        """Be called."""
        self.calls.append((self._clock(), endpoint, data.get("chat_id")))
        outcome = self._outcomes.pop(0) if self._outcomes else "sent"
        if isinstance(outcome, TelegramError):
            raise outcome
        return outcome


@pytest.fixture
def clock() -> Clock:
    """A clock of our own."""
    return Clock()


@pytest.fixture
async def recipients() -> Recipients:
    """Nobody is gone."""
    journal = Journal(None)
    await journal.open(NOW)
    return Recipients(journal, lambda: NOW)


@pytest.fixture
def gate(clock: Clock, recipients: Recipients) -> Gate:
    """The gate, with a clock of our own."""
    return Gate(recipients, Metrics(), clock, clock.sleep)


async def _call(gate: Gate, wire: Wire, endpoint: str = "sendMessage", lane: Lane | None = None, **data: Any) -> Any:
    data = {"chat_id": 1} | data
    return await gate.process_request(wire, (endpoint, data), {}, endpoint, data, lane)


async def test_retry_after_is_obeyed_by_everybody(gate: Gate, clock: Clock) -> None:
    """After a 429 nobody calls before the time that Telegram named is over; then each call is made, none is lost."""
    wire = Wire(clock, RetryAfter(7))
    until = clock.now + 7

    results = await asyncio.gather(*(_call(gate, wire, chat_id=number) for number in range(5)))

    assert results == ["sent"] * 5
    after = [at for at, _, _ in wire.calls if at > 1000.0]
    assert all(at > until for at in after), "nobody was let go too early"
    assert len(wire.calls) >= 6
    assert len(set(after)) == len(after), "they leave one by one, or the next 429 is sure"


@dataclass(frozen=True, slots=True)
class Rush:
    """What became of questions that came at an even pace, with a 429 among them.

    Attributes:
        waits: For each question, when it came and how long its answer waited, in seconds.
        left: When each call was made.
    """

    waits: list[tuple[float, float]]
    left: list[float]

    def most_in_a_second(self) -> int:
        """The most calls that were made within any second."""
        times = sorted(self.left)
        return max(sum(start <= at < start + 1 for at in times) for start in times)


async def _rush(recipients: Recipients, a_second: float, asked_to_wait: int, pushes: int = 0) -> Rush:
    """Two minutes of questions; the first call is turned down."""
    time = Timeline()
    gate = Gate(recipients, Metrics(), time, time.sleep)
    begun, rush = time.now, Rush([], [])

    async def wire(_endpoint: str, _data: dict[str, Any]) -> str:
        rush.left.append(time.now)
        if len(rush.left) == 1:
            raise RetryAfter(asked_to_wait)
        return "sent"

    async def ask(number: int) -> None:
        await time.sleep(number / a_second)
        came = time.now
        data = {"chat_id": 1 + number}
        await gate.process_request(wire, ("sendMessage", data), {}, "sendMessage", data, None)
        rush.waits.append((came - begun, time.now - came))

    async def push(number: int) -> None:
        data = {"chat_id": 10_000 + number}
        await gate.process_request(wire, ("sendMessage", data), {}, "sendMessage", data, Lane.PUSH)

    tasks = [asyncio.create_task(ask(number)) for number in range(round(120 * a_second))]
    tasks += [asyncio.create_task(push(number)) for number in range(pushes)]
    await time.run(begun + 400)
    await asyncio.gather(*tasks)
    await gate.shutdown()
    return rush


async def test_after_a_429_the_queue_is_gone_soon_and_telegrams_limit_is_kept(recipients: Recipients) -> None:
    """Five seconds closed at twenty questions a second: half a minute later nobody waits, and never did thirty-one leave in a second."""
    rush = await _rush(recipients, 20, 5)

    assert all(wait < 0.2 for came, wait in rush.waits if came > 30)
    assert max(wait for _, wait in rush.waits) < 7
    assert rush.most_in_a_second() <= 30


async def test_a_long_queue_is_not_let_go_at_once_when_the_easing_ends(recipients: Recipients) -> None:
    """A minute closed: those who waited go on leaving one by one until the last of them has left."""
    rush = await _rush(recipients, 20, 60)

    assert len(rush.waits) == 2400
    assert rush.most_in_a_second() <= 30


async def test_pushes_do_not_lengthen_the_queue_of_those_who_asked(recipients: Recipients) -> None:
    """With a case on its way, too: replies go first, and pushes take what is left of Telegram's limit."""
    rush = await _rush(recipients, 20, 5, pushes=400)

    assert all(wait < 0.2 for came, wait in rush.waits if came > 30)
    assert rush.most_in_a_second() <= 30
    assert len(rush.left) == 2400 + 400 + 1, "everything has left"


async def test_a_few_questions_do_not_slow_pushes_down(recipients: Recipients) -> None:
    """While seven people a second ask, a case still leaves at twenty a second."""
    time = Timeline()
    gate = Gate(recipients, Metrics(), time, time.sleep)
    begun, pushed = time.now, []

    async def wire(_endpoint: str, data: dict[str, Any]) -> str:
        if data["chat_id"] >= 10_000:
            pushed.append(time.now)
        return "sent"

    async def call(chat: int, after: float, lane: Lane) -> None:
        await time.sleep(after)
        data = {"chat_id": chat}
        await gate.process_request(wire, ("sendMessage", data), {}, "sendMessage", data, lane)

    tasks = [asyncio.create_task(call(1 + number, number / 7, Lane.REPLY)) for number in range(140)]
    tasks += [asyncio.create_task(call(10_000 + number, 0.0, Lane.PUSH)) for number in range(400)]
    await time.run(begun + 60)
    await asyncio.gather(*tasks)
    await gate.shutdown()
    assert len(pushed) == 400
    assert pushed[-1] - pushed[0] < 400 / 19.5


async def test_replies_go_before_pushes_when_the_gate_opens(gate: Gate, clock: Clock) -> None:
    """Of those that waited out a 429, people who asked come first, though the pushes were there before them."""
    wire = Wire(clock, RetryAfter(5))
    with pytest.raises(RetryAfter):
        await _call(gate, wire, "answerCallbackQuery")

    await asyncio.gather(
        *(_call(gate, wire, chat_id=100 + number, lane=Lane.PUSH) for number in range(3)),
        *(_call(gate, wire, chat_id=number) for number in range(1, 4)),
    )

    assert [chat for _, _, chat in wire.calls[1:]] == [1, 2, 3, 100, 101, 102]


async def test_pushes_leave_twenty_a_second_without_a_burst(gate: Gate, clock: Clock) -> None:
    """Pushes are spaced evenly; replies in between don't wait."""
    wire = Wire(clock)

    await asyncio.gather(*(_call(gate, wire, chat_id=number, lane=Lane.PUSH) for number in range(10)))

    times = [at for at, _, _ in wire.calls]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= 0.05 - 1e-9


async def test_a_reply_overtakes_pushes_that_wait_for_their_pace(gate: Gate, clock: Clock) -> None:
    """An answer doesn't stand behind five thousand pushes."""
    wire = Wire(clock)
    pushes = [asyncio.create_task(_call(gate, wire, chat_id=100 + n, lane=Lane.PUSH)) for n in range(10)]
    await asyncio.sleep(0)

    await _call(gate, wire, chat_id=1)

    assert [chat for _, _, chat in wire.calls].index(1) <= 1
    await asyncio.gather(*pushes)


async def test_there_is_room_for_a_push_only_when_it_would_leave_soon(gate: Gate, clock: Clock) -> None:
    """Whoever asks first takes few pushes in hand that wait: while others do, and while Telegram has asked to wait, there is none."""
    wire = Wire(clock)
    assert await gate.room() == 2
    pushes = [asyncio.create_task(_call(gate, wire, chat_id=number, lane=Lane.PUSH)) for number in range(10)]
    await asyncio.sleep(0)
    assert await gate.room() > 0
    assert len(wire.calls) >= 8, "asked while ten were there, it waited until most had left"
    await asyncio.gather(*pushes)

    wire = Wire(clock, RetryAfter(30))
    with pytest.raises(RetryAfter):
        await _call(gate, wire, "answerCallbackQuery")
    closed = clock.now
    assert await gate.room() == 2
    assert clock.now >= closed + 30


async def test_a_message_of_unknown_fate_is_never_sent_again(gate: Gate, clock: Clock) -> None:
    """No answer to a send may mean that it went out: it ends there."""
    wire = Wire(clock, UnknownFateError("ReadTimeout"))

    with pytest.raises(UnknownFateError):
        await _call(gate, wire)
    assert len(wire.calls) == 1


@pytest.mark.parametrize("endpoint", ["editMessageText", "setMyCommands", "getMe"])
async def test_what_does_no_harm_twice_is_made_again(gate: Gate, clock: Clock, endpoint: str) -> None:
    """An edit of unknown fate is simply made again."""
    wire = Wire(clock, UnknownFateError("ReadTimeout"))

    assert await _call(gate, wire, endpoint) == "sent"


async def test_what_was_surely_not_sent_is_sent_however_long_the_line_is_down(gate: Gate, clock: Clock) -> None:
    """Connections that are refused for minutes lose no answer."""
    wire = Wire(clock, *[NotSentError("ConnectError")] * 40)

    assert await _call(gate, wire) == "sent"
    assert clock.now - 1000 > 300
    assert max(clock.slept) <= 18, "a line that is back is noticed soon"


async def test_a_wink_that_nobody_waits_for_is_given_up(gate: Gate, clock: Clock) -> None:
    """“typing…” isn't shown a minute late."""
    wire = Wire(clock, *[NotSentError("ConnectError")] * 40)

    with pytest.raises(NotSentError):
        await _call(gate, wire, "sendChatAction")
    assert clock.now - 1000 < 30


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        Forbidden("Forbidden: user is deactivated"),
        Forbidden("Forbidden: bot was kicked from the supergroup chat"),
        BadRequest("Chat not found"),
    ],
)
async def test_who_is_gone_is_not_sent_to_again(
    gate: Gate, clock: Clock, recipients: Recipients, error: TelegramError
) -> None:
    """After Telegram's no, the next message doesn't leave the house; once the person is heard again, it does."""
    wire = Wire(clock, error)
    with pytest.raises(type(error)):
        await _call(gate, wire)

    with pytest.raises(GoneError):
        await _call(gate, wire)
    assert len(wire.calls) == 1

    await recipients.come_back(1)
    assert await _call(gate, wire) == "sent"


async def test_other_refusals_say_nothing_of_the_person(gate: Gate, clock: Clock, recipients: Recipients) -> None:
    """A message that Telegram rejects for its content doesn't make its receiver gone."""
    wire = Wire(clock, BadRequest("message is too long"))

    with pytest.raises(BadRequest):
        await _call(gate, wire)

    assert not recipients.gone(1)


async def test_a_group_that_moved_is_followed(gate: Gate, clock: Clock, recipients: Recipients) -> None:
    """The message goes to the supergroup at once, and so does every later one."""
    wire = Wire(clock, ChatMigrated(-1005))

    assert await _call(gate, wire, chat_id=-5) == "sent"
    assert await _call(gate, wire, chat_id=-5) == "sent"

    assert [chat for _, _, chat in wire.calls] == [-5, -1005, -1005]
    assert recipients.address(-5) == -1005


async def test_who_gives_up_waiting_is_left_out(gate: Gate, clock: Clock) -> None:
    """A caller that was cancelled while it waited doesn't hold up those behind it."""
    wire = Wire(clock, RetryAfter(5))
    with pytest.raises(RetryAfter):
        await _call(gate, wire, "answerCallbackQuery")
    first = asyncio.create_task(_call(gate, wire, chat_id=1))
    second = asyncio.create_task(_call(gate, wire, chat_id=2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == "sent"
    assert [chat for _, _, chat in wire.calls[1:]] == [2]


async def test_moves_in_a_circle_end(recipients: Recipients) -> None:
    """Two groups that each claim to be the other's successor don't hang the bot."""
    await recipients.migrate(1, 2)
    await recipients.migrate(2, 1)

    assert recipients.address(1) in {1, 2}
