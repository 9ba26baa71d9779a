"""Contents of files, each once, by its hash."""

import hashlib
from collections.abc import Collection
from pathlib import Path

from bot.generation.files import write_file
from bot.storage.errors import SnapshotError


class Contents:
    """A folder of contents."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> str:
        """Keep a content, if it is not kept already. Return its hash.

        Raises:
            OSError: If it can't be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        place = self._place(digest)
        if not place.exists():
            write_file(place, content)
        return digest

    def get(self, digest: str, path: str) -> bytes:
        """Return a content; `path` is the file's name in the message of an error.

        Raises:
            SnapshotError: If the content is lost or damaged.
        """
        try:
            content = self._place(digest).read_bytes()
        except OSError as error:
            message = f"副本里的 {path} 找不到了"
            raise SnapshotError(message) from error
        if hashlib.sha256(content).hexdigest() != digest:
            message = f"副本里的 {path} 已经损坏"
            raise SnapshotError(message)
        return content

    def drop_others(self, wanted: Collection[str]) -> None:
        """Delete all contents but those of these hashes.

        Raises:
            OSError: If one can't be deleted; then others may be left too.
        """
        for path in self._root.glob("*/*"):
            if path.name not in wanted:
                path.unlink()

    def _place(self, digest: str) -> Path:
        return self._root / digest[:2] / digest
