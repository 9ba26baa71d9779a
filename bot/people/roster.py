"""A station's list of people, as an office clerk keeps it in Excel or WPS."""

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.errors import PolicybotError

COLUMNS = ("编号", "姓名", "班组", "角色", "状态")
ROLES: Mapping[str, str] = {"员工": "staff", "培训员": "trainer", "管理员": "admin"}
"""What the list says → what it means."""
STATES: Mapping[str, bool] = {"在用": False, "停用": True}
"""What the list says → whether the person is suspended."""
LONGEST = 32
"""Characters of a name, and of a team."""
LARGEST_FILE = 2 * 1024 * 1024
MOST_PEOPLE = 20_000
BIGGEST_ID = 2**52 - 1
"""Telegram promises that its numbers fit into 52 bits."""


class RosterError(PolicybotError):
    """A list that can't be read at all; the message is one sentence in Chinese for the person who sent it."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person.

    Attributes:
        line: From 1, as the spreadsheet shows it.
        user_id: Telegram's number, 1 to `BIGGEST_ID`.
        name: 1 to `LONGEST` characters, no control characters; `team` likewise, but may be empty.
        role: staff, trainer or admin.
    """

    line: int
    user_id: int
    name: str
    team: str
    role: str
    suspended: bool


@dataclass(frozen=True, slots=True, order=True)
class RosterFault:
    """One thing that the clerk has to mend.

    Attributes:
        line: From 1, as the spreadsheet shows it.
        column: One of COLUMNS.
        message: In plain Chinese; may quote what the cell says.
    """

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A list as it was read. Every line that holds anything is in `rows` or has a fault, never both.

    Attributes:
        rows: In the order of the file.
        faults: Ordered by line, then as the columns stand in COLUMNS.
    """

    rows: tuple[RosterRow, ...]
    faults: tuple[RosterFault, ...]
