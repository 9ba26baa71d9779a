"""Rule books, written down in the knowledge format."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from retrieval.content.format import write_front_matter, write_heading, write_paragraphs
from retrieval.content.rules import parse_clause_heading
from retrieval.importing.drafts.draft import DraftClause, Drafted, DraftFile
from retrieval.importing.drafts.naming import propose_id
from retrieval.importing.drafts.paragraphs import paragraphs_of
from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.headings.articles import HAN
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.facts import Facts, read_facts
from retrieval.importing.structure.rulebook import Chapter, FoundBook, FoundClause
from retrieval.importing.structure.rulebooks import find_books
from retrieval.model import KnowledgeBase, RuleKind

_ISSUER = re.compile(
    f"^[{HAN}]{{1,16}}(?:供电(?:营业)?所|供电公司|电力公司|供电局|公司|自治区|省|市|县|局)(?=[{HAN}]{{4,}}$)(?:关于)?"
)
_FILLING = re.compile("管理|实施|暂行|若干|工作|(?<=.)的(?=规定|办法)")
_GENERIC = re.compile("(?:服务|管理|工作|实施|考核)?(?:办法|规定|制度|细则|规则|规范|规程|标准|预案|方案|要求)")
_SHORTEST = 4
_SHORTENED = re.compile("^(?:中华人民共和国|国家电网有限公司|国家电网公司)")


def draft_rules(source: SourceText, passages: Sequence[Passage], knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write down the rule books of a document.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        knowledge: What is there already.
        taken: Ids that can't be used; gets the new ones.
    """
    books = find_books(passages)
    files: list[DraftFile] = []
    clauses: list[DraftClause] = []
    doubts: list[Doubt] = []
    left_out: list[LeftOut] = []
    changes: list[Change] = []
    titles: list[str] = []
    for book in books:
        doubts += book.doubts
        changes += book.changes
        left_out += book.left_out
        if not book.clauses:
            continue
        if not book.title and titles:
            chapter = next((part.title for part in book.parts if isinstance(part, Chapter)), f"第{len(titles) + 1}部分")
            book.title = f"{titles[0]} {chapter}"
            doubts.append(
                Doubt(book.clauses[0].line, f"条号从这里重新从第一条开始，另写成一部“{book.title}”，请看对不对")
            )
        elif not book.title:
            book.title = (
                re.sub(r"[_\s]*(?:19|20)\d\d\s*年?(?:修正|修订|版)?$", "", source.stem).strip("《》") or source.name
            )
            doubts.append(Doubt(0, f"没有找到规章的名称，先用了文件名“{book.title}”，请改"))
        file, found, noticed = _write(source, book, knowledge, taken)
        files.append(file)
        clauses += found
        doubts += noticed
        titles.append(book.title)
    return Drafted(
        "、".join(titles),
        tuple(files),
        clauses=tuple(clauses),
        doubts=tuple(doubts),
        changes=tuple(changes),
        left_out=tuple(left_out),
    )


def _write(
    source: SourceText, book: FoundBook, knowledge: KnowledgeBase, taken: set[str]
) -> tuple[DraftFile, list[DraftClause], list[Doubt]]:
    closing = ["\n".join(passage.text for passage in clause.passages) for clause in book.clauses[-5:]]
    signed = [passage.text for passage in book.signature]
    facts = read_facts(book.title, [passage.text for passage in book.head], closing, source.name, signed)
    identifier = propose_id(book.title, taken, syllables=8, tail=re.sub(r"\D", "", facts.edition)[:4], otherwise="rule")
    taken.add(identifier)
    doubts = [Doubt(book.title_line, message) for message in facts.doubts]
    doubts += _about_others(book, facts, knowledge)
    place = source.place(book.clauses[0].line)
    values: list[tuple[str, str | tuple[str, ...]]] = [
        ("id", identifier),
        ("title", book.title),
        ("short", _short_names(book.title, knowledge)),
        ("issuer", facts.issuer),
        ("document", facts.document),
        ("edition", facts.edition),
        ("kind", facts.kind.value),
        ("in_force", facts.in_force.isoformat() if facts.in_force and facts.kind is not RuleKind.GUIDANCE else ""),
        ("verified", "no"),
        ("source", f"{source.name}（{place}起）"),
    ]
    clauses = [_draft_clause(identifier, clause) for clause in book.clauses]
    text = write_front_matter(values) + "\n\n".join(_blocks(book, clauses)) + "\n"
    return DraftFile(PurePosixPath("rules", f"{identifier}.md"), text), clauses, doubts


