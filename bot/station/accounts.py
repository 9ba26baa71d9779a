"""Telegram's own accounts: numbers that stand in for a sender and belong to no person."""

from typing import Final

ANONYMOUS_ADMIN: Final = 1087968824
"""Stands in for an anonymous admin of a group."""

SERVICE_ACCOUNTS: Final = frozenset({ANONYMOUS_ADMIN, 136817688, 777000})
"""With the ones that stand in for a channel: where it writes in a group, and where its posts are forwarded into one."""
