"""Replies that fit the screen of a phone with their buttons.

The height is estimated as a phone of 390 by 844 CSS pixels draws it, a little too high rather than too low.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.buttons import Keyboard
from bot.chat.markup import plain_text
from bot.chat.reply import Reply

SCREEN = 672
"""Pixels between the head of a chat and the field for typing."""
_LINE = 24
_WIDE = 19.0
"""Chinese characters on a line of a message."""
_IN_QUOTE = 18.0
_FOLDED = 3
"""Lines that are seen of a quote that can be unfolded."""
_FRAME, _UNFOLD = 19, 25
_BUBBLE = 14
_TIME = 4
"""Characters beside which the time of a message does not fit on the last line."""
_KEYS, _GAP, _KEY, _KEY_LINE, _LETTER = 330, 4, 22, 20.25, 15
_BESIDE, _BESIDE_NARROW, _IN_THREES = 40, 16, 3
"""What a button keeps free beside its label: alone or in twos, and in threes."""
_QUOTE = re.compile("(<blockquote expandable>.*?</blockquote>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Size:
    """How much a reply tells of what can be told shorter; rules and their validity always stand whole.

    Attributes:
        course: The most characters of what happened; 0 for none of it.
        lesson: The same of what is learnt from it.
        hint: The same of the line below a situation to choose.
        note: Whether the note to a rule stands whole; else its first sentence.
    """

    course: int
    lesson: int
    hint: int
    note: bool = True


LARGEST = Size(120, 120, 34)
_SIZES = (
    LARGEST,
    Size(60, 120, 34),
    Size(60, 90, 16),
    Size(60, 60, 16),
    Size(0, 90, 16),
    Size(0, 60, 16),
    Size(0, 36, 16),
    Size(0, 0, 0),
    Size(0, 0, 0, note=False),
)


def fit_screen(make: Callable[[Size], Reply], rows_below: int = 1) -> Reply:
    """Return the most that fits the screen of a phone; if nothing does, the least.

    Args:
        make: Makes the reply in a size.
        rows_below: How many rows of buttons will be added to it.
    """
    reply = make(LARGEST)
    for size in _SIZES[1:]:
        if height(reply) + rows_below * (_GAP + _KEY + _KEY_LINE) <= SCREEN:
            break
        reply = make(size)
    return reply


def height(reply: Reply) -> float:
    """Return how high a reply is with its buttons, in CSS pixels."""
    pixels, shown = float(_BUBBLE), ""
    for part in _QUOTE.split(reply.html):
        shown = plain_text(part)
        if part.startswith("<blockquote"):
            lines = _lines(shown, _IN_QUOTE)
            pixels += _FRAME + _LINE * min(lines, _FOLDED) + (_UNFOLD if lines > _FOLDED else 0)
        elif shown.strip("\n"):
            pixels += _LINE * _lines(shown.removeprefix("\n").removesuffix("\n"), _WIDE)
    last = _width(shown.rpartition("\n")[2])
    if shown == "" or (last and (last % _WIDE or _WIDE) > _WIDE - _TIME):
        pixels += _LINE
    return pixels + _height_of_keys(reply.keyboard)


def _height_of_keys(keyboard: Keyboard) -> float:
    pixels = 0.0
    for row in keyboard:
        beside = _BESIDE if len(row) < _IN_THREES else _BESIDE_NARROW
        room = ((_KEYS - _GAP * (len(row) - 1)) / len(row) - beside) / _LETTER
        pixels += _GAP + _KEY + _KEY_LINE * max(_lines(button.label, room) for button in row)
    return pixels


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(_width(line) / width)) for line in text.split("\n"))


def _width(text: str) -> float:
    """Return how wide a text is, in Chinese characters."""
    return sum(0.52 if ord(character) < 0x2000 else 1.0 for character in text)
