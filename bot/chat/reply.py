"""What a message is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.chat.buttons import Button, Keyboard

_LABEL = 32
NEWER_OLDER = ("◀ 新一些", "旧一些 ▶")
"""The labels for turning pages where the newest comes first."""


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


def turning(to: Callable[[int], str], page: int, pages: int, back: str = "◀ 上一页", on: str = "下一页 ▶") -> Keyboard:
    """The row that leads to the pages before and after; empty where there is one page only.

    Args:
        to: The data of the button to a page.
        page: From 0.
        pages: How many there are.
        back: The label of the way to the page before.
        on: The label of the way to the page after.
    """
    turn = [Button(back, to(page - 1))] if page > 0 else []
    turn += [Button(on, to(page + 1))] if page < pages - 1 else []
    return (tuple(turn),) if turn else ()
