"""From a document's text to drafts: what it is, and what becomes of it."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath, PurePosixPath

from retrieval.content.cases import read_case
from retrieval.content.format import section_names
from retrieval.content.quizzes import read_quiz_bank
from retrieval.content.rules import ID, read_rule
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.importing.drafts.cases import draft_cases, draft_story
from retrieval.importing.drafts.citing import CitationFinder
from retrieval.importing.drafts.draft import Draft, Drafted, DraftFile, DraftKind
from retrieval.importing.drafts.questions import bank_of_answers, count_questions, draft_questions
from retrieval.importing.drafts.quizzes import draft_quizzes
from retrieval.importing.drafts.rules import draft_rules
from retrieval.importing.files.source import Form, LeftOut, SourceText
from retrieval.importing.headings.articles import article_heading
from retrieval.importing.headings.cases import case_heading
from retrieval.importing.layout.cleaning import clean
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.layout.title_marks import restore_title_marks
from retrieval.importing.structure.amendments import amends
from retrieval.importing.structure.articles import article_places, numbered_places
from retrieval.importing.structure.banks import is_exam, read_bank
from retrieval.importing.structure.casestarts import case_places, count_sections
from retrieval.importing.structure.casetables import read_case_tables
from retrieval.importing.structure.outlines import outline
from retrieval.importing.structure.story import find_story
from retrieval.model import KnowledgeBase

_MANY_ARTICLES = 10
_FEW_ARTICLES = 3
_PLACES = 8
_MARKED_SECTION = re.compile("[【〖\\[［](?:" + "|".join(section_names()) + ")[】〗\\]］]")
_UNKNOWN = (
    "看不出这是规章、案例还是问答，没有写草稿：规章要有“第几条”，案例要有“案例一”或“【事件过程】”这样的标题，"
    "问答要有“问：”“答：”"
)
_COMMENT = re.compile("<!--.*?-->")
_MARKUP = re.compile(
    r"^#{1,6}\s*|^>\s+|^[-*+]\s+(?=\S)|\*\*|__|\s#+$|(?<![*\w])\*(?=[^\s*])|(?<=[^\s*])\*(?![*\w])|^(?:[-*_]\s*){3,}$"
)
_FIELD = re.compile("(id|takeaway):\\s*(.*)")


def draft(source: SourceText, knowledge: KnowledgeBase, taken: Collection[str] = ()) -> Draft:
    """Turn a document into drafts in the knowledge format. Words are never changed; what isn't certain becomes a doubt.

    Args:
        source: The document's text.
        knowledge: What is there: its clauses are cited, its ids are not used again.
        taken: Further ids that are not to be used, such as those of drafts that wait.
    """
    used = {*taken, *(rule.id for rule in knowledge.rules), *(case.id for case in knowledge.cases)}
    ready = _ready(source, used)
    if ready is not None:
        return _finished(source, ready[0], ready[1], [], [], [])
    cleaned = clean(source)
    passages, comments, marks = _without_markup(source, cleaned.passages)
    passages, restored = restore_title_marks(passages, knowledge)
    kind, drafted = _understood(source, passages, knowledge, used)
    if kind is DraftKind.QUIZZES:  # read line by line as they stand, not as they were cleaned
        return _finished(source, kind, drafted, [], [], [])
    return _finished(source, kind, drafted, list(cleaned.doubts), [*cleaned.changes, *marks, *restored], comments)


def _understood(
    source: SourceText, passages: Sequence[Passage], knowledge: KnowledgeBase, used: set[str]
) -> tuple[DraftKind, Drafted]:
    """What a document is, and what is drafted of it. What must not be taken for a rule book is looked for first."""
    tables = read_case_tables(source)
    if tables is not None:
        return DraftKind.CASES, draft_cases(source, passages, knowledge, used, tables)
    articles = len(article_places(passages))
    bank = read_bank(source) if articles < _MANY_ARTICLES else None
    kind = _kind(source, passages)
    if bank is None and kind is DraftKind.QUESTIONS and is_exam(source, passages):
        bank = bank_of_answers(source, passages)
    if bank is not None:
        return DraftKind.QUIZZES, draft_quizzes(source, bank, knowledge, used)
    if kind is DraftKind.CASES:
        return kind, draft_cases(source, passages, knowledge, used)
    if kind is DraftKind.QUESTIONS:
        drafted = draft_questions(source, passages, used)
    else:
        story = find_story(passages, counted=kind is DraftKind.RULES) if articles < _FEW_ARTICLES else None
        if story is not None:
            return DraftKind.CASES, draft_story(source, story, knowledge, used)
        why = amends(source, passages) or (_UNKNOWN if kind is DraftKind.UNKNOWN else "")
        if why:
            return DraftKind.UNKNOWN, _left_alone(source, passages, why)
        drafted = draft_rules(source, passages, knowledge, used)
    return kind, _with_citations(drafted, passages, knowledge)


def _left_alone(source: SourceText, passages: Sequence[Passage], why: str) -> Drafted:
    """Nothing is drafted; every paragraph is listed."""
    left_out = tuple(LeftOut(passage.line(), passage.text, "没有写草稿") for passage in passages)
    return Drafted(source.stem, (), doubts=(Doubt(0, why),), left_out=left_out)


def _finished(
    source: SourceText,
    kind: DraftKind,
    drafted: Drafted,
    doubts: Sequence[Doubt],
    changes: Sequence[Change],
    left_out: Sequence[LeftOut],
) -> Draft:
    problems = [problem for file in drafted.files for problem in _problems(file)]
    unmarked = [citation.line for citation in drafted.citations if not re.search("[《》“”]", citation.written)]
    marks = f"有 {len(unmarked)} 处引用的规章没有书名号，原文如此，没有动：{'、'.join(map(source.place, unmarked[:_PLACES]))}"
    all_doubts = [
        *([Doubt(unmarked[0], marks + ("等" if len(unmarked) > _PLACES else ""))] if unmarked else []),
        *(Doubt(0, remark) for remark in source.remarks),
        *doubts,
        *drafted.doubts,
        *(Doubt(0, f"草稿还要改：{problem}") for problem in problems),
    ]
    noted = [*changes, *drafted.changes]
    named = {
        *(doubt.line for doubt in all_doubts),
        *(change.line for change in noted),
        *(part.line for part in (*left_out, *drafted.left_out)),
        *(citation.line for citation in drafted.citations),
        *(missing.line for missing in drafted.not_held),
        *(case.line for case in drafted.cases),
        *(clause.line for clause in drafted.clauses),
    }
    return Draft(
        name=source.name,
        kind=kind,
        title=drafted.title,
        files=drafted.files,
        cases=drafted.cases,
        clauses=drafted.clauses,
        questions=drafted.questions,
        citations=drafted.citations,
        not_held=drafted.not_held,
        doubts=tuple(sorted(dict.fromkeys(all_doubts), key=lambda doubt: doubt.line)),
        changes=tuple(sorted(noted, key=lambda change: change.line)),
        left_out=tuple(sorted((*source.left_out, *left_out, *drafted.left_out), key=lambda part: part.line)),
        places={line: source.place(line) for line in sorted(named) if line},
    )


def _problems(file: DraftFile) -> list[Problem]:
    """What the loader would say about a draft; what it cites is held, so only the file itself is read."""
    problems: list[Problem] = []
    text = TextFile(PurePath(file.path), tuple(file.text.split("\n")), "utf-8")
    if file.path.parent.name == "rules":
        read_rule(text, problems)
    elif file.path.parent.name == "quizzes":
        read_quiz_bank(text, problems)
    else:
        read_case(text, problems)
    return sorted(set(problems))


def _with_citations(drafted: Drafted, passages: Sequence[Passage], knowledge: KnowledgeBase) -> Drafted:
    """Rule books and answers cite too, though their format has no place for it: for the summary."""
    citations, not_held, _ = CitationFinder(knowledge).find(passages, books=False)
    return Drafted(
        drafted.title,
        drafted.files,
        drafted.cases,
        drafted.clauses,
        drafted.questions,
        tuple(citations),
        tuple(not_held),
        drafted.doubts,
        drafted.changes,
        drafted.left_out,
    )


def _kind(source: SourceText, passages: Sequence[Passage]) -> DraftKind:
    places = article_places(passages)
    articles, cases, sections = len(places), len(case_places(passages)), count_sections(passages)
    questions = count_questions(source, passages)
    a_book = (articles >= _MANY_ARTICLES and articles > 3 * cases) or _is_short_book(passages, places)
    if questions >= 2 and not a_book and cases < 2:
        return DraftKind.QUESTIONS
    if cases and not a_book and (cases >= 2 or sections or not articles):
        return DraftKind.CASES
    # A table's first column counts too; that makes no list of rules of it.
    listed = source.form is not Form.SHEET and (
        numbered_places(passages)[1] or outline([passage.text for passage in passages])
    )
    if articles or listed:
        return DraftKind.RULES
    return DraftKind.QUESTIONS if questions else DraftKind.UNKNOWN


def _is_short_book(passages: Sequence[Passage], places: Sequence[int]) -> bool:
    """Whether a text of a few articles is a rule book: 第一条, 第二条, 第三条 …, and no 案例一 or 【事件过程】 anywhere.

    Sections like （二）处理 stand in rule books too.
    """
    if len(places) < _FEW_ARTICLES or any(case_heading(passage.text) for passage in passages):
        return False
    numbers = [found.number for place in places if (found := article_heading(passages[place].text))]
    counts_up = numbers == list(range(1, len(numbers) + 1))
    return counts_up and not any(_MARKED_SECTION.match(passage.text) for passage in passages)


def _without_markup(
    source: SourceText, passages: Sequence[Passage]
) -> tuple[list[Passage], list[LeftOut], list[Change]]:
    """A Markdown file's text: heading marks are layout, comments are for other eyes."""
    if not source.name.lower().endswith(".md"):
        return list(passages), [], []
    kept: list[Passage] = []
    comments: list[LeftOut] = []
    changes: list[Change] = []
    for passage in passages:
        comments += [
            LeftOut(passage.line(found.start()), found[0], "注释") for found in _COMMENT.finditer(passage.text)
        ]
        bare = passage.edited([(*found.span(), "") for found in _COMMENT.finditer(passage.text)]).cut(0)
        plain = bare.edited([(*found.span(), "") for found in _MARKUP.finditer(bare.text)]).cut(0)
        if plain.text != bare.text:
            changes.append(Change(bare.line(), bare.text[:20], plain.text[:20], "Markdown 的标记"))
        if plain.text:
            kept.append(plain)
    return kept, comments, changes


