"""The numbers that Word writes before paragraphs by itself: 第一条, 一、, (1). They stand nowhere in the text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from retrieval.numerals import to_chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "ideographDigital",
    "japaneseCounting",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "chineseLegalSimplified",
    "koreanCounting",
}
_MAX_LEVEL = 8


@dataclass(frozen=True, slots=True)
class _Level:
    """How a level of a list is numbered.

    Attributes:
        text: Holds %1, %2 … for the numbers of the levels.
        restart: After a level with a lower number than this it starts anew, levels counted from 0; 0 is never, None is after
            any level above.
        legal: Whether the numbers of all levels are written 1, 2, 3 here.
    """

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of one document as Word does.

    Attributes:
        lists: The levels of every list, under the list's id.
        kinship: Which lists count on together, under the list's id.
        styles: List id and level that a paragraph gets from its style, under the style's id.
    """

    lists: Mapping[str, Mapping[int, _Level]]
    kinship: Mapping[str, str]
    styles: Mapping[str, tuple[str | None, int | None]]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, paragraph: Any) -> str:
        """What Word prints before a paragraph; empty where it prints nothing, or a mere bullet.

        To be called once for every paragraph, in their order.
        """
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return ""
        style = properties.find(f"{W}pStyle")
        number, level = self.styles.get(_value(style), (None, None)) if style is not None else (None, None)
        own = properties.find(f"{W}numPr")
        if own is not None:
            written, depth = own.find(f"{W}numId"), own.find(f"{W}ilvl")
            number = _value(written) if written is not None else number
            level = _whole(depth, level or 0) if depth is not None else level
        level = min(max(level or 0, 0), _MAX_LEVEL)
        levels = self.lists.get(number or "", {})
        if level not in levels:
            return ""
        counts = self._counts.setdefault(self.kinship.get(number or "", number or ""), {})
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [depth for depth in counts if depth > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart:
                del counts[deeper]
        if levels[level].form in {"bullet", "none"}:
            return ""

        def written_number(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            at = levels.get(place, _Level())
            return _written(counts.get(place, at.start), "decimal" if levels[level].legal else at.form)

        return re.sub("%([1-9])", written_number, levels[level].text).strip()


def read_numbering(numbering: Any, styles: Any) -> Numbering:
    """Read a document's lists.

    Args:
        numbering: The root of its numbering part, or None.
        styles: The root of its style part, or None.
    """
    lists: dict[str, dict[int, _Level]] = {}
    kinship: dict[str, str] = {}
    if numbering is not None:
        abstract = {
            element.get(f"{W}abstractNumId", ""): {
                _number(level.get(f"{W}ilvl"), 0): _level(level) for level in element.findall(f"{W}lvl")
            }
            for element in numbering.findall(f"{W}abstractNum")
        }
        for element in numbering.findall(f"{W}num"):
            identifier = element.get(f"{W}numId", "")
            kin = _value(element.find(f"{W}abstractNumId"))
            levels = dict(abstract.get(kin, {}))
            overrides = element.findall(f"{W}lvlOverride")
            for override in overrides:
                place = _number(override.get(f"{W}ilvl"), 0)
                own, start = override.find(f"{W}lvl"), override.find(f"{W}startOverride")
                level = _level(own) if own is not None else levels.get(place, _Level())
                levels[place] = replace(level, start=_whole(start, level.start))
            lists[identifier] = levels
            # A list that says where it starts counts for itself.
            kinship[identifier] = f"own {identifier}" if overrides else kin
    return Numbering(lists, kinship, _style_lists(styles))


def _level(element: Any) -> _Level:
    form, text, start = (element.find(f"{W}{name}") for name in ("numFmt", "lvlText", "start"))
    restart, legal = element.find(f"{W}lvlRestart"), element.find(f"{W}isLgl")
    return _Level(
        _value(form) or "decimal",
        _value(text),
        _whole(start, 1),
        _whole(restart, 0) if restart is not None else None,
        legal is not None and legal.get(f"{W}val", "1") not in {"0", "false", "off"},
    )


def _style_lists(styles: Any) -> dict[str, tuple[str | None, int | None]]:
    if styles is None:
        return {}
    found: dict[str, tuple[str | None, int | None]] = {}
    parents: dict[str, str] = {}
    for element in styles.findall(f"{W}style"):
        identifier = element.get(f"{W}styleId", "")
        parents[identifier] = _value(element.find(f"{W}basedOn"))
        own = element.find(f"{W}pPr/{W}numPr")
        if own is not None:
            number, level = own.find(f"{W}numId"), own.find(f"{W}ilvl")
            found[identifier] = (
                _value(number) if number is not None else None,
                _whole(level, 0) if level is not None else None,
            )
    inherited: dict[str, tuple[str | None, int | None]] = {}
    for identifier in parents:
        number, level, seen, current = None, None, set[str](), identifier
        while current and current not in seen:
            seen.add(current)
            own_number, own_level = found.get(current, (None, None))
            number, level = number or own_number, own_level if level is None else level
            current = parents.get(current, "")
        if number is not None:
            inherited[identifier] = (number, level)
    return inherited


def _written(number: int, form: str) -> str:
    if form in _CHINESE and 0 <= number <= 9999:
        return to_chinese(number)
    if form in {"upperLetter", "lowerLetter"} and 1 <= number <= 26:
        return chr((ord("A") if form == "upperLetter" else ord("a")) + number - 1)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    return str(number)


def _value(element: Any) -> str:
    return str(element.get(f"{W}val", "")) if element is not None else ""


def _whole(element: Any, otherwise: int) -> int:
    return _number(_value(element), otherwise)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,6}", text) else otherwise
