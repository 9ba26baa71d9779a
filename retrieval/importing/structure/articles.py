"""Which paragraphs of a document begin its articles."""

from collections.abc import Sequence
from itertools import pairwise

from retrieval.importing.headings.articles import NUMBERINGS, article_heading, numbered
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.chains import Candidate, best_chain

_LEAST = 3
"""As many numbered paragraphs make a list of rules where nothing is called 条."""


def article_places(passages: Sequence[Passage]) -> tuple[int, ...]:
    """The places of the paragraphs that are articles' headings; empty where there are hardly any."""
    chain = best_chain(
        [
            Candidate(
                place,
                (found.number, found.inserted),
                found.sure,
                found.number == 1 and not found.inserted and found.sure,
            )
            for place, passage in enumerate(passages)
            if (found := article_heading(passage.text)) is not None
        ]
    )
    steps = sum(1 for one, other in pairwise(chain) if other.number[0] in {one.number[0], one.number[0] + 1})
    # A text that lost the blanks behind its numbers shows by counting up alone what they are.
    holds = sum(candidate.sure for candidate in chain) >= 2 or (
        len(chain) >= _LEAST and steps >= 0.8 * (len(chain) - 1)
    )
    return tuple(candidate.place for candidate in chain) if holds else ()


def numbered_places(passages: Sequence[Passage]) -> tuple[int, tuple[int, ...]]:
    """The way of numbering in which a text counts furthest from 1, and the places of these paragraphs."""
    best: tuple[int, tuple[int, ...]] = (0, ())
    for way in range(NUMBERINGS):
        places: list[int] = []
        for place, passage in enumerate(passages):
            found = numbered(passage.text, way)
            if found and found[1] and found[0] == len(places) + 1:
                places.append(place)
        if len(places) >= _LEAST and (not best[1] or places[0] < best[1][0]):
            best = way, tuple(places)
    return best
