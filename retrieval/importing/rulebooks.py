"""Rule books: finding their articles, and writing them down."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePosixPath

from retrieval.content.format import write_front_matter, write_heading, write_paragraphs
from retrieval.content.rules import parse_clause_heading
from retrieval.importing.chains import Candidate, best_chain
from retrieval.importing.cleaning import Change, Doubt
from retrieval.importing.drafts import DraftClause, Drafted, DraftFile, DraftItem, DraftParagraph
from retrieval.importing.endings import ending
from retrieval.importing.facts import Facts, read_facts
from retrieval.importing.headings import (
    HAN,
    NUMBERINGS,
    RULE_NAME,
    article_heading,
    division_heading,
    has_leader,
    is_annex,
    is_contents,
    is_title,
    item_number,
    numbered,
    spread_closed,
)
from retrieval.importing.naming import propose_id
from retrieval.importing.outlines import Entry, heads_others, is_outlined, outline
from retrieval.importing.passages import Passage
from retrieval.importing.source import LeftOut, SourceText
from retrieval.model import ClauseNumber, KnowledgeBase, RuleKind

_HEADING_LENGTH = 25
_LEAST = 3
"""As many numbered paragraphs make a list of rules where nothing is called 条."""

_TITLE_REACH = 14
_NOTE = re.compile(
    r"[（(]|\d{4}\s*年|[〇零一二三四五六七八九]{4}年|第\d+号|^(?:发布|实施|编制|批准|审核|版本|文号|编号)"
)
_NEAR = 2
"""Lines from one half of a title to the other: there may be a blank one between them."""

_HALF_TITLE = 36
_UNFINISHED = re.compile("关于(?!印发|转发|修订|修改|颁发|发布)[^的]{0,30}$|(?:年度|及|和|与|、|的|关于)$")
_SHORTENED = re.compile("^(?:中华人民共和国|国家电网有限公司|国家电网公司)")
# 第一条【适用范围】…, 第一条（目的和依据）…
_MARKED_HEADING = re.compile(r"[【〔（(]((?!以下|含|包括)[^】〕）)，。；、：]{2,15})[】〕）)]\s*")
_RULE_HEAD = re.compile(f"^[{HAN}“”（）()《》、和与]+$")


@dataclass(slots=True)
class _Clause:
    number: ClauseNumber
    label: str
    heading: str
    passages: list[Passage]
    line: int


@dataclass(slots=True)
class _Book:
    """A rule book as it was found.

    Attributes:
        title: Empty where none was found.
        head: What stands before the first article, without the title and the chapters.
        parts: In order: the title of a chapter, or a clause.
        clauses: Those of the parts that are no titles.
        annex: What stands behind the last article under a heading of its own.
        signature: What stands below the last article: who signed, and when.
    """

    title: str = ""
    title_line: int = 0
    head: list[Passage] = field(default_factory=list)
    parts: list[str | _Clause] = field(default_factory=list)
    clauses: list[_Clause] = field(default_factory=list)
    annex: list[Passage] = field(default_factory=list)
    signature: list[Passage] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def open(self, clause: _Clause) -> None:
        """Begin a clause."""
        self.parts.append(clause)
        self.clauses.append(clause)

    def take(self, passage: Passage) -> None:
        """A paragraph that begins nothing: it belongs to the last clause, or to what stands before the first."""
        (self.clauses[-1].passages if self.clauses else self.head).append(passage)

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
        _take_title(self)
        for clause in self.clauses:
            _take_heading(clause)
        _take_ending(self)


def article_places(passages: Sequence[Passage]) -> tuple[int, ...]:
    """The places of the paragraphs that are articles' headings; empty where there are hardly any."""
    chain = best_chain(
        [
            Candidate(
                place,
                (found.number, found.inserted),
                found.sure,
                found.number == 1 and not found.inserted and found.sure,
            )
            for place, passage in enumerate(passages)
            if (found := article_heading(passage.text)) is not None
        ]
    )
    steps = sum(1 for one, other in pairwise(chain) if other.number[0] in {one.number[0], one.number[0] + 1})
    # A text that lost the blanks behind its numbers shows by counting up alone what they are.
    holds = sum(candidate.sure for candidate in chain) >= 2 or (
        len(chain) >= _LEAST and steps >= 0.8 * (len(chain) - 1)
    )
    return tuple(candidate.place for candidate in chain) if holds else ()


