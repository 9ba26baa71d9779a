"""Documents inside a Word document (altChunk): web pages, single-file web pages, text."""

import re
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser

_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "br",
        "table",
        "ul",
        "ol",
        "section",
        "article",
        "header",
        "footer",
        "blockquote",
        "pre",
        "dt",
        "dd",
    ]
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})


def html_paragraphs(data: bytes, charset: str = "") -> list[str]:
    """The paragraphs of a web page; cells of a table's row are parted by tabs.

    Args:
        data: The page.
        charset: As it was sent with; where empty, the page's own word, else UTF-8.
    """
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:2048])
    reader = _Paragraphs()
    reader.feed(_decoded(data, charset or (declared[1].decode("ascii") if declared else "utf-8")))
    reader.close()
    reader.end()
    return reader.paragraphs


def archive_paragraphs(data: bytes) -> list[str]:
    """The paragraphs of a single-file web page (MHT): those of its first page."""
    message = message_from_bytes(data.lstrip())
    for part in message.walk():
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes):
            continue
        if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
            return html_paragraphs(body, _charset(part))
        if part.get_content_type() == "text/plain" and not message.is_multipart():
            return _decoded(body, _charset(part) or "utf-8").splitlines()
    return []


def _charset(part: Message) -> str:
    return part.get_content_charset() or ""


def _decoded(data: bytes, charset: str) -> str:
    for encoding in (charset, "utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", errors="replace")


class _Paragraphs(HTMLParser):
    """Collects the text of a page, paragraph by paragraph."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self._pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in {"td", "th"} and "".join(self._pieces).strip():
            self._pieces.append("\t")
        elif tag in _PARAGRAPHS:
            self.end()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag in _PARAGRAPHS:
            self.end()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._pieces.append(re.sub(r"[ \t\r\n]+", " ", data))

    def end(self) -> None:
        """End a paragraph."""
        text = "".join(self._pieces).strip(" ")
        self._pieces.clear()
        if text.strip():
            self.paragraphs.append(text)
