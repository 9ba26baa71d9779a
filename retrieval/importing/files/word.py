"""Word documents."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docx import Document
from docx.opc.exceptions import OpcError

from retrieval.content.format import section_names
from retrieval.importing.files.containers import check_office_file
from retrieval.importing.files.embedded import archive_paragraphs, html_paragraphs
from retrieval.importing.files.errors import ImportingError, saying
from retrieval.importing.files.formulas import M, formula_text
from retrieval.importing.files.numbering import Numbering, W, read_numbering
from retrieval.importing.files.plain import read_plain
from retrieval.importing.files.source import MAX_PARAGRAPHS, Form, LeftOut, SourceLine, SourceText
from retrieval.importing.files.symbols import UNREADABLE, symbol
from retrieval.importing.headings.articles import HAN, spread_closed

# Word draws a text box twice, once for programs that don't know the newer way.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PASSED_OVER = {_FALLBACK, *(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "rt"))}
_UNSEEN = {"vanish": "隐藏的文字", "strike": "划掉的文字", "dstrike": "划掉的文字"}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# 事件⏎简述: a name that was too wide for its column, or was written downwards; 是⏎否 are two words.
_NARROW = re.compile(f"(?=(?:\n?[{HAN}]){{4}})[{HAN}]{{1,4}}(?:\n[{HAN}]{{1,4}}){{1,5}}")
_DECLARED_CHUNK = re.compile(rb'<(?:Default|Override)\b[^>]*(?:Extension|PartName)="[^">]*docx"[^>]*>', re.IGNORECASE)
_CONTENT_TYPE = re.compile(rb'ContentType="[^"]*"')
_PICTURES = (
    "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic",
    "{urn:schemas-microsoft-com:vml}imagedata",
)


def read_word(name: str, data: bytes) -> SourceText:
    """Read a .docx: paragraphs, tables and text boxes in their order, with the numbers that Word adds by itself.

    Tracked changes are read as accepted. A table's row is one line, its cells parted by tabs, what is merged downwards
    repeated. What is hidden or struck through is left out and named.

    Raises:
        ImportingError: Where it can't be opened, has no text, or too many paragraphs.
    """
    parts = check_office_file(name, data)
    if "word/document.xml" not in parts and any(part.startswith(("xl/", "ppt/")) for part in parts):
        raise ImportingError(f"“{name}”不是 Word 文档：请用 Word 或 WPS 打开，另存为 .docx")
    # python-docx raises whatever a malformed part leads it to; lxml's XMLSyntaxError is a SyntaxError.
    faults = (zipfile.BadZipFile, OpcError, KeyError, ValueError, AttributeError, TypeError, SyntaxError, OSError)
    with saying(f"“{name}”已经损坏，打不开：请用 Word 或 WPS 另存为一份新的 .docx", *faults):
        document = Document(io.BytesIO(_with_plain_chunks(data, parts)))
        body: Any = document.element.body
        related = {relation.reltype.rpartition("/")[2]: relation for relation in document.part.rels.values()}
        roots = {
            kind: getattr(related[kind].target_part, "element", None) if kind in related else None
            for kind in ("numbering", "styles")
        }
        walk = _Walk(name, read_numbering(roots["numbering"], roots["styles"]), document.part)
        walk.blocks(body)
        left_out = (*walk.left_out, *_beside(document.part))
    pictures = sum(1 for tag in _PICTURES for _ in body.iter(tag))
    if not any(line.text.strip() for line in walk.lines):
        if pictures:
            raise ImportingError(f"“{name}”里只有图片，没有文字：请先识别成文字（OCR）再发")
        raise ImportingError(f"“{name}”是空的，里面没有文字：请检查是不是发错了文件")
    remarks = list(walk.remarks)
    if pictures:
        remarks.append(f"文档里有 {pictures} 张图片，图片里的字没有读")
    if unreadable := sum(line.text.count(UNREADABLE) for line in walk.lines):
        remarks.append(f"有 {unreadable} 个符号认不出来，写成了“{UNREADABLE}”，请对照原文")
    if any(next(body.iter(tag), None) is not None for tag in (f"{W}ins", f"{W}del")):
        remarks.append("文档里有修订痕迹，是按“接受全部修订”读的")
    return SourceText(name, Form.WORD, tuple(walk.lines), left_out, tuple(remarks))


def _with_plain_chunks(data: bytes, parts: frozenset[str]) -> bytes:
    """The file, with Word files inside it declared as mere bytes: python-docx would read them as if they were its own XML."""
    if not any(part.lower().endswith(".docx") for part in parts):
        return data
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "[Content_Types].xml":
                content = _DECLARED_CHUNK.sub(
                    lambda found: _CONTENT_TYPE.sub(rb'ContentType="application/zip"', found[0]), content
                )
            new.writestr(entry.filename, content)
    return stream.getvalue()


@dataclass(slots=True)
class _Walk:
    """Goes through a document from its beginning to its end."""

    name: str
    numbering: Numbering
    part: Any
    lines: list[SourceLine] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
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
            elif element.tag == f"{W}altChunk":
                self.embedded(element)
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
        unseen: list[tuple[str, str]] = []
        text = "".join(_texts(element, unseen))
        if unseen:
            reasons = dict.fromkeys(why for why, _ in unseen)
            self.left_out += [
                LeftOut(len(self.lines) + 1, "".join(piece for why, piece in unseen if why == reason), reason)
                for reason in reasons
            ]
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
        above: dict[int, str] = {}
        for number, row in enumerate(rows, 1):
            cells: list[str] = []
            for cell in row:
                if _goes_on_downwards(cell):
                    cells += [above.get(len(cells), "")] * _width(cell)
                    continue
                text = self.cell(cell)
                above |= dict.fromkeys(range(len(cells), len(cells) + _width(cell)), text)
                cells += [text, *[""] * (_width(cell) - 1)]
            if any(cells):
                last = max(place for place, text in enumerate(cells) if text)
                row_cells = (*map(_closed, cells[:last]), cells[last])
                self.add(
                    " ".join("\t".join(row_cells).split("\n")),
                    f"第 {self.paragraphs} 段（表格第 {number} 行）",
                    row_cells,
                )

    def cell(self, element: Any) -> str:
        """A cell's paragraphs, one a line."""
        written = (self.paragraph(paragraph).strip().replace("\t", " ") for paragraph in element.iter(f"{W}p"))
        return "\n".join(filter(None, written))

    def embedded(self, element: Any) -> None:
        """A document inside the document: read where it is a web page, text or Word; else named."""
        relation = self.part.rels.get(element.get(_RELATION, ""))
        target = relation.target_part if relation is not None and not relation.is_external else None
        texts = _embedded_texts(target) if target is not None else None
        if texts is None:
            self.remarks.append(f"第 {self.paragraphs} 段后面嵌着一份别的文档，没有读：请把它的内容复制到正文里")
            return
        for text in texts:
            self.paragraphs += 1
            self.add(text, f"第 {self.paragraphs} 段（嵌入的文档）")


