"""Questions with their answers: from a spreadsheet's columns, or from a text with 问 and 答."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from retrieval.content.format import QUESTIONS, write_front_matter, write_heading, write_paragraphs
from retrieval.importing.drafts.draft import Drafted, DraftFile
from retrieval.importing.drafts.naming import propose_id
from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.headings.articles import is_title, numbered
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.bankquestions import Bank, BankQuestion

_QUESTION = re.compile(
    r"(?:\d{1,4}\s*[、.．)）]?\s*|[（(]\d{1,4}[)）]\s*|[一二三四五六七八九十]{1,3}、\s*)?(?:问题?|提问|Q)\s*\d{0,4}\s*[：:.．、]\s*(.*)",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"(?:参考|标准)?(?:答案?|回答|答复|A)\s*\d{0,4}\s*[：:]\s*(.*)", re.IGNORECASE)
_BOTH = re.compile(r"(.*?[？?])\s*答\s*[：:]\s*(.*)")
_COLUMNS = {
    "question": re.compile("问题|题目|题干|提问|试题|问|客户问法|常见问题|问题描述|题目内容"),
    "answer": re.compile("(?:参考|标准|正确)?(?:答案|回答|答复|解答|答)(?:内容)?|标准话术|话术|应答"),
    "number": re.compile("序号|题号|编号|NO[.．]?", re.IGNORECASE),
    "explanation": re.compile("(?:答案)?解析|说明|依据|政策依据|出处|来源|备注|规定依据"),
}
_HEADING = 60
_QUESTION_LENGTH = 100


@dataclass(frozen=True, slots=True)
class _Pair:
    """A question and its answer.

    Attributes:
        labels: What was printed before them, 问： or 3、 or a number in a column of its own, with its line.
    """

    question: str
    answer: tuple[str, ...]
    line: int
    labels: tuple[tuple[int, str], ...] = ()


def count_questions(source: SourceText, passages: Sequence[Passage]) -> int:
    """How many questions with answers a document holds."""
    return len(_pairs(source, passages)[0])


def bank_of_answers(source: SourceText, passages: Sequence[Passage]) -> Bank:
    """The questions of an exam paper whose answers are words: they are asked, and not looked up."""
    pairs, left_out = _pairs(source, passages)
    title = left_out[0].text if left_out and is_title(left_out[0].text, 40) and "\t" not in left_out[0].text else ""
    questions = tuple(
        BankQuestion(pair.question, (), frozenset(), " ".join(pair.answer), "", pair.line) for pair in pairs
    )
    return Bank(questions, tuple(left_out), title)


def draft_questions(source: SourceText, passages: Sequence[Passage], taken: set[str]) -> Drafted:
    """Write down questions and answers: a book of guidance whose clauses are the answers, found by their questions.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        taken: Ids that can't be used; gets the new one.
    """
    pairs, left_out = _pairs(source, passages)
    heading = passages[0].text if passages and left_out and left_out[0].text == passages[0].text else ""
    title = heading if heading and is_title(heading, 40) and "\t" not in heading else source.stem
    identifier = propose_id(title, taken, syllables=8, otherwise="questions")
    taken.add(identifier)
    doubts = [
        Doubt(0, "问答按“案例和培训材料里的要求”（guidance）写成一条一答：员工会看到“不是正式规章”，请核对内容后再用")
    ]
    seen: dict[str, int] = {}
    blocks: list[str] = []
    for number, pair in enumerate(pairs, 1):
        if pair.question in seen:
            doubts.append(
                Doubt(pair.line, f"“{pair.question[:20]}”和第 {seen[pair.question]} 题的问题一样，请看要不要都留")
            )
        seen.setdefault(pair.question, number)
        short = len(pair.question) <= _HEADING
        body = pair.answer if short else (pair.question, *pair.answer)
        blocks.append(
            write_heading(2, f"{number}、{pair.question}" if short else str(number))
            + "\n"
            + write_paragraphs(body)
            + f"\n\n### {QUESTIONS}\n- {' '.join(pair.question.split())}"
        )
    values: list[tuple[str, str | tuple[str, ...]]] = [
        ("id", identifier),
        ("title", title),
        ("kind", "guidance"),
        ("verified", "no"),
        ("source", f"{source.name}（{source.place(pairs[0].line)}起）"),
    ]
    text = write_front_matter(values) + "\n\n".join(blocks) + "\n"
    file = DraftFile(PurePosixPath("rules", f"{identifier}.md"), text)
    labels = tuple(Change(line, label, "", "问答的标签") for pair in pairs for line, label in pair.labels)
    return Drafted(title, (file,), questions=len(pairs), doubts=tuple(doubts), changes=labels, left_out=tuple(left_out))


def _pairs(source: SourceText, passages: Sequence[Passage]) -> tuple[list[_Pair], list[LeftOut]]:
    """The pairs, and what is none of them."""
    if any(line.cells for line in source.lines):
        found = _from_rows(source)
        if found[0]:
            return found
    return _from_text(passages)


def _from_rows(source: SourceText) -> tuple[list[_Pair], list[LeftOut]]:
    pairs: list[_Pair] = []
    left_out: list[LeftOut] = []
    columns: dict[str, int] = {}
    sheet = ""
    for number, line in enumerate(source.lines, 1):
        if not line.text.strip():
            continue
        cells = [cell.strip() for cell in line.cells]
        if not cells:
            left_out.append(LeftOut(number, line.text.strip(), "表格以外的文字"))
            continue
        current = line.place.partition("第")[0]
        if current != sheet:
            sheet, columns = current, {}
        header = _header(cells)
        if header:
            columns = header
            left_out.append(LeftOut(number, " ".join(cells), "表头"))
            continue
        question, answer = _cell(cells, columns.get("question")), _cell(cells, columns.get("answer"))
        if not question or not answer:
            left_out.append(LeftOut(number, " ".join(cells), "没有问题或答案的行"))
            continue
        pair, rest = _pair_of(number, cells, columns)
        pairs.append(pair)
        if rest:
            left_out.append(LeftOut(number, rest, "别的列"))
    return pairs, left_out


def _pair_of(number: int, cells: Sequence[str], columns: dict[str, int]) -> tuple[_Pair, str]:
    """The pair of a row, and what its other columns hold."""
    question, answer = _cell(cells, columns["question"]), _cell(cells, columns["answer"])
    lines = [answer, *filter(None, [_cell(cells, columns.get("explanation"))])]
    count = _cell(cells, columns.get("number"))
    rest = [cell for place, cell in enumerate(cells) if cell and place not in columns.values()]
    if count and not count.isdecimal():
        rest.insert(0, count)
    answers = tuple(part for text in lines for part in text.split("\n"))
    labels = ((number, count),) if count.isdecimal() else ()
    return _Pair(" ".join(question.split()), answers, number, labels), " ".join(rest)


def _header(cells: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = re.sub(r"[\s*（(].*$", "", cell)
        for name, pattern in _COLUMNS.items():
            if pattern.fullmatch(text):
                columns.setdefault(name, place)
    return columns if {"question", "answer"} <= columns.keys() else {}


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _from_text(passages: Sequence[Passage]) -> tuple[list[_Pair], list[LeftOut]]:
    reading = _Reading()
    for passage in passages:
        reading.add(passage)
    reading.finish()
    return reading.pairs, sorted(reading.left_out, key=lambda part: part.line)


@dataclass(slots=True)
class _Reading:
    """Goes through a text from question to question."""

    pairs: list[_Pair] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    question: list[Passage] = field(default_factory=list)
    answer: list[Passage] = field(default_factory=list)
    labels: list[tuple[int, str]] = field(default_factory=list)
    answering: bool = False

    def add(self, passage: Passage) -> None:
        """Take the next paragraph."""
        asked, answered, both = (pattern.fullmatch(passage.text) for pattern in (_QUESTION, _ANSWER, _BOTH))
        if asked or (both and not answered):
            self.finish()
            self.ask(passage, asked.start(1) if asked else 0)
        elif answered and self.question:
            self.answering = True
            self.take(self.answer, passage, 0, answered.start(1))
        elif start := _numbered_question(passage.text):
            self.finish()
            self.take(self.question, passage, 0, start)
        elif self.answering:
            self.answer.append(passage)
        elif self.question:
            self.question.append(passage)
        else:
            self.left_out.append(LeftOut(passage.line(), passage.text, "问答以外的文字"))

    def ask(self, passage: Passage, start: int) -> None:
        """Begin a question; its answer may stand in the same paragraph."""
        inside = _BOTH.fullmatch(passage.text, start)
        self.take(self.question, passage, 0, start, inside.end(1) if inside else None)
        if inside:
            self.answering = True
            self.take(self.answer, passage, inside.end(1), inside.start(2))

    def take(self, where: list[Passage], passage: Passage, label: int, start: int, end: int | None = None) -> None:
        """Put a part of a paragraph where it belongs, and the label before it aside."""
        if passage.text[label:start].strip():
            self.labels.append((passage.line(), passage.text[label:start].strip()))
        piece = passage.cut(start, end)
        if piece.text:
            where.append(piece)

    def finish(self) -> None:
        """End a question."""
        if self.question and self.answer:
            text = "".join(passage.text for passage in self.question)
            answer = tuple(passage.text for passage in self.answer)
            self.pairs.append(_Pair(text, answer, self.question[0].line(), tuple(self.labels)))
        else:
            self.left_out += [LeftOut(line, label, "没有答案的问题") for line, label in self.labels]
            self.left_out += [
                LeftOut(passage.line(), passage.text, "没有答案的问题") for passage in (*self.question, *self.answer)
            ]
        self.question, self.answer, self.labels, self.answering = [], [], [], False


def _numbered_question(text: str) -> int:
    """3. 抄表日没人怎么办？ begins a question whose answer follows: where its words start; 0 for anything else."""
    if len(text) <= _QUESTION_LENGTH and text.endswith(("？", "?")):
        for way in range(2):
            found = numbered(text, way)
            if found:
                return len(text) - len(found[1])
    return 0
