"""Buttons, and what a press of one means; everything it needs is in its 64 bytes, so that a restart forgets none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; exactly one of the last three says what it does.

    Attributes:
        label: What it says.
        data: What Telegram sends back, 1 to 64 bytes.
        copy: What the phone keeps for pasting, 1 to 256 characters.
        url: What the phone opens.
    """

    label: str
    data: str = ""
    copy: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]
