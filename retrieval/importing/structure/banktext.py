"""Question banks as text: from line to line, with the answers beside the questions or at the end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.structure.bankquestions import (
    EXAM,
    INSIDE,
    LETTERS,
    NAMES,
    NUMBER,
    SECTION,
    Bank,
    BankKind,
    BankQuestion,
    OpenQuestion,
    close_question,
    cut_options,
    enough,
    kind_of,
    plain_line,
)
from retrieval.numerals import parse_numeral

_KEY = re.compile(
    rf"(?:附件?\d?\s*[:：]?)?\s*[【\[]?\s*(?P<kind>{NAMES})?\s*(?:参考|标准|正确)?答\s*案(?:及解析|与解析|部分|页)?\s*[】\]]?\s*[:：]?"
)
_ANSWER = re.compile(
    r"[（(【\[]?\s*(?:正确|参考|标准|本题)?(?:答\s*案|答)\s*(?:选|是|为)?\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<answer>[^】\]]*?)\s*[)）\]]?\s*(?=(?:【|\[)?(?:答案)?(?:解析|解释|依据|出处|说明|考点)[】\]:：]|$)"
)
_EXPLANATION = re.compile(
    r"[（(【\[]?\s*(?:答案|试题)?(?:解析|解释|依据|出处|说明|考点|条款依据|制度依据)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<text>.*)"
)
_BLANK = re.compile(r"[（(]\s*[)）]|_{2,}|＿{2,}|﹍{2,}")
_JUDGED_BEFORE = re.compile(r"^[（(]\s*([√✓✔×✗✘对错]|正确|错误)\s*[)）]\s*(\d{1,3}\s*[、.．)）])(.*)")
_KEYED = re.compile(
    rf"(?:第\s*)?(?P<first>\d{{1,3}})\s*(?:[-~—–～至到]{{1,2}}\s*(?P<last>\d{{1,3}}))?\s*(?:题\s*)?[、.．:：)）]?\s*"
    rf"(?P<answers>(?:[{LETTERS}]+(?:[\s、,，]+(?=[{LETTERS}]))?)+|[√✓✔×✗✘]+|(?:正确|错误|对|错)(?![{chr(0x4E00)}-{chr(0x9FFF)}]))"
)
_KEYED_WORDS = re.compile(
    r"(?:第\s*)?(?<!\d)(\d{1,3})\s*(?:题\s*)?[、.．:：)）]\s*(.+?)(?=\s+(?:第\s*)?\d{1,3}\s*(?:题\s*)?[、.．:：)）]|$)"
)
_KEY_SECTION = re.compile(r"\s*[（(]?([一二三四五六七八九十])[)）]?[、.．:：]\s*")
_LONGEST_HEADING = 45


@dataclass(slots=True)
class _Text:
    """Goes through a text from line to line."""

    questions: list[OpenQuestion] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    sections: list[tuple[int, BankKind | None]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    default: BankKind | None = None
    key: bool = False
    key_section: int = -1
    key_lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        """Take the next line."""
        section = SECTION.fullmatch(text) if len(text) <= _LONGEST_HEADING else None
        if self.questions and len(text) <= _LONGEST_HEADING and _KEY.fullmatch(text):
            self.key = True
            self.key_lines.append((line, text))
            self.left_out.append(LeftOut(line, text, "题库的栏目"))
        elif self.key:
            self.key_lines.append((line, text))
        elif section is not None:
            self.names.append(section["kind"])
            self.sections.append(
                (parse_numeral(section["number"] or "") or len(self.sections) + 1, kind_of(section["kind"]))
            )
            self.left_out.append(LeftOut(line, text, "题库的栏目"))
        else:
            self.add_text(line, text)

    def add_text(self, line: int, text: str) -> None:
        """A line of a question: its stem, options, answer, explanation, or several of them."""
        current = self.questions[-1] if self.questions else None
        text = _JUDGED_BEFORE.sub(r"\2（\1）\3", text)  # （×）1．客户…
        number = NUMBER.match(text)
        counted = int(number["marked"] or number["named"] or number["plain"]) if number is not None else 0
        if number is not None and self._begins(counted, text[number.end() :]):
            current = self._open(line, counted)
            text = text[number.end() :]
        elif current is not None and (current.answer and not _EXPLANATION.match(text) and not _ANSWER.match(text)):
            if current.number == 0 and (_BLANK.search(text) or INSIDE.search(text)):
                current = self._open(line, 0)  # stems without numbers
            elif current.explanation:
                current.explanation.append(text)
                return
        elif current is None and (_BLANK.search(text) or INSIDE.search(text)):
            current = self._open(line, 0)
        if current is None:
            self.left_out.append(LeftOut(line, text, "题目以外的文字"))
            return
        current.printed.append((line, text))
        self._take(current, text)

    def _begins(self, number: int, rest: str) -> bool:
        """Whether a numbered line begins a question: the numbers count up, or start anew in a section."""
        if not rest.strip():
            return False
        same = [question.number for question in self.questions if question.section == len(self.sections) - 1]
        last = same[-1] if same else 0
        before = self.questions[-1].number if self.questions else 0
        return number in {last + 1, last + 2, before + 1} or (number == 1 and not same)

    def _open(self, line: int, number: int) -> OpenQuestion:
        kind = self.sections[-1][1] if self.sections else self.default
        self.questions.append(OpenQuestion(line, len(self.sections) - 1, number, kind))
        return self.questions[-1]

    @staticmethod
    def _take(current: OpenQuestion, text: str) -> None:
        explanation = _EXPLANATION.search(text)
        if explanation is not None and (
            explanation.start() == 0 or current.options or current.answer or _ANSWER.search(text)
        ):
            current.explanation.append(explanation["text"])
            text = text[: explanation.start()].rstrip()
        answer = _ANSWER.search(text)
        if answer is not None:
            current.answer = answer["answer"].strip()
            text = text[: answer.start()].rstrip()
        stem, options = cut_options(text, len(current.options))
        if stem:
            if current.options:
                current.options[-1] += stem
            else:
                current.stem.append(stem)
        current.options += options

    def use_key(self) -> None:
        """Give the questions the answers that stand at the end of the text."""
        numbers: list[int] = []
        for line, text in self.key_lines:
            heading = _KEY.fullmatch(text)
            if heading is not None:
                self.key_section = self._section_of(heading["kind"] or "") if heading["kind"] else -1
                continue
            section = _KEY_SECTION.match(text)
            kind = SECTION.match(text)
            if section is not None:
                self.key_section = (parse_numeral(section[1]) or 1) - 1
            elif kind is not None:
                self.key_section = self._section_of(kind["kind"])
            if text.startswith("题号"):
                numbers = [int(number) for number in re.findall(r"\d{1,3}", text)]
                self.left_out.append(LeftOut(line, text, "题库的答案页"))
                continue
            rest = text[section.end() :] if section is not None else text
            used = self._key_row(numbers, rest) if text.startswith("答案") and numbers else self._key_line(rest)
            self.left_out.append(LeftOut(line, text, "题库的答案页" if used else "题库的栏目"))

    def _section_of(self, name: str) -> int:
        """The first section whose questions are answered in the way that a name says; -1 where there is none."""
        return next(
            (
                place
                for place, (_, each) in enumerate(self.sections)
                if each is kind_of(name) and self._same(place, name)
            ),
            -1,
        )

    def _same(self, place: int, name: str) -> bool:
        several = re.match("多|不定", name) is not None
        return not self.names or (re.match("多|不定", self.names[place]) is not None) == several

    def _key_row(self, numbers: Sequence[int], text: str) -> bool:
        """答案 ACD ABC, below 题号 （1） （2）."""
        answers = re.split(r"\s+", text.removeprefix("答案").strip(" :：\t"))
        return sum(self._give(number, answer) for number, answer in zip(numbers, answers, strict=False)) > 0

    def _key_line(self, text: str) -> bool:
        used = sum(self._key_one(found) for found in _KEYED.finditer(text)) > 0
        if not used:
            used = sum(self._give(int(found[1]), found[2].strip()) for found in _KEYED_WORDS.finditer(text)) > 0
        return used

    def _give(self, number: int, answer: str) -> bool:
        question = self._question(number)
        if question is None or question.answer or not answer or INSIDE.search("".join(question.stem)):
            return False
        question.answer = answer
        return True

    def _key_one(self, found: re.Match[str]) -> bool:
        first, last = int(found["first"]), int(found["last"] or found["first"])
        written = found["answers"]
        each: Sequence[str]
        if last > first:
            parts = re.split(r"[\s、,，]+", written.strip())
            each = parts if len(parts) > 1 else re.findall(f"[{LETTERS}]|[√✓✔×✗✘]", written)
        else:
            each = [re.sub(r"[\s、,，]", "", written)]
        return sum(self._give(number, answer) for number, answer in zip(range(first, last + 1), each, strict=False)) > 0

    def _question(self, number: int) -> OpenQuestion | None:
        return next(
            (
                question
                for question in self.questions
                if question.number == number
                and (self.key_section < 0 or question.section in {self.key_section, -1})
                and (self.key_section >= 0 or not question.answer)
            ),
            None,
        )


def read_text_bank(source: SourceText) -> Bank | None:
    """The questions of a document's lines; None where there are hardly any."""
    named = next((line.text.strip() for line in source.lines if line.text.strip()), "")
    exam = EXAM.search(f"{source.name}{named}") is not None
    reading = _Text(default=BankKind.WORDS if "填空" in f"{source.name}{named}" else None)
    title = ""
    for number, line in enumerate(source.lines, 1):
        text = plain_line(line.text).strip()
        if not text:
            continue
        before = len(reading.questions)
        reading.add(number, text)
        if not before and not reading.questions and not title and not reading.sections:
            title = text
    reading.use_key()
    questions: list[BankQuestion] = []
    left_out = reading.left_out
    for question in reading.questions:
        closed = close_question(question)
        if isinstance(closed, str):
            left_out += [LeftOut(line, text, closed) for line, text in question.printed]
        else:
            questions.append(closed)
    return enough(questions, left_out, title, len(reading.questions), sure=bool(reading.sections) or exam)
