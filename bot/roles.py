"""Who may do what."""

from collections.abc import Collection
from enum import IntEnum


class Role(IntEnum):
    """What a person may do; each role may do all that the lower ones may."""

    STRANGER = 0
    STAFF = 1
    ADMIN = 3


class Door:
    """Decides who comes in. For now by the lists of ids in the settings; nobody listed means closed."""

    def __init__(self, allowed_ids: Collection[int], admin_ids: Collection[int] = ()) -> None:
        self._allowed = frozenset(allowed_ids)
        self.admins = tuple(dict.fromkeys(admin_ids))

    def role(self, user_id: int) -> Role:
        """The role of a Telegram user."""
        if user_id in self.admins:
            return Role.ADMIN
        return Role.STAFF if user_id in self._allowed else Role.STRANGER