def numbered_places(passages: Sequence[Passage]) -> tuple[int, tuple[int, ...]]:
    """The way of numbering in which a text counts furthest from 1, and the places of these paragraphs."""
    best: tuple[int, tuple[int, ...]] = (0, ())
    for way in range(NUMBERINGS):
        places: list[int] = []
        for place, passage in enumerate(passages):
            found = numbered(passage.text, way)
            if found and found[1] and found[0] == len(places) + 1:
                places.append(place)
        if len(places) >= _LEAST and (not best[1] or places[0] < best[1][0]):
            best = way, tuple(places)
    return best


def draft_rules(source: SourceText, passages: Sequence[Passage], knowledge: KnowledgeBase, taken: set[str]) -> Drafted:
    """Write down the rule books of a document.

    Args:
        source: The document.
        passages: Its paragraphs, cleaned.
        knowledge: What is there already.
        taken: Ids that can't be used; gets the new ones.
    """
    books = _find_books(passages)
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
            chapter = next((part for part in book.parts if isinstance(part, str)), f"第{len(titles) + 1}部分")
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


# ---- finding ----


def _find_books(passages: Sequence[Passage]) -> list[_Book]:
    contents = _contents(passages)
    kept = [passage for place, passage in enumerate(passages) if place not in contents]
    listed = [LeftOut(passages[place].line(), passages[place].text, "目录") for place in sorted(contents)]
    places = article_places(kept)
    if not places:
        book = _numbered_book(kept)
        book.left_out += listed
        return [book]
    starts = [place for place in places if _is_first(kept[place])]
    begins, chosen = [0], set(places)
    for place, following in pairwise([*starts, len(kept)]):
        if place == places[0]:
            continue
        begin = _title_place(kept, place)
        if begin is None and bisect_left(places, following) - bisect_left(places, place) < 2:
            chosen.discard(place)  # one article under the same number again: a quotation, not a book
        elif (begin := _chapter_place(kept, place) if begin is None else begin) > begins[-1]:
            begins.append(begin)
    books = [_read_book(kept, begin, end, chosen) for begin, end in pairwise([*begins, len(kept)])]
    books[0].left_out += listed
    _note_mentions(kept, chosen, books)
    return books


def _is_first(passage: Passage) -> bool:
    found = article_heading(passage.text)
    return found is not None and (found.number, found.inserted) == (1, 0)


def _contents(passages: Sequence[Passage]) -> set[int]:
    """The places of a table of contents."""
    places: set[int] = set()
    for start, passage in enumerate(passages):
        if start in places:
            continue
        text = passage.text
        if re.match(r"目\s*录", text) and len(re.findall(f"第[{HAN}0-9]{{1,5}}[编章节条]", text)) >= 3:
            places.add(start)
        elif is_contents(text):
            places.add(start)
            seen: set[str] = set()
            for place in range(start + 1, len(passages)):
                if not _is_entry(passages[place].text):
                    break
                entry = re.sub(r"[\s.．·…]*\d*$", "", passages[place].text)
                if not entry or entry in seen:
                    break
                seen.add(entry)
                places.add(place)
        elif len(text) <= 80 and has_leader(text) and _is_entry(text):
            places.add(start)
    return places


def _is_entry(text: str) -> bool:
    if len(text) > 80 or re.search("[。；]", text):
        return False
    return (
        has_leader(text)
        or division_heading(text) is not None
        or is_annex(text)
        or (article_heading(text) is not None and is_title(text))
        or any(numbered(text, way) for way in range(NUMBERINGS))
        or is_outlined(text)
    )


def _title_place(passages: Sequence[Passage], first: int) -> int | None:
    """Where a further book of the same document begins, going back from its first article."""
    found = None
    for place in range(first - 1, max(first - _TITLE_REACH, -1), -1):
        text = passages[place].text
        if article_heading(text) is not None or item_number(text) is not None:
            break
        if _is_book_title(text):
            found = place - 1 if place and _goes_on(passages[place - 1], passages[place]) else place
        elif is_annex(text) and found is not None:
            return place
        elif found is not None or not (
            _NOTE.search(text) or division_heading(text) or is_title(text) or is_contents(text)
        ):
            break
    return found


