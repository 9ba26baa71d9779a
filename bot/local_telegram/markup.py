"""Telegram's HTML: markup to shown text and entities, as strict as the Bot API."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.entities import (
    ENTITY_LIMIT,
    Entity,
    clipped,
    found_entities,
    in_order,
    utf16_length,
)
from bot.local_telegram.errors import RejectedError, bad_request
from bot.local_telegram.links import checked_url

TEXT_LIMIT = 4096
"""UTF-16 units of shown text in a message."""
CAPTION_LIMIT = 1024
"""UTF-16 units of shown text under a photo or a document."""

Known = Callable[[int], Mapping[str, Any] | None]
"""Gives the Bot API User of an id; None where the bot never met them."""

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_STYLES) | {"a", "code", "pre", "blockquote", "tg-emoji"}
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_RAW = frozenset({"code", "pre"})
_EXPLICIT = frozenset(_STYLES.values()) | _QUOTES | _RAW | {"text_link", "text_mention", "custom_emoji"}

_TEXT = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"[^\s=>]*")
_TOKEN = re.compile(r"[a-zA-Z0-9.-]*")
_SPACE = re.compile(r"\s*")
# A text has no control characters but the line feed; a carriage return vanishes, the others become spaces.
_CLEAN = {code: " " for code in range(32) if code != 10} | {13: None, 0x2028: " ", 0x2029: " "}
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Formatted:
    """What a message shows.

    Attributes:
        text: Without markup, white space at both ends dropped.
        entities: Bot API MessageEntity objects, by place, at most 100.
    """

    text: str
    entities: tuple[Entity, ...] = ()


def _nobody(_user_id: int) -> None:
    return None


def formatted(
    markup: str,
    parse_mode: object = None,
    entities: Sequence[Mapping[str, Any]] | None = None,
    known: Known = _nobody,
) -> Formatted:
    """The text and entities of what a bot sends.

    Args:
        markup: Text or HTML.
        parse_mode: None, empty or “HTML”; Markdown is not spoken here.
        entities: Given instead of a parse mode.
        known: Who can be mentioned by id.

    Raises:
        RejectedError: 400, where the markup can't be read.
    """
    if _SURROGATE.search(markup):
        raise bad_request("strings must be encoded in UTF-8")
    if not parse_mode:
        text = markup.translate(_CLEAN)
        styled = _given(entities or ()) if entities else []
        return _finished(text, styled)
    if str(parse_mode).lower() != "html":
        raise bad_request("unsupported parse_mode")
    return parse_html(markup, known)


def parse_html(markup: str, known: Known = _nobody) -> Formatted:
    """Read Telegram's HTML.

    Raises:
        RejectedError: 400 “can't parse entities: …” with the offset in bytes of UTF-8.
    """
    return _Reader(markup, known).read()


def plain(text: str) -> Formatted:
    """The text of a person: nothing but what Telegram finds by itself."""
    return _finished(text.translate(_CLEAN), [])


def _given(entities: Sequence[Mapping[str, Any]]) -> list[Entity]:
    """Entities as parameters, checked and copied."""
    checked = []
    for entity in entities:
        if not isinstance(entity, Mapping):
            raise bad_request("can't parse MessageEntity: expected an Object")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
            raise bad_request("can't parse MessageEntity: invalid offset or length specified")
        if entity.get("type") in _EXPLICIT and length:
            checked.append({name: value for name, value in entity.items() if value is not None})
    return checked


def _finished(text: str, styled: Sequence[Entity]) -> Formatted:
    """White space at the ends dropped, entities settled, found ones added, counted."""
    shown = text.rstrip()
    start = len(shown) - len(shown.lstrip())
    shown = shown[start:]
    settled = _settled(clipped(styled, start, start + utf16_length(shown))) if styled else []
    found = found_entities(shown, settled)
    if not settled and not found:
        return Formatted(shown)
    return Formatted(shown, tuple(in_order([*settled, *found])[:ENTITY_LIMIT]))


def _settled(entities: Sequence[Entity]) -> list[Entity]:
    """Styles joined where they meet, and kept out of code, which holds no other formatting."""
    raw = [(entity["offset"], entity["offset"] + entity["length"]) for entity in entities if entity["type"] in _RAW]
    settled: list[Entity] = []
    spans: dict[str, list[tuple[int, int]]] = {}
    for entity in entities:
        span = (entity["offset"], entity["offset"] + entity["length"])
        kind = entity["type"]
        if kind == "code":
            # A language belongs to a block; on a single word it says nothing.
            settled.append({name: value for name, value in entity.items() if name != "language"})
        elif kind in _QUOTES or kind == "pre":
            settled.append(entity)
        elif kind in ("text_link", "text_mention", "custom_emoji"):
            settled += [entity | {"offset": first, "length": last - first} for first, last in _outside(span, raw)]
        else:
            spans.setdefault(kind, []).append(span)
    for kind, parts in spans.items():
        for joined in _joined(parts):
            settled += [
                {"type": kind, "offset": first, "length": last - first} for first, last in _outside(joined, raw)
            ]
    return settled


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _outside(span: tuple[int, int], holes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of a span that no hole covers."""
    parts = [span]
    for start, end in holes:
        parts = [
            piece
            for first, last in parts
            for piece in ((first, min(last, start)), (max(first, end), last))
            if piece[0] < piece[1]
        ]
    return parts


