"""PDF files that hold text."""

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from retrieval.importing.files.errors import ImportingError, saying
from retrieval.importing.files.source import MAX_PAGES, MAX_PARAGRAPHS, Form, SourceLine, SourceText

_INDENT = "\u3000\u3000"
_EMS = 1.2
"""How far a line must be set in, in widths of its letters, to count as indented; Chinese print indents by two."""

_GARBLED = re.compile("[\ufffd\ue000-\uf8ff]|\\(cid:\\d+\\)")
_MUCH_GARBLED = 0.2


def read_pdf(name: str, data: bytes) -> SourceText:
    """Read a PDF's text, line by line as it is printed; an indented line keeps two ideographic blanks.

    Raises:
        ImportingError: For a password, damage, more than 500 pages, and pages that are only pictures.
    """
    # pypdf raises whatever a malformed object leads it to.
    faults = (
        *(PyPdfError, ValueError, TypeError, LookupError, AttributeError, OSError, RuntimeError),
        *(ArithmeticError, AssertionError, zlib.error, struct.error),
    )
    with (
        saying(f"“{name}”已经损坏，打不开：请重新保存或重新发送一份", *faults),
        saying(f"“{name}”有密码保护：请去掉密码再发", DependencyError),
    ):
        lines, empty = _read_pages(name, PdfReader(io.BytesIO(data), strict=False))
    text = "".join(line.text for line in lines)
    if not text.strip():
        raise ImportingError(f"“{name}”是扫描件，里面只有图片没有文字：请先识别成文字（OCR）再发")
    if sum(len(found) for found in _GARBLED.findall(text)) > _MUCH_GARBLED * len(text):
        raise ImportingError(f"“{name}”里的字读出来是乱码：请用 Word 或 WPS 转成 .docx 再发")
    remarks = [f"第 {'、'.join(map(str, empty))} 页没有文字，像是图片，没有读"] if empty else []
    if _GARBLED.search(text):
        remarks.append("有个别的字读不出来，请对照原文")
    return SourceText(name, Form.PDF, tuple(lines), (), tuple(remarks))


def _read_pages(name: str, reader: PdfReader) -> tuple[list[SourceLine], list[int]]:
    """The lines of all pages, and the numbers of the pages without text."""
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise ImportingError(f"“{name}”有密码：请去掉密码再发")
    count = len(reader.pages)
    if count > MAX_PAGES:
        raise ImportingError(f"“{name}”有 {count} 页，最多 {MAX_PAGES} 页：请分成几个文件")
    lines: list[SourceLine] = []
    empty: list[int] = []
    for number, page in enumerate(reader.pages, 1):
        written = list(_lines(page))
        if not any(map(str.strip, written)):
            empty.append(number)
        lines += [SourceLine(line, f"第 {number} 页第 {place} 行", number) for place, line in enumerate(written, 1)]
        if len(lines) > MAX_PARAGRAPHS:
            raise ImportingError(f"“{name}”超过 {MAX_PARAGRAPHS} 行：请分成几个文件")
    return lines, empty


def _lines(page: Any) -> Iterator[str]:
    """The lines of a page. Where they start decides on their indent, which the text alone doesn't show."""
    starts: list[tuple[float, float]] = []
    fresh = True

    def visit(text: str, outer: list[float], inner: list[float], _font: object, size: float) -> None:
        nonlocal fresh
        for place, piece in enumerate(text.split("\n")):
            if place:
                if fresh:
                    starts.append((0.0, 0.0))
                fresh = True
            if fresh and piece.strip():
                scale = abs(inner[0] * outer[0]) or 1.0
                starts.append((inner[4] * outer[0] + inner[5] * outer[2] + outer[4], size * scale))
                fresh = False

    text = page.extract_text(visitor_text=visit) or ""
    written = text.split("\n")
    if len(starts) not in {len(written), len(written) - 1}:  # the pieces don't add up to the text: no indents, then
        yield from (line.rstrip() for line in written)
        return
    margins = Counter(round(x) for (x, size), line in zip(starts, written, strict=False) if size and len(line) > 10)
    common = [x for x, often in margins.items() if often >= max(2, sum(margins.values()) * 0.15)]
    margin = min(common, default=None)
    for place, line in enumerate(written):
        x, size = starts[place] if place < len(starts) else (0.0, 0.0)
        indented = margin is not None and size > 0 and x - margin > _EMS * size
        yield (_INDENT if indented else "") + (line.strip() if indented else line.rstrip())
