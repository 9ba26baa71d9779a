"""Which messages of a group reach the bot: Telegram's privacy mode, which is on unless a bot's owner switches it off."""

from bot.local_telegram.chats import Chat, Message, sender_id
from bot.local_telegram.entities import commands_in, mentions_in
from bot.local_telegram.media import MEDIA

_CONVERSATION = frozenset({*MEDIA, "text", "photo", "caption", "location", "contact", "poll", "dice", "venue", "game"})
"""What people say; a message with none of it is a service message, which every bot sees."""


def reaches_bot(chat: Chat, message: Message, bot_id: int, username: str) -> bool:
    """Whether a message is handed to the bot.

    In a group: service messages, commands that are not for another bot, messages that name the bot, and replies to it.
    All of them where the bot is an administrator.

    Args:
        username: The bot's, without “@”.
    """
    if chat.private:
        return True
    if chat.kicked or chat.gone:
        return False
    replied = message.get("reply_to_message")
    if chat.bot_is_admin or (replied and sender_id(replied) == bot_id) or not _CONVERSATION & message.keys():
        return True
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or ()
    name = f"@{username}".lower()
    if any(mention.lower() == name for mention in mentions_in(text, entities)):
        return True
    return any("@" not in word or word.lower().endswith(name) for word in commands_in(text, entities))
