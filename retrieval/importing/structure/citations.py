"""Articles that a text names: 《供电营业规则》第66、67条, 该办法第三条至第五条, 14号令第二十八条第一款第（三）项.

Only what is written; whether it is held, others find out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from retrieval.importing.headings.articles import HAN
from retrieval.numerals import NUMERAL, parse_numeral, to_chinese

_AND = r"\s*(?:[、，,]|和|及|与|以及|或者?)\s*"
_TO = r"\s*(?:至|到|[-~—–～－]{1,2})\s*"
# 第一款第（三）项, 第1项, (三), 第2款
_ITEMS = (
    rf"(?:\s*的?\s*第\s*{NUMERAL}\s*[款项目])*"
    rf"(?:\s*第?\s*[（(]\s*{NUMERAL}\s*[)）]\s*项?)?"
)
_ARTICLE = re.compile(
    rf"(?P<range>第?\s*(?P<first>{NUMERAL})\s*条?{_TO}第?\s*(?P<last>{NUMERAL})\s*条)"
    rf"|(?P<row>第?\s*{NUMERAL}(?:{_AND}第?\s*{NUMERAL})+\s*条)"
    rf"|(?P<one>第\s*(?P<article>{NUMERAL})\s*条(?:之(?P<inserted>[一二三四五六七八九]))?(?P<items>{_ITEMS}))"
    rf"|(?P<bare>(?<![第{HAN}0-9])(?P<number>{NUMERAL})\s*条(?P<bare_items>{_ITEMS}))"
    rf"|(?P<close>(?<=[则例法定范程准诺）)》])(?P<near>{NUMERAL})\s*条(?P<near_items>{_ITEMS}))"
    # books without articles: 第二部分（四）, 《…》3.2.1
    rf"|(?P<part>第\s*{NUMERAL}\s*部分\s*[（(]\s*{NUMERAL}\s*[)）])"
    r"|(?P<decimal>(?<=》)\s*第?\s*[0-9]{1,2}(?:[.．][0-9]{1,2}){1,2}(?![0-9.．%％]))"
)
_FURTHER_ITEM = re.compile(
    rf"(?:{_AND}|(?=\s*[（(]))(?:第\s*({NUMERAL})\s*[款项]|第?\s*[（(]\s*({NUMERAL})\s*[)）]\s*项?)(?!\s*第?\s*{NUMERAL}\s*条)"
)
# 第十八条供电方案答复及送电时限之(三): an article's heading between its number and the item
_ITEM_BEHIND = re.compile(rf"[{HAN}]{{0,20}}之?\s*[（(]\s*({NUMERAL})\s*[)）]")
_LEVEL = re.compile(rf"第\s*({NUMERAL})\s*([款项目])|[（(]\s*({NUMERAL})\s*[)）]")
_MARKED = re.compile("《([^《》]{2,60})》")
_EDITION_BEHIND = re.compile(r"\s*[（(]\s*([^（()）]{0,24}(?:版|年|修订|修正|修改|号令?|令)[^（()）]{0,8})\s*[)）]")
_EDITION_INSIDE = re.compile(r"[（(]([^（()）]{1,20})[)）]$")
_EDITION_BEFORE = re.compile(
    r"((?:新|旧|老|原|修订后的?|新修订的?|现行的?|(?:19|20)[0-9]{2}\s*年?\s*(?:版|修订|修正|修改|发布|施行)?的?|[^，。；、]{0,16}第?\s*[0-9]{1,4}\s*号令?))\s*$"
)
_ORDER = re.compile(
    r"[^，。；：、（()）“”]{0,16}?(?:第\s*([0-9]{1,4})\s*号令|令第\s*([0-9]{1,4})\s*号|(?<![0-9])([0-9]{1,3})\s*号令)"
)
_THAT = re.compile("(?:[该上前本同此]述?|上述)(法|条例|规则|规定|规范|办法|细则|制度|标准|准则|守则|章程|规程|承诺)$")
_SENTENCE_ENDS = re.compile("[。！？!?\n\t]")
_PART_ENDS = re.compile("[。；;！？!?\n\t]")
_BOOK_END = re.compile(
    "(?:法典|法|条例|规则|规范|规定|办法|细则|标准|制度|准则|守则|章程|规程|承诺|不准|通则|措施)[”』」]?(?:[（(][^（()）]*[)）])?(?:的|规定|中|里)?\\s*$"
)
_RANGE_LENGTH = 30
"""As many articles at most are named one by one; more are a whole chapter."""
_LOOK_BACK = 60


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article, or a part of one, that a text names.

    Attributes:
        start: Where its number stands in the text.
        end: Where what belongs to it ends.
        words: The words before the number in which the book is named, if it is; title marks and all.
        marked: The book's name in title marks, without the edition; empty where there is none.
        edition: The edition that is named: 2024版, 新, 第14号令; empty where none is.
        note: What makes the written words clear where they say 该办法: the book's name in marks.
        number: The article; 0 for books without articles.
        item: 款 or 项 within it; 0 for the whole article.
        printed: The number as it is to be told: 第六十八条, 第67条第1项, 3.2.1.
        asked: The same, as the finder of clauses understands it.
        last: Whether the book is the one named before, and not named here.
    """

    start: int
    end: int
    words: str
    marked: str
    edition: str
    note: str
    number: int
    item: int
    printed: str
    asked: str
    last: bool = False


@dataclass(frozen=True, slots=True)
class _Book:
    words: str = ""
    marked: str = ""
    edition: str = ""
    note: str = ""
    last: bool = False


