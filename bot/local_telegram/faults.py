"""What goes wrong between the bot and Telegram, switched on from the page and from tests."""

import math
import random as randomness
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """How a call fails.

    TOO_MANY: 429, and every later call but getUpdates is 429 too until the time is over.
    BAD_GATEWAY: 502 with a page of HTML, not carried out.
    RESET: the connection is cut before the call is carried out.
    LOST: the call is carried out, then the connection is cut: the bot can't know.
    STALL: nothing comes for a while, then the connection is cut; not carried out.
    TRUNCATED: carried out, status 200, and half of the body; every second time whole JSON without a result.
    UNPARSABLE: getUpdates hands out, before the next real update, one that no client can parse.
    """

    TOO_MANY = "429"
    BAD_GATEWAY = "502"
    RESET = "reset"
    LOST = "lost"
    STALL = "stall"
    TRUNCATED = "truncated"
    UNPARSABLE = "unparsable"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        methods: The Bot API methods that it strikes; empty means all.
        probability: That it strikes a call, 0 to 1.
        times: How often it strikes before it is over; None means until it is cleared.
        retry_after: Seconds to wait after a 429, from 1.
        seconds: How long a STALL lasts.
    """

    kind: FaultKind
    methods: frozenset[str] = frozenset()
    probability: float = 1.0
    times: int | None = None
    retry_after: int = 3
    seconds: float = 30.0

    @property
    def wire(self) -> dict[str, Any]:
        """As the page writes it."""
        return {
            "kind": self.kind.value,
            "methods": sorted(self.methods),
            "probability": self.probability,
            "times": self.times,
            "retry_after": self.retry_after,
            "seconds": self.seconds,
        }


ON_THE_WAY = frozenset(FaultKind) - {FaultKind.UNPARSABLE}
"""The kinds that strike a call; the other one strikes what getUpdates hands out."""


class Faults:
    """The faults that are switched on.

    Args:
        random: Where chance comes from.
        clock: Unix seconds; a 429 holds until its time is over.
    """

    def __init__(self, random: randomness.Random | None = None, *, clock: Callable[[], float]) -> None:
        self._random = random or randomness.Random()  # noqa: S311 - weather, not a secret
        self._clock = clock
        self._active: list[Fault] = []
        self._closed_until = -math.inf
        self._truncations = 0
        self.changed: Callable[[], None] = lambda: None
        """Called whenever what is active changes."""

    @property
    def active(self) -> tuple[Fault, ...]:
        """Those that can still strike, with what is left of `times`."""
        return tuple(self._active)

    def add(self, fault: Fault) -> None:
        """Switch one on."""
        self.replace((*self._active, fault))

    def replace(self, faults: Iterable[Fault]) -> None:
        """Switch on these and no others."""
        self._active = [fault for fault in faults if fault.times is None or fault.times > 0]
        self.changed()

    def clear(self) -> None:
        """Switch all off, and end the wait after a 429."""
        self._closed_until = -math.inf
        self.replace(())

    def strike(self, method: str, kinds: Collection[FaultKind] = ON_THE_WAY) -> Fault | None:
        """Whether a call fails, and how; counts as one of the fault's times.

        Args:
            method: As in the Bot API.
            kinds: Only these are asked.
        """
        rest = self._closed_until - self._clock()
        if rest > 0 and method != "getUpdates" and FaultKind.TOO_MANY in kinds:
            return Fault(FaultKind.TOO_MANY, retry_after=math.ceil(rest))
        if not self._active:
            return None
        for place, fault in enumerate(self._active):
            if fault.kind not in kinds or (fault.methods and method not in fault.methods):
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            if fault.times is not None:
                self._active[place : place + 1] = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self.changed()
            if fault.kind is FaultKind.TOO_MANY:
                self._closed_until = self._clock() + fault.retry_after
            return fault
        return None

    def truncated(self, body: bytes) -> bytes:
        """What is left of an answer: half of it, and every second time whole JSON without a result."""
        self._truncations += 1
        return body[: len(body) // 2] if self._truncations % 2 else b'{"ok": true}'
