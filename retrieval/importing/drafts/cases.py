"""Cases, written down in the knowledge format."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath

from retrieval.content.format import (
    CASE_HEADINGS,
    SectionRole,
    scalar,
    section_names,
    write_front_matter,
    write_heading,
    write_paragraphs,
)
from retrieval.importing.drafts.categories import Categories
from retrieval.importing.drafts.citing import CitationFinder
from retrieval.importing.drafts.draft import Citation, DraftCase, Drafted, DraftFile, NotHeld
from retrieval.importing.drafts.naming import propose_id
from retrieval.importing.drafts.takeaways import first_takeaway, first_words
from retrieval.importing.drafts.twins import Twins
from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.headings.articles import (
    END_MARKS,
)
from retrieval.importing.headings.cases import (
    tone,
)
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.casebook import FoundCase, Part, called, cut_sections, read_cases, title_of
from retrieval.importing.structure.casetables import CaseTables
from retrieval.importing.structure.story import is_byline, only_praises
from retrieval.model import CaseKind, KnowledgeBase, Section

_RENAMED = (SectionRole.SERVICE, SectionRole.LESSON, SectionRole.RESULT)
"""Roles whose sections get the usual name, beside the course of events."""
_PRAISE = re.compile("表扬|锦旗|感谢信")
_KEPT = {"案情", "点评", *(role.usual for role in SectionRole)}


def draft_cases(
    source: SourceText,
    passages: Sequence[Passage],
    knowledge: KnowledgeBase,
    taken: set[str],
    tables: CaseTables | None = None,
) -> Drafted:
    """Write down the cases of a document.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        knowledge: What is there already; clauses in it are cited.
        taken: Ids that can't be used; gets the new ones.
        tables: The cases that stand in its tables; then its paragraphs hold none.
    """
    if tables is not None:
        title, cases, left_out = tables.cases[0].collection, list(tables.cases), list(tables.left_out)
    else:
        title = title_of(passages) or source.stem
        cases, left_out = read_cases(passages, title)
    writing = _Writing(
        source, CitationFinder(knowledge), Categories(knowledge), Twins(knowledge.cases), taken, left_out
    )
    for case in cases:
        writing.add(case)
    writing.note_numbers(cases)
    if tone(title) and writing.cases and not any(case.kind is CaseKind.POSITIVE for case in writing.cases):
        writing.doubt(cases[0].line, f"“{title}”像是正面的，案例都先按反面案例写了（kind: negative），请看哪些要改")
    return writing.drafted(title)


def draft_story(source: SourceText, story: FoundCase, knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write down a text without any headings as one case; the arguments are those of `draft_cases`."""
    writing = _Writing(source, CitationFinder(knowledge), Categories(knowledge), Twins(knowledge.cases), taken, [])
    for part in story.parts:
        writing.left_out += [
            LeftOut(passage.line(), passage.text, "网页上的来源、时间")
            for passage in part.passages
            if is_byline(passage.text)
        ]
        part.passages = [passage for passage in part.passages if not is_byline(passage.text)]
    writing.add(story)
    kind = "正面案例" if story.positive else "反面案例"
    writing.doubt(story.line, f"原文没有“案例一”“【事件过程】”这样的标题，整篇按一个案例写，先当作{kind}，请核对")
    return writing.drafted(story.title or (writing.cases[0].title if writing.cases else source.stem))


@dataclass(slots=True)
class _Writing:
    """Writes cases down one by one, and notes what there is to say of them."""

    source: SourceText
    finder: CitationFinder
    categories: Categories
    twins: Twins
    taken: set[str]
    left_out: list[LeftOut]
    files: list[DraftFile] = field(default_factory=list)
    cases: list[DraftCase] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    not_held: list[NotHeld] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def doubt(self, line: int, message: str) -> None:
        """Note what a person has to look at."""
        self.doubts.append(Doubt(line, message))

    def add(self, case: FoundCase) -> None:
        """Write a case down; one without a text is listed."""
        cut_sections(case, self.doubts, self.changes)
        self.left_out += [
            LeftOut(part.line, part.name, "没有内容的小标题") for part in case.parts if part.name and not part.passages
        ]
        case.parts = [part for part in case.parts if part.passages]
        if not case.parts:
            self.doubt(case.line, f"{called(case)}没有正文，没有写进草稿")
            self.left_out.append(LeftOut(case.line, f"{case.label} {case.title}".strip(), "没有正文的案例"))
            return
        passages = [passage for part in case.parts for passage in part.passages]
        cited, missing, unsure = self.finder.find(passages)
        self.citations += cited
        self.not_held += missing
        self.doubts += [Doubt(line, message) for line, message in unsure]
        self.keep_quotations(case, passages)
        draft = _draft_case(case, cited, self.categories, self.taken, self.doubts, self.changes, self.left_out)
        twin = self.twins.of("\n".join(section.text for section in draft.sections))
        if twin is not None:
            known = f"库里的案例“{twin.title}”（{twin.id}）"
            self.doubt(case.line, f"{called(case)}和{known}几乎一样，请看要不要重复导入")
        self.cases.append(draft)
        self.files.append(_write(self.source, case, draft))

    def keep_quotations(self, case: FoundCase, passages: Sequence[Passage]) -> None:
        """The words of rules that a case quotes get a section of their own where it has none: a reply can show them then."""
        if {part.name for part in case.parts} & set(section_names(SectionRole.RULES)):
            return
        quoted = self.finder.quotations(passages)
        if quoted:
            name = "违规条款" if _kind(case) is CaseKind.NEGATIVE else "相关规定"
            case.parts.append(Part(name, quoted[0].line(), quoted))
            self.doubt(quoted[0].line(), f"{called(case)}引的条文另抄了一份放在“{name}”，员工看得到原话，请对照")

    def note_numbers(self, cases: Sequence[FoundCase]) -> None:
        """Say where the numbers of cases don't count on."""
        _note_numbers(cases, self.doubts)

    def drafted(self, title: str) -> Drafted:
        """All that was written down."""
        return Drafted(
            title,
            tuple(self.files),
            cases=tuple(self.cases),
            citations=tuple(self.citations),
            not_held=tuple(self.not_held),
            doubts=tuple(self.doubts),
            changes=tuple(self.changes),
            left_out=tuple(self.left_out),
        )


