"""Several paragraphs on one line: they become as many."""

import re
from itertools import pairwise

from retrieval.importing.headings.articles import (
    END_MARKS,
    HAN,
)
from retrieval.importing.headings.cases import case_heading, section_heading
from retrieval.importing.layout.notes import Change
from retrieval.importing.layout.passages import Passage
from retrieval.importing.layout.work import AROUND, WINDOW, Work

_KNOWN_HEADING = re.compile(f"[【〖][{HAN} 、]{{2,12}}[】〗]")
_QUOTED = re.compile("[的中里内部栏项这那和与及、，。；]|一[栏节项]")
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


def split_lines(work: Work) -> None:
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
                left, right = passage.text[max(start - WINDOW, 0) : start], piece[:WINDOW]
                gap = left[len(left.rstrip()) :] + right[: len(right) - len(right.lstrip())]
                before, after = left.rstrip()[-AROUND:], right.lstrip()[:AROUND]
                change = Change(passage.line(start), f"{before}{gap}{after}", f"{before}⏎{after}", "几段连成了一段")
                work.changes.append(change)
            passages.append(passage.cut(start, end))
    work.passages = passages


def _breaks(text: str, habit: bool) -> list[int]:
    places: set[int] = set()
    headings = [(found, section_heading(found[0])) for found in _KNOWN_HEADING.finditer(text)]
    usual = [found for found, heading in headings if heading is not None and heading[2]]
    # Of several sections in one piece each begins anew, whatever stands before it.
    several = len(usual) > 1 and not any(_QUOTED.match(text, found.end()) for found in usual)
    for found, heading in headings:
        if found.start() and not (several and found in usual) and not _PARTED.search(text[found.start() - 1]):
            continue  # 与【案例一】一样: a heading is quoted
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
