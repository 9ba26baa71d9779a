"""The methods that change what is already in a chat."""

from collections.abc import Callable
from typing import Any

from bot.local_telegram.chats import Chat, Message, sender_id
from bot.local_telegram.errors import bad_request
from bot.local_telegram.keyboards import inline_keyboard
from bot.local_telegram.parameters import Parameters
from bot.local_telegram.sending import Method, caption_content, caption_of, text_content, text_of
from bot.local_telegram.world import World

_MEDIA = ("photo", "document")
DELETABLE = 48 * 3600
"""Seconds for which a bot can delete a message."""

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
_REACTIONS = frozenset(
    [
        "❤",
        "👍",
        "👎",
        "🔥",
        "🥰",
        "👏",
        "😁",
        "🤔",
        "🤯",
        "😱",
        "🤬",
        "😢",
        "🎉",
        "🤩",
        "🤮",
        "💩",
        "🙏",
        "👌",
        "🕊",
        "🤡",
        "🥱",
        "🥴",
        "😍",
        "🐳",
        "❤\u200d🔥",
        "🌚",
        "🌭",
        "💯",
        "🤣",
        "⚡",
        "🍌",
        "🏆",
        "💔",
        "🤨",
        "😐",
        "🍓",
        "🍾",
        "💋",
        "🖕",
        "😈",
        "😴",
        "😭",
        "🤓",
        "👻",
        "👨\u200d💻",
        "👀",
        "🎃",
        "🙈",
        "😇",
        "😨",
        "🤝",
        "✍",
        "🤗",
        "🫡",
        "🎅",
        "🎄",
        "☃",
        "💅",
        "🤪",
        "🗿",
        "🆒",
        "💘",
        "🙉",
        "🦄",
        "😘",
        "💊",
        "🙊",
        "😎",
        "👾",
        "🤷\u200d♂",
        "🤷",
        "🤷\u200d♀",
        "😡",
    ]
)
"""What a bot can react with."""


