"""Text as Telegram counts, formats and splits it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

MESSAGE_LIMIT = 4096
"""UTF-16 units of visible text that one message holds."""

_TOKEN = re.compile(
    r"<(?P<close>/)?(?P<tag>[a-z-]+)(?P<attributes>[^<>]*)>|&(?:[a-z]+|#\d+|#x[0-9a-fA-F]+);|.", re.DOTALL
)
# A piece may end after these; the earlier kinds read better.
_ENDS = ("\n", "。!?\uff01\uff1f…", ";\uff1b", ",\uff0c、 ")
_CLOSERS = "”’」』》)\uff09】\"'"


def escape(text: str) -> str:
    """Text that shows as itself inside HTML; every text that is not our own wording goes through here."""
    return html.escape(text, quote=False)


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts: an emoji outside the basic plane counts two."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def plain_text(markup: str) -> str:
    """What a person sees of the markup, without formatting."""
    return "".join(token.shown for token in _tokens(markup))


@dataclass(frozen=True, slots=True)
class _Token:
    """A tag (`shown` empty) or one visible character, as written and as shown."""

    written: str
    shown: str
    tag: str = ""
    closes: bool = False


def _tokens(markup: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(markup):
        if found["tag"]:
            yield _Token(found[0], "", found["tag"], found["close"] is not None)
        else:
            yield _Token(found[0], html.unescape(found[0]))


def split_html(markup: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Cut markup into pieces that each stand alone as a message.

    Cuts at the end of a line, else of a sentence, else of a phrase, never inside a tag, an entity or a character, and closes and reopens
    the formatting around the cut. White space at a cut is dropped. Pieces without visible text are left out.

    Args:
        markup: Well-formed: every tag is closed, in order.
        limit: UTF-16 units of visible text, from 2.

    Returns:
        The pieces, in order; joined, they show the text of the markup but for white space at the cuts.
    """
    tokens = list(_tokens(markup))
    pieces: list[str] = []
    opened: list[_Token] = []  # formatting in force where the piece starts
    start = 0
    while start < len(tokens):
        end = _cut(tokens, start, limit)
        inside = list(opened)
        for token in tokens[start:end]:
            if token.tag and token.closes:
                inside.pop()
            elif token.tag:
                inside.append(token)
        body = "".join(token.written for token in tokens[start:end])
        piece = (
            "".join(token.written for token in opened) + body + "".join(f"</{token.tag}>" for token in reversed(inside))
        )
        if plain_text(piece).strip():
            pieces.append(_trim(piece))
        opened, start = inside, end
    return pieces


def _cut(tokens: list[_Token], start: int, limit: int) -> int:
    """The index behind the last token of a piece that starts at `start`."""
    length, end = 0, start
    while end < len(tokens):
        length += utf16_length(tokens[end].shown)
        if length > limit:
            break
        end += 1
    if end == len(tokens):
        return end
    for ends in _ENDS:
        # Not in the first half: a short line at the head of a long paragraph would make a very short message.
        for candidate in range(end, start + (end - start) // 2, -1):
            if tokens[candidate - 1].shown and tokens[candidate - 1].shown in ends:
                position = candidate
                while position < end and tokens[position].shown and tokens[position].shown in _CLOSERS:
                    position += 1
                while position < end and tokens[position].closes:
                    position += 1
                return position
    return max(end, start + 1)


def _trim(piece: str) -> str:
    """Without white space at either end of what is shown, tags left in place."""
    piece = re.sub(r"^((?:<[^<>]*>)*)\s+", r"\1", piece)
    return re.sub(r"\s+((?:<[^<>]*>)*)$", r"\1", piece)
