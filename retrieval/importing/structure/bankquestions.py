"""Questions of a bank: what one consists of, and when it is complete."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum

from retrieval.importing.files.source import LeftOut
from retrieval.numerals import NUMERAL


class BankKind(Enum):
    """How a question is answered."""

    CHOICE = "选择"
    JUDGEMENT = "判断"
    WORDS = "填空"


@dataclass(frozen=True, slots=True)
class BankQuestion:
    """A question of a bank.

    Attributes:
        stem: Without its number and without its answer; a blank that held the answer is （ ）.
        options: Without their letters; 对 and 错 for what is to be judged; empty where it is answered in words.
        correct: Indices into `options`.
        answer: The words of the answer where there are no options.
        explanation: As it is printed; may be empty.
        line: Where it begins.
    """

    stem: str
    options: tuple[str, ...]
    correct: frozenset[int]
    answer: str
    explanation: str
    line: int


@dataclass(frozen=True, slots=True)
class Bank:
    """What a document holds of questions, and what could not be read as one."""

    questions: tuple[BankQuestion, ...]
    left_out: tuple[LeftOut, ...]
    title: str


LETTERS = "A-H"
EXAM = re.compile("题库|试题|试卷|考试|考题|竞赛|测试题|测验|抽考|应知应会")
NAMES = "单项?选择题|单选题|多项?选择题|多选题|不定项选择题|选择题|判断(?:正误|改错)?题|是非题|填空题|简答题|问答题|名词解释题?|论述题|案例分析题|计算题"
_SHORT_NAMES = "单选|多选|单项选择|多项选择|判断|填空|简答|问答"
SECTION = re.compile(
    rf"(?:[【\[]?\s*[（(]?(?:第?(?P<number>{NUMERAL})(?:部分|大题)?[)）]?[、.．:：]?\s*)?)(?P<kind>{NAMES}|(?:(?<=[【\[])|(?<=[、.．])|^)(?:{_SHORT_NAMES})(?=\s*(?:[】\]]|$|[（(])))"
    r"\s*[】\]]?\s*(?:[（(][^（()）]*[)）]|[:：].{0,40}|[，,].{0,40})?"
)
NUMBER = re.compile(
    r"(?:[【\[]\s*(?:题目?|试题|问题|第)\s*(?P<marked>\d{1,3})\s*题?\s*[】\]]\s*[:：]?|(?:题目|试题)\s*(?P<named>\d{1,3})\s*[:：、.．]"
    r"|(?:第\s*)?[（(]?\s*(?P<plain>\d{1,3})\s*[)）]?\s*(?:题\s*[:：.．、]?|[、:：)）]|[.．](?!\d)|(?<=[)）])|\s(?=\D)))\s*(?=\S)"
)
OPTION = re.compile(rf"(?<![A-Za-z])[（(]?([{LETTERS}])\s*[、.．:：)）]\s*|(?:^|(?<=[\s|;；]))([{LETTERS}])\s+(?=\S)")
_JUDGED = re.compile(r"[√✓✔☑对是TY]|正确|[×✗✘xX错否FN]|错误|不正确|不对", re.IGNORECASE)
_RIGHT = re.compile(r"[√✓✔☑对是TY]|正确", re.IGNORECASE)
INSIDE = re.compile(rf"[（(]\s*(?P<answer>[{LETTERS}](?:[、,，\s]*[{LETTERS}])*|[√✓✔×✗✘对错]|正确|错误)\s*[)）]")
_FILLED = re.compile(r"[（(]\s*(?P<answer>[^（()）]{1,20}?)\s*[)）]")
_BLANK_BEFORE = re.compile(r"^[（(]\s*[)）]\s*|\s*[（(]\s*[)）]$")
_LEAST = 2


def plain_line(text: str) -> str:
    """Full-width letters, digits and brackets written plainly; Chinese marks stay."""
    return "".join(
        unicodedata.normalize("NFKC", letter)
        if "\uff10" <= letter <= "\uff5a" and letter not in "：；？，！"
        else letter
        for letter in text
    ).replace("\u3000", " ")


@dataclass(slots=True)
class OpenQuestion:
    """A question that is being read.

    Attributes:
        section: Which section it stands in, counted from 0.
        number: As it is printed; 0 for none.
    """

    line: int
    section: int
    number: int
    kind: BankKind | None
    stem: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    answer: str = ""
    explanation: list[str] = field(default_factory=list)
    printed: list[tuple[int, str]] = field(default_factory=list)


def kind_of(name: str) -> BankKind:
    """How the questions of a section are answered, by the section's name."""
    if re.match("判断|是非", name):
        return BankKind.JUDGEMENT
    return BankKind.CHOICE if "选" in name else BankKind.WORDS