class Editing:
    """EditMessageText and its kin."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.methods: dict[str, Method] = {
            "editMessageText": self._text,
            "editMessageCaption": self._caption,
            "editMessageMedia": self._media,
            "editMessageReplyMarkup": self._markup,
            "stopPoll": self._stop_poll,
            "deleteMessage": self._delete,
            "deleteMessages": self._delete_many,
            "pinChatMessage": self._pin,
            "unpinChatMessage": self._unpin,
            "setMessageReaction": self._react,
        }

    def _text(self, parameters: Parameters) -> Message:
        shown = text_of(self._world, parameters)

        def change(_chat: Chat, message: Message) -> dict[str, Any]:
            if "text" not in message:
                raise bad_request("there is no text in the message to edit")
            preview = parameters.object("link_preview_options", "LinkPreviewOptions")
            return text_content(shown) | ({"link_preview_options": dict(preview)} if preview else {})

        return self._edit(
            parameters, ("text", "entities", "link_preview_options"), change, markup=parameters.text("text")
        )

    def _caption(self, parameters: Parameters) -> Message:
        shown = caption_of(self._world, parameters)

        def change(_chat: Chat, message: Message) -> dict[str, Any]:
            if not {"photo", "document"} & message.keys():
                raise bad_request("there is no caption in the message to edit")
            return caption_content(shown)

        return self._edit(parameters, ("caption", "caption_entities"), change, markup=parameters.text("caption"))

    def _media(self, parameters: Parameters) -> Message:
        media = _input_media(parameters)
        shown = caption_of(self._world, media)
        field = media.text("type")

        def change(_chat: Chat, message: Message) -> dict[str, Any]:
            if not {"text", *_MEDIA} & message.keys():
                raise bad_request("message can't be edited")
            return self._world.files.sent(field, media).content | caption_content(shown)

        # A text gives way to what comes in its place.
        fields = (*_MEDIA, "caption", "caption_entities", "text", "entities", "link_preview_options")
        return self._edit(parameters, fields, change, markup=media.text("caption"))

    def _markup(self, parameters: Parameters) -> Message:
        return self._edit(parameters, (), lambda _chat, _message: {})

    def _stop_poll(self, parameters: Parameters) -> dict[str, Any]:
        chat, message = self._own(parameters, "message with poll to stop not found", "poll can't be stopped")
        poll = chat.polls.get(message["message_id"])
        if poll is None:
            raise bad_request("message with poll to stop not found")
        if poll.closed:
            raise bad_request("poll has already been closed")
        keyboard = inline_keyboard(parameters.object("reply_markup", "reply keyboard markup"), only=True)
        poll.closed = True
        rest = {name: value for name, value in message.items() if name != "reply_markup"}
        self._world.replace(chat, rest | {"poll": poll.wire} | ({"reply_markup": keyboard} if keyboard else {}))
        self._world.updates.add("poll", poll.wire)
        return poll.wire

    def _edit(
        self,
        parameters: Parameters,
        fields: tuple[str, ...],
        change: Callable[[Chat, Message], dict[str, Any]],
        markup: str = "",
    ) -> Message:
        """Replace some fields of one of the bot's messages, and the keyboard with them.

        Args:
            fields: What is replaced; dropped where the change does not bring it.
            change: Gives the new fields.
            markup: The text with its tags.
        """
        keyboard = inline_keyboard(parameters.object("reply_markup", "reply keyboard markup"), only=True)
        chat, message = self._own(parameters, "message to edit not found", "message can't be edited")
        replaced = (*fields, "reply_markup")
        fresh = change(chat, message) | ({"reply_markup": keyboard} if keyboard else {})
        compared = [name for name in replaced if name != "link_preview_options"]
        if all(message.get(name) == fresh.get(name) for name in compared):
            raise bad_request(_NOT_MODIFIED)
        rest = {name: value for name, value in message.items() if name not in replaced}
        edited = rest | fresh | {"edit_date": self._world.now}
        self._world.replace(chat, edited)
        if markup:
            chat.markup[message["message_id"]] = markup
        return edited

    def _own(self, parameters: Parameters, missing: str, foreign: str) -> tuple[Chat, Message]:
        """The bot's message that a call is about.

        Args:
            missing: The complaint where it is not there.
            foreign: The complaint where somebody else wrote it.
        """
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        message = chat.current(parameters.message_id)
        if message is None:
            raise bad_request(missing)
        if not self._world.is_bot(sender_id(message)) or "forward_origin" in message:
            raise bad_request(foreign)
        return chat, message

    def _delete(self, parameters: Parameters) -> bool:
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        message = chat.messages.get(parameters.message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if not self._deletable(chat, message):
            raise bad_request("message can't be deleted for everyone")
        return self._world.remove(chat, message["message_id"])

    def _delete_many(self, parameters: Parameters) -> bool:
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        ids = parameters.array("message_ids", "message identifiers")
        if not ids:
            raise bad_request("message identifiers are not specified")
        if len(ids) > 100:
            raise bad_request("too many message identifiers specified")
        for message_id in ids:
            message = chat.messages.get(message_id)
            if message is not None and self._deletable(chat, message):
                self._world.remove(chat, message_id)
        return True

    def _deletable(self, chat: Chat, message: Message) -> bool:
        own = self._world.is_bot(sender_id(message))
        young = self._world.clock() - message["date"] < DELETABLE
        return young and (own or chat.private or chat.bot_is_admin)

    def _pin(self, parameters: Parameters) -> bool:
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        if parameters.message_id not in chat.messages:
            raise bad_request("message to pin not found")
        _check_pin_rights(chat)
        if parameters.message_id not in chat.pinned:
            chat.pinned.append(parameters.message_id)
        return True

    def _unpin(self, parameters: Parameters) -> bool:
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        _check_pin_rights(chat)
        message_id = parameters.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
        if message_id not in chat.pinned:
            raise bad_request("message to unpin not found")
        chat.pinned.remove(message_id)
        return True

    def _react(self, parameters: Parameters) -> bool:
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        if parameters.message_id not in chat.messages:
            raise bad_request("message to react not found")
        reactions = parameters.array("reaction", "ReactionType") or ()
        if len(reactions) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        for reaction in reactions:
            if not isinstance(reaction, dict) or reaction.get("emoji") not in _REACTIONS:
                raise bad_request("REACTION_INVALID")
        return True


def _input_media(parameters: Parameters) -> Parameters:
    """What an InputMedia holds, as parameters of a call that sends it.

    Raises:
        RejectedError: 400, where there is none, or of a kind that this Telegram does not carry.
    """
    media = parameters.object("media", "input media")
    if media is None:
        raise bad_request("can't parse InputMedia: Media is not specified")
    kind = media.get("type")
    if kind not in _MEDIA:
        raise bad_request(f"can't parse InputMedia: type {kind or 'must be non-empty'} is not supported")
    if not media.get("media"):
        raise bad_request("can't parse InputMedia: media not found")
    return Parameters({**media, kind: media["media"]}, parameters.files)


def _check_pin_rights(chat: Chat) -> None:
    if not (chat.private or chat.bot_is_admin):
        raise bad_request("not enough rights to manage pinned messages in the chat")
