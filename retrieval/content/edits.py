"""Small changes of a file's content, every byte besides left as it was: encoding and its mark, line ends, blank lines, remarks, order.

Each function takes the bytes of a file and gives its new bytes, and has read both: the knowledge differs in what was wanted and in
nothing else, or `EditError` is raised.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

import yaml

from retrieval.content import cases, rules
from retrieval.content.cases import read_case
from retrieval.content.format import QUESTIONS, QUIZ, scalar
from retrieval.content.front_matter import LINE_MARKS, FrontMatter, Key, read_front_matter
from retrieval.content.lexicon import read_circumstances
from retrieval.content.rules import parse_clause_heading, read_rule_book
from retrieval.content.sections import Block, read_blocks
from retrieval.content.textfile import TextFile, parse_text_file
from retrieval.errors import EditError, Problem
from retrieval.model import Case, Clause, ClauseNumber, Rule
from retrieval.text import normalise

_SCHEMA = tuple({key.name: Key(key.name, many=key.many, empty=True) for key in (*rules.SCHEMA, *cases.SCHEMA)}.values())
_FOLLOWS = {"lesson": ("takeaway",), "verified_by": ("verified",), "verified_on": ("verified_by", "verified")}
"""Behind which keys a new one is put, the first that is there; others go to the end."""
_ANY = PurePath("file.md")
_LINE_ENDS = re.compile("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Neither YAML nor the reader of text files takes these; half of a pair can't even be written.
_UNFIT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MARKER = re.compile(r"\s*[-*+]\s+")
_ARROW = re.compile("\\s*[=\uff1d][>\uff1e]")
_ADDED = "# ---- 在聊天里加的 ----"


# ---- the front matter


def set_value(content: bytes, key: str, value: str | None) -> bytes:
    """Give a key of the front matter another value, or put it in where it is missing.

    Args:
        content: Of a rule book or a case.
        key: One whose value is a single text.
        value: One line; runs of white space become one blank, and where YAML needs it the value is quoted. None takes the key out.

    Raises:
        EditError: Where that can't be done.
    """
    text = None if value is None else one_line(value, f"“{key}”的内容")
    sheet = _Sheet.read(content)
    before, end = _front(sheet.lines)
    changed = sheet.copy()
    _put(changed, end - 1, key, text)
    problems: list[Problem] = []
    after, _ = read_front_matter(_ANY, changed.lines, _SCHEMA, problems)
    wanted = () if text is None else (text,)
    others = (each.name for each in _SCHEMA if each.name != key)
    if problems or after.texts(key) != wanted or any(after.texts(name) != before.texts(name) for name in others):
        raise EditError(f"“{key}”这一项的写法比较特别，在聊天里改不了，请在文件里改")
    return changed.written()


def read_value(content: bytes, key: str) -> str:
    """The text of a key of the front matter; empty where it is absent.

    Raises:
        EditError: Where the front matter can't be read.
    """
    return _front(_Sheet.read(content).lines)[0].text(key)


def mark_verified(content: bytes, by: str, on: date) -> bytes:
    """Note that somebody has held a rule book's text against the official one.

    Args:
        content: Of the rule book.
        by: Who.
        on: When.

    Raises:
        EditError: Where that can't be done.
    """
    for key, value in (("verified", "yes"), ("verified_by", by), ("verified_on", on.isoformat())):
        content = set_value(content, key, value)
    return content


def mark_unverified(content: bytes) -> bytes:
    """Note that nobody has held a rule book's text against the official one, or not this text.

    Raises:
        EditError: Where that can't be done.
    """
    content = set_value(content, "verified", "no")
    for key in ("verified_by", "verified_on"):
        if read_value(content, key):
            content = set_value(content, key, None)
    return content


def _front(lines: Sequence[str]) -> tuple[FrontMatter, int]:
    """The front matter, and the index of the first line behind it."""
    problems: list[Problem] = []
    front, end = read_front_matter(_ANY, lines, _SCHEMA, problems)
    _refuse(problems)
    return front, end


def _put(sheet: "_Sheet", fence: int, key: str, value: str | None) -> None:
    """Write a value between the first line and the fence, at its index, that ends the block."""
    block = "\n".join(LINE_MARKS.sub(" ", line) for line in sheet.lines[1:fence])
    node = yaml.compose(block, Loader=yaml.BaseLoader)
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    spans = {name.value: _span(block, name, held) for name, held in pairs}
    if key not in spans:
        if value is not None:
            behind = next((spans[name].last for name in _FOLLOWS.get(key, ()) if name in spans), fence - 2)
            indent = " " * next((span.indent for span in spans.values()), 0)
            sheet.insert(behind + 2, [f"{indent}{key}: {scalar(value)}"])
        return
    span = spans[key]
    first, last = span.first + 1, span.last + 1
    head, tail = sheet.lines[first][: span.start], sheet.lines[last][span.stop :]
    if value is None:
        sheet.remove(span.key_line + 1, last)
    else:
        blank = " " if head.endswith(":") else ""
        sheet.replace(first, last, head + blank + scalar(value) + tail)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a value stands in its block.

    Attributes:
        key_line: The line of its key.
        indent: The column of its key.
        first, start: Line and column of its first character.
        last, stop: Line of its last character, and the column behind it.
    """

    key_line: int
    indent: int
    first: int
    start: int
    last: int
    stop: int


