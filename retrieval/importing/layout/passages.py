"""Pieces of text that remember from which lines they came."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or a part of one.

    Attributes:
        text: Without line ends.
        starts: Pairs of offset and line number: from this offset on the text comes from this line. The first offset is 0,
            offsets rise.
        page: The page on which it starts; 0 where pages are not known.
    """

    text: str
    starts: tuple[tuple[int, int], ...]
    page: int = 0

    def line(self, offset: int = 0) -> int:
        """The line that a place in the text came from."""
        return self.starts[bisect_right(self.starts, (offset, 1 << 60)) - 1][1]

    def cut(self, start: int, end: int | None = None) -> "Passage":
        """A part, from `start` to before `end`, without white space at its ends."""
        end = len(self.text) if end is None else end
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        text = piece.strip()
        return Passage(text, self._starts(start, start + len(text)), self.page)

    def _starts(self, start: int, end: int) -> tuple[tuple[int, int], ...]:
        low = bisect_right(self.starts, (start, 1 << 60))
        high = bisect_left(self.starts, (end, -1), low)
        return ((0, self.line(start)), *((offset - start, line) for offset, line in self.starts[low:high]))

    def edited(self, edits: Sequence[tuple[int, int, str]]) -> "Passage":
        """The passage with some stretches replaced.

        Args:
            edits: Start, end and what comes there, in order, not overlapping.
        """
        if not edits:
            return self
        texts: list[str] = []
        starts: list[tuple[int, int]] = [(0, self.line(0))]
        written = done = 0
        position = 1  # in self.starts

        def keep(end: int) -> None:
            nonlocal written, done, position
            while position < len(self.starts) and self.starts[position][0] < end:
                offset, line = self.starts[position]
                starts.append((written + max(offset - done, 0), line))
                position += 1
            texts.append(self.text[done:end])
            written += end - done
            done = end

        for start, end, replacement in edits:
            keep(start)
            texts.append(replacement)
            written += len(replacement)
            done = end
        keep(len(self.text))
        return Passage("".join(texts), _tidy(starts), self.page)


def joined(parts: Iterable[Passage], glue: str = "") -> Passage:
    """One passage of several, in order, with `glue` between them."""
    texts: list[str] = []
    starts: list[tuple[int, int]] = []
    length = page = 0
    for place, part in enumerate(parts):
        if place:
            texts.append(glue)
            length += len(glue)
        else:
            page = part.page
        starts += [(offset + length, line) for offset, line in part.starts]
        texts.append(part.text)
        length += len(part.text)
    return Passage("".join(texts), _tidy(starts), page)


def _tidy(starts: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Without stretches of no length: of several starts at one place the last one holds."""
    return tuple(sorted(dict(starts).items()))
