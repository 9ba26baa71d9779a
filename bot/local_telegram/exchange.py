"""One call as it goes over the line: token, faults, and the body that comes back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.errors import RejectedError, too_many
from bot.local_telegram.faults import FaultKind
from bot.local_telegram.parameters import File
from bot.local_telegram.telegram import LocalTelegram

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What comes back.

    Attributes:
        status: The HTTP status.
    """

    status: int
    body: bytes
    content_type: str = "application/json"


class CutError(Exception):
    """The connection ends and nothing comes back.

    Attributes:
        seconds: How long nothing happens before.
    """

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(f"cut after {seconds} s")
        self.seconds = seconds


async def exchange(
    telegram: LocalTelegram,
    token: str,
    method: str,
    parameters: Mapping[str, Any],
    files: Mapping[str, File] | None = None,
) -> Reply:
    """Carry out a call, or let it fail as the faults will have it.

    Args:
        token: As the caller knows it.
        method: As in the Bot API.

    Raises:
        CutError: Where nothing comes back.
    """
    if token != telegram.token:
        return rejection(RejectedError(401, "Unauthorized"))
    fault = telegram.faults.strike(method)
    kind = fault.kind if fault else None
    if fault is not None and kind is FaultKind.TOO_MANY:
        return rejection(too_many(fault.retry_after))
    if kind is FaultKind.BAD_GATEWAY:
        return Reply(502, BAD_GATEWAY, "text/html")
    if fault is not None and kind in (FaultKind.RESET, FaultKind.STALL):
        raise CutError(fault.seconds if kind is FaultKind.STALL else 0.0)
    try:
        result = await telegram.call(method, parameters, files or {})
        reply = Reply(200, _encoded({"ok": True, "result": result}))
    except RejectedError as error:
        reply = rejection(error)
    if kind is FaultKind.LOST:
        raise CutError
    if kind is FaultKind.TRUNCATED:
        return Reply(200, telegram.faults.truncated(reply.body))
    return reply


def rejection(error: RejectedError) -> Reply:
    """A refusal as it goes over the line."""
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return Reply(error.code, _encoded(body))


def _encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
