"""Question banks, written down as quizzes: `quizzes/<id>.md`, each question below the clause that it cites."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from retrieval.content.format import QUIZ, write_front_matter, write_heading, write_paragraphs
from retrieval.content.quizzes import MOST_OPTIONS
from retrieval.importing.drafts.citing import CitationFinder
from retrieval.importing.drafts.draft import Citation, Drafted, DraftFile, NotHeld
from retrieval.importing.drafts.naming import propose_id
from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.headings.articles import is_title
from retrieval.importing.layout.notes import Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.bankquestions import Bank, BankQuestion
from retrieval.model import KnowledgeBase

_TITLE = 40


def draft_quizzes(source: SourceText, bank: Bank, knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write a question bank down.

    Args:
        source: The document.
        bank: What was read of it.
        knowledge: What is there already; clauses in it are cited.
        taken: Ids that can't be used; gets the new one.
    """
    title = bank.title if bank.title and is_title(bank.title, _TITLE) and "\t" not in bank.title else source.stem
    identifier = propose_id(title, taken, syllables=8, otherwise="quizzes")
    taken.add(identifier)
    finder = CitationFinder(knowledge)
    groups: dict[str, list[str]] = {"": []}
    citations: list[Citation] = []
    not_held: list[NotHeld] = []
    left_out = [*bank.left_out]
    written = 0
    for question in bank.questions:
        if why := _unfit(question):
            left_out.append(LeftOut(question.line, " ".join((question.stem, *question.options)), why))
            continue
        held, missing, _ = finder.find(_passages(question), books=False)
        citations += held
        not_held += missing
        groups.setdefault(held[0].clause if held else "", []).append(_written(question))
        written += 1
    files = (_file(identifier, title, source, groups),) if written else ()
    return Drafted(
        title,
        files,
        questions=written,
        citations=tuple(citations),
        not_held=tuple(not_held),
        doubts=tuple(_doubts(bank, left_out, groups)),
        left_out=tuple(sorted(left_out, key=lambda part: part.line)),
    )


def _file(identifier: str, title: str, source: SourceText, groups: dict[str, list[str]]) -> DraftFile:
    blocks = [
        write_heading(2, subject or QUIZ) + "\n" + "\n\n".join(questions)
        for subject, questions in groups.items()
        if questions
    ]
    front = write_front_matter([("id", identifier), ("title", title), ("source", source.name)])
    return DraftFile(PurePosixPath("quizzes", f"{identifier}.md"), front + "\n\n".join(blocks) + "\n")


def _unfit(question: BankQuestion) -> str:
    """Why a question can be no quiz; empty where it can."""
    if len(question.options) > MOST_OPTIONS:
        return f"选项超过 {MOST_OPTIONS} 个的题"
    return "有两个一样选项的题" if len(set(question.options)) < len(question.options) else ""


def _passages(question: BankQuestion) -> list[Passage]:
    return [Passage(text, ((0, question.line),)) for text in (question.explanation, question.stem) if text]


def _written(question: BankQuestion) -> str:
    options = [
        f"- [{'x' if place in question.correct else ' '}] {' '.join(option.split())}"
        for place, option in enumerate(question.options)
    ]
    right = "、".join(question.options[place] for place in sorted(question.correct)) or question.answer
    explanation = " ".join((question.explanation or "").split())
    reason = f"{right.rstrip('。')}。{explanation}" if explanation else right
    return "\n".join(
        [write_paragraphs([" ".join(question.stem.split())]), *options, f"解析: {' '.join(reason.split())}"]
    )


def _doubts(bank: Bank, left_out: Sequence[LeftOut], groups: dict[str, list[str]]) -> list[Doubt]:
    tied = sum(len(questions) for subject, questions in groups.items() if subject)
    doubts = [
        Doubt(0, "题库只用来考，不当规定查：题目和选项员工问不到；引了库里条款的，案例考一考不够时会用上"),
        *([Doubt(0, f"有 {tied} 题对上了库里的条款，写在各自的条款下面，请看对不对")] if tied else []),
    ]
    unread = [part for part in left_out if part.why not in _PASSED_OVER]
    if unread:
        doubts.append(
            Doubt(unread[0].line, f"有 {len(unread)} 处没有读成题目（没有答案、选项对不上等），列在后面，请补上再发")
        )
    if not bank.questions:
        doubts.append(Doubt(0, "一道完整的题也没有读出来"))
    return doubts


_PASSED_OVER = {
    "题号和题型",
    "没有题目或答案的行",
    "题库的栏目",
    "题库的答案页",
    "表头",
    "别的列",
    "表格以外的文字",
    "题目以外的文字",
}
