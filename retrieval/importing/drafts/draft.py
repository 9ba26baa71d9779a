"""What an import comes to: drafts in the knowledge format, and everything that a person should know about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from retrieval.importing.files.source import LeftOut
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.model import CaseKind, ClauseNumber, Section


class DraftKind(StrEnum):
    """What a document was taken for."""

    RULES = "rules"
    CASES = "cases"
    QUESTIONS = "questions"
    QUIZZES = "quizzes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file for the knowledge folder.

    Attributes:
        path: Relative to that folder: `rules/<id>.md`, `cases/<id>.md` or `quizzes/<id>.md`.
        text: In the knowledge format.
    """

    path: PurePosixPath
    text: str


@dataclass(frozen=True, slots=True)
class DraftItem:
    """An item (项) of a paragraph, with its number as it counts: 3 for （三）."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class DraftParagraph:
    """A paragraph (款) of an article.

    Attributes:
        text: Without its items.
        items: In their order; lines that belong to an item are part of its text.
    """

    text: str
    items: tuple[DraftItem, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftClause:
    """A clause of a rule book.

    Attributes:
        id: Under which it will be cited.
        label: As the book prints it.
        heading: What is printed beside the label; may be empty.
        text: One paragraph or item a line.
        paragraphs: The same, so that 第二款第（三）项 can be found: `paragraphs[1].items[2]`.
        line: Where it begins in the document.
    """

    id: str
    number: ClauseNumber
    label: str
    heading: str
    text: str
    paragraphs: tuple[DraftParagraph, ...]
    line: int


@dataclass(frozen=True, slots=True)
class DraftCase:
    """A case.

    Attributes:
        label: As the document numbers it: 案例之三; empty where it doesn't.
        cites: Ids of clauses that are held.
        line: Where it begins in the document.
    """

    id: str
    label: str
    title: str
    kind: CaseKind
    category: str
    takeaway: str
    cites: tuple[str, ...]
    sections: tuple[Section, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause that the document names and the knowledge holds.

    Attributes:
        line: Where it is named.
        written: As it is named there.
        clause: Its id.
    """

    line: int
    written: str
    clause: str


@dataclass(frozen=True, slots=True)
class NotHeld:
    """A clause or a rule book that the document names and the knowledge doesn't hold."""

    line: int
    written: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """What was made of a document, before what cleaning found is added."""

    title: str
    files: tuple[DraftFile, ...]
    cases: tuple[DraftCase, ...] = ()
    clauses: tuple[DraftClause, ...] = ()
    questions: int = 0
    citations: tuple[Citation, ...] = ()
    not_held: tuple[NotHeld, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    changes: tuple[Change, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as drafts.

    Attributes:
        name: The document's file name.
        title: What the document calls itself: a rule book's name, a collection's; else its file name.
        files: Empty where the document is neither a rule book nor a collection of cases nor questions with answers.
        questions: How many questions with answers were found.
        places: Where a person finds the lines that are named here: line number → 第 3 页第 5 行.
    """

    name: str
    kind: DraftKind
    title: str
    files: tuple[DraftFile, ...]
    cases: tuple[DraftCase, ...]
    clauses: tuple[DraftClause, ...]
    questions: int
    citations: tuple[Citation, ...]
    not_held: tuple[NotHeld, ...]
    doubts: tuple[Doubt, ...]
    changes: tuple[Change, ...]
    left_out: tuple[LeftOut, ...]
    places: Mapping[int, str]

    def place(self, line: int) -> str:
        """Where a person finds a line; empty for line 0."""
        return self.places.get(line, "")
