"""A first title and takeaway for a case, of its own sentences."""

import re

from retrieval.content.cases import DUTY, TAKEAWAY_LENGTH
from retrieval.content.format import SectionRole, section_names
from retrieval.importing.headings.articles import (
    END_MARKS,
)
from retrieval.importing.structure.casebook import FoundCase

_LEAST_TAKEAWAY = 5
_FIRST = 30
_LEAST_TITLE = 6
_WHEN = re.compile(".{0,16}(?:[年月日旬时晚许分]|上午|下午|近日|日前|左右|期间|当天)")
_WEIGHTS = (
    (3.0, section_names(SectionRole.LESSON, SectionRole.RESULT)),
    (2.0, section_names(SectionRole.MEASURE)),
    (1.5, section_names(SectionRole.PROBLEM)),
)
"""How much speaks for a sentence by the section in which it stands."""
_SENTENCE = re.compile(f"[^{END_MARKS}]+[{END_MARKS}]*[”』」]?")
_EMPTY_WORDS = re.compile("深思|反思|[吗呢][。？]?$|[？?：:]$|可就难了|何来")
_ITEM_NUMBER = re.compile(r"^(?:[（(][一二三四五六七八九十0-9]{1,2}[)）]|[一二三四五六七八九十0-9]{1,2}[、.．])\s*")


def first_words(text: str) -> str:
    """A title made of a text's first sentence: at most 30 characters."""
    line = re.sub("^【[^】]*】", "", text.split("\n", maxsplit=1)[0]).strip()
    sentence = re.split("[。！？；;]", line)[0].strip()
    clauses = [clause for clause in re.split("[，,：:]", sentence) if clause.strip()]
    while len(clauses) > 1 and _WHEN.fullmatch(clauses[0].strip()):
        del clauses[0]
    if len(sentence) <= _FIRST and len(clauses) == len(re.split("[，,：:]", sentence)):
        return sentence or line[:_FIRST]
    told = sentence[sentence.index(clauses[0]) :] if clauses else sentence
    if len(told) <= _FIRST:
        return told
    return clauses[0] if clauses and _LEAST_TITLE <= len(clauses[0]) <= _FIRST else told[:_FIRST]


def first_takeaway(case: FoundCase, title: str) -> tuple[str, int]:
    """The clearest of a case's own sentences, and its line: one that says what must be done, from where lessons are drawn.

    The title if every sentence is too long: half a sentence says something else.
    """
    best: tuple[float, str, int] | None = None
    for position, part in enumerate(case.parts):
        weight = next((weight for weight, names in _WEIGHTS if part.name in names), 0.0)
        if part.name in section_names(SectionRole.RULES, SectionRole.CATEGORY):
            continue
        if not part.name or (position == len(case.parts) - 1 and not weight):
            weight = 1.0
        for passage in part.passages:
            for found in _SENTENCE.finditer(passage.text):
                text = found[0].strip()
                bare = _ITEM_NUMBER.sub("", text).strip('“”"')
                if not _LEAST_TAKEAWAY <= len(bare) <= TAKEAWAY_LENGTH:
                    continue
                torn = any(bare.count(opening) != bare.count(closing) for opening, closing in ("“”", "《》"))
                score = (
                    weight - 3 * torn + 2 * min(len(DUTY.findall(bare)), 2) - (3 if _EMPTY_WORDS.search(bare) else 0)
                )
                if best is None or score > best[0]:
                    best = (score, bare, passage.line(found.start()))
    if best is not None:
        return best[1], best[2]
    return title[:TAKEAWAY_LENGTH], case.line
