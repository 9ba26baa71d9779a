"""The real process, against a real socket."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_telegram import TOKEN, Fault, FaultKind, File, LocalTelegram, Person
from bot.local_telegram.server import LocalTelegramServer
from tests.bot.conftest import ADMIN, STAFF

OUTAGE = 3.0
PATIENCE = 60.0
QUESTION = "停人家的电要提前几天打招呼"


class SlowTelegram(LocalTelegram):
    """Whose answers to messages can be held back."""

    def __init__(self) -> None:
        people = [Person(STAFF, "王"), Person(ADMIN, "孙")]
        super().__init__(people=people, clock=time.time)  # noqa: TID251 - a process reads the wall clock, so its Telegram does
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = asyncio.Event()

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call, when it is let."""
        if method == "sendMessage":
            self.waiting.set()
            await self.open.wait()
        return await super().call(method, parameters, files)

    def answers(self, user_id: int = STAFF) -> list[str]:
        """What the bot has said to a person."""
        chat = self.chats.get(user_id)
        messages = chat.messages.values() if chat else ()
        return [message["text"] for message in messages if message["from"]["is_bot"]]


class Process:
    """`policybot run`, and the lines it logs."""

    def __init__(self, process: asyncio.subprocess.Process, web: str) -> None:
        self._process = process
        self.web = web
        self.log: list[str] = []
        self._heard = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.log.append(line.decode())
            self._heard.set()

    async def logs(self, words: str) -> None:
        """Wait until a line with these words is logged."""
        async with asyncio.timeout(PATIENCE):
            while not any(words in line for line in self.log):
                self._heard.clear()
                await self._heard.wait()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def ends(self, by: signal.Signals | None = None) -> int:
        """Wait for its end, which a signal brings; gives the exit code."""
        if by is not None:
            self._process.send_signal(by)
        async with asyncio.timeout(PATIENCE):
            code = await self._process.wait()
            await self._reader
        return code

    async def kill(self) -> None:
        """End it, whatever it does."""
        if self.running:
            self._process.kill()
        await self._process.wait()
        await self._reader

    async def health(self) -> tuple[int, dict[str, Any]]:
        """What `/health` says."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.web}/health") as answer:
            return answer.status, await answer.json()


Start = Callable[..., Any]


@pytest.fixture
def telegram() -> SlowTelegram:
    """With people and the token that the process has."""
    return SlowTelegram()


@pytest.fixture
async def server(telegram: SlowTelegram) -> AsyncIterator[LocalTelegramServer]:
    """That Telegram on a port of this machine."""
    server = LocalTelegramServer(telegram, pauses=[0.05])
    await server.start()
    yield server
    await server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def start(server: LocalTelegramServer, tmp_path: Path, cache: Path) -> AsyncIterator[Start]:
    """Starts the bot, in an empty folder; no token of it is ever logged, and no trace."""
    async with AsyncExitStack() as stack:

        async def run(data: str = "data", **more: str) -> Process:
            port = _free_port()
            environment = os.environ | {
                "POLICYBOT_TOKEN": TOKEN,
                "POLICYBOT_BASE_URL": server.base_url,
                "POLICYBOT_ALLOWED_IDS": str(STAFF),
                "POLICYBOT_ADMIN_IDS": str(ADMIN),
                "POLICYBOT_DATA": str(tmp_path / data),
                "POLICYBOT_LISTEN": f"127.0.0.1:{port}",
                "XDG_CACHE_HOME": str(cache),
                "NO_PROXY": "127.0.0.1",
                **more,
            }
            started = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE
            )
            process = Process(started, f"http://127.0.0.1:{port}")
            stack.push_async_callback(_end, process)
            return process

        yield run


async def _end(process: Process) -> None:
    await process.kill()
    assert TOKEN not in "".join(process.log), "a token in the log"
    assert not any(line.startswith("Traceback") for line in process.log), "".join(process.log)


async def _asks(telegram: SlowTelegram, text: str, shows: str) -> None:
    """Ask, and wait for the answer."""
    telegram.says(STAFF, text)
    await _hears(telegram, shows)


async def _hears(telegram: SlowTelegram, words: str) -> None:
    """Wait until the bot has said something with these words."""
    said = asyncio.Event()
    forget = telegram.listen(lambda _user, _event: said.set())
    async with asyncio.timeout(PATIENCE):
        while not any(words in text for text in telegram.answers()):
            said.clear()
            await said.wait()
    forget()


async def test_it_answers_survives_outages_and_stops_on_sigterm(
    telegram: SlowTelegram, server: LocalTelegramServer, start: Start
) -> None:
    """The process answers over HTTP, again after the server was away and after 502s, and ends with 0 on SIGTERM."""
    process = await start()
    await _asks(telegram, QUESTION, "第六十七条")
    assert (await process.health())[0] == 200

    await server.stop()
    await process.logs("can't be reached")
    away = time.monotonic()
    while time.monotonic() - away < OUTAGE:
        await asyncio.sleep(0.2)
        assert process.running
    await server.start()
    await _asks(telegram, "十个不准第四条", "推诿塞责")

    telegram.faults.add(Fault(FaultKind.BAD_GATEWAY, times=3))
    await _asks(telegram, "表箱要打几颗螺丝,能不能只钉一颗", "两颗螺丝")
    assert telegram.faults.active == ()
    assert await process.ends(signal.SIGTERM) == 0


async def test_it_waits_for_a_line_that_is_down_at_the_start(
    telegram: SlowTelegram, server: LocalTelegramServer, start: Start
) -> None:
    """With no Telegram in sight the process stays, says so, and answers as soon as there is one."""
    await server.stop()
    process = await start()
    await process.logs("does not get through")
    assert process.running
    status, health = await process.health()
    assert (status, health["status"]) == (503, "waiting for Telegram")

    await server.start()

    await _asks(telegram, QUESTION, "第六十七条")


async def test_an_update_that_cannot_be_read_stops_nothing(telegram: SlowTelegram, start: Start) -> None:
    """What makes PTB's own polling stand still for good is set aside; the admin hears of it, the next question is answered."""
    telegram.says(ADMIN, "/start")
    process = await start()
    await _asks(telegram, QUESTION, "第六十七条")

    telegram.faults.add(Fault(FaultKind.UNPARSABLE, times=1))
    await _asks(telegram, "十个不准第四条", "推诿塞责")

    await process.logs("set aside")
    assert await process.ends(signal.SIGTERM) == 0
    assert any("读不懂" in text for text in telegram.answers(ADMIN))
    process.log = [line for line in process.log if not line.startswith("Traceback")]  # of PTB's parser; wanted there


