"""Cases in tables: one row a case, its sections under the header's words; or rows of 案例一 | 事件经过 | …."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from retrieval.content.format import SectionRole, section_names
from retrieval.importing.files.source import LeftOut, SourceLine, SourceText
from retrieval.importing.headings.articles import HAN
from retrieval.importing.headings.cases import case_heading, tone
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.casebook import FoundCase, Part

_TITLE = re.compile("(?:案例|事件|案件|故事|事例|问题|投诉)?(?:名称|标题|题目|主题|题名)|案例|事件|事例")
_NUMBER = re.compile("序号|编号|案例编号|NO[.．]?|#", re.IGNORECASE)
_KIND = re.compile("(?:案例|事件)?(?:性质|正反面|好坏)")
_NAME = re.compile(f"[{HAN}、/与和及]{{2,12}}")
_LEAST_SECTIONS = 2
_TEXT_LENGTH = 8
"""A cell shorter than this is no section's text by itself."""


@dataclass(frozen=True, slots=True)
class CaseTables:
    """The cases of a document's tables, and the rows and cells that are none of their text."""

    cases: tuple[FoundCase, ...]
    left_out: tuple[LeftOut, ...]
    lines: frozenset[int]


@dataclass(slots=True)
class _Reading:
    """Goes through the rows of a document.

    Attributes:
        columns: The header's names by their places; empty where none has come yet.
    """

    title: str
    cases: list[FoundCase] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)
    columns: dict[int, str] = field(default_factory=dict)

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Take the next row."""
        header = _header(cells)
        if header:
            self.columns = header
            self.note(number, " ".join(filter(None, cells)), "表头")
        elif self.columns:
            self.add_case(number, cells)
        elif len(cells) == 3 and _is_section(cells[1]) and cells[0]:
            self.add_section(number, *cells)

    def add_case(self, number: int, cells: Sequence[str]) -> None:
        """A row below a header: a case, if it has a text."""
        named = {name: (place, cell) for place, name in self.columns.items() if (cell := _cell(cells, place))}
        title = next((cell for name, (_, cell) in named.items() if _TITLE.fullmatch(name)), "")
        label = next((cell for name, (_, cell) in named.items() if _NUMBER.fullmatch(name)), "")
        kind = next((cell for name, (_, cell) in named.items() if _KIND.fullmatch(name)), "")
        parts = [
            Part(name, number, _passages(cell, number))
            for name, (_, cell) in named.items()
            if not (_TITLE.fullmatch(name) or _NUMBER.fullmatch(name) or _KIND.fullmatch(name))
        ]
        if not any(len(part.text) >= _TEXT_LENGTH for part in parts):
            self.note(number, " ".join(filter(None, cells)), "没有案例正文的行")
            return
        rest = [cell for place, cell in enumerate(cells) if cell and place not in self.columns]
        for aside, why in ((label, "案例的编号"), (kind, "案例的性质"), (" ".join(rest), "没有表头的列")):
            if aside:
                self.note(number, aside, why)
        case = FoundCase("", len(self.cases) + 1, title, number, [], tone(kind) if kind else None, "", self.title)
        case.parts = parts
        self.cases.append(case)
        self.lines.add(number)

    def add_section(self, number: int, name: str, section: str, text: str) -> None:
        """A row of a case whose name stands in a merged cell beside its sections."""
        heading = case_heading(name)
        title = heading.rest if heading is not None else name
        label = heading.label if heading is not None else ""
        if not self.cases or (self.cases[-1].label, self.cases[-1].title) != (label, title):
            self.cases.append(FoundCase(label, len(self.cases) + 1, title, number, [], None, "", self.title))
        self.cases[-1].parts.append(Part(section, number, _passages(text, number)))
        self.lines.add(number)

    def note(self, number: int, text: str, why: str) -> None:
        """Something of a row that goes into no case."""
        self.left_out.append(LeftOut(number, text, why))
        self.lines.add(number)


def read_case_tables(source: SourceText) -> CaseTables | None:
    """The cases of a document whose cases are rows of tables; None where there are none."""
    title = next((line.text.strip() for line in source.lines if line.text.strip() and not line.cells), source.stem)
    reading = _Reading(title)
    sheet = ""
    for number, line in enumerate(source.lines, 1):
        if not line.cells:
            continue
        if _table(line) != sheet:
            sheet, reading.columns = _table(line), {}
        reading.add(number, [cell.strip() for cell in line.cells])
    if not reading.cases:
        return None
    for number, line in enumerate(source.lines, 1):
        if line.text.strip() and number not in reading.lines:
            reading.left_out.append(LeftOut(number, line.text.strip(), "表格以外的文字"))
    left_out = tuple(sorted(reading.left_out, key=lambda part: part.line))
    return CaseTables(tuple(reading.cases), left_out, frozenset(reading.lines))


def _table(line: SourceLine) -> str:
    """Which table a row belongs to: 工作表“案例”, 第 3 段."""
    return re.split("第 [0-9]+ 行|（表格", line.place)[0]


def _header(cells: Sequence[str]) -> dict[int, str]:
    """The names of a header's columns by their places; empty for what is no header of a table of cases."""
    names = {place: re.sub(r"[\s*]|[（(].*$", "", cell) for place, cell in enumerate(cells)}
    names = {place: name for place, name in names.items() if name}
    if not names or not all(_NAME.fullmatch(name) or _NUMBER.fullmatch(name) for name in names.values()):
        return {}
    sections = sum(1 for name in names.values() if _is_section(name))
    titled = any(_TITLE.fullmatch(name) for name in names.values())
    told = set(names.values()) & set(section_names(SectionRole.COURSE, SectionRole.SERVICE, SectionRole.SUMMARY))
    return names if sections >= _LEAST_SECTIONS and (titled or told) else {}


def _is_section(name: str) -> bool:
    return re.sub(r"\s", "", name) in section_names()


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _passages(cell: str, number: int) -> list[Passage]:
    return list(_lines(cell, number))


def _lines(cell: str, number: int) -> Iterator[Passage]:
    for line in cell.split("\n"):
        if line.strip():
            yield Passage(line.strip(), ((0, number),))
