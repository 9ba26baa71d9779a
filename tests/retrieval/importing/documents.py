"""Documents as offices send them, made in memory."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from docx import Document
from openpyxl import Workbook
from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from retrieval.importing import Draft, Form, SourceLine, SourceText

_LINES_A_PAGE = 45

CASES = (
    "某县供电公司服务案例汇编",
    "案例一 换表不留条 客户以为表被偷",
    "【事件过程】",
    "装表工小周给客户换智能电能表，客户张某不在家，小周换完就走，没有留换表告知单。张某回家见旧表没了，以为电表被偷，报了警。",
    "【违规条款】",
    "违反《供电营业规则》第六十七条和《供电营业规则》第九百条。",
    "【案例点评】",
    "换表必须留下告知单，写明旧表止度，请客户核对签字。",
    "案例二 充电桩报装跑了三趟",
    "【事件过程】",
    "客户李某申请安装充电桩，营业厅没有一次告知所需材料，李某往返三趟。",
    "【案例点评】",
    "受理充电桩报装要一次性告知，缺什么材料写在单子上。",
    "案例三 抢修车压坏晒谷场",
    "【事件过程】",
    "抢修队夜间抢修，把车停在农户的晒谷场上，压坏了稻谷，没有说明就离开。",
    "【案例点评】",
    "占用农户场地要先商量，压坏了当场登记赔偿。",
)
"""Three cases as an office has them; the first cites one clause that the shipped knowledge holds and one that it doesn't."""
QUESTION = "换了电表没留告知单，客户以为电表被偷了"
TITLE = "换表不留条 客户以为表被偷"


def squeezed(text: str) -> str:
    """A text without white space."""
    return re.sub(r"\s", "", text)


def han(text: str) -> Counter[str]:
    """How often each Chinese character occurs."""
    return Counter(re.findall("[\u3400-\u4dbf\u4e00-\u9fff]", text))


def source(text: str, name: str = "稿.txt") -> SourceText:
    """A text as it comes from a file of lines."""
    lines = tuple(SourceLine(line, f"第 {number} 行") for number, line in enumerate(text.split("\n"), 1))
    return SourceText(name, Form.TEXT, lines)


def word(paragraphs: Iterable[str]) -> bytes:
    """A .docx of paragraphs."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: object) -> bytes:
    """A document's bytes."""
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined] # Word and Excel have the method, and no class in common
    return stream.getvalue()


def sheet(*rows: Sequence[object]) -> bytes:
    """An .xlsx of rows."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = "题库"
    for row in rows:
        page.append(list(row))
    return saved(book)


def wrapped(paragraphs: Iterable[str], width: int, *, indent: str = "") -> list[str]:
    """Lines of a width in half-widths, as a printer breaks them: a mark never begins a line."""
    lines: list[str] = []
    for paragraph in paragraphs:
        line, filled = "", 0
        for letter in indent + paragraph:
            needed = 1 if ord(letter) < 128 else 2
            if filled + needed > width and letter not in "，。；：、！？”）":
                lines.append(line)
                line, filled = "", 0
            line += letter
            filled += needed
        lines.append(line)
    return lines


def pdf(lines: Sequence[str], *, header: str = "", numbers: bool = False, indents: bool = False) -> bytes:
    """A PDF of lines as they are; with `indents` two leading ideographic blanks become a place further right."""
    writer = PdfWriter()
    font = writer._add_object(_font(writer))
    for number, start in enumerate(range(0, len(lines), _LINES_A_PAGE), 1):
        written = [(0.1, header)] if header else []
        for line in lines[start : start + _LINES_A_PAGE]:
            set_in = indents and line.startswith("\u3000\u3000")
            written.append((0.1 + (22 / 595 if set_in else 0), line[2:] if set_in else line))
        if numbers:
            written.append((0.5, f"- {number} -"))
        page = PageObject.create_blank_page(writer, 595, 842)
        page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F1=font))
        page[NameObject("/Contents")] = writer._add_object(
            _stream(
                "".join(
                    f"BT /F1 11 Tf {left * 595:.2f} {(0.96 - place * 0.0195) * 842:.2f} Td <{_code(text)}> Tj ET\n"
                    for place, (left, text) in enumerate(written)
                )
            )
        )
        writer.add_page(page)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _code(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _font(writer: PdfWriter) -> DictionaryObject:
    """A font that says which character each code stands for, as those do that Word writes; its shapes are missing."""
    meanings = "\n".join(f"<{high:02x}00> <{high:02x}ff> <{high:02x}00>" for high in range(256))
    characters = (
        "/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"256 beginbfrange\n{meanings}\nendbfrange\nendcmap end"
    )
    registry = _dictionary(
        Registry=TextStringObject("Adobe"), Ordering=TextStringObject("Identity"), Supplement=NumberObject(0)
    )
    shapes = _dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/CIDFontType0"),
        BaseFont=NameObject("/Song"),
        CIDSystemInfo=registry,
        DW=NumberObject(1000),
    )
    return _dictionary(
        Type=NameObject("/Font"),
        Subtype=NameObject("/Type0"),
        BaseFont=NameObject("/Song"),
        Encoding=NameObject("/Identity-H"),
        DescendantFonts=ArrayObject([writer._add_object(shapes)]),
        ToUnicode=writer._add_object(_stream(characters)),
    )


def _dictionary(**entries: PdfObject) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): entry for name, entry in entries.items()})


def _stream(text: str) -> StreamObject:
    stream = StreamObject()
    stream.set_data(text.encode())
    return stream.flate_encode()


@cache
def blank_pdf(pages: int) -> bytes:
    """A PDF of pages without text, as a scanner makes them."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    """A .zip of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def with_part(office_file: bytes, name: str, content: bytes) -> bytes:
    """An office file with one part more, or another."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office_file)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, content)
    return stream.getvalue()


def accounted(draft: Draft) -> Counter[str]:
    """Every Chinese character that a draft holds, that was taken out as noise, or that was left out and listed."""
    found: Counter[str] = Counter()
    for file in draft.files:
        found += han(file.text)
    for part in draft.left_out:
        found += han(part.text)
    for change in draft.changes:
        found += han(change.before) - han(change.after)
    return found
