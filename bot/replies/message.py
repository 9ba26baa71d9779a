"""What a message is made of."""

from dataclasses import dataclass

from bot.buttons import Button, Keyboard

_LABEL = 32


@dataclass(frozen=True, slots=True)
class Reply:
    """A message: HTML of at most 4096 visible UTF-16 units, and the keyboard below it."""

    html: str
    keyboard: Keyboard = ()


def button_label(text: str) -> str:
    """A text that fits on a button of a phone."""
    return text if len(text) <= _LABEL else text[: _LABEL - 1] + "…"


def rows(buttons: list[Button], across: int) -> Keyboard:
    """Buttons in rows of so many."""
    return tuple(tuple(buttons[start : start + across]) for start in range(0, len(buttons), across))
