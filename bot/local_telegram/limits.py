"""How fast a bot may send."""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import too_many


@dataclass(slots=True)
class _Bucket:
    """Tokens that come back with time."""

    tokens: float
    at: float


@dataclass(slots=True)
class _Window:
    """The times of what was sent lately."""

    times: deque[float] = field(default_factory=deque)


class FloodLimits:
    """30 messages a second in all; one a second in a chat, with short bursts; 20 a minute in a group.

    Args:
        clock: Unix seconds.
    """

    _OVERALL = 30
    _BURST = 5
    _GROUP = 20
    _MINUTE = 60.0

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent = _Window()
        self._chats: dict[int, _Bucket] = {}
        self._groups: dict[int, _Window] = {}

    def take(self, chat: Chat) -> None:
        """Count a message.

        Raises:
            RejectedError: 429, with the seconds to wait; the message does not count then.
        """
        now = self._clock()
        bucket = self._chats.setdefault(chat.id, _Bucket(self._BURST, now))
        bucket.tokens = min(self._BURST, bucket.tokens + now - bucket.at)
        bucket.at = now
        group = None if chat.private else self._groups.setdefault(chat.id, _Window())
        wait = max(
            1.0 - bucket.tokens,
            _wait(self._sent, now, 1.0, self._OVERALL),
            _wait(group, now, self._MINUTE, self._GROUP) if group else 0.0,
        )
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        bucket.tokens -= 1
        self._sent.times.append(now)
        if group:
            group.times.append(now)


def _wait(window: _Window, now: float, seconds: float, most: int) -> float:
    """How long until one more fits."""
    while window.times and window.times[0] <= now - seconds:
        window.times.popleft()
    return window.times[0] + seconds - now if len(window.times) >= most else 0.0
