"""Changes of the knowledge folder: put in use, kept until an admin has decided, or taken back."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.generation.files import write_file
from bot.generation.snapshots import Snapshot
from bot.library.checkout import commit_files
from bot.library.reading import Reader, Reading
from bot.library.report import BOT, OTHERS, Editor, Report, Verdict
from bot.storage.errors import SnapshotError

Files = Mapping[str, str | bytes | None]
"""New contents by their path in the folder; None deletes."""
_FOUND = "文件夹有改动"
_ASIDE = "退回以前文件夹里没启用的内容"


class Changer:
    """Takes in what is in the folder, what is to be written into it, and what was in use before.

    The caller, `Library`, sees to it that there is one call at a time. `begun` is when it was wished, on the monotonic clock.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._folder = reader.folder
        self._snapshots = reader.snapshots

    async def reload(self, by: Editor, why: str, begun: float) -> Report:
        """Read the folder and take in what it holds."""
        reader, paths = self._reader, tuple[str, ...]()
        try:
            await asyncio.to_thread(reader.finish_restoring)
            reading = await asyncio.to_thread(reader.read, begun)
            if isinstance(reading, Report):
                if reading.verdict is Verdict.SAME:
                    reader.pending = None
                return reading
            # What waits already keeps its reason, and the files that are to be committed, though it is read once more.
            if reader.pending is not None and reading.snapshot.id == reader.pending.snapshot.id:
                why, paths = reader.pending.why, reader.pending.paths
            return await self.take_in(replace(reading, why=why, paths=paths), by, begun)
        except SnapshotError as error:
            return Report(Verdict.FAILED, reason=str(error), seconds=time.monotonic() - begun)

    async def take_in(self, reading: Reading, by: Editor, begun: float) -> Report:
        """Put a reading in use, or keep it until an admin has decided; what waited before is overtaken in both cases.

        Raises:
            SnapshotError: Where it can't be noted on the disk; then nothing is in use that was not before.
        """
        if reading.report.verdict is Verdict.WORSE:
            self._reader.pending = reading
            return reading.report
        entry = await asyncio.to_thread(self._reader.put_in_use, reading, by)
        self._reader.pending = None
        await commit_files(self._folder, reading.paths, by.id, by.name, reading.why)
        return replace(reading.report, seconds=time.monotonic() - begun, number=entry.number)

    async def take_in_what_others_saved(self, begun: float) -> Report | None:
        """Use what was saved into the folder by hand, as a step of its own: taking back the next one must not take it along.

        Returns:
            Why it can't be used; None where it is in use, or waits for an admin.
        """
        found = await self.reload(BOT, _FOUND, begun)
        if found.verdict is Verdict.PROBLEMS:
            return replace(found, reason=OTHERS)
        return found if found.verdict is Verdict.FAILED else None

    # ---- writing

    async def change(self, files: Files, by: Editor, why: str, begun: float) -> Report:
        """Write files and take them in; where that comes to nothing, the folder is as it was. Returns as `Library.change` does."""
        reader = self._reader
        try:
            await asyncio.to_thread(reader.finish_restoring)
            before = await asyncio.to_thread(self._snapshots.take, self._folder)
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
            reader.pending = None
            return reading
        try:
            return await self.take_in(replace(reading, why=why, paths=tuple(files)), by, begun)
        except SnapshotError as error:
            return await self._take_back(before, Report(Verdict.FAILED, reason=str(error)))

    async def _take_back(self, before: Snapshot, report: Report) -> Report:
        """Put the folder back as it was before a change that has come to nothing."""
        try:
            await asyncio.to_thread(self._snapshots.restore, before, self._folder)
        except SnapshotError as error:  # goes on at the next reading, or the next start
            return replace(report, reason="\n".join(filter(None, [report.reason, str(error)])))
        return replace(report, undone=True)

    def _write_and_read(self, files: Files, before: Snapshot, begun: float) -> Reading | Report:
        """Write files so that a crash in the middle is made good, and read the folder."""
        with self._snapshots.all_or_nothing(before, self._folder) as settle:
            _write(self._folder, files)
            reading = self._reader.read(begun)
            if not isinstance(reading, Report) or reading.verdict is Verdict.SAME:
                settle()
            return reading

    # ---- going back

    async def roll_back(self, snapshot: Snapshot, by: Editor, why: str, begun: float) -> Report:
        """Put a snapshot in use, and into the folder; what is in the folder now is kept in the history first.

        Raises:
            SnapshotError: Where a copy can't be read or kept.
        """
        reader, snapshots, folder = self._reader, self._snapshots, self._folder
        if snapshot.id == reader.live and await asyncio.to_thread(snapshots.identify, folder) == snapshot.id:
            return Report(Verdict.SAME, seconds=time.monotonic() - begun, snapshot=snapshot.id)
        reading = await asyncio.to_thread(reader.examine, snapshot, begun)
        if isinstance(reading, Report):
            return reading
        paths = await asyncio.to_thread(snapshots.differences, snapshot, folder)
        now = await asyncio.to_thread(snapshots.take, folder)
        if now.id not in {reader.live, snapshot.id}:
            await asyncio.to_thread(
                snapshots.put_in_use,
                now,
                reader.clock.now(),
                by.id,
                by.name,
                _ASIDE,
                was_used=False,
                needed=snapshot,  # it may be the oldest, which would go to make room
            )
        await asyncio.to_thread(snapshots.restore, snapshot, folder)
        reader.pending = None
        report = replace(reading.report, verdict=Verdict.LIVE)
        return await self.take_in(replace(reading, report=report, why=why, paths=paths), by, begun)

    async def put_back(self) -> None:
        """Make the folder what is in use.

        Raises:
            SnapshotError: Where that can't be read or written.
        """
        live = await asyncio.to_thread(self._snapshots.load, self._reader.live)
        if live is not None:
            await asyncio.to_thread(self._snapshots.restore, live, self._folder)


def _write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
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
