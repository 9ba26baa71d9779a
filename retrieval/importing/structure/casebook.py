"""The cases of a document: their paragraphs and their sections."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from retrieval.importing.files.source import LeftOut
from retrieval.importing.headings.articles import (
    HAN,
    NUMBERINGS,
    division_heading,
    has_leader,
    is_contents,
    is_title,
    numbered,
)
from retrieval.importing.headings.cases import (
    SECTION_LENGTH,
    group_heading,
    is_closing,
    part_heading,
    section_heading,
)
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.casestarts import TITLE, Start, case_starts, is_section, may_be_title
from retrieval.importing.structure.endings import ending

_CHAPTER = 16
_FIELD_NAME = f"[{HAN}]{{2,{SECTION_LENGTH}}}"
_LEAST_ROWS = 2
"""As many rows with usual names make a form; in one, every name is a section's."""
_COLLECTION = re.compile(
    "(?:汇编|选编|摘编|案例|案例集|选集|分析|剖析|材料|教材|读本|专辑|集锦|警示录|事例|通报|手册)(?:[（(][^（()）]*[)）])?$"
)
_HALF = re.compile("(?:年度|[0-9〇零一二三四五六七八九]年|季度|半年|关于.{0,20}|[及和与、])$")
_HEAD = 8


@dataclass(slots=True)
class Part:
    """A section of a case: its name as printed, and its paragraphs."""

    name: str
    line: int
    passages: list[Passage] = field(default_factory=list)

    @property
    def text(self) -> str:
        """One paragraph a line."""
        return "\n".join(passage.text for passage in self.passages)


@dataclass(slots=True)
class FoundCase:
    """A case as it was found.

    Attributes:
        label: As the document numbers it; may be empty.
        line: Where it begins.
        body: Its paragraphs, before they are cut into sections.
        positive: Whether it is to be copied; None where the document doesn't say.
        chapter: The heading above it; may be empty.
        collection: What the document, or its part, calls itself.
        parts: Its sections.
    """

    label: str
    number: int
    title: str
    line: int
    body: list[Passage]
    positive: bool | None
    chapter: str
    collection: str
    parts: list[Part] = field(default_factory=list)


def read_cases(passages: Sequence[Passage], title: str) -> tuple[list[FoundCase], list[LeftOut]]:
    """The cases of a document, not yet cut into sections, and what belongs to none of them.

    Args:
        passages: The document.
        title: What it calls itself.
    """
    starts = case_starts(passages)
    at = {start.place: start for start in starts}
    cases: list[FoundCase] = []
    left_out: list[LeftOut] = []
    positive: bool | None = None
    chapter, collection = "", title
    inside = False
    place = 0
    while place < len(passages):
        passage = passages[place]
        start = at.get(place)
        if start is not None:
            body = _first_words_of(start, passage)
            number, label = start.heading.number, start.heading.label
            cases.append(FoundCase(label, number, start.title, passage.line(), body, positive, chapter, collection))
            left_out += [LeftOut(piece.line(), piece.text, "案例的栏目名和表格的名称、编号") for piece in start.beside]
            inside = True
            place += max(start.consumed, 1)
            continue
        boundary = _boundary(passages, place, at)
        if boundary:
            group, part = group_heading(passage.text), part_heading(passage.text)
            if group is not None:
                positive = group[1]
            elif part is not None:
                collection, positive, chapter = _collection(part) or title, None, ""
            elif not is_closing(passage.text):
                chapter = re.sub(
                    f"^(?:第[{HAN}0-9]+[章节]|[（(]?[一二三四五六七八九十0-9]+[)）]?[、.．]?)\\s*", "", passage.text
                )
            left_out.append(LeftOut(passage.line(), passage.text, boundary))
            inside = inside and not (part is not None or is_closing(passage.text) or group is not None)
        elif inside:
            cases[-1].body.append(passage)
        else:
            why = "目录" if has_leader(passage.text) or is_contents(passage.text) else "案例以外的文字"
            left_out.append(LeftOut(passage.line(), passage.text, why))
        place += 1
    for case in cases:
        left_out += _take_ending(case)
    return cases, sorted(left_out, key=lambda part: part.line)


def _first_words_of(start: Start, passage: Passage) -> list[Passage]:
    """What the first line of a case holds behind its heading; the line itself where the case has none."""
    if start.body is not None:
        return [start.body] if start.body.text else []
    return [] if start.consumed else [passage]


def _take_ending(case: FoundCase) -> list[LeftOut]:
    """Take a signature, a list of contributors and the like out of a case."""
    begin, why = ending([passage.text for passage in case.body])
    if not why or not begin:
        return []
    taken = [LeftOut(passage.line(), passage.text, why) for passage in case.body[begin:]]
    del case.body[begin:]
    return taken