def _embedded_texts(target: Any) -> list[str] | None:
    """The paragraphs of an embedded document; None where it is of no kind that is read."""
    kind, path = target.content_type.lower(), str(target.partname).lower()
    if kind in {"message/rfc822", "multipart/related"} or path.endswith((".mht", ".mhtml", ".eml")):
        return archive_paragraphs(target.blob)
    if "html" in kind or path.endswith((".html", ".htm", ".xhtml")):
        return html_paragraphs(target.blob)
    if kind == "text/plain" or path.endswith(".txt"):
        return [line.text for line in read_plain(path, target.blob).lines]
    if "wordprocessingml" in kind or path.endswith(".docx"):
        return [line.text for line in read_word(path, target.blob).lines]
    return None


def _goes_on_downwards(cell: Any) -> bool:
    """Whether a cell is the lower part of one that is merged downwards."""
    merged = cell.find(f"{W}tcPr/{W}vMerge")
    return merged is not None and merged.get(f"{W}val", "continue") == "continue"


def _width(cell: Any) -> int:
    """Over how many columns a cell goes, at least 1."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    written = str(span.get(f"{W}val", "1")) if span is not None else "1"
    return min(max(int(written), 1), 64) if written.isdecimal() else 1


def _closed(cell: str) -> str:
    """A cell whose name was broken or spread over its width, in one piece."""
    closed = re.sub(r"\s", "", cell)
    if closed in section_names() or _NARROW.fullmatch(cell):
        return closed
    return cell if "\n" in cell else spread_closed(cell)


_PIECES: dict[str, Callable[[Any], str]] = {
    f"{W}t": lambda element: (element.text or "").replace("\n", " "),
    f"{W}br": lambda _: "\n",
    f"{W}cr": lambda _: "\n",
    f"{W}tab": lambda _: "\t",
    f"{W}ptab": lambda _: "\t",
    f"{W}noBreakHyphen": lambda _: "-",
    f"{W}sym": lambda element: symbol(element.get(f"{W}font", ""), element.get(f"{W}char", "")),
    f"{M}oMath": formula_text,
    f"{M}oMathPara": formula_text,
}


def _texts(element: Any, unseen: list[tuple[str, str]]) -> Iterator[str]:
    """The text below an element, piece by piece; `unseen` gets why and what is hidden or struck through."""
    for child in element:
        if child.tag in _PASSED_OVER or child.tag == f"{W}txbxContent":
            continue
        write = _PIECES.get(child.tag)
        if write is not None:
            yield write(child)
        elif child.tag == f"{W}r" and (why := _why_unseen(child)):
            piece = "".join(_texts(child, []))
            if piece.strip():
                unseen.append((why, piece))
        else:
            yield from _texts(child, unseen)


def _why_unseen(run: Any) -> str:
    """Why a run is no part of the text; empty where it is one."""
    properties = run.find(f"{W}rPr")
    if properties is None:
        return ""
    for name, why in _UNSEEN.items():
        mark = properties.find(f"{W}{name}")
        if mark is not None and mark.get(f"{W}val", "1") not in {"0", "false", "off"}:
            return why
    return ""


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
            text = "".join(_texts(paragraph, [])).strip()
            if text and (kind, text) not in seen:
                seen.add((kind, text))
                yield LeftOut(0, text, kind)


def _parsed(blob: bytes) -> Any:
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - only for the rare document with notes

    return parse_xml(blob)
