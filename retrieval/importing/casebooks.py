"""Collections of cases: finding the cases and their sections, and writing them down."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log
from pathlib import PurePosixPath

from retrieval.content.cases import DUTY, TAKEAWAY_LENGTH
from retrieval.content.format import CASE_HEADINGS, write_front_matter, write_heading, write_paragraphs
from retrieval.importing.citing import CitationFinder
from retrieval.importing.cleaning import Change, Doubt
from retrieval.importing.drafts import Citation, DraftCase, Drafted, DraftFile, NotHeld
from retrieval.importing.endings import ending
from retrieval.importing.headings import (
    CATEGORY_NAMES,
    COURSE_NAMES,
    END_MARKS,
    HAN,
    LESSON_NAMES,
    NUMBERINGS,
    RESULT_NAMES,
    SECTION_LENGTH,
    SERVICE_NAMES,
    Numbered,
    case_heading,
    division_heading,
    form_number,
    group_heading,
    has_leader,
    is_caption,
    is_closing,
    is_contents,
    is_title,
    numbered,
    part_heading,
    section_heading,
    title_field,
    tone,
)
from retrieval.importing.naming import propose_id
from retrieval.importing.passages import Passage
from retrieval.importing.source import LeftOut, SourceText
from retrieval.model import Case, CaseKind, KnowledgeBase, Section

_TITLE = 40
_CHAPTER = 16
_LEAST_TAKEAWAY = 5
_COURSE, _SERVICE, _LESSON, _RESULT = "事件过程", "服务过程", "案例点评", "取得效果"
_READ_BY_THE_BOT = {"案例提要", _COURSE, _SERVICE, "案情", _LESSON, "点评", "暴露问题", _RESULT}
_UNKNOWN_CATEGORY = "未分类"
_SENTENCE = re.compile(f"[^{END_MARKS}]+[{END_MARKS}]*[”』」]?")
_EMPTY_WORDS = re.compile("深思|反思|[吗呢][。？]?$|[？?：:]$|可就难了|何来")
_ITEM_NUMBER = re.compile(r"^(?:[（(][一二三四五六七八九十0-9]{1,2}[)）]|[一二三四五六七八九十0-9]{1,2}[、.．])\s*")
_FIELD_NAME = f"[{HAN}]{{2,{SECTION_LENGTH}}}"
_LEAST_ROWS = 2
"""As many rows with usual names make a form; in one, every name is a section's."""

_COLLECTION = re.compile(
    "(?:汇编|选编|摘编|案例|案例集|选集|分析|剖析|材料|教材|读本|专辑|集锦|警示录|事例|通报|手册)(?:[（(][^（()）]*[)）])?$"
)
_HALF = re.compile("(?:年度|[0-9〇零一二三四五六七八九]年|季度|半年|关于.{0,20}|[及和与、])$")
_HEAD = 8
_TWIN = 0.6
_SHINGLE = 8


@dataclass(slots=True)
class _Part:
    """A section of a case: its name as printed, and its paragraphs."""

    name: str
    line: int
    passages: list[Passage] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(passage.text for passage in self.passages)


