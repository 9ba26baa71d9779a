"""Documents made into drafts: read, drafted, and held against what the knowledge's reader says."""

import hashlib
import secrets
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from bot.documents.held import CaseFound, Found, HeldDraft, Known, Note, Notes, RuleFound
from bot.documents.office import find_converter
from bot.documents.shelf import Shelf, no_room
from bot.documents.standing import read_record
from bot.generation.files import members
from bot.generation.generations import Record
from bot.library.edits import name_of
from bot.library.library import Library
from bot.library.reading import within
from bot.station.clock import StationClock
from retrieval.answering.answer import Tier
from retrieval.content import load_folder
from retrieval.errors import KnowledgeError, Problem
from retrieval.importing import (
    Draft,
    DraftKind,
    ImportingError,
    SourceText,
    draft,
    is_knowledge_file,
    read_document,
    report,
)
from retrieval.model import Case, Clause, QuizBank, Rule

MOST_LETTERS = 1_500_000
"""Of all documents of one file together; a code of law has a hundred thousand, and this many take half a minute."""

_LONGEST_ID = 100
"""Characters; file systems take 255 bytes."""
_NOTES = 150
_NOTE = 300
"""Characters."""
_QUESTIONS = 300
"""Of a list of questions, how many are held against what is known; a millisecond each."""


@dataclass(frozen=True, slots=True)
class _Drafted:
    """What came of the documents of one file.

    Attributes:
        texts: The files by their paths.
        report: All that there is to say.
        mended: The draft that it mends.
    """

    texts: Mapping[str, str]
    report: str
    found: tuple[Found, ...]
    mended: HeldDraft | None


class DraftMaker:
    """Reads documents and puts what was made of them on the shelf."""

    def __init__(self, library: Library, shelf: Shelf, clock: StationClock) -> None:
        """Nothing is made yet.

        Args:
            library: What is cited, and whose names are taken.
            shelf: Where drafts wait.
            clock: The station's.
        """
        self._library = library
        self._shelf = shelf
        self._clock = clock

    def make(self, name: str, data: bytes, by: int, given_up: threading.Event) -> HeldDraft:
        """Read a document and keep what came of it; `Drafts.make` tells more.

        Args:
            name: The document's.
            data: The document.
            by: Who has sent it.
            given_up: Set where nobody waits for it any more, and nothing is to be kept.
        """
        sources = _read_sources(name, data)
        now, digest = self._clock.now(), hashlib.sha256(data).hexdigest()
        waiting = self._shelf.tidy(now)
        # A mended draft is more than the file that came last.
        same = [held for held in waiting if held.digest == digest and held.by == by and not held.mends]
        others = [held for held in waiting if held not in same]
        drafted = self._draft_all(sources, others, by)
        _check_ids(name, drafted.texts)
        mended = drafted.mended
        held = HeldDraft(
            secrets.token_hex(8),
            by,
            now,
            mended.name if mended is not None else name,
            digest,
            drafted.found,
            tuple(drafted.texts),
            _lint(self._library.folder, drafted.texts),
            mended.name if mended is not None else "",
        )
        if drafted.texts and not given_up.is_set():
            self._shelf.keep(held, data, drafted.texts, drafted.report)
            for old in (*same, *([mended] if mended is not None else [])):
                self._shelf.remove(old.ticket)
            self._shelf.tidy(now)
        return held

    def _draft_all(self, sources: Sequence[SourceText], waiting: Sequence[HeldDraft], by: int) -> _Drafted:
        made = self._drafts(sources, waiting)
        texts = {file.path.as_posix(): file.text for each in made for file in each.files}
        whole = "\n\n".join(map(report, made))
        mended = _mended(sources, texts, [held for held in waiting if held.by == by])
        found = tuple(self._found(each) for each in made)
        if mended is None:
            return _Drafted(texts, whole, found, None)
        old = self._shelf.report(mended)
        return _Drafted(
            {**self._shelf.texts(mended), **texts},
            f"{whole}\n\n（改的是“{mended.name}”的草稿，下面是那一份的报告）\n\n{old}",
            _without_mended(mended.found, found) + found,
            mended,
        )

    def _drafts(self, sources: Sequence[SourceText], waiting: Sequence[HeldDraft]) -> list[Draft]:
        knowledge = self._library.knowledge.current.knowledge
        taken = {PurePosixPath(path).stem for held in waiting for path in held.paths}
        # What stands in the folder without being in use, too.
        taken |= {
            path.stem for part in ("rules", "cases", "quizzes") for path in (self._library.folder / part).glob("*.md")
        }
        made: list[Draft] = []
        for source in sources:
            # A file that has its id already keeps it, whoever else has it.
            one = draft(source, knowledge, () if is_knowledge_file(source) else taken)
            taken |= {file.path.stem for file in one.files}
            made.append(one)
        return made

    def _found(self, made: Draft) -> Found:
        rules: list[RuleFound] = []
        cases: list[CaseFound] = []
        asked: list[str] = []
        for file in made.files:
            record = read_record(file.path.as_posix(), file.text)
            if isinstance(record, Case):
                cases.append(
                    CaseFound(file.path.as_posix(), record.title, record.takeaway, len(record.questions)),
                )
            elif not isinstance(record, QuizBank):
                rule, clauses = record
                rules.append(_rule_found(file.path.as_posix(), rule, clauses))
                asked += [question for clause in clauses for question in clause.questions]
        title = made.title
        titles = [*(rule.title for rule in rules), *(case.title for case in cases)]
        if len(titles) == 1 and title == PurePath(made.name).stem:  # a name of one's own is more than the file's
            title = titles[0] or title
        return Found(
            made.name,
            made.kind,
            title,
            tuple(rules),
            tuple(cases),
            made.questions,
            self._known(asked[:_QUESTIONS]) if made.kind is DraftKind.QUESTIONS else (),
            len(made.citations),
            _notes(made, [(item.line, item.written) for item in made.not_held]),
            _notes(made, [(doubt.line, doubt.message) for doubt in made.doubts]),
            # Of a table's numbering nobody wants to read.
            _notes(
                made, [(part.line, f"{part.why}：{part.text}") for part in made.left_out if not part.text.isdecimal()]
            ),
            tuple(Counter(change.why for change in made.changes).most_common()),
        )

    def _known(self, questions: Sequence[str]) -> tuple[Known, ...]:
        answerer, known = self._library.knowledge.current.answerer, []
        today = self._clock.today()
        for question in questions:
            answer = answerer.answer(question, today=today)
            if answer.tier is not Tier.DIRECT:
                continue
            records: list[Record] = [*(hit.record for hit in answer.clauses), *(hit.record for hit in answer.cases)]
            if records:
                known.append(Known(question, name_of(records[0])))
        return tuple(known)


