"""What Telegram finds in a text by itself: links, mentions, commands and the like; and the arithmetic of UTF-16 offsets."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

Entity = dict[str, Any]
"""A Bot API MessageEntity: type, offset and length in UTF-16 units, and what the type needs."""

ENTITY_LIMIT = 100
"""Entities behind this one are left out."""

# White space, quotation marks and full-width punctuation end a link.
_STOP = r"\s<>\"'`«»‘’“”‹›\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\.)+(?:com|cn|net|org|edu|gov|info|io|me|dev|app|top|xyz|cc|tv|ru|uk|de|jp)"
_FOUND = re.compile(
    rf"""
      (?P<url>(?<![\w@])(?:https?|ftp|tonsite)://[^{_STOP}]+ | (?<![\w.@/-]){_HOST}(?![\w@.-])(?::\d+)?(?:[/?\#][^{_STOP}]*)?)
    | (?P<email>(?<![\w.@+-])[a-z0-9_.+-]{{1,64}}@{_HOST}(?![\w@-]))
    | (?P<bot_command>(?<![\w/<>])/[a-z0-9_]{{1,64}}(?:@[a-z0-9_]{{3,32}})?(?![\w/<>]))
    | (?P<mention>(?<!\w)@[a-z0-9_]{{3,32}}(?!\w))
    | (?P<hashtag>(?<!\w)\#(?=\w*[^\W\d_])\w{{1,256}}(?![\w\#]))
    | (?P<cashtag>(?<!\w)\$(?-i:[A-Z]){{1,8}}(?!\w))
    | (?P<phone_number>(?<![\w+])\+\d[\d ()-]{{7,18}}\d(?!\w))
    """,
    re.VERBOSE | re.IGNORECASE | re.UNICODE,
)
_TRAILING = ".,:;!?)]}'\"…"
_SIGNS = re.compile(r"[@#/$+.]")
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention"})
"""Nothing is found inside these."""

_ORDER = (
    "blockquote",
    "expandable_blockquote",
    "pre",
    "code",
    "text_link",
    "text_mention",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
)


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts it: a character outside the basic plane counts two."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity covers.

    Args:
        offset: In UTF-16 units, from 0.
        length: In UTF-16 units.
    """
    units = text.encode("utf-16-le", errors="surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", errors="surrogatepass")


def found_entities(text: str, taken: Iterable[Entity] = ()) -> list[Entity]:
    """What Telegram marks in a text without being asked, in order.

    Args:
        text: As shown.
        taken: Entities that are there already; nothing is found where one of them is code or a link.
    """
    if not _SIGNS.search(text):
        return []
    closed = [(entity["offset"], entity["offset"] + entity["length"]) for entity in taken if entity["type"] in _OPAQUE]
    found: list[Entity] = []
    plain = text.isascii()
    for match in _FOUND.finditer(text):
        kind = str(match.lastgroup)
        words = match[0].rstrip(_TRAILING) if kind == "url" else match[0]
        offset = match.start() if plain else utf16_length(text[: match.start()])
        length = utf16_length(words)
        if not any(offset < end and start < offset + length for start, end in closed):
            found.append({"type": kind, "offset": offset, "length": length})
    return found


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """By place, the longer first, as the Bot API lists them."""
    order = {name: place for place, name in enumerate(_ORDER)}
    return sorted(
        entities, key=lambda entity: (entity["offset"], -entity["length"], order.get(entity["type"], len(order)))
    )


def clipped(entities: Iterable[Entity], start: int, end: int) -> list[Entity]:
    """The entities of a part of a text, moved to where the part starts; those outside are left out.

    Args:
        start: Where the part starts, in UTF-16 units.
        end: Where it ends.
    """
    kept = []
    for entity in entities:
        first = max(entity["offset"], start)
        last = min(entity["offset"] + entity["length"], end)
        if first < last:
            kept.append(entity | {"offset": first - start, "length": last - first})
    return kept


def commands_in(text: str, entities: Sequence[Entity]) -> list[str]:
    """The commands in a text, with “/” and “@name” as written."""
    return _shown(text, entities, "bot_command")


def mentions_in(text: str, entities: Sequence[Entity]) -> list[str]:
    """The names in a text, with “@”."""
    return _shown(text, entities, "mention")


def _shown(text: str, entities: Sequence[Entity], kind: str) -> list[str]:
    return [utf16_slice(text, entity["offset"], entity["length"]) for entity in entities if entity.get("type") == kind]
