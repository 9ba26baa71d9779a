"""Copies of the knowledge folder, each file once: what was in use, by whom and why, and how to get it back."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bot.generation.contents import Contents
from bot.generation.files import BESIDE, hash_files, identify, members, place_of, write_file
from bot.generation.use_log import Entry, UseLog
from bot.storage.errors import SnapshotError, SnapshotsInUseError

_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A knowledge folder as it was at one moment.

    Attributes:
        id: Of the content alone: the same content has the same id. 16 hexadecimal digits.
        files: The hash of each file's content, by its path in the folder.
    """

    id: str
    files: Mapping[str, str]


class SnapshotStore:
    """A folder of contents by their hash, a list of what was in use, and a note of what is being restored.

    Everything is written beside its place and then moved there, so that a crash leaves the old or the new.

    Attributes:
        log: What was in use.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is made yet.

        Args:
            root: A folder of ours.
        """
        self._contents = Contents(root / "contents")
        self._snapshots = root / "snapshots"
        self.log = UseLog(root / "log.json")
        self._restoring = root / "restoring.json"
        self._root = root
        self._lock = FileLock(root / "lock", timeout=0)

    def hold(self) -> None:
        """Keep other processes out until `release`, or the end of this one.

        Raises:
            SnapshotsInUseError: Where another one is in already.
            SnapshotError: Where the folder can't be written.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            message = f"已经有一个 policybot 在用这个数据文件夹：{self._root.parent}。先停掉那一个，再启动这一个。"
            raise SnapshotsInUseError(message) from None
        except OSError as error:
            message = f"数据文件夹用不了：{error}"
            raise SnapshotError(message) from error

    def release(self) -> None:
        """Let other processes in."""
        self._lock.release()

    # ---- taking

    def take(self, folder: Path) -> Snapshot:
        """Copy what is in a folder, as far as it is not held already.

        Raises:
            SnapshotError: Where the folder can't be read, or the copy can't be written.
        """
        try:
            files = {}
            for path in sorted(members(folder)):
                content = (folder / path).read_bytes()
                if len(content) > _LARGEST:
                    message = f"{path} 太大了，超过 64 MB"
                    raise SnapshotError(message)
                files[path.as_posix()] = self._contents.put(content)
            snapshot = Snapshot(identify(files), files)
            target = self._snapshots / f"{snapshot.id}.json"
            if not target.exists():
                write_file(target, json.dumps(dict(files), ensure_ascii=False, indent=0).encode())
        except OSError as error:
            message = f"知识文件夹的副本没有存上：{error}"
            raise SnapshotError(message) from error
        return snapshot

    def identify(self, folder: Path) -> str:
        """The id that a snapshot of a folder would have.

        Raises:
            SnapshotError: Where it can't be read.
        """
        try:
            return identify(hash_files(folder))
        except OSError as error:
            message = f"知识文件夹读不了：{error}"
            raise SnapshotError(message) from error

    def load(self, snapshot_id: str) -> Snapshot | None:
        """A snapshot that is held; None where it is not."""
        try:
            files = json.loads((self._snapshots / f"{snapshot_id}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return Snapshot(snapshot_id, files)

    def read(self, snapshot: Snapshot, path: str) -> bytes:
        """A file as it was.

        Raises:
            SnapshotError: Where the content is lost or damaged.
        """
        return self._contents.get(snapshot.files[path], path)

    @contextlib.contextmanager
    def laid_out(self, snapshot: Snapshot) -> Iterator[Path]:
        """A folder with the files of a snapshot, for reading; gone afterwards.

        Raises:
            SnapshotError: Where a content is lost or damaged.
        """
        with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            for path, digest in snapshot.files.items():
                content = self._contents.get(digest, path)
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            yield folder

    # ---- what was in use

    def put_in_use(
        self,
        snapshot: Snapshot,
        at: datetime,
        who: int,
        name: str,
        why: str,
        *,
        was_used: bool = True,
        needed: Snapshot | None = None,
    ) -> Entry:
        """Note that a snapshot is in use from now on, or, where `was_used` is False, only kept; forget the oldest.

        Args:
            snapshot: The snapshot.
            at: When, with its zone.
            who: As `Entry` has it.
            name: As `Entry` has it.
            why: As `Entry` has it.
            was_used: As `Entry` has it.
            needed: One that is held for now though it is the oldest.

        Raises:
            SnapshotError: Where that can't be written; then the one before stays in use.
        """
        entry, named = self.log.add(snapshot.id, at, who, name, why, was_used=was_used)
        self._forget(named | ({needed.id} if needed is not None else set()))
        return entry

    def _forget(self, kept: Collection[str]) -> None:
        """Drop snapshots that nothing names, and contents that no snapshot names. What can't be dropped is left."""
        with contextlib.suppress(OSError, ValueError):
            wanted = set()
            for path in self._snapshots.glob("*.json"):
                if path.stem in kept:
                    wanted |= set(json.loads(path.read_bytes()).values())
                else:
                    path.unlink()
            self._contents.drop_others(wanted)

    # ---- putting back

    def restore(self, snapshot: Snapshot, folder: Path) -> None:
        """Make a folder hold exactly a snapshot's files; what the folder has of its own besides stays.

        A crash in the middle is made good by `finish_restoring`.

        Raises:
            SnapshotError: Where that can't be done; what differs then is as `differences` says.
        """
        for path, digest in snapshot.files.items():
            self._contents.get(digest, path)  # before anything is touched
        try:
            self._note(snapshot, folder)
            present = {path.as_posix() for path in members(folder)}
            for path in snapshot.files:
                content = self.read(snapshot, path)
                target = folder / path
                if not target.exists() or target.read_bytes() != content:
                    write_file(target, content)
            for path in present - set(snapshot.files):
                (folder / path).unlink()
            self._restoring.unlink(missing_ok=True)
        except OSError as error:
            message = f"知识文件夹没有完全恢复：{error}"
            raise SnapshotError(message) from error

    @contextlib.contextmanager
    def all_or_nothing(self, before: Snapshot, folder: Path) -> Iterator[Callable[[], None]]:
        """What is written into a folder inside is taken back by `finish_restoring`, unless what this yields was called without an error.

        Raises:
            SnapshotError: Where the note of it can't be written; then nothing may be written into the folder.
        """
        try:
            self._note(before, folder)
        except OSError as error:
            message = f"知识文件夹没有改：{error}"
            raise SnapshotError(message) from error
        yield self._settle

    def _settle(self) -> None:
        try:
            self._restoring.unlink(missing_ok=True)
        except OSError as error:
            message = f"知识文件夹没有改成：{error}"
            raise SnapshotError(message) from error

    def _note(self, snapshot: Snapshot, folder: Path) -> None:
        write_file(self._restoring, json.dumps({"snapshot": snapshot.id, "folder": place_of(folder)}).encode())

    def finish_restoring(self, folder: Path) -> bool:
        """Go on with what a crash, or a full disk, has cut short; gives whether there was anything.

        Raises:
            SnapshotError: Where it can't be done now either.
        """
        try:
            note = json.loads(self._restoring.read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        except OSError as error:
            message = f"知识文件夹没有完全恢复：{error}"
            raise SnapshotError(message) from error
        snapshot = self.load(str(note.get("snapshot")))
        if snapshot is None or note.get("folder") != place_of(folder):
            self._settle()
            return False
        self.restore(snapshot, folder)
        return True

    def tidy(self, folder: Path) -> None:
        """Delete what a process that was killed has left behind; only while no other is at work there."""
        for place in (self._root, folder):
            for path in place.rglob(f"{BESIDE}*"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def differences(self, snapshot: Snapshot, folder: Path) -> tuple[str, ...]:
        """The files in which a folder differs from a snapshot.

        Raises:
            SnapshotError: Where the folder can't be read.
        """
        try:
            now = hash_files(folder)
        except OSError as error:
            message = f"知识文件夹读不了：{error}"
            raise SnapshotError(message) from error
        paths = sorted(set(now) | set(snapshot.files))
        return tuple(path for path in paths if now.get(path) != snapshot.files.get(path))
