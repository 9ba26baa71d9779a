"""What was in use before, and what each step has changed."""

import logging
from dataclasses import dataclass

from bot.generation.snapshots import Snapshot, SnapshotStore
from bot.generation.use_log import Entry
from bot.storage.errors import SnapshotError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after a step; None where there was none."""

    path: str
    before: bytes | None
    after: bytes | None


class History:
    """Looks back on what was in use."""

    def __init__(self, snapshots: SnapshotStore) -> None:
        """Nothing is read yet.

        Args:
            snapshots: Where copies are kept.
        """
        self._snapshots = snapshots

    def entries(self) -> tuple[Entry, ...]:
        """What was in use, newest first; the first is in use."""
        return tuple(reversed(self._snapshots.log.entries()))

    def snapshot(self, number: int) -> Snapshot | None:
        """The copy of what was in use under a number; None where it is not held."""
        entry = next((each for each in self._snapshots.log.entries() if each.number == number), None)
        return self._snapshots.load(entry.snapshot) if entry is not None else None

    def files_changed(self, number: int) -> tuple[FileChange, ...]:
        """In which files what was in use under a number differs from what was in use before it; empty where that is not held."""
        entries = {entry.number: entry for entry in self._snapshots.log.entries()}
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
