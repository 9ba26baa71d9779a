"""A document's text, still as the document has it."""

from dataclasses import dataclass
from enum import StrEnum

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 500
MAX_PARAGRAPHS = 200_000


class Form(StrEnum):
    """What a document is made of; it decides which noise is to be expected."""

    TEXT = "text"
    WORD = "word"
    PDF = "pdf"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line, a paragraph or a row of a document.

    Attributes:
        text: Without its end; a row's cells are parted by tabs. Two ideographic blanks stand for an indented first line.
        place: Where a person finds it: 第 12 行, 第 3 页第 5 行, 工作表“题库”第 2 行.
        page: From 1; 0 where the document doesn't say where its pages end.
        cells: A row's cells; empty for what is no row.
    """

    text: str
    place: str
    page: int = 0
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Text that went into no draft.

    Attributes:
        line: The number of its line, from 1; 0 for what stands outside the lines (a page header, a footnote).
        text: As it stands in the document, noise removed.
        why: In Chinese.
    """

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """What was read from a document.

    Attributes:
        name: The file's name, without folders.
        lines: In reading order, blank ones too. A line's number is its place in them, from 1.
        left_out: What the document holds beside its text: headers, footers, footnotes.
        remarks: What a person should know about the reading, in Chinese: pictures that weren't read, say.
    """

    name: str
    form: Form
    lines: tuple[SourceLine, ...]
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.name.rpartition(".")[0] or self.name

    def place(self, line: int) -> str:
        """Where a person finds a line; empty for line 0."""
        return self.lines[line - 1].place if 0 < line <= len(self.lines) else ""
