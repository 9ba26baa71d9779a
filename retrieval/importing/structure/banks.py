"""Question banks: stems, options and answers, however they stand on lines or in columns."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from retrieval.importing.files.source import LeftOut, SourceText
from retrieval.importing.layout.passages import Passage
from retrieval.numerals import NUMERAL, parse_numeral


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


_LETTERS = "A-H"
_NAMES = "单项?选择题|单选题|多项?选择题|多选题|不定项选择题|选择题|判断(?:正误|改错)?题|是非题|填空题|简答题|问答题|名词解释题?|论述题|案例分析题|计算题"
_SHORT_NAMES = "单选|多选|单项选择|多项选择|判断|填空|简答|问答"
_SECTION = re.compile(
    rf"(?:[【\[]?\s*[（(]?(?:第?(?P<number>{NUMERAL})(?:部分|大题)?[)）]?[、.．:：]?\s*)?)(?P<kind>{_NAMES}|(?:(?<=[【\[])|(?<=[、.．])|^)(?:{_SHORT_NAMES})(?=\s*(?:[】\]]|$|[（(])))"
    r"\s*[】\]]?\s*(?:[（(][^（()）]*[)）]|[:：].{0,40}|[，,].{0,40})?"
)
_EXAM = re.compile("题库|试题|试卷|考试|考题|竞赛|测试题|测验|抽考|应知应会")
_KEY = re.compile(
    rf"(?:附件?\d?\s*[:：]?)?\s*[【\[]?\s*(?P<kind>{_NAMES})?\s*(?:参考|标准|正确)?答\s*案(?:及解析|与解析|部分|页)?\s*[】\]]?\s*[:：]?"
)
_NUMBER = re.compile(
    r"(?:[【\[]\s*(?:题目?|试题|问题|第)\s*(?P<marked>\d{1,3})\s*题?\s*[】\]]\s*[:：]?|(?:题目|试题)\s*(?P<named>\d{1,3})\s*[:：、.．]"
    r"|(?:第\s*)?[（(]?\s*(?P<plain>\d{1,3})\s*[)）]?\s*(?:题\s*[:：.．、]?|[、:：)）]|[.．](?!\d)|(?<=[)）])|\s(?=\D)))\s*(?=\S)"
)
_OPTION = re.compile(
    rf"(?<![A-Za-z])[（(]?([{_LETTERS}])\s*[、.．:：)）]\s*|(?:^|(?<=[\s|;；]))([{_LETTERS}])\s+(?=\S)"
)
_ANSWER = re.compile(
    r"[（(【\[]?\s*(?:正确|参考|标准|本题)?(?:答\s*案|答)\s*(?:选|是|为)?\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<answer>[^】\]]*?)\s*[)）\]]?\s*(?=(?:【|\[)?(?:答案)?(?:解析|解释|依据|出处|说明|考点)[】\]:：]|$)"
)
_EXPLANATION = re.compile(
    r"[（(【\[]?\s*(?:答案|试题)?(?:解析|解释|依据|出处|说明|考点|条款依据|制度依据)\s*(?:[】\]]\s*[:：]?|[:：])\s*(?P<text>.*)"
)
_JUDGED = re.compile(r"[√✓✔☑对是TY]|正确|[×✗✘xX错否FN]|错误|不正确|不对", re.IGNORECASE)
_RIGHT = re.compile(r"[√✓✔☑对是TY]|正确", re.IGNORECASE)
_INSIDE = re.compile(rf"[（(]\s*(?P<answer>[{_LETTERS}](?:[、,，\s]*[{_LETTERS}])*|[√✓✔×✗✘对错]|正确|错误)\s*[)）]")
_FILLED = re.compile(r"[（(]\s*(?P<answer>[^（()）]{1,20}?)\s*[)）]")
_BLANK_BEFORE = re.compile(r"^[（(]\s*[)）]\s*|\s*[（(]\s*[)）]$")
_BLANK = re.compile(r"[（(]\s*[)）]|_{2,}|＿{2,}|﹍{2,}")
_JUDGED_BEFORE = re.compile(r"^[（(]\s*([√✓✔×✗✘对错]|正确|错误)\s*[)）]\s*(\d{1,3}\s*[、.．)）])(.*)")
_KEYED = re.compile(
    rf"(?:第\s*)?(?P<first>\d{{1,3}})\s*(?:[-~—–～至到]{{1,2}}\s*(?P<last>\d{{1,3}}))?\s*(?:题\s*)?[、.．:：)）]?\s*"
    rf"(?P<answers>(?:[{_LETTERS}]+(?:[\s、,，]+(?=[{_LETTERS}]))?)+|[√✓✔×✗✘]+|(?:正确|错误|对|错)(?![{chr(0x4E00)}-{chr(0x9FFF)}]))"
)
_KEYED_WORDS = re.compile(
    r"(?:第\s*)?(?<!\d)(\d{1,3})\s*(?:题\s*)?[、.．:：)）]\s*(.+?)(?=\s+(?:第\s*)?\d{1,3}\s*(?:题\s*)?[、.．:：)）]|$)"
)
_KEY_SECTION = re.compile(r"\s*[（(]?([一二三四五六七八九十])[)）]?[、.．:：]\s*")
_LONGEST_HEADING = 45
_LEAST = 2


def _plain(text: str) -> str:
    """Full-width letters, digits and brackets written plainly; Chinese marks stay."""
    return "".join(
        unicodedata.normalize("NFKC", letter)
        if "\uff10" <= letter <= "\uff5a" and letter not in "：；？，！"
        else letter
        for letter in text
    ).replace("\u3000", " ")


@dataclass(slots=True)
class _Open:
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


@dataclass(slots=True)
class _Text:
    """Goes through a text from line to line."""

    questions: list[_Open] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    sections: list[tuple[int, BankKind | None]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    default: BankKind | None = None
    key: bool = False
    key_section: int = -1
    key_lines: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, text: str) -> None:
        """Take the next line."""
        section = _SECTION.fullmatch(text) if len(text) <= _LONGEST_HEADING else None
        if self.questions and len(text) <= _LONGEST_HEADING and _KEY.fullmatch(text):
            self.key = True
            self.key_lines.append((line, text))
            self.left_out.append(LeftOut(line, text, "题库的栏目"))
        elif self.key:
            self.key_lines.append((line, text))
        elif section is not None:
            self.names.append(section["kind"])
            self.sections.append(
                (parse_numeral(section["number"] or "") or len(self.sections) + 1, _kind(section["kind"]))
            )
            self.left_out.append(LeftOut(line, text, "题库的栏目"))
        else:
            self.add_text(line, text)

    def add_text(self, line: int, text: str) -> None:
        """A line of a question: its stem, options, answer, explanation, or several of them."""
        current = self.questions[-1] if self.questions else None
        text = _JUDGED_BEFORE.sub(r"\2（\1）\3", text)  # （×）1．客户…
        number = _NUMBER.match(text)
        counted = int(number["marked"] or number["named"] or number["plain"]) if number is not None else 0
        if number is not None and self._begins(counted, text[number.end() :]):
            current = self._open(line, counted)
            text = text[number.end() :]
        elif current is not None and (current.answer and not _EXPLANATION.match(text) and not _ANSWER.match(text)):
            if current.number == 0 and (_BLANK.search(text) or _INSIDE.search(text)):
                current = self._open(line, 0)  # stems without numbers
            elif current.explanation:
                current.explanation.append(text)
                return
        elif current is None and (_BLANK.search(text) or _INSIDE.search(text)):
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

    def _open(self, line: int, number: int) -> _Open:
        kind = self.sections[-1][1] if self.sections else self.default
        self.questions.append(_Open(line, len(self.sections) - 1, number, kind))
        return self.questions[-1]

    @staticmethod
    def _take(current: _Open, text: str) -> None:
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
        stem, options = _cut_options(text, len(current.options))
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
            kind = _SECTION.match(text)
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
            (place for place, (_, each) in enumerate(self.sections) if each is _kind(name) and self._same(place, name)),
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
        if question is None or question.answer or not answer or _INSIDE.search("".join(question.stem)):
            return False
        question.answer = answer
        return True

    def _key_one(self, found: re.Match[str]) -> bool:
        first, last = int(found["first"]), int(found["last"] or found["first"])
        written = found["answers"]
        each: Sequence[str]
        if last > first:
            parts = re.split(r"[\s、,，]+", written.strip())
            each = parts if len(parts) > 1 else re.findall(f"[{_LETTERS}]|[√✓✔×✗✘]", written)
        else:
            each = [re.sub(r"[\s、,，]", "", written)]
        return sum(self._give(number, answer) for number, answer in zip(range(first, last + 1), each, strict=False)) > 0

    def _question(self, number: int) -> _Open | None:
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


def _kind(name: str) -> BankKind:
    if re.match("判断|是非", name):
        return BankKind.JUDGEMENT
    return BankKind.CHOICE if "选" in name else BankKind.WORDS


def _cut_options(text: str, before: int) -> tuple[str, list[str]]:
    """What stands before the options of a line, and the options: A. 一天 B. 三天. The first letter follows those before."""
    marks: list[re.Match[str]] = []
    for found in _OPTION.finditer(text):
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


def _closed(question: _Open) -> BankQuestion | str:
    """A question that is complete; else why it isn't."""
    stem, answer = _answer_inside("".join(line.strip() for line in question.stem), question)
    explanation = " ".join(part.strip() for part in question.explanation if part.strip())
    if not stem or not answer:
        return "没有答案的题" if stem else "没有题目"
    letters = re.sub(r"[\s、,，;；和]", "", answer.upper())
    lettered = re.fullmatch(f"[{_LETTERS}]+", letters) is not None
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


