"""Title marks around rule books' names, of which a scrape or a typist has lost one."""

import re
from collections.abc import Sequence

from retrieval.importing.headings.articles import HAN
from retrieval.importing.layout.notes import Change
from retrieval.importing.layout.passages import Passage
from retrieval.model import KnowledgeBase

_LEAST = 4
_AROUND = 6


def restore_title_marks(passages: Sequence[Passage], knowledge: KnowledgeBase) -> tuple[list[Passage], list[Change]]:
    """Put the second mark where one of a pair stands at a held rule book's name: 供电营业规则》第八十三条.

    A name without any mark is left as it is: nobody knows whether it ever had them.
    """
    names = {name.strip("《》") for rule in knowledge.rules for name in (rule.title, *rule.short)}
    written = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) >= _LEAST)
    if not written:
        return list(passages), []
    pattern = re.compile(
        rf"《(?:中华人民共和国)?(?:{written})(?P<end>)(?![》{HAN}“])"
        rf"|《(?:中华人民共和国)?(?:{written})(?P<before>)(?=\s*第)"
        rf"|(?<![《{HAN}”])(?P<begin>)(?:中华人民共和国)?(?:{written})(?=》)"
    )
    restored: list[Passage] = []
    changes: list[Change] = []
    for passage in passages:
        edits: list[tuple[int, int, str]] = []
        if "《" in passage.text or "》" in passage.text:
            for found in pattern.finditer(passage.text):
                opening = found["begin"] is not None
                place = found.start() if opening else found.end()
                mark = "《" if opening else "》"
                edits.append((place, place, mark))
                left, right = passage.text[max(place - _AROUND, 0) : place], passage.text[place : place + _AROUND]
                changes.append(Change(passage.line(place), left + right, left + mark + right, "丢了一半的书名号"))
        restored.append(passage.edited(edits))
    return restored, changes
