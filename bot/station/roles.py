"""Who may do what."""

from enum import IntEnum


class Role(IntEnum):
    """What a person may do; each role may do all that the lower ones may."""

    STRANGER = 0
    STAFF = 1
    TRAINER = 2
    ADMIN = 3