def _blocks(book: FoundBook, clauses: Sequence[DraftClause]) -> Iterator[str]:
    """What stands below the front matter: the head, chapters and clauses, the annexes."""
    head = write_paragraphs(passage.text for passage in book.head)
    if head:
        yield head
    written = iter(clauses)
    for part in book.parts:
        if isinstance(part, Chapter):
            text = write_paragraphs(passage.text for passage in part.passages)
            yield "\n".join(filter(None, [write_heading(1, part.title), text]))
        else:
            clause = next(written)
            yield _heading_line(part, clause) + "\n" + write_paragraphs(clause.text.split("\n"))
    if book.annex:
        first, *rest = book.annex
        yield write_heading(1, first.text) + "\n" + write_paragraphs(passage.text for passage in rest)


def _heading_line(clause: FoundClause, drafted: DraftClause) -> str:
    separator = " " if re.match("第|[0-9]+[.]", clause.label) else "" if clause.label.endswith("）") else "、"
    line = write_heading(2, f"{drafted.label}{separator}{drafted.heading}" if drafted.heading else drafted.label)
    parsed = parse_clause_heading(line[3:])
    if parsed is None or parsed[0] != drafted.number:  # the label is printed in a way that the loader would not count
        item = f"（{drafted.number.item}）" if drafted.number.item else ""
        return write_heading(2, f"第{drafted.number.article}条{item} {drafted.heading}".strip())
    return line


def _draft_clause(identifier: str, clause: FoundClause) -> DraftClause:
    return DraftClause(
        id=f"{identifier}#{clause.number}",
        number=clause.number,
        label=clause.label,
        heading=clause.heading,
        text="\n".join(passage.text for passage in clause.passages),
        paragraphs=tuple(paragraphs_of(clause.passages)),
        line=clause.line,
    )


def _short_names(title: str, knowledge: KnowledgeBase) -> tuple[str, ...]:
    """What people call the book: without the issuer and 中华人民共和国, the words in quotation marks, without 管理 and the like.

    A name that a held book has, or ends with, would be two books' and is not proposed.
    """
    names: list[str] = []
    shortened = _SHORTENED.sub("", title)
    if shortened != title and len(shortened) >= 2:
        names.append(shortened)
    names += re.findall("“([^“”]{2,12})”", title)
    code = re.fullmatch("(.*法典)(.{1,8}编)", shortened)
    if code:
        names += [code[2], code[1]]
    bare = re.sub(r"[（(][^（()）]*[)）]$", "", shortened)
    own = _ISSUER.sub("", bare)
    spoken = _FILLING.sub("", own)
    held = {name for rule in knowledge.rules for name in (rule.title, *rule.short)}
    names += [
        name
        for name in (own, spoken)
        if len(name) >= _SHORTEST and not _GENERIC.fullmatch(name) and not any(each.endswith(name) for each in held)
    ]
    return tuple(dict.fromkeys(name for name in names if name != title))


def _about_others(book: FoundBook, facts: Facts, knowledge: KnowledgeBase) -> Iterator[Doubt]:
    """What the admin must decide about rule books that are there already."""
    for rule in knowledge.rules:
        if _same(rule.title, book.title):
            yield Doubt(
                book.title_line,
                f"库里已有《{rule.title}》（{rule.id}）：两版的有效日期不能重叠，请在旧版写 ended，或者只留一版",
            )
        elif any(_same(rule.title, name) for name in facts.repealed):
            yield Doubt(book.clauses[-1].line, f"条文说《{rule.title}》废止：请在 {rule.id} 里写 ended 和 replaced_by")


def _same(one: str, other: str) -> bool:
    return _SHORTENED.sub("", one).strip("《》") == _SHORTENED.sub("", other).strip("《》")
