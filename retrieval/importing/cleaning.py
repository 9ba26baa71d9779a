"""Noise out, words untouched: what scrapers, printers and page layouts leave in a text."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar

from retrieval.importing.headings import (
    END_MARKS,
    HAN,
    article_heading,
    case_heading,
    division_heading,
    has_leader,
    is_annex,
    is_closing,
    is_contents,
    item_number,
    numbered,
    section_heading,
)
from retrieval.importing.pages import (
    MARKS_WHY,
    bare_numbers,
    decorated_numbers,
    lines_beside,
    page_marks,
    repeated_edges,
    repeated_lines,
    unsure_numbers,
)
from retrieval.importing.passages import Passage, joined
from retrieval.importing.radicals import RADICALS, plain_characters
from retrieval.importing.source import Form, SourceLine, SourceText
from retrieval.importing.wrapping import Wrapping, find_wrapping

_T = TypeVar("_T")
_ROUNDS = 30
_HEADER = "重复的页眉或页脚"
_AROUND = 6
_WINDOW = 40
"""Characters that a change shows on each side, so that a person finds the place."""


@dataclass(frozen=True, slots=True)
class Change:
    """Noise that was taken out.

    Attributes:
        line: The line on which it begins, from 1.
        before: What stood there, with a few characters on each side; ⏎ stands for the end of a line.
        after: The same place afterwards; empty where a whole line went.
        why: In Chinese.
    """

    line: int
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """What a person has to look at.

    Attributes:
        line: From 1; 0 where it concerns the whole document.
        message: In Chinese.
    """

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A document's paragraphs without noise.

    Attributes:
        passages: None is empty.
        changes: In the order in which they were made.
        doubts: What may be noise and was left.
    """

    passages: tuple[Passage, ...]
    changes: tuple[Change, ...]
    doubts: tuple[Doubt, ...]


def clean(source: SourceText) -> Cleaned:
    """Take out page marks, headers, footers, page numbers, advertising lines, stray blanks and breaks inside sentences.

    The words themselves stay as they are. Cleaning what was cleaned changes nothing.
    """
    work = _Work(
        [
            Passage(text, ((0, number),), line.page)
            for number, line in enumerate(source.lines, 1)
            for text in _paragraphs(line, source.form)
        ]
    )
    sheet = source.form is Form.SHEET  # its rows are no lines of a page
    work.each(_plain_letters)
    work.each(_ordinary_characters)
    if any(line.page for line in source.lines):
        work.drop(repeated_edges(work.passages), _HEADER)
        work.drop(bare_numbers(work.passages), "页码")
        work.drop_blank_at_page_ends()
    wrapped = source.form is Form.PDF
    for _ in range(_ROUNDS):
        before = [passage.text for passage in work.passages]
        work.drop(_lines_that_are(_PASSED_ON, work.passages), "下载网站的字样")
        if not sheet:
            numbers = decorated_numbers(work.passages)
            beside = lines_beside(work.passages, numbers)
            work.drop_with_blanks({**dict.fromkeys(beside, _HEADER), **dict.fromkeys(numbers, "页码")})
            work.drop(repeated_lines(work.passages), _HEADER)
            # Before the page marks go: where they stood, two half lines make one that is too long.
            wrapping = find_wrapping([passage.text for passage in work.passages], printed=wrapped)
            _take_out_page_marks(work)
            _join(work, wrapping)
        work.drop(_lines_that_are(_SITE_LINE, work.passages), "下载网站的字样")
        work.each(_advertising)
        _split(work)
        work.each(_stray_blanks)
        wrapped = False
        if before == [passage.text for passage in work.passages]:
            break
    doubts = [
        Doubt(passage.line(), f"“{passage.text.strip()}”单独占一行，像是页码，没有动")
        for passage in unsure_numbers(work.passages)
        if not sheet
    ]
    passages = tuple(passage.cut(0) for passage in work.passages if passage.text.strip())
    return Cleaned(passages, tuple(work.changes), tuple(sorted(set(work.doubts + doubts))))


def _paragraphs(line: SourceLine, form: Form) -> list[str]:
    """A line; of a form's row, a name with a text beside it, as many as the text has paragraphs."""
    if form is Form.WORD and len(line.cells) == 2 and line.cells[0] and "\n" in line.cells[1]:
        name, text = line.cells
        first, *others = text.split("\n")
        return [" ".join(f"{name}\t{first}".split("\n")), *others]
    return [line.text]