def _answer_inside(stem: str, question: _Open) -> tuple[str, str]:
    """A stem without the answer that stands in its brackets, and the answer."""
    answer = question.answer.strip(" 。.;；")
    pattern = _FILLED if question.kind is BankKind.WORDS else _INSIDE
    found = list(pattern.finditer(stem)) if not answer else []
    if not found:
        return stem.strip(), answer
    return pattern.sub("（ ）", stem).strip(), "；".join(inside["answer"].strip() for inside in found)


def is_exam(source: SourceText, passages: Sequence[Passage]) -> bool:
    """Whether a document calls itself a question bank or an exam paper."""
    return _EXAM.search(f"{source.name}{passages[0].text if passages else ''}") is not None


def read_bank(source: SourceText) -> Bank | None:
    """The questions of a document with options, judgements or blanks; None where it holds hardly any."""
    rows = _read_rows(source) if any(line.cells for line in source.lines) else None
    return rows if rows is not None else _read_text(source)


def _read_text(source: SourceText) -> Bank | None:
    named = next((line.text.strip() for line in source.lines if line.text.strip()), "")
    exam = _EXAM.search(f"{source.name}{named}") is not None
    reading = _Text(default=BankKind.WORDS if "填空" in f"{source.name}{named}" else None)
    title = ""
    for number, line in enumerate(source.lines, 1):
        text = _plain(line.text).strip()
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
        closed = _closed(question)
        if isinstance(closed, str):
            left_out += [LeftOut(line, text, closed) for line, text in question.printed]
        else:
            questions.append(closed)
    return _bank(questions, left_out, title, len(reading.questions), sure=bool(reading.sections) or exam)


