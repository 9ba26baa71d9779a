"""How a draft stands beside the knowledge: what is new, whose place is taken, what is held under another name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath

from bot.library.library import Library
from bot.storage.errors import SnapshotError
from retrieval.content.cases import read_case
from retrieval.content.quizzes import read_quiz_bank
from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile
from retrieval.model import Case, Clause, KnowledgeBase, QuizBank, Rule


@dataclass(frozen=True, slots=True)
class Clash:
    """A file of a draft whose place in the knowledge is taken.

    Attributes:
        title: Of what is there; empty where that can't be read.
        questions: How many alternate questions what is there has.
    """

    path: str
    title: str
    questions: int


@dataclass(frozen=True, slots=True)
class Twin:
    """A file of a draft whose title is held under another name."""

    path: str
    title: str
    held: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a draft stands beside the knowledge of this moment; a file is in one of the two at most."""

    clashes: tuple[Clash, ...] = ()
    twins: tuple[Twin, ...] = ()

    @property
    def paths(self) -> frozenset[str]:
        """The files of the draft that are not simply new."""
        return frozenset([*(clash.path for clash in self.clashes), *(twin.path for twin in self.twins)])


def compare(texts: Mapping[str, str], library: Library) -> Standing:
    """Hold the files of a draft against the folder, and against what is in use now.

    Args:
        texts: By their paths.
        library: The folder.
    """
    knowledge = library.knowledge.current.knowledge
    clashes: list[Clash] = []
    twins: list[Twin] = []
    for path, text in texts.items():
        there = _there(path, library)
        if there is not None:
            if there != text.encode():
                clashes.append(_clash(path, library.read(path) or ""))
            continue
        twin = _twin(path, text, knowledge)
        if twin is not None:
            twins.append(twin)
    return Standing(tuple(clashes), tuple(twins))


def _there(path: str, library: Library) -> bytes | None:
    try:
        return library.content(path)
    except SnapshotError:  # it can't be read, so its place is taken
        return b""


def _clash(path: str, text: str) -> Clash:
    record = read_record(path, text)
    if isinstance(record, Case):
        return Clash(path, record.title, len(record.questions))
    if isinstance(record, QuizBank):
        return Clash(path, record.title, 0)
    rule, clauses = record
    return Clash(path, rule.title, sum(len(clause.questions) for clause in clauses))


def _twin(path: str, text: str, knowledge: KnowledgeBase) -> Twin | None:
    """A record in use that has the same title, and of rule books the same edition."""
    record = read_record(path, text)
    if isinstance(record, Case):
        case = next((each for each in knowledge.cases if _same(each.title, record.title)), None)
        return Twin(path, record.title, f"cases/{case.id}.md") if case is not None else None
    if isinstance(record, QuizBank):
        bank = next((each for each in knowledge.banks if _same(each.title, record.title)), None)
        return Twin(path, record.title, f"quizzes/{bank.id}.md") if bank is not None else None
    rule, _ = record
    other = next(
        (
            each
            for each in knowledge.rules
            if _same(each.title, rule.title) and (each.edition, each.in_force) == (rule.edition, rule.in_force)
        ),
        None,
    )
    return Twin(path, rule.title, f"rules/{other.id}.md") if other is not None else None


def _same(one: str, other: str) -> bool:
    return bool(one.strip()) and "".join(one.split()) == "".join(other.split())


def read_record(path: str, text: str) -> Case | QuizBank | tuple[Rule, tuple[Clause, ...]]:
    """A file's record; with faults it has stand-ins in it, good enough to be shown."""
    file = TextFile(PurePath(path), tuple(re.split("\r\n|\r|\n", text)), "utf-8")
    if PurePosixPath(path).parent.name == "cases":
        return read_case(file, [])[0]
    if PurePosixPath(path).parent.name == "quizzes":
        return read_quiz_bank(file, [])[0]
    return read_rule(file, [])
