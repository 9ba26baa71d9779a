"""The wire itself: HTTP calls through aiohttp, which takes a third of the processor time that PTB's own way takes."""

from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError
from telegram.request import BaseRequest, RequestData

from bot.transport.line import NotSentError, UnknownFateError

_CONNECT = 5.0
_READ = 15.0
_WRITE_FILES = 60.0
_POOL = 30.0
_IDLE = 30.0
"""Seconds after which a connection that nobody uses is closed by us, before the other side does in the middle of a call."""


class Wire(BaseRequest):
    """Up to so many calls at a time over connections that are kept."""

    def __init__(self, connections: int, proxy: str | None = None, *, trust_environment: bool = True) -> None:
        """Nothing is opened yet.

        Args:
            connections: The most at a time; further calls wait.
            proxy: `http://`, `https://` or `socks5://host:port`.
            trust_environment: Whether HTTP_PROXY and the like are heeded where no proxy is given.
        """
        self._connections = connections
        self._proxy = proxy
        self._trust_environment = trust_environment
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer, unless a call says otherwise."""
        return _READ

    async def initialize(self) -> None:
        """Open a session."""
        if self._session is not None and not self._session.closed:
            return
        options: dict[str, Any] = {"limit": self._connections, "keepalive_timeout": _IDLE}
        connector = ProxyConnector.from_url(self._proxy, **options) if self._proxy else aiohttp.TCPConnector(**options)
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self.USER_AGENT},
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - writing is part of waiting for the answer
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - one patience for all
    ) -> tuple[int, bytes]:
        """Make a call.

        Raises:
            NotSentError: Where no connection came about.
            UnknownFateError: Where one did, and no whole answer came back.
        """
        session = self._session
        if session is None or session.closed:
            raise NotSentError("the wire is not open")
        has_files = request_data is not None and request_data.contains_files
        read = _READ if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        if has_files and read is not None:
            read = max(read, _WRITE_FILES)
        connect = _CONNECT if connect_timeout is BaseRequest.DEFAULT_NONE else connect_timeout
        timeout = aiohttp.ClientTimeout(total=None, connect=_POOL, sock_connect=connect, sock_read=read)
        try:
            async with session.request(
                method, url, data=_body(request_data), timeout=timeout, proxy=self._proxy_to(url)
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSentError(type(error).__name__) from error
        except (ProxyConnectionError, ProxyError, ProxyTimeoutError) as error:
            raise NotSentError(type(error).__name__) from error
        except aiohttp.InvalidURL as error:
            raise NotSentError(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnknownFateError(type(error).__name__) from error

    def _proxy_to(self, url: str) -> str | None:
        """The proxy that the environment names for an address; None where it names none, or is not to be heeded.

        Asked once for each host: aiohttp's own `trust_env` asks in another thread at each call, and for passwords in another one.
        """
        if self._proxy or not self._trust_environment:
            return None
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._proxies:
            direct = parts.hostname is None or proxy_bypass(parts.hostname)
            proxy = None if direct else getproxies().get(parts.scheme)
            # aiohttp refuses any other kind; SOCKS goes through the setting, which has a connector of its own.
            self._proxies[place] = proxy if proxy and proxy.startswith(("http://", "https://")) else None
        return self._proxies[place]


def _body(request_data: RequestData | None) -> "aiohttp.FormData | dict[str, str] | None":
    if request_data is None:
        return None
    if not request_data.contains_files:
        return request_data.json_parameters
    form = aiohttp.FormData(quote_fields=False)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