def is_knowledge_file(source: SourceText) -> bool:
    """Whether a text is in the knowledge format already: it begins with front matter that has an id."""
    if source.form is not Form.TEXT or not source.lines or source.lines[0].text.strip() != "---":
        return False
    fields = {found[1]: found[2] for found in _fields([line.text for line in source.lines])}
    return ID.fullmatch(fields.get("id", "").strip()) is not None


def _ready(source: SourceText, used: Collection[str]) -> tuple[DraftKind, Drafted] | None:
    """A document that is in the knowledge format already goes through as it is."""
    if not is_knowledge_file(source):
        return None
    lines = [line.text for line in source.lines]
    fields = {found[1]: found[2] for found in _fields(lines)}
    identifier = fields["id"].strip()
    kind, folder = (DraftKind.CASES, "cases") if "takeaway" in fields else (DraftKind.RULES, "rules")
    doubts = [Doubt(1, "这份文件已经是知识库的格式，原样放进草稿")]
    if identifier in used:
        doubts.append(Doubt(1, f"库里已有 {identifier}：导入会换掉它，请对照"))
    text = "\n".join(lines).rstrip("\n") + "\n"
    return kind, Drafted(
        source.stem, (DraftFile(PurePosixPath(folder, f"{identifier}.md"), text),), doubts=tuple(doubts)
    )


def _fields(lines: Sequence[str]) -> Iterator[re.Match[str]]:
    for line in lines[1:]:
        if line.strip() == "---":
            return
        found = _FIELD.fullmatch(line.strip())
        if found:
            yield found
