"""The wire against real sockets: what leaves, which way, and what a failure is called."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import InputFile
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.transport.line import NotSentError, UnknownFateError
from bot.transport.wire import Wire

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def _listening(answer: Answer) -> AsyncIterator[str]:
    """A server that answers so, whatever it is asked; gives its address."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of the developer's own."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def _call(
    url: str, data: RequestData | None = None, wire: Wire | None = None, read: float = 5
) -> tuple[int, bytes]:
    async with wire or Wire(4) as open_wire:
        return await open_wire.do_request(url, "POST", data, read_timeout=read)


async def test_parameters_and_files_arrive() -> None:
    """A form where there are only values, a multipart where there is a file with a Chinese name."""
    seen: list[object] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        form = await request.post()
        seen.extend(
            (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
            for value in form.values()
        )
        return web.Response(text="ok")

    file = InputFile(b"PK", filename="周报.xlsx", attach=False)
    async with _listening(answer) as address:
        values = RequestData([RequestParameter.from_input("text", "停电<几天>&")])
        assert await _call(address, values) == (200, b"ok")
        document = RequestData([RequestParameter.from_input("document", file)])
        assert await _call(address, document) == (200, b"ok")

    assert seen == ["停电<几天>&", ("周报.xlsx", b"PK")]


async def test_nobody_there_means_not_sent() -> None:
    """A refused connection, and a wire that is not open, surely carried nothing out."""
    async with _listening(lambda _request: asyncio.sleep(0, web.Response())) as address:
        pass
    with pytest.raises(NotSentError):
        await _call(address)
    with pytest.raises(NotSentError):
        await Wire(1).do_request(address, "POST")


async def test_no_answer_and_half_an_answer_are_of_unknown_fate() -> None:
    """A server that stays silent, and one that cuts the connection, may have done what was asked."""
    silent = asyncio.Event()

    async def stays_silent(_request: web.BaseRequest) -> web.StreamResponse:
        await silent.wait()
        return web.Response()

    async def cuts(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with _listening(stays_silent) as address:
        with pytest.raises(UnknownFateError):
            await _call(address, read=0.05)
        silent.set()
    async with _listening(cuts) as address:
        with pytest.raises(UnknownFateError):
            await _call(address)


async def test_the_environments_proxy_is_heeded_and_can_be_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY carries the call, with its password; NO_PROXY, and a wire that trusts no environment, go straight."""
    passwords: list[str] = []

    async def proxy(request: web.BaseRequest) -> web.StreamResponse:
        passwords.append(request.headers.get("Proxy-Authorization", ""))
        return web.Response(text="proxy")

    async def direct(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="direct")

    async with _listening(proxy) as by_proxy, _listening(direct) as address:
        monkeypatch.setenv("http_proxy", by_proxy.replace("http://", "http://me:geheim@"))
        assert await _call(f"{address}/x") == (200, b"proxy")
        assert passwords[0].startswith("Basic ")
        assert await _call(f"{address}/x", wire=Wire(1, trust_environment=False)) == (200, b"direct")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert await _call(f"{address}/x") == (200, b"direct")


async def test_a_proxy_of_another_kind_in_the_environment_harms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """SOCKS is for the setting; in HTTP_PROXY it is passed over, where aiohttp would refuse every call."""

    async def direct(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="direct")

    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    async with _listening(direct) as address:
        assert await _call(address) == (200, b"direct")


async def test_a_socks_proxy_that_is_away_means_not_sent() -> None:
    """The setting's proxy is used, and its absence is no unknown fate."""
    async with _listening(lambda _request: asyncio.sleep(0, web.Response())) as address:
        with pytest.raises(NotSentError):
            await _call(address, wire=Wire(1, "socks5://127.0.0.1:1"))


async def test_a_socks_proxy_carries_the_call() -> None:
    """A call goes through a SOCKS5 server, which is told where to."""
    wanted: list[bytes] = []

    async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        wanted.append(
            await reader.readexactly(10)
        )  # version, connect, reserved, IPv4, four bytes of address, two of port
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nsocks")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(socks, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert await _call("http://127.0.0.9:80/x", wire=Wire(1, f"socks5://127.0.0.1:{port}")) == (200, b"socks")
    assert wanted[0][3:8] == b"\x01" + bytes((127, 0, 0, 9))