def _draft_case(
    case: FoundCase,
    cited: Sequence[Citation],
    categories: Categories,
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
    title = case.title or first_words(text)
    guessed = [] if case.title else [f"标题先用了第一句“{title}”"]
    if not category:
        category = categories.named(case.chapter) or categories.named(title) or categories.guess(title + text)
        guessed.append(f"分类先写了“{category}”")
    if not named:
        guessed.append(f"没有小标题，正文都放在“{sections[0].title}”，点评的部分请分到“## {SectionRole.LESSON.usual}”")
    if guessed:
        doubts.append(Doubt(case.line, f"{called(case)}原文没有写全，请改：{'；'.join(guessed)}"))
    takeaway, line = first_takeaway(case, title) if named or case.label else ("", case.line)
    if takeaway:
        words = f"先摘了原文“{takeaway}”，请改成“该怎么做”的一句话"
    else:
        words = "空着：原文里没有现成的，请写一句“该怎么做”"
    doubts.append(Doubt(line, f"{called(case)}的一句话教训{words}"))
    last = case.parts[-1].passages[-1]
    if len(last.text) > 15 and not re.search(f"[{END_MARKS}”』」）)》]$", last.text):
        doubts.append(
            Doubt(
                last.line(len(last.text) - 1), f"{called(case)}的最后一句“…{last.text[-12:]}”好像没有写完，请对照原文"
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


def _take_category(case: FoundCase, left_out: list[LeftOut]) -> str:
    """The category that a section of the case names; the section goes."""
    for part in case.parts:
        value = " ".join(part.text.split())
        if part.name in section_names(SectionRole.CATEGORY) and len(value) <= 20 and len(case.parts) > 1:
            case.parts.remove(part)
            left_out.append(LeftOut(part.line, part.name, "分类的小标题，内容写进了 category"))
            return value.rstrip("。；;")
    return ""


def _kind(case: FoundCase) -> CaseKind:
    """To be copied or not: as its group says, by its sections, or by what its text speaks of."""
    names = {part.name for part in case.parts}
    if case.positive is not None:
        return CaseKind.POSITIVE if case.positive else CaseKind.NEGATIVE
    if _PRAISE.search(case.title):
        return CaseKind.POSITIVE
    bad = names.intersection(
        (*section_names(SectionRole.PROBLEM, SectionRole.IMPACT), "违规条款", "违反条款", "违反规定")
    )
    good = names.intersection(section_names(SectionRole.SERVICE, SectionRole.RESULT))
    praised = only_praises("\n".join((case.title, *(part.text for part in case.parts))))
    return CaseKind.POSITIVE if (good or praised) and not bad else CaseKind.NEGATIVE


def _sections(case: FoundCase, kind: CaseKind, doubts: list[Doubt], changes: list[Change]) -> Iterator[Section]:
    """The sections, those that the bot reads out under the names that it knows."""
    names = {part.name for part in case.parts}
    course = SectionRole.SERVICE if kind is CaseKind.POSITIVE else SectionRole.COURSE
    usual = dict.fromkeys(section_names(SectionRole.COURSE), course.usual)
    usual |= {name: role.usual for role in _RENAMED for name in section_names(role)}
    for part in case.parts:
        name = part.name
        if not name:
            name = course.usual if course.usual not in names else SectionRole.SUMMARY.usual
            if len(case.parts) > 1:
                doubts.append(Doubt(part.line, f"{called(case)}的开头没有小标题，放在“{name}”，请核对"))
        elif name in CASE_HEADINGS:
            name = f"原文{name}"
        elif name in usual and name not in _KEPT and usual[name] not in names:
            changes.append(Change(part.line, name, usual[name], "小标题换成常用的叫法"))
            name = usual[name]
        names.add(name)
        yield Section(name, part.text)


def _write(source: SourceText, case: FoundCase, draft: DraftCase) -> DraftFile:
    place = source.place(case.line)
    origin = " ".join(filter(None, (case.collection, draft.label)))
    values: list[tuple[str, str | tuple[str, ...]]] = [
        ("id", draft.id),
        ("title", draft.title),
        ("kind", draft.kind.value),
        ("category", draft.category),
        ("cites", draft.cites),
        ("source", f"{origin}（{source.name} {place}）"),
    ]
    blocks = [
        write_heading(2, section.title) + "\n" + write_paragraphs(section.text.split("\n"))
        for section in draft.sections
    ]
    front = write_front_matter(values).removesuffix("---\n")
    takeaway = f"takeaway: {scalar(draft.takeaway)}".rstrip()  # to be filled in where it is empty
    text = f"{front}{takeaway}\n---\n" + "\n\n".join(blocks) + "\n"
    return DraftFile(PurePosixPath("cases", f"{draft.id}.md"), text)


def _note_numbers(cases: Sequence[FoundCase], doubts: list[Doubt]) -> None:
    for earlier, later in pairwise(cases):
        if later.collection == earlier.collection and later.number > earlier.number + 1:
            doubts.append(Doubt(later.line, f"{called(earlier)}后面是{called(later)}，中间可能漏了"))
