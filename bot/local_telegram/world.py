"""What the server keeps: people, chats, files, updates, and who is looking on."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from bot.local_telegram.chats import Chat, Message, without_reply
from bot.local_telegram.commands import CommandMenus, Profile
from bot.local_telegram.errors import ImpossibleError, RejectedError, bad_request, forbidden
from bot.local_telegram.files import FileStore
from bot.local_telegram.limits import FloodLimits
from bot.local_telegram.people import Person
from bot.local_telegram.polls import Poll
from bot.local_telegram.updates import UpdateQueue

Event = dict[str, Any]
Listener = Callable[[int, Event], None]
"""Takes the id of the person whose phone shows the event, and the event."""

SHOWN = 200
"""Messages of a chat that a phone shows when it is opened."""

BOT_NAME = "以案说规"
BOT_USERNAME = "policy_bot"


class World:
    """All that is kept, and the ways in which it changes.

    Args:
        bot_id: The number in front of the token's colon.
        clock: Unix seconds.
        limits: None where the bot may send as fast as it likes.
    """

    def __init__(self, bot_id: int, clock: Callable[[], float], limits: FloodLimits | None) -> None:
        self.clock = clock
        self.limits = limits
        self.profile = Profile(BOT_NAME)
        self._bot_id = bot_id
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.menus = CommandMenus(self.chat_for)
        self.files = FileStore()
        self.updates = UpdateQueue(clock)
        self.serial = count(1)
        self._last_id = 0
        self._listeners: list[Listener] = []

    # What there is

    @property
    def now(self) -> int:
        """The time, in whole Unix seconds."""
        return int(self.clock())

    @property
    def bot(self) -> dict[str, Any]:
        """The bot as a Bot API User, as it stands in messages."""
        return {"id": self._bot_id, "is_bot": True, "first_name": self.profile.name, "username": BOT_USERNAME}

    def is_bot(self, user_id: int | None) -> bool:
        """Whether an id is the bot's."""
        return user_id == self._bot_id

    def known(self, user_id: int) -> Mapping[str, Any] | None:
        """A person as a Bot API User; None where there is no such person."""
        person = self.people.get(user_id)
        return person.user if person else None

    def add_person(self, person: Person) -> Chat:
        """Give somebody an account, and a chat with the bot in which nothing was said yet."""
        self.people[person.id] = person
        chat = self.chats.setdefault(person.id, Chat(person.id))
        chat.person = person
        return chat

    def person(self, user_id: int) -> Person:
        """A person; made at first sight."""
        if user_id not in self.people:
            self.add_person(Person(user_id, f"用户{user_id}"))
        return self.people[user_id]

    # What the bot can reach

    def chat_for(self, chat_id: Any) -> Chat:
        """The chat that a call names.

        Raises:
            RejectedError: 400, where the bot knows no such chat.
        """
        if chat_id is None or chat_id == "":
            raise bad_request("chat_id is empty")
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def open_chat(self, chat_id: Any) -> Chat:
        """The chat that a call names, where the bot may write there.

        Raises:
            RejectedError: 400 or 403, where it may not.
        """
        chat = self.chat_for(chat_id)
        refusal = _refusal(chat)
        if refusal is not None:
            raise refusal
        return chat

    # What people can reach

    def chat_of(self, user_id: int, chat_id: int | None) -> Chat:
        """The chat in which a person wants to do something.

        Args:
            chat_id: None means the person's chat with the bot.

        Raises:
            ImpossibleError: Where the person is not in it.
        """
        person = self.person(user_id)
        chat = self.chats.get(person.id if chat_id is None else chat_id)
        if chat is None or person.id not in chat.audience or chat.gone:
            raise ImpossibleError("没有这个聊天,或者你不在里面")
        if chat.migrated_to is not None:
            raise ImpossibleError("这个群已经升级,请到新群里发")
        return chat

    # How it changes

    def next_id(self, chat: Chat) -> int:
        """A new message id. Supergroups and channels count their own; all other chats of the bot share one count."""
        if chat.type in {"supergroup", "channel"}:
            chat.last_id += 1
            return chat.last_id
        self._last_id += 1
        return self._last_id

    def post(
        self,
        chat: Chat,
        sender: Mapping[str, Any] | None,
        content: Mapping[str, Any],
        reply: Message | None = None,
        poll: Poll | None = None,
    ) -> Message:
        """Put a new message into a chat, for all to see; a channel's posts have no sender."""
        message = {
            "message_id": self.next_id(chat),
            **({"from": sender} if sender is not None else {}),
            "chat": chat.wire,
            "date": self.now,
            **content,
        }
        if reply is not None:
            message["reply_to_message"] = without_reply(reply)
        if poll is not None:
            chat.polls[message["message_id"]] = poll
        chat.store(message)
        self.show(chat, message["message_id"])
        return message

    def replace(self, chat: Chat, message: Message) -> None:
        """Put an edited message in the place of the old one."""
        chat.store(message)
        self.show(chat, message["message_id"])

    def remove(self, chat: Chat, message_id: int) -> bool:
        """Delete a message; False where there is none."""
        if not chat.remove(message_id):
            return False
        self.tell(chat.audience, {"type": "deleted", "chat_id": chat.id, "message_id": message_id})
        return True

    # Who looks on

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell of every event; gives the way to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def watched(self) -> bool:
        """Whether anybody looks on."""
        return bool(self._listeners)

    def tell(self, user_ids: Iterable[int], event: Event) -> None:
        """Show an event on people's phones."""
        if self._listeners:
            for user_id in tuple(user_ids):
                for listener in tuple(self._listeners):
                    listener(user_id, event)

    def show(self, chat: Chat, message_id: int) -> None:
        """Show a message, new or changed, to all in the chat."""
        if self._listeners:
            for user_id in tuple(chat.audience):
                event = {"type": "message", "chat_id": chat.id, "message": self.seen(chat, message_id, user_id)}
                self.tell((user_id,), event)

    def seen(self, chat: Chat, message_id: int, user_id: int) -> Message:
        """A message as one person sees it: with their own vote, and without a solution that they don't know yet."""
        message = chat.messages[message_id]
        poll = chat.polls.get(message_id)
        return message | {"poll": poll.wire_for(user_id)} if poll else message

    def view(self, chat: Chat, user_id: int) -> dict[str, Any]:
        """A chat as one person's phone shows it, with its last messages."""
        return {
            "id": chat.id,
            "type": chat.type,
            "title": self.profile.name if chat.private else chat.title,
            "messages": [self.seen(chat, message_id, user_id) for message_id in list(chat.messages)[-SHOWN:]],
            "blocked": chat.blocked,
        }


def _refusal(chat: Chat) -> RejectedError | None:
    """Why the bot may not write in a chat; None where it may."""
    if chat.migrated_to is not None:
        words = "group chat was upgraded to a supergroup chat"
        return bad_request(words, {"migrate_to_chat_id": chat.migrated_to})
    kind = "supergroup" if chat.type == "supergroup" else "group"
    reasons = (
        (chat.deactivated, "user is deactivated"),
        (chat.blocked, "bot was blocked by the user"),
        (chat.private and not chat.started, "bot can't initiate conversation with a user"),
        (chat.gone, "the group chat was deleted"),
        (chat.kicked, f"bot was kicked from the {kind} chat"),
    )
    return next((forbidden(words) for holds, words in reasons if holds), None)
