"""Cases, written down in the knowledge format."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from retrieval.content.format import (
    CASE_HEADINGS,
    SectionRole,
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
from retrieval.importing.structure.casebook import FoundCase, called, cut_sections, read_cases, title_of
from retrieval.model import CaseKind, KnowledgeBase, Section

_RENAMED = (SectionRole.SERVICE, SectionRole.LESSON, SectionRole.RESULT)
"""Roles whose sections get the usual name, beside the course of events."""
_KEPT = {"案情", "点评", *(role.usual for role in SectionRole)}


def draft_cases(source: SourceText, passages: Sequence[Passage], knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write down the cases of a document.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        knowledge: What is there already; clauses in it are cited.
        taken: Ids that can't be used; gets the new ones.
    """
    title = title_of(passages) or source.stem
    cases, left_out = read_cases(passages, title)
    doubts: list[Doubt] = []
    finder = CitationFinder(knowledge)
    categories = Categories(knowledge)
    twins = Twins(knowledge.cases)
    files: list[DraftFile] = []
    drafts: list[DraftCase] = []
    changes: list[Change] = []
    citations: list[Citation] = []
    not_held: list[NotHeld] = []
    for case in cases:
        cut_sections(case, doubts, changes)
        left_out += [
            LeftOut(part.line, part.name, "没有内容的小标题") for part in case.parts if part.name and not part.passages
        ]
        case.parts = [part for part in case.parts if part.passages]
        if not case.parts:
            doubts.append(Doubt(case.line, f"{called(case)}没有正文，没有写进草稿"))
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
                Doubt(case.line, f"{called(case)}和库里的案例“{twin.title}”（{twin.id}）几乎一样，请看要不要重复导入")
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


def _draft_case(
    case: FoundCase,
    cited: Sequence[Citation],
    categories: "Categories",
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
    takeaway, line = first_takeaway(case, title)
    doubts.append(Doubt(line, f"{called(case)}的一句话教训先摘了原文“{takeaway}”，请改成“该怎么做”的一句话"))
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
    names = {part.name for part in case.parts}
    if case.positive is not None:
        return CaseKind.POSITIVE if case.positive else CaseKind.NEGATIVE
    good = names.intersection(section_names(SectionRole.SERVICE, SectionRole.RESULT))
    return (
        CaseKind.POSITIVE
        if good and not names.intersection(section_names(SectionRole.PROBLEM, SectionRole.RULES, SectionRole.IMPACT))
        else CaseKind.NEGATIVE
    )


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
        ("takeaway", draft.takeaway),
    ]
    blocks = [
        write_heading(2, section.title) + "\n" + write_paragraphs(section.text.split("\n"))
        for section in draft.sections
    ]
    text = write_front_matter(values) + "\n\n".join(blocks) + "\n"
    return DraftFile(PurePosixPath("cases", f"{draft.id}.md"), text)


def _note_numbers(cases: Sequence[FoundCase], doubts: list[Doubt]) -> None:
    for earlier, later in pairwise(cases):
        if later.collection == earlier.collection and later.number > earlier.number + 1:
            doubts.append(Doubt(later.line, f"{called(earlier)}后面是{called(later)}，中间可能漏了"))
