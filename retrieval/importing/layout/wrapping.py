"""Lines that a printer, an editor or a scraper broke at one width."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.importing.headings.articles import article_heading

_SLACK = 8
"""Widths that a full line may lack: what did not fit is a mark that must not begin a line, or a number."""

_LONG = 0.65
_CROWD = 0.75
_LEAST_WIDTH = 40
_ENOUGH = 5
# Chinese characters and the marks that Chinese print gives their width.
_WIDE = re.compile(
    "[\u00b7\u2014\u2018-\u201d\u2026\u2460-\u24ff\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\U00020000-\U0003ffff]"
)
_INDENTS = ("\u3000", "  ", "\t")
_ENDED = re.compile("[。！？!?；;：:”…]\\s*$")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """At which width lines were broken, in half-widths: a Chinese character counts 2.

    Attributes:
        length: The same in characters, where a program counted these; else 0.
        indented: Whether first lines of paragraphs are set in; then only they begin one.
        rule_like: Whether the text consists of articles, whose paragraphs are mostly one sentence.
    """

    width: int
    length: int
    indented: bool
    rule_like: bool

    def is_full(self, line: str) -> bool:
        """Whether a line reaches to the margin."""
        return width_of(line) >= self.width - _SLACK or 0 < self.length <= len(line.rstrip()) + 1

    def is_long(self, line: str) -> bool:
        """Whether a line that breaks off in the middle of a sentence is too long for a title."""
        return self.is_full(line) or width_of(line) >= _LONG * self.width

    def is_brimful(self, line: str) -> bool:
        """Whether not one more character would have fitted."""
        return width_of(line) >= self.width - 2 or 0 < self.length <= len(line.rstrip())


def width_of(line: str) -> int:
    """A line's width in half-widths."""
    line = line.rstrip()
    return 2 * len(line) - len(_WIDE.sub("", line))


def find_wrapping(lines: Sequence[str], *, printed: bool) -> Wrapping | None:
    """The width at which a text was broken; None where its lines are whole paragraphs.

    Args:
        lines: All of the text's.
        printed: Whether the lines are those of a printed page, which are always broken.
    """
    written = [line for line in lines if line.strip()]
    widths = sorted(width_of(line) for line in written)
    if not widths:
        return None
    width = widths[min(int(len(widths) * 0.98), len(widths) - 1)]
    length, often = Counter(len(line.rstrip()) for line in written).most_common(1)[0]
    counted = length >= 15 and often >= max(_ENOUGH, 0.4 * len(written))
    if printed and not any(width_of(line) >= width - _SLACK and not _ENDED.search(line) for line in written):
        return None
    indents = sum(1 for line in written if line.startswith(_INDENTS))
    indented = 0.1 * len(written) <= indents <= 0.9 * len(written)
    if not printed and (
        width < _LEAST_WIDTH or widths[-1] > width + _SLACK or not _is_broken(lines, width, indented=indented)
    ):
        return None
    articles = sum(1 for line in written if (found := article_heading(line.strip())) is not None and found.sure)
    return Wrapping(width, length if counted else 0, indented, articles >= 3)


def _is_broken(lines: Sequence[str], width: int, *, indented: bool) -> bool:
    """Whether lines stop inside sentences, and stop at one width.

    Whole paragraphs are of every length; broken lines crowd below a width, and those that stop inside a sentence lie there.
    A line before a blank or an indented one is a heading or the like.
    """
    written = [line for line in lines if line.strip()]
    parted = len(lines) - len(written) < len(written) / 2
    goes_on = [
        bool(following.strip() or not parted) and not (indented and following.startswith(_INDENTS))
        for following in [*lines[1:], ""]
    ]
    stopping = [
        line
        for line, on in zip(lines, goes_on, strict=True)
        if line.strip() and on and not _ENDED.search(line) and width_of(line) >= _LEAST_WIDTH / 2
    ]
    at_margin = sum(1 for line in stopping if width_of(line) >= width - _SLACK)
    if at_margin >= max(_ENOUGH, 0.1 * len(written), 0.7 * len(stopping)):
        return True
    long = [line for line in written if width_of(line) >= _CROWD * width]
    broken = sum(1 for line in long if not _ENDED.search(line))
    return len(long) >= max(_ENOUGH, len(written) / 2) and broken >= 0.4 * len(long)
