"""Text files, in the encodings that offices save them in."""

import codecs
import re

from retrieval.importing.files.errors import ImportingError
from retrieval.importing.files.source import MAX_PARAGRAPHS, Form, SourceLine, SourceText

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_LINE_END = re.compile("\r\n|\r|\n|\u2028|\u2029|\x85")


def read_plain(name: str, data: bytes) -> SourceText:
    """Read a text file: UTF-8, UTF-16 with a mark, GB18030 or Big5.

    A form feed ends a page.

    Raises:
        ImportingError: Where it is no text, or has too many lines.
    """
    text, encoding = _decoded(name, data)
    if _BINARY.search(text):
        raise ImportingError(f"“{name}”不是文字文件：请另存为 .docx 或 .txt 再发")
    written = _LINE_END.split(text)
    if len(written) > MAX_PARAGRAPHS:
        raise ImportingError(f"“{name}”有 {len(written)} 行，最多 {MAX_PARAGRAPHS} 行：请分成几个文件")
    lines: list[SourceLine] = []
    page = 1 if "\f" in text else 0
    for number, line in enumerate(written, 1):
        begun = len(line) - len(line.lstrip("\f"))
        page += begun
        lines.append(SourceLine(line.strip("\f").replace("\f", " "), f"第 {number} 行", page))
        page += line.count("\f") - begun
    remarks = ("文件是繁体中文的编码（Big5），按 Big5 读的，请核对",) if encoding == "big5" else ()
    return SourceText(name, Form.TEXT, tuple(lines), (), remarks)


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    """The text, and the encoding in which it is written."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    read: dict[str, str] = {}
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030", "big5"]:
        try:
            read[encoding] = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf"):
            return read[encoding], encoding
    if not read:
        raise ImportingError(f"“{name}”里有读不出来的字：请用记事本打开，另存为，编码选 UTF-8")
    # Bytes of Big5 mostly make characters in GB18030 too, but rare ones.
    best = max(read, key=lambda encoding: (_usual(read[encoding], encoding), encoding == "gb18030"))
    return read[best], best


def _usual(text: str, encoding: str) -> float:
    """The share of a text's Chinese characters that are among the usual half of an encoding's, 0 to 1."""
    codes = [letter.encode(encoding) for letter in text if "\u4e00" <= letter <= "\u9fff"]
    first, last = (0xB0, 0xD7) if encoding == "gb18030" else (0xA4, 0xC6)
    return sum(len(code) == 2 and first <= code[0] <= last for code in codes) / len(codes) if codes else 0.0
