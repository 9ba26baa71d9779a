"""Copies of the knowledge folder, each file once: what was in use, by whom and why, and how to get it back."""

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from bot.storage.errors import SnapshotError, SnapshotsInUseError

KEPT = 20
"""How many snapshots are kept; the one in use is never among those that go."""
_PARTS = ("rules", "cases", "quizzes", "lexicon")
_SINGLE = ("golden.jsonl", "README.md")
_BESIDE = ".policybot-"
"""How the names of files begin that are being written."""
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini"})
"""What Windows puts into folders that somebody looks at; it may be locked, and nobody reads it as knowledge."""
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


class SnapshotStore:
    """A folder of contents by their hash, a list of what was in use, and a note of what is being restored.

    Everything is written beside its place and then moved there, so that a crash leaves the old or the new.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is made yet.

        Args:
            root: A folder of ours.
        """
        self._contents = root / "contents"
        self._snapshots = root / "snapshots"
        self._log = root / "log.json"
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
                digest = hashlib.sha256(content).hexdigest()
                files[path.as_posix()] = digest
                target = self._content(digest)
                if not target.exists():
                    write_file(target, content)
            snapshot = Snapshot(_identify(files), files)
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
            return _identify(_hashes(folder))
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
        return self._checked(path, snapshot.files[path])

    @contextlib.contextmanager
    def laid_out(self, snapshot: Snapshot) -> Iterator[Path]:
        """A folder with the files of a snapshot, for reading; gone afterwards.

        Raises:
            SnapshotError: Where a content is lost or damaged.
        """
        with tempfile.TemporaryDirectory(prefix="policybot-", ignore_cleanup_errors=True) as name:
            folder = Path(name)
            for path, digest in snapshot.files.items():
                content = self._checked(path, digest)
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
            yield folder

    def _checked(self, path: str, digest: str) -> bytes:
        try:
            content = self._content(digest).read_bytes()
        except OSError as error:
            message = f"副本里的 {path} 找不到了"
            raise SnapshotError(message) from error
        if hashlib.sha256(content).hexdigest() != digest:
            message = f"副本里的 {path} 已经损坏"
            raise SnapshotError(message)
        return content

    # ---- what was in use

    def entries(self) -> tuple[Entry, ...]:
        """What was put in use or set aside, oldest first.

        Raises:
            SnapshotError: Where it can't be read now; what can't be understood counts as none.
        """
        try:
            return tuple(Entry(**entry) for entry in self._read_log()["entries"])
        except (ValueError, KeyError, TypeError):
            return ()

    def in_use(self) -> Entry | None:
        """What was put in use last; None where nothing ever was. Raises as `entries` does."""
        return next((entry for entry in reversed(self.entries()) if entry.was_used), None)

    def refused(self) -> frozenset[str]:
        """Snapshots that an admin did not want. Raises as `entries` does."""
        try:
            return frozenset(self._read_log().get("refused", []))
        except (ValueError, AttributeError, TypeError):
            return frozenset()

    def _read_log(self) -> Any:
        try:
            return json.loads(self._log.read_bytes())
        except FileNotFoundError:
            return {"entries": []}
        except OSError as error:  # not the same as none: the next entry would take the place of all
            message = f"知识库的记录读不出来：{error}"
            raise SnapshotError(message) from error

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
        entries = self.entries()
        entry = Entry(entries[-1].number + 1 if entries else 1, snapshot.id, at.isoformat(), who, name, why, was_used)
        everything = [*entries, entry]
        used = next((each for each in reversed(everything) if each.was_used), None)
        kept = [each for each in everything[:-KEPT] if each is used] + everything[-KEPT:]
        self._write_log(kept, self.refused() - {snapshot.id})
        self._forget({each.snapshot for each in kept} | ({needed.id} if needed is not None else set()))
        return entry

    def refuse(self, snapshot_id: str) -> None:
        """Note that an admin does not want a snapshot, so that it doesn't come into use at the next start either."""
        self._write_log(self.entries(), self.refused() | {snapshot_id})

    def _write_log(self, entries: "tuple[Entry, ...] | list[Entry]", refused: "frozenset[str]") -> None:
        content = {"entries": [asdict(entry) for entry in entries], "refused": sorted(refused)[-100:]}
        try:
            write_file(self._log, json.dumps(content, ensure_ascii=False, indent=1).encode())
        except OSError as error:
            message = f"知识库的记录没有存上：{error}"
            raise SnapshotError(message) from error

    def _forget(self, kept: "set[str]") -> None:
        """Drop snapshots that nothing names, and contents that no snapshot names. What can't be dropped is left."""
        with contextlib.suppress(OSError, ValueError):
            wanted = set()
            for path in self._snapshots.glob("*.json"):
                if path.stem in kept:
                    wanted |= set(json.loads(path.read_bytes()).values())
                else:
                    path.unlink()
            for path in self._contents.glob("*/*"):
                if path.name not in wanted:
                    path.unlink()

    # ---- putting back

    def restore(self, snapshot: Snapshot, folder: Path) -> None:
        """Make a folder hold exactly a snapshot's files; what the folder has of its own besides stays.

        A crash in the middle is made good by `finish_restoring`.

        Raises:
            SnapshotError: Where that can't be done; what differs then is as `differences` says.
        """
        for path, digest in snapshot.files.items():
            self._checked(path, digest)  # before anything is touched
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
        write_file(self._restoring, json.dumps({"snapshot": snapshot.id, "folder": _place(folder)}).encode())

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
        if snapshot is None or note.get("folder") != _place(folder):
            self._settle()
            return False
        self.restore(snapshot, folder)
        return True

    def tidy(self, folder: Path) -> None:
        """Delete what a process that was killed has left behind; only while no other is at work there."""
        for place in (self._root, folder):
            for path in place.rglob(f"{_BESIDE}*"):
                with contextlib.suppress(OSError):
                    path.unlink()

    def differences(self, snapshot: Snapshot, folder: Path) -> tuple[str, ...]:
        """The files in which a folder differs from a snapshot.

        Raises:
            SnapshotError: Where the folder can't be read.
        """
        try:
            now = _hashes(folder)
        except OSError as error:
            message = f"知识文件夹读不了：{error}"
            raise SnapshotError(message) from error
        paths = sorted(set(now) | set(snapshot.files))
        return tuple(path for path in paths if now.get(path) != snapshot.files.get(path))

    def _content(self, digest: str) -> Path:
        return self._contents / digest[:2] / digest


