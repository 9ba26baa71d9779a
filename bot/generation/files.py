"""The files of a knowledge folder, and how a file is written."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

BESIDE = ".policybot-"
"""How the names of files begin that are being written."""
_PARTS = ("rules", "cases", "quizzes", "lexicon")
_SINGLE = ("golden.jsonl", "README.md")
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini"})
"""What Windows puts into folders that somebody looks at; it may be locked, and nobody reads it as knowledge."""


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


def hash_files(folder: Path) -> dict[str, str]:
    """Return the hash of each member's content, by its path in the folder."""
    return {path.as_posix(): hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in members(folder)}


def place_of(folder: Path) -> str:
    """The same for one folder, however it is written and wherever the bot was started."""
    return str(folder.resolve())


def identify(files: Mapping[str, str]) -> str:
    """Return the id of a content: the same hashes by the same paths have the same id."""
    lines = "\n".join(f"{path} {files[path]}" for path in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, whole.

    Raises:
        OSError: Where that can't be done; the old one is still there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=BESIDE, dir=path.parent)
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
