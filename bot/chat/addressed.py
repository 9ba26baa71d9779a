"""To whom a message speaks, and what it says."""

from telegram import Message, MessageEntity


def words_of(message: Message) -> str:
    """Return what a message says: its text, or the caption of its picture or file."""
    return (message.text or message.caption or "").strip()


def is_for_others(message: Message, username: str, bot_id: int) -> bool:
    """Return whether a message in a group neither names the bot, also behind a command, nor replies to it."""
    if message.chat.type == "private":
        return False
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot_id:
        return False
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    entities = message.parse_entities(kinds) | message.parse_caption_entities(kinds)
    return not any(words.lower().endswith(f"@{username}".lower()) for words in entities.values())


def without_mention(text: str, username: str) -> str:
    """The text without the bot's name."""
    start = text.lower().find(f"@{username}".lower())
    if start >= 0:
        text = text[:start] + " " + text[start + len(username) + 1 :]
    return text.strip()
