"""Word documents."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import OpcError

from retrieval.content.format import section_names
from retrieval.importing.files.containers import check_office_file
from retrieval.importing.files.errors import ImportingError, saying
from retrieval.importing.files.numbering import Numbering, W, read_numbering
from retrieval.importing.files.source import MAX_PARAGRAPHS, Form, LeftOut, SourceLine, SourceText
from retrieval.importing.headings.articles import HAN, spread_closed

# Word draws a text box twice, once for programs that don't know the newer way.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PASSED_OVER = {_FALLBACK, *(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr"))}
# 事件⏎简述: a name that was too wide for its column, or was written downwards; 是⏎否 are two words.
_NARROW = re.compile(f"(?=(?:\n?[{HAN}]){{4}})[{HAN}]{{1,4}}(?:\n[{HAN}]{{1,4}}){{1,5}}")
_BREAKS = {f"{W}br", f"{W}cr"}
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)


def read_word(name: str, data: bytes) -> SourceText:
    """Read a .docx: paragraphs, tables and text boxes in their order, with the numbers that Word adds by itself.

    Tracked changes are read as accepted. A table's row is one line, its cells parted by tabs.

    Raises:
        ImportingError: Where it can't be opened, has no text, or too many paragraphs.
    """
    parts = check_office_file(name, data)
    if "word/document.xml" not in parts and any(part.startswith(("xl/", "ppt/")) for part in parts):
        raise ImportingError(f"“{name}”不是 Word 文档：请用 Word 或 WPS 打开，另存为 .docx")
    # python-docx raises whatever a malformed part leads it to; lxml's XMLSyntaxError is a SyntaxError.
    faults = (BadZipFile, OpcError, KeyError, ValueError, AttributeError, TypeError, SyntaxError, OSError)
    with saying(f"“{name}”已经损坏，打不开：请用 Word 或 WPS 另存为一份新的 .docx", *faults):
        document = Document(io.BytesIO(data))
        body: Any = document.element.body
        related = {relation.reltype.rpartition("/")[2]: relation for relation in document.part.rels.values()}
        roots = {
            kind: getattr(related[kind].target_part, "element", None) if kind in related else None
            for kind in ("numbering", "styles")
        }
        walk = _Walk(name, read_numbering(roots["numbering"], roots["styles"]))
        walk.blocks(body)
        left_out = tuple(_beside(document.part))
    pictures = sum(1 for tag in _PICTURES for _ in body.iter(tag))
    if not any(line.text.strip() for line in walk.lines):
        if pictures:
            raise ImportingError(f"“{name}”里只有图片，没有文字：请先识别成文字（OCR）再发")
        raise ImportingError(f"“{name}”是空的，里面没有文字：请检查是不是发错了文件")
    remarks = []
    if pictures:
        remarks.append(f"文档里有 {pictures} 张图片，图片里的字没有读")
    if any(next(body.iter(tag), None) is not None for tag in (f"{W}ins", f"{W}del")):
        remarks.append("文档里有修订痕迹，是按“接受全部修订”读的")
    return SourceText(name, Form.WORD, tuple(walk.lines), left_out, tuple(remarks))


@dataclass(slots=True)
class _Walk:
    """Goes through a document from its beginning to its end."""

    name: str
    numbering: Numbering
    lines: list[SourceLine] = field(default_factory=list)
    paragraphs: int = 0

    def blocks(self, container: Any) -> None:
        """Paragraphs and tables, also inside content controls and the like."""
        for element in container:
            if element.tag == f"{W}p":
                self.paragraphs += 1
                self.add(self.paragraph(element), f"第 {self.paragraphs} 段")
                for box in _boxes(element):
                    self.blocks(box)
            elif element.tag == f"{W}tbl":
                self.table(element)
            elif element.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag"}:
                self.blocks(element)

    def add(self, text: str, place: str, cells: tuple[str, ...] = ()) -> None:
        """Add a paragraph; a break inside it makes two lines, at the same place."""
        for line in [text] if cells else text.split("\n"):
            self.lines.append(SourceLine(line, place, 0, cells))
        if len(self.lines) > MAX_PARAGRAPHS:
            raise ImportingError(f"“{self.name}”超过 {MAX_PARAGRAPHS} 段：请分成几个文件")

    def paragraph(self, element: Any) -> str:
        """A paragraph's text with its automatic number."""
        text = "".join(_texts(element))
        if not text.strip():
            return ""
        label = self.numbering.label(element)
        if not label:
            return text
        return f"{label}{' ' if label[-1].isalnum() else ''}{text.lstrip()}"

    def table(self, element: Any) -> None:
        """A table, row by row; a table that is only a frame around text is read as text."""
        rows = [list(_cells(row)) for row in element.iter(f"{W}tr") if _table_of(row) is element]
        if all(len(row) <= 1 for row in rows):
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        self.paragraphs += 1
        for number, row in enumerate(rows, 1):
            cells = tuple(
                "\n".join(
                    filter(
                        None, (self.paragraph(paragraph).strip().replace("\t", " ") for paragraph in cell.iter(f"{W}p"))
                    )
                )
                for cell in row
            )
            if any(cells):
                cells = (*map(_closed, cells[:-1]), cells[-1])
                text = " ".join("\t".join(cells).split("\n"))
                self.add(text, f"第 {self.paragraphs} 段（表格第 {number} 行）", cells)


def _closed(cell: str) -> str:
    """A cell whose name was broken or spread over its width, in one piece."""
    closed = re.sub(r"\s", "", cell)
    if closed in section_names() or _NARROW.fullmatch(cell):
        return closed
    return cell if "\n" in cell else spread_closed(cell)


def _texts(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _PASSED_OVER or child.tag == f"{W}txbxContent":
            continue
        if child.tag == f"{W}t":
            yield (child.text or "").replace("\n", " ")
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == f"{W}tab":
            yield "\t"
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        else:
            yield from _texts(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, outermost only."""
    for child in paragraph:
        if child.tag in _PASSED_OVER:
            continue
        if child.tag == f"{W}txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"}:
            yield from _cells(child)


def _table_of(row: Any) -> Any:
    return next((parent for parent in row.iterancestors() if parent.tag == f"{W}tbl"), None)


def _beside(part: Any) -> Iterator[LeftOut]:
    """Headers, footers and notes: kept for the record, not for the text."""
    kinds = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
    seen: set[tuple[str, str]] = set()
    for relation in part.rels.values():
        kind = kinds.get(relation.reltype.rpartition("/")[2])
        if kind is None or relation.is_external:
            continue
        target = relation.target_part
        root = getattr(target, "element", None)
        if root is None:
            root = _parsed(target.blob)
        for paragraph in root.iter(f"{W}p"):
            text = "".join(_texts(paragraph)).strip()
            if text and (kind, text) not in seen:
                seen.add((kind, text))
                yield LeftOut(0, text, kind)


def _parsed(blob: bytes) -> Any:
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - only for the rare document with notes

    return parse_xml(blob)
