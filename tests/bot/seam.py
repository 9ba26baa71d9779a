"""PTB's network seam, led to a local Telegram in the same process: no socket, and no fault takes time."""

from typing import Any
from urllib.parse import unquote

import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.local_telegram.exchange import CutError, exchange
from bot.local_telegram.parameters import File
from bot.local_telegram.telegram import LocalTelegram


class TelegramRequest(BaseRequest):
    """A `BaseRequest` that fails as `HTTPXRequest` would.

    Attributes:
        unreachable: Whether no connection comes about, as without a network.
        slow_connect: Whether no connection comes about in time.
    """

    def __init__(self, telegram: LocalTelegram) -> None:
        super().__init__()
        self._telegram = telegram
        self.unreachable = False
        self.slow_connect = False

    @property
    def read_timeout(self) -> float | None:
        """PTB adds it to the time of a long poll."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - PTB's signature
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ARG002 - as above
        write_timeout: Any = None,  # noqa: ARG002 - as above
        connect_timeout: Any = None,  # noqa: ARG002 - as above
        pool_timeout: Any = None,  # noqa: ARG002 - as above
    ) -> tuple[int, bytes]:
        """Carry out a call, or fetch a file.

        Raises:
            NetworkError: Caused by the `httpx` error that a real line would bring.
        """
        if self.unreachable:
            raise NetworkError("httpx.ConnectError: no way out") from httpx.ConnectError("no way out")
        if self.slow_connect:
            raise TimedOut from httpx.ConnectTimeout("")
        if "/file/bot" in url:
            return self._file(url.split("/file/bot", 1)[1])
        token, name = url.rsplit("/bot", 1)[1].split("/", 1)
        parameters = request_data.parameters if request_data else {}
        try:
            reply = await exchange(self._telegram, token, name, parameters, _files(request_data))
        except CutError as cut:
            if cut.seconds:
                raise TimedOut from httpx.ReadTimeout("")
            raise NetworkError("httpx.ReadError: ") from httpx.ReadError("")
        return reply.status, reply.body

    def _file(self, address: str) -> tuple[int, bytes]:
        token, path = unquote(address).split("/", 1)
        stored = self._telegram.world.files.at(path)
        if token != self._telegram.token or stored is None:
            return 404, b'{"ok":false,"error_code":404,"description":"Not Found"}'
        return 200, stored.data


def _files(request_data: RequestData | None) -> dict[str, File]:
    if request_data is None or not request_data.contains_files:
        return {}
    files = {}
    for name, (filename, content, _type) in request_data.multipart_data.items():
        data = content if isinstance(content, bytes) else content.read()
        files[name] = File(filename, data)
    return files
