"""A person with a phone: sends, presses, edits, and sees what the bot shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Update

from bot.chat.context import BotApplication
from bot.local_telegram import LocalTelegram, Person
from bot.local_telegram.chats import Chat


class Phone:
    """One person in one chat; what they do is dealt with by the bot before it returns."""

    def __init__(
        self, application: BotApplication, telegram: LocalTelegram, user_id: int, chat_id: int | None = None
    ) -> None:
        self._application = application
        self._telegram = telegram
        self._user_id = user_id
        self._chat_id = user_id if chat_id is None else chat_id
        telegram.add_person(Person(user_id, "王<师傅>&"))

    @property
    def chat(self) -> Chat:
        """The chat as Telegram keeps it."""
        return self._telegram.chats[self._chat_id]

    async def says(self, text: str, *, reply_to: int | None = None, **more: Any) -> int:
        """Send a text; gives the id of the message."""
        message = self._telegram.says(self._user_id, text, self._chat_id, reply_to=reply_to, **more)
        await self.deliver()
        return int(message["message_id"])

    async def sends(self, **content: Any) -> int:
        """Send a message of any kind; gives its id."""
        message = self._telegram.sends(self._user_id, content, self._chat_id)
        await self.deliver()
        return int(message["message_id"])

    async def edits(self, message_id: int, text: str) -> None:
        """Edit an own message."""
        self._telegram.edits(self._user_id, message_id, text, self._chat_id)
        await self.deliver()

    async def presses(self, label: str, message: Mapping[str, Any] | None = None) -> None:
        """Press the button whose label starts with a text, under the last message of the bot."""
        button = next(button for button in self.buttons(message) if button["text"].startswith(label))
        await self.presses_data(button["callback_data"], message)

    async def presses_data(self, data: str, message: Mapping[str, Any] | None = None) -> None:
        """Press a button with the data given, forged or not."""
        self._telegram.presses(self._user_id, (message or self.last)["message_id"], data, self._chat_id)
        await self.deliver()

    async def deliver(self) -> None:
        """Let the bot deal with everything that waits for it."""
        while pending := self._telegram.pending:
            self._telegram.world.updates.confirm(pending[-1]["update_id"] + 1)
            for body in pending:
                update = Update.de_json(body, self._application.bot)
                await self._application.process_update(update)

    @property
    def shown(self) -> Sequence[dict[str, Any]]:
        """The bot's messages in the chat, oldest first."""
        messages = self.chat.messages.values() if self._chat_id in self._telegram.chats else ()
        return [message for message in messages if message.get("from", {}).get("id") == self._telegram.bot["id"]]

    @property
    def last(self) -> dict[str, Any]:
        """The bot's last message."""
        return self.shown[-1]

    @property
    def text(self) -> str:
        """What the bot's last message shows."""
        return str(self.last["text"])

    @property
    def markup(self) -> str:
        """The bot's last message with its tags."""
        return self.chat.markup[self.last["message_id"]]

    def buttons(self, message: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The buttons under a message, the bot's last one where None."""
        markup = (message or self.last).get("reply_markup") or {"inline_keyboard": []}
        return [button for row in markup["inline_keyboard"] for button in row]

    @property
    def labels(self) -> list[str]:
        """What the buttons under the bot's last message say."""
        return [button["text"] for button in self.buttons()]
