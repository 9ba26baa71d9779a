"""What people do: write, press, vote, come and go."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import ImpossibleError
from bot.local_telegram.memberships import Memberships
from bot.local_telegram.people import Person
from bot.local_telegram.queries import Queries
from bot.local_telegram.world import World
from bot.local_telegram.writing import Writing


class Acting(Writing):
    """People do what phones let them do."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._queries = Queries(world)
        self._memberships = Memberships(world)

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

    def _serve(self, chat: Chat, user_id: int, content: Mapping[str, Any]) -> None:
        """Put a service message into a chat."""
        world = self._world
        world.updates.add("message", world.post(chat, world.person(user_id).user, content))

    def _group(self, chat_id: int) -> Chat:
        chat = self._world.chats.get(chat_id)
        if chat is None or chat.private or chat.gone:
            raise ImpossibleError("没有这个群")
        return chat

    def _tell_of(self, chat: Chat) -> None:
        """Show a new chat on its people's phones."""
        for user_id in chat.audience:
            self._world.tell((user_id,), {"type": "chat", "chat": self._world.view(chat, user_id)})
