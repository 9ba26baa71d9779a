"""What goes wrong on the line, on the seam and on a real socket alike."""

import json
import random

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.local_telegram import Fault, FaultKind, Faults, LocalTelegram
from tests.bot.local_telegram.conftest import COLLEAGUE, STAFF
from tests.bot.seam import TelegramRequest
from tests.clock import Clock


@pytest.fixture(params=["bot", "far_bot"])
def either_bot(request: pytest.FixtureRequest) -> Bot:
    """A bot that calls in the same process, and one that calls over HTTP."""
    bot = request.getfixturevalue(request.param)
    assert isinstance(bot, Bot)
    return bot


def _shown(telegram: LocalTelegram) -> list[str]:
    """What the bot's messages say."""
    return [message["text"] for message in telegram.chats[STAFF].messages.values() if message["from"]["is_bot"]]


async def _fails(bot: Bot) -> TelegramError:
    with pytest.raises(TelegramError) as caught:
        await bot.send_message(STAFF, "x")
    return caught.value


async def test_429_holds_until_its_time_is_over(telegram: LocalTelegram, either_bot: Bot, clock: Clock) -> None:
    """Every call but getUpdates is told to wait for what is left; then all is well."""
    telegram.faults.add(Fault(FaultKind.TOO_MANY, methods=frozenset({"sendMessage"}), times=1, retry_after=5))
    error = await _fails(either_bot)
    assert isinstance(error, RetryAfter)

    clock.go_on(seconds=2.5)
    with pytest.raises(RetryAfter, match=r"Retry in 0:00:03|Retry in 3 seconds"):
        await either_bot.send_chat_action(STAFF, "typing")
    assert await either_bot.get_updates() == ()

    clock.go_on(seconds=2.5)
    await either_bot.send_message(STAFF, "y")
    assert _shown(telegram) == ["y"]


async def test_502_is_a_page_and_nothing_is_done(telegram: LocalTelegram, either_bot: Bot) -> None:
    """A bad gateway is a network error, and no message is sent."""
    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, times=1))
    assert type(await _fails(either_bot)) is NetworkError
    assert _shown(telegram) == []


@pytest.mark.parametrize(("kind", "done"), [(FaultKind.RESET, []), (FaultKind.LOST, ["x"])])
async def test_a_cut_connection(telegram: LocalTelegram, either_bot: Bot, kind: FaultKind, done: list[str]) -> None:
    """The bot sees the same read error, whether its call was carried out or not."""
    telegram.faults.add(Fault(kind, times=1))
    error = await _fails(either_bot)
    assert type(error) is NetworkError
    assert isinstance(error.__cause__, httpx.ReadError)
    assert _shown(telegram) == done


async def test_a_stalled_call_times_out(telegram: LocalTelegram, bot: Bot, far_bot: Bot) -> None:
    """Nothing comes until the bot gives up; the call is not carried out. On the seam it takes no time."""
    telegram.faults.add(Fault(FaultKind.STALL, times=2))
    error = await _fails(bot)
    assert isinstance(error, TimedOut)
    assert isinstance(error.__cause__, httpx.ReadTimeout)

    with pytest.raises(TimedOut):
        await far_bot.send_message(STAFF, "x", read_timeout=0.05)
    assert _shown(telegram) == []


async def test_a_truncated_answer(telegram: LocalTelegram, request_: TelegramRequest, bot: Bot, far_bot: Bot) -> None:
    """The message is sent, and its answer comes in half with status 200; every second time it is JSON without a result."""
    telegram.faults.add(Fault(FaultKind.TRUNCATED))
    url = f"https://api.telegram.org/bot{telegram.token}/getMe"
    code, half = await request_.do_request(url, "POST")
    assert code == 200
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(half)
    assert json.loads((await request_.do_request(url, "POST"))[1]) == {"ok": True}

    with pytest.raises(TelegramError, match="Invalid server response"):
        await bot.send_message(STAFF, "甲")
    await request_.do_request(url, "POST")
    with pytest.raises(TelegramError, match="Invalid server response"):
        await far_bot.send_message(STAFF, "乙")
    assert _shown(telegram) == ["甲", "乙"]


