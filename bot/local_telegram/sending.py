"""The methods that put a new message into a chat."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.local_telegram.chats import Chat, Message
from bot.local_telegram.entities import utf16_length
from bot.local_telegram.errors import bad_request
from bot.local_telegram.keyboards import inline_keyboard
from bot.local_telegram.markup import CAPTION_LIMIT, TEXT_LIMIT, Formatted, formatted
from bot.local_telegram.parameters import Parameters
from bot.local_telegram.polls import Poll, poll_from
from bot.local_telegram.world import World

Method = Callable[[Parameters], Any]

_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_OWN = frozenset(
    {
        "message_id",
        "from",
        "chat",
        "date",
        "edit_date",
        "reply_to_message",
        "reply_markup",
        "message_thread_id",
        "is_topic_message",
        "forward_origin",
        "sender_chat",
        "is_automatic_forward",
        "media_group_id",
    }
)
"""What does not go along when a message is forwarded or copied."""


def text_of(world: World, parameters: Parameters) -> Formatted:
    """The text that a call sends.

    Raises:
        RejectedError: 400, where it can't be read, or shows nothing.
    """
    shown = formatted(
        parameters.text("text"),
        parameters.values.get("parse_mode"),
        parameters.array("entities", "MessageEntity"),
        world.known,
    )
    if not shown.text:
        raise bad_request("message text is empty")
    return shown


def caption_of(world: World, parameters: Parameters) -> Formatted:
    """The caption that a call sends; may be empty.

    Raises:
        RejectedError: 400, where it can't be read.
    """
    return formatted(
        parameters.text("caption"),
        parameters.values.get("parse_mode"),
        parameters.array("caption_entities", "MessageEntity"),
        world.known,
    )


def text_content(shown: Formatted) -> dict[str, Any]:
    """What a text adds to a message.

    Raises:
        RejectedError: 400, where it is too long.
    """
    if utf16_length(shown.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    content: dict[str, Any] = {"text": shown.text}
    return content | {"entities": list(shown.entities)} if shown.entities else content


def caption_content(shown: Formatted) -> dict[str, Any]:
    """What a caption adds to a message.

    Raises:
        RejectedError: 400, where it is too long.
    """
    if utf16_length(shown.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    content: dict[str, Any] = {"caption": shown.text} if shown.text else {}
    return content | {"caption_entities": list(shown.entities)} if shown.entities else content


class Sending:
    """SendMessage and its kin."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.methods: dict[str, Method] = {
            "sendMessage": self._message,
            "sendPhoto": lambda parameters: self._file("photo", parameters),
            "sendDocument": lambda parameters: self._file("document", parameters),
            "sendPoll": self._poll,
            "forwardMessage": self._forward,
            "copyMessage": self._copy,
            "sendChatAction": self._action,
        }

    def _message(self, parameters: Parameters) -> Message:
        shown = text_of(self._world, parameters)
        return self._send(parameters, lambda _chat: text_content(shown), markup=parameters.text("text"))

    def _file(self, field: str, parameters: Parameters) -> Message:
        shown = caption_of(self._world, parameters)

        def content(_chat: Chat) -> dict[str, Any]:
            return self._world.files.sent(field, parameters).content | caption_content(shown)

        return self._send(parameters, content, markup=parameters.text("caption"))

    def _poll(self, parameters: Parameters) -> Message:
        world = self._world
        poll = poll_from(parameters, f"5{next(world.serial):018d}", world.clock(), world.known)
        return self._send(parameters, lambda _chat: {"poll": poll.wire}, poll=poll)

    def _forward(self, parameters: Parameters) -> Message:
        source = self._source(parameters, "message to forward not found")
        content = _content(source) | {"forward_origin": source.get("forward_origin") or origin_of(source)}
        return self._send(parameters, lambda _chat: content)

    def _copy(self, parameters: Parameters) -> dict[str, int]:
        content = _content(self._source(parameters, "message to copy not found"))
        if "caption" in parameters.values:
            content = {name: value for name, value in content.items() if not name.startswith("caption")}
            content |= caption_content(caption_of(self._world, parameters))
        return {"message_id": self._send(parameters, lambda _chat: content)["message_id"]}

    def _source(self, parameters: Parameters, missing: str) -> Message:
        chat = self._world.chat_for(parameters.values.get("from_chat_id"))
        source = chat.messages.get(parameters.message_id)
        if source is None:
            raise bad_request(missing)
        return source

    def _send(
        self,
        parameters: Parameters,
        content_in: Callable[[Chat], Mapping[str, Any]],
        markup: str = "",
        poll: Poll | None = None,
    ) -> Message:
        """Put a message into the chat of a call.

        Args:
            content_in: Makes the content, once it is sure that the chat can be written to.
            markup: The text with its tags.
        """
        world = self._world
        keyboard = inline_keyboard(parameters.object("reply_markup", "reply keyboard markup"))
        chat = world.open_chat(parameters.values.get("chat_id"))
        reply = _replied(chat, parameters)
        content = {**content_in(chat), **_thread(chat, parameters)}
        if parameters.flag("protect_content"):
            content["has_protected_content"] = True
        preview = parameters.object("link_preview_options", "LinkPreviewOptions")
        if preview and "text" in content:
            content["link_preview_options"] = dict(preview)
        if keyboard:
            content["reply_markup"] = keyboard
        if world.limits is not None:
            world.limits.take(chat)
        message = world.post(chat, world.bot, content, reply, poll)
        if markup:
            chat.markup[message["message_id"]] = markup
        return message

    def _action(self, parameters: Parameters) -> bool:
        action = parameters.text("action")
        if action not in _ACTIONS:
            raise bad_request("wrong parameter action in request")
        chat = self._world.open_chat(parameters.values.get("chat_id"))
        self._world.tell(chat.audience, {"type": "typing", "chat_id": chat.id, "action": action})
        return True


def origin_of(source: Message) -> dict[str, Any]:
    """Where a forwarded message comes from, as a Bot API MessageOrigin."""
    written = source.get("sender_chat")
    if written is None:
        return {"type": "user", "sender_user": source["from"], "date": source["date"]}
    if written["type"] == "channel":
        return {"type": "channel", "chat": written, "message_id": source["message_id"], "date": source["date"]}
    return {"type": "chat", "sender_chat": written, "date": source["date"]}


def _content(source: Message) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name not in _OWN}


def _replied(chat: Chat, parameters: Parameters) -> Message | None:
    """The message that a call replies to.

    Raises:
        RejectedError: 400, where it is gone and the call can't do without.
    """
    reply = parameters.object("reply_parameters", "ReplyParameters") or {}
    message_id = reply.get("message_id") or parameters.integer("reply_to_message_id")
    if not message_id:
        return None
    found = chat.current(message_id) if reply.get("chat_id") in (None, chat.id) else None
    optional = reply.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply")
    if found is None and not optional:
        raise bad_request("message to be replied not found")
    return found


def _thread(chat: Chat, parameters: Parameters) -> dict[str, Any]:
    thread = parameters.integer("message_thread_id")
    if not thread:
        return {}
    if thread not in chat.threads:
        raise bad_request("message thread not found")
    return {"message_thread_id": thread, "is_topic_message": True}
