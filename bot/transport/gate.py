"""The one gate that every call to Telegram passes: who waits, who goes first, and what is made again."""

import asyncio
import heapq
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from itertools import count
from typing import Any

from telegram.error import ChatMigrated, Forbidden, RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.transport.line import NotSentError, UnknownFateError, wait_of
from bot.transport.metrics import Metrics
from bot.transport.recipients import Recipients

_log = logging.getLogger(__name__)

_MARGIN = 1.0
"""Seconds after Telegram's own `retry_after`, which is in whole seconds and cut off."""
_EASED_FOR, _EASED_SPACING = 20.0, 1 / 28
"""After Telegram has asked to slow down, calls leave one by one for so long, and then until nobody waits any more.

Telegram's documented limit is about 30 messages a second: what waited must not go in a burst, and be gone as soon as may be.
"""
_BEFORE_A_PUSH = 28
"""Messages within a second from which on a push waits: so pushes take what answers leave of Telegram's limit, and are delayed by no single one."""
_PUSHES_PER_SECOND = 20.0
_PUSHES_AT_ONCE = 16
"""Pushes in flight; the rest of the connections are kept for replies."""
_PUSHES_AHEAD = 2
"""Pushes that may wait here for their turn before the outbox takes further copies in hand."""
_LONGEST_PAUSE = 15.0
_PERISHABLE = frozenset({"sendChatAction", "answerCallbackQuery"})
"""Calls that are worth nothing half a minute later."""
_PERISHES = 20.0
_SAY_AGAIN = 30.0
_SENDS = ("send", "copy", "forward")


class Lane(IntEnum):
    """What goes first: `rate_limit_args` of a call."""

    REPLY = 0
    PUSH = 1


class GoneError(Forbidden):
    """Nothing was sent: the chat is known to be gone."""


