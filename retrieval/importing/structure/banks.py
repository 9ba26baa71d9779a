"""Question banks: stems, options and answers, however they stand on lines or in columns."""

from collections.abc import Sequence

from retrieval.importing.files.source import SourceText
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.bankquestions import EXAM, Bank
from retrieval.importing.structure.bankrows import read_row_bank
from retrieval.importing.structure.banktext import read_text_bank


def is_exam(source: SourceText, passages: Sequence[Passage]) -> bool:
    """Whether a document calls itself a question bank or an exam paper."""
    return EXAM.search(f"{source.name}{passages[0].text if passages else ''}") is not None


def read_bank(source: SourceText) -> Bank | None:
    """The questions of a document with options, judgements or blanks; None where it holds hardly any."""
    rows = read_row_bank(source) if any(line.cells for line in source.lines) else None
    return rows if rows is not None else read_text_bank(source)
