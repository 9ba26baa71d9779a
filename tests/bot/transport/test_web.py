"""The little web server."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import aiohttp
import pytest

from bot.storage.errors import JournalError
from bot.transport.metrics import Metrics
from bot.transport.web import RELOAD_HEADER, RELOAD_PATH, SECRET_HEADER, WEBHOOK_PATH, AddressInUseError, WebServer

SECRET = "s3cret_s3cret_s3cret"  # noqa: S105 - opens nothing


class Bot:
    """What stands behind the server."""

    def __init__(self) -> None:
        self.status = "ok"
        self.taken: list[Any] = []
        self.disk_full = False
        self.kept = asyncio.Event()
        self.kept.set()

    def health(self) -> dict[str, Any]:
        """As `/health` says it."""
        return {"status": self.status}

    async def take(self, updates: Sequence[Mapping[str, Any]]) -> None:
        """Keep updates."""
        await self.kept.wait()
        if self.disk_full:
            raise JournalError("voll")
        self.taken += updates


@pytest.fixture
def bot() -> Bot:
    """A healthy bot."""
    return Bot()


@pytest.fixture
async def server(bot: Bot) -> AsyncIterator[WebServer]:
    """The server on a free port."""
    metrics = Metrics()
    metrics.call("sendMessage", "ok")
    server = WebServer("127.0.0.1", 0, bot.health, metrics, SECRET, bot.take)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody who calls it."""
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        yield session


async def test_health_is_200_only_when_all_is_well(client: aiohttp.ClientSession, bot: Bot) -> None:
    """A monitor that only reads the status sees the stall."""
    async with client.get("/health") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ok"})
    bot.status = "stalled"
    async with client.get("/health") as answer:
        assert (answer.status, await answer.json()) == (503, {"status": "stalled"})


async def test_metrics_are_in_prometheus_format(client: aiohttp.ClientSession) -> None:
    """Counters appear under their names."""
    async with client.get("/metrics") as answer:
        text = await answer.text()
    assert answer.content_type == "text/plain"
    assert 'policybot_calls_total{method="sendMessage",outcome="ok"} 1.0' in text


async def test_an_update_with_the_secret_is_taken(client: aiohttp.ClientSession, bot: Bot) -> None:
    """Telegram's call is answered with 200 once the update is kept."""
    async with client.post(WEBHOOK_PATH, json={"update_id": 1}, headers={SECRET_HEADER: SECRET}) as answer:
        assert answer.status == 200
    assert bot.taken == [{"update_id": 1}]


async def test_nothing_is_confirmed_before_it_is_safe(client: aiohttp.ClientSession, bot: Bot) -> None:
    """As long as the disk has not got it, Telegram has no answer; where the disk is full it is told to come again."""
    bot.kept.clear()
    call = asyncio.create_task(_post(client, {"update_id": 1}))
    done, _ = await asyncio.wait({call}, timeout=0.1)
    assert not done
    bot.kept.set()
    assert await call == 200

    bot.disk_full = True
    assert await _post(client, {"update_id": 2}) == 503


async def _post(client: aiohttp.ClientSession, update: Any, secret: str = SECRET) -> int:
    async with client.post(WEBHOOK_PATH, json=update, headers={SECRET_HEADER: secret}) as answer:
        return answer.status


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x"])
async def test_whoever_lacks_the_secret_is_refused(client: aiohttp.ClientSession, bot: Bot, secret: str) -> None:
    """Nobody but Telegram can put words into staff's mouths."""
    assert await _post(client, {"update_id": 1}, secret) == 403
    assert bot.taken == []


@pytest.mark.parametrize("update", [[], {}, {"update_id": "1"}, "x", None])
async def test_what_is_no_update_is_refused(client: aiohttp.ClientSession, bot: Bot, update: Any) -> None:
    """Nonsense with the right secret is a 400, not a crash."""
    assert await _post(client, update) == 400
    assert bot.taken == []


async def test_a_port_that_is_taken_is_said_in_one_sentence(server: WebServer, bot: Bot) -> None:
    """The message names the setting to change."""
    second = WebServer("127.0.0.1", server.port, bot.health, Metrics())

    with pytest.raises(AddressInUseError, match="POLICYBOT_LISTEN"):
        await second.start()


async def test_a_reload_needs_its_secret() -> None:
    """Nobody has the knowledge read anew who doesn't know the token; who does says whether worse answers are wanted."""
    wishes: list[bool] = []

    async def reload(worse: bool) -> dict[str, Any]:
        wishes.append(worse)
        return {"verdict": "live", "text": "好"}

    server = WebServer("127.0.0.1", 0, dict, Metrics(), reload=reload, reload_secret=SECRET)
    await server.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{server.port}") as session:
        for headers in ({}, {RELOAD_HEADER: ""}, {RELOAD_HEADER: SECRET[:-1]}, {RELOAD_HEADER: "密"}):
            async with session.post(RELOAD_PATH, headers=headers) as answer:
                assert answer.status == 403
        assert wishes == []
        for path in (RELOAD_PATH, f"{RELOAD_PATH}?worse"):
            async with session.post(path, headers={RELOAD_HEADER: SECRET}) as answer:
                assert (answer.status, await answer.json()) == (200, {"verdict": "live", "text": "好"})
    await server.stop()
    assert wishes == [False, True]


async def test_a_secret_of_broken_bytes_is_a_wrong_one(server: WebServer, caplog: pytest.LogCaptureFixture) -> None:
    """It is refused like any other, without an error of ours."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        f"POST {WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n{SECRET_HEADER}: ".encode()
    )
    writer.write(b"\xff\xfe\r\n\r\n{}")
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] == b"403"
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