def _goes_on(above: Passage, title: Passage) -> bool:
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


def _chapter_place(passages: Sequence[Passage], first: int) -> int:
    """Where the articles that begin anew without a title of their own begin: with their chapter's heading, if there is one."""
    while first and division_heading(passages[first - 1].text) is not None:
        first -= 1
    return first


def _is_book_title(text: str) -> bool:
    bare = text.strip("《》").strip()
    return (
        is_title(bare)
        and RULE_NAME.search(re.sub(r"[（(].*[)）]$", "", bare)) is not None
        and division_heading(text) is None
        and not is_contents(text)
        and not _NOTE.match(bare)
        and not re.search(r"\d{4}年.*日|会议|[:：]", bare)
    )


def _read_book(passages: Sequence[Passage], begin: int, end: int, places: set[int]) -> _Book:
    book = _Book()
    last = max((place for place in range(begin, end) if place in places), default=end)
    for place in range(begin, end):
        passage = passages[place]
        if place in places:
            book.open(_open_clause(passage))
            continue
        division = division_heading(passage.text)
        if book.holds_annex(passage, behind_last=place > last):
            continue
        if division is not None:
            book.parts.append(f"{division[0]} {division[2]}".strip())
        elif book.parts and isinstance(book.parts[-1], str) and _names_chapter(book.parts[-1], passage.text):
            book.parts[-1] += f" {spread_closed(passage.text)}"
        else:
            book.take(passage)
    _take_title(book)
    for clause in book.clauses:
        _take_heading(clause)
    book.clauses = [clause for clause in book.clauses if _is_written(clause, book)]
    book.parts = [part for part in book.parts if isinstance(part, str) or part.passages]
    _note_gaps(book)
    _take_ending(book)
    if book.annex:
        line = book.annex[0].line()
        book.doubts.append(Doubt(line, f"“{book.annex[0].text[:20]}”以后的附件放在文件末尾，机器人查不到附件里的内容"))
    return book


def _take_ending(book: _Book) -> None:
    """Take what stands below the last article, and below the annexes, out of them."""
    for passages in (book.clauses[-1].passages if book.clauses else [], book.annex):
        place, why = ending([passage.text for passage in passages])
        if why and place:
            book.left_out += [LeftOut(passage.line(), passage.text, why) for passage in passages[place:]]
            book.signature += passages[place:]
            del passages[place:]


def _names_chapter(chapter: str, text: str) -> bool:
    """Whether a line is the name of the chapter whose number stands on the line before."""
    return re.fullmatch(f"第[{HAN}0-9]{{1,5}}(?:分编|编|章|节|部分|篇)", chapter) is not None and is_title(
        text, _HEADING_LENGTH
    )


def _open_clause(passage: Passage) -> _Clause:
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
    return _Clause(
        ClauseNumber(found.number, found.inserted), found.label, heading, [body] if body.text else [], passage.line()
    )


def _take_heading(clause: _Clause) -> None:
    """第十八条 供电方案答复及送电时限: a short first line without a sentence is the article's heading."""
    if clause.heading or len(clause.passages) < 2:
        return
    first = re.sub("^[（(【〔](.*)[）)】〕]$", r"\1", clause.passages[0].text)
    if is_title(first, _HEADING_LENGTH) and not re.search("[，,：:、。]", first) and item_number(first) is None:
        clause.heading = first
        del clause.passages[0]


def _is_written(clause: _Clause, book: _Book) -> bool:
    if clause.passages:
        return True
    book.doubts.append(Doubt(clause.line, f"{clause.label}下面没有条文，没有写进草稿"))
    book.left_out.append(LeftOut(clause.line, f"{clause.label} {clause.heading}".strip(), "没有条文的条号"))
    return False


def _take_title(book: _Book) -> None:
    """Take the title out of the head: the last line that sounds like a rule book's name, else the first short one."""
    places = [place for place, passage in enumerate(book.head) if _is_book_title(_bare(passage))]
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


def _is_half_title(book: _Book, place: int) -> bool:
    """Whether the line above the title belongs to it.

    The name of an office above a title is the issuer's, as in 国家电网公司 / 供电服务规范; where the issuer is named
    once more, it is part of the title.
    """
    above, title = book.head[place - 1], book.head[place]
    if _goes_on(above, title):
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