class Gate(BaseRateLimiter[int]):
    """Lets calls through: replies before pushes, nobody while Telegram asks to wait, nothing to those who are gone.

    A call that surely was not carried out is made again until it is; one that may have been is made again only where twice does no harm
    (edits, menus), else it ends in `UnknownFateError`.
    """

    def __init__(
        self,
        recipients: Recipients,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._recipients = recipients
        self._metrics = metrics
        self._clock = clock
        self._sleep = sleep
        self._closed_until = 0.0
        self._eased_until = 0.0
        self._next_push = 0.0
        self._left = deque[float](maxlen=_BEFORE_A_PUSH)
        self._complained_at = -_SAY_AGAIN
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()
        self._doorman: asyncio.Task[None] | None = None
        self._pushes = asyncio.Semaphore(_PUSHES_AT_ONCE)
        self._pushes_here = 0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Send everybody away who still waits."""
        if self._doorman is not None:
            self._doorman.cancel()
            with suppress(asyncio.CancelledError):
                await self._doorman
        for _, _, waiter in self._waiting:
            waiter.cancel()
        self._waiting.clear()

    @property
    def closed_for(self) -> float:
        """Seconds for which Telegram has asked everybody to wait; 0 while the gate is open."""
        return max(0.0, self._closed_until - self._clock())

    async def room(self) -> int:
        """Wait until a push would leave soon; gives how many may be handed in.

        Whoever decides on a push only then has few in hand that have not left yet: what he has in hand when the process dies is of
        unknown fate.
        """
        while self.closed_for or self._pushes_here >= _PUSHES_AHEAD:
            await self._sleep(max(self.closed_for, _EASED_SPACING))
        return _PUSHES_AHEAD - self._pushes_here

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Make a call when its turn has come.

        Args:
            callback: Makes the call.
            args: For the callback: endpoint and data.
            kwargs: For the callback: time-outs.
            endpoint: The method of the Bot API.
            data: Its parameters.
            rate_limit_args: A `Lane`; replies where None.

        Raises:
            GoneError: Where the chat is known to be gone; nothing was sent.
            Forbidden: Where Telegram says so; the chat counts as gone from now on.
            UnknownFateError: Where a message may or may not have gone out.
            NotSentError: Where a call was not carried out and is worth nothing by now.
        """
        call = _Call(partial(callback, *args, **kwargs), endpoint[:1].lower() + endpoint[1:], data, self._clock())
        if Lane(rate_limit_args or 0) is Lane.REPLY:
            return await self._persist(call, Lane.REPLY)
        self._pushes_here += 1
        try:
            async with self._pushes:
                return await self._persist(call, Lane.PUSH)
        finally:
            self._pushes_here -= 1

    async def _persist(self, call: "_Call", lane: Lane) -> Any:
        """Make a call until it has been carried out, or must not be made again."""
        while True:
            self._address(call)
            await self._turn(lane)
            if call.is_message:
                self._left.append(self._clock())
            try:
                result = await self._leave(call, lane)
            except TelegramError as error:
                await self._reconsider(call, error)
            else:
                self._metrics.call(call.endpoint, "ok")
                return result

    async def _leave(self, call: "_Call", lane: Lane) -> Any:
        """Make a call; meanwhile it is not here."""
        if lane is Lane.REPLY:
            return await call.make()
        self._pushes_here -= 1
        try:
            return await call.make()
        finally:
            self._pushes_here += 1

    async def _reconsider(self, call: "_Call", error: TelegramError) -> None:
        """Return once a call that failed may be made again; raise where it must not."""
        if isinstance(error, RetryAfter):
            self._metrics.call(call.endpoint, "429")
            self._close(wait_of(error))
            if call.endpoint in _PERISHABLE:
                raise error
        elif isinstance(error, ChatMigrated):
            self._metrics.call(call.endpoint, "migrated")
            if call.chat_id is None or self._recipients.address(call.chat_id) == error.new_chat_id:
                raise error
            await self._recipients.migrate(call.chat_id, error.new_chat_id)
        elif isinstance(error, NotSentError | UnknownFateError):
            unknown = isinstance(error, UnknownFateError)
            self._metrics.call(call.endpoint, "unknown" if unknown else "not_sent")
            late = self._clock() - call.begun + call.pause > _PERISHES
            if (unknown and call.is_message) or (late and call.endpoint in _PERISHABLE):
                raise error
            self._complain(call, error)
            await self._sleep(call.pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads callers, hides nothing
            call.pause = min(call.pause * 2, _LONGEST_PAUSE)
        else:
            self._metrics.call(call.endpoint, "refused")
            is_gone = isinstance(error, Forbidden) or (call.is_message and "chat not found" in error.message.lower())
            if is_gone and call.chat_id is not None:
                await self._recipients.leave(self._recipients.address(call.chat_id), error.message)
            raise error

    def _complain(self, call: "_Call", error: TelegramError) -> None:
        """Say that a call waits; not for each of the hundred that do."""
        now = self._clock()
        if now - self._complained_at >= _SAY_AGAIN:
            self._complained_at = now
            _log.warning("%s does not get through (%s); it is tried until it does", call.endpoint, error.message)

    # ---- who is gone

    def _address(self, call: "_Call") -> None:
        """Put the address in force into a call.

        Raises:
            GoneError: Where there is none.
        """
        if call.chat_id is None:
            return
        address = self._recipients.address(call.chat_id)
        if address != call.chat_id:
            call.data["chat_id"] = address
        if call.is_message and (reason := self._recipients.gone(address)):
            raise GoneError(reason)

    # ---- whose turn it is

    def _close(self, seconds: float) -> None:
        """Let nobody through for a time, and only one by one after it."""
        until = self._clock() + seconds + _MARGIN
        if until > self._closed_until:
            _log.warning("Telegram asks to wait %.0f s; everybody does", seconds)
            self._closed_until = until
        self._eased_until = self._closed_until + _EASED_FOR

    async def _turn(self, lane: Lane) -> None:
        """Wait until a call may leave."""
        now = self._clock()
        is_open = now >= self._closed_until and now >= self._eased_until
        # Whoever comes while others wait for the gate to open goes behind them; pushes that wait for their pace are overtaken.
        if lane is Lane.REPLY and is_open and not (self._waiting and self._waiting[0][0] == Lane.REPLY):
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (int(lane), next(self._numbers), waiter))
        if self._doorman is None or self._doorman.done():
            self._doorman = asyncio.create_task(self._admit())
        await waiter

    async def _admit(self) -> None:
        while self._waiting:
            now = self._clock()
            if now < self._closed_until:
                await self._sleep(self._closed_until - now)
                continue
            lane, _, waiter = self._waiting[0]
            if waiter.done():  # its caller was cancelled
                heapq.heappop(self._waiting)
                continue
            due = self._next_push
            if len(self._left) == _BEFORE_A_PUSH:
                due = max(due, self._left[0] + 1)
            if lane == Lane.PUSH and now < due:
                await self._sleep(min(due - now, _EASED_SPACING))  # a reply may come in between
                continue
            heapq.heappop(self._waiting)
            waiter.set_result(None)
            if lane == Lane.PUSH:
                # From now, not from when it was due: what was missed is not made up by a burst.
                self._next_push = now + 1 / _PUSHES_PER_SECOND
            if now < self._eased_until or lane == Lane.REPLY:  # replies wait here only after the gate was closed
                await self._sleep(_EASED_SPACING)


@dataclass(slots=True)
class _Call:
    """A call on its way.

    Attributes:
        make: Makes it; reads `data` anew each time.
        begun: When it came to the gate, by its clock.
        pause: Seconds until the next try.
    """

    make: Callable[[], Coroutine[Any, Any, Any]]
    endpoint: str
    data: dict[str, Any]
    begun: float
    pause: float = 0.5

    @property
    def is_message(self) -> bool:
        """Whether two of it would be seen as two."""
        return self.endpoint.startswith(_SENDS) and self.endpoint not in _PERISHABLE

    @property
    def chat_id(self) -> int | None:
        """Where it goes; None where to no chat, or to one by its @name."""
        try:
            return int(self.data["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None
