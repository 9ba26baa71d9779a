"""What became of a reading or a change of the knowledge folder, and who made it."""

from dataclasses import dataclass
from enum import StrEnum

from retrieval.errors import Problem

STALE, REFUSED, OVERTAKEN, OTHERS = "stale", "refused", "overtaken", "others"
"""Reasons: it is not held any more; an admin did not want it; it was changed again since; what others have saved is at fault."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changes the knowledge; 0 is the bot itself."""

    id: int
    name: str


BOT = Editor(0, "机器人")


class Verdict(StrEnum):
    """What became of a reading of the folder.

    SAME: nothing has changed. LIVE: it is in use. PROBLEMS: it can't be used, and the one before stays. WORSE: it could be used, and an admin
    decides, since questions are answered worse. FAILED: something else went wrong; `reason` says what.
    """

    SAME = "same"
    LIVE = "live"
    PROBLEMS = "problems"
    WORSE = "worse"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Differences:
    """What is added, changed and removed, by titles that people know; each tuple may be empty."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Judged:
    """A question that is answered otherwise than before.

    Attributes:
        answerable: Whether the station's list says that the knowledge answers it.
    """

    question: str
    before: str
    after: str
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What a reading of the folder has brought.

    Attributes:
        problems: By file and line; paths are relative to the folder.
        notices: What an editor should know though nothing is wrong.
        seconds: From the wish to the end.
        moved: How many acceptance questions have another order or another certainty now, without being worse for a person.
        others: The files besides rules and cases that were added, changed or removed, such as the synonyms.
        snapshot: Its id; empty where none was taken.
        number: Of the step in the history that it is; 0 where it is none.
        undone: Whether the files of the folder were put back as they were.
    """

    verdict: Verdict
    problems: tuple[Problem, ...] = ()
    notices: tuple[str, ...] = ()
    rules: Differences = Differences()
    clauses: Differences = Differences()
    cases: Differences = Differences()
    others: tuple[str, ...] = ()
    better: tuple[Judged, ...] = ()
    worse: tuple[Judged, ...] = ()
    moved: int = 0
    reason: str = ""
    seconds: float = 0.0
    snapshot: str = ""
    number: int = 0
    undone: bool = False
