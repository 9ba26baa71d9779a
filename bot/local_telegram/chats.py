"""Chats as Telegram keeps them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bot.local_telegram.people import Person
from bot.local_telegram.polls import Poll

Message = dict[str, Any]
"""A Bot API Message. Never changed once it is stored: an edit stores a new one."""

KEPT = 5000
"""Messages kept in a chat; the oldest go first, so that a run of days does not fill the memory."""


@dataclass(slots=True)
class Chat:
    """A private chat with the bot, a group or a channel.

    Attributes:
        id: A person's id in a private chat, else negative.
        type: private, group, supergroup or channel.
        members: Ids of the people, without the bot.
        messages: By id, oldest first, as the Bot API shows them to the bot.
        markup: The text as the bot sent it, with its tags, by message id.
        polls: By message id.
        started: Whether the person ever wrote; before, a bot may not write.
        blocked: Whether the person has blocked the bot.
        deactivated: Whether the person's account is no more.
        kicked: Whether the bot was thrown out.
        gone: Whether the group was deleted.
        migrated_to: The supergroup that the group became.
        bot_is_admin: Then the bot sees all messages and may pin.
        masks: The id of the chat as which a person's messages here are sent, by the person's id. The group's own id stands for an
            anonymous admin, a channel's id for somebody who writes as that channel.
        discussion: The group into which a channel's posts are forwarded.
        pinned: Ids, oldest first.
        threads: Topics that were seen, by their thread id.
        last_id: The last message id of a supergroup; other chats share one row of ids.
    """

    id: int
    type: str = "private"
    title: str = ""
    person: Person | None = None
    members: set[int] = field(default_factory=set)
    messages: dict[int, Message] = field(default_factory=dict)
    markup: dict[int, str] = field(default_factory=dict)
    polls: dict[int, Poll] = field(default_factory=dict)
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    kicked: bool = False
    gone: bool = False
    migrated_to: int | None = None
    bot_is_admin: bool = False
    masks: dict[int, int] = field(default_factory=dict)
    discussion: int | None = None
    pinned: list[int] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    last_id: int = 0

    @property
    def private(self) -> bool:
        """Whether it is one person's chat with the bot."""
        return self.type == "private"

    @property
    def wire(self) -> dict[str, Any]:
        """The chat as a Bot API Chat."""
        person: dict[str, Any]
        if self.person is not None:
            person = {"id": self.id, "first_name": self.person.first_name, "type": "private"}
            return person | {"username": self.person.username} if self.person.username else person
        return {"id": self.id, "title": self.title, "type": self.type}

    @property
    def audience(self) -> Collection[int]:
        """The people who see what happens here."""
        return (self.id,) if self.private else self.members

    def store(self, message: Message) -> None:
        """Keep a message, new or edited."""
        self.messages[message["message_id"]] = message
        if len(self.messages) > KEPT:
            self.remove(next(iter(self.messages)))

    def remove(self, message_id: int) -> bool:
        """Forget a message; False where there is none."""
        self.markup.pop(message_id, None)
        self.polls.pop(message_id, None)
        return self.messages.pop(message_id, None) is not None

    def current(self, message_id: int) -> Message | None:
        """A message as the server would send it now: what it replies to is up to date, or left out where deleted."""
        message = self.messages.get(message_id)
        replied = message.get("reply_to_message") if message else None
        if message is None or replied is None:
            return message
        now = self.messages.get(replied["message_id"])
        rest = {name: value for name, value in message.items() if name != "reply_to_message"}
        return rest | {"reply_to_message": without_reply(now)} if now else rest


def without_reply(message: Message) -> Message:
    """A message as it stands inside another one: without what it itself replies to."""
    if "reply_to_message" not in message:
        return message
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def sender_id(message: Message) -> int | None:
    """The id of the user who stands in a message as its sender; None for a channel's post."""
    sender = message.get("from")
    return int(sender["id"]) if sender is not None else None


def is_written_by(chat: Chat, message: Message, user_id: int) -> bool:
    """Whether a message is a person's own, also where it was sent as a chat."""
    written = message.get("sender_chat")
    if written is not None:
        return chat.masks.get(user_id) == int(written["id"])
    return sender_id(message) == user_id
