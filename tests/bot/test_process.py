"""The real process, against a real socket."""

import os
import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.bot.conftest import STAFF
from tests.bot.server import TelegramServer
from tests.bot.telegram import TOKEN

OUTAGE = 10.0
PATIENCE = 60.0


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    """A Bot API on this machine."""
    server = TelegramServer()
    yield server
    server.stop()


class Process:
    """`policybot run`, and the lines it logs."""

    def __init__(self, server: TelegramServer, folder: Path, cache: Path) -> None:
        environment = os.environ | {
            "POLICYBOT_TOKEN": TOKEN,
            "POLICYBOT_BASE_URL": server.base_url,
            "POLICYBOT_ALLOWED_IDS": str(STAFF),
            "XDG_CACHE_HOME": str(cache),
            "NO_PROXY": "127.0.0.1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.log: list[str] = []
        self.lines: queue.Queue[str] = queue.Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stream:
            for line in stream:
                self.log.append(line)
                self.lines.put(line)

    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def terminate(self) -> int:
        """Send SIGTERM; gives the exit code."""
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(PATIENCE)
        finally:
            self._process.kill()

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()


def _ask(server: TelegramServer, update_id: int, text: str) -> dict[str, Any]:
    chat = {"id": STAFF, "type": "private"}
    user = {"id": STAFF, "is_bot": False, "first_name": "王"}
    now = int(datetime.now(UTC).timestamp())
    server.telegram.chat(STAFF)
    server.updates.put(
        {
            "update_id": update_id,
            "message": {"message_id": update_id, "date": now, "chat": chat, "from": user, "text": text},
        }
    )
    return server.answers.get(timeout=PATIENCE)


@pytest.fixture
def process(server: TelegramServer, tmp_path: Path, cache: Path) -> Iterator[Process]:
    """The bot, started in an empty folder."""
    process = Process(server, tmp_path, cache)
    yield process
    process.kill()
    assert TOKEN not in "".join(process.log), "a token in the log"


def test_it_answers_survives_outages_and_stops_on_sigterm(server: TelegramServer, process: Process) -> None:
    """The process answers over HTTP, again after the server was away for 10 s and after 502s, and ends with 0 on SIGTERM."""
    assert "第六十七条" in _ask(server, 1, "停人家的电要提前几天打招呼")["text"]

    server.stop()
    away = time.monotonic()
    while time.monotonic() - away < OUTAGE:
        process.lines.get(timeout=PATIENCE)  # the bot's own complaints are the clock: it goes on trying
        assert process.running()
    server.start()
    assert "推诿塞责" in _ask(server, 2, "十个不准第四条")["text"]

    server.bad_gateways = 3
    assert "两颗螺丝" in _ask(server, 3, "表箱要打几颗螺丝,能不能只钉一颗")["text"]
    assert server.bad_gateways == 0
    assert not any(line.startswith("Traceback") for line in process.log)
    assert process.terminate() == 0
