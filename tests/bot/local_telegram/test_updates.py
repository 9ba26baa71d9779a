"""How updates wait for the bot and are handed to it."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.local_telegram import LocalTelegram, RejectedError
from tests.bot.local_telegram.conftest import STAFF
from tests.clock import Clock


async def _ids(telegram: LocalTelegram, **parameters: object) -> list[int]:
    return [update["update_id"] for update in await telegram.call("getUpdates", parameters)]


async def test_updates_stay_until_confirmed(telegram: LocalTelegram) -> None:
    """The same updates come again until an offset behind them is given."""
    for word in "甲乙丙":
        telegram.says(STAFF, word)
    first, second, third = await _ids(telegram)

    assert await _ids(telegram) == [first, second, third]
    assert await _ids(telegram, limit=2) == [first, second]
    assert await _ids(telegram, offset=second) == [second, third]
    assert await _ids(telegram, offset=-1) == [third]
    assert await _ids(telegram, offset=third + 1) == []


async def test_at_most_100_come_at_once(telegram: LocalTelegram) -> None:
    """A long queue comes in batches."""
    for number in range(150):
        telegram.says(STAFF, str(number))
    assert len(await _ids(telegram)) == 100


async def test_a_long_poll_wakes_at_once(telegram: LocalTelegram) -> None:
    """A waiting call ends with the update and not with its time."""
    poll = asyncio.create_task(telegram.call("getUpdates", {"timeout": 50}))
    await asyncio.sleep(0)
    telegram.says(STAFF, "好")
    [update] = await asyncio.wait_for(poll, 5)
    assert update["message"]["text"] == "好"


async def test_of_two_pollers_the_first_is_told_to_go(bot: Bot, telegram: LocalTelegram) -> None:
    """Its waiting call ends with a 409; the second one gets the update."""
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0)
    second = asyncio.create_task(bot.get_updates(timeout=50))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    telegram.says(STAFF, "好")
    assert len(await second) == 1


async def test_only_the_kinds_that_were_asked_for_are_queued(telegram: LocalTelegram) -> None:
    """The choice holds until the next one; without one, all but the noisy kinds come."""
    await telegram.call("getUpdates", {"allowed_updates": ["callback_query"]})
    telegram.says(STAFF, "不要")
    telegram.presses(STAFF, 1, "要")
    [update] = await telegram.call("getUpdates", {})
    assert "callback_query" in update

    await telegram.call("getUpdates", {"offset": update["update_id"] + 1, "allowed_updates": []})
    telegram.says(STAFF, "又要")
    telegram.world.updates.add("message_reaction", {})
    assert [update.keys() - {"update_id"} for update in telegram.pending] == [{"message"}]


async def test_after_a_day_an_update_is_gone(telegram: LocalTelegram, clock: Clock) -> None:
    """A bot that comes back after a day gets only what is younger."""
    telegram.says(STAFF, "旧")
    clock.go_on(seconds=86_401)
    telegram.says(STAFF, "新")
    [update] = await telegram.call("getUpdates", {})
    assert update["message"]["text"] == "新"


async def test_a_webhook_and_polling_exclude_each_other(telegram: LocalTelegram) -> None:
    """Setting a webhook ends a waiting poll, and no further one is allowed until it is deleted."""
    poll = asyncio.create_task(telegram.call("getUpdates", {"timeout": 50}))
    await asyncio.sleep(0)
    await telegram.call("setWebhook", {"url": "https://a.cn/hook"})
    with pytest.raises(RejectedError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(RejectedError) as caught:
        await telegram.call("getUpdates", {})
    assert (caught.value.code, caught.value.description) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    telegram.says(STAFF, "好")
    await telegram.call("deleteWebhook", {"drop_pending_updates": True})
    assert await telegram.call("getUpdates", {}) == []


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"url": "http://a.cn/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://a.cn", "secret_token": "密"}, "secret token contains unallowed characters"),
        ({"url": "https://a.cn", "secret_token": "x" * 257}, "secret token is too long"),
        ({"url": "https://a.cn", "max_connections": 101}, "max_connections must be between 1 and 100"),
    ],
)
async def test_a_webhook_is_checked(telegram: LocalTelegram, parameters: dict[str, object], words: str) -> None:
    """HTTPS, or plain HTTP on this machine; a secret of harmless characters."""
    with pytest.raises(RejectedError) as caught:
        await telegram.call("setWebhook", parameters)
    assert caught.value.description == f"Bad Request: {words}"


async def test_a_webhook_tells_of_itself(bot: Bot, telegram: LocalTelegram) -> None:
    """GetWebhookInfo says where, how many wait, and which kinds are wanted."""
    await bot.set_webhook("http://127.0.0.1:9/hook", max_connections=3, allowed_updates=["message"])
    telegram.says(STAFF, "好")
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == ("http://127.0.0.1:9/hook", 1, 3)
    assert info.allowed_updates == ("message",)
