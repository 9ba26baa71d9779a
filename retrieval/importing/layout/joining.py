"""Lines that belong together: a sentence over several lines becomes one paragraph."""

import re

from retrieval.importing.headings.articles import (
    END_MARKS,
    HAN,
    article_heading,
    division_heading,
    has_leader,
    is_annex,
    is_contents,
    item_number,
    numbered,
)
from retrieval.importing.headings.cases import case_heading, is_closing, section_heading
from retrieval.importing.layout.notes import Change, Doubt
from retrieval.importing.layout.pages import (
    MARKS_WHY,
    page_marks,
)
from retrieval.importing.layout.passages import Passage, joined
from retrieval.importing.layout.work import AROUND, Work
from retrieval.importing.layout.wrapping import Wrapping
from retrieval.numerals import NUMERAL


def take_out_page_marks(work: Work) -> None:
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
        left = "" if first else passages[-1].text[-AROUND:]
        work.changes.append(
            Change(
                passage.line(),
                f"{left}{'' if first else '⏎'}{passage.text[: length + AROUND]}",
                left + rest.text[:AROUND],
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
_CITES = re.compile("(?:按照?|依照|依据|根据|违反|符合|执行|适用|参照|引用|属于|或者?|本办法|本规定|本规则|本法|》)$")
_CITED = re.compile(f"第{NUMERAL}条(?![ \u3000：:【（])")
_INDENT = re.compile("\u3000|\t|  ")


def join_lines(work: Work, wrapping: Wrapping | None) -> None:
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
                before, after = left[-AROUND:], right[:AROUND]
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
    # 依照⏎第三条处理: the line broke before the number
    if (left[-1] in "案事实" and right[0] == "例") or (_CITES.search(left) and _CITED.match(right)):
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