def _read_sources(name: str, data: bytes) -> Sequence[SourceText]:
    sources = read_document(name, data, find_converter())
    letters = sum(len(line.text) for source in sources for line in source.lines)
    if letters > MOST_LETTERS:
        message = f"“{name}”有 {letters // 10_000} 万字，一次最多 {MOST_LETTERS // 10_000} 万字：请分成几个文件"
        raise ImportingError(message)
    return sources


def _check_ids(name: str, texts: Mapping[str, str]) -> None:
    if too_long := next((path for path in texts if len(PurePosixPath(path).stem) > _LONGEST_ID), None):
        message = f"“{name}”里的 id 太长（{len(PurePosixPath(too_long).stem)} 个字母），最多 {_LONGEST_ID} 个：请改短"
        raise ImportingError(message)


def _lint(folder: Path, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """What the reader of the knowledge folder would say that it doesn't say without the draft."""
    try:
        return _lint_copy(folder, texts)
    except OSError as error:
        raise no_room(error) from error


def _lint_copy(folder: Path, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as name:
        copy = Path(name)
        for member in members(folder):
            (copy / member).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / member, copy / member)
        for path, text in texts.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text, encoding="utf-8", newline="\n")
        problems = _problems(copy)
    return tuple(sorted(problems - _problems(folder))) if problems else ()


def _rule_found(path: str, rule: Rule, clauses: Sequence[Clause]) -> RuleFound:
    questions = sum(len(clause.questions) for clause in clauses)
    return RuleFound(
        path,
        rule.title,
        rule.issuer,
        rule.document,
        rule.edition,
        rule.in_force,
        rule.ended,
        len(clauses),
        questions,
    )


def _mended(sources: Sequence[SourceText], texts: Mapping[str, str], waiting: Sequence[HeldDraft]) -> HeldDraft | None:
    """The newest waiting draft to which all files belong, where they come in the knowledge format."""
    if not texts or not all(map(is_knowledge_file, sources)):
        return None
    return next((held for held in reversed(waiting) if texts.keys() <= set(held.paths)), None)


def _without_mended(old: Sequence[Found], new: Sequence[Found]) -> tuple[Found, ...]:
    """What was found in the draft's document, but for the files that were sent anew; its notes stay, they tell of the document.

    Of a file that was mended before, and is now again, nothing stays: its faults are of yesterday.
    """
    again = {found.name for found in new}
    paths = {rule.path for found in new for rule in found.rules} | {case.path for found in new for case in found.cases}
    return tuple(
        replace(
            found,
            rules=tuple(each for each in found.rules if each.path not in paths),
            cases=tuple(each for each in found.cases if each.path not in paths),
        )
        for found in old
        if found.name not in again
    )


def _notes(made: Draft, places: Sequence[tuple[int, str]]) -> Notes:
    return Notes(
        len(places), tuple(Note(made.place(line), " ".join(text.split())[:_NOTE]) for line, text in places[:_NOTES])
    )


def _problems(folder: Path) -> set[Problem]:
    """Problems of a folder, their paths relative to it."""
    try:
        load_folder(folder)
    except KnowledgeError as error:
        return set(within(folder, error.problems))
    return set()
