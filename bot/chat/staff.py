"""What the rooms below people have to know of them."""

from collections.abc import Sequence
from typing import Protocol

from bot.station.roles import Role


class Staff(Protocol):
    """Who may do what."""

    async def role(self, user_id: int) -> Role:
        """What somebody may do now."""

    async def admins(self) -> Sequence[int]:
        """The numbers of everybody who is an admin now."""
