"""What the bot says of itself: its account, its name and descriptions, its menus of commands."""

from typing import Any

from bot.local_telegram.sending import Method
from bot.local_telegram.world import World


class ProfileCalls:
    """Calls about the bot itself."""

    def __init__(self, world: World) -> None:
        self._world = world

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
    def methods(self) -> dict[str, Method]:
        """The methods, by their names."""
        menus, profile = self._world.menus, self._world.profile
        return {
            "getMe": lambda _parameters: self.bot,
            "getFile": self._world.files.described,
            "setMyCommands": lambda parameters: self._changed(menus.set(parameters)),
            "getMyCommands": menus.get,
            "deleteMyCommands": lambda parameters: self._changed(menus.delete(parameters)),
            "setMyName": lambda parameters: profile.set("name", parameters),
            "getMyName": lambda parameters: profile.get("name", parameters),
            "setMyDescription": lambda parameters: profile.set("description", parameters),
            "getMyDescription": lambda parameters: profile.get("description", parameters),
            "setMyShortDescription": lambda parameters: profile.set("short_description", parameters),
            "getMyShortDescription": lambda parameters: profile.get("short_description", parameters),
        }

    def _changed(self, result: bool) -> bool:
        world = self._world
        if world.watched:
            for chat in world.chats.values():
                for user_id in chat.audience:
                    commands = world.menus.shown(chat, user_id)
                    world.tell((user_id,), {"type": "commands", "chat_id": chat.id, "commands": commands})
        return result
