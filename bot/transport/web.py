"""The bot's own little web server: `/health`, `/metrics`, what `policybot reload` asks for, and Telegram's webhook where one is used."""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.storage.errors import JournalError
from bot.transport.metrics import CONTENT_TYPE, Metrics
from retrieval.errors import PolicybotError

_log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, no secret
WEBHOOK_PATH = "/telegram"
RELOAD_HEADER = "X-Policybot-Secret"
RELOAD_PATH = "/reload"
_LARGEST = 1024 * 1024
"""Bytes of one update; Telegram's are far smaller."""


class AddressInUseError(PolicybotError):
    """The port can't be listened on."""


class WebServer:
    """Listens on one address; nothing but these four is answered."""

    def __init__(
        self,
        host: str,
        port: int,
        health: Callable[[], Mapping[str, Any]],
        metrics: Metrics,
        secret: str = "",
        take: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]] | None = None,
        reload: Callable[[bool], Awaitable[Mapping[str, Any]]] | None = None,
        reload_secret: str = "",
    ) -> None:
        """Nothing is listened on yet.

        Args:
            host: An address of this machine.
            port: 0 for one that is free.
            health: What `/health` answers; `status` other than `ok` makes it a 503.
            metrics: What `/metrics` answers.
            secret: What Telegram has to send along with an update.
            take: Keeps updates safe; None where no webhook is used.
            reload: Reads the knowledge anew, with whether it is wanted though something is answered worse; gives what came of it.
            reload_secret: What who asks for that has to show.
        """
        self._host = host
        self._port = port
        self._health = health
        self._metrics = metrics
        self._secret = secret
        self._take = take
        self._reload = reload
        self._reload_secret = reload_secret
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return self._port

    async def start(self) -> None:
        """Listen.

        Raises:
            AddressInUseError: Where that can't be.
        """
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_get("/health", self._show_health)
        app.router.add_get("/metrics", self._show_metrics)
        if self._take is not None:
            app.router.add_post(WEBHOOK_PATH, self._receive)
        if self._reload is not None and self._reload_secret:
            app.router.add_post(RELOAD_PATH, self._read_anew)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        site = web.TCPSite(runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            message = f"{self._host}:{self._port} 用不了（{error.strerror or error}），请改 POLICYBOT_LISTEN。"
            raise AddressInUseError(message) from None
        self._runner = runner
        self._port = int(runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no more; requests that are being answered come to their end."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _show_health(self, _request: web.Request) -> web.Response:
        health = self._health()
        return web.json_response(health, status=200 if health["status"] == "ok" else 503)

    async def _show_metrics(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})

    async def _receive(self, request: web.Request) -> web.Response:
        """Take an update; only what is safe on the disk is answered with 200, so that Telegram sends again what is not."""
        assert self._take is not None  # noqa: S101 - the route exists only with it
        if not _shows(request, SECRET_HEADER, self._secret):
            _log.warning("A call of the webhook without the right secret was refused")
            return web.Response(status=403)
        try:
            update = json.loads(await request.read())
        except ValueError:
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        try:
            await self._take([update])
        except JournalError as error:
            _log.error("%s", error)
            return web.Response(status=503)
        return web.Response()

    async def _read_anew(self, request: web.Request) -> web.Response:
        assert self._reload is not None  # noqa: S101 - the route exists only with it
        if not _shows(request, RELOAD_HEADER, self._reload_secret):
            _log.warning("A wish to reload without the right secret was refused")
            return web.Response(status=403)
        return web.json_response(await self._reload("worse" in request.query))


def _shows(request: web.Request, header: str, secret: str) -> bool:
    # A header may hold any bytes; those that are no UTF-8 come as halves of pairs.
    given = request.headers.get(header, "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, secret.encode())
