"""What cleaning notes down: noise that was taken out, and what a person has to look at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Noise that was taken out.

    Attributes:
        line: The line on which it begins, from 1.
        before: What stood there, with a few characters on each side; ⏎ stands for the end of a line.
        after: The same place afterwards; empty where a whole line went.
        why: In Chinese.
    """

    line: int
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """What a person has to look at.

    Attributes:
        line: From 1; 0 where it concerns the whole document.
        message: In Chinese.
    """

    line: int
    message: str