@dataclass(slots=True)
class _Work:
    """A document on the bench: passages change, and what changes is noted."""

    passages: list[Passage]
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    _known: dict[tuple[object, ...], Any] = field(default_factory=dict)

    def once(self, look: Callable[..., _T], *text: object) -> _T:
        """What looking at a text came to. Most passages are the same in the next round, and are not looked at again."""
        key = (look, *text)
        if key not in self._known:
            self._known[key] = look(*text)
        found: _T = self._known[key]
        return found

    def drop(self, places: Iterable[int], why: str) -> None:
        """Take out whole passages."""
        gone = set(places)
        if gone:
            self.changes += [
                Change(self.passages[place].line(), self.passages[place].text.strip(), "", why)
                for place in sorted(gone)
            ]
            self.passages = [passage for place, passage in enumerate(self.passages) if place not in gone]

    def drop_with_blanks(self, gone: Mapping[int, str]) -> None:
        """Take out lines between two pages, with the blank lines around them, which part no paragraphs."""
        blank: set[int] = set()
        for place in gone:
            for step in (-1, 1):
                beside = place + step
                while 0 <= beside < len(self.passages) and not self.passages[beside].text.strip():
                    blank.add(beside)
                    beside += step
        for why in dict.fromkeys(gone.values()):
            self.changes += [
                Change(self.passages[place].line(), self.passages[place].text.strip(), "", why)
                for place in sorted(gone)
                if gone[place] == why
            ]
        if gone:
            left = [passage for place, passage in enumerate(self.passages) if place not in gone.keys() | blank]
            self.passages = left

    def drop_blank_at_page_ends(self) -> None:
        """Blank lines at the edges of pages part no paragraphs."""
        kept: list[Passage] = []
        for place, passage in enumerate(self.passages):
            following = next((later for later in self.passages[place + 1 : place + 2]), None)
            edge = (kept and kept[-1].page != passage.page) or (following and following.page != passage.page)
            if passage.text.strip() or not edge:
                kept.append(passage)
        self.passages = kept

    def each(self, edits: Callable[[str], Sequence[tuple[int, int, str, str]]]) -> None:
        """Edit every passage.

        Args:
            edits: Gives start, end, what comes there, and why, in order, not overlapping; without a why nothing is noted.
        """
        for place, passage in enumerate(self.passages):
            found = self.once(edits, passage.text)
            if found:
                self.changes += [
                    Change(passage.line(start), *_shown(passage.text, start, end, new), why)
                    for start, end, new, why in found
                    if why
                ]
                self.passages[place] = passage.edited([(start, end, new) for start, end, new, _ in found])


def _shown(text: str, start: int, end: int, new: str) -> tuple[str, str]:
    left, right = text[max(start - _AROUND, 0) : start], text[end : end + _AROUND]
    return left + text[start:end] + right, left + new + right


# ---- letters ----

_INVISIBLE = re.compile(
    "[\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+"
)
_ODD_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\r\n\x85\u2028\u2029]")
_WIDE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a](?:[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0e\uff05]*[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05])?"
)


def _plain_letters(text: str) -> list[tuple[int, int, str, str]]:
    edits = [(*found.span(), "", "看不见的字符") for found in _INVISIBLE.finditer(text)]
    edits += [(*found.span(), " ", "") for found in _ODD_BLANK.finditer(text)]
    edits += [
        (*found.span(), unicodedata.normalize("NFKC", found[0]), "全角数字和字母") for found in _WIDE.finditer(text)
    ]
    return sorted(edits)


def _ordinary_characters(text: str) -> list[tuple[int, int, str, str]]:
    return [
        (*found.span(), plain, "字形一样、编码不同的字")
        for found in RADICALS.finditer(text)
        if (plain := plain_characters(found[0])) != found[0]
    ]


# ---- advertising ----

