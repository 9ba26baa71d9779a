"""The webhook, and the courier who brings updates to it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from bot.local_telegram.errors import bad_request
from bot.local_telegram.links import is_loopback
from bot.local_telegram.parameters import Parameters
from bot.local_telegram.updates import UpdateQueue

Post = Callable[[str, Mapping[str, str], bytes], Awaitable[int]]
"""Takes URL, headers and body; gives the HTTP status. Raises OSError where nobody answers."""

PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds between tries; the last one repeats."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhook:
    """Where updates are brought; nowhere where the URL is empty.

    Args:
        clock: Unix seconds.
    """

    def __init__(self, updates: UpdateQueue, clock: Callable[[], float]) -> None:
        self._updates = updates
        self._clock = clock
        self.url = ""
        self.secret = ""
        self.version = 0
        """Grows with every change, so that a courier sees one."""
        self._connections = 40
        self.trouble: tuple[int, str] | None = None
        """When the last delivery went wrong, and how."""
        self.methods = {"setWebhook": self._set, "deleteWebhook": self._delete, "getWebhookInfo": self._info}

    def _set(self, parameters: Parameters) -> bool:
        url = parameters.text("url")
        secret = parameters.text("secret_token")
        connections = parameters.integer("max_connections")
        if url and not _acceptable(url):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("secret token contains unallowed characters")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if connections is not None and not 1 <= connections <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        self._updates.allow(parameters.array("allowed_updates", "allowed updates"))
        self._change(url, secret, connections or 40, drop=parameters.flag("drop_pending_updates"))
        if url:
            self._updates.interrupt("Conflict: terminated by setWebhook request")
        return True

    def _delete(self, parameters: Parameters) -> bool:
        self._change("", "", 40, drop=parameters.flag("drop_pending_updates"))
        return True

    def _change(self, url: str, secret: str, connections: int, *, drop: bool) -> None:
        self.url, self.secret, self._connections = url, secret, connections
        self.trouble = None
        self.version += 1
        if drop:
            self._updates.drop()
        self._updates.stir()

    def fail(self, words: str) -> None:
        """Remember that a delivery went wrong, for getWebhookInfo."""
        self.trouble = (int(self._clock()), words)

    def _info(self, _parameters: Parameters) -> dict[str, Any]:
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if not self.url:
            return info
        info["max_connections"] = self._connections
        if self._updates.allowed:
            info["allowed_updates"] = list(self._updates.allowed)
        if self.trouble:
            info["last_error_date"], info["last_error_message"] = self.trouble
        return info


def _acceptable(url: str) -> bool:
    """HTTPS anywhere, or plain HTTP on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return "." in host or host == "localhost"
    return parts.scheme == "http" and is_loopback(host)


class Courier:
    """Brings updates to the webhook, in order, each until it is taken.

    Args:
        post: How a body gets there.
        pauses: Seconds between tries; the last one repeats.
    """

    def __init__(self, webhook: Webhook, updates: UpdateQueue, post: Post, pauses: Sequence[float] = PAUSES) -> None:
        self._webhook = webhook
        self._updates = updates
        self._post = post
        self._pauses = pauses

    async def run(self) -> None:
        """Work until cancelled."""
        stirred = self._updates.arrivals()
        tries = 0
        try:
            while True:
                stirred.clear()
                version = self._webhook.version
                batch = self._updates.first(1) if self._webhook.url else []
                if not batch:
                    await stirred.wait()
                elif await self._deliver(batch[0]):
                    tries = 0
                    if self._webhook.version == version:
                        self._updates.confirm(batch[0]["update_id"] + 1)
                else:
                    pause = self._pauses[min(tries, len(self._pauses) - 1)]
                    tries += 1
                    if await self._changed_within(pause, version, stirred):
                        tries = 0
        finally:
            self._updates.forget(stirred)

    async def _deliver(self, update: Mapping[str, Any]) -> bool:
        headers = {"Content-Type": "application/json"}
        if self._webhook.secret:
            headers[SECRET_HEADER] = self._webhook.secret
        body = json.dumps(update, ensure_ascii=False).encode()
        try:
            status = await self._post(self._webhook.url, headers, body)
        except OSError:
            self._webhook.fail("Connection refused")
            return False
        if 200 <= status < 300:
            return True
        self._webhook.fail(f"Wrong response from the webhook: {status}")
        return False

    async def _changed_within(self, seconds: float, version: int, stirred: asyncio.Event) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._webhook.version == version:
                    stirred.clear()
                    await stirred.wait()
        return self._webhook.version != version
