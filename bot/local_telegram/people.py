"""The people who own the phones."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a Telegram account.

    Attributes:
        id: Positive; also the id of this person's private chat with the bot.
        username: Without “@”; empty where the person has none.
        role: A Chinese label for the page alone; the bot never sees it.
    """

    id: int
    first_name: str
    username: str = ""
    role: str = ""

    @property
    def user(self) -> dict[str, Any]:
        """The person as a Bot API User."""
        user = {"id": self.id, "is_bot": False, "first_name": self.first_name, "language_code": "zh-hans"}
        return user | {"username": self.username} if self.username else user


ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""The `from` of what an anonymous admin of a group writes."""

AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
"""The `from` of what somebody writes in a group as a channel."""

TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""The `from` of a channel's posts that Telegram forwards into the channel's group."""

PEOPLE: tuple[Person, ...] = (
    Person(1001, "王师傅", role="员工"),
    Person(1002, "李师傅", role="员工"),
    Person(1003, "陈师傅", role="员工"),
    Person(2001, "赵老师", role="培训员"),
    Person(3001, "孙主任", role="管理员"),
    Person(9001, "路人", role="没有开通"),
)
"""Who the phone on the page can belong to."""

PASSER_BY = 9001
"""The one who is in no group."""

GROUP_ID = -1001000000001
"""The crew's group."""

GROUP_TITLE = "抢修一班"
