"""What admins have sent to be taken into the knowledge: read, drafted, and kept on the disk until somebody decides on it."""

import asyncio
import contextlib
import hashlib
import re
import secrets
import shutil
import tempfile
import threading
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from pathlib import Path, PurePath, PurePosixPath
from typing import TypeVar

from pydantic import TypeAdapter

from bot.generation.generations import Record
from bot.generation.snapshots import members, write_file
from bot.library.edits import name_of
from bot.library.library import Library
from bot.library.reading import within
from bot.library.report import Editor, Report, Verdict
from bot.station.clock import StationClock
from bot.storage.errors import SnapshotError
from retrieval.answering.answer import Tier
from retrieval.content import load_folder
from retrieval.content.cases import read_case
from retrieval.content.rules import read_rule
from retrieval.content.textfile import TextFile
from retrieval.errors import KnowledgeError, PolicybotError, Problem
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
from retrieval.importing.source import MAX_BYTES
from retrieval.model import Case, Clause, KnowledgeBase, Rule

T = TypeVar("T")

KEPT = 30
"""How many drafts are kept; the oldest go."""
LASTS = timedelta(days=30)
"""For how long a draft is kept."""
LARGEST_FILE = min(MAX_BYTES, 20 * 1024 * 1024)
"""Bytes; Telegram lets bots fetch 20 MB, and the import takes less."""
LONGEST_NAME = 60
"""Characters of a document's name."""
MOST_LETTERS = 1_500_000
"""Of all documents of one file together; a code of law has a hundred thousand, and this many take half a minute."""

PATIENCE = 180.0
"""Seconds in which a document must be read; a code of law takes two."""

_RECORD = "draft.json"
_REPORT = "report.txt"
_ORIGINAL = "original"
_FILES = "files"
_TICKET = re.compile("[0-9a-f]{16}")
_ID = re.compile(r"^id:.*$", re.MULTILINE)
_LONGEST_ID = 100
"""Characters; file systems take 255 bytes."""
_NOTES = 150
_NOTE = 300
"""Characters."""
_QUESTIONS = 300
"""Of a list of questions, how many are held against what is known; a millisecond each."""


class KeepingError(PolicybotError):
    """A draft that can't be kept on the disk; the message says so in Chinese."""


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