def _bank(questions: list[BankQuestion], left_out: list[LeftOut], title: str, tried: int, *, sure: bool) -> Bank | None:
    """A bank, if enough of what was tried is a question with options or a judgement."""
    chosen = sum(1 for question in questions if question.options)
    least = 1 if sure else _LEAST
    if (chosen < least and not (sure and questions)) or (not sure and chosen * 3 < tried):
        return None
    return Bank(tuple(questions), tuple(sorted(left_out, key=lambda part: part.line)), title)


_COLUMNS = {
    "stem": re.compile("问题|题目|题干|提问|试题|试题内容|问题描述|题目内容|题干内容|试题题干|考题|内容"),
    "answer": re.compile("(?:参考|标准|正确|试题)?答案(?:内容)?|答"),
    "number": re.compile("序号|题号|编号|NO[.．]?", re.IGNORECASE),
    "explanation": re.compile("(?:答案|试题)?(?:解析|说明|依据|政策依据|出处|来源|备注|规定依据|条款|制度依据)"),
    "kind": re.compile("题型|试题类型|题目类型|类型|题类"),
    "options": re.compile("(?:备选|可选|试题|答案)?(?:选项|备选项|备选答案|选项内容|备选)(?:内容)?"),
}
_OPTION_COLUMN = re.compile(f"(?:选项|备选项?|答案)?\\s*([{_LETTERS}])(?:选?项)?")


