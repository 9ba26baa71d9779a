"""A rule book as it was found: its head, chapters, clauses, annexes and signatures."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from retrieval.importing.files.source import LeftOut
from retrieval.importing.headings.articles import (
    HAN,
    RULE_NAME,
    article_heading,
    division_heading,
    is_annex,
    is_contents,
    is_title,
    item_number,
    spread_closed,
)
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.endings import ending
from retrieval.model import ClauseNumber

HEADING_LENGTH = 25
NOTE = re.compile(
    r"[（(]|\d{4}\s*年|[〇零一二三四五六七八九]{4}年|第\d+号|^(?:发布|实施|编制|批准|审核|版本|文号|编号)"
)
_NEAR = 2
"""Lines from one half of a title to the other: there may be a blank one between them."""
_HALF_TITLE = 36
_UNFINISHED = re.compile("关于(?!印发|转发|修订|修改|颁发|发布)[^的]{0,30}$|(?:年度|及|和|与|、|的|关于)$")
# 第一条【适用范围】…, 第一条（目的和依据）…
_LETTER = re.compile(
    "关于(?:印发|颁发|下发|发布|公布|转发|修订印发)(《[^《》]{4,40}》|[^《》，。]{4,40}?)(?:[（(][^）)]*[）)])?(?:等[^，。]{0,12})?的(?:通知|公告|令|函)$"
)
_SHORTEST_NAME = 3
_MARKED_HEADING = re.compile(r"[【〔（(]((?!以下|含|包括)[^】〕）)，。；、：]{2,15})[】〕）)]\s*")
_RULE_HEAD = re.compile(f"^[{HAN}“”（）()《》、和与]+$")


@dataclass(slots=True)
class FoundClause:
    """A clause as it was found: `line` is where it begins, `heading` may be empty."""

    number: ClauseNumber
    label: str
    heading: str
    passages: list[Passage]
    line: int


@dataclass(slots=True)
class Chapter:
    """The heading of a part of a book, and what stands between it and the first clause below it."""

    title: str
    passages: list[Passage] = field(default_factory=list)


@dataclass(slots=True)
class FoundBook:
    """A rule book as it was found.

    Attributes:
        title: Empty where none was found.
        head: What stands before the first article, without the title and the chapters.
        parts: In order: chapters and clauses.
        clauses: Those of the parts that are no chapters.
        annex: What stands behind the last article under a heading of its own.
        signature: What stands below the last article: who signed, and when.
    """

    title: str = ""
    title_line: int = 0
    head: list[Passage] = field(default_factory=list)
    parts: list[Chapter | FoundClause] = field(default_factory=list)
    clauses: list[FoundClause] = field(default_factory=list)
    annex: list[Passage] = field(default_factory=list)
    signature: list[Passage] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def open(self, clause: FoundClause) -> None:
        """Begin a clause."""
        self.parts.append(clause)
        self.clauses.append(clause)

    def take(self, passage: Passage) -> None:
        """A paragraph that begins nothing: it belongs to the last clause or chapter, or to what stands before the first."""
        last = self.parts[-1] if self.parts else None
        if not self.clauses and not (isinstance(last, Chapter) and last.passages):
            self.head.append(passage)
        elif last is not None:
            last.passages.append(passage)

    def holds_annex(self, passage: Passage, *, behind_last: bool) -> bool:
        """Take a paragraph of an annex; gives whether it is one: everything from the annex's heading on is.

        Args:
            passage: The next one.
            behind_last: Whether the last clause has begun before it.
        """
        if self.annex or (behind_last and is_annex(passage.text)):
            self.annex.append(passage)
            return True
        return False

    def close(self) -> None:
        """Find the title, the clauses' headings and what stands below the last clause, once all paragraphs are taken."""
        take_title(self)
        for clause in self.clauses:
            take_heading(clause)
        take_ending(self)


def goes_on(above: Passage, title: Passage) -> bool:
    """Whether a line is the first half of the title below it: ××供电所关于规范营业窗口 / 服务工作的若干规定."""
    text = _bare(above)
    return (
        0 <= title.line() - above.line() <= _NEAR
        and is_title(text, _HALF_TITLE)
        and _UNFINISHED.search(text) is not None
        and (RULE_NAME.search(text) is None or re.search("关于规范$", text) is not None)
        and _can_be_half(text)
    )


def _can_be_half(text: str) -> bool:
    return not (
        is_annex(text)
        or is_contents(text)
        or division_heading(text) is not None
        or re.search(r"[〔［\[\]］〕《》\t]|文件$|第\s*\d+\s*号", text)
    )


def is_book_title(text: str) -> bool:
    """Whether a paragraph sounds like a rule book's name."""
    bare = text.strip("《》").strip()
    return (
        is_title(bare)
        and RULE_NAME.search(re.sub(r"[（(].*[)）]$", "", bare)) is not None
        and division_heading(text) is None
        and not is_contents(text)
        and not NOTE.match(bare)
        and not re.search(r"\d{4}年.*日|会议|[:：]", bare)
    )


def take_ending(book: FoundBook) -> None:
    """Take what stands below the last article, and below the annexes, out of them."""
    for passages in (book.clauses[-1].passages if book.clauses else [], book.annex):
        place, why = ending([passage.text for passage in passages])
        if why and place:
            book.left_out += [LeftOut(passage.line(), passage.text, why) for passage in passages[place:]]
            book.signature += passages[place:]
            del passages[place:]