def _span(block: str, name: yaml.Node, value: yaml.Node) -> _Span:
    start, stop = value.start_mark.index, value.end_mark.index
    stop = start + len(block[start:stop].rstrip())  # a block of text ends where the next key begins
    begun = name.start_mark.index

    def place(index: int) -> tuple[int, int]:
        return block.count("\n", 0, index), index - (block.rfind("\n", 0, index) + 1)

    return _Span(*place(begun), *place(start), *place(stop))


# ---- alternate questions


def add_question(content: bytes, question: str, clause: ClauseNumber | None = None) -> bytes:
    """Add an alternate question (问法), behind those that are there; the heading is made where it is missing.

    Args:
        content: Of a case, or of a rule book.
        question: One line; runs of white space become one blank.
        clause: Of the rule book; None for a case.

    Raises:
        EditError: Where that can't be done: it is there already, the clause is not.
    """
    text = one_line(question, QUESTIONS)
    sheet = _Sheet.read(content)
    before = _record(sheet.lines, clause)
    held = next((each.questions for each in _holders(before) if clause is None or _number(each) == clause), None)
    if held is None:
        raise EditError("文件里已经没有这一条了")
    if text in held:
        raise EditError("已经有这条问法了")
    changed = sheet.copy()
    _put_question(changed, text, clause)
    if _record(changed.lines, clause) != _with_question(before, text, clause):
        raise EditError("这里的写法比较特别，在聊天里加不了，请在文件里加")
    return changed.written()


_Record = Case | tuple[Rule, tuple[Clause, ...]]


def _record(lines: Sequence[str], clause: ClauseNumber | None) -> _Record:
    """The case, or the rule book; the lines of clauses, which move, left out."""
    front, _ = _front(lines)
    file = TextFile(PurePath(f"{front.text('id')}.md"), tuple(lines), "utf-8")
    problems: list[Problem] = []
    if clause is None:
        case, _ = read_case(file, problems)
        _refuse(problems)
        return case
    book = read_rule_book(file, problems)
    _refuse(problems)
    return book.rule, tuple(replace(each, line=0) for each in book.clauses)


def _holders(record: _Record) -> Sequence[Case | Clause]:
    return (record,) if isinstance(record, Case) else record[1]


def _number(record: Case | Clause) -> ClauseNumber | None:
    return record.number if isinstance(record, Clause) else None


def _with_question(record: _Record, question: str, clause: ClauseNumber | None) -> _Record:
    if isinstance(record, Case):
        return replace(record, questions=(*record.questions, question))
    rule, clauses = record
    return rule, tuple(
        replace(each, questions=(*each.questions, question)) if each.number == clause else each for each in clauses
    )


