"""Which of many numbered paragraphs are headings: those that count on from one another."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

Number = tuple[int, int]
"""An article and what was inserted behind it: 第十条之一 is (10, 1)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paragraph that may be a heading.

    Attributes:
        place: Where it stands; rises.
        sure: Whether it looks like one by itself.
        restart: Whether a new book may begin with it.
    """

    place: int
    number: Number
    sure: bool
    restart: bool = False


_SURE, _UNSURE, _GAP, _RESTART = 2.0, 1.0, 1.5, 1.0


def best_chain(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The headings: the candidates, in order, whose numbers count on best.

    A step to the next number (第五条 → 第六条, 第五条之一) costs nothing, a gap costs something, and only 第一条 may start
    anew; a number that goes back or leaps ahead for a moment is a mention in a sentence and falls out.
    """
    best: list[float] = []
    before: list[int] = []
    exact: dict[Number, int] = {}  # the best chain that ends in a number
    articles: dict[int, int] = {}  # … in an article or something inserted behind it
    frontier: list[tuple[Number, int]] = []  # numbers rise, and the chains' worth with them
    whole = -1  # the best chain of all
    for index, candidate in enumerate(candidates):
        article, inserted = candidate.number
        previous, worth = -1, 0.0
        link = exact.get((article, inserted - 1)) if inserted else articles.get(article - 1)
        if link is not None:
            previous, worth = link, best[link]
        at = bisect_left(frontier, (candidate.number, -1))
        if at and best[frontier[at - 1][1]] - _GAP > worth:
            previous, worth = frontier[at - 1][1], best[frontier[at - 1][1]] - _GAP
        if candidate.restart and whole >= 0 and best[whole] - _RESTART > worth:
            previous, worth = whole, best[whole] - _RESTART
        best.append(worth + (_SURE if candidate.sure else _UNSURE))
        before.append(previous)
        if candidate.number not in exact or best[index] >= best[exact[candidate.number]]:
            exact[candidate.number] = index
        if article not in articles or best[index] >= best[articles[article]]:
            articles[article] = index
        _enter(frontier, candidate.number, index, best)
        if whole < 0 or best[index] >= best[whole]:
            whole = index
    chain: list[Candidate] = []
    while whole >= 0:
        chain.append(candidates[whole])
        whole = before[whole]
    return tuple(reversed(chain))


def _enter(frontier: list[tuple[Number, int]], number: Number, index: int, best: Sequence[float]) -> None:
    """Keep only chains that no chain with a smaller number outdoes."""
    at = bisect_left(frontier, (number, -1))
    if at and best[frontier[at - 1][1]] >= best[index]:
        return
    end = at
    while end < len(frontier) and best[frontier[end][1]] <= best[index]:
        end += 1
    frontier[at:end] = [(number, index)]