def _boundary(passages: Sequence[Passage], place: int, starts: dict[int, Start]) -> str:
    """Why a paragraph ends a case; empty where it doesn't."""
    text = passages[place].text
    if part_heading(text) is not None or group_heading(text) is not None:
        return "分组的标题"
    if is_closing(text):
        return "案例后面的小结"
    following = place + 1
    before_group = following < len(passages) and group_heading(passages[following].text) is not None
    if (following in starts or before_group) and is_title(text, _CHAPTER) and not is_section(text):
        chapter = (
            division_heading(text) is not None
            or re.search("[类篇]$", text)
            or any(_numbers_anew(passages, place, way) for way in range(NUMBERINGS))
        )
        if chapter or before_group or place == 0:
            return "分组的标题"
    return ""


def _numbers_anew(passages: Sequence[Passage], place: int, way: int) -> bool:
    """Whether a paragraph is numbered and does not go on with the list above it."""
    found = numbered(passages[place].text, way)
    above = numbered(passages[place - 1].text, way) if place else None
    return found is not None and (above is None or above[0] + 1 != found[0])


def _collection(title: str) -> str:
    """A part's title; a scrape may have it twice, with the text right behind."""
    twice = re.match("(.{4,30}?)\\1", title)
    if twice:
        return twice[1]
    return title if is_title(title, TITLE) else ""


def cut_sections(case: FoundCase, doubts: list[Doubt], changes: list[Change]) -> None:
    """Cut a case into its sections; doubts and changes get what was noticed. One that has its sections from a table keeps them."""
    if case.parts:
        return
    ways = {
        way
        for passage in case.body
        if is_section(passage.text)
        for way in range(NUMBERINGS)
        if numbered(passage.text, way) is not None
    }
    form = sum(1 for passage in case.body if "\t" in passage.text and is_section(passage.text)) >= _LEAST_ROWS
    for passage in case.body:
        fields = _fields(passage) if form else []
        if fields:
            case.parts += [Part(name.text, name.line(), [value] if value.text else []) for name, value in fields]
            continue
        found = section_heading(passage.text) or _like_its_siblings(passage.text, ways)
        if found is not None:
            part = Part(found[0], passage.line())
            before = passage.text[: passage.text.index(found[0])].strip()
            if before not in {"", "【", "〖", "[", "［", "〔"}:
                changes.append(Change(part.line, before + found[0], found[0], "小标题前面的编号"))
            if found[1]:
                part.passages.append(passage.cut(len(passage.text) - len(found[1])))
            case.parts.append(part)
        elif case.parts:
            case.parts[-1].passages.append(passage)
        else:
            case.parts.append(Part("", passage.line(), [passage]))
    doubts += [
        Doubt(part.line, f"{called(case)}的“{part.name}”下面没有内容，没有写进草稿")
        for part in case.parts
        if part.name and not part.passages
    ]


def _fields(row: Passage) -> list[tuple[Passage, Passage]]:
    """发生时间⇥…⇥涉及班组⇥…: the names and values of a form's row; empty where it is no such row."""
    edges = [found.end() for found in re.finditer("^|\t", row.text)]
    pieces = [row.cut(begin, end) for begin, end in pairwise([*edges, len(row.text)])]
    pieces = [piece.cut(0) for piece in pieces]
    names = pieces[::2]
    if len(pieces) % 2 or not pieces or not all(re.fullmatch(_FIELD_NAME, name.text) for name in names):
        return []
    return list(zip(names, pieces[1::2], strict=True))


def _like_its_siblings(text: str, ways: Collection[int]) -> tuple[str, str, bool] | None:
    """三、客户诉求: a section under a name of its own, numbered as the case's other sections are."""
    for way in ways:
        found = numbered(text, way)
        if found and is_title(found[1], SECTION_LENGTH) and not re.search("[，,、：:（(]", found[1]):
            return found[1], "", False
    return None


def called(case: FoundCase) -> str:
    """A case's name in a message."""
    return case.label if "例" in case.label else f"案例“{case.title[:12]}”"


def title_of(passages: Sequence[Passage]) -> str:
    """What a collection calls itself, over one line or two; empty where it doesn't say."""
    starts = case_starts(passages)
    head = passages[: min(starts[0].place if starts else _HEAD, _HEAD)]
    for place, passage in enumerate(head):
        if may_be_title(passage.text) and _COLLECTION.search(passage.text):
            above = head[place - 1].text if place else ""
            half = may_be_title(above) and _HALF.search(above) is not None
            return _bare_title((above if half else "") + passage.text)
    return next((_bare_title(passage.text) for passage in passages[:3] if may_be_title(passage.text)), "")


def _bare_title(text: str) -> str:
    return re.sub(r"^#+\s*", "", text).strip("《》 ")
