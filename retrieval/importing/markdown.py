"""Writing the knowledge format, so that the loader reads back what was meant."""

import re
from collections.abc import Iterable

# What YAML allows nowhere, not even in quotes.
_UNPRINTABLE = re.compile("[^\t\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = re.compile("[\u3400-\u9fffA-Za-z0-9(（《“][^#:：'\"]*")
_PLAIN_ITEM = re.compile("[\u3400-\u9fffA-Za-z0-9#()“”《》（）-]+")
_OURS = {"问法", "考一考", "说明"}


def front_matter(values: Iterable[tuple[str, str | tuple[str, ...]]]) -> str:
    """The block at the head of a file; what is empty is left out."""
    lines = ["---"]
    for name, value in values:
        if isinstance(value, str):
            if value.strip():
                lines.append(f"{name}: {_scalar(value)}")
        elif value:
            lines.append(f"{name}: [{', '.join(map(_item, value))}]")
    return "\n".join([*lines, "---"]) + "\n"


def _scalar(text: str) -> str:
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return text if _PLAIN.fullmatch(text) else _quoted(text)


def _item(text: str) -> str:
    text = " ".join(_UNPRINTABLE.sub("", text).split())
    return text if _PLAIN_ITEM.fullmatch(text) and not text.startswith("#") else _quoted(text)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def heading(level: int, text: str) -> str:
    """A heading's line."""
    return f"{'#' * level} {' '.join(text.split()).rstrip('#').strip()}"


def paragraphs(texts: Iterable[str]) -> str:
    """Paragraphs with a blank line between them. A line that would be read as more than text is set in by a blank."""
    written = []
    for text in texts:
        line = text.replace("\t", "　").strip()
        if line.startswith(("#", "＃")) or line in _OURS:
            line = f" {line}"
        if line.strip():
            written.append(line)
    return "\n\n".join(written)
