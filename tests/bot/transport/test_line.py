"""What a failure says of whether the call was carried out."""

import json
from typing import Any

import httpx
import pytest
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest

from bot.transport.line import Line, NotSentError, UnknownFateError

_SENT = json.dumps({"ok": True, "result": {"message_id": 1}}).encode()


def _line(answer: httpx.Response | Exception) -> Line:
    """A line through PTB's real HTTPXRequest to a transport of our own."""

    def handle(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Line(lambda: HTTPXRequest(httpx_kwargs={"transport": httpx.MockTransport(handle)}))


async def _call(line: Line) -> Any:
    async with line:
        return await line.do_request("https://example.test/bot1:A/sendMessage", "POST")


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectTimeout("t"),
        httpx.ConnectError("refused"),
        httpx.PoolTimeout("pool"),
        httpx.Response(502, content=b"<html>Bad Gateway</html>"),
        httpx.Response(500, content=b"{}"),
    ],
)
async def test_what_never_left_is_told_apart(failure: httpx.Response | Exception) -> None:
    """No connection, no free one, or Telegram's own word that it failed: the call can be made again."""
    with pytest.raises(NotSentError):
        await _call(_line(failure))


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ReadTimeout("t"),
        httpx.WriteTimeout("t"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("gone"),
        httpx.Response(504, content=b"Gateway Time-out"),
        httpx.Response(200, content=_SENT[:-9]),
        httpx.Response(200, content=b'{"ok": true}'),
        httpx.Response(200, content=b"[]"),
        httpx.Response(200, content=b""),
    ],
)
async def test_what_may_have_been_carried_out_is_told_apart(failure: httpx.Response | Exception) -> None:
    """No answer, or one that was cut off, says nothing of the message: never a KeyError, never a blind repeat."""
    with pytest.raises(UnknownFateError):
        await _call(_line(failure))


async def test_whole_answers_pass() -> None:
    """What Telegram says in whole, a refusal too, is passed on as it is."""
    assert await _call(_line(httpx.Response(200, content=_SENT))) == (200, _SENT)
    refusal = json.dumps({"ok": False, "error_code": 400, "description": "Bad Request"}).encode()
    assert await _call(_line(httpx.Response(400, content=refusal))) == (400, refusal)


class Recorder(BaseRequest):
    """A way to the network that only notes what is done with it."""

    def __init__(self, fails: Exception | None) -> None:
        super().__init__()
        self.fails = fails
        self.closed = False

    @property
    def read_timeout(self) -> float:
        """None of importance."""
        return 1.0

    async def initialize(self) -> None:
        """Nothing."""

    async def shutdown(self) -> None:
        """Note it."""
        self.closed = True

    async def do_request(self, *_args: Any, **_more: Any) -> tuple[int, bytes]:
        """Answer or fail."""
        if self.fails is not None:
            raise self.fails
        return 200, _SENT


async def test_a_line_built_anew_leaves_the_old_connections_behind() -> None:
    """After the rebuild calls go through the new connection, and the old one is closed."""
    made = [Recorder(TimedOut()), Recorder(None)]
    waiting = list(made)
    line = Line(lambda: waiting.pop(0))
    with pytest.raises(NetworkError):
        await _call(line)

    await line.rebuild()

    assert (await line.do_request("https://example.test/bot1:A/getMe", "POST"))[0] == 200
    assert made[0].closed


async def test_a_bug_in_the_client_is_no_end() -> None:
    """An exception that PTB doesn't know counts as unknown fate."""
    with pytest.raises(UnknownFateError):
        await _call(Line(lambda: Recorder(RuntimeError("not initialized"))))
