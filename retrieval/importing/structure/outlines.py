"""Rule books that count in levels instead of articles: 1. / 1.1 / 1.1.1, and 一、 / （一）."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.importing.headings.articles import is_arabic_item, is_title, item_number, numbered
from retrieval.numerals import to_chinese

DEPTH = 3
"""Levels that become clauses; what is numbered deeper stays text of the clause above."""

HEADING_LENGTH = 25
_LEAST = 3
_SHARE = 0.7
_LEAP = 3
_DECIMAL = re.compile(
    r"(?P<number>[0-9]{1,2}(?:[.．][0-9]{1,2}){0,4})(?P<mark>[.．、]?)(?P<blank>[ \u3000\t]*)(?=[^0-9.．%％℃\s])"
)

Number = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A paragraph with a number of an outline.

    Attributes:
        place: Where it stands.
        number: One count for each level, the first one first: (3, 1, 2) for 3.1.2.
        label: As it is cited: 3.1.2, 二、（三）.
        printed: As it is printed: 1. or 3.1.2 or （三）.
        start: Where its text begins.
    """

    place: int
    number: Number
    label: str
    printed: str
    start: int


def is_outlined(text: str) -> bool:
    """Whether a line begins with a number of at least two levels."""
    found = _DECIMAL.match(text)
    return found is not None and re.search("[.．]", found["number"]) is not None


def outline(texts: Sequence[str]) -> tuple[Entry, ...]:
    """The numbered paragraphs of a text that counts in levels; empty where it doesn't."""
    return _decimals(texts) or _chinese(texts)


def heads_others(entries: Sequence[Entry], position: int, texts: Sequence[str]) -> bool:
    """Whether an entry is only a heading: a short name with the first entry of the next level right behind it."""
    entry = entries[position]
    following = entries[position + 1] if position + 1 < len(entries) else None
    return (
        following is not None
        and following.place == entry.place + 1
        and len(following.number) > len(entry.number)
        and _is_name(texts[entry.place][entry.start :])
    )


def _is_name(text: str) -> bool:
    return is_title(text, HEADING_LENGTH) and not re.search("[，,：:。]", text)


def _decimals(texts: Sequence[str]) -> tuple[Entry, ...]:
    candidates = [entry for place, text in enumerate(texts) if (entry := _decimal(place, text)) is not None]
    deep = sum(1 for entry in candidates if len(entry.number) > 1)
    # The smallest first number of what stands behind, to tell 2. of a list below 1.1 from the chapter 2.
    behind: list[int] = []
    least = 100
    for entry in reversed(candidates):
        behind.append(least)
        if len(entry.number) > 1:
            least = min(least, entry.number[0])
    behind.reverse()
    entries: list[Entry] = []
    for entry, smallest in zip(candidates, behind, strict=True):
        inside = len(entry.number) == 1 and smallest < entry.number[0]
        if not inside and _follows(entry.number, entries[-1].number if entries else ()):
            entries.append(entry)
    found = sum(1 for entry in entries if len(entry.number) > 1)
    return tuple(entries) if found >= _LEAST and found >= _SHARE * deep else ()


def _decimal(place: int, text: str) -> Entry | None:
    found = _DECIMAL.match(text)
    if found is None:
        return None
    number = tuple(map(int, re.split("[.．]", found["number"])))
    if len(number) > DEPTH or 0 in number or (len(number) == 1 and not found["mark"] and not found["blank"]):
        return None
    return Entry(place, number, found["number"].replace("．", "."), (found["number"] + found["mark"]), found.end())


def _follows(number: Number, before: Number) -> bool:
    """Whether a number counts on: the next of a level, the first of the level below, or one a little further on."""
    if not before:
        return set(number) == {1}
    if number in {(*before, 1), (before[0] + 1, 1)}:
        return True
    same = len(number) - 1
    if len(number) > len(before) or number[:same] != before[:same]:
        return False
    return 1 <= number[same] - before[same] <= (_LEAP if same else 1)


def _chinese(texts: Sequence[str]) -> tuple[Entry, ...]:
    """一、 with only a name, and （一） below it: these are the clauses. Below a sentence they are its items."""
    entries: list[Entry] = []
    arabic = False
    above = 0  # the number of the 一、 that is only a name
    items = 0
    tops = 0
    for place, text in enumerate(texts):
        top, item = numbered(text, 0), item_number(text)
        if top is not None and top[1] and top[0] == tops + 1:
            tops, items = top[0], 0
            above = tops if _is_name(top[1]) else 0
            printed = text[: len(text) - len(top[1])].strip()
            entries.append(Entry(place, (tops,), to_chinese(tops), printed, len(text) - len(top[1])))
        elif (
            item is not None
            and above
            and item[0] == items + 1
            and (items or entries[-1].place == place - 1)
            and (not items or is_arabic_item(text) == arabic)  # （1） below （一） is another list
        ):
            items, arabic = item[0], is_arabic_item(text)
            printed = text[: item[1]].strip()
            label = f"{to_chinese(above)}、（{to_chinese(items)}）"
            entries.append(Entry(place, (above, items), label, printed, item[1]))
    deep = sum(1 for entry in entries if len(entry.number) > 1)
    return tuple(entries) if deep >= _LEAST else ()
