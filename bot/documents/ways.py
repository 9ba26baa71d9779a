"""The ways in which a draft is taken in, and the files that each of them writes."""

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path, PurePosixPath

from bot.documents.standing import Standing

_ID = re.compile(r"^id:.*$", re.MULTILINE)


class Way(StrEnum):
    """How a draft is taken in; the values are what buttons carry.

    PLAIN: as it is, where everything in it is new. REPLACE: what has the same id is replaced. BESIDE: it is put beside what is there, under
    another id where its own is taken. NEW_ONLY: only what is new.
    """

    PLAIN = "a"
    REPLACE = "r"
    BESIDE = "b"
    NEW_ONLY = "n"


def choose_files(texts: Mapping[str, str], standing: Standing, way: Way, folder: Path) -> dict[str, str] | None:
    """Return what is written; None where the person has to see first how things stand now.

    Args:
        texts: The draft's files by their paths.
        standing: How it stands beside the knowledge.
        way: As the person has chosen.
        folder: The knowledge folder, in which new names must be free.
    """
    if way is Way.PLAIN and standing.paths:
        return None
    if way is Way.NEW_ONLY:
        return {path: text for path, text in texts.items() if path not in standing.paths} or None
    if way is Way.BESIDE:
        taken = {PurePosixPath(path).stem for path in texts}
        renamed = dict(texts)
        for clash in standing.clashes:
            path, text = _renamed(clash.path, renamed.pop(clash.path), taken, folder)
            renamed[path] = text
        return renamed
    return dict(texts)


def _renamed(path: str, text: str, taken: set[str], folder: Path) -> tuple[str, str]:
    place, number = PurePosixPath(path), 2
    while (name := f"{place.stem}-{number}") in taken or any(
        (folder / part / f"{name}.md").exists() for part in ("rules", "cases", "quizzes")
    ):
        number += 1
    taken.add(name)
    return place.with_stem(name).as_posix(), _ID.sub(f"id: {name}", text, count=1)
