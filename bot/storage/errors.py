"""What can go wrong with what outlives the process; light, for those who only want to tell the errors apart.

PolicybotError
├── JournalError            the journal can't be opened or written
├── DatabaseError           the database can't be opened, written, backed up or restored
├── SnapshotError           a copy of the knowledge folder can't be taken or put back
└── AnotherProcessError     somebody else is at the same work
    ├── JournalInUseError   on this machine, with the same data folder
    ├── SnapshotsInUseError the same, seen where copies of the knowledge are kept
    └── ConflictError       anywhere, with the same token
"""

from retrieval.errors import PolicybotError


class JournalError(PolicybotError):
    """The journal can't be opened or written; the message says so in Chinese."""


class DatabaseError(PolicybotError):
    """The database can't be opened, written, backed up or restored; the message says so in Chinese."""


class SnapshotError(PolicybotError):
    """A copy of the knowledge folder can't be taken, noted or put back; the message says so in Chinese."""


class AnotherProcessError(PolicybotError):
    """Another process does this one's work; the message says so in Chinese."""


class JournalInUseError(AnotherProcessError):
    """Another process has the journal open."""


class SnapshotsInUseError(AnotherProcessError):
    """Another process keeps its copies of the knowledge in the same folder."""


class ConflictError(AnotherProcessError):
    """Another process takes this bot's updates."""
