"""A Telegram of our own, behind PTB's one network seam: as strict as the real one, and as talkative about what is wrong.

Limits, error codes and descriptions are those of the Bot API (core.telegram.org/bots/api) and of its server.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telegram.request import BaseRequest, RequestData

TOKEN = "123456:" + "A" * 35
BOT = {"id": 123456, "is_bot": True, "first_name": "政策", "username": "policy_bot", "can_join_groups": True}

_TAGS = {
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "code",
    "pre",
    "a",
    "blockquote",
    "span",
    "tg-spoiler",
}
_MARKUP = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z-]*)(?P<attributes>[^<>]*)>|(?P<stray><)|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|.",
    re.DOTALL,
)


class RejectedError(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def parse_html(markup: str) -> str:
    """The visible text of Telegram's HTML.

    Raises:
        RejectedError: With Telegram's words, where a tag is unknown, not closed, or closed in the wrong order.
    """
    shown: list[str] = []
    opened: list[str] = []
    for found in _MARKUP.finditer(markup):
        offset = len(markup[: found.start()].encode())
        if found["stray"]:
            raise RejectedError(400, f"Bad Request: can't parse entities: Unclosed start tag at byte offset {offset}")
        if found["name"] is None:
            shown.append(html.unescape(found[0]))
        elif found["close"]:
            if not opened or opened[-1] != found["name"]:
                raise RejectedError(
                    400, f"Bad Request: can't parse entities: Unexpected end tag at byte offset {offset}"
                )
            opened.pop()
        elif found["name"] not in _TAGS:
            raise RejectedError(
                400,
                f'Bad Request: can\'t parse entities: Unsupported start tag "{found["name"]}" at byte offset {offset}',
            )
        else:
            opened.append(found["name"])
    if opened:
        raise RejectedError(
            400, f"Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\""
        )
    return "".join(shown)


@dataclass
class Chat:
    """A chat as Telegram keeps it."""

    id: int
    type: str = "private"
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    blocked: bool = False


class Telegram:
    """The server: chats, messages and what the Bot API makes of calls."""

    def __init__(self) -> None:
        self.chats: dict[int, Chat] = {}
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.alerts: list[str] = []
        self.reject_markup = False
        self.old_queries = False
        self._ids = 1000

    def chat(self, chat_id: int, kind: str = "private") -> Chat:
        """The chat of an id; made at first sight."""
        return self.chats.setdefault(chat_id, Chat(chat_id, kind))

    def next_id(self) -> int:
        """A new message id."""
        self._ids += 1
        return self._ids

    def call(self, method: str, parameters: Mapping[str, Any]) -> Any:
        """Carry out a call of the Bot API.

        Raises:
            RejectedError: As Telegram would.
        """
        self.calls.append((method, parameters))
        handler = getattr(self, f"_{re.sub('([A-Z])', lambda found: '_' + found[1].lower(), method)}", None)
        if handler is None:
            raise RejectedError(404, "Not Found")
        return handler(parameters)

    def _get_me(self, _parameters: Mapping[str, Any]) -> Any:
        return BOT

    def _set_my_commands(self, parameters: Mapping[str, Any]) -> Any:
        for command in parameters["commands"]:
            if not re.fullmatch("[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise RejectedError(400, "Bad Request: BOT_COMMAND_INVALID")
        return True

    def _answer_callback_query(self, parameters: Mapping[str, Any]) -> Any:
        if self.old_queries:
            raise RejectedError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        text = str(parameters.get("text", ""))
        if len(text) > 200:
            raise RejectedError(400, "Bad Request: MESSAGE_TOO_LONG")
        if text:
            self.alerts.append(text)
        return True

    def _send_message(self, parameters: Mapping[str, Any]) -> Any:
        chat = self._open_chat(parameters)
        replied = (parameters.get("reply_parameters") or {}).get("message_id")
        if replied is not None and replied not in chat.messages:
            raise RejectedError(400, "Bad Request: message to be replied not found")
        message = {
            "message_id": self.next_id(),
            "date": int(datetime.now(UTC).timestamp()),
            "chat": {"id": chat.id, "type": chat.type},
            "from": BOT,
            **self._content(parameters),
        }
        if replied is not None:
            message["reply_to_message"] = {
                key: value for key, value in chat.messages[replied].items() if key != "reply_to_message"
            }
        if parameters.get("message_thread_id"):
            message |= {"message_thread_id": parameters["message_thread_id"], "is_topic_message": True}
        chat.messages[message["message_id"]] = message
        return message

    def _edit_message_text(self, parameters: Mapping[str, Any]) -> Any:
        chat = self._open_chat(parameters)
        message = chat.messages.get(int(parameters["message_id"]))
        if message is None or message["from"]["id"] != BOT["id"]:
            raise RejectedError(400, "Bad Request: message to edit not found")
        content = self._content(parameters)
        if all(message.get(key) == content.get(key) for key in ("text", "html", "reply_markup")):
            raise RejectedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message",
            )
        message.pop("reply_markup", None)
        message |= content | {"edit_date": int(datetime.now(UTC).timestamp())}
        return message

    def _open_chat(self, parameters: Mapping[str, Any]) -> Chat:
        chat = self.chats.get(int(parameters["chat_id"]))
        if chat is None:
            raise RejectedError(400, "Bad Request: chat not found")
        if chat.blocked:
            raise RejectedError(403, "Forbidden: bot was blocked by the user")
        return chat

    def _content(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        markup = str(parameters.get("text", ""))
        shown = markup
        if parameters.get("parse_mode") == "HTML":
            if self.reject_markup:
                raise RejectedError(
                    400, 'Bad Request: can\'t parse entities: Unsupported start tag "b" at byte offset 0'
                )
            shown = parse_html(markup)
        if not shown.strip():
            raise RejectedError(400, "Bad Request: message text is empty")
        if len(shown.encode("utf-16-le")) // 2 > 4096:
            raise RejectedError(400, "Bad Request: message is too long")
        content: dict[str, Any] = {"text": shown, "html": markup}
        if parameters.get("reply_markup"):
            for row in parameters["reply_markup"]["inline_keyboard"]:
                for button in row:
                    if not 1 <= len(button["callback_data"].encode()) <= 64:
                        raise RejectedError(400, "Bad Request: BUTTON_DATA_INVALID")
                    if not button["text"].strip():
                        raise RejectedError(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            content["reply_markup"] = parameters["reply_markup"]
        return content


class TelegramRequest(BaseRequest):
    """PTB's way to the network, which here leads to a `Telegram` in the same process."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__()
        self._telegram = telegram

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
        """Carry out a call, with the answer as it would come over HTTP."""
        assert f"/bot{TOKEN}/" in url, "a call that would leave for the real network"
        parameters = dict(request_data.parameters) if request_data else {}
        try:
            result = self._telegram.call(url.rsplit("/", 1)[1], parameters)
        except RejectedError as error:
            body = {"ok": False, "error_code": error.code, "description": error.description}
            return error.code, json.dumps(body).encode()
        return 200, json.dumps({"ok": True, "result": result}).encode()
