"""Who can be reached: noted before anything else is done with an update."""

from telegram import ChatMember, Update

from bot.handlers.context import Context

_AWAY = {ChatMember.BANNED, ChatMember.LEFT}


async def note_presence(update: Update, context: Context) -> None:
    """Who blocks the bot is sent nothing more; who is heard again is there again; a group that moves is followed."""
    recipients, chat = context.services.recipients, update.effective_chat
    if chat is None:
        return
    message = update.message
    if update.my_chat_member is not None:
        if update.my_chat_member.new_chat_member.status in _AWAY:
            await recipients.leave(chat.id, update.my_chat_member.new_chat_member.status)
        else:
            await recipients.come_back(chat.id)
    elif message is not None and message.migrate_to_chat_id is not None:
        await recipients.migrate(chat.id, message.migrate_to_chat_id)
    elif message is not None and message.migrate_from_chat_id is not None:
        await recipients.migrate(message.migrate_from_chat_id, chat.id)
    else:
        await recipients.come_back(chat.id)
