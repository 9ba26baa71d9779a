"""A process that ends, or whose disk fails, at the n-th thing that it does to the files under a folder.

Python tells audit hooks of every file that is opened, moved or deleted before it is; the n-th call is spoilt there, and everything else is real.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Sabotage:
    """Spoils the n-th change of a file under a folder; a hook can't be taken out again, but it can be told to keep still."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._left = 0
        self._strike: Callable[[], None] = _end
        self.struck = False
        sys.addaudithook(self._hear)

    def kill_at(self, place: int) -> None:
        """End the process, as kill -9 does, before the n-th change, counted from 1."""
        self._left, self._strike, self.struck = place, _end, False

    def fail_at(self, place: int) -> None:
        """Have the n-th change fail, as on a full disk."""
        self._left, self._strike, self.struck = place, _fail, False

    def rest(self) -> None:
        """Let everything pass."""
        self._left = 0

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._left:
            return
        changes = event in {"os.rename", "os.remove", "os.mkdir"} or (
            event == "open" and len(arguments) > 2 and bool((arguments[2] or 0) & _WRITES)
        )
        if not changes or not str(arguments[0]).startswith(self._root):
            return
        self._left -= 1
        if not self._left:
            self.struck = True
            self._strike()


def _end() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fail() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
