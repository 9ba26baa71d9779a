"""Who is in a chat: the bot's comings and goings, and what getChatMember says."""

from typing import Any

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import bad_request, forbidden
from bot.local_telegram.parameters import Parameters
from bot.local_telegram.world import World

_ADMIN_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
    "can_pin_messages": True,
    "can_manage_topics": False,
}


def member(user: dict[str, Any], status: str) -> dict[str, Any]:
    """A Bot API ChatMember, with all fields that its status needs.

    Args:
        status: creator, administrator, member, left or kicked.
    """
    shown = {"user": user, "status": status}
    if status == "kicked":
        return shown | {"until_date": 0}
    if status == "creator":
        return shown | {"is_anonymous": False}
    return shown | _ADMIN_RIGHTS if status == "administrator" else shown


class Memberships:
    """The bot in its chats, and the people in theirs."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.methods = {"getChat": self._chat, "getChatMember": self._member}

    def moved(self, chat: Chat, actor_id: int, old: str, new: str) -> None:
        """Tell the bot that somebody changed what it is in a chat.

        Args:
            old: The status before: member, left, kicked.
            new: The status now.
        """
        world = self._world
        change = {
            "chat": chat.wire,
            "from": world.person(actor_id).user,
            "date": world.now,
            "old_chat_member": member(world.bot, old),
            "new_chat_member": member(world.bot, new),
        }
        world.updates.add("my_chat_member", change)

    def _chat(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._readable(parameters)
        return {
            **chat.wire,
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                (
                    "unlimited_gifts",
                    "limited_gifts",
                    "unique_gifts",
                    "premium_subscription",
                    "gifts_from_channels",
                ),
                False,
            ),
        }

    def _member(self, parameters: Parameters) -> dict[str, Any]:
        chat = self._readable(parameters)
        user_id = parameters.integer("user_id")
        if not user_id or user_id < 0:
            raise bad_request("invalid user_id specified")
        world = self._world
        if world.is_bot(user_id):
            return member(world.bot, "administrator" if chat.bot_is_admin else "member")
        person = world.people.get(user_id)
        if person is None:
            raise bad_request("user not found")
        if user_id not in chat.audience:
            return member(person.user, "left")
        owner = not chat.private and user_id == min(chat.members)
        return member(person.user, "creator" if owner else "member")

    def _readable(self, parameters: Parameters) -> Chat:
        chat = self._world.chat_for(parameters.values.get("chat_id"))
        if chat.private and not chat.started:
            raise bad_request("chat not found")
        if chat.kicked:
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        return chat
