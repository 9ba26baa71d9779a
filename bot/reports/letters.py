"""Letters of a picture: which a font has, and how wide a text is."""

import unicodedata
from pathlib import Path

from PIL import ImageFont

_LONGEST = 300
"""Characters of a text that are looked at; no line takes more."""
_NO_CHARACTER = "\uffff"
"""A code that no font has a letter for."""
_UNITS = 1000
"""A size at which widths in whole pixels are exact: the font is drawn in as many units."""


class Letters:
    """What a font can show, how wide it is, and how it looks."""

    def __init__(self, font: Path) -> None:
        self._path = str(font)
        self._sizes: dict[float, ImageFont.FreeTypeFont] = {}
        self._widths: dict[str, float] = {}
        self._known: dict[str, bool] = {}
        self._missing = self._shape(_NO_CHARACTER)

    def of_size(self, size: float) -> ImageFont.FreeTypeFont:
        """The font, its letters `size` pixels high."""
        if size not in self._sizes:
            self._sizes[size] = ImageFont.truetype(self._path, size, layout_engine=ImageFont.Layout.BASIC)
        return self._sizes[size]

    def _shape(self, letter: str) -> bytes:
        return bytes(self.of_size(20).getmask(letter))

    def _knows(self, letter: str) -> bool:
        """Whether the font has a letter: all those that it lacks look alike."""
        if letter not in self._known:
            self._known[letter] = self._shape(letter) != self._missing
        return self._known[letter]

    def shown(self, text: str) -> str:
        """The text on one line without what the font lacks: emoji and invisible characters are dropped, others become □."""
        letters: list[str] = []
        for letter in unicodedata.normalize("NFC", text[:_LONGEST]):
            kind = unicodedata.category(letter)
            if letter.isspace():
                letters.append(" ")
            elif kind in {"Cc", "Cf", "Cs", "Mn", "Me"}:
                continue
            elif self._knows(letter):
                letters.append(letter)
            elif kind not in {"So", "Sk"} and not 0x1F000 <= ord(letter) < 0x20000:  # newer emoji have no kind yet
                letters.append("□")
        return " ".join("".join(letters).split()) or ("□" if text.strip() else "")

    def width(self, text: str, size: float) -> float:
        """Pixels that a text takes which `shown` has gone over."""
        for letter in text:
            if letter not in self._widths:
                self._widths[letter] = self.of_size(_UNITS).getlength(letter) / _UNITS
        return size * sum(self._widths[letter] for letter in text)

    def cut(self, text: str, size: float, width: float) -> str:
        """The text, cut with … where it is wider than `width`."""
        if self.width(text, size) <= width:
            return text
        end = len(text)
        while end > 1 and self.width(text[:end] + "…", size) > width:
            end -= 1
        return text[:end].rstrip() + "…"

    def squeeze(self, text: str, size: float, width: float) -> str:
        """The text, cut with … in its middle where it is wider than `width`: names of teams differ at either end."""
        kept = len(text)
        short = text
        while kept > 2 and self.width(short, size) > width:
            kept -= 1
            short = f"{text[: (kept + 1) // 2].rstrip()}…{text[len(text) - kept // 2 :].lstrip()}"
        return short

    def wrap(self, text: str, size: float, width: float, most: int) -> list[str]:
        """The text in at most `most` lines, the last one cut where it has to be; words of Latin letters are cut too."""
        lines: list[str] = []
        rest = text
        while rest and len(lines) < most - 1:
            end = len(rest)
            while end > 1 and self.width(rest[:end], size) > width:
                end -= 1
            # No line begins with a mark that belongs to the one before.
            while 1 < end < len(rest) and rest[end] in "，。、；：！？）》”…":
                end -= 1
            lines.append(rest[:end].strip())
            rest = rest[end:].strip()
        return [*lines, self.cut(rest, size, width)] if rest else lines