def _put_question(sheet: "_Sheet", question: str, clause: ClauseNumber | None) -> None:
    _, start = _front(sheet.lines)
    blocks = list(read_blocks(sheet.lines, start))[1:]
    depth, parts, end = _parts_of(blocks, clause, len(sheet.lines))
    ends = [*(part.line - 1 for part in parts[1:]), end]
    found = next((place for place in reversed(range(len(parts))) if parts[place].title == QUESTIONS), None)
    if found is not None:
        last = sheet.last_written(ends[found])
        marker = _MARKER.match(sheet.lines[last]) if last >= parts[found].line else None
        sheet.insert(last + 1, [(marker[0] if marker else "- ") + question])
        return
    quiz = next((part.line - 1 for part in parts if clause is None and part.title == QUIZ), end)
    airy = any(not sheet.lines[block.line - 2].strip() for block in blocks[1:])
    sheet.insert(sheet.last_written(quiz) + 1, [*([""] if airy else []), f"{depth} {QUESTIONS}", f"- {question}"])


def _parts_of(blocks: Sequence[Block], clause: ClauseNumber | None, end: int) -> tuple[str, Sequence[Block], int]:
    """The mark of a part's heading, the parts of a case or of a clause, and the index of the line behind the last of them."""
    if clause is None:
        return "##", [block for block in blocks if block.level <= 2], end
    place = next(place for place, block in enumerate(blocks) if block.level == 2 and _is_of(block, clause))
    after = next((each for each in range(place + 1, len(blocks)) if blocks[each].level <= 2), len(blocks))
    return "###", blocks[place + 1 : after], blocks[after].line - 1 if after < len(blocks) else end


def _is_of(block: Block, clause: ClauseNumber) -> bool:
    number = parse_clause_heading(block.title)
    return number is not None and number[0] == clause


# ---- synonyms


def add_synonym(content: bytes, words: Sequence[str]) -> bytes:
    """Note that words mean the same: in the group that holds one of them, else in a new one.

    Args:
        content: Of `lexicon/synonyms.txt` or `lexicon/circumstances.txt`; empty where there is none.
        words: Two or more; of a new group the first is the standard term.

    Raises:
        EditError: Where that can't be done: a word is too short, two of them are in different groups.
    """
    ways: dict[str, str] = {}
    for word in words:
        text = one_line(word, "词")
        plain = normalise(text)
        if len(plain) < 2:
            raise EditError(f"“{text}”只有一个字，会误伤别的句子，请写成两个字以上")
        if any(mark in f"{text}{plain}" for mark in (",", "，", "、", "=>", "#")):
            raise EditError(f"“{text}”里有逗号、顿号、# 或者箭头，不能当一个词")
        ways.setdefault(plain, text)
    if len(ways) < 2:
        raise EditError("至少要两个不一样的词")
    sheet = _Sheet.read(content)
    before = _synonyms(sheet.lines)
    standards = {before[word]: word for word in ways if word in before}
    if len(standards) > 1:
        (one, way), (other, away) = list(standards.items())[:2]
        raise EditError(f"“{way}”和“{away}”现在在两组里（{one}、{other}），一个说法只能放在一组")
    new = {plain: text for plain, text in ways.items() if plain not in before}
    if not new:
        raise EditError("这几个词已经在一组里了")
    changed = sheet.copy()
    standard = next(iter(standards), None)
    if standard is None:
        standard = next(iter(new))
        first, *rest = new.values()
        _append_group(changed, f"{', '.join(rest)} => {first}")
    else:
        _join_group(changed, standard, new.values())
    if _synonyms(changed.lines) != before | dict.fromkeys(ways, standard):
        raise EditError("这一组的写法比较特别，在聊天里加不了，请在文件里加")
    return changed.written()


def synonyms_in(content: bytes) -> dict[str, str]:
    """Each way of saying it → the standard term of its group.

    Raises:
        EditError: Where the list can't be read.
    """
    return _synonyms(_Sheet.read(content).lines)


def _synonyms(lines: Sequence[str]) -> dict[str, str]:
    """Read either list; a word that stands alone is for the check of the folder to judge."""
    problems: list[Problem] = []
    found = read_circumstances(TextFile(PurePath("synonyms.txt"), tuple(lines), "utf-8"), problems, {})
    _refuse(problems)
    return found


def _join_group(sheet: "_Sheet", standard: str, words: Iterable[str]) -> None:
    added = "".join(f", {word}" for word in words)
    for place, line in enumerate(sheet.lines):
        if not line.lstrip().startswith("#") and standard in _synonyms([line]).values():
            arrow = _ARROW.search(line)
            end = arrow.start() if arrow else len(line.rstrip())
            sheet.lines[place] = line[:end] + added + line[end:]
            return


