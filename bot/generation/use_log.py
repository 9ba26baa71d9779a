"""What was in use, by whom and why."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.generation.files import write_file
from bot.storage.errors import SnapshotError

KEPT = 20
"""How many entries are kept; the one in use is never among those that go."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A snapshot that was put in use.

    Attributes:
        number: Counts up, from 1; the same content may have several.
        at: When, with its zone.
        who: Telegram's id of who did it; 0 for the bot itself.
        name: What the station calls them.
        why: In Chinese, in a few words.
        was_used: False for what stood in the folder without being in use, and was kept when the folder was put back.
    """

    number: int
    snapshot: str
    at: str
    who: int
    name: str
    why: str
    was_used: bool = True

    @property
    def moment(self) -> datetime:
        """When."""
        return datetime.fromisoformat(self.at)


class UseLog:
    """A file of what was in use or set aside, and of what an admin did not want."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> tuple[Entry, ...]:
        """What was put in use or set aside, oldest first.

        Raises:
            SnapshotError: Where it can't be read now; what can't be understood counts as none.
        """
        try:
            return tuple(Entry(**entry) for entry in self._read()["entries"])
        except (ValueError, KeyError, TypeError):
            return ()

    def in_use(self) -> Entry | None:
        """What was put in use last; None where nothing ever was. Raises as `entries` does."""
        return next((entry for entry in reversed(self.entries()) if entry.was_used), None)

    def refused(self) -> frozenset[str]:
        """Snapshots that an admin did not want. Raises as `entries` does."""
        try:
            return frozenset(self._read().get("refused", []))
        except (ValueError, AttributeError, TypeError):
            return frozenset()

    def _read(self) -> Any:
        try:
            return json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {"entries": []}
        except OSError as error:  # not the same as none: the next entry would take the place of all
            message = f"知识库的记录读不出来：{error}"
            raise SnapshotError(message) from error

    def add(
        self, snapshot_id: str, at: datetime, who: int, name: str, why: str, *, was_used: bool
    ) -> tuple[Entry, frozenset[str]]:
        """Add an entry, as `Entry` has it, and forget the oldest.

        Returns:
            The entry, and the ids of all snapshots that are named still.

        Raises:
            SnapshotError: Where that can't be written; then all is as before.
        """
        entries = self.entries()
        entry = Entry(entries[-1].number + 1 if entries else 1, snapshot_id, at.isoformat(), who, name, why, was_used)
        everything = [*entries, entry]
        used = next((each for each in reversed(everything) if each.was_used), None)
        kept = [each for each in everything[:-KEPT] if each is used] + everything[-KEPT:]
        self._write(kept, self.refused() - {snapshot_id})
        return entry, frozenset(each.snapshot for each in kept)

    def refuse(self, snapshot_id: str) -> None:
        """Note that an admin does not want a snapshot, so that it doesn't come into use at the next start either."""
        self._write(self.entries(), self.refused() | {snapshot_id})

    def _write(self, entries: Sequence[Entry], refused: Collection[str]) -> None:
        content = {"entries": [asdict(entry) for entry in entries], "refused": sorted(refused)[-100:]}
        try:
            write_file(self._path, json.dumps(content, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            message = f"知识库的记录没有存上：{error}"
            raise SnapshotError(message) from error