def named_articles(text: str, before: str = "", above: str = "") -> Iterator[NamedArticle]:
    """The articles that a paragraph names, in its order; each of a list and of a range by itself.

    Args:
        text: The paragraph.
        before: The paragraphs before it, in which 该办法 may be named.
        above: The line above with nothing but a book's name, to which the first number belongs; may be empty.
    """
    done = 0
    book = _named(above, 0, len(above), before) if above else None
    for found in _ARTICLE.finditer(text):
        start = _begin(text, done, found.start())
        named = _named(text, start, found.start(), before)
        if named is None:
            between = text[done : found.start()]
            goes_on = not _SENTENCE_ENDS.search(between) or (bool(found["one"]) and not between.strip("。 ”）)"))
            book = replace(book, last=True) if book is not None and goes_on else None
        else:
            book = named
        if book is None and found["bare"]:
            continue
        behind = _ITEM_BEHIND.match(text, found.end()) if found["one"] and not found["items"].strip() else None
        done = behind.end() if behind else found.end()
        current = book if book is not None else _Book(text[start : found.start()])
        for number, item, printed, asked in _numbers(found, behind[1] if behind else ""):
            yield _article(current, found.start(), done, number, item, printed, asked)
        if found["one"]:
            for further in iter(lambda: _FURTHER_ITEM.match(text, done), None):  # noqa: B023 - `done` moves on with the match
                article = parse_numeral(found["article"]) or 0
                item = parse_numeral(further[1] or further[2]) or 0
                label = f"第{found['article']}条第{further[1] or further[2]}项"
                yield _article(replace(current, last=True), further.start(), further.end(), article, item, label, label)
                done = further.end()


def _article(book: _Book, start: int, end: int, number: int, item: int, printed: str, asked: str) -> NamedArticle:
    return NamedArticle(
        start, end, book.words, book.marked, book.edition, book.note, number, item, printed, asked, book.last
    )


def _begin(text: str, done: int, end: int) -> int:
    """Where the words begin in which the book must be named: behind the last number, mark and sentence."""
    start = max(done, end - _LOOK_BACK)
    for boundary in _PART_ENDS.finditer(text, start, end):
        start = boundary.end()
    return start


def _named(text: str, start: int, end: int, before: str) -> _Book | None:
    """The book that the words before a number name; None where they name none.

    A name without marks is words only: who knows which books are held finds it in them.
    """
    words = text[start:end]
    marked = _last(_MARKED, words)
    if marked is not None:
        name, edition = _parted(marked[1])
        behind = _EDITION_BEHIND.match(words, marked.end())
        ahead = _EDITION_BEFORE.search(words[: marked.start()])
        edition = edition or (behind[1] if behind else "") or (ahead[1].strip() if ahead else "")
        begin = ahead.start(1) if ahead and not behind else marked.start()
        return _Book(words[begin:].rstrip(), name, edition)
    that = _THAT.search(words.rstrip())
    if that is not None:
        known = before + text[:end]
        earlier = [found for found in _MARKED.finditer(known) if _parted(found[1])[0].endswith(that[1])]
        if not earlier:
            return _Book(that[0])
        name, edition = _parted(earlier[-1][1])
        behind = _EDITION_BEHIND.match(known, earlier[-1].end())
        return _Book(that[0], name, edition or (behind[1] if behind else ""), f"（{earlier[-1][0]}）")
    order = _last(_ORDER, words)
    if order is not None and not words[order.end() :].strip(" 的规定中、，"):
        return _Book(order[0].lstrip("，、 "), "", f"{order[1] or order[2] or order[3]}号令")
    return _Book(words) if _BOOK_END.search(words) else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _parted(name: str) -> tuple[str, str]:
    """A name in title marks and the edition that stands in brackets at its end; （试行） is part of the name."""
    inside = _EDITION_INSIDE.search(name)
    if inside is None or re.search("试行|暂行", inside[1]):
        return name, ""
    return name[: inside.start()], inside[1]


def _numbers(found: re.Match[str], behind: str) -> Iterator[tuple[int, int, str, str]]:
    """Article, item, how it is told and how it is asked for, of each number of a match."""
    if found["part"] or found["decimal"]:
        printed = found[0].strip()
        yield 0, 0, printed, re.sub(r"部分(?=\s*[（(])", "条", printed)
    elif found["range"]:
        first, last = parse_numeral(found["first"]) or 0, parse_numeral(found["last"]) or 0
        if not 0 < last - first <= _RANGE_LENGTH:
            yield first, 0, found[0], f"第{first}条"
            return
        arabic = found["first"].isascii()
        for number in range(first, last + 1):
            written = f"第{number if arabic else to_chinese(number)}条"
            yield number, 0, written, written
    elif found["row"]:
        for numeral in re.findall(NUMERAL, found["row"]):
            yield parse_numeral(numeral) or 0, 0, f"第{numeral}条", f"第{numeral}条"
    else:
        numeral = found["article"] or found["number"] or found["near"]
        items = found["items"] or found["bare_items"] or found["near_items"] or ""
        levels = [level[1] or level[3] for level in _LEVEL.finditer(items)] + ([behind] if behind else [])
        inserted = f"之{found['inserted']}" if found["inserted"] else ""
        printed = f"第{numeral}条{inserted}{''.join(items.split())}" + (f"（{behind}）" if behind else "")
        asked = f"第{numeral}条{inserted}" + (f"第{levels[-1]}项" if levels else "")
        yield parse_numeral(numeral) or 0, (parse_numeral(levels[-1]) or 0) if levels else 0, printed, asked
