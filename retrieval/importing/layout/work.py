"""A document on the bench."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage

_T = TypeVar("_T")
AROUND = 6
WINDOW = 40
"""Characters that a change shows on each side, so that a person finds the place."""


@dataclass(slots=True)
class Work:
    """A document on the bench: passages change, and what changes is noted."""

    passages: list[Passage]
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _known: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def once(self, look: Callable[..., _T], *text: object) -> _T:
        """What looking at a text came to. Most passages are the same in the next round, and are not looked at again."""
        key = (look, *text)
        if key not in self._known:
            self._known[key] = look(*text)
        found: _T = self._known[key]
        return found

    def drop(self, places: Iterable[int], why: str) -> None:
        """Take out whole passages."""
        gone = set(places)
        if gone:
            self.changes += [
                Change(self.passages[place].line(), self.passages[place].text.strip(), "", why)
                for place in sorted(gone)
            ]
            self.passages = [passage for place, passage in enumerate(self.passages) if place not in gone]

    def drop_with_blanks(self, gone: Mapping[int, str]) -> None:
        """Take out lines between two pages, with the blank lines around them, which part no paragraphs."""
        blank: set[int] = set()
        for place in gone:
            for step in (-1, 1):
                beside = place + step
                while 0 <= beside < len(self.passages) and not self.passages[beside].text.strip():
                    blank.add(beside)
                    beside += step
        for why in dict.fromkeys(gone.values()):
            self.changes += [
                Change(self.passages[place].line(), self.passages[place].text.strip(), "", why)
                for place in sorted(gone)
                if gone[place] == why
            ]
        if gone:
            left = [passage for place, passage in enumerate(self.passages) if place not in gone.keys() | blank]
            self.passages = left

    def drop_blank_at_page_ends(self) -> None:
        """Blank lines at the edges of pages part no paragraphs."""
        kept: list[Passage] = []
        for place, passage in enumerate(self.passages):
            following = next((later for later in self.passages[place + 1 : place + 2]), None)
            edge = (kept and kept[-1].page != passage.page) or (following and following.page != passage.page)
            if passage.text.strip() or not edge:
                kept.append(passage)
        self.passages = kept

    def each(self, edits: Callable[[str], Sequence[tuple[int, int, str, str]]]) -> None:
        """Edit every passage.

        Args:
            edits: Gives start, end, what comes there, and why, in order, not overlapping; without a why nothing is noted.
        """
        for place, passage in enumerate(self.passages):
            found = self.once(edits, passage.text)
            if found:
                self.changes += [
                    Change(passage.line(start), *_shown(passage.text, start, end, new), why)
                    for start, end, new, why in found
                    if why
                ]
                self.passages[place] = passage.edited([(start, end, new) for start, end, new, _ in found])


def _shown(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    left, right = text[max(start - AROUND, 0) : start], text[end : end + AROUND]
    return left + text[start:end] + right, left + new + right
