"""A person with a phone: sends, presses, edits, and sees what the bot shows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from telegram import Update

from bot.handlers.context import BotApplication
from tests.bot.telegram import BOT, Telegram

_UPDATES = count(1)


class Phone:
    """One person in one chat."""

    def __init__(
        self,
        application: BotApplication,
        telegram: Telegram,
        user_id: int,
        chat_id: int | None = None,
        kind: str = "private",
    ) -> None:
        self._application = application
        self._telegram = telegram
        self._user = {"id": user_id, "is_bot": False, "first_name": "王<师傅>&"}
        self.chat = telegram.chat(user_id if chat_id is None else chat_id, kind)

    async def says(self, text: str, **more: Any) -> int:
        """Send a text; gives the id of the message."""
        return await self.sends(text=text, entities=_entities(text), **more)

    async def sends(self, **content: Any) -> int:
        """Send a message of any kind; gives its id."""
        message = self._message(self._telegram.next_id(), content)
        self.chat.messages[message["message_id"]] = message
        await self._update({"message": message})
        return int(message["message_id"])

    async def edits(self, message_id: int, text: str) -> None:
        """Edit an own message."""
        message = self._message(message_id, {"text": text, "entities": _entities(text), "edit_date": _now()})
        self.chat.messages[message_id] = message
        await self._update({"edited_message": message})

    async def presses(self, label: str, message: dict[str, Any] | None = None) -> None:
        """Press the button whose label starts with a text, under the last message of the bot."""
        message = message or self.last
        button = next(button for button in self.buttons(message) if button["text"].startswith(label))
        await self.presses_data(button["callback_data"], message)

    async def presses_data(self, data: str, message: dict[str, Any] | None = None) -> None:
        """Press a button with the data given, forged or not."""
        query = {
            "id": str(next(_UPDATES)),
            "from": self._user,
            "message": message or self.last,
            "chat_instance": "1",
            "data": data,
        }
        await self._update({"callback_query": query})

    async def _update(self, content: dict[str, Any]) -> None:
        update = Update.de_json({"update_id": next(_UPDATES), **content}, self._application.bot)
        assert update is not None
        await self._application.process_update(update)

    def _message(self, message_id: int, content: dict[str, Any]) -> dict[str, Any]:
        chat = {"id": self.chat.id, "type": self.chat.type}
        if self.chat.type != "private":
            chat["title"] = "抢修一班"
        return {"message_id": message_id, "date": _now(), "chat": chat, "from": self._user, **content}

    @property
    def shown(self) -> Sequence[dict[str, Any]]:
        """The bot's messages in the chat, oldest first."""
        return [message for message in self.chat.messages.values() if message["from"]["id"] == BOT["id"]]

    @property
    def last(self) -> dict[str, Any]:
        """The bot's last message."""
        return self.shown[-1]

    @property
    def text(self) -> str:
        """What the bot's last message shows."""
        return str(self.last["text"])

    def buttons(self, message: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The buttons under a message, the bot's last one where None."""
        markup = (message or self.last).get("reply_markup") or {"inline_keyboard": []}
        return [button for row in markup["inline_keyboard"] for button in row]

    @property
    def labels(self) -> list[str]:
        """What the buttons under the bot's last message say."""
        return [button["text"] for button in self.buttons()]


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


def _entities(text: str) -> list[dict[str, Any]]:
    """Commands and mentions, as Telegram marks them; offsets in UTF-16 units."""
    found = []
    position = 0
    for word in text.split(" "):
        length = len(word.encode("utf-16-le")) // 2
        if word.startswith("/") and position == 0:
            found.append({"type": "bot_command", "offset": 0, "length": length})
        elif word.startswith("@"):
            found.append({"type": "mention", "offset": position, "length": length})
        position += length + 1
    return found
