"""Asking Telegram for updates, on and on."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.storage.errors import ConflictError, JournalError
from bot.transport.line import wait_of
from bot.transport.metrics import Metrics

_log = logging.getLogger(__name__)

PERIOD = 10.0
"""Seconds that Telegram holds a call open while there is nothing to tell."""
_LONGEST_PAUSE = 5.0
"""Seconds between tries: a line that comes back is noticed within this time."""
_SAY_AGAIN = 60.0
_CONFLICTS = 3
_CONFLICTS_WITHIN = 120.0


Fetch = Callable[[int | None, float], Awaitable[Sequence[Mapping[str, Any]]]]


class Poller:
    """Fetches updates until it is cancelled, whatever the line does.

    Whatever goes wrong with one call is followed by the next. A call that hangs past its time, and failures that go on for several
    periods, make it build the connection anew.
    """

    def __init__(
        self,
        fetch: Fetch,
        take: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        rebuild: Callable[[], Awaitable[None]],
        metrics: Metrics,
        period: float = PERIOD,
        grace: float = 10.0,
        patience: int = 3,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Nothing is fetched yet.

        Args:
            fetch: Calls getUpdates with an offset and a time-out in seconds; gives what came, unread.
            take: Keeps updates safe; only then are they confirmed.
            rebuild: Builds the connection anew.
            metrics: That are counted up.
            period: Seconds of a long poll.
            grace: Seconds past the period after which a call that still hangs is given up.
            patience: After how many periods without an answer the connection is built anew, from 1.
            clock: Seconds, only ever growing.
            sleep: Waits so many of them.
        """
        self._fetch = fetch
        self._take = take
        self._rebuild = rebuild
        self._metrics = metrics
        self._period = period
        self._grace = grace
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._offset: int | None = None
        self._answered_at = clock()
        self._rebuilt_at = clock()
        self._down_since: float | None = None
        self._said_at = 0.0
        self._conflicts: list[float] = []

    @property
    def silent_for(self) -> float:
        """Seconds since Telegram last answered."""
        return self._clock() - self._answered_at

    @property
    def is_stalled(self) -> bool:
        """Whether Telegram has not answered for so long that something is wrong."""
        return self.silent_for > self._period * self._patience

    async def run(self) -> None:
        """Fetch, until cancelled.

        Raises:
            ConflictError: Where another process takes the same bot's updates.
            InvalidToken: Where Telegram doesn't know the token.
        """
        pause = 0.0
        while True:
            try:
                async with asyncio.timeout(self._period + self._grace):
                    updates = await self._fetch(self._offset, self._period)
                self._heard()
                await self._keep(updates)
                pause = 0.0
            except InvalidToken:
                raise
            except Conflict as error:
                await self._contend(error)
            except RetryAfter as error:
                self._heard()
                await self._sleep(wait_of(error) + 1)
            except JournalError as error:
                # Nothing is confirmed, so Telegram keeps them for us.
                _log.error("%s", error)
                await self._sleep(_LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 - whatever came back, the next call may do better
                pause = min(max(pause * 2, 0.25), _LONGEST_PAUSE)
                await self._fail(error, pause)

    async def _keep(self, updates: Sequence[Mapping[str, Any]]) -> None:
        if not updates:
            return
        await self._take(updates)
        ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
        if ids:
            self._offset = max(ids) + 1

    def _heard(self) -> None:
        now = self._clock()
        if self._down_since is not None:
            _log.info("Telegram answers again, after %.0f s", now - self._down_since)
            self._down_since = None
        self._answered_at = now

    async def _fail(self, error: Exception, pause: float) -> None:
        now = self._clock()
        self._metrics.poll_failures.inc()
        if self._down_since is None or now - self._said_at > _SAY_AGAIN:
            since = f" for {now - self._down_since:.0f} s" if self._down_since is not None else ""
            what = error.message if isinstance(error, TelegramError) else repr(error)
            _log.warning("Telegram can't be reached%s (%s); trying again", since, what)
            self._said_at = now
        if self._down_since is None:
            self._down_since = now
        hung = isinstance(error, TimeoutError)
        if hung or now - max(self._answered_at, self._rebuilt_at) > self._period * self._patience:
            _log.warning("Nothing has come back for %.0f s; the connection is built anew", self.silent_for)
            self._metrics.line_rebuilds.inc()
            self._rebuilt_at = now
            try:
                await self._rebuild()
            except Exception:  # noqa: BLE001 - the next failure tries again
                _log.exception("The connection could not be built anew")
        await self._sleep(pause)

    async def _contend(self, error: Conflict) -> None:
        """One conflict is a leftover of a process that has just ended; several are somebody who goes on."""
        now = self._clock()
        self._conflicts = [at for at in self._conflicts if now - at < _CONFLICTS_WITHIN] + [now]
        if len(self._conflicts) >= _CONFLICTS:
            if "webhook" in error.message.lower():
                message = "有别的程序给这个机器人设了 webhook，收不到消息。一个令牌只能给一个程序用：停掉那一个，或者换一个令牌。"
            else:
                message = "另一个程序也在用这个令牌收消息。一个令牌只能给一个程序用：停掉那一个，或者换一个令牌。"
            raise ConflictError(message)
        _log.warning("Somebody else takes this bot's updates (%s); trying again", error.message)
        await self._sleep(2.0)


def fetch_through(line: BaseRequest, base_url: str, allowed: Sequence[str]) -> Fetch:
    """GetUpdates over a line, its answer unread: PTB's own fails as a whole where a single update can't be read.

    Args:
        line: To Telegram.
        base_url: Of the Bot API, with the token.
        allowed: The kinds of updates that are wanted.
    """

    async def fetch(offset: int | None, seconds: float) -> Sequence[Mapping[str, Any]]:
        query: dict[str, Any] = {"timeout": int(seconds), "allowed_updates": json.dumps(allowed)}
        if offset is not None:
            query["offset"] = offset
        updates: Any = await line.post(f"{base_url}/getUpdates?{urlencode(query)}", read_timeout=seconds + 5)
        return updates if isinstance(updates, list) else []

    return fetch
