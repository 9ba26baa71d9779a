"""The knowledge folder under an admin's hands: read anew, judged, put in use, taken back."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from bot.generation.generations import Generation, KnowledgeService
from bot.generation.snapshots import SnapshotStore
from bot.generation.use_log import Entry
from bot.library.changing import Changer
from bot.library.history import FileChange, History
from bot.library.reading import Reader
from bot.library.report import OVERTAKEN, REFUSED, STALE, Editor, Report, Verdict
from bot.station.clock import StationClock
from bot.storage.errors import SnapshotError
from retrieval.content.textfile import read_text_file
from retrieval.errors import Problem


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
        self.clock = clock
        self._snapshots = snapshots
        self._lock = asyncio.Lock()
        self._reader = Reader(folder, snapshots, clock, generation)
        self._changer = Changer(self._reader)
        self._history = History(snapshots)
        self.at_start = Report(Verdict.SAME)
        """What `open` has brought."""

    @property
    def knowledge(self) -> KnowledgeService:
        """The generation in use; after `open`."""
        return self._reader.knowledge

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
            self.at_start = self._reader.open(build or self._reader.build)
        except BaseException:
            self.close()
            raise
        return self.at_start

    def close(self) -> None:
        """Let another process have the data folder."""
        self._snapshots.release()

    # ---- reading anew

    @property
    def waiting(self) -> str:
        """The snapshot that waits for an admin's decision; empty where none does."""
        return self._reader.pending.snapshot.id if self._reader.pending is not None else ""

    async def reload(self, by: Editor, why: str = "重新载入") -> Report:
        """Read the folder anew; it is in use at the end where nothing is wrong with it and nothing is answered worse."""
        begun = time.monotonic()
        async with self._lock:
            return await self._changer.reload(by, why, begun)

    async def accept(self, snapshot_id: str, by: Editor) -> Report:
        """Put a reading in use that an admin has seen to be worse, and wants all the same.

        Returns:
            FAILED with the reason `STALE` where it doesn't wait any more: another one was made since, or the bot was started anew.
        """
        begun = time.monotonic()
        async with self._lock:
            reading = self._reader.pending
            if reading is None or snapshot_id != self.waiting:
                return Report(Verdict.FAILED, reason=STALE)
            try:
                report = replace(reading.report, verdict=Verdict.LIVE)
                return await self._changer.take_in(replace(reading, report=report), by, begun)
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
                if snapshot_id == self._reader.live or snapshot_id != now:
                    return Report(Verdict.FAILED, reason=STALE)
                self._reader.pending = None
                await asyncio.to_thread(self._snapshots.log.refuse, snapshot_id)
                if undo:
                    await self._changer.put_back()
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
            found = await self._changer.take_in_what_others_saved(begun)
            return found or await self._changer.change(files, by, why, begun)

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
            if (found := await self._changer.take_in_what_others_saved(begun)) is not None:
                return found
            try:
                made = await asyncio.to_thread(lambda: make(self.content(path)))
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))
            return await self._changer.change({path: made}, by, why, begun)

    # ---- going back

    def history(self) -> tuple[Entry, ...]:
        """What was in use, newest first; the first is in use."""
        return self._history.entries()

    @property
    def in_use(self) -> Entry | None:
        """What is in use, as the history has it; None where it isn't in the history."""
        return self._snapshots.log.in_use()

    async def differences(self, number: int) -> tuple[str, ...]:
        """The files in which the folder differs from what was in use under a number. Raises `SnapshotError` where it can't be read."""
        snapshot = self._history.snapshot(number)
        return await asyncio.to_thread(self._snapshots.differences, snapshot, self.folder) if snapshot else ()

    def files_changed(self, number: int) -> tuple[FileChange, ...]:
        """In which files what was in use under a number differs from what was in use before it; empty where that is not held."""
        return self._history.files_changed(number)

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
            if (found := await self._changer.take_in_what_others_saved(begun)) is not None:
                return found
            return await self._changer.change(
                {change.path: change.before for change in changes}, by, f"撤销第 {number} 次的改动", begun
            )

    def _is_overtaken(self, changes: Sequence[FileChange]) -> bool:
        return any(self.content(change.path) != change.after for change in changes)

    async def roll_back(self, number: int, by: Editor) -> Report:
        """Put in use, and into the folder, what was in use under a number; what is in the folder now is kept in the history first."""
        begun = time.monotonic()
        async with self._lock:
            try:
                snapshot = self._history.snapshot(number)
                if snapshot is None:
                    return Report(Verdict.FAILED, reason=STALE)
                return await self._changer.roll_back(snapshot, by, f"退回到第 {number} 次", begun)
            except SnapshotError as error:
                return Report(Verdict.FAILED, reason=str(error))
