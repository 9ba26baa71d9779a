"""Files as offices save them: UTF-8 with or without a mark, UTF-16 from Notepad, GB18030 from older programs."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path, PurePath

from retrieval.errors import Problem

MAX_BYTES = 64 * 1024 * 1024
"""A larger file is refused; a rule book of 60,000 clauses takes about a fifth of it."""

# Tabs, line ends and form feeds occur in text; the others only in programs, pictures and Word files.
_NO_TEXT = "这不是文本文件。Word、PDF 要先转换成文本(.md)才能放进来"
_OFFICE = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file's text.

    Attributes:
        path: Relative to the knowledge folder.
        lines: Without their ends.
        encoding: `utf-8`, `utf-16` or `gb18030`.
    """

    path: PurePath
    lines: tuple[str, ...]
    encoding: str


def read_text_file(folder: Path, path: PurePath) -> TextFile | Problem:
    """Read a text file, whichever of the three encodings it is in.

    Args:
        folder: The knowledge folder.
        path: The file, relative to it.
    """
    try:
        size = (folder / path).stat().st_size
        if size > MAX_BYTES:
            return Problem(
                path, 1, f"文件太大({size // 1024 // 1024} MB),最多 {MAX_BYTES // 1024 // 1024} MB,请拆成几个文件"
            )
        content = (folder / path).read_bytes()
    except OSError as error:
        return Problem(path, 1, f"打不开这个文件：{error.strerror or error}")
    return parse_text_file(path, content)


def parse_text_file(path: PurePath, content: bytes) -> TextFile | Problem:
    """Read the content of a text file, whichever of the three encodings it is in.

    Args:
        path: Where it lies, for what is said of it.
        content: Its bytes.
    """
    if content.startswith(_OFFICE):
        return Problem(path, 1, _NO_TEXT)
    decoded = _decode(content)
    if isinstance(decoded, int):
        return Problem(path, decoded, "这一行有读不出来的字。请用记事本打开，另存为，编码选 UTF-8")
    text, encoding = decoded
    if found := _BINARY.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return Problem(path, line, _NO_TEXT)
    # Not splitlines: it also breaks at form feeds and other marks, and line numbers would not be the editor's.
    return TextFile(path, tuple(re.split("\r\n|\r|\n", text)), encoding)


def _decode(content: bytes) -> tuple[str, str] | int:
    """The text and its encoding, or the line on which it can't be read."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            return 1
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        # One damaged character in a UTF-8 file: GB18030 would "read" the whole file, as rubbish.
        lenient = content.decode("utf-8", errors="replace")
        if sum("\u4e00" <= character <= "\u9fff" for character in lenient) > lenient.count("\ufffd"):
            return line
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        return line