_SITES = "淘文阁|百度文库|豆丁网?|道客巴巴|原创力文档|人人文库|金锄头文库|文档网|第一文库网?|新浪爱问|爱问共享资料|蚂蚁文库|得力文库|装配图网|学科网"
_ADVERTISING = (
    re.compile("《[^《》]{1,100}》由会员分享[^。]{0,300}?搜索。?"),
    re.compile("^书山有路勤为径[,，]学海无涯苦作舟[。.]?"),
)
_SITE_LINE = re.compile(rf"[^。]{{0,80}}(?:{_SITES})[^。]{{0,80}}。?")
_PASSED_ON = re.compile(
    r"限制\s*\d+\s*内"
    r"|[-—=·•*\s]*(?:(?:本文档|本资料|本文)?(?:精品文档|学习资料|优质文档|可编辑版|最新资料推荐|欢迎下载|欢迎阅读|仅供学习参考"
    r"|仅供参考|如有侵权[^。]{0,20}|请?联系网站删除|收集于网络|来源于网络|word可编辑|资料收集于网络)[\s,，.。;；!！、·•-]*)+[-—=·•*\s]*",
    re.IGNORECASE,
)
_LINE_LENGTH = 200


def _advertising(text: str) -> list[tuple[int, int, str, str]]:
    return sorted(
        (*found.span(), "", "下载网站的字样") for pattern in _ADVERTISING for found in pattern.finditer(text)
    )[:1]


def _lines_that_are(pattern: re.Pattern[str], passages: Sequence[Passage]) -> list[int]:
    return [
        place
        for place, passage in enumerate(passages)
        if len(passage.text) <= _LINE_LENGTH and passage.text.strip() and pattern.fullmatch(passage.text.strip())
    ]


# ---- lines that belong together ----


def _take_out_page_marks(work: _Work) -> None:
    """目⏎2、标 → 目标: a page's number, put before its first line, may stand in the middle of a word."""
    marks = page_marks(work.passages)
    if not marks:
        return
    passages: list[Passage] = []
    for place, passage in enumerate(work.passages):
        length = marks.get(place)
        if length is None:
            passages.append(passage)
            continue
        rest = passage.edited([(0, length, "")])
        while passages and not passages[-1].text.strip():
            passages.pop()
        first = not passages or place == min(marks)
        left = "" if first else passages[-1].text[-_AROUND:]
        work.changes.append(
            Change(
                passage.line(),
                f"{left}{'' if first else '⏎'}{passage.text[: length + _AROUND]}",
                left + rest.text[:_AROUND],
                MARKS_WHY,
            )
        )
        if first:
            passages.append(rest)
        else:
            passages[-1] = joined([passages[-1], rest])
    work.passages = passages


_NEVER_FIRST = re.compile("[，。、；：！？》”’】％,;:!?]")
_OPEN = re.compile("[，、,（(《“‘]$")
_INDENT = re.compile("\u3000|\t|  ")


def _join(work: _Work, wrapping: Wrapping | None) -> None:
    """Join the lines of a sentence."""
    passages: list[Passage] = []
    run: list[Passage] = []

    def finish() -> None:
        if len(run) > 1:
            passages.append(joined(run))
        elif run:
            passages.append(run[0])
        run.clear()

    for passage in work.passages:
        if not passage.text.strip():
            finish()
            passages.append(passage)
            continue
        if run:
            belongs, doubt = work.once(_belongs, run[-1].text, passage.text, wrapping)
            if doubt:
                work.doubts.append(Doubt(passage.line(), doubt))
            if belongs:
                left, right = run[-1].text.rstrip(), passage.text.lstrip()
                glue = " " if re.search("[A-Za-z]$", left) and re.match("[A-Za-z]", right) else ""
                before, after = left[-_AROUND:], right[:_AROUND]
                work.changes.append(
                    Change(passage.line(), f"{before}⏎{after}", f"{before}{glue}{after}", "句子中间的换行")
                )
                # Blanks at the joint are the printer's; those before and behind are looked at later.
                run[-1] = run[-1].edited([(len(left), len(run[-1].text), glue)])
                run.append(passage.edited([(0, len(passage.text) - len(right), "")]))
                continue
            finish()
        run.append(passage)
    finish()
    work.passages = passages


def _belongs(left: str, right: str, wrapping: Wrapping | None) -> tuple[bool, str]:
    """Whether a line goes on with the line before, and the doubt about it, which is mostly empty."""
    indented, left, right = _INDENT.match(right) is not None, left.rstrip(), right.lstrip()
    ended = re.search(f"[{END_MARKS}：:”】]$", left) is not None
    shown = _shown_by_marks(left, right, indented=indented, ended=ended)
    if shown is not None:
        return shown, ""
    if wrapping is None or not (wrapping.is_full(left) if ended else wrapping.is_long(left)):
        return False, ""
    if wrapping.indented:
        return not (indented or (ended and _begins(right, sure=False)) or _is_heading(right, ended=ended)), ""
    if indented or _begins(right, sure=not ended):
        return False, ""
    return _at_full_stop(left, wrapping) if ended else (True, "")


