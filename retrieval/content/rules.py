"""Rule books: one file a book, one level-2 heading a clause."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.content.format import BECOMES, CLAUSE_HEADINGS, NOTE, QUESTIONS
from retrieval.content.front_matter import FrontMatter, Key, read_front_matter
from retrieval.content.sections import Block, read_blocks, read_items, read_numbered_items
from retrieval.content.textfile import TextFile
from retrieval.errors import Problem
from retrieval.model import Clause, ClauseNumber, Rule, RuleKind
from retrieval.numerals import NUMERAL, parse_numeral

SCHEMA = (
    Key("id", required=True),
    Key("rule", empty=True),
    Key("title", required=True),
    Key("short", many=True, empty=True),
    Key("issuer", empty=True),
    Key("document", empty=True),
    Key("edition", empty=True),
    Key("kind", required=True),
    Key("in_force", empty=True),
    Key("ended", empty=True),
    Key("replaced_by", empty=True),
    Key("verified", required=True),
    Key("verified_by", empty=True),
    Key("verified_on", empty=True),
    Key("source", required=True),
)
_ALLOWED = "".join(f"“### {name}”" for name in CLAUSE_HEADINGS[:-1]) + f"和“### {CLAUSE_HEADINGS[-1]}”"
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_ITEM = rf"(?:\s*[((]({NUMERAL})[))]|\s*第({NUMERAL})[项款])?"
_HEADINGS = (
    # 第六十七条, 第十九条(一), 第5条, 第十条之一 标题
    re.compile(
        rf"(?P<label>第\s*(?P<article>{NUMERAL})\s*条(?:之(?P<inserted>{NUMERAL}))?{_ITEM})(?:[\s::、]+(?P<heading>.*))?"
    ),
    # 案例之一, 案例三 标题
    re.compile(rf"(?P<label>案例之?(?P<article>{NUMERAL}))(?:[\s::、]+(?P<heading>.*))?"),
    # 3.1.1 标题, 4.2: books that count in decimals
    re.compile(
        r"(?P<label>(?P<article>[0-9]{1,3})\.(?P<item>[0-9]{1,3})(?:\.(?P<point>[0-9]{1,3}))?)(?:[\s::、]+(?P<heading>.*))?"
    ),
    # 二、（三） 标题
    re.compile(rf"(?P<label>(?P<article>{NUMERAL})、\s*[((](?P<item>{NUMERAL})[))])[\s::、]*(?P<heading>.*)"),
    # 一、标题; 3. 标题; 3.
    re.compile(rf"(?P<label>(?P<article>{NUMERAL}))(?:[、..]\s*|\s+|$)(?P<heading>.*)"),
)


_PLAIN = re.compile(f"第({NUMERAL})条")


def parse_clause_heading(title: str) -> tuple[ClauseNumber, str, str] | None:
    """A clause's number, its number as printed, and what is printed beside it; None where there is no number.

    Args:
        title: A heading's text, such as `第十九条(一)`, `第5条 送电时限`, `一、要有服务意识`, `案例之一`.
    """
    plain = _PLAIN.fullmatch(title)
    if plain:  # nearly every heading of a statute
        number = parse_numeral(plain[1])
        return (ClauseNumber(number), title, "") if number else None
    title = unicodedata.normalize("NFKC", title)
    for pattern in _HEADINGS:
        found = pattern.fullmatch(title)
        if found is None:
            continue
        groups = found.groupdict()
        article = parse_numeral(groups["article"])
        inserted = parse_numeral(groups["inserted"]) if groups.get("inserted") else 0
        written_item = next((group for group in found.groups()[3:5] if group), None) if "inserted" in groups else None
        written_item = written_item or groups.get("item")
        item = parse_numeral(written_item) if written_item else 0
        point = parse_numeral(groups["point"]) if groups.get("point") else 0
        if article and None not in {inserted, item, point} and not (written_item and item == 0):
            place = ClauseNumber(article, inserted or 0, item or 0, point or 0)
            return place, groups["label"].strip(), (groups["heading"] or "").strip()
    return None


@dataclass(frozen=True, slots=True)
class RuleBook:
    """A rule book, as it stands in its file, with what checks that need other files must know.

    Attributes:
        rule: Its `book` is what the file says of itself: the front matter's `rule`, else its own id.
        becomes: The line of everything that its clauses say they become, under the clause's id and what is said.
    """

    rule: Rule
    clauses: tuple[Clause, ...]
    front: FrontMatter
    becomes: Mapping[tuple[str, str], int]


def read_rule(file: TextFile, problems: list[Problem]) -> tuple[Rule, tuple[Clause, ...]]:
    """Read a rule book by itself; see `read_rule_book`."""
    book = read_rule_book(file, problems)
    return book.rule, book.clauses


def read_rule_book(file: TextFile, problems: list[Problem]) -> RuleBook:
    """Read a rule book.

    Args:
        file: The book.
        problems: Gets every fault; with faults, what is returned has stand-ins in it and is not for use.
    """
    front, start = read_front_matter(file.path, file.lines, SCHEMA, problems)
    first, *blocks = read_blocks(file.lines, start)
    # The file's name, where there is none: it is what the id has to be, and what cases cite.
    identifier = front.text("id") or file.path.stem
    rule = Rule(
        id=identifier,
        title=front.text("title").strip("《》"),
        short=front.texts("short"),
        issuer=front.text("issuer"),
        document=front.text("document"),
        edition=front.text("edition"),
        kind=front.choice("kind", RuleKind),
        in_force=front.day("in_force"),
        ended=front.day("ended"),
        replaced_by=front.text("replaced_by") or None,
        verified=front.yes("verified"),
        source=front.text("source"),
        preamble=first.text,
        path=file.path,
        book=front.text("rule") or identifier,
        verified_by=front.text("verified_by"),
        verified_on=front.day("verified_on"),
    )
    check_id(file, front, problems)
    if not ID.fullmatch(rule.book) and front.text("rule"):
        problems.append(
            Problem(
                file.path, front.line("rule"), f"“rule”只能用小写英文字母、数字和减号，现在是“{front.text('rule')}”"
            )
        )
    if not rule.verified:
        problems += [
            Problem(file.path, front.line(key), f"写了“{key}”，“verified”就要写 yes；还没有核对，就删掉这一行")
            for key in ("verified_by", "verified_on")
            if front.text(key)
        ]
    if rule.in_force and rule.ended and rule.ended <= rule.in_force:
        problems.append(Problem(file.path, front.line("ended"), "失效日期(ended)不能早于施行日期(in_force)"))
    becomes: dict[tuple[str, str], int] = {}
    clauses = tuple(_clauses(file, rule, blocks, becomes, problems))
    if not clauses and not any(block.level == 2 for block in blocks):
        problems.append(Problem(file.path, len(file.lines), "这个规章一条条款也没有：每条要有一行“## 第几条”作标题"))
    return RuleBook(rule, clauses, front, becomes)


def check_id(file: TextFile, front: FrontMatter, problems: list[Problem]) -> None:
    """Note a Problem where the id is malformed or isn't the file's name."""
    identifier = front.text("id")
    if not identifier:
        return
    if not ID.fullmatch(identifier):
        problems.append(
            Problem(file.path, front.line("id"), f"id 只能用小写英文字母、数字和减号，现在是“{identifier}”")
        )
    elif identifier != file.path.stem:
        problems.append(
            Problem(file.path, front.line("id"), f"id 要和文件名一样：文件叫“{file.path.stem}”，id 却是“{identifier}”")
        )


def _clauses(
    file: TextFile,
    rule: Rule,
    blocks: Sequence[Block],
    becomes: dict[tuple[str, str], int],
    problems: list[Problem],
) -> list[Clause]:
    clauses: list[Clause] = []
    lines: dict[ClauseNumber, int] = {}
    position = 0
    while position < len(blocks):
        block = blocks[position]
        position += 1
        if block.level == 1:  # a chapter's heading: it orders the file for its reader
            continue
        if block.level > 2:
            problems.append(Problem(file.path, block.line, f"“{block.title}”前面没有条款：先写一行“## 第几条”"))
            continue
        parts: list[Block] = []
        while position < len(blocks) and blocks[position].level > 2:
            parts.append(blocks[position])
            position += 1
        number = parse_clause_heading(block.title)
        if number is None:
            problems.append(
                Problem(
                    file.path,
                    block.line,
                    f"看不出“{block.title}”是第几条：标题要写成“## 第六十七条”或“## 第十九条（一）”",
                )
            )
        elif number[0] in lines:
            problems.append(Problem(file.path, block.line, f"{number[1]}和第 {lines[number[0]]} 行的条号重复了"))
        else:
            lines[number[0]] = block.line
        if not block.body:
            problems.append(Problem(file.path, block.line, f"“{block.title}”下面没有条文"))
        note, questions, later = _parts(file, parts, problems)
        if number is not None:
            becomes |= {(f"{rule.id}#{number[0]}", name): line for name, line in later.items()}
            clauses.append(
                Clause(
                    id=f"{rule.id}#{number[0]}",
                    rule=rule,
                    number=number[0],
                    label=number[1],
                    heading=number[2],
                    text=block.text,
                    note=note,
                    questions=questions,
                    path=file.path,
                    line=block.line,
                    becomes=tuple(later),
                )
            )
    return clauses


def _parts(
    file: TextFile, parts: Sequence[Block], problems: list[Problem]
) -> tuple[str, tuple[str, ...], dict[str, int]]:
    note = ""
    for part in parts:
        if part.title == NOTE:
            if not part.body:
                problems.append(Problem(file.path, part.line, "“说明”下面没有内容"))
            note = "\n".join(filter(None, (note, part.text)))
        elif part.title not in CLAUSE_HEADINGS:
            problems.append(Problem(file.path, part.line, f"条款下面只能有{_ALLOWED}，不认识“{part.title}”"))
    questions = read_items(file.path, [part for part in parts if part.title == QUESTIONS], problems)
    later = read_numbered_items(
        file.path, [part for part in parts if part.title == BECOMES], problems, "supply-business-rules-2024#70"
    )
    # An input method set to Chinese types full-width signs; they are meant all the same.
    return note, questions, {unicodedata.normalize("NFKC", name): line for name, line in later.items()}