def _note_gaps(book: _Book) -> None:
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


def _note_mentions(passages: Sequence[Passage], places: set[int], books: Sequence[_Book]) -> None:
    """Say which paragraphs look like an article and were not taken for one."""
    for place, passage in enumerate(passages):
        found = article_heading(passage.text)
        if found is not None and found.sure and place not in places:
            books[-1].doubts.append(
                Doubt(passage.line(), f"“{passage.text[:15]}”没有当作一条的开头（条号接不上），请看对不对")
            )


def _numbered_book(passages: Sequence[Passage]) -> _Book:
    """A list of rules without 条: 一、不准… and so on."""
    entries = outline([passage.text for passage in passages])
    if entries:
        return _outlined_book(passages, entries)
    way, places = numbered_places(passages)
    book = _Book()
    for place, passage in enumerate(passages):
        if place in places:
            found = numbered(passage.text, way)
            if found is not None:
                printed = passage.text[: len(passage.text) - len(found[1])].strip()
                label = re.sub(r"^[（(第]*|[、，,：:.．）)\s个项款].*$", "", printed)
                if "第" in printed:
                    book.changes.append(Change(passage.line(), printed, label, "条号的写法"))
                body = passage.cut(len(passage.text) - len(found[1]))
                book.open(_Clause(ClauseNumber(found[0]), label, "", [body], passage.line()))
        elif not book.holds_annex(passage, behind_last=bool(places) and place > places[-1]):
            book.take(passage)
    book.close()
    if book.clauses:
        book.doubts.append(Doubt(book.clauses[0].line, "没有“第几条”，按“一、二、三”的编号分条，请看分得对不对"))
    return book


def _outlined_book(passages: Sequence[Passage], entries: Sequence[Entry]) -> _Book:
    """A book whose clauses are numbered 3.1.2 or 二、（三）; what only heads others is a chapter."""
    texts = [passage.text for passage in passages]
    at = {entry.place: position for position, entry in enumerate(entries)}
    book = _Book()
    for place, passage in enumerate(passages):
        position = at.get(place)
        if position is not None:
            entry = entries[position]
            body = passage.cut(entry.start)
            if heads_others(entries, position, texts):
                book.parts.append(f"{entry.printed}{'' if entry.printed.endswith('、') else ' '}{body.text}")
            else:
                number = ClauseNumber(entry.number[0], 0, *entry.number[1:])
                book.open(_Clause(number, entry.label, "", [body], passage.line()))
        elif not book.holds_annex(passage, behind_last=place > entries[-1].place):
            book.take(passage)
    book.close()
    leaps = [
        f"{one.label}后面是{other.label}"
        for one, other in pairwise(entries)
        if len(other.number) <= len(one.number) and other.number[-1] > one.number[len(other.number) - 1] + 1
    ]
    if leaps:
        book.doubts.append(Doubt(book.clauses[0].line, f"编号不连续：{'、'.join(leaps[:5])}，请看是不是漏了"))
    shape = "一、（一）" if any("（" in entry.label for entry in entries) else "1.1、1.1.1"
    book.doubts.append(
        Doubt(book.clauses[0].line, f"没有“第几条”，按“{shape}”的编号分条，只有名称的编号当作章节，请看分得对不对")
    )
    if book.annex:
        line = book.annex[0].line()
        book.doubts.append(Doubt(line, f"“{book.annex[0].text[:20]}”以后的附件放在文件末尾，机器人查不到附件里的内容"))
    return book


# ---- writing ----