async def test_an_update_that_no_client_can_read_comes_before_the_next_real_one(
    telegram: LocalTelegram, either_bot: Bot
) -> None:
    """PTB fails on the batch until an offset behind the poison is given; the real update is not lost."""
    telegram.faults.add(Fault(FaultKind.UNPARSABLE, times=1))
    assert await either_bot.get_updates() == ()
    telegram.says(STAFF, "好")

    with pytest.raises(TypeError, match="until_date"):
        await either_bot.get_updates()

    poison, real = telegram.pending
    assert "my_chat_member" in poison
    assert real["update_id"] == poison["update_id"] + 1
    [update] = await either_bot.get_updates(offset=real["update_id"])
    assert update.message
    assert update.message.text == "好"


async def test_a_poison_does_not_renumber_what_was_handed_out(telegram: LocalTelegram) -> None:
    """An update that the bot has seen keeps its id; the poison comes only before a fresh one."""
    telegram.says(STAFF, "旧")
    [old] = await telegram.call("getUpdates", {})
    telegram.faults.add(Fault(FaultKind.UNPARSABLE, times=1))
    telegram.says(STAFF, "新")
    assert len(await telegram.call("getUpdates", {})) == 2

    telegram.says(STAFF, "更新")
    updates = await telegram.call("getUpdates", {"offset": old["update_id"] + 2})
    assert ["my_chat_member" in update for update in updates] == [True, False]


def test_a_fault_strikes_as_often_as_it_says(clock: Clock) -> None:
    """By method and by number of times."""
    faults = Faults(clock=clock.unix)
    faults.add(Fault(FaultKind.RESET, methods=frozenset({"sendMessage"}), times=2))
    assert faults.strike("getMe") is None
    assert [faults.strike("sendMessage") is not None for _ in range(3)] == [True, True, False]
    assert faults.active == ()


def test_chance_comes_from_the_source_that_is_given(clock: Clock) -> None:
    """The same source strikes the same calls."""

    def struck(seed: int) -> list[bool]:
        faults = Faults(random.Random(seed), clock=clock.unix)  # noqa: S311 - weather, not a secret
        faults.add(Fault(FaultKind.RESET, probability=0.3))
        return [faults.strike("getMe") is not None for _ in range(1000)]

    assert struck(1) == struck(1)
    assert 200 < sum(struck(1)) < 400


def test_clearing_ends_the_wait_too(clock: Clock) -> None:
    """After clear() nothing is left of a 429."""
    faults = Faults(clock=clock.unix)
    faults.add(Fault(FaultKind.TOO_MANY, times=1))
    assert faults.strike("getMe")
    assert faults.strike("sendMessage")
    faults.clear()
    assert faults.strike("sendMessage") is None


async def test_without_a_way_out(request_: TelegramRequest, bot: Bot) -> None:
    """The seam can be cut off: no connection at all, or none in time."""
    request_.unreachable = True
    error = await _fails(bot)
    assert type(error) is NetworkError
    assert isinstance(error.__cause__, httpx.ConnectError)

    request_.unreachable, request_.slow_connect = False, True
    error = await _fails(bot)
    assert isinstance(error, TimedOut)
    assert isinstance(error.__cause__, httpx.ConnectTimeout)


async def test_a_refusal_is_carried_over_the_line(telegram: LocalTelegram, either_bot: Bot) -> None:
    """Code, words and parameters reach the bot as the Bot API sends them."""
    telegram.add_person(telegram.people[COLLEAGUE])
    with pytest.raises(TelegramError, match="Forbidden: bot can't initiate conversation with a user"):
        await either_bot.send_message(COLLEAGUE, "x")
