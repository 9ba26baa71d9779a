"""The knowledge folder under an admin's hands: read anew, judged, put in use, taken back."""

import asyncio
import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePath, PurePosixPath
from typing import TypeVar

from bot.generation.generations import Generation, KnowledgeService, Record, build_generation
from bot.generation.snapshots import Entry, Snapshot, SnapshotStore, write_file
from bot.library.checkout import commit_files
from bot.library.edits import name_of
from bot.station.clock import StationClock
from bot.storage.errors import SnapshotError
from retrieval.answering.answer import Tier
from retrieval.content import BookCache
from retrieval.content.textfile import read_text_file
from retrieval.errors import KnowledgeError, Problem
from retrieval.evaluation import Change, LabelledQuestion, Outcome, compare, judge, read_questions
from retrieval.model import Clause

_log = logging.getLogger(__name__)

_GOLDEN = "golden.jsonl"
_FIRST = "第一次启动"
_AT_START = "启动时读到的改动"
_FOUND = "文件夹有改动"
_ASIDE = "退回以前文件夹里没启用的内容"
STALE, REFUSED, OVERTAKEN, OTHERS = "stale", "refused", "overtaken", "others"
"""Reasons: it is not held any more; an admin did not want it; it was changed again since; what others have saved is at fault."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes the knowledge; 0 is the bot itself."""

    id: int
    name: str


BOT = Editor(0, "机器人")