def _write(
    source: SourceText, book: _Book, knowledge: KnowledgeBase, taken: set[str]
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
        ("short", _short_names(book.title)),
        ("issuer", facts.issuer),
        ("document", facts.document),
        ("edition", facts.edition),
        ("kind", facts.kind.value),
        ("in_force", facts.in_force.isoformat() if facts.in_force and facts.kind is not RuleKind.GUIDANCE else ""),
        ("verified", "no"),
        ("source", f"{source.name}（{place}起）"),
    ]
    clauses = [_draft_clause(identifier, clause) for clause in book.clauses]
    written = iter(clauses)
    blocks = [
        write_front_matter(values),
        *filter(None, [write_paragraphs(passage.text for passage in book.head)]),
    ]
    for part in book.parts:
        if isinstance(part, str):
            blocks.append(write_heading(1, part))
        else:
            clause = next(written)
            blocks.append(_heading_line(part, clause) + "\n" + write_paragraphs(clause.text.split("\n")))
    if book.annex:
        first, *rest = book.annex
        blocks.append(write_heading(1, first.text) + "\n" + write_paragraphs(passage.text for passage in rest))
    text = blocks[0] + "\n\n".join(filter(None, blocks[1:])) + "\n"
    return DraftFile(PurePosixPath("rules", f"{identifier}.md"), text), clauses, doubts


def _heading_line(clause: _Clause, drafted: DraftClause) -> str:
    separator = " " if re.match("第|[0-9]+[.]", clause.label) else "" if clause.label.endswith("）") else "、"
    line = write_heading(2, f"{drafted.label}{separator}{drafted.heading}" if drafted.heading else drafted.label)
    parsed = parse_clause_heading(line[3:])
    if parsed is None or parsed[0] != drafted.number:  # the label is printed in a way that the loader would not count
        item = f"（{drafted.number.item}）" if drafted.number.item else ""
        return write_heading(2, f"第{drafted.number.article}条{item} {drafted.heading}".strip())
    return line


def _draft_clause(identifier: str, clause: _Clause) -> DraftClause:
    return DraftClause(
        id=f"{identifier}#{clause.number}",
        number=clause.number,
        label=clause.label,
        heading=clause.heading,
        text="\n".join(passage.text for passage in clause.passages),
        paragraphs=tuple(_paragraphs(clause.passages)),
        line=clause.line,
    )


def _paragraphs(passages: Sequence[Passage]) -> Iterator[DraftParagraph]:
    """Paragraphs with the items that belong to them; an article that starts with an item has a first paragraph without text."""
    current: DraftParagraph | None = None
    for passage in passages:
        text, items = _inline_items(passage.text)
        number = item_number(text)
        if number is not None:
            items = (DraftItem(number[0], text[number[1] :].strip()), *items)
            text = ""
        belongs = number is not None or (
            current is not None and current.items and re.match(r"(?:[0-9]{1,2}[.．、)）]|[①-⑳])", text)
        )
        if current is None:
            current = DraftParagraph(text, items)
        elif belongs and number is not None:
            current = replace(current, items=(*current.items, *items))
        elif belongs:
            last = current.items[-1]
            current = replace(current, items=(*current.items[:-1], DraftItem(last.number, f"{last.text}\n{text}")))
        else:
            yield current
            current = DraftParagraph(text, items)
    if current is not None:
        yield current


def _inline_items(text: str) -> tuple[str, tuple[DraftItem, ...]]:
    """下列情形：（一）…；（二）…: the items of a paragraph that was printed in one piece."""
    marks = [
        found
        for found in re.finditer("(?<=[：:；;。])\\s*[（(]([一二三四五六七八九十]{1,3})[)）]", text)
        if item_number(found[0].strip()) is not None
    ]
    numbers = [number[0] for mark in marks if (number := item_number(mark[0].strip()))]
    if len(marks) < 2 or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return text, ()
    edges = [*(mark.start() for mark in marks), len(text)]
    items = tuple(
        DraftItem(number, text[mark.end() : end].strip())
        for number, mark, end in zip(numbers, marks, edges[1:], strict=True)
    )
    return text[: edges[0]].strip(), items


def _short_names(title: str) -> tuple[str, ...]:
    """What people call the book: without 中华人民共和国, the words in quotation marks, a book of a code by its own name."""
    names: list[str] = []
    shortened = _SHORTENED.sub("", title)
    if shortened != title and len(shortened) >= 2:
        names.append(shortened)
    names += re.findall("“([^“”]{2,12})”", title)
    code = re.fullmatch("(.*法典)(.{1,8}编)", shortened)
    if code:
        names += [code[2], code[1]]
    return tuple(dict.fromkeys(name for name in names if name != title))


def _about_others(book: _Book, facts: Facts, knowledge: KnowledgeBase) -> Iterator[Doubt]:
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