def _shown_by_marks(left: str, right: str, *, indented: bool, ended: bool) -> bool | None:
    """What the marks at the joint say, whatever the lines' width; None for nothing."""
    if not left or not right or "\t" in left + right:  # a table's row stays one
        return False
    if has_leader(left):  # 停电不通知……2: the next entry of a list of contents is another one
        return False
    if left[-1] in "案事实" and right[0] == "例":
        return True
    if _always_begins(right):
        return False
    if _NEVER_FIRST.match(right) and not (ended and right[0] == "”"):
        return True
    return True if _OPEN.search(left) and not indented and not _begins(right, sure=False) else None


def _at_full_stop(left: str, wrapping: Wrapping) -> tuple[bool, str]:
    """A full line that ends with a sentence may end its paragraph, or just be full."""
    if left[-1] != "。" or not wrapping.is_brimful(left):
        return False, ""
    if wrapping.rule_like:  # most of its paragraphs are one sentence
        return False, "上一行正好排满又是句号结尾，这里按另起一段处理，请对照原文看是不是同一段"
    return True, "上一行正好排满又是句号结尾，这里按同一段接上了，请对照原文看是不是另起一段"


def _always_begins(text: str) -> bool:
    found = section_heading(text)
    return (
        (found is not None and found[2] and text[0] in "【〖[［")
        or case_heading(text) is not None
        or is_contents(text)
        or is_closing(text)
        or re.match(f"第[{HAN}0-9]{{1,5}}篇[:：]|#|<!--", text) is not None
        or re.match("(?:问题?|答案?|[QA])[：:]", text) is not None
    )


def _is_heading(text: str, *, ended: bool) -> bool:
    article = article_heading(text)
    return (article is not None and (article.sure or ended)) or division_heading(text) is not None


def _begins(text: str, *, sure: bool) -> bool:
    """Whether a line looks like a beginning.

    Args:
        text: The line.
        sure: Whether the line before broke off in the middle of a sentence: then a number alone says nothing.
    """
    article = article_heading(text)
    if article is not None and (article.sure or not sure):
        return True
    if division_heading(text) is not None and (not sure or re.match(r"\S+[编章节]\s", text)):
        return True
    if is_annex(text):
        return True
    found = section_heading(text)
    if found is not None and found[2] and not sure:
        return True
    return not sure and (item_number(text) is not None or any(numbered(text, way) for way in range(3)))


# ---- several paragraphs on one line ----

_KNOWN_HEADING = re.compile(f"[【〖][{HAN} 、]{{2,12}}[】〗]")
_PARTED = re.compile(f"[\\s{END_MARKS}：:，,”》）)】〗\\]]")
_CASE_INSIDE = re.compile(f"(?<=[\\s{END_MARKS}”》）)])(?:案例|事例)\\s*之?[一二三四五六七八九十0-9]{{1,3}}\\s*[：:]")
_PART_INSIDE = re.compile(f"(?<=[\\s{END_MARKS}”》）),，])第[一二三四五六七八九十]{{1,3}}篇[：:]")
_CLOSING_INSIDE = re.compile("(?<=[\\s。])(?:以上|上述)[一二三四五六七八九十0-9]{1,3}[个起则]案例")
_GROUP_INSIDE = re.compile(
    f"(?:(?<=[\\s{END_MARKS}])|^)(?P<chapter>[{HAN}]{{2,8}}\\s?)?(?P<group>[（(][一二三四五六七八九十]{{1,3}}[)）][{HAN}]{{0,8}}(?:事件|事例|案例))(?=\\s|$|案例)"
)
_ARTICLE_INSIDE = re.compile(
    "(?<=[。；;])\\s*(?=第[一二三四五六七八九十百千零〇0-9]{1,9}条(?:之[一二三四五六七八九十])?[ \u3000])"
)
_PAUSE = re.compile(f"(?<=[{END_MARKS}：:”])[ \u3000]+(?=[{HAN}“《（(【第0-9])")
_ITEM_INSIDE = re.compile(f"(?<=[{END_MARKS}：:”])[ \u3000]+(?=[（(][一二三四五六七八九十0-9]{{1,3}}[)）])")
_FLAT = 120