class Verdict(StrEnum):
    """What became of a reading of the folder.

    SAME: nothing has changed. LIVE: it is in use. PROBLEMS: it can't be used, and the one before stays. WORSE: it could be used, and an admin
    decides, since questions are answered worse. FAILED: something else went wrong; `reason` says what.
    """

    SAME = "same"
    LIVE = "live"
    PROBLEMS = "problems"
    WORSE = "worse"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Differences:
    """What is added, changed and removed, by titles that people know; each tuple may be empty."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after a step; None where there was none."""

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A question that is answered otherwise than before.

    Attributes:
        answerable: Whether the station's list says that the knowledge answers it.
    """

    question: str
    before: str
    after: str
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What a reading of the folder has brought.

    Attributes:
        problems: By file and line; paths are relative to the folder.
        notices: What an editor should know though nothing is wrong.
        seconds: From the wish to the end.
        others: The files besides rules and cases that were added, changed or removed, such as the synonyms.
        snapshot: Its id; empty where none was taken.
        number: Of the step in the history that it is; 0 where it is none.
        undone: Whether the files of the folder were put back as they were.
    """

    verdict: Verdict
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    rules: Differences = Differences()
    clauses: Differences = Differences()
    cases: Differences = Differences()
    others: tuple[str, ...] = ()
    better: tuple[Judged, ...] = ()
    worse: tuple[Judged, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    snapshot: str = ""
    number: int = 0
    undone: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """A snapshot, read and judged, ready to be put in use.

    Attributes:
        why: As the history will say.
        paths: What was written for it, to be committed once it is in use.
    """

    snapshot: Snapshot
    generation: Generation
    outcomes: tuple[Outcome, ...]
    report: Report
    why: str = ""
    paths: tuple[str, ...] = ()


class Library:
    """Holds the folder, the generation in use and what was in use before.

    A reading is made aside, from a copy (at an ordinary start from the folder, if that is the same behind it), so that nobody's saving in the
    middle is seen; what is put in use is on the disk before it is in use; the swap is one reference. One reading at a time.
    """

    def __init__(
        self,
        folder: Path,
        snapshots: SnapshotStore,
        clock: StationClock,
        generation: Generation | None = None,
    ) -> None:
        """Nothing is read yet; `open` does.

        Args:
            folder: The knowledge, as people edit it.
            snapshots: Where copies are kept.
            clock: The station's; acceptance questions are judged on its day.
            generation: In use from the start, without being in the history; then `open` is not wanted.
        """
        self.folder = folder
        self._snapshots = snapshots
        self.clock = clock
        self._lock = asyncio.Lock()
        self._knowledge = KnowledgeService(generation) if generation is not None else None
        self._live = ""
        self._outcomes: tuple[Outcome, ...] | None = None
        self._pending: _Reading | None = None
        self._books = BookCache()
        self.at_start = Report(Verdict.SAME)
        """What `open` has brought."""

    @property
    def knowledge(self) -> KnowledgeService:
        """The generation in use; after `open`."""
        assert self._knowledge is not None  # noqa: S101 - opened by whoever made it
        return self._knowledge

    # ---- the start

    def open(self, build: Callable[[Path], Generation] | None = None) -> Report:
        """Read the folder at the start; where it can't be used, what was in use last is taken instead.

        Args:
            build: Reads a folder; may show how far it is.

        Returns:
            LIVE or SAME where the folder is in use; else why it is not, and what was in use last is in use again.

        Raises:
            KnowledgeError: Where the folder has Problems and nothing was ever in use, or nothing that can be read any more.
            SnapshotError: Where copies can't be kept.
            SnapshotsInUseError: Where another process has the same data folder.
        """
        self._snapshots.hold()
        try:
            self.at_start = self._open(build or partial(build_generation, books=self._books))
        except BaseException:
            self.close()
            raise
        return self.at_start

    def close(self) -> None:
        """Let another process have the data folder."""
        self._snapshots.release()

    def _open(self, build: Callable[[Path], Generation]) -> Report:
        self._snapshots.tidy(self.folder)
        self._finish_restoring()
        used = self._snapshots.in_use()
        if used is None:
            with self._snapshots.laid_out(first := self._snapshots.take(self.folder)) as folder:
                generation = build(folder)
            self._set_live(first, generation, None, BOT, _FIRST)
            return Report(Verdict.LIVE, notices=generation.knowledge.notices)
        last = used.snapshot
        if self._snapshots.identify(self.folder) == last:
            generation = build(self.folder)
            if self._snapshots.identify(self.folder) == last:  # nobody has saved into it meanwhile
                self._use(generation, last, None)
                return Report(Verdict.SAME, notices=generation.knowledge.notices)
        return self._open_changed(last, build)

    def _finish_restoring(self) -> None:
        try:
            if self._snapshots.finish_restoring(self.folder):
                _log.warning("What was being written into the knowledge folder when the bot ended has been taken back")
        except SnapshotError as error:
            _log.error("%s", error)

    def _open_changed(self, last: str, build: Callable[[Path], Generation]) -> Report:
        """The folder was changed while the bot was down, or has not come into use for a reason."""
        try:
            self._use(self._built_again(last, build), last, None)
        except (SnapshotError, KnowledgeError) as error:
            _log.warning("What was in use last can't be read any more, the folder alone is left: %s", error)
            generation = build(self.folder)
            self._set_live(self._snapshots.take(self.folder), generation, None, BOT, _FIRST)
            return Report(Verdict.LIVE, notices=generation.knowledge.notices)
        now = self._snapshots.identify(self.folder)
        if now in self._snapshots.refused():
            return Report(Verdict.WORSE, reason=REFUSED, snapshot=now)
        reading = self._read(time.monotonic())
        if isinstance(reading, Report):
            return reading
        reading = replace(reading, why=_AT_START)
        if reading.report.verdict is Verdict.WORSE:
            self._pending = reading
            return reading.report
        self._set_live(reading.snapshot, reading.generation, reading.outcomes, BOT, _AT_START)
        return reading.report

    def _built_again(self, snapshot_id: str, build: Callable[[Path], Generation]) -> Generation:
        snapshot = self._snapshots.load(snapshot_id)
        if snapshot is None:
            message = "副本找不到了"
            raise SnapshotError(message)
        with self._snapshots.laid_out(snapshot) as folder:
            return build(folder)

    # ---- reading anew

    @property
    def waiting(self) -> str:
        """The snapshot that waits for an admin's decision; empty where none does."""
        return self._pending.snapshot.id if self._pending is not None else ""

    async def reload(self, by: Editor, why: str = "重新载入") -> Report:
        """Read the folder anew; it is in use at the end where nothing is wrong with it and nothing is answered worse."""
        begun = time.monotonic()
        async with self._lock:
            return await self._reload(by, why, begun)

    async def _reload(self, by: Editor, why: str, begun: float, paths: Sequence[str] = ()) -> Report:
        try:
            await asyncio.to_thread(self._finish_restoring)
            reading = await asyncio.to_thread(self._read, begun)
            if isinstance(reading, Report):
                if reading.verdict is Verdict.SAME:
                    self._pending = None
                return reading
            # What waits already keeps its reason, and the files that are to be committed, though it is read once more.
            if self._pending is not None and reading.snapshot.id == self.waiting:
                why, paths = self._pending.why, self._pending.paths
            return await self._take_in(replace(reading, why=why, paths=tuple(paths)), by, begun)
        except SnapshotError as error:
            return Report(Verdict.FAILED, reason=str(error), seconds=time.monotonic() - begun)

    async def _take_in(self, reading: _Reading, by: Editor, begun: float) -> Report:
        """Put a reading in use, or keep it until an admin has decided; what waited before is overtaken in both cases."""
        if reading.report.verdict is Verdict.WORSE:
            self._pending = reading
            return reading.report
        entry = await asyncio.to_thread(
            self._set_live, reading.snapshot, reading.generation, reading.outcomes, by, reading.why
        )
        self._pending = None
        await commit_files(self.folder, reading.paths, by.id, by.name, reading.why)
        return replace(reading.report, seconds=time.monotonic() - begun, number=entry.number)

    async def accept(self, snapshot_id: str, by: Editor) -> Report:
        """Put a reading in use that an admin has seen to be worse, and wants all the same.

        Returns:
            FAILED with the reason `STALE` where it doesn't wait any more: another one was made since, or the bot was started anew.
        """
        begun = time.monotonic()
        async with self._lock:
            reading = self._pending
            if reading is None or snapshot_id != self.waiting:
                return Report(Verdict.FAILED, reason=STALE)
            try:
                report = replace(reading.report, verdict=Verdict.LIVE)
                return await self._take_in(replace(reading, report=report), by, begun)
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))

    async def refuse(self, snapshot_id: str, *, undo: bool = False) -> Report:
        """Leave what is in use in use, also at the next start.

        Args:
            snapshot_id: Of the reading.
            undo: Whether the folder's files are put back, too, as they are in use.

        Returns:
            FAILED with the reason `STALE` where the reading is in use by now, or the folder holds something else: what was saved into it
            since, nobody has seen, and putting it back would lose that.
        """
        async with self._lock:
            try:
                now = await asyncio.to_thread(self._snapshots.identify, self.folder)
                if snapshot_id == self._live or snapshot_id != now:
                    return Report(Verdict.FAILED, reason=STALE)
                self._pending = None
                await asyncio.to_thread(self._snapshots.refuse, snapshot_id)
                if undo:
                    await asyncio.to_thread(self._put_back)
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))
            return Report(Verdict.WORSE, reason=REFUSED, snapshot=snapshot_id, undone=undo)

    # ---- changing

    def read(self, path: str) -> str | None:
        """The text of a file of the folder as it is now; None where there is none, or it is no text.

        Args:
            path: Relative to the folder.
        """
        found = read_text_file(self.folder, PurePath(path))
        return None if isinstance(found, Problem) else "".join(f"{line}\n" for line in found.lines)

    async def change(self, files: Mapping[str, str | bytes | None], by: Editor, why: str) -> Report:
        """Write files and read anew; where that brings Problems, everything is as it was.

        Args:
            files: New contents by their path in the folder; None deletes.
            by: Who.
            why: In a few Chinese words.

        Returns:
            LIVE: it is in use, and in the checkout where the folder is one. WORSE: the files are written, and wait for `accept` or
            `refuse(undo=True)`. SAME: the files were so already. PROBLEMS and FAILED: nothing has changed, also where what others have
            saved can't be used.
        """
        begun = time.monotonic()
        async with self._lock:
            found = await self._take_in_what_others_saved(begun)
            return found or await self._change(files, by, why, begun)

    async def _take_in_what_others_saved(self, begun: float) -> Report | None:
        """Use what was saved into the folder by hand, as a step of its own: taking back the next one must not take it along.

        Returns:
            Why it can't be used; None where it is in use, or waits for an admin.
        """
        found = await self._reload(BOT, _FOUND, begun)
        if found.verdict is Verdict.PROBLEMS:
            return replace(found, reason=OTHERS)
        return found if found.verdict is Verdict.FAILED else None

    def content(self, path: str) -> bytes | None:
        """A file of the folder as it is now, byte for byte; None where there is none.

        Args:
            path: Relative to the folder.

        Raises:
            SnapshotError: Where there is one that can't be read now.
        """
        try:
            return (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            message = f"{path} 读不了：{error.strerror or error}"
            raise SnapshotError(message) from error

    async def edit(self, path: str, make: Callable[[bytes | None], bytes], by: Editor, why: str) -> Report:
        """Change one file as `change` does, from what it is at that moment: nobody's saving is lost.

        Args:
            path: Relative to the folder.
            make: The new content of the one that the file has; None where there is none. What it raises comes out, and nothing has changed.
            by: Who.
            why: In a few Chinese words.

        Returns:
            As `change` does; PROBLEMS and FAILED also where what others have saved can't be used: then nothing is written.
        """
        begun = time.monotonic()
        async with self._lock:
            if (found := await self._take_in_what_others_saved(begun)) is not None:
                return found
            try:
                made = await asyncio.to_thread(lambda: make(self.content(path)))
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))
            return await self._change({path: made}, by, why, begun)

    async def _change(self, files: Mapping[str, str | bytes | None], by: Editor, why: str, begun: float) -> Report:
        try:
            await asyncio.to_thread(self._finish_restoring)
            before = await asyncio.to_thread(self._snapshots.take, self.folder)
        except SnapshotError as error:
            return Report(Verdict.FAILED, reason=str(error))
        try:
            reading = await asyncio.to_thread(self._write_and_read, files, before, begun)
        except SnapshotError as error:
            reading = Report(Verdict.FAILED, reason=str(error))
        except Exception:
            await self._take_back(before, Report(Verdict.FAILED))
            raise
        if isinstance(reading, Report):
            if reading.verdict is not Verdict.SAME:
                return await self._take_back(before, reading)
            self._pending = None
            return reading
        try:
            return await self._take_in(replace(reading, why=why, paths=tuple(files)), by, begun)
        except SnapshotError as error:
            return await self._take_back(before, Report(Verdict.FAILED, reason=str(error)))

    async def _take_back(self, before: Snapshot, report: Report) -> Report:
        """Put the folder back as it was before a change that has come to nothing."""
        try:
            await asyncio.to_thread(self._snapshots.restore, before, self.folder)
        except SnapshotError as error:  # goes on at the next reading, or the next start
            return replace(report, reason="\n".join(filter(None, [report.reason, str(error)])))
        return replace(report, undone=True)

    def _write_and_read(
        self, files: Mapping[str, str | bytes | None], before: Snapshot, begun: float
    ) -> "_Reading | Report":
        """Write files so that a crash in the middle is made good, and read the folder."""
        with self._snapshots.all_or_nothing(before, self.folder) as settle:
            self._write(files)
            reading = self._read(begun)
            if not isinstance(reading, Report) or reading.verdict is Verdict.SAME:
                settle()
            return reading

    def _write(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = (self.folder / name).resolve()
            if not path.is_relative_to(self.folder.resolve()):
                message = f"{name} 不在知识文件夹里"
                raise SnapshotError(message)
            try:
                if content is None:
                    path.unlink(missing_ok=True)
                else:
                    write_file(path, content.encode() if isinstance(content, str) else content)
            except OSError as error:
                message = f"{name} 没有写上：{error.strerror or error}"
                raise SnapshotError(message) from error

    # ---- going back

    def history(self) -> tuple[Entry, ...]:
        """What was in use, newest first; the first is in use."""
        return tuple(reversed(self._snapshots.entries()))

    @property
    def in_use(self) -> Entry | None:
        """What is in use, as the history has it; None where it isn't in the history."""
        return self._snapshots.in_use()

    async def differences(self, number: int) -> tuple[str, ...]:
        """The files in which the folder differs from what was in use under a number. Raises `SnapshotError` where it can't be read."""
        snapshot = self._snapshot_of(number)
        return await asyncio.to_thread(self._snapshots.differences, snapshot, self.folder) if snapshot else ()

    def files_changed(self, number: int) -> tuple[FileChange, ...]:
        """In which files what was in use under a number differs from what was in use before it; empty where that is not held."""
        entries = {entry.number: entry for entry in self._snapshots.entries()}
        if number not in entries:
            return ()
        earlier = [each for each in entries.values() if each.number < number and each.was_used]
        before = self._snapshots.load(earlier[-1].snapshot) if earlier else None
        after = self._snapshots.load(entries[number].snapshot)
        if before is None or after is None:
            return ()
        try:
            return tuple(
                FileChange(path, self._held(before, path), self._held(after, path))
                for path in sorted(set(before.files) | set(after.files))
                if before.files.get(path) != after.files.get(path)
            )
        except SnapshotError as error:
            _log.warning("%s", error)
            return ()

    def _held(self, snapshot: Snapshot, path: str) -> bytes | None:
        return self._snapshots.read(snapshot, path) if path in snapshot.files else None

    async def undo(self, number: int, by: Editor) -> Report:
        """Take back what one step has changed, and nothing that was changed since.

        Returns:
            As `change` does; FAILED with the reason `OVERTAKEN` where one of the files was changed again, and `STALE` where the step is
            not held any more.
        """
        begun = time.monotonic()
        async with self._lock:
            try:
                changes = await asyncio.to_thread(self.files_changed, number)
                if not changes:
                    return Report(Verdict.FAILED, reason=STALE)
                if await asyncio.to_thread(self._is_overtaken, changes):
                    return Report(Verdict.FAILED, reason=OVERTAKEN)
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))
            if (found := await self._take_in_what_others_saved(begun)) is not None:
                return found
            return await self._change(
                {change.path: change.before for change in changes}, by, f"撤销第 {number} 次的改动", begun
            )

    def _is_overtaken(self, changes: Sequence[FileChange]) -> bool:
        return any(self.content(change.path) != change.after for change in changes)

    async def roll_back(self, number: int, by: Editor) -> Report:
        """Put in use, and into the folder, what was in use under a number; what is in the folder now is kept in the history first."""
        begun = time.monotonic()
        async with self._lock:
            try:
                snapshot = self._snapshot_of(number)
                if snapshot is None:
                    return Report(Verdict.FAILED, reason=STALE)
                return await self._roll_back(snapshot, by, f"退回到第 {number} 次", begun)
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))

    async def _roll_back(self, snapshot: Snapshot, by: Editor, why: str, begun: float) -> Report:
        if snapshot.id == self._live and await asyncio.to_thread(self._snapshots.identify, self.folder) == snapshot.id:
            return Report(Verdict.SAME, seconds=time.monotonic() - begun, snapshot=snapshot.id)
        reading = await asyncio.to_thread(self._examine, snapshot, begun)
        if isinstance(reading, Report):
            return reading
        paths = await asyncio.to_thread(self._snapshots.differences, snapshot, self.folder)
        now = await asyncio.to_thread(self._snapshots.take, self.folder)
        if now.id not in {self._live, snapshot.id}:
            await asyncio.to_thread(
                self._snapshots.put_in_use,
                now,
                self.clock.now(),
                by.id,
                by.name,
                _ASIDE,
                was_used=False,
                needed=snapshot,  # it may be the oldest, which would go to make room
            )
        await asyncio.to_thread(self._snapshots.restore, snapshot, self.folder)
        self._pending = None
        report = replace(reading.report, verdict=Verdict.LIVE)
        return await self._take_in(replace(reading, report=report, why=why, paths=paths), by, begun)

    def _snapshot_of(self, number: int) -> Snapshot | None:
        entry = next((each for each in self._snapshots.entries() if each.number == number), None)
        return self._snapshots.load(entry.snapshot) if entry is not None else None

    def _put_back(self) -> None:
        live = self._snapshots.load(self._live)
        if live is not None:
            self._snapshots.restore(live, self.folder)

    # ---- the work, in a thread

    def _read(self, begun: float) -> "_Reading | Report":
        snapshot = self._snapshots.take(self.folder)
        if snapshot.id == self._live:
            return Report(Verdict.SAME, seconds=time.monotonic() - begun, snapshot=snapshot.id)
        return self._examine(snapshot, begun)

    def _examine(self, snapshot: Snapshot, begun: float) -> "_Reading | Report":
        """Read a snapshot and judge it beside what is in use."""
        with _letting_others_in():
            return self._examine_in_thread(snapshot, begun)

    def _examine_in_thread(self, snapshot: Snapshot, begun: float) -> "_Reading | Report":
        try:
            with self._snapshots.laid_out(snapshot) as folder:
                generation = build_generation(folder, earlier=self.knowledge.current, books=self._books)
                questions = _golden(folder)
        except KnowledgeError as error:
            return Report(
                Verdict.PROBLEMS,
                problems=within(folder, error.problems),
                seconds=time.monotonic() - begun,
                snapshot=snapshot.id,
            )
        old, today = self.knowledge.current, self.clock.today()
        new_outcomes = judge(questions, generation.answerer, generation.knowledge, today) if questions else ()
        known = self._outcomes
        if known is None or [each.question for each in known] != list(questions):
            known = judge(questions, old.answerer, old.knowledge, today) if questions else ()
        better, worse = _judged(known, new_outcomes)
        report = Report(
            Verdict.WORSE if worse else Verdict.LIVE,
            notices=generation.knowledge.notices,
            rules=_differences(
                {rule.id: rule for rule in old.knowledge.rules},
                {rule.id: rule for rule in generation.knowledge.rules},
                lambda rule: f"{rule.title}（{rule.edition}）" if rule.edition else rule.title,
                repr,
            ),
            clauses=_differences(
                old.knowledge.clause_by_id, generation.knowledge.clause_by_id, name_of, _clause_content
            ),
            cases=_differences(
                old.knowledge.case_by_id, generation.knowledge.case_by_id, lambda case: case.title, repr
            ),
            others=self._others(snapshot),
            better=better,
            worse=worse,
            seconds=time.monotonic() - begun,
            snapshot=snapshot.id,
        )
        return _Reading(snapshot, generation, new_outcomes, report)

    def _others(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The files that are neither rules nor cases and differ from what is in use."""
        live = self._snapshots.load(self._live) if self._live else None
        if live is None:
            return ()
        paths = sorted(set(live.files) | set(snapshot.files))
        return tuple(
            path
            for path in paths
            if PurePosixPath(path).parts[0] not in {"rules", "cases"}
            and live.files.get(path) != snapshot.files.get(path)
        )

    def _set_live(
        self,
        snapshot: Snapshot,
        generation: Generation,
        outcomes: tuple[Outcome, ...] | None,
        by: Editor,
        why: str,
    ) -> Entry:
        """Note on the disk what is in use, then use it."""
        entry = self._snapshots.put_in_use(snapshot, self.clock.now(), by.id, by.name, why)
        self._use(generation, snapshot.id, outcomes)
        return entry

    def _use(self, generation: Generation, snapshot_id: str, outcomes: tuple[Outcome, ...] | None) -> None:
        if self._knowledge is None:
            self._knowledge = KnowledgeService(generation)
        else:
            self._knowledge.use(generation)
        self._live, self._outcomes = snapshot_id, outcomes


@contextlib.contextmanager
def _letting_others_in() -> Iterator[None]:
    """Python's threads take turns every tenth of a millisecond instead of every five: an answer needs many turns, and shall not wait for a reading."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0001)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def within(folder: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems with their paths relative to the knowledge folder, as people know them."""
    return tuple(
        replace(each, path=each.path.relative_to(folder)) if each.path.is_relative_to(folder) else each
        for each in problems
    )


def _golden(folder: Path) -> Sequence[LabelledQuestion]:
    path = folder / _GOLDEN
    return read_questions(path) if path.is_file() else ()


def _judged(before: Sequence[Outcome], after: Sequence[Outcome]) -> tuple[tuple[Judged, ...], tuple[Judged, ...]]:
    better: list[Judged] = []
    worse: list[Judged] = []
    for change, old, new in compare(before, after):
        said = _answered(old), _answered(new)
        if said[0] == said[1]:  # the same comes first: what has moved is the right one
            said = f"{said[0]}（{_place(old)}）", f"{said[1]}（{_place(new)}）"
        judged = Judged(
            new.question.question, *said, answerable=new.question.answerable or new.question.alarm is not None
        )
        (worse if change is Change.WORSE else better).append(judged)
    return tuple(better), tuple(worse)


def _answered(outcome: Outcome) -> str:
    answer = outcome.answer
    if outcome.question.alarm is not None:
        return "先说怎么救人" if answer.advice else "没当成要命的事"
    if answer.tier is Tier.NONE:
        return "没有答案"
    records: list[Record] = [*(hit.record for hit in answer.cases), *(hit.record for hit in answer.clauses)]
    first = name_of(records[0]) if records else ""
    return first if answer.tier is Tier.DIRECT else f"请他挑，第一个是{first}"


def _place(outcome: Outcome) -> str:
    rank = outcome.case_rank if outcome.question.cases else outcome.clause_rank
    return f"对的排在第 {rank} 个" if rank else "对的没有排上"


def _clause_content(clause: Clause) -> str:
    """Without its line, which an edit above it moves, and without its rule, which is listed by itself."""
    return repr((clause.text, clause.label, clause.heading, clause.note, clause.questions, clause.becomes))


_Kept = TypeVar("_Kept")


def _differences(
    old: Mapping[str, _Kept], new: Mapping[str, _Kept], title: Callable[[_Kept], str], content: Callable[[_Kept], str]
) -> Differences:
    return Differences(
        tuple(title(each) for key, each in new.items() if key not in old),
        tuple(
            title(each)
            for key, each in new.items()
            if key in old and old[key] is not each and content(old[key]) != content(each)
        ),
        tuple(title(each) for key, each in old.items() if key not in new),
    )
