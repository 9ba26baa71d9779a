"""The rule books of a document."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from retrieval.importing.files.source import LeftOut
from retrieval.importing.headings.articles import (
    END_MARKS,
    HAN,
    NUMBERINGS,
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
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.passages import Passage
from retrieval.importing.structure.articles import article_places, numbered_places
from retrieval.importing.structure.outlines import Entry, heads_others, is_outlined, outline
from retrieval.importing.structure.rulebook import (
    HEADING_LENGTH,
    NOTE,
    Chapter,
    FoundBook,
    FoundClause,
    goes_on,
    is_book_title,
    is_written,
    names_chapter,
    note_gaps,
    open_clause,
    take_ending,
    take_heading,
    take_title,
)
from retrieval.model import ClauseNumber

_TITLE_REACH = 14
_HEADING = re.compile(f"[{HAN}、“”《》（）()]{{2,}}")


def find_books(passages: Sequence[Passage]) -> list[FoundBook]:
    """The rule books of a document, in order; one of them may have no clauses."""
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
    if len(text) > 80 or re.search("[。；]", text) or text.count("\t") > 1:  # a table's row
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
        if is_book_title(text):
            found = place - 1 if place and goes_on(passages[place - 1], passages[place]) else place
        elif is_annex(text) and found is not None:
            return place
        elif found is not None or not (
            NOTE.search(text) or division_heading(text) or is_title(text) or is_contents(text)
        ):
            break
    return found


def _chapter_place(passages: Sequence[Passage], first: int) -> int:
    """Where the articles that begin anew without a title of their own begin: with their chapter's heading, if there is one."""
    while first and division_heading(passages[first - 1].text) is not None:
        first -= 1
    return first


def _read_book(passages: Sequence[Passage], begin: int, end: int, places: set[int]) -> FoundBook:
    book = FoundBook()
    last = max((place for place in range(begin, end) if place in places), default=end)
    for place in range(begin, end):
        passage = passages[place]
        if place in places:
            book.open(open_clause(passage))
            continue
        if not book.holds_annex(passage, behind_last=place > last):
            above = passages[place - 1].text if place > begin else ""
            _take_between(book, passage, above, before_clause=place + 1 in places and place + 1 < end)
    take_title(book)
    for clause in book.clauses:
        take_heading(clause)
    book.clauses = [clause for clause in book.clauses if is_written(clause, book)]
    book.parts = [part for part in book.parts if isinstance(part, Chapter) or part.passages]
    note_gaps(book)
    take_ending(book)
    if book.annex:
        line = book.annex[0].line()
        book.doubts.append(Doubt(line, f"“{book.annex[0].text[:20]}”以后的附件放在文件末尾，机器人查不到附件里的内容"))
    return book


def _take_between(book: FoundBook, passage: Passage, above: str, *, before_clause: bool) -> None:
    """Take a paragraph that begins no article: a chapter's heading or a piece of it, or text.

    Args:
        book: Gets it.
        passage: The paragraph.
        above: The text of the one before; empty at the book's beginning.
        before_clause: Whether an article begins right behind it.
    """
    division = division_heading(passage.text)
    chapter = book.parts[-1] if book.parts else None
    if division is not None:
        book.parts.append(Chapter(f"{division[0]} {division[2]}".strip()))
    elif isinstance(chapter, Chapter) and not chapter.passages and names_chapter(chapter.title, passage.text):
        chapter.title += f" {spread_closed(passage.text)}"
    elif isinstance(chapter, Chapter) and not chapter.passages and before_clause and _is_heading(passage.text):
        chapter.title += spread_closed(passage.text)  # the second line of its title
    elif before_clause and above and _heads_a_group(passage.text, above, book):
        book.parts.append(Chapter(passage.text))
    elif isinstance(chapter, Chapter) and book.clauses:
        chapter.passages.append(passage)
        words = f"“{passage.text[:20]}”在章节标题和下一条之间，不属于哪一条，机器人查不到，请看放在哪里"
        book.doubts.append(Doubt(passage.line(), words))
    else:
        book.take(passage)


def _is_heading(text: str) -> bool:
    return is_title(text, HEADING_LENGTH) and _HEADING.fullmatch(_numberless(text)) is not None


def _numberless(text: str) -> str:
    found = numbered(text, 0)
    return found[1] if found else text


def _heads_a_group(text: str, above: str, book: FoundBook) -> bool:
    """Whether a line just above an article heads the articles below it: 二、赔偿的范围, 附则.

    It is short, no sentence, and what stands above it has ended; before the first article only a numbered line is one.
    """
    if not _is_heading(text) or item_number(text) is not None:
        return False
    if not book.clauses:
        return numbered(text, 0) is not None
    ended = re.search(f"[{END_MARKS}”）)]$", above) is not None and not above.endswith(("；", ";"))
    return ended or (bool(book.parts) and isinstance(book.parts[-1], Chapter))


def _note_mentions(passages: Sequence[Passage], places: set[int], books: Sequence[FoundBook]) -> None:
    """Say which paragraphs look like an article and were not taken for one."""
    for place, passage in enumerate(passages):
        found = article_heading(passage.text)
        if found is not None and found.sure and place not in places:
            books[-1].doubts.append(
                Doubt(passage.line(), f"“{passage.text[:15]}”没有当作一条的开头（条号接不上），请看对不对")
            )


def _numbered_book(passages: Sequence[Passage]) -> FoundBook:
    """A list of rules without 条: 一、不准… and so on."""
    entries = outline([passage.text for passage in passages])
    if entries:
        return _outlined_book(passages, entries)
    way, places = numbered_places(passages)
    book = FoundBook()
    for place, passage in enumerate(passages):
        if place in places:
            found = numbered(passage.text, way)
            if found is not None:
                printed = passage.text[: len(passage.text) - len(found[1])].strip()
                label = re.sub(r"^[（(第]*|[、，,：:.．）)\s个项款].*$", "", printed)
                if "第" in printed:
                    book.changes.append(Change(passage.line(), printed, label, "条号的写法"))
                body = passage.cut(len(passage.text) - len(found[1]))
                book.open(FoundClause(ClauseNumber(found[0]), label, "", [body], passage.line()))
        elif not book.holds_annex(passage, behind_last=bool(places) and place > places[-1]):
            book.take(passage)
    book.close()
    if book.clauses:
        book.doubts.append(Doubt(book.clauses[0].line, "没有“第几条”，按“一、二、三”的编号分条，请看分得对不对"))
    return book


def _outlined_book(passages: Sequence[Passage], entries: Sequence[Entry]) -> FoundBook:
    """A book whose clauses are numbered 3.1.2 or 二、（三）; what only heads others is a chapter."""
    texts = [passage.text for passage in passages]
    at = {entry.place: position for position, entry in enumerate(entries)}
    book = FoundBook()
    for place, passage in enumerate(passages):
        position = at.get(place)
        if position is not None:
            entry = entries[position]
            body = passage.cut(entry.start)
            if heads_others(entries, position, texts):
                blank = "" if entry.printed.endswith("、") else " "
                book.parts.append(Chapter(f"{entry.printed}{blank}{body.text}"))
            else:
                number = ClauseNumber(entry.number[0], 0, *entry.number[1:])
                book.open(FoundClause(number, entry.label, "", [body], passage.line()))
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
