"""Headings of rule books: articles, chapters, items, and what is no article at all.

Every function takes a paragraph with blanks stripped and says what heading it starts with, or None.
"""

import re
from dataclasses import dataclass

from retrieval.numerals import NUMERAL, parse_numeral

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
END_MARKS = "。！？!?；;…"
"""Marks that end a sentence, or an item of an enumeration."""
TITLE_LENGTH = 50
CHINESE = "[一二三四五六七八九十百千零〇两]{1,9}"
BLANK = "[ \u3000\t]"
_ARTICLE = re.compile(f"第{BLANK}*({NUMERAL}){BLANK}*条(?:{BLANK}*之{BLANK}*({NUMERAL}))?")
# 第十九条第一款的规定, 第八条、第九条: what follows shows that a clause is being talked about.
_TALKED_ABOUT = re.compile(
    f"第{BLANK}*{NUMERAL}{BLANK}*条|{BLANK}*(?:的|第{BLANK}*{NUMERAL}{BLANK}*[款项目]|规定[的，,。、；;]|至第|和第|及第|或者?第|[、，,]第|所称的?[^，。]{{0,8}}，?是指$)"
)
_TALKED_ABOUT_CLOSE = re.compile(
    r"[、，,。；;）)》”～\-—]|规定|所[称列述规指]|中(?:的|规|所|关|，)|和第|和本|及其|及本|或者|至|到(?!期|达)|以[上下内外及]|[款项]"
)
_DIVISION = re.compile(
    f"第{BLANK}*({NUMERAL}){BLANK}*(分编|编|章|节|部分|篇)(?!的|规定|所[列述称]|[^：: \u3000\t]*[，。；])[：:、{BLANK[1:-1]}]*(.*)"
)
_CONTENTS = re.compile(f"(?:目{BLANK}*录|目{BLANK}*次|contents)", re.IGNORECASE)
_LEADER = re.compile(
    r"(?:[.．·…。\-_—]{3,}|…+|\t| {2,})\s*[\(（]?(?:\d{1,4}|[ivxIVX]{1,6}|[Ⅰ-Ⅻ])[\)）]?\s*$|[.．·…]{3,}\s*\d*$"
)
_ANNEX = re.compile(
    f"(?:附{BLANK}*[件录表图则](?![的中里])|附(?=[：:]))(?:{BLANK}*(?:{NUMERAL}|[A-Z]))?(?:{BLANK}*[：:.、]|{BLANK}+|$)"
)
_ITEM = re.compile(f"[（(]{BLANK}*({NUMERAL}){BLANK}*[)）]")
_NUMBERED = (
    re.compile(f"(?P<number>{CHINESE})(?:[、.．]{BLANK}*|{BLANK}+)(?P<rest>.*)"),
    re.compile(f"(?P<number>[0-9]{{1,3}})(?:[、]{BLANK}*|[.．](?![0-9]){BLANK}*|{BLANK}+)(?P<rest>.*)"),
    re.compile(f"第(?P<number>{NUMERAL})[个项款]?[、，,：:.．]{BLANK}*(?P<rest>.*)"),
    re.compile(f"[（(](?P<number>{CHINESE}|[0-9]{{1,3}})[)）]{BLANK}*(?P<rest>.*)"),
)
RULE_NAME = re.compile(
    "(?:法典|法|条例|规则|规范|规定|办法|细则|标准|制度|准则|守则|章程|承诺|不准|预案|导则|须知|指南|要求|意见|方案|措施|通知|规程|手册|公约|纲要|通则|禁令|[^目]编|”)$"
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A numbered heading.

    Attributes:
        label: As it is printed: 第十条之一, 案例之三, 第二章.
        number: What the label counts.
        inserted: 之一, 之二 … of an article; else 0.
        rest: What stands behind it.
        end: Where that begins in the paragraph.
        sure: Whether something parts the label from what stands behind it.
    """

    label: str
    number: int
    inserted: int
    rest: str
    end: int
    sure: bool


def article_heading(text: str) -> Numbered | None:
    """第六十七条 在停电前…: an article begins here. None also where an article is only talked about: 第十九条第一款的规定."""
    found = _ARTICLE.match(text)
    if found is None:
        return None
    number, inserted = parse_numeral(found[1]), parse_numeral(found[2]) if found[2] else 0
    if not number or inserted is None:
        return None
    behind = text[found.end() :]
    parted = not behind or behind[0] in " \u3000\t：:【（(〔[、.．"
    if _TALKED_ABOUT.match(behind) or (not parted and _TALKED_ABOUT_CLOSE.match(behind)):
        return None
    if behind[:1] in "、.．" and article_heading(behind.lstrip("、.． ")) is not None:
        return None
    rest = behind.lstrip(" \u3000\t：:、.．")
    return Numbered(re.sub(r"\s", "", found[0]), number, inserted, rest, len(text) - len(rest), parted)


def division_heading(text: str) -> tuple[str, str, str] | None:
    """第二章 监管机构: label, unit (编, 分编, 章, 节, 部分, 篇) and title of a part of a book."""
    found = _DIVISION.fullmatch(text)
    if found is None or len(text) > TITLE_LENGTH or not parse_numeral(found[1]) or re.search("[。；，]", found[3]):
        return None
    label = re.sub(r"\s", "", text[: found.end(2)])
    return label, found[2], spread_closed(found[3].strip())


def spread_closed(title: str) -> str:
    """A title that was spread over its line, closed: 总　则 → 总则."""
    return re.sub(r"\s+", "", title) if re.fullmatch(f"[{HAN}](?:\\s+[{HAN}])+", title) else title


def is_contents(text: str) -> bool:
    """目录: the table of contents begins here."""
    return _CONTENTS.fullmatch(text) is not None


def has_leader(text: str) -> bool:
    """第一章 总则……3: a line of a table of contents."""
    return _LEADER.search(text) is not None


def is_annex(text: str) -> bool:
    """附件1: …, 附录 A, 附：: what follows is no part of the articles."""
    found = _ANNEX.match(text)
    return found is not None and len(text) <= TITLE_LENGTH * 2 and not re.search("[。；]", text)


def item_number(text: str) -> tuple[int, int] | None:
    """（三）…: the number of an item (项), and where its text begins."""
    found = _ITEM.match(text)
    number = parse_numeral(found[1]) if found else None
    return (number, found.end()) if found and number else None


def is_arabic_item(text: str) -> bool:
    """Whether an item counts （1） and not （一）: inside an item of the other kind it is a list of its own."""
    return re.match(f"[（(]{BLANK}*[0-9０-９]", text) is not None


NUMBERINGS = len(_NUMBERED)
"""How many ways of numbering there are: 一、 then 1. then 第一， then （一）."""


def numbered(text: str, way: int) -> tuple[int, str] | None:
    """A paragraph's number in one of the ways of numbering, and what stands behind it."""
    found = _NUMBERED[way].fullmatch(text)
    number = parse_numeral(found["number"]) if found else None
    return (number, found["rest"]) if found and number else None


def is_title(text: str, longest: int = TITLE_LENGTH) -> bool:
    """Whether a paragraph is short and no sentence."""
    return 0 < len(text) <= longest and not re.search(f"[{END_MARKS}]|[，,：:]$", text)
