"""The Bot API over HTTP: calls and files."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.local_telegram.errors import RejectedError, bad_request
from bot.local_telegram.exchange import CutError, Reply, exchange, rejection
from bot.local_telegram.parameters import File
from bot.local_telegram.telegram import LocalTelegram

_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: whoever waits for an answer gets a reset, not a polite end."""


class BotApi:
    """The routes for bots."""

    def __init__(self, telegram: LocalTelegram) -> None:
        self._telegram = telegram

    def routes(self) -> list[web.AbstractRouteDef]:
        """As aiohttp wants them."""
        return [
            web.get(r"/bot{token:[^/]+}/{method}", self._call),
            web.post(r"/bot{token:[^/]+}/{method}", self._call),
            web.get(r"/file/bot{token:[^/]+}/{path:.+}", self._file),
        ]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        try:
            parameters, files = await _read(request)
            reply = await exchange(
                self._telegram, request.match_info["token"], request.match_info["method"], parameters, files
            )
        except RejectedError as error:
            reply = rejection(error)
        except web.HTTPRequestEntityTooLarge:
            reply = rejection(RejectedError(413, "Request Entity Too Large"))
        except CutError as cut:
            await asyncio.sleep(cut.seconds)
            _cut(request)
            return web.Response(status=500)
        return _response(reply)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        stored = self._telegram.world.files.at(request.match_info["path"])
        if request.match_info["token"] != self._telegram.token or stored is None:
            return _response(rejection(RejectedError(404, "Not Found")))
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _response(reply: Reply) -> web.Response:
    return web.Response(status=reply.status, body=reply.body, content_type=reply.content_type)


def _cut(request: web.Request) -> None:
    """Break the connection that a request came on."""
    transport = request.transport
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    transport.abort()


async def _read(request: web.Request) -> tuple[Mapping[str, Any], Mapping[str, File]]:
    """The parameters from query string and body; the body wins.

    Raises:
        RejectedError: 400, where the body is no JSON object.
    """
    parameters: dict[str, Any] = dict(request.query)
    files: dict[str, File] = {}
    if request.content_type == "application/json":
        parameters |= _json_object(await request.read())
    elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = uploaded(value)
            elif isinstance(value, str):
                parameters[name] = value
            else:
                parameters[name] = bytes(value).decode(errors="replace")
    return parameters, files


def uploaded(part: web.FileField) -> File:
    """The file in a part of a form."""
    with part.file:
        return File(part.filename, part.file.read())


def _json_object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(value, dict):
        raise bad_request("request must be a JSON object")
    return value
