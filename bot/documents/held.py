"""A document as it was understood: what was found in it, and what it would write into the knowledge."""

from dataclasses import dataclass
from datetime import date, datetime

from retrieval.errors import Problem
from retrieval.importing import DraftKind


@dataclass(frozen=True, slots=True)
class Note:
    """Something to look at, and where it stands in the document; `place` may be empty."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Notes:
    """How many there are, and the first of them; the report has all."""

    count: int
    first: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class RuleFound:
    """A rule book of a draft; what it doesn't say is empty or None."""

    path: str
    title: str
    issuer: str
    document: str
    edition: str
    in_force: date | None
    ended: date | None
    clauses: int
    questions: int


@dataclass(frozen=True, slots=True)
class CaseFound:
    """A case of a draft."""

    path: str
    title: str
    takeaway: str
    questions: int


@dataclass(frozen=True, slots=True)
class Known:
    """A question of a list that is answered already, and with what."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Found:
    """What one document came to.

    Attributes:
        questions: How many questions with answers it holds.
        known: Those of them that the knowledge in use answers for sure.
        left_out: Text that went into no file, with the reason before it.
        cleanings: How many of each kind, the most frequent first.
    """

    name: str
    kind: DraftKind
    title: str
    rules: tuple[RuleFound, ...]
    cases: tuple[CaseFound, ...]
    questions: int
    known: tuple[Known, ...]
    citations: int
    not_held: Notes
    doubts: Notes
    left_out: Notes
    cleanings: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A draft that waits for somebody's decision.

    Attributes:
        ticket: 16 hexadecimal digits.
        by: Who has sent the document.
        name: The document's, without folders and without what can't be printed.
        digest: Of the document's bytes.
        paths: The files that it would write, in the knowledge folder; empty where nothing could be made of it.
        problems: What the knowledge's reader says of these files.
        mends: The name of the draft some of whose files this one has mended; empty where none.
    """

    ticket: str
    by: int
    made_at: datetime
    name: str
    digest: str
    found: tuple[Found, ...]
    paths: tuple[str, ...]
    problems: tuple[Problem, ...]
    mends: str = ""
