"""What people write, and what the bot sees of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.local_telegram.chats import Chat, Message, is_written_by
from bot.local_telegram.entities import utf16_length
from bot.local_telegram.errors import ImpossibleError, RejectedError
from bot.local_telegram.markup import CAPTION_LIMIT, TEXT_LIMIT, plain
from bot.local_telegram.media import filled
from bot.local_telegram.parameters import File
from bot.local_telegram.people import ANONYMOUS_ADMIN, AS_CHANNEL, TELEGRAM
from bot.local_telegram.privacy import reaches_bot
from bot.local_telegram.sending import origin_of
from bot.local_telegram.world import World

ALBUM_LIMIT = 10
"""Pictures or files in an album."""


class Writing:
    """People send messages and edit them."""

    def __init__(self, world: World) -> None:
        self._world = world

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

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        bot = self._world.bot
        return reaches_bot(chat, message, bot["id"], bot["username"])


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
