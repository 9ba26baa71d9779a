"""Buttons under messages."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.local_telegram.errors import bad_request
from bot.local_telegram.links import checked_url

_ROW_LIMIT = 8
_BUTTON_LIMIT = 100
_BYTE_LIMIT = 10_240


def inline_keyboard(markup: Mapping[str, Any] | None, *, only: bool = False) -> dict[str, Any] | None:
    """The keyboard to show under a message; None where there is none.

    A keyboard that replaces the phone's own, takes it away or forces a reply is checked, and leaves no trace in the message.

    Args:
        markup: The parameter `reply_markup`.
        only: Whether nothing but an inline keyboard is allowed, as in an edit.

    Raises:
        RejectedError: 400, where the Bot API takes no such keyboard.
    """
    if not markup:
        return None
    if "inline_keyboard" not in markup:
        if only:
            raise bad_request("inline keyboard expected")
        _other_keyboard(markup)
        return None
    rows = _rows(markup["inline_keyboard"], "InlineKeyboardButton")
    shown = [[_button(button) for button in row] for row in rows if row]
    if not shown:
        return None
    keyboard = {"inline_keyboard": shown}
    if any(len(row) > _ROW_LIMIT for row in shown) or sum(map(len, shown)) > _BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    if len(json.dumps(keyboard, ensure_ascii=False).encode()) > _BYTE_LIMIT:
        raise bad_request("reply markup is too long")
    return keyboard


def _rows(value: Any, kind: str) -> list[list[Any]]:
    if not isinstance(value, list | tuple):
        raise bad_request(f"field of type Array of Arrays of {kind} expected")
    if not all(isinstance(row, list | tuple) for row in value):
        raise bad_request(f"expected an Array of {kind}")
    return [list(row) for row in value]


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, Mapping):
        raise _unreadable("expected an Object")
    if "text" not in button:
        raise _unreadable('Can\'t find field "text"')
    text = button["text"]
    if not isinstance(text, str):
        raise _unreadable('Field "text" must be of type String')
    if not text.strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    kinds = [name for name in button if name not in ("text", "style", "icon_custom_emoji_id")]
    if not kinds:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1 or kinds[0] not in _KINDS:
        raise bad_request("BUTTON_TYPE_INVALID")
    return {"text": text, kinds[0]: _KINDS[kinds[0]](button[kinds[0]])}


def _data(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    return value


def _url(value: Any) -> str:
    url = checked_url(value) if isinstance(value, str) else ""
    if not url:
        raise bad_request(f"inline keyboard button URL '{value}' is invalid: wrong HTTP URL")
    return url


def _copied(value: Any) -> dict[str, str]:
    text = value.get("text") if isinstance(value, Mapping) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


_KINDS: dict[str, Callable[[Any], Any]] = {"callback_data": _data, "url": _url, "copy_text": _copied}
"""What a button can do, and what checks it."""


def _other_keyboard(markup: Mapping[str, Any]) -> None:
    if "keyboard" in markup:
        for row in _rows(markup["keyboard"], "KeyboardButton"):
            for button in row:
                text = button.get("text") if isinstance(button, Mapping) else button
                if not isinstance(text, str) or not text.strip():
                    raise bad_request("keyboard button text must be non-empty")
    elif not (markup.get("remove_keyboard") or markup.get("force_reply")):
        raise bad_request("object expected as reply markup")


def _unreadable(words: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {words}")