def cut_options(text: str, before: int) -> tuple[str, list[str]]:
    """What stands before the options of a line, and the options: A. 一天 B. 三天. The first letter follows those before."""
    marks: list[re.Match[str]] = []
    for found in OPTION.finditer(text):
        letter = ord(found[1] or found[2]) - ord("A")
        if letter == before + len(marks):
            marks.append(found)
    if not marks or (len(marks) == 1 and not before and marks[0].start() and not text[: marks[0].start()].strip()):
        return text.strip(), []
    if before == 0 and len(marks) == 1 and marks[0].start() > 0:
        return text.strip(), []  # 甲 A 相电压: a letter inside a stem
    edges = [*(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    options = [text[begin:end].strip(" \t|;；") for begin, end in zip(edges, ends, strict=True)]
    return text[: marks[0].start()].strip(" \t|"), options


def close_question(question: OpenQuestion) -> BankQuestion | str:
    """A question that is complete; else why it isn't."""
    stem, answer = _answer_inside("".join(line.strip() for line in question.stem), question)
    explanation = " ".join(part.strip() for part in question.explanation if part.strip())
    if not stem or not answer:
        return "没有答案的题" if stem else "没有题目"
    letters = re.sub(r"[\s、,，;；和]", "", answer.upper())
    lettered = re.fullmatch(f"[{LETTERS}]+", letters) is not None
    if len(question.options) >= 2:
        right = {ord(letter) - ord("A") for letter in letters} if lettered else set[int]()
        right = right or {place for place, option in enumerate(question.options) if option == answer}
        if not right or max(right) >= len(question.options) or not all(question.options):
            return "选项和答案对不上"
        return BankQuestion(stem, tuple(question.options), frozenset(right), "", explanation, question.line)
    judged = _JUDGED.fullmatch(answer) is not None and question.kind in {None, BankKind.JUDGEMENT}
    if judged and not stem.endswith(("？", "?")):
        place = 0 if _RIGHT.fullmatch(answer) else 1
        return BankQuestion(
            _BLANK_BEFORE.sub("", stem), ("对", "错"), frozenset({place}), "", explanation, question.line
        )
    words = question.answer.strip() or answer
    return "没有选项" if lettered else BankQuestion(stem, (), frozenset(), words, explanation, question.line)


def _answer_inside(stem: str, question: OpenQuestion) -> tuple[str, str]:
    """A stem without the answer that stands in its brackets, and the answer."""
    answer = question.answer.strip(" 。.;；")
    pattern = _FILLED if question.kind is BankKind.WORDS else INSIDE
    found = list(pattern.finditer(stem)) if not answer else []
    if not found:
        return stem.strip(), answer
    return pattern.sub("（ ）", stem).strip(), "；".join(inside["answer"].strip() for inside in found)


def enough(
    questions: list[BankQuestion], left_out: list[LeftOut], title: str, tried: int, *, sure: bool
) -> Bank | None:
    """A bank, if enough of what was tried is a question with options or a judgement."""
    chosen = sum(1 for question in questions if question.options)
    least = 1 if sure else _LEAST
    if (chosen < least and not (sure and questions)) or (not sure and chosen * 3 < tried):
        return None
    return Bank(tuple(questions), tuple(sorted(left_out, key=lambda part: part.line)), title)