def _append_group(sheet: "_Sheet", line: str) -> None:
    """A new line at the end, or below those that were added this way before."""
    heading = next((place for place, each in enumerate(sheet.lines) if each.strip() == _ADDED), None)
    if heading is None:
        last = sheet.last_written(len(sheet.lines))
        sheet.insert(last + 1, [*([""] if last >= 0 else []), _ADDED, line])
        return
    end = heading
    while end + 1 < len(sheet.lines) and sheet.lines[end + 1].strip():
        end += 1
    sheet.insert(end + 1, [line])


# ---- text


def one_line(text: str, what: str) -> str:
    """A text in one line, runs of white space made one blank.

    Args:
        text: As somebody typed it.
        what: It is, for what is said of it.

    Raises:
        EditError: Where it is empty, has several lines, or holds characters that no text file takes.
    """
    text = text.strip()
    if not text:
        raise EditError(f"{what}是空的")
    if _LINE_ENDS.search(text):
        raise EditError(f"{what}只能写一行")
    if _UNFIT.search(text):
        raise EditError(f"{what}里有不能用的字符，请重新输入一遍")
    return " ".join(text.split())


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        first = min(problems)
        raise EditError(f"这个文件现在有毛病，请先改好：第 {first.line} 行，{first.message}")


class _Sheet:
    """A file's lines with their ends, and how they are written."""

    def __init__(self, mark: bytes, codec: str, lines: list[str], ends: list[str]) -> None:
        self.mark = mark
        self.codec = codec
        self.lines = lines
        self.ends = ends

    @classmethod
    def read(cls, content: bytes) -> "_Sheet":
        """Of a file's bytes.

        Raises:
            EditError: Where it is no text.
        """
        file = parse_text_file(_ANY, content)
        if isinstance(file, Problem):
            raise EditError(f"这个文件读不出来，请先改好：第 {file.line} 行，{file.message}")
        mark, codec = _mark(content, file.encoding)
        pieces = re.split("(\r\n|\r|\n)", content[len(mark) :].decode(codec))
        return cls(mark, codec, pieces[::2], [*pieces[1::2], ""])

    def copy(self) -> "_Sheet":
        """The same, to be changed."""
        return _Sheet(self.mark, self.codec, list(self.lines), list(self.ends))

    def written(self) -> bytes:
        """The bytes.

        Raises:
            EditError: Where they would not be read as what they are.
        """
        text = "".join(line + end for line, end in zip(self.lines, self.ends, strict=True))
        content = self.mark + text.encode(self.codec)
        file = parse_text_file(_ANY, content)
        if isinstance(file, Problem) or list(file.lines) != self.lines:
            raise EditError("这个文件的编码比较特别，请先另存为 UTF-8，再来改")
        return content

    def last_written(self, end: int) -> int:
        """The index of the last line before another that isn't blank; -1 where there is none."""
        return next((place for place in range(end - 1, -1, -1) if self.lines[place].strip()), -1)

    def insert(self, place: int, lines: Sequence[str]) -> None:
        """Put lines before another, with the ends that are usual in the file."""
        usual = Counter(end for end in self.ends if end).most_common(1)
        end = usual[0][0] if usual else "\n"
        ends = [end] * len(lines)
        if place == len(self.lines):  # behind a last line that has no end
            self.ends[-1], ends[-1] = end, ""
        self.lines[place:place] = lines
        self.ends[place:place] = ends

    def replace(self, first: int, last: int, line: str) -> None:
        """Put a line in the place of some."""
        self.lines[first : last + 1] = [line]
        self.ends[first : last + 1] = [self.ends[last]]

    def remove(self, first: int, last: int) -> None:
        """Take lines out."""
        del self.lines[first : last + 1]
        del self.ends[first : last + 1]


def _mark(content: bytes, encoding: str) -> tuple[bytes, str]:
    """The mark at the head of a file, and the codec of what follows it."""
    marks: Sequence[tuple[bytes, str]] = (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    )
    for mark, codec in marks:
        if content.startswith(mark) and codec.startswith(encoding):
            return mark, codec
    return b"", encoding
