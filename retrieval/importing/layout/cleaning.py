"""Noise out, words untouched: what scrapers, printers and page layouts leave in a text."""

from dataclasses import dataclass

from retrieval.importing.files.source import Form, SourceLine, SourceText
from retrieval.importing.layout.advertising import PASSED_ON, SITE_LINE, advertising, lines_that_are
from retrieval.importing.layout.joining import join_lines, take_out_page_marks
from retrieval.importing.layout.letters import ordinary_characters, plain_letters, stray_blanks
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.pages import (
    bare_numbers,
    decorated_numbers,
    lines_beside,
    repeated_edges,
    repeated_lines,
    unsure_numbers,
)
from retrieval.importing.layout.passages import Passage
from retrieval.importing.layout.splitting import split_lines
from retrieval.importing.layout.work import Work
from retrieval.importing.layout.wrapping import find_wrapping

_ROUNDS = 30
_HEADER = "重复的页眉或页脚"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document's paragraphs without noise.

    Attributes:
        passages: None is empty.
        changes: In the order in which they were made.
        doubts: What may be noise and was left.
    """

    passages: tuple[Passage, ...]
    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]


def clean(source: SourceText) -> Cleaned:
    """Take out page marks, headers, footers, page numbers, advertising lines, stray blanks and breaks inside sentences.

    The words themselves stay as they are. Cleaning what was cleaned changes nothing.
    """
    work = Work(
        [
            Passage(text, ((0, number),), line.page)
            for number, line in enumerate(source.lines, 1)
            for text in _paragraphs(line, source.form)
        ]
    )
    sheet = source.form is Form.SHEET  # its rows are no lines of a page
    work.each(plain_letters)
    work.each(ordinary_characters)
    if any(line.page for line in source.lines):
        work.drop(repeated_edges(work.passages), _HEADER)
        work.drop(bare_numbers(work.passages), "页码")
        work.drop_blank_at_page_ends()
    wrapped = source.form is Form.PDF
    for _ in range(_ROUNDS):
        before = [passage.text for passage in work.passages]
        work.drop(lines_that_are(PASSED_ON, work.passages), "下载网站的字样")
        if not sheet:
            numbers = decorated_numbers(work.passages)
            beside = lines_beside(work.passages, numbers)
            work.drop_with_blanks({**dict.fromkeys(beside, _HEADER), **dict.fromkeys(numbers, "页码")})
            work.drop(repeated_lines(work.passages), _HEADER)
            # Before the page marks go: where they stood, two half lines make one that is too long.
            wrapping = find_wrapping([passage.text for passage in work.passages], printed=wrapped)
            take_out_page_marks(work)
            join_lines(work, wrapping)
        work.drop(lines_that_are(SITE_LINE, work.passages), "下载网站的字样")
        work.each(advertising)
        split_lines(work)
        work.each(stray_blanks)
        wrapped = False
        if before == [passage.text for passage in work.passages]:
            break
    doubts = [
        Doubt(passage.line(), f"“{passage.text.strip()}”单独占一行，像是页码，没有动")
        for passage in unsure_numbers(work.passages)
        if not sheet
    ]
    passages = tuple(passage.cut(0) for passage in work.passages if passage.text.strip())
    return Cleaned(passages, tuple(work.changes), tuple(sorted(set(work.doubts + doubts))))


def _paragraphs(line: SourceLine, form: Form) -> list[str]:
    """A line; of a form's row, a name with a text beside it, as many as the text has paragraphs."""
    if form is Form.WORD and len(line.cells) == 2 and line.cells[0] and "\n" in line.cells[1]:
        name, text = line.cells
        first, *others = text.split("\n")
        return [" ".join(f"{name}\t{first}".split("\n")), *others]
    return [line.text]