def _split(work: _Work) -> None:
    """A scrape turns paragraph ends into blanks; headings and the blanks behind sentences show where they were."""
    passages: list[Passage] = []
    sentences = sum(len(re.findall("。", passage.text)) for passage in work.passages)
    pauses = sum(len(re.findall("。[ \u3000]", passage.text)) for passage in work.passages)
    # A blank behind nearly every sentence is somebody's habit.
    habit = sentences >= 5 and pauses > 0.8 * sentences
    for passage in work.passages:
        places = work.once(_breaks, passage.text, habit)
        if not places:
            passages.append(passage)
            continue
        edges = [0, *places, len(passage.text)]
        for start, end in pairwise(edges):
            piece = passage.text[start:end]
            if not piece.strip():
                continue
            if start:
                left, right = passage.text[max(start - _WINDOW, 0) : start], piece[:_WINDOW]
                gap = left[len(left.rstrip()) :] + right[: len(right) - len(right.lstrip())]
                before, after = left.rstrip()[-_AROUND:], right.lstrip()[:_AROUND]
                change = Change(passage.line(start), f"{before}{gap}{after}", f"{before}⏎{after}", "几段连成了一段")
                work.changes.append(change)
            passages.append(passage.cut(start, end))
    work.passages = passages


def _breaks(text: str, habit: bool) -> list[int]:
    places: set[int] = set()
    for found in _KNOWN_HEADING.finditer(text):
        if found.start() and not _PARTED.search(text[found.start() - 1]):
            continue  # 与【案例一】一样: a heading is quoted
        heading = section_heading(found[0])
        if (heading is not None and heading[2]) or case_heading(found[0]) is not None:
            places.add(found.start())
    for pattern in (_CASE_INSIDE, _PART_INSIDE, _CLOSING_INSIDE):
        places |= {found.start() for found in pattern.finditer(text)}
    for found in _GROUP_INSIDE.finditer(text):
        places |= {found.start(), found.start("group"), found.end("group")}
    places |= {found.end() for found in _ARTICLE_INSIDE.finditer(text)}
    places |= {found.end() for found in _ITEM_INSIDE.finditer(text)}
    if len(text) >= _FLAT and not habit:
        pauses = [found.end() for found in _PAUSE.finditer(text)]
        places |= set(pauses)
    begin, end = len(text) - len(text.lstrip("# \u3000\t")), len(text.rstrip())
    return sorted(place for place in places if begin < place < end)


# ---- blanks ----

_SIDE = f"[{HAN}，。、；：！？“”‘’（）《》【】〔〕…—]"
_BLANKS = re.compile(f"(?<={_SIDE})[ \u3000]{{1,2}}(?={_SIDE}|[(,;:!?)])|(?<=[),;:!?])[ \u3000]{{1,2}}(?={_SIDE})")
_LABEL = re.compile(
    "(?:第\\s*[一二三四五六七八九十百千零〇0-9]{1,9}\\s*(?:条(?:之[一二三四五六七八九十])?|分编|编|章|节|部分|篇)|[（(]?[一二三四五六七八九十0-9]{1,3}[)）]?[、.．]?|[【\\[].{1,12}[】\\]]|#+|(?:典型)?(?:案例|事例)之?[一二三四五六七八九十0-9]{1,3}[：:、]?|[问答][：:])[ \u3000]+"
)


def _stray_blanks(text: str) -> list[tuple[int, int, str, str]]:
    start = len(text) - len(text.lstrip())
    label = _LABEL.match(text, start)
    begin = label.end() if label else start
    rest = text[begin:].strip()
    if re.fullmatch(f"[{HAN}](?:[ \u3000]+[{HAN}]){{1,11}}", rest):
        return [
            (begin + found.start(), begin + found.end(), "", "字间多余的空格")
            for found in re.finditer("(?<=\\S)[ \u3000]+(?=\\S)", text[begin:])
        ]
    if (len(text) <= 80 and not re.search("[，。；：,;:]", text)) or text.startswith("<!--"):
        return []  # a title of two halves, a date with what happened then
    return [(*found.span(), "", "字间多余的空格") for found in _BLANKS.finditer(text, begin)]
