"""The line to Telegram, with failures told apart by what they mean for sending again."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_NOT_CARRIED_OUT = frozenset({HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})


class NotSentError(NetworkError):
    """The call surely was not carried out: it can be made again."""


class UnknownFateError(NetworkError):
    """The call may have been carried out: who makes it again may do it twice."""


class Line(BaseRequest):
    """A way to the network whose failures say whether a call may have been carried out, and that can be built anew.

    PTB makes one `TimedOut` of a connection that was never made and of an answer that never came, and raises `KeyError` on an
    answer that was cut off.
    """

    def __init__(self, build: Callable[[], BaseRequest]) -> None:
        """Nothing is opened yet.

        Args:
            build: Makes the real thing; called again by `rebuild`.
        """
        super().__init__()
        self._build = build
        self._inner = build()

    @property
    def read_timeout(self) -> float | None:
        """Seconds, of the real thing."""
        return self._inner.read_timeout

    async def initialize(self) -> None:
        """Open the real thing."""
        await self._inner.initialize()

    async def shutdown(self) -> None:
        """Close the real thing."""
        await self._inner.shutdown()

    async def rebuild(self) -> None:
        """Leave every connection behind and begin with new ones."""
        old, self._inner = self._inner, self._build()
        await self._inner.initialize()
        with suppress(TelegramError, RuntimeError, OSError, TimeoutError):
            async with asyncio.timeout(1):  # a connection that hangs may hang in closing too
                await old.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a call.

        Raises:
            NotSentError: Where no connection could be made, or Telegram says that it failed.
            UnknownFateError: Where nothing, or nothing whole, came back.
        """
        try:
            code, body = await self._inner.do_request(
                url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
            )
        except (NotSentError, UnknownFateError):
            raise
        except NetworkError as error:
            cause = error.__cause__
            kind = NotSentError if isinstance(cause, _NOT_SENT) else UnknownFateError
            raise kind(f"{type(cause or error).__name__}") from error
        except TelegramError:
            raise
        except Exception as error:
            raise UnknownFateError(f"{type(error).__name__}: {error}") from error
        if code in _NOT_CARRIED_OUT:
            raise NotSentError(f"HTTP {code}")
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UnknownFateError(f"HTTP {code}")
        if HTTPStatus.OK <= code < HTTPStatus.MULTIPLE_CHOICES and "/file/bot" not in url and not _is_whole(body):
            raise UnknownFateError("the answer was cut off")
        return code, body


def _is_whole(body: bytes) -> bool:
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and "result" in answer


def wait_of(error: RetryAfter) -> float:
    """Seconds that Telegram asks to wait; PTB gives a number or, where PTB_TIMEDELTA is set, a timedelta."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
