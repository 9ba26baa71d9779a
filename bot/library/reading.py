"""What is in use of the knowledge folder, and readings of it made aside: at the start, and of what was changed since."""

import contextlib
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bot.generation.generations import Generation, KnowledgeService, build_generation
from bot.generation.snapshots import Snapshot, SnapshotStore
from bot.generation.use_log import Entry
from bot.library.judging import compare_knowledge, compare_outcomes, judge_all, read_golden
from bot.library.report import BOT, REFUSED, Editor, Report, Verdict
from bot.station.clock import StationClock
from bot.storage.errors import SnapshotError
from retrieval.content import BookCache
from retrieval.errors import KnowledgeError, Problem
from retrieval.evaluation import Outcome

_log = logging.getLogger(__name__)

_FIRST = "第一次启动"
_AT_START = "启动时读到的改动"


@dataclass(frozen=True, slots=True)
class Reading:
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


class Reader:
    """Reads the folder and puts readings in use.

    It works in the thread of the caller, who sees to it that there is one call at a time.

    Attributes:
        folder: The knowledge, as people edit it.
        snapshots: Where copies are kept.
        clock: The station's; acceptance questions are judged on its day.
        live: The snapshot in use; empty where it is none.
        pending: What waits until an admin has decided.
    """

    def __init__(
        self, folder: Path, snapshots: SnapshotStore, clock: StationClock, generation: Generation | None
    ) -> None:
        self.folder = folder
        self.snapshots = snapshots
        self.clock = clock
        self.live = ""
        self.pending: Reading | None = None
        self._knowledge = KnowledgeService(generation) if generation is not None else None
        self._outcomes: tuple[Outcome, ...] | None = None
        self._books = BookCache()

    @property
    def knowledge(self) -> KnowledgeService:
        """The generation in use; after `open`."""
        assert self._knowledge is not None  # noqa: S101 - opened by whoever made it
        return self._knowledge

    # ---- the start

    def build(self, folder: Path) -> Generation:
        """Read a folder; rule books that were read before are not read again."""
        return build_generation(folder, books=self._books)

    def open(self, build: Callable[[Path], Generation]) -> Report:
        """Read the folder at the start, or what was in use last; `Library.open` tells more.

        Args:
            build: Reads a folder.
        """
        self.snapshots.tidy(self.folder)
        self.finish_restoring()
        used = self.snapshots.log.in_use()
        if used is None:
            with self.snapshots.laid_out(first := self.snapshots.take(self.folder)) as folder:
                generation = build(folder)
            self._put_in_use(first, generation, None, BOT, _FIRST)
            return Report(Verdict.LIVE, notices=generation.knowledge.notices)
        last = used.snapshot
        if self.snapshots.identify(self.folder) == last:
            generation = build(self.folder)
            if self.snapshots.identify(self.folder) == last:  # nobody has saved into it meanwhile
                self._use(generation, last, None)
                return Report(Verdict.SAME, notices=generation.knowledge.notices)
        return self._open_changed(last, build)

    def _open_changed(self, last: str, build: Callable[[Path], Generation]) -> Report:
        """Start on what was in use last: the folder was changed while the bot was down, or has not come into use for a reason."""
        try:
            self._use(self._built_again(last, build), last, None)
        except (SnapshotError, KnowledgeError) as error:
            _log.warning("What was in use last can't be read any more, the folder alone is left: %s", error)
            generation = build(self.folder)
            self._put_in_use(self.snapshots.take(self.folder), generation, None, BOT, _FIRST)
            return Report(Verdict.LIVE, notices=generation.knowledge.notices)
        now = self.snapshots.identify(self.folder)
        if now in self.snapshots.log.refused():
            return Report(Verdict.WORSE, reason=REFUSED, snapshot=now)
        reading = self.read(time.monotonic())
        if isinstance(reading, Report):
            return reading
        reading = replace(reading, why=_AT_START)
        if reading.report.verdict is Verdict.WORSE:
            self.pending = reading
        else:
            self.put_in_use(reading, BOT)
        return reading.report

    def _built_again(self, snapshot_id: str, build: Callable[[Path], Generation]) -> Generation:
        snapshot = self.snapshots.load(snapshot_id)
        if snapshot is None:
            message = "副本找不到了"
            raise SnapshotError(message)
        with self.snapshots.laid_out(snapshot) as folder:
            return build(folder)

    def finish_restoring(self) -> None:
        """Take back what was being written into the folder when the bot ended."""
        try:
            if self.snapshots.finish_restoring(self.folder):
                _log.warning("What was being written into the knowledge folder when the bot ended has been taken back")
        except SnapshotError as error:
            _log.error("%s", error)

    # ---- a reading

    def read(self, begun: float) -> Reading | Report:
        """Read the folder and judge it beside what is in use.

        Args:
            begun: When it was wished, on the monotonic clock.

        Returns:
            A report where there is nothing to put in use: SAME or PROBLEMS.
        """
        snapshot = self.snapshots.take(self.folder)
        if snapshot.id == self.live:
            return Report(Verdict.SAME, seconds=time.monotonic() - begun, snapshot=snapshot.id)
        return self.examine(snapshot, begun)

    def examine(self, snapshot: Snapshot, begun: float) -> Reading | Report:
        """Read a snapshot and judge it beside what is in use.

        Args:
            snapshot: Of the folder.
            begun: When it was wished, on the monotonic clock.

        Returns:
            A report of its Problems where it has any.
        """
        with _letting_others_in():
            return self._examine(snapshot, begun)

    def _examine(self, snapshot: Snapshot, begun: float) -> Reading | Report:
        try:
            with self.snapshots.laid_out(snapshot) as folder:
                generation = build_generation(folder, earlier=self.knowledge.current, books=self._books)
                questions = read_golden(folder)
        except KnowledgeError as error:
            return Report(
                Verdict.PROBLEMS,
                problems=within(folder, error.problems),
                seconds=time.monotonic() - begun,
                snapshot=snapshot.id,
            )
        old, today = self.knowledge.current, self.clock.today()
        outcomes = judge_all(questions, generation, today)
        known = self._outcomes
        if known is None or [each.question for each in known] != list(questions):
            known = judge_all(questions, old, today)
        better, worse, moved = compare_outcomes(known, outcomes)
        rules, clauses, cases = compare_knowledge(old.knowledge, generation.knowledge)
        report = Report(
            Verdict.WORSE if worse else Verdict.LIVE,
            notices=generation.knowledge.notices,
            rules=rules,
            clauses=clauses,
            cases=cases,
            others=self._others(snapshot),
            better=better,
            worse=worse,
            moved=moved,
            seconds=time.monotonic() - begun,
            snapshot=snapshot.id,
        )
        return Reading(snapshot, generation, outcomes, report)

    def _others(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The files that are neither rules nor cases and differ from what is in use."""
        live = self.snapshots.load(self.live) if self.live else None
        if live is None:
            return ()
        paths = sorted(set(live.files) | set(snapshot.files))
        return tuple(
            path
            for path in paths
            if PurePosixPath(path).parts[0] not in {"rules", "cases"}
            and live.files.get(path) != snapshot.files.get(path)
        )

    # ---- putting in use

    def put_in_use(self, reading: Reading, by: Editor) -> Entry:
        """Note on the disk what is in use, then use it."""
        return self._put_in_use(reading.snapshot, reading.generation, reading.outcomes, by, reading.why)

    def _put_in_use(
        self,
        snapshot: Snapshot,
        generation: Generation,
        outcomes: tuple[Outcome, ...] | None,
        by: Editor,
        why: str,
    ) -> Entry:
        entry = self.snapshots.put_in_use(snapshot, self.clock.now(), by.id, by.name, why)
        self._use(generation, snapshot.id, outcomes)
        return entry

    def _use(self, generation: Generation, snapshot_id: str, outcomes: tuple[Outcome, ...] | None) -> None:
        if self._knowledge is None:
            self._knowledge = KnowledgeService(generation)
        else:
            self._knowledge.use(generation)
        self.live, self._outcomes = snapshot_id, outcomes


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