@dataclass(slots=True)
class _Case:
    label: str
    number: int
    title: str
    line: int
    body: list[Passage]
    positive: bool | None
    chapter: str
    collection: str
    parts: list[_Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a case begins: `consumed` paragraphs are its heading, `body` is what the heading's line goes on with.

    Of a form's heading `beside` is what is neither title nor number.
    """

    place: int
    heading: Numbered
    title: str
    consumed: int
    body: Passage | None
    beside: tuple[Passage, ...] = ()


# ---- finding ----


def case_places(passages: Sequence[Passage]) -> tuple[int, ...]:
    """The places of the paragraphs with which cases begin; empty where a document holds none."""
    return tuple(start.place for start in _starts(passages))


def count_sections(passages: Sequence[Passage]) -> int:
    """How many different usual section names a document has."""
    return len({found[0] for passage in passages if (found := section_heading(passage.text)) is not None and found[2]})


def _starts(passages: Sequence[Passage]) -> list[_Start]:
    explicit = [
        start
        for place in range(len(passages))
        if (start := _explicit(passages, place, case_heading(passages[place].text)))
    ]
    if explicit:
        return _without_contents(passages, explicit)
    sections = [place for place, passage in enumerate(passages) if _is_section(passage.text)]
    if len(sections) < 2:
        return []
    return (
        _form_starts(passages, sections) or _numbered_starts(passages, sections) or _cyclic_starts(passages, sections)
    )


def _form_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[_Start]:
    """Cases that are forms: each has a row 事件名称, and above it perhaps the form's name and number."""
    rows = [(place, span) for place, passage in enumerate(passages) if (span := title_field(passage.text)) is not None]
    edges = [*(place for place, _ in rows), len(passages)]
    if not all(any(begin < section < end for section in sections) for begin, end in pairwise(edges)):
        return []
    starts: list[_Start] = []
    for number, (place, (begin, end)) in enumerate(rows, 1):
        first = place
        while first and is_caption(passages[first - 1].text):
            first -= 1
        captions = passages[first:place]
        label = next(filter(None, (form_number(caption.text) for caption in captions)), "")
        row = passages[place]
        name, rest = row.cut(0, begin), row.cut(end)
        title = row.text[begin:end]
        heading = Numbered(label, number, 0, title, 0, True)
        beside = (*captions, *([name] if name.text else []))
        starts.append(_Start(first, heading, title, place - first + 1, rest if rest.text else None, beside))
    return starts


def _explicit(passages: Sequence[Passage], place: int, heading: Numbered | None) -> _Start | None:
    if heading is None:
        return None
    passage = passages[place]
    if heading.rest:
        if is_title(heading.rest, _TITLE):
            return _Start(place, heading, heading.rest, 1, None)
        # 案例一 中的抄表员…。 is a sentence; 案例一：…。 and 【案例一】…。 are a case without a title
        if not re.search("[：:】\\]〕］）)》]$", passage.text[: heading.end].rstrip()):
            return None
        return _Start(place, heading, "", 1, passage.cut(heading.end))
    following = passages[place + 1].text if place + 1 < len(passages) else ""
    if _may_be_title(following):
        return _Start(place, heading, following, 2, None)
    return _Start(place, heading, "", 1, None)


def _may_be_title(text: str) -> bool:
    return (
        is_title(text, _TITLE)
        and not _is_section(text)
        and case_heading(text) is None
        and group_heading(text) is None
        and part_heading(text) is None
        and not is_contents(text)
    )


def _is_section(text: str) -> bool:
    found = section_heading(text)
    return found is not None and found[2]


def _without_contents(passages: Sequence[Passage], starts: list[_Start]) -> list[_Start]:
    """Without the lines of a table of contents: a heading without a text whose number and title come again."""
    kept: list[_Start] = []
    later = Counter((start.heading.number, _bare(start.title)) for start in starts)
    for index, start in enumerate(starts):
        key = (start.heading.number, _bare(start.title))
        later[key] -= 1
        end = starts[index + 1].place if index + 1 < len(starts) else len(passages)
        if start.body is None and start.place + start.consumed >= end and later[key] > 0:
            continue
        kept.append(start)
    return kept


def _bare(title: str) -> str:
    return re.sub(r"[\s.．·…]*\d*$|\s", "", title)


def _numbered_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[_Start]:
    """一、标题 with sections below: cases that are only numbered."""
    opening = section_heading(passages[sections[0]].text)
    name = opening[0] if opening else ""
    openings = sum(1 for place in sections if (found := section_heading(passages[place].text)) and found[0] == name)
    for way in range(NUMBERINGS):
        starts: list[_Start] = []
        for place in sections:
            start = _numbered_start(passages, place - 1, way) if place else None
            if start is not None and start.heading.number == len(starts) + 1:
                starts.append(start)
        if len(starts) == openings:  # each opens with the same section
            return starts
    for way in range(NUMBERINGS):
        starts = []
        for place in range(len(passages)):
            start = _numbered_start(passages, place, way)
            if start is not None and start.heading.number == len(starts) + 1:
                starts.append(start)
        edges = [*(start.place for start in starts), len(passages)]
        filled = sum(1 for begin, end in pairwise(edges) if any(begin < section < end for section in sections))
        if starts and filled >= max(1, len(starts) - 1) and starts[0].place < sections[0]:
            return [start for start, end in zip(starts, edges[1:], strict=True) if end - start.place > 1]
    return []


def _numbered_start(passages: Sequence[Passage], place: int, way: int) -> _Start | None:
    text = passages[place].text
    found = numbered(text, way)
    if found is None or _is_section(text) or has_leader(text) or not is_title(found[1], _TITLE):
        return None
    label = text[: len(text) - len(found[1])].strip(" 、.．：:")
    return _Start(place, Numbered(label, found[0], 0, found[1], 0, True), found[1], 1, None)


def _cyclic_starts(passages: Sequence[Passage], sections: Sequence[int]) -> list[_Start]:
    """Cases whose headings bear no number: each time the first section comes again, a case began just before."""
    names = [section_heading(passages[place].text) for place in sections]
    first = names[0][0] if names[0] else ""
    starts: list[_Start] = []
    for place, name in zip(sections, names, strict=True):
        if name is None or name[0] != first:
            continue
        number = len(starts) + 1
        titled = (
            place > 0 and _may_be_title(passages[place - 1].text) and division_heading(passages[place - 1].text) is None
        )
        begin = place - 1 if titled else place
        title = passages[begin].text if titled else ""
        starts.append(_Start(begin, Numbered("", number, 0, title, 0, False), title, 1 if titled else 0, None))
    return starts


def _read_cases(passages: Sequence[Passage], title: str) -> tuple[list[_Case], list[LeftOut]]:
    starts = _starts(passages)
    at = {start.place: start for start in starts}
    cases: list[_Case] = []
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
            cases.append(_Case(label, number, start.title, passage.line(), body, positive, chapter, collection))
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


def _first_words_of(start: _Start, passage: Passage) -> list[Passage]:
    """What the first line of a case holds behind its heading; the line itself where the case has none."""
    if start.body is not None:
        return [start.body] if start.body.text else []
    return [] if start.consumed else [passage]


def _take_ending(case: _Case) -> list[LeftOut]:
    """Take a signature, a list of contributors and the like out of a case."""
    begin, why = ending([passage.text for passage in case.body])
    if not why or not begin:
        return []
    taken = [LeftOut(passage.line(), passage.text, why) for passage in case.body[begin:]]
    del case.body[begin:]
    return taken


def _boundary(passages: Sequence[Passage], place: int, starts: dict[int, _Start]) -> str:
    """Why a paragraph ends a case; empty where it doesn't."""
    text = passages[place].text
    if part_heading(text) is not None or group_heading(text) is not None:
        return "分组的标题"
    if is_closing(text):
        return "案例后面的小结"
    following = place + 1
    before_group = following < len(passages) and group_heading(passages[following].text) is not None
    if (following in starts or before_group) and is_title(text, _CHAPTER) and not _is_section(text):
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
    return title if is_title(title, _TITLE) else ""


def _cut_sections(case: _Case, doubts: list[Doubt], changes: list[Change]) -> None:
    ways = {
        way
        for passage in case.body
        if _is_section(passage.text)
        for way in range(NUMBERINGS)
        if numbered(passage.text, way) is not None
    }
    form = sum(1 for passage in case.body if "\t" in passage.text and _is_section(passage.text)) >= _LEAST_ROWS
    for passage in case.body:
        fields = _fields(passage) if form else []
        if fields:
            case.parts += [_Part(name.text, name.line(), [value] if value.text else []) for name, value in fields]
            continue
        found = section_heading(passage.text) or _like_its_siblings(passage.text, ways)
        if found is not None:
            part = _Part(found[0], passage.line())
            before = passage.text[: passage.text.index(found[0])].strip()
            if before not in {"", "【", "〖", "[", "［", "〔"}:
                changes.append(Change(part.line, before + found[0], found[0], "小标题前面的编号"))
            if found[1]:
                part.passages.append(passage.cut(len(passage.text) - len(found[1])))
            case.parts.append(part)
        elif case.parts:
            case.parts[-1].passages.append(passage)
        else:
            case.parts.append(_Part("", passage.line(), [passage]))
    doubts += [
        Doubt(part.line, f"{_called(case)}的“{part.name}”下面没有内容，没有写进草稿")
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


def _called(case: _Case) -> str:
    return case.label if "例" in case.label else f"案例“{case.title[:12]}”"


# ---- writing ----


def draft_cases(source: SourceText, passages: Sequence[Passage], knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write down the cases of a document.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        knowledge: What is there already; clauses in it are cited.
        taken: Ids that can't be used; gets the new ones.
    """
    title = _title(passages) or source.stem
    cases, left_out = _read_cases(passages, title)
    doubts: list[Doubt] = []
    finder = CitationFinder(knowledge)
    categories = _Categories(knowledge)
    twins = _Twins(knowledge.cases)
    files: list[DraftFile] = []
    drafts: list[DraftCase] = []
    changes: list[Change] = []
    citations: list[Citation] = []
    not_held: list[NotHeld] = []
    for case in cases:
        _cut_sections(case, doubts, changes)
        left_out += [
            LeftOut(part.line, part.name, "没有内容的小标题") for part in case.parts if part.name and not part.passages
        ]
        case.parts = [part for part in case.parts if part.passages]
        if not case.parts:
            doubts.append(Doubt(case.line, f"{_called(case)}没有正文，没有写进草稿"))
            left_out.append(LeftOut(case.line, f"{case.label} {case.title}".strip(), "没有正文的案例"))
            continue
        cited, missing, unsure = finder.find([passage for part in case.parts for passage in part.passages])
        citations += cited
        not_held += missing
        doubts += [Doubt(line, message) for line, message in unsure]
        draft = _draft_case(case, cited, categories, taken, doubts, changes, left_out)
        twin = twins.of("\n".join(section.text for section in draft.sections))
        if twin is not None:
            doubts.append(
                Doubt(case.line, f"{_called(case)}和库里的案例“{twin.title}”（{twin.id}）几乎一样，请看要不要重复导入")
            )
        drafts.append(draft)
        files.append(_write(source, case, draft))
    _note_numbers(cases, doubts)
    if tone(title) and drafts and not any(case.kind is CaseKind.POSITIVE for case in drafts):
        doubts.append(
            Doubt(cases[0].line, f"“{title}”像是正面的，案例都先按反面案例写了（kind: negative），请看哪些要改")
        )
    return Drafted(
        title,
        tuple(files),
        cases=tuple(drafts),
        citations=tuple(citations),
        not_held=tuple(not_held),
        doubts=tuple(doubts),
        changes=tuple(changes),
        left_out=tuple(left_out),
    )


def _title(passages: Sequence[Passage]) -> str:
    """What a collection calls itself, over one line or two; empty where it doesn't say."""
    starts = _starts(passages)
    head = passages[: min(starts[0].place if starts else _HEAD, _HEAD)]
    for place, passage in enumerate(head):
        if _may_be_title(passage.text) and _COLLECTION.search(passage.text):
            above = head[place - 1].text if place else ""
            half = _may_be_title(above) and _HALF.search(above) is not None
            return _bare_title((above if half else "") + passage.text)
    return next((_bare_title(passage.text) for passage in passages[:3] if _may_be_title(passage.text)), "")


def _bare_title(text: str) -> str:
    return re.sub(r"^#+\s*", "", text).strip("《》 ")


def _draft_case(
    case: _Case,
    cited: Sequence[Citation],
    categories: "_Categories",
    taken: set[str],
    doubts: list[Doubt],
    changes: list[Change],
    left_out: list[LeftOut],
) -> DraftCase:
    category = _take_category(case, left_out)
    named = any(part.name for part in case.parts)
    kind = _kind(case)
    sections = tuple(_sections(case, kind, doubts, changes))
    text = "\n".join(section.text for section in sections)
    title = case.title or _first_words(text)
    guessed = [] if case.title else [f"标题先用了第一句“{title}”"]
    if not category:
        category = categories.named(case.chapter) or categories.named(title) or categories.guess(title + text)
        guessed.append(f"分类先写了“{category}”")
    if not named:
        guessed.append(f"没有小标题，正文都放在“{sections[0].title}”，点评的部分请分到“## {_LESSON}”")
    if guessed:
        doubts.append(Doubt(case.line, f"{_called(case)}原文没有写全，请改：{'；'.join(guessed)}"))
    takeaway, line = _takeaway(case, title)
    doubts.append(Doubt(line, f"{_called(case)}的一句话教训先摘了原文“{takeaway}”，请改成“该怎么做”的一句话"))
    last = case.parts[-1].passages[-1]
    if len(last.text) > 15 and not re.search(f"[{END_MARKS}”』」）)》]$", last.text):
        doubts.append(
            Doubt(
                last.line(len(last.text) - 1), f"{_called(case)}的最后一句“…{last.text[-12:]}”好像没有写完，请对照原文"
            )
        )
    identifier = propose_id(title, taken, syllables=6, otherwise="case")
    taken.add(identifier)
    return DraftCase(
        identifier,
        case.label,
        title,
        kind,
        category,
        takeaway,
        tuple(dict.fromkeys(citation.clause for citation in cited)),
        sections,
        case.line,
    )


def _take_category(case: _Case, left_out: list[LeftOut]) -> str:
    """The category that a section of the case names; the section goes."""
    for part in case.parts:
        value = " ".join(part.text.split())
        if part.name in CATEGORY_NAMES and len(value) <= 20 and len(case.parts) > 1:
            case.parts.remove(part)
            left_out.append(LeftOut(part.line, part.name, "分类的小标题，内容写进了 category"))
            return value.rstrip("。；;")
    return ""


def _kind(case: _Case) -> CaseKind:
    names = {part.name for part in case.parts}
    if case.positive is not None:
        return CaseKind.POSITIVE if case.positive else CaseKind.NEGATIVE
    good = names & (SERVICE_NAMES | RESULT_NAMES)
    return CaseKind.POSITIVE if good and not names & {"暴露问题", "违规条款", "造成影响"} else CaseKind.NEGATIVE


def _sections(case: _Case, kind: CaseKind, doubts: list[Doubt], changes: list[Change]) -> Iterator[Section]:
    """The sections, those that the bot reads out under the names that it knows."""
    names = {part.name for part in case.parts}
    course = _SERVICE if kind is CaseKind.POSITIVE else _COURSE
    for part in case.parts:
        name = part.name
        if not name:
            name = course if course not in names else "案例提要"
            if len(case.parts) > 1:
                doubts.append(Doubt(part.line, f"{_called(case)}的开头没有小标题，放在“{name}”，请核对"))
        elif name in CASE_HEADINGS:
            name = f"原文{name}"
        elif name not in _READ_BY_THE_BOT:
            for variants, usual in (
                (COURSE_NAMES, course),
                (SERVICE_NAMES, _SERVICE),
                (LESSON_NAMES, _LESSON),
                (RESULT_NAMES, _RESULT),
            ):
                if name in variants and usual not in names:
                    changes.append(Change(part.line, name, usual, "小标题换成机器人认得的叫法"))
                    name = usual
                    break
        names.add(name)
        yield Section(name, part.text)


def _first_words(text: str) -> str:
    sentence = re.split("[。！？；;]", text.split("\n", maxsplit=1)[0])[0].strip()
    if len(sentence) <= 30:
        return sentence or text.split("\n", maxsplit=1)[0][:30]
    clause = re.split("[，,：:]", sentence)[0]
    return clause if 6 <= len(clause) <= 30 else sentence[:30]


def _takeaway(case: _Case, title: str) -> tuple[str, int]:
    """The clearest of a case's own sentences, and its line: one that says what must be done, from where lessons are drawn.

    The title if every sentence is too long: half a sentence says something else.
    """
    best: tuple[float, str, int] | None = None
    for position, part in enumerate(case.parts):
        weight = (
            3
            if part.name in LESSON_NAMES | RESULT_NAMES
            else 2
            if part.name in {"暴露问题", "整改措施", "防范措施", "工作要求"}
            else 0
        )
        if not part.name or (position == len(case.parts) - 1 and not weight):
            weight = 1
        for passage in part.passages:
            for found in _SENTENCE.finditer(passage.text):
                text = found[0].strip()
                bare = _ITEM_NUMBER.sub("", text).strip('“”"')
                if not _LEAST_TAKEAWAY <= len(bare) <= TAKEAWAY_LENGTH:
                    continue
                torn = any(bare.count(opening) != bare.count(closing) for opening, closing in ("“”", "《》"))
                score = (
                    weight - 3 * torn + 2 * min(len(DUTY.findall(bare)), 2) - (3 if _EMPTY_WORDS.search(bare) else 0)
                )
                if best is None or score > best[0]:
                    best = (score, bare, passage.line(found.start()))
    if best is not None:
        return best[1], best[2]
    return title[:TAKEAWAY_LENGTH], case.line


def _write(source: SourceText, case: _Case, draft: DraftCase) -> DraftFile:
    place = source.place(case.line)
    origin = " ".join(filter(None, (case.collection, draft.label)))
    values: list[tuple[str, str | tuple[str, ...]]] = [
        ("id", draft.id),
        ("title", draft.title),
        ("kind", draft.kind.value),
        ("category", draft.category),
        ("cites", draft.cites),
        ("source", f"{origin}（{source.name} {place}）"),
        ("takeaway", draft.takeaway),
    ]
    blocks = [
        write_heading(2, section.title) + "\n" + write_paragraphs(section.text.split("\n"))
        for section in draft.sections
    ]
    text = write_front_matter(values) + "\n\n".join(blocks) + "\n"
    return DraftFile(PurePosixPath("cases", f"{draft.id}.md"), text)


def _note_numbers(cases: Sequence[_Case], doubts: list[Doubt]) -> None:
    for earlier, later in pairwise(cases):
        if later.collection == earlier.collection and later.number > earlier.number + 1:
            doubts.append(Doubt(later.line, f"{_called(earlier)}后面是{_called(later)}，中间可能漏了"))


class _Categories:
    """Which of the categories in use a text is most like: naive Bayes over pairs of characters."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._seen: dict[str, Counter[str]] = {}
        for case in knowledge.cases:
            texts = (case.title, case.takeaway, *(section.text for section in case.sections), *case.questions)
            self._seen.setdefault(case.category, Counter()).update(pair for text in texts for pair in set(_pairs(text)))
        self._known = {pair for seen in self._seen.values() for pair in seen}

    def named(self, heading: str) -> str:
        """The category of which a heading speaks: 停电类案例 is about 停电管理; empty where it speaks of none, or of two."""
        spoken = [category for category in sorted(self._seen) if category[:2] in heading]
        return spoken[0] if len(spoken) == 1 else ""

    def guess(self, text: str) -> str:
        """The category; 未分类 where nothing points to one."""
        own = set(_pairs(text)) & self._known
        if not own:
            return _UNKNOWN_CATEGORY

        def likelihood(category: str) -> float:
            seen = self._seen[category]
            whole = log(seen.total() + 0.5 * len(self._known))
            return sum(log(seen[pair] + 0.5) - whole for pair in own)

        return max(sorted(self._seen), key=likelihood)


def _pairs(text: str) -> Iterator[str]:
    for run in re.findall(f"[{HAN}]+", text):
        for start in range(len(run) - 1):
            yield run[start : start + 2]


class _Twins:
    """Finds the case that a text was taken in as before."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases
        self._holders: dict[str, set[int]] = {}
        for number, case in enumerate(cases):
            for shingle in _shingles("".join(section.text for section in case.sections)):
                self._holders.setdefault(shingle, set()).add(number)

    def of(self, text: str) -> Case | None:
        """The case that holds most of a text; None where none holds 60 %."""
        own = _shingles(text)
        shared = Counter(number for shingle in own for number in self._holders.get(shingle, ()))
        if not shared or len(own) < 10:
            return None
        number, count = shared.most_common(1)[0]
        return self._cases[number] if count >= _TWIN * len(own) else None


def _shingles(text: str) -> set[str]:
    letters = re.sub(f"[^{HAN}]", "", text)
    return {letters[start : start + _SHINGLE] for start in range(len(letters) - _SHINGLE + 1)}
