"""Changes a knowledge folder and is killed in the middle, at every place in turn; run by `test_library.py`, each place in a process of its own."""

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.library.library import Library
from bot.library.report import Report
from tests.bot.library.sabotage import Sabotage
from tests.bot.library.small import BROKEN, SUN, files, library_in, version_in, version_of, write

_Act = Callable[[Library], Coroutine[Any, Any, Report]]


ACTS: dict[str, tuple[_Act, frozenset[int]]] = {
    "change": (lambda library: library.change(files(3), SUN, "改"), frozenset({2, 3})),
    "problems": (lambda library: library.change(BROKEN, SUN, "改"), frozenset({2})),
    "roll back": (lambda library: library.roll_back(1, SUN), frozenset({1, 2})),
    "undo": (lambda library: library.undo(2, SUN), frozenset({1, 2})),
}
"""What is done to a folder in version 2, with version 1 in its history, and which versions there may be afterwards."""


def main(root: Path) -> None:
    """Print, for each act, at how many places it was killed; the first mixture ends with exit code 1."""
    logging.disable()
    start = root / "start"
    write(start / "knowledge", files(1))
    library = library_in(start)
    library.open()
    asyncio.run(library.change(files(2), SUN, "改"))
    library.close()
    for name, (act, allowed) in ACTS.items():
        place = 0
        while True:
            place += 1
            station = root / name.replace(" ", "-") / str(place)
            shutil.copytree(start, station)
            if not _killed(station, act, place):
                break
            after = library_in(station)
            after.open()
            after.close()
            found = version_of(after.knowledge.current.knowledge), version_in(after.folder)
            if not set(found) <= allowed or list(station.rglob(".policybot-*")):
                print(f"{name}, place {place}: in use {found[0]}, in the folder {found[1]}")
                sys.exit(1)
        print(f"{name} {place - 1}")


def _killed(station: Path, act: _Act, place: int) -> bool:
    child = os.fork()
    if child == 0:
        library = library_in(station)
        library.open()
        sabotage = Sabotage(station)
        sabotage.kill_at(place)
        asyncio.run(act(library))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
