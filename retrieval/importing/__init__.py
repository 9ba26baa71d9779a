"""Documents in, drafts out: Word, PDF, Excel and text become files of the knowledge format.

`read_document` takes a file's bytes apart, `draft` makes of its text what the loader accepts, `report` says in Chinese what
was found. Nothing here touches a disk, a clock or a network.
"""

from retrieval.importing.drafts.draft import (
    Citation,
    Draft,
    DraftCase,
    DraftClause,
    DraftFile,
    DraftItem,
    DraftKind,
    DraftParagraph,
    NotHeld,
)
from retrieval.importing.drafts.drafting import draft, is_knowledge_file
from retrieval.importing.drafts.reporting import report, summary
from retrieval.importing.files.errors import ImportingError
from retrieval.importing.files.reading import read_document
from retrieval.importing.files.source import Form, LeftOut, SourceLine, SourceText
from retrieval.importing.layout.notes import Change, Doubt

__all__ = [
    "Change",
    "Citation",
    "Doubt",
    "Draft",
    "DraftCase",
    "DraftClause",
    "DraftFile",
    "DraftItem",
    "DraftKind",
    "DraftParagraph",
    "Form",
    "ImportingError",
    "LeftOut",
    "NotHeld",
    "SourceLine",
    "SourceText",
    "draft",
    "is_knowledge_file",
    "read_document",
    "report",
    "summary",
]