@dataclass(frozen=True, slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    part: int


class _Reader:
    """One reading of one text."""

    def __init__(self, markup: str, known: Known) -> None:
        self._markup = markup
        self._known = known
        self._at = 0
        self._parts: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        markup, end = self._markup, len(self._markup)
        while self._at < end:
            text = _TEXT.match(markup, self._at)
            if text:
                self._show(text[0].translate(_CLEAN))
                self._at = text.end()
            elif markup[self._at] == "&":
                self._show(self._reference())
            elif markup.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise _broken(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return _finished("".join(self._parts), self._entities)

    def _show(self, text: str) -> None:
        self._parts.append(text)
        self._offset += utf16_length(text)

    def _reference(self) -> str:
        """The character that a reference stands for; “&” itself where it stands for none."""
        found = _REFERENCE.match(self._markup, self._at)
        character = _character(found) if found else None
        if found is None or character is None:
            self._at += 1
            return "&"
        self._at = found.end()
        return character

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._markup, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    @property
    def _next(self) -> str:
        """The character to read; empty at the end."""
        return self._markup[self._at : self._at + 1]

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._match(_NAME).lower()
        if not self._next:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _TAGS:
            raise _broken(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        argument = ""
        while True:
            self._match(_SPACE)
            if self._next == ">":
                break
            argument = self._attribute(tag, begin) or argument
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise _broken(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        if tag == "blockquote" and any(opened.tag == "blockquote" for opened in self._open):
            raise _broken(f"Blockquotes can't be nested at byte offset {self._bytes(begin)}")
        self._open.append(_Open(tag, argument, self._offset, len(self._parts)))

    def _attribute(self, tag: str, begin: int) -> str:
        """Read a name and its value; gives what the tag makes of it."""
        name = self._match(_ATTRIBUTE).lower()
        if not self._next:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if not name:
            raise _broken(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        self._match(_SPACE)
        if self._next != "=":
            if tag == "blockquote" and name == "expandable":
                return "expandable"
            raise _broken(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {self._bytes(begin)}'
            )
        self._at += 1
        self._match(_SPACE)
        value = self._quoted() if self._next in ("'", '"') and self._next else self._name_token()
        if not self._next:
            raise _broken(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        return _argument(tag, name, value)

    def _quoted(self) -> str:
        mark = self._next
        self._at += 1
        value = []
        while self._next and self._next != mark:
            if self._next == "&":
                value.append(self._reference())
            else:
                value.append(self._next)
                self._at += 1
        self._at += 1
        return "".join(value)

    def _name_token(self) -> str:
        begin = self._at
        token = self._match(_TOKEN).lower()
        if self._next and self._next != ">" and not self._next.isspace():
            raise _broken(f"Unexpected end of name token at byte offset {self._bytes(begin)}")
        return token

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise _broken(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        self._at += 2
        tag = self._match(_NAME).lower()
        self._match(_SPACE)
        if self._next != ">":
            raise _broken(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        self._at += 1
        opened = self._open.pop()
        if tag and tag != opened.tag:
            raise _broken(
                f'Unmatched end tag at byte offset {self._bytes(begin)}, expected "</{opened.tag}>", found "</{tag}>"'
            )
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        place = {"offset": opened.offset, "length": self._offset - opened.offset}
        if opened.tag in _STYLES:
            self._entities.append({"type": _STYLES[opened.tag], **place})
        elif opened.tag == "blockquote":
            self._entities.append({"type": "expandable_blockquote" if opened.argument else "blockquote", **place})
        elif opened.tag == "a":
            self._entities += self._link(opened.argument or "".join(self._parts[opened.part :]), place)
        elif opened.tag in _RAW:
            self._close_raw(opened, place)
        # A custom emoji shows as the plain one: this bot has none of its own.

    def _close_raw(self, opened: _Open, place: dict[str, int]) -> None:
        """Code, or a block of it; the two around the same text are a block in a language."""
        inner = self._entities[-1] if self._entities else {"type": ""}
        if {inner["type"], opened.tag} == _RAW and place.items() <= inner.items():
            language = inner.get("language") or opened.argument
            self._entities[-1] = {"type": "pre", **place} | ({"language": language} if language else {})
            return
        # Formatting inside code shows as nothing.
        self._entities = [entity for entity in self._entities if entity["offset"] < place["offset"]]
        self._entities.append(
            {"type": opened.tag, **place} | ({"language": opened.argument} if opened.argument else {})
        )

    def _link(self, url: str, place: dict[str, int]) -> list[Entity]:
        mention = re.fullmatch(r"tg://user\?id=(\d{1,19})", url.strip(), re.IGNORECASE)
        if mention:
            user = self._known(int(mention[1]))
            return [{"type": "text_mention", **place, "user": dict(user)}] if user else []
        checked = checked_url(url)
        return [{"type": "text_link", **place, "url": checked}] if checked else []

    def _bytes(self, at: int) -> int:
        return len(self._markup[:at].encode())


def _argument(tag: str, name: str, value: str) -> str:
    if (tag, name) == ("a", "href"):
        return value
    if (tag, name) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, name) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return "expandable" if (tag, name) == ("blockquote", "expandable") else ""


def _character(reference: re.Match[str]) -> str | None:
    if reference[1]:
        return _NAMED[reference[1]]
    code = int(reference[2]) if reference[2] else int(reference[3], 16)
    if not 0 < code < 0x10FFFF or 0xD800 <= code < 0xE000:
        return None
    return chr(code).translate(_CLEAN)


def _broken(words: str) -> RejectedError:
    return bad_request(f"can't parse entities: {words}")
