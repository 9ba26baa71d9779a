"""Presses of buttons, and what the bot answers."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import bad_request
from bot.local_telegram.links import checked_url
from bot.local_telegram.parameters import Parameters
from bot.local_telegram.world import World

ANSWERABLE = 15 * 60
"""Seconds after which a press can't be answered any more."""
ANSWER_LIMIT = 200
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class _Press:
    user_id: int
    chat_id: int
    at: float


class Queries:
    """Callback queries, from the press to the answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._presses: OrderedDict[str, _Press] = OrderedDict()
        self.alerts: list[str] = []
        self.methods = {"answerCallbackQuery": self._answer}

    def press(self, user_id: int, chat: Chat, message_id: int, data: str) -> str:
        """Queue a press; gives the id of the query.

        Args:
            data: Anything; a forged press is one of the things that happen.
        """
        world = self._world
        query_id = f"4{next(world.serial):018d}"
        self._presses[query_id] = _Press(user_id, chat.id, world.clock())
        if len(self._presses) > _KEPT:
            self._presses.popitem(last=False)
        gone = {"chat": chat.wire, "message_id": message_id, "date": 0}
        query = {
            "id": query_id,
            "from": world.person(user_id).user,
            "message": chat.current(message_id) or gone,
            "chat_instance": str(7_000_000_000 + abs(chat.id)),
            "data": data,
        }
        world.updates.add("callback_query", query)
        return query_id

    def _answer(self, parameters: Parameters) -> bool:
        press = self._presses.get(parameters.text("callback_query_id"))
        if press is None or self._world.clock() - press.at > ANSWERABLE:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        text = parameters.text("text")
        if len(text) > ANSWER_LIMIT:
            raise bad_request("MESSAGE_TOO_LONG")
        event: dict[str, Any] = {
            "type": "alert",
            "chat_id": press.chat_id,
            "text": text,
            "show_alert": parameters.flag("show_alert"),
        }
        url = parameters.text("url")
        if url:
            event["url"] = checked_url(url)
            if not event["url"]:
                raise bad_request("URL_INVALID")
        if text:
            self.alerts.append(text)
            del self.alerts[:-_KEPT]
        self._world.tell((press.user_id,), event)
        return True