def members(folder: Path) -> Iterator[PurePosixPath]:
    """What belongs to the knowledge: rules, cases, word lists and acceptance questions, without what programs leave behind."""
    for name in _SINGLE:
        if (folder / name).is_file():
            yield PurePosixPath(name)
    for part in _PARTS:
        directory = folder / part
        if not directory.is_dir():
            continue
        for path in directory.rglob("*"):
            inside = path.relative_to(folder)
            left = path.name.lower() in _LEFT_BEHIND or any(part.startswith((".", "~")) for part in inside.parts)
            if not left and path.is_file():
                yield PurePosixPath(inside.as_posix())


def _hashes(folder: Path) -> dict[str, str]:
    return {path.as_posix(): hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in members(folder)}


def _place(folder: Path) -> str:
    """The same for one folder, however it is written and wherever the bot was started."""
    return str(folder.resolve())


def _identify(files: Mapping[str, str]) -> str:
    lines = "\n".join(f"{path} {files[path]}" for path in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, whole.

    Raises:
        OSError: Where that can't be done; the old one is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_BESIDE, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        else:
            Path(name).chmod(0o644)
        Path(name).replace(path)
        _sync(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    """Have a folder's new names on the disk, too, where the system can be asked for that."""
    with contextlib.suppress(OSError):  # Windows opens no folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
