"""What can be wrong with a knowledge folder.

PolicybotError
├── KnowledgeError      the folder has Problems; carries all of them
├── FitError            there are too few labelled questions to fit anything to
└── EditError           a small change of one file can't be made; says why
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing an editor has to mend, at a place that an editor can open.

    Attributes:
        path: The file, relative to the knowledge folder where it lies inside it.
        line: Counted from 1.
        message: In Chinese, for a person who knows Word and not git.
    """

    path: PurePath
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path.as_posix()}:{self.line}: {self.message}"


class PolicybotError(Exception):
    """The root of what this project raises on purpose."""


class KnowledgeError(PolicybotError):
    """A knowledge folder that can't be used.

    Attributes:
        problems: All of them, ordered by file and line; never empty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class FitError(PolicybotError):
    """Too few labelled questions."""

    def __init__(self) -> None:
        super().__init__("题目太少，拟合不了：有答案的、没有答案的都要有几十道")


class EditError(PolicybotError):
    """A small change of one file that can't be made; the message is Chinese, for the person who wanted it."""
