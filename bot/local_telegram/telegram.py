"""The core: what people do, what the bot calls, and how to look on."""

import random as randomness
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.local_telegram.chats import Chat, Message, is_written_by
from bot.local_telegram.editing import Editing
from bot.local_telegram.entities import utf16_length
from bot.local_telegram.errors import ImpossibleError, RejectedError
from bot.local_telegram.faults import FaultKind, Faults
from bot.local_telegram.limits import FloodLimits
from bot.local_telegram.markup import CAPTION_LIMIT, TEXT_LIMIT, plain
from bot.local_telegram.media import filled
from bot.local_telegram.memberships import Memberships
from bot.local_telegram.parameters import File, Parameters
from bot.local_telegram.people import (
    ANONYMOUS_ADMIN,
    AS_CHANNEL,
    GROUP_ID,
    GROUP_TITLE,
    PASSER_BY,
    PEOPLE,
    TELEGRAM,
    Person,
)
from bot.local_telegram.privacy import reaches_bot
from bot.local_telegram.queries import Queries
from bot.local_telegram.sending import Method, Sending, origin_of
from bot.local_telegram.updates import BATCH
from bot.local_telegram.webhook import Webhook
from bot.local_telegram.world import Listener, World

TOKEN = "123456:" + "A" * 35
"""The token that the local Telegram knows unless it is told another."""

CALLS_KEPT = 10_000

ALBUM_LIMIT = 10
"""Pictures or files in an album."""