def names_chapter(chapter: str, text: str) -> bool:
    """Whether a line is the name of the chapter whose number stands on the line before."""
    return re.fullmatch(f"第[{HAN}0-9]{{1,5}}(?:分编|编|章|节|部分|篇)", chapter) is not None and is_title(
        text, HEADING_LENGTH
    )


def open_clause(passage: Passage) -> FoundClause:
    """The clause that a paragraph with an article's heading begins."""
    found = article_heading(passage.text)
    if found is None:  # only places of such headings are given
        raise ValueError(passage.text)
    body = passage.cut(found.end)
    heading = ""
    marked = _MARKED_HEADING.match(body.text)
    if marked and (
        body.text[0] in "【〔" or (passage.text[found.end - 1].isspace() is False and body.text[marked.end() :])
    ):
        heading, body = marked[1], body.cut(marked.end())
    return FoundClause(
        ClauseNumber(found.number, found.inserted), found.label, heading, [body] if body.text else [], passage.line()
    )


def take_heading(clause: FoundClause) -> None:
    """第十八条 供电方案答复及送电时限: a short first line without a sentence is the article's heading."""
    if clause.heading or len(clause.passages) < 2:
        return
    first = re.sub("^[（(【〔](.*)[）)】〕]$", r"\1", clause.passages[0].text)
    if is_title(first, HEADING_LENGTH) and not re.search("[，,：:、。]", first) and item_number(first) is None:
        clause.heading = first
        del clause.passages[0]


def is_written(clause: FoundClause, book: FoundBook) -> bool:
    """Whether a clause has a text; notes it where it has none."""
    if clause.passages:
        return True
    book.doubts.append(Doubt(clause.line, f"{clause.label}下面没有条文，没有写进草稿"))
    book.left_out.append(LeftOut(clause.line, f"{clause.label} {clause.heading}".strip(), "没有条文的条号"))
    return False


def take_title(book: FoundBook) -> None:
    """Take the title out of the head: what a letter issues, the last line that sounds like a rule book's name, or the first short one."""
    if _take_issued(book):
        return
    places = [place for place, passage in enumerate(book.head) if is_book_title(_bare(passage))]
    if not places:
        places = [
            place
            for place, passage in enumerate(book.head)
            if is_title(_bare(passage), 30) and _RULE_HEAD.fullmatch(_bare(passage)) and not is_contents(passage.text)
        ][:1]
        if not places:
            return
        book.doubts.append(
            Doubt(book.head[places[0]].line(), f"规章名称是猜的：“{_bare(book.head[places[0]])}”，请核对")
        )
    place = places[-1]
    title, taken = _bare(book.head[place]), [place]
    if (place and _is_half_title(book, place)) or (title.endswith("编") and place and place - 1 in places):
        title, taken = _bare(book.head[place - 1]) + title, [place - 1, place]
    book.title, book.title_line = title, book.head[taken[0]].line()
    book.head = [passage for number, passage in enumerate(book.head) if number not in taken]


def _take_issued(book: FoundBook) -> bool:
    """Of 关于印发《…办法》的通知 the thing that is issued is the title; the letter stays text. Gives whether there is a letter."""
    letter = next((place for place, passage in enumerate(book.head) if _LETTER.search(_bare(passage))), None)
    found = _LETTER.search(_bare(book.head[letter])) if letter is not None else None
    if letter is None or found is None:
        return False
    name = found[1].strip("《》")
    places = [
        place
        for place, passage in enumerate(book.head)
        if place > letter
        and len(_squeezed(passage)) > _SHORTEST_NAME
        and _squeezed(passage).endswith((name, f"《{name}》"))
        and is_title(_bare(passage))
    ]
    if places:
        book.title, book.title_line = _bare(book.head[places[-1]]), book.head[places[-1]].line()
        del book.head[places[-1]]
    else:
        book.title, book.title_line = name, book.head[letter].line()
    return True


def _squeezed(passage: Passage) -> str:
    return re.sub(r"\s", "", _bare(passage))


def _is_half_title(book: FoundBook, place: int) -> bool:
    """Whether the line above the title belongs to it.

    The name of an office above a title is the issuer's, as in 国家电网公司 / 供电服务规范; where the issuer is named
    once more, it is part of the title.
    """
    above, title = book.head[place - 1], book.head[place]
    if goes_on(above, title):
        return True
    name = _bare(above)
    others = [passage.text for number, passage in enumerate(book.head) if number not in {place - 1, place}]
    return (
        0 <= title.line() - above.line() <= _NEAR
        and re.fullmatch(f"[{HAN}]{{4,30}}(?:公司|局|所|部|站|中心)", name) is not None
        and any(name in other for other in others)
    )


def _bare(passage: Passage) -> str:
    text = spread_closed(re.sub(r"^#+\s*", "", passage.text).strip())
    return text.strip("《》") if text.startswith("《") and text.endswith("》") else text


def note_gaps(book: FoundBook) -> None:
    """Note where article numbers don't count on."""
    clauses = book.clauses
    missing = [
        f"{earlier.label}后面是{later.label}"
        for earlier, later in pairwise(clauses)
        if later.number.article > earlier.number.article + 1
    ]
    if missing:
        book.doubts.append(
            Doubt(
                clauses[0].line,
                f"条号不连续：{'、'.join(missing[:5])}{'等' if len(missing) > 5 else ''}，请看是不是漏了",
            )
        )
