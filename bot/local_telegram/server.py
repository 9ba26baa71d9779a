"""The local Telegram on a port of this machine: the Bot API for the bot, a page with a phone for people."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import aiohttp
from aiohttp import web

from bot.local_telegram.bot_api import BotApi, uploaded
from bot.local_telegram.errors import ImpossibleError
from bot.local_telegram.links import is_loopback
from bot.local_telegram.people import Person
from bot.local_telegram.phone import PhoneLine
from bot.local_telegram.telegram import LocalTelegram
from bot.local_telegram.webhook import PAUSES, Courier
from bot.local_telegram.world import Event

_LARGEST_BODY = 64 * 1024 * 1024
_PATIENCE = 0.1
"""Seconds that calls under way have at the end; long polls and stalls would last for ever."""
_SHOWABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a browser may show by itself; the rest is downloaded, so that no sent file runs as a part of the page."""


class LocalTelegramServer:
    """A local Telegram that listens on loopback, and nowhere else.

    Args:
        port: 0 means any free one; the same one again after a stop.
        host: A loopback address or “localhost”.
        pauses: Seconds between tries to reach a webhook; the last one repeats.

    Raises:
        ValueError: Where the host can be reached from other machines.
    """

    def __init__(
        self, telegram: LocalTelegram, port: int = 0, host: str = "127.0.0.1", pauses: Sequence[float] = PAUSES
    ) -> None:
        if not is_loopback(host):
            message = f"本地 Telegram 只能在本机使用,不能监听 {host}"
            raise ValueError(message)
        self._telegram = telegram
        self._host = host
        self._port = port
        self._pauses = pauses
        self._page = Path(str(files("bot.local_telegram").joinpath("page")))
        self._sockets: set[web.WebSocketResponse] = set()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None
        self._courier: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}/"

    @property
    def base_url(self) -> str:
        """What a bot puts in front of its token."""
        return f"{self.address}bot"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: Where the port is taken.
        """
        application = web.Application(middlewares=[_only_from_here], client_max_size=_LARGEST_BODY)
        application.add_routes(BotApi(self._telegram).routes())
        application.add_routes(
            [
                web.get("/", self._index),
                web.get("/static/{name}", self._static),
                web.get("/phone/socket", self._socket),
                web.post("/phone/upload", self._upload),
                web.get("/phone/file/{file_id}", self._file),
            ]
        )
        application.on_shutdown.append(self._hang_up)
        runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=_PATIENCE)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port, reuse_address=True).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = int(runner.addresses[0][1])
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60))
        courier = Courier(self._telegram.webhook, self._telegram.world.updates, self._post, self._pauses)
        self._courier = asyncio.create_task(courier.run())

    async def stop(self) -> None:
        """Go away: calls under way are cut, new connections are refused."""
        if self._courier is not None:
            self._courier.cancel()
            with suppress(asyncio.CancelledError):
                await self._courier
            self._courier = None
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _hang_up(self, _application: web.Application) -> None:
        for connection in tuple(self._sockets):
            await connection.close(code=aiohttp.WSCloseCode.GOING_AWAY)

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Bring an update to the webhook.

        Raises:
            OSError: Where nobody answers.
        """
        if self._session is None:
            message = "the server is not running"
            raise ConnectionError(message)
        try:
            async with self._session.post(url, data=body, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(str(error)) from error

    # The page

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return self._page_file("index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return self._page_file(request.match_info["name"])

    def _page_file(self, name: str) -> web.StreamResponse:
        path = self._page / name
        if "/" in name or "\\" in name or name.startswith(".") or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._telegram.world.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        headers = {"X-Content-Type-Options": "nosniff"}
        kind = stored.mime_type
        if kind not in _SHOWABLE:
            kind = "application/octet-stream"
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stored.name)}"
        return web.Response(body=stored.data, content_type=kind, headers=headers)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        files = [uploaded(part) for part in form.getall("file", ()) if isinstance(part, web.FileField)]
        if not files:
            raise web.HTTPBadRequest(text="没有文件")
        try:
            person = self._person(str(form.get("user")))
            chat_id = int(str(form.get("chat_id", person.id)))
            self._telegram.sends_files(
                person.id,
                files,
                chat_id,
                as_photo=form.get("kind") == "photo",
                caption=str(form.get("caption", "")),
            )
        except (ImpossibleError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response({"ok": True})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._person(request.query.get("user", ""))
        except ImpossibleError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        connection = web.WebSocketResponse(heartbeat=30, timeout=1.0)
        await connection.prepare(request)
        events: asyncio.Queue[Event] = asyncio.Queue()
        line = PhoneLine(self._telegram, person, events.put_nowait)
        hang_up = line.open()
        self._sockets.add(connection)
        writer = asyncio.create_task(_write(connection, events))
        try:
            async for message in connection:
                if message.type is aiohttp.WSMsgType.TEXT:
                    line.act(_json(message.data))
        finally:
            hang_up()
            self._sockets.discard(connection)
            writer.cancel()
            with suppress(asyncio.CancelledError, ConnectionError):
                await writer
        return connection

    def _person(self, user: str) -> Person:
        """The owner of a phone.

        Raises:
            ImpossibleError: Where there is no such person.
        """
        person = self._telegram.people.get(int(user)) if user.isascii() and user.isdigit() else None
        if person is None:
            message = "没有这个人"
            raise ImpossibleError(message)
        return person


async def _write(connection: web.WebSocketResponse, events: asyncio.Queue[Event]) -> None:
    while True:
        event = await events.get()
        await connection.send_str(json.dumps(event, ensure_ascii=False))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@web.middleware
async def _only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Turn away what a website makes a browser send: a foreign Origin, or a foreign name for this machine."""
    host = request.headers.get("Host", "")
    origin = request.headers.get("Origin")
    if not is_loopback(_host_name(host)) or (origin is not None and origin != f"http://{host}"):
        raise web.HTTPForbidden(text="只能从本机的页面使用")
    return await handler(request)


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