class LocalTelegram:
    """A Telegram in one process: speaks the Bot API to one bot and gives phones to people.

    Args:
        token: The bot's, “number:secret”.
        people: Who has an account from the start; anybody else gets one at the first word.
        clock: Unix seconds.
        limits: Whether the bot is told to slow down as the real Telegram tells it.
        random: Where the faults take their chance from.

    Attributes:
        faults: What goes wrong on the line; heeded by `exchange`, which the server goes through.
        calls: The last 10,000 calls of the bot: method and parameters.
    """

    def __init__(
        self,
        token: str = TOKEN,
        people: Sequence[Person] = (),
        *,
        clock: Callable[[], float],
        limits: bool = False,
        random: randomness.Random | None = None,
    ) -> None:
        self.token = token
        world = self._world = World(int(token.split(":", maxsplit=1)[0]), clock, FloodLimits(clock) if limits else None)
        for person in people:
            world.add_person(person)
        self.faults = Faults(random, clock=clock)
        self.faults.changed = self._faults_changed
        self.calls: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=CALLS_KEPT)
        self.webhook = Webhook(world.updates, clock)
        self._queries = Queries(world)
        self._memberships = Memberships(world)
        self._methods: dict[str, Method] = {
            **Sending(world).methods,
            **Editing(world).methods,
            **self._queries.methods,
            **self._memberships.methods,
            **self.webhook.methods,
            **self._profile_methods(),
        }
        self._names = {name.lower(): name for name in (*self._methods, "getUpdates")}

    @classmethod
    def with_cast(cls, token: str = TOKEN, *, clock: Callable[[], float]) -> "LocalTelegram":
        """One with the people of the page, and their group."""
        telegram = cls(token, PEOPLE, clock=clock)
        telegram.add_group(GROUP_ID, GROUP_TITLE, [person.id for person in PEOPLE if person.id != PASSER_BY])
        return telegram

    # Looking on

    @property
    def bot(self) -> dict[str, Any]:
        """The bot as getMe shows it."""
        return self._world.bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    @property
    def chats(self) -> dict[int, Chat]:
        """All chats, by id."""
        return self._world.chats

    @property
    def people(self) -> dict[int, Person]:
        """All people, by id."""
        return self._world.people

    @property
    def alerts(self) -> list[str]:
        """The texts of answered presses, oldest first."""
        return self._queries.alerts

    @property
    def pending(self) -> tuple[dict[str, Any], ...]:
        """The updates that the bot did not confirm."""
        return self._world.updates.pending

    @property
    def world(self) -> World:
        """What is kept; for the server."""
        return self._world

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear what every person's phone shows.

        Args:
            listener: Called with the person's id and the event.

        Returns:
            The way to stop listening.
        """
        return self._world.listen(listener)

    def file(self, file_id: str) -> File | None:
        """A file that was sent; None where there is none."""
        stored = self._world.files.get(file_id)
        return File(stored.name, stored.data) if stored else None

    # What people do

    def add_person(self, person: Person) -> None:
        """Give somebody an account."""
        self._world.add_person(person)

    def add_group(self, chat_id: int, title: str, members: Collection[int], kind: str = "supergroup") -> Chat:
        """Found a group of people and the bot, or a channel.

        Args:
            chat_id: Negative.
            kind: supergroup, group or channel.
        """
        for user_id in members:
            self._world.person(user_id)
        chat = Chat(chat_id, kind, title, members=set(members))
        self._world.chats[chat_id] = chat
        self._tell_of(chat)
        return chat

    def says(
        self, user_id: int, text: str, chat_id: int | None = None, *, reply_to: int | None = None, **more: Any
    ) -> Message:
        """Send a text; one that is too long goes out in several messages, as phones do it.

        Args:
            chat_id: None means the chat with the bot.
            reply_to: The message that it answers.
            more: Further fields of the message.

        Returns:
            The last message.

        Raises:
            ImpossibleError: Where the person can't write there, or the text is empty.
        """
        message: Message = {}
        for piece in _pieces(text):
            shown = plain(piece)
            if not shown.text:
                raise ImpossibleError("消息是空的")
            content: dict[str, Any] = {"text": shown.text}
            if shown.entities:
                content["entities"] = list(shown.entities)
            message = self._write(user_id, content | more, chat_id, reply_to)
        return message

    def sends(
        self, user_id: int, content: Mapping[str, Any], chat_id: int | None = None, *, reply_to: int | None = None
    ) -> Message:
        """Send a message of any kind.

        Args:
            content: Fields of a Bot API Message, such as `{"voice": {}}`; ids and lengths of media are filled in.
            chat_id: None means the chat with the bot.
            reply_to: The message that it answers.

        Raises:
            ImpossibleError: Where the person can't write there.
        """
        return self._write(user_id, self._content(content), chat_id, reply_to)

    def sends_album(
        self,
        user_id: int,
        items: Sequence[Mapping[str, Any]],
        chat_id: int | None = None,
        *,
        reply_to: int | None = None,
    ) -> list[Message]:
        """Send pictures or files as one album, which the bot gets as a message for each, with one `media_group_id`.

        Args:
            items: As `sends` takes them, 2 to 10, each with its own caption or none.
            chat_id: None means the chat with the bot.
            reply_to: The message that each of them answers.

        Raises:
            ImpossibleError: Where the person can't write there.
        """
        album = {"media_group_id": f"1{next(self._world.serial):016d}"}
        return [self.sends(user_id, {**item, **album}, chat_id, reply_to=reply_to) for item in items]

    def sends_files(
        self,
        user_id: int,
        files: Sequence[File],
        chat_id: int | None = None,
        *,
        as_photo: bool = False,
        caption: str = "",
    ) -> list[Message]:
        """Send files: one by itself, more as albums, as phones do it.

        Args:
            files: At least one.
            chat_id: None means the chat with the bot.
            as_photo: Whether they are sent as pictures.
            caption: Stands at the first file.

        Raises:
            ImpossibleError: Where the person can't write there, or Telegram takes no such file; then none is sent.
        """
        store = self._world.files.photo if as_photo else self._world.files.document
        items: list[dict[str, Any]] = []
        for file in files:
            try:
                items.append(dict(store(file).content))
            except RejectedError as error:
                raise ImpossibleError(f"{file.name} 发不出去:{error.description}") from error
        if caption.strip():
            items[0]["caption"] = caption.strip()
        sent: list[Message] = []
        for start in range(0, len(items), ALBUM_LIMIT):
            album = items[start : start + ALBUM_LIMIT]
            sent += self.sends_album(user_id, album, chat_id) if album[1:] else [self.sends(user_id, album[0], chat_id)]
        return sent

    def sends_file(
        self,
        user_id: int,
        name: str,
        data: bytes,
        chat_id: int | None = None,
        *,
        as_photo: bool = False,
        caption: str = "",
    ) -> Message:
        """Send one file, as `sends_files`."""
        return self.sends_files(user_id, [File(name, data)], chat_id, as_photo=as_photo, caption=caption)[0]

    def posts(self, channel_id: int, content: Mapping[str, Any]) -> Message:
        """Post in a channel; Telegram forwards it into the channel's discussion group by itself.

        Args:
            channel_id: Of a chat that `add_group` made of the kind “channel”.
            content: As `sends` takes it.

        Returns:
            The post in the channel.
        """
        world = self._world
        channel = world.chats[channel_id]
        message = self._content(content)
        post = world.post(channel, None, message | {"sender_chat": channel.wire})
        world.updates.add("channel_post", post)
        if channel.discussion is not None:
            group = world.chats[channel.discussion]
            forward = {"sender_chat": channel.wire, "is_automatic_forward": True, "forward_origin": origin_of(post)}
            self._hand_over(group, world.post(group, TELEGRAM, message | forward))
        return post

    def edits(self, user_id: int, message_id: int, text: str, chat_id: int | None = None) -> Message:
        """Edit an own text, or the caption of an own picture or file.

        Raises:
            ImpossibleError: Where it is not theirs, or the text is empty or too long.
        """
        world = self._world
        chat = world.chat_of(user_id, chat_id)
        message = chat.current(message_id)
        if message is None or not is_written_by(chat, message, user_id):
            raise ImpossibleError("这条消息不能改")
        shown = plain(text)
        written, marked = ("text", "entities") if "text" in message else ("caption", "caption_entities")
        limit = TEXT_LIMIT if written == "text" else CAPTION_LIMIT
        if (not shown.text and written == "text") or utf16_length(shown.text) > limit:
            raise ImpossibleError("消息是空的,或者太长")
        rest = {name: value for name, value in message.items() if name not in {written, marked}}
        edited = rest | {"edit_date": world.now}
        if shown.text:
            edited[written] = shown.text
        if shown.entities:
            edited[marked] = list(shown.entities)
        world.replace(chat, edited)
        if self._bot_sees(chat, edited):
            world.updates.add("edited_message", edited)
        return edited

    def presses(self, user_id: int, message_id: int, data: str, chat_id: int | None = None) -> str:
        """Press a button, real or forged; gives the id of the query.

        Raises:
            ImpossibleError: Where the person is not in the chat.
        """
        chat = self._world.chat_of(user_id, chat_id)
        return self._queries.press(user_id, chat, message_id, data)

    def votes(self, user_id: int, message_id: int, options: Sequence[int], chat_id: int | None = None) -> None:
        """Vote in a poll, or answer a quiz; no options take the vote back.

        Args:
            options: Places, from 0.

        Raises:
            ImpossibleError: Where there is no such poll, or the phone would not allow the vote.
        """
        world = self._world
        chat = world.chat_of(user_id, chat_id)
        poll = chat.polls.get(message_id)
        if poll is None:
            raise ImpossibleError("没有这个投票")
        if poll.close_if_due(world.clock()):
            world.replace(chat, chat.messages[message_id] | {"poll": poll.wire})
            world.updates.add("poll", poll.wire)
        poll.vote(user_id, options)
        world.replace(chat, chat.messages[message_id] | {"poll": poll.wire})
        if not poll.anonymous:
            chosen = sorted(set(options))
            answer = {
                "poll_id": poll.id,
                "user": world.person(user_id).user,
                "option_ids": chosen,
                "option_persistent_ids": [poll.option_ids[place] for place in chosen],
            }
            world.updates.add("poll_answer", answer)
        world.updates.add("poll", poll.wire)

    def blocks(self, user_id: int, blocked: bool) -> None:
        """Block the bot, or take it back."""
        world = self._world
        chat = world.chat_of(user_id, None)
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        chat.started = True
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._memberships.moved(chat, user_id, old, new)
        world.tell(chat.audience, {"type": "blocked", "chat_id": chat.id, "blocked": blocked})

    def deactivates(self, user_id: int) -> None:
        """Delete a person's account."""
        self._world.chat_of(user_id, None).deactivated = True

    def kicks(self, chat_id: int) -> None:
        """Throw the bot out of a group."""
        chat = self._group(chat_id)
        chat.kicked, chat.bot_is_admin = True, False
        self._memberships.moved(chat, min(chat.members), "member", "kicked")

    def joins(self, chat_id: int) -> None:
        """Take the bot into a group, for the first time or again."""
        chat = self._group(chat_id)
        old = "kicked" if chat.kicked else "left"
        chat.kicked = False
        actor = min(chat.members)
        self._memberships.moved(chat, actor, old, "member")
        self._serve(chat, actor, {"new_chat_members": [self._world.bot]})

    def deletes_chat(self, chat_id: int) -> None:
        """Delete a group, or clear a private chat."""
        chat = self._world.chats[chat_id]
        for message_id in tuple(chat.messages):
            self._world.remove(chat, message_id)
        chat.gone = not chat.private

    def migrates(self, chat_id: int) -> int:
        """Turn a group into a supergroup; gives the new id."""
        group = self._group(chat_id)
        if group.type != "group":
            raise ImpossibleError("这个群已经是超级群")
        new_id = -1_001_000_000_000 - abs(chat_id) % 1_000_000_000 - 1_000
        actor = min(group.members)
        self._serve(group, actor, {"migrate_to_chat_id": new_id})
        group.migrated_to = new_id
        supergroup = self.add_group(new_id, group.title, group.members)
        self._serve(supergroup, actor, {"migrate_from_chat_id": chat_id})
        return new_id

    def deletes_message(self, chat_id: int, message_id: int) -> None:
        """Delete a message, for everybody; the bot hears nothing of it."""
        self._world.remove(self._world.chats[chat_id], message_id)

    def injects(self, update: Mapping[str, Any]) -> None:
        """Queue an update as it is, also one that no client can read; a missing `update_id` is added."""
        self._world.updates.inject(update)

    # What the bot does

    async def call(self, method: str, parameters: Mapping[str, Any], files: Mapping[str, File] | None = None) -> Any:
        """Carry out a call of the Bot API.

        Args:
            method: Its name; case does not matter.
            parameters: Values, or JSON in strings as in a form.
            files: By the name of the form's part.

        Returns:
            The result, as JSON values.

        Raises:
            RejectedError: As the Bot API would answer.
        """
        name = self._names.get(method.lower())
        given = Parameters(parameters, files or {})
        self.calls.append((name or method, given.values))
        if name == "getUpdates":
            return await self._get_updates(given)
        if name is None:
            raise RejectedError(404, "Not Found")
        return self._methods[name](given)

    async def _get_updates(self, parameters: Parameters) -> list[dict[str, Any]]:
        updates = self._world.updates
        if self.webhook.url:
            raise RejectedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        limit = parameters.integer("limit")
        updates.allow(parameters.array("allowed_updates", "allowed updates"))
        updates.confirm(parameters.integer("offset") or 0)
        await updates.wait(parameters.integer("timeout") or 0)
        if updates.fresh and self.faults.strike("getUpdates", {FaultKind.UNPARSABLE}):
            updates.slip_in(self._unparsable())
        return updates.first(limit if limit and 0 < limit <= BATCH else BATCH)

    def _unparsable(self) -> dict[str, Any]:
        """A real kind of update that python-telegram-bot 22.8 can't read: a ban without its end."""
        user = {"id": 777, "is_bot": False, "first_name": "某人"}
        banned = {"user": self._world.bot, "status": "kicked"}
        return {
            "my_chat_member": {
                "chat": {"id": 777, "first_name": "某人", "type": "private"},
                "from": user,
                "date": self._world.now,
                "old_chat_member": {"user": self._world.bot, "status": "member"},
                "new_chat_member": banned,
            }
        }

    def _profile_methods(self) -> dict[str, Method]:
        menus, profile = self._world.menus, self._world.profile
        return {
            "getMe": lambda _parameters: self.bot,
            "getFile": self._world.files.described,
            "setMyCommands": lambda parameters: self._menus_changed(menus.set(parameters)),
            "getMyCommands": menus.get,
            "deleteMyCommands": lambda parameters: self._menus_changed(menus.delete(parameters)),
            "setMyName": lambda parameters: profile.set("name", parameters),
            "getMyName": lambda parameters: profile.get("name", parameters),
            "setMyDescription": lambda parameters: profile.set("description", parameters),
            "getMyDescription": lambda parameters: profile.get("description", parameters),
            "setMyShortDescription": lambda parameters: profile.set("short_description", parameters),
            "getMyShortDescription": lambda parameters: profile.get("short_description", parameters),
        }

    # What follows

    def _content(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a message, with what Telegram adds to media and captions."""
        message = {name: filled(name, value, self._world.serial) for name, value in content.items()}
        for words, marks in (("caption", "caption_entities"), ("text", "entities")):
            written = message.get(words)
            if isinstance(written, str) and marks not in message and (entities := plain(written).entities):
                message[marks] = list(entities)
        return message

    def _write(self, user_id: int, content: Mapping[str, Any], chat_id: int | None, reply_to: int | None) -> Message:
        world = self._world
        chat = world.chat_of(user_id, chat_id)
        if chat.type == "channel":
            raise ImpossibleError("频道里只有频道自己能发消息")
        if chat.blocked:
            raise ImpossibleError("你已屏蔽这个机器人,先解除屏蔽")
        if chat.deactivated:
            raise ImpossibleError("这个账号已经注销")
        reply = None
        if reply_to is not None:
            reply = chat.current(reply_to)
            if reply is None:
                raise ImpossibleError("要回复的消息已经没有了")
        chat.started = True
        if "message_thread_id" in content:
            chat.threads.add(content["message_thread_id"])
        mask = world.chats.get(chat.masks.get(user_id, 0))
        if mask is None:
            message = world.post(chat, world.person(user_id).user, content, reply)
        else:
            sender = ANONYMOUS_ADMIN if mask is chat else AS_CHANNEL
            message = world.post(chat, sender, {**content, "sender_chat": mask.wire}, reply)
        self._hand_over(chat, message)
        return message

    def _hand_over(self, chat: Chat, message: Message) -> None:
        """Give the bot a message where it may see it."""
        if self._bot_sees(chat, message):
            self._world.updates.add("message", message)

    def _serve(self, chat: Chat, user_id: int, content: Mapping[str, Any]) -> None:
        """Put a service message into a chat."""
        world = self._world
        world.updates.add("message", world.post(chat, world.person(user_id).user, content))

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        bot = self._world.bot
        return reaches_bot(chat, message, bot["id"], bot["username"])

    def _group(self, chat_id: int) -> Chat:
        chat = self._world.chats.get(chat_id)
        if chat is None or chat.private or chat.gone:
            raise ImpossibleError("没有这个群")
        return chat

    def _menus_changed(self, result: bool) -> bool:
        world = self._world
        if world.watched:
            for chat in world.chats.values():
                for user_id in chat.audience:
                    commands = world.menus.shown(chat, user_id)
                    world.tell((user_id,), {"type": "commands", "chat_id": chat.id, "commands": commands})
        return result

    def _faults_changed(self) -> None:
        world = self._world
        if world.watched:
            world.tell(world.people, {"type": "faults", "faults": [fault.wire for fault in self.faults.active]})

    def _tell_of(self, chat: Chat) -> None:
        """Show a new chat on its people's phones."""
        for user_id in chat.audience:
            self._world.tell((user_id,), {"type": "chat", "chat": self._world.view(chat, user_id)})


def _pieces(text: str) -> list[str]:
    """A text in pieces of at most 4096 UTF-16 units."""
    length = utf16_length(text)
    if length <= TEXT_LIMIT:
        return [text]
    pieces: list[str] = []
    piece: list[str] = []
    size = 0
    for character in text:
        width = 2 if character > "\uffff" else 1
        if size + width > TEXT_LIMIT:
            pieces.append("".join(piece))
            piece, size = [], 0
        piece.append(character)
        size += width
    return [*pieces, "".join(piece)]