def _read_rows(source: SourceText) -> Bank | None:
    questions: list[BankQuestion] = []
    left_out: list[LeftOut] = []
    columns: dict[str, int] = {}
    letters: dict[str, int] = {}
    tried, kinds, sheet, title = 0, False, "", ""
    for number, line in enumerate(source.lines, 1):
        if not line.text.strip():
            continue
        cells = [_plain(cell).strip() for cell in line.cells]
        if not cells:
            title = title or line.text.strip()
            left_out.append(LeftOut(number, line.text.strip(), "表格以外的文字"))
            continue
        table = re.split("第 [0-9]+ 行|（表格", line.place)[0]
        if table != sheet:
            sheet, columns, letters = table, {}, {}
        header = _header(cells)
        if header is not None:
            columns, letters = header
            kinds = kinds or bool(letters) or "options" in columns or "kind" in columns
            left_out.append(LeftOut(number, " ".join(filter(None, cells)), "表头"))
            continue
        question = _row(number, cells, columns, letters) if columns else None
        closed = _closed(question) if question is not None else "没有题目或答案的行"
        if isinstance(closed, str):
            if not columns and len(cells) == 1:
                title = title or cells[0]
            left_out.append(LeftOut(number, " ".join(filter(None, cells)), closed))
            continue
        tried += 1
        questions.append(closed)
        used = {*columns.values(), *letters.values()} - {columns.get("number", -1), columns.get("kind", -1)}
        rest = [cell for place, cell in enumerate(cells) if cell and place not in used]
        if rest:
            kinds_too = [cell for cell in rest if not cell.isdecimal()]
            known = all(_SECTION.fullmatch(cell) for cell in kinds_too)
            left_out.append(LeftOut(number, " ".join(kinds_too or rest), "题号和题型" if known else "别的列"))
    judged = sum(1 for question in questions if question.options)
    if not questions or not (kinds or judged * 2 >= len(questions)):
        return None
    return _bank(questions, left_out, title, tried, sure=True)


def _row(number: int, cells: Sequence[str], columns: dict[str, int], letters: dict[str, int]) -> _Open | None:
    def cell(name: str) -> str:
        place = columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    stem = _NUMBER.sub("", cell("stem"), count=1) if _NUMBER.match(cell("stem")) else cell("stem")
    if not stem:
        return None
    found = _SECTION.match(cell("kind")) if cell("kind") else None
    question = _Open(number, 0, 0, _kind(found["kind"]) if found else None)
    question.answer, question.explanation = cell("answer"), [cell("explanation")]
    options = [cells[place] for _, place in sorted(letters.items()) if place < len(cells) and cells[place]]
    if not options and cell("options"):
        options = _split_options(cell("options"))
    if not options:
        stem, options = _split_stem(stem)
    question.stem, question.options = (
        [stem],
        [_OPTION.sub("", option, count=1) if _OPTION.match(option) else option for option in options],
    )
    return question


def _split_stem(text: str) -> tuple[str, list[str]]:
    """A stem and the options that stand below it in the same cell."""
    lines = text.split("\n")
    stem: list[str] = []
    options: list[str] = []
    for line in lines:
        before, found = _cut_options(line, len(options))
        options += found
        if before:
            stem.append(before)
    return ("".join(stem), options) if len(options) >= 2 else ("".join(lines), [])


def _split_options(text: str) -> list[str]:
    options: list[str] = []
    for line in re.split("[\n|｜]", text):
        before, found = _cut_options(line.strip(), len(options))
        if found:
            options += found
        elif before:
            options.append(before)
    if len(options) == 1:
        options = [part.strip() for part in re.split("[;；]", text) if part.strip()]
    return options


def _header(cells: Sequence[str]) -> tuple[dict[str, int], dict[str, int]] | None:
    columns: dict[str, int] = {}
    letters: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = re.sub(r"[\s*]|[（(].*$", "", cell)
        option = _OPTION_COLUMN.fullmatch(text)
        if option:
            letters[option[1]] = place
            continue
        for name, pattern in _COLUMNS.items():
            if pattern.fullmatch(text):
                columns.setdefault(name, place)
                break
    return (columns, letters) if {"stem", "answer"} <= columns.keys() else None


def each_choice(bank: Bank) -> Iterator[BankQuestion]:
    """The questions of a bank that have options."""
    return (question for question in bank.questions if question.options)