class Way(StrEnum):
    """How a draft is taken in; the values are what buttons carry.

    PLAIN: as it is, where everything in it is new. REPLACE: what has the same id is replaced. BESIDE: it is put beside what is there, under
    another id where its own is taken. NEW_ONLY: only what is new.
    """

    PLAIN = "a"
    REPLACE = "r"
    BESIDE = "b"
    NEW_ONLY = "n"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking a draft in.

    Attributes:
        report: None where nothing was tried, since what the draft holds is no longer simply new.
    """

    draft: HeldDraft
    report: Report | None


class Drafts:
    """Reads documents one at a time, and holds what was made of them in a folder of its own: a restart loses none.

    A draft is a folder: the document, the files, a report, and at last a record; without the record it is none.
    """

    def __init__(self, folder: Path, library: Library, clock: StationClock, patience: float = PATIENCE) -> None:
        """Nothing is made yet.

        Args:
            folder: Is made when it is needed.
            library: What is cited, and where drafts go.
            clock: The station's.
            patience: Seconds.
        """
        self._folder = folder
        self._library = library
        self._clock = clock
        self._patience = patience
        self._turn = asyncio.Lock()
        self._deciding: set[str] = set()

    # ---- making

    @property
    def is_reading(self) -> bool:
        """Whether a document is being read now, so that the next one waits."""
        return self._turn.locked()

    async def make(self, name: str, data: bytes, by: int) -> HeldDraft:
        """Read a document and keep what came of it; the same document sent again takes the place of its earlier draft.

        Files in the knowledge format that all belong to a waiting draft of the same person mend that draft.

        Args:
            name: As Telegram gives it; may be forged.
            data: The document.
            by: Who has sent it.

        Raises:
            ImportingError: It can't be read, or not within three minutes.
            KeepingError: The draft can't be written to the disk. Nothing is left of it then.
        """
        name, given_up = clean_name(name), threading.Event()
        async with self._turn:
            try:
                async with asyncio.timeout(self._patience):
                    return await _in_thread(partial(self._make, name, data, by, given_up))
            except TimeoutError:
                message = f"“{name}”读了很久还没有读完，没有导入：请分成几个文件，PDF 请先转成 .docx 再发"
                raise ImportingError(message) from None
            finally:
                given_up.set()

    def _make(self, name: str, data: bytes, by: int, given_up: threading.Event) -> HeldDraft:
        sources = read_document(name, data)
        letters = sum(len(line.text) for source in sources for line in source.lines)
        if letters > MOST_LETTERS:
            message = f"“{name}”有 {letters // 10_000} 万字，一次最多 {MOST_LETTERS // 10_000} 万字：请分成几个文件"
            raise ImportingError(message)
        now, digest = self._clock.now(), hashlib.sha256(data).hexdigest()
        waiting = self._tidied(now)
        # A mended draft is more than the file that came last.
        same = [held for held in waiting if held.digest == digest and held.by == by and not held.mends]
        others = [held for held in waiting if held not in same]
        made = self._drafts(sources, others)
        texts = {file.path.as_posix(): file.text for each in made for file in each.files}
        whole = "\n\n".join(map(report, made))
        mended = _mended(sources, texts, [held for held in others if held.by == by])
        found = tuple(self._found(each) for each in made)
        if mended is not None:
            texts = {**self.texts(mended), **texts}
            whole = f"{whole}\n\n（改的是“{mended.name}”的草稿，下面是那一份的报告）\n\n{self.report(mended)}"
            found = _without_mended(mended.found, found) + found
        if too_long := next((path for path in texts if len(PurePosixPath(path).stem) > _LONGEST_ID), None):
            message = (
                f"“{name}”里的 id 太长（{len(PurePosixPath(too_long).stem)} 个字母），最多 {_LONGEST_ID} 个：请改短"
            )
            raise ImportingError(message)
        held = HeldDraft(
            secrets.token_hex(8),
            by,
            now,
            mended.name if mended is not None else name,
            digest,
            found,
            tuple(texts),
            self._lint(texts),
            mended.name if mended is not None else "",
        )
        if texts and not given_up.is_set():
            self._keep(held, data, texts, whole)
            for old in (*same, *([mended] if mended is not None else [])):
                self._remove(old.ticket)
            self._tidied(now)
        return held

    def _drafts(self, sources: Sequence[SourceText], waiting: Sequence[HeldDraft]) -> list[Draft]:
        knowledge = self._library.knowledge.current.knowledge
        taken = {PurePosixPath(path).stem for held in waiting for path in held.paths}
        # What stands in the folder without being in use, too.
        taken |= {path.stem for part in ("rules", "cases") for path in (self._library.folder / part).glob("*.md")}
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
            record = _read(file.path.as_posix(), file.text)
            if isinstance(record, Case):
                cases.append(
                    CaseFound(file.path.as_posix(), record.title, record.takeaway, len(record.questions)),
                )
            else:
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

    def _lint(self, texts: Mapping[str, str]) -> tuple[Problem, ...]:
        """What the reader of the knowledge folder would say that it doesn't say without the draft."""
        try:
            return self._lint_copy(texts)
        except OSError as error:
            raise _no_room(error) from error

    def _lint_copy(self, texts: Mapping[str, str]) -> tuple[Problem, ...]:
        folder = self._library.folder
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

    # ---- keeping

    def _keep(self, held: HeldDraft, data: bytes, texts: Mapping[str, str], whole: str) -> None:
        place = self._folder / held.ticket
        try:
            write_file(place / _ORIGINAL, data)
            write_file(place / _REPORT, whole.encode("utf-8", "replace"))
            for path, text in texts.items():
                write_file(place / _FILES / path, text.encode())
            write_file(place / _RECORD, _adapter().dump_json(held))
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise _no_room(error) from error

    def waiting(self) -> tuple[HeldDraft, ...]:
        """All that are held, oldest first."""
        try:
            names = [path.name for path in self._folder.iterdir()]
        except OSError:
            return ()
        held = [draft for name in names if (draft := self.get(name)) is not None]
        return tuple(sorted(held, key=lambda each: (each.made_at, each.ticket)))

    def get(self, ticket: str) -> HeldDraft | None:
        """A draft; None where it is not held any more.

        Args:
            ticket: May be forged.
        """
        if not _TICKET.fullmatch(ticket):
            return None
        try:
            held = _adapter().validate_json((self._folder / ticket / _RECORD).read_bytes())
        except (OSError, ValueError):
            return None
        return held if held.ticket == ticket and self._clock.now() - held.made_at < LASTS else None

    def texts(self, held: HeldDraft) -> dict[str, str]:
        """The files of a draft by their paths; empty where they are gone."""
        try:
            place = self._folder / held.ticket / _FILES
            return {path: (place / path).read_bytes().decode() for path in held.paths}
        except (OSError, ValueError):
            return {}

    def report(self, held: HeldDraft) -> str:
        """Everything that there is to say about a draft; empty where that is gone."""
        try:
            return (self._folder / held.ticket / _REPORT).read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""

    def drop(self, ticket: str) -> HeldDraft | None:
        """Throw a draft away; gives it, or None where it was not held any more, or is being taken in."""
        held = self.get(ticket)
        if held is None or ticket in self._deciding:
            return None
        self._remove(ticket)
        return held

    def _remove(self, ticket: str) -> None:
        with contextlib.suppress(OSError):
            (self._folder / ticket / _RECORD).unlink(missing_ok=True)  # first: without it the rest is no draft
        shutil.rmtree(self._folder / ticket, ignore_errors=True)

    def _tidied(self, now: datetime) -> list[HeldDraft]:
        """What is held, without what is too old, too many, or was never finished."""
        held = [each for each in self.waiting() if now - each.made_at < LASTS][-KEPT:]
        kept = {each.ticket for each in held} | self._deciding
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in kept and _TICKET.fullmatch(path.name):
                    self._remove(path.name)
        return held

    # ---- deciding

    def standing(self, held: HeldDraft) -> Standing:
        """How a draft stands beside the folder and what is in use now."""
        return self._standing(self.texts(held))

    def _standing(self, texts: Mapping[str, str]) -> Standing:
        knowledge = self._library.knowledge.current.knowledge
        clashes: list[Clash] = []
        twins: list[Twin] = []
        for path, text in texts.items():
            there = self._there(path)
            if there is not None:
                if there != text.encode():
                    clashes.append(_clash(path, self._library.read(path) or ""))
                continue
            twin = _twin(path, text, knowledge)
            if twin is not None:
                twins.append(twin)
        return Standing(tuple(clashes), tuple(twins))

    def _there(self, path: str) -> bytes | None:
        try:
            return self._library.content(path)
        except SnapshotError:  # it can't be read, so its place is taken
            return b""

    @asynccontextmanager
    async def _alone(self, ticket: str) -> AsyncIterator[HeldDraft | None]:
        """A draft that nobody else decides on meanwhile."""
        held = self.get(ticket) if ticket not in self._deciding else None
        if held is None:
            yield None
            return
        self._deciding.add(ticket)
        try:
            yield held
        finally:
            self._deciding.discard(ticket)

    async def take_in(self, ticket: str, by: Editor, way: Way) -> Taken | None:
        """Put a draft into the knowledge folder, and the folder in use; what is in use, or was so already, is held no more.

        Returns:
            None where it is not held any more, or somebody is just taking it in.
        """
        async with self._alone(ticket) as held:
            if held is None:
                return None
            texts = await asyncio.to_thread(self.texts, held)  # once: the same document sent again may take its place
            if not texts:
                return None
            standing = await asyncio.to_thread(self._standing, texts)
            files = self._chosen(texts, standing, way)
            if files is None:
                return Taken(held, None)
            report = await self._library.change(files, by, f"导入 {held.name}")
            if report.verdict in {Verdict.LIVE, Verdict.SAME}:
                self._remove(ticket)
            return Taken(held, report)

    def _chosen(self, texts: Mapping[str, str], standing: Standing, way: Way) -> dict[str, str] | None:
        """What is written; None where the person has to see first how things stand now."""
        if way is Way.PLAIN and standing.paths:
            return None
        if way is Way.NEW_ONLY:
            return {path: text for path, text in texts.items() if path not in standing.paths} or None
        if way is Way.BESIDE:
            taken = {PurePosixPath(path).stem for path in texts}
            renamed = dict(texts)
            for clash in standing.clashes:
                path, text = self._renamed(clash.path, renamed.pop(clash.path), taken)
                renamed[path] = text
            return renamed
        return dict(texts)

    def _renamed(self, path: str, text: str, taken: set[str]) -> tuple[str, str]:
        place, number = PurePosixPath(path), 2
        while (name := f"{place.stem}-{number}") in taken or any(
            (self._library.folder / part / f"{name}.md").exists() for part in ("rules", "cases")
        ):
            number += 1
        taken.add(name)
        return place.with_stem(name).as_posix(), _ID.sub(f"id: {name}", text, count=1)