async def test_a_second_process_on_the_same_folder_says_so_and_ends(telegram: SlowTelegram, start: Start) -> None:
    """Two of one machine: the second one ends at once, with its own exit code, and the first goes on."""
    first = await start()
    await _asks(telegram, QUESTION, "第六十七条")

    second = await start()

    assert await second.ends() == 3
    assert any("已经有一个 policybot" in line for line in second.log)
    await _asks(telegram, "十个不准第四条", "推诿塞责")
    assert first.running


async def test_two_processes_with_one_token_do_not_fight(telegram: SlowTelegram, start: Start) -> None:
    """Two of different machines: one ends with a plain word, the other answers on."""
    processes = [await start("one"), await start("two")]

    ended = [asyncio.create_task(process.ends()) for process in processes]
    done, _ = await asyncio.wait(ended, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)

    assert [task.result() for task in done] == [3]
    loser = processes[ended.index(next(iter(done)))]
    assert any("另一个程序也在用这个令牌" in line for line in loser.log)
    await _asks(telegram, QUESTION, "第六十七条")
    for task in ended:
        task.cancel()


async def test_what_was_asked_before_kill_9_is_answered_after_it(telegram: SlowTelegram, start: Start) -> None:
    """The process dies with a question in its hands, which Telegram takes for delivered; the next process answers it."""
    process = await start()
    await _asks(telegram, QUESTION, "第六十七条")
    telegram.open.clear()
    telegram.waiting.clear()
    telegram.says(STAFF, "十个不准第四条")
    await asyncio.wait_for(telegram.waiting.wait(), PATIENCE)
    telegram.says(STAFF, "表箱要打几颗螺丝,能不能只钉一颗")
    while any("十个不准" in str(update) for update in telegram.pending):  # noqa: ASYNC110 - the queue tells nobody when it gets shorter
        await asyncio.sleep(0.05)
    await process.kill()
    telegram.open.set()

    await start()

    await _hears(telegram, "推诿塞责")
    await _hears(telegram, "两颗螺丝")
    assert len(telegram.answers()) == 3


