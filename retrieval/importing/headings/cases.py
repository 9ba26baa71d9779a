"""Headings of collections of cases: cases, groups of them, forms, and sections.

Every function takes a paragraph with blanks stripped and says what heading it starts with, or None.
"""

import re

from retrieval.content.format import section_names
from retrieval.importing.headings.articles import BLANK, CHINESE, HAN, TITLE_LENGTH, Numbered, is_title
from retrieval.numerals import NUMERAL, parse_numeral

SECTION_LENGTH = 12
_CASE_WORD = "(?:典型|服务|正面|反面|投诉|不良服务|优质服务|警示)?(?:案例|事例|实例)"
_CASES = (
    re.compile(
        f"[【\\[〔［(（《]{BLANK}*(?P<label>{_CASE_WORD}{BLANK}*之?{BLANK}*(?P<number>{NUMERAL})){BLANK}*[】\\]〕］)）》][：:、.．]?(?P<rest>.*)"
    ),
    re.compile(
        f"(?P<label>{_CASE_WORD}{BLANK}*之?{BLANK}*(?P<number>{NUMERAL}))(?:{BLANK}*[：:、.．—\\-]+|{BLANK}+|$)(?P<rest>.*)"
    ),
    re.compile(
        f"(?P<label>第{BLANK}*(?P<number>{NUMERAL}){BLANK}*[个则例号]?{_CASE_WORD})(?:{BLANK}*[：:、.．]+|{BLANK}+|$)(?P<rest>.*)"
    ),
    re.compile(f"(?P<label>例{BLANK}*(?P<number>{NUMERAL}))[：:、.．](?P<rest>.*)"),
)
_PART = re.compile(f"第{BLANK}*({NUMERAL}){BLANK}*[篇编部](?:分)?[：:]{BLANK}*(.*)")
_GROUP = re.compile(
    f"(?:[（(]{BLANK}*{NUMERAL}{BLANK}*[)）][、.．]?|{NUMERAL}[、.．]|第{NUMERAL}[章节类]){BLANK}*"
    f"(?P<name>[{HAN}]{{0,10}}(?:事件|事例|案例|典型)(?:篇|类|部分)?)"
)
_POSITIVE = re.compile("优质|正面|先进|优秀|好人好事|表扬|亮点|示范")
_NEGATIVE = re.compile("不良|反面|负面|违规|违纪|投诉|警示")
_CLOSING = re.compile(
    f"(?:以上|上述|上面|综上){BLANK}*(?:这)?(?:{NUMERAL})?{BLANK}*(?:多)?[个起则类]?(?:典型|服务)*(?:案例|事例)"
)
_TITLE_FIELD = re.compile(
    f"(?:(?:事件|案例|案件|事故|问题|故事)(?:名称|标题|题目|主题)|标题|题目){BLANK}*(?:[：:]|\t){BLANK}*(?P<title>[^\t]+?){BLANK}*(?:\t|$)"
)
_CAPTION = re.compile(r"^(?:附?表|案例)\s*[0-9一二三四五六七八九十]{1,3}(?![0-9个份])|编\s*号\s*[：:]|(?:表|单|卡)$")
_FORM_NUMBERS = (
    re.compile(f"编\\s*号\\s*[：:]\\s*([A-Za-z0-9{HAN}〔〕\\[\\]（()）/.—–-]+)"),
    re.compile("^((?:附?表|案例)\\s*[0-9一二三四五六七八九十]{1,3})"),
)
_SECTION_NAMES = frozenset(section_names())
_NAME = f"[{HAN}、与和及/]{{2,{SECTION_LENGTH}}}"
_BRACKETED = re.compile(f"[【〖\\[［〔]{BLANK}*({_NAME}){BLANK}*[】〗\\]］〕][：:]?{BLANK}*(.*)")
_NUMBER_BEFORE = re.compile(
    f"(?:[（(](?:{CHINESE}|[0-9]{{1,2}})[)）][、.．]?|{CHINESE}[、.．]|[0-9]{{1,2}}[、.．)）]|[■▲●◆★□◇▶►※＊*·])?{BLANK}*"
)
_NAMED = re.compile(f"({_NAME}?)(?:{BLANK}*[：:]{BLANK}*|[\t]+|{BLANK}+|$)(.*)")


def case_heading(text: str) -> Numbered | None:
    """案例一：…, 【案例之三】…, 典型案例2: a case begins here."""
    for pattern in _CASES:
        found = pattern.fullmatch(text)
        if found is None:
            continue
        number = parse_numeral(found["number"])
        if not number:
            continue
        rest = found["rest"].strip()
        # 案例一中的抄表员…, 案例3 说明: the first is a sentence about a case
        return Numbered(
            re.sub(r"\s", "", found["label"]), number, 0, rest, len(text) - len(found["rest"].lstrip()), True
        )
    return None


def part_heading(text: str) -> str | None:
    """第四篇：供电服务典型案例: the title of a part of a collection; may be empty."""
    found = _PART.match(text)
    return found[2].strip() if found else None


def group_heading(text: str) -> tuple[str, bool | None] | None:
    """（一）不良服务事件: a group's name, and whether its cases are to be copied; None there where it doesn't say."""
    found = _GROUP.fullmatch(text)
    if found is None:
        return None
    return found["name"], tone(found["name"])


def tone(text: str) -> bool | None:
    """Whether a title speaks of cases that are to be copied; None where it doesn't say."""
    if _NEGATIVE.search(text):
        return False
    return True if _POSITIVE.search(text) else None


def title_field(text: str) -> tuple[int, int] | None:
    """事件名称：…, or the same in a form's row: where the title of a case begins and ends."""
    found = _TITLE_FIELD.match(text)
    return found.span("title") if found else None


def is_caption(text: str) -> bool:
    """表1 编号：SQ-2021-01, 服务事件分析表: what stands above a form."""
    return is_title(text, TITLE_LENGTH) and "\t" not in text and _CAPTION.search(text) is not None


def form_number(text: str) -> str:
    """SQ-2021-01 of 编号：SQ-2021-01, else 表1; empty where a caption has neither."""
    return next((found[1] for pattern in _FORM_NUMBERS if (found := pattern.search(text))), "")


def is_closing(text: str) -> bool:
    """以上10个案例…: the cases are over."""
    return _CLOSING.match(text) is not None


def section_heading(text: str) -> tuple[str, str, bool] | None:
    """【事件过程】…, 二、暴露问题, 教训：…: a section's name, what stands behind it, and whether the name is a usual one."""
    found = _BRACKETED.fullmatch(text)
    if found is not None:
        name = found[1]
        return name, found[2].strip(), name in _SECTION_NAMES
    start = _NUMBER_BEFORE.match(text)
    offset = start.end() if start else 0
    found = _NAMED.fullmatch(text, offset)
    if found is None or found[1] not in _SECTION_NAMES:
        return None
    # 影响 很大: a blank parts a name from its text only where the name could be nothing else
    if found[2] and not re.match(f"{BLANK}*[：:\t]", text[found.end(1) :]) and len(found[1]) < 4:
        return None
    return found[1], found[2].strip(), True