def _no_room(error: OSError) -> KeepingError:
    reason = error.strerror or "写不进去"
    return KeepingError(f"草稿存不下，没有导入：{reason}。请看看机器人那台电脑的硬盘是不是满了")


async def _in_thread(work: Callable[[], T]) -> T:
    """Do something in a thread of its own, which holds up neither the others nor, as a pool's would, the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type] # without an error there is a result

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - it is raised where the result is waited for
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name="drafting", daemon=True).start()
    return await done


@cache
def _adapter() -> TypeAdapter[HeldDraft]:
    return TypeAdapter(HeldDraft)


def clean_name(name: str) -> str:
    """A file's name without folders and without what can't be printed, its ending kept; at most 60 characters."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = " ".join(name.split()) or "文件"
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if stem and len(ending) < 8 else ""
    return name[: LONGEST_NAME - 1 - len(ending)] + "…" + ending


def _read(path: str, text: str) -> Case | tuple[Rule, tuple[Clause, ...]]:
    """A file's record; with faults it has stand-ins in it, good enough to be shown."""
    file = TextFile(PurePath(path), tuple(re.split("\r\n|\r|\n", text)), "utf-8")
    if PurePosixPath(path).parent.name == "cases":
        return read_case(file, [])[0]
    return read_rule(file, [])


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


def _clash(path: str, text: str) -> Clash:
    record = _read(path, text)
    if isinstance(record, Case):
        return Clash(path, record.title, len(record.questions))
    rule, clauses = record
    return Clash(path, rule.title, sum(len(clause.questions) for clause in clauses))


def _twin(path: str, text: str, knowledge: KnowledgeBase) -> Twin | None:
    """A record in use that has the same title, and of rule books the same edition."""
    record = _read(path, text)
    if isinstance(record, Case):
        case = next((each for each in knowledge.cases if _same(each.title, record.title)), None)
        return Twin(path, record.title, f"cases/{case.id}.md") if case is not None else None
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
