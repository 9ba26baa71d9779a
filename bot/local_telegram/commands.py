"""The menu of commands, by who sees it, and what the bot says of itself."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.local_telegram.chats import Chat
from bot.local_telegram.errors import RejectedError, bad_request
from bot.local_telegram.parameters import Parameters

Command = dict[str, str]
_Scope = tuple[str, int, int]
"""The kind of a scope, its chat and its user, 0 where it has none."""

_KINDS = frozenset(
    {
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    }
)
_LIMIT = 100
_PHONE_LANGUAGE = "zh"
_PROFILE = {"name": 64, "description": 512, "short_description": 120}


class CommandMenus:
    """Which commands the bot shows to whom.

    Args:
        chat_for: Finds a chat that a scope names; raises a 400 where there is none.
    """

    def __init__(self, chat_for: Callable[[Any], Chat]) -> None:
        self._chat_for = chat_for
        self._menus: dict[tuple[_Scope, str], list[Command]] = {}

    def set(self, parameters: Parameters) -> bool:
        """SetMyCommands."""
        commands = [_command(command) for command in parameters.array("commands", "bot commands") or ()]
        if len(commands) > _LIMIT:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        place = self._place(parameters)
        if commands:
            self._menus[place] = commands
        else:
            self._menus.pop(place, None)
        return True

    def get(self, parameters: Parameters) -> list[Command]:
        """GetMyCommands."""
        return self._menus.get(self._place(parameters), [])

    def delete(self, parameters: Parameters) -> bool:
        """DeleteMyCommands."""
        self._menus.pop(self._place(parameters), None)
        return True

    def shown(self, chat: Chat, user_id: int) -> list[Command]:
        """What a person's phone shows in a chat: the menu of the narrowest scope, in the phone's language first."""
        scopes: tuple[_Scope, ...]
        if chat.private:
            scopes = (("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0))
        else:
            scopes = (
                ("chat_member", chat.id, user_id),
                ("chat", chat.id, 0),
                ("all_group_chats", 0, 0),
                ("default", 0, 0),
            )
        for scope in scopes:
            for language in (_PHONE_LANGUAGE, ""):
                if (scope, language) in self._menus:
                    return self._menus[scope, language]
        return []

    def _place(self, parameters: Parameters) -> tuple[_Scope, str]:
        language = parameters.text("language_code")
        if language and not re.fullmatch("[a-z]{2}", language):
            raise bad_request("invalid language code specified")
        scope = parameters.object("scope", "BotCommandScope") or {"type": "default"}
        kind = scope.get("type")
        if kind not in _KINDS:
            raise bad_request("can't parse BotCommandScope: unsupported type specified")
        chat = self._chat_for(scope.get("chat_id")).id if kind.startswith("chat") else 0
        user = 0
        if kind == "chat_member":
            user = scope.get("user_id") or 0
            if not isinstance(user, int) or user <= 0:
                raise bad_request("can't parse BotCommandScope: invalid user_id specified")
        return (kind, chat, user), language


def _command(command: Any) -> Command:
    if not isinstance(command, Mapping):
        raise bad_request("expected an Object")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not re.fullmatch("/?[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description.strip()}


class Profile:
    """The bot's name and descriptions, by language."""

    def __init__(self, name: str) -> None:
        self._texts: dict[tuple[str, str], str] = {("name", ""): name}

    @property
    def name(self) -> str:
        """What the bot is called where a language has no name of its own."""
        return self._texts["name", ""]

    def set(self, field: str, parameters: Parameters) -> bool:
        """Set one of the texts.

        Args:
            field: name, description or short_description.
        """
        text = parameters.text(field).strip()
        if len(text) > _PROFILE[field]:
            raise RejectedError(400, f"Bad Request: {field.replace('_', ' ')} is too long")
        language = parameters.text("language_code")
        if text or (field, language) == ("name", ""):
            self._texts[field, language] = text or self.name
        else:
            self._texts.pop((field, language), None)
        return True

    def get(self, field: str, parameters: Parameters) -> dict[str, str]:
        """One of the texts, in the language asked for or else in none."""
        text = self._texts.get((field, parameters.text("language_code")))
        return {field: self._texts.get((field, ""), "") if text is None else text}