async def test_sigterm_lets_what_has_begun_finish(telegram: SlowTelegram, start: Start) -> None:
    """An answer that is on its way when SIGTERM comes still arrives, once, and the exit code is 0."""
    process = await start()
    await _asks(telegram, QUESTION, "第六十七条")
    telegram.open.clear()
    telegram.waiting.clear()
    telegram.says(STAFF, "十个不准第四条")
    await asyncio.wait_for(telegram.waiting.wait(), PATIENCE)

    ending = asyncio.create_task(process.ends(signal.SIGTERM))
    await asyncio.sleep(0.5)
    assert not ending.done()
    telegram.open.set()

    assert await ending == 0
    assert sum("推诿塞责" in text for text in telegram.answers()) == 1


async def test_it_answers_through_a_webhook(telegram: SlowTelegram, start: Start) -> None:
    """With POLICYBOT_WEBHOOK_URL Telegram brings the updates, with the secret; nothing is polled."""
    port = _free_port()
    process = await start(POLICYBOT_WEBHOOK_URL=f"http://127.0.0.1:{port}", POLICYBOT_LISTEN=f"127.0.0.1:{port}")

    await _asks(telegram, QUESTION, "第六十七条")

    assert "getUpdates" not in {method for method, _ in telegram.calls}
    assert await process.ends(signal.SIGTERM) == 0
    assert telegram.webhook.url, "the webhook stays, so that what is asked meanwhile is kept for the next start"


async def test_policybot_reload_reaches_the_running_bot(
    telegram: SlowTelegram, start: Start, tmp_path: Path, folder: Path
) -> None:
    """An edited folder is in use after the command; one with a Problem is not, nor after the next start, at which admins are told."""
    telegram.says(ADMIN, "/start")
    process = await start(POLICYBOT_KNOWLEDGE=str(folder))
    await _asks(telegram, QUESTION, "第六十七条")
    case = folder / "cases" / "arrears-disconnection-estate.md"
    case.write_text(case.read_text("utf-8").replace("takeaway: ", "takeaway: 新的说法，"), "utf-8")

    code, said = await _reload(process, telegram, tmp_path)

    assert (code, said.splitlines()[0].partition("（")[0]) == (0, "✅ 已启用")
    await _asks(telegram, QUESTION, "新的说法")
    case.write_text(case.read_text("utf-8").replace("kind: negative", "kind: 坏"), "utf-8")
    code, said = await _reload(process, telegram, tmp_path)
    assert code == 1
    assert "cases/arrears-disconnection-estate.md" in said
    assert await process.ends(signal.SIGTERM) == 0
    assert (await _reload(process, telegram, tmp_path))[0] == 1

    await start(POLICYBOT_KNOWLEDGE=str(folder))
    await _asks(telegram, QUESTION, "新的说法")
    async with asyncio.timeout(PATIENCE):
        while not any("重新启动了" in text for text in telegram.answers(ADMIN)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def _reload(process: Process, telegram: SlowTelegram, folder: Path) -> tuple[int, str]:
    """`policybot reload` beside a bot; gives its exit code and what it said."""
    environment = os.environ | {
        "POLICYBOT_TOKEN": telegram.token,
        "POLICYBOT_LISTEN": process.web.removeprefix("http://"),
        "http_proxy": "http://127.0.0.1:9",
    }
    command = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "reload",
        cwd=folder,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, complaint = await command.communicate()
    assert b"Traceback" not in complaint
    return command.returncode or 0, (out or complaint).decode()
