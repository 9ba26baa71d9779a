"""What the headings of rule books and case collections look like, in all the ways in which people write them.

Every function takes a paragraph with blanks stripped and says what heading it starts with, or None.
"""

import re
from dataclasses import dataclass

from retrieval.numerals import NUMERAL, parse_numeral

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff"
END_MARKS = "。！？!?；;…"
"""Marks that end a sentence, or an item of an enumeration."""

TITLE_LENGTH = 50
SECTION_LENGTH = 12

_CHINESE = "[一二三四五六七八九十百千零〇两]{1,9}"
_BLANK = "[ \u3000\t]"

# ---- rule books ----

_ARTICLE = re.compile(f"第{_BLANK}*({NUMERAL}){_BLANK}*条(?:{_BLANK}*之{_BLANK}*({NUMERAL}))?")
# 第十九条第一款的规定, 第八条、第九条: what follows shows that a clause is being talked about.
_TALKED_ABOUT = re.compile(
    f"{_BLANK}*(?:的|第{_BLANK}*{NUMERAL}{_BLANK}*[款项条目]|规定[的，,。、；;]|至第|和第|及第|或者?第|[、，,]第|所称的?[^，。]{{0,8}}，?是指$)"
)
_TALKED_ABOUT_CLOSE = re.compile(
    r"[、，,。；;）)》”～\-—]|规定|所[称列述规指]|中(?:的|规|所|关|，)|和第|和本|及其|及本|或者|至|到(?!期|达)|以[上下内外及]|[款项]"
)
_DIVISION = re.compile(
    f"第{_BLANK}*({NUMERAL}){_BLANK}*(分编|编|章|节|部分|篇)(?!的|规定|所[列述称]|[^：: \u3000\t]*[，。；])[：:、{_BLANK[1:-1]}]*(.*)"
)
_CONTENTS = re.compile(f"(?:目{_BLANK}*录|目{_BLANK}*次|contents)", re.IGNORECASE)
_LEADER = re.compile(
    r"(?:[.．·…。\-_—]{3,}|…+|\t| {2,})\s*[\(（]?(?:\d{1,4}|[ivxIVX]{1,6}|[Ⅰ-Ⅻ])[\)）]?\s*$|[.．·…]{3,}\s*\d*$"
)
_ANNEX = re.compile(
    f"(?:附{_BLANK}*[件录表图则](?![的中里])|附(?=[：:]))(?:{_BLANK}*(?:{NUMERAL}|[A-Z]))?(?:{_BLANK}*[：:.、]|{_BLANK}+|$)"
)
_ITEM = re.compile(f"[（(]{_BLANK}*({NUMERAL}){_BLANK}*[)）]")
_NUMBERED = (
    re.compile(f"(?P<number>{_CHINESE})(?:[、.．]{_BLANK}*|{_BLANK}+)(?P<rest>.*)"),
    re.compile(f"(?P<number>[0-9]{{1,3}})(?:[、]{_BLANK}*|[.．](?![0-9]){_BLANK}*|{_BLANK}+)(?P<rest>.*)"),
    re.compile(f"第(?P<number>{NUMERAL})[个项款]?[、，,：:.．]{_BLANK}*(?P<rest>.*)"),
    re.compile(f"[（(](?P<number>{_CHINESE}|[0-9]{{1,3}})[)）]{_BLANK}*(?P<rest>.*)"),
)
RULE_NAME = re.compile(
    "(?:法典|法|条例|规则|规范|规定|办法|细则|标准|制度|准则|守则|章程|承诺|不准|须知|指南|要求|意见|方案|措施|通知|规程|手册|公约|纲要|通则|禁令|[^目]编|”)$"
)

# ---- cases ----

_CASE_WORD = "(?:典型|服务|正面|反面|投诉|不良服务|优质服务|警示)?(?:案例|事例|实例)"
_CASES = (
    re.compile(
        f"[【\\[〔［(（《]{_BLANK}*(?P<label>{_CASE_WORD}{_BLANK}*之?{_BLANK}*(?P<number>{NUMERAL})){_BLANK}*[】\\]〕］)）》][：:、.．]?(?P<rest>.*)"
    ),
    re.compile(
        f"(?P<label>{_CASE_WORD}{_BLANK}*之?{_BLANK}*(?P<number>{NUMERAL}))(?:{_BLANK}*[：:、.．—\\-]+|{_BLANK}+|$)(?P<rest>.*)"
    ),
    re.compile(
        f"(?P<label>第{_BLANK}*(?P<number>{NUMERAL}){_BLANK}*[个则例号]?{_CASE_WORD})(?:{_BLANK}*[：:、.．]+|{_BLANK}+|$)(?P<rest>.*)"
    ),
    re.compile(f"(?P<label>例{_BLANK}*(?P<number>{NUMERAL}))[：:、.．](?P<rest>.*)"),
)
_PART = re.compile(f"第{_BLANK}*({NUMERAL}){_BLANK}*[篇编部](?:分)?[：:]{_BLANK}*(.*)")
_GROUP = re.compile(
    f"(?:[（(]{_BLANK}*{NUMERAL}{_BLANK}*[)）][、.．]?|{NUMERAL}[、.．]|第{NUMERAL}[章节类]){_BLANK}*"
    f"(?P<name>[{HAN}]{{0,10}}(?:事件|事例|案例|典型)(?:篇|类|部分)?)"
)
_POSITIVE = re.compile("优质|正面|先进|优秀|好人好事|表扬|亮点|示范")
_NEGATIVE = re.compile("不良|反面|负面|违规|违纪|投诉|警示")
_CLOSING = re.compile(
    f"(?:以上|上述|上面|综上){_BLANK}*(?:这)?(?:{NUMERAL})?{_BLANK}*(?:多)?[个起则类]?(?:典型|服务)*(?:案例|事例)"
)

_TITLE_FIELD = re.compile(
    f"(?:(?:事件|案例|案件|事故|问题|故事)(?:名称|标题|题目|主题)|标题|题目){_BLANK}*(?:[：:]|\t){_BLANK}*(?P<title>[^\t]+?){_BLANK}*(?:\t|$)"
)
_CAPTION = re.compile(r"^(?:附?表|案例)\s*[0-9一二三四五六七八九十]{1,3}(?![0-9个份])|编\s*号\s*[：:]|(?:表|单|卡)$")
_FORM_NUMBERS = (
    re.compile(f"编\\s*号\\s*[：:]\\s*([A-Za-z0-9{HAN}〔〕\\[\\]（()）/.—–-]+)"),
    re.compile("^((?:附?表|案例)\\s*[0-9一二三四五六七八九十]{1,3})"),
)

CATEGORY_NAMES = frozenset(
    {"案例分类", "分类", "类别", "案例类别", "业务类别", "业务分类", "业务类型", "案例类型", "类型"}
    | {"事件类别", "事件类型", "事件分类", "问题类别", "问题类型", "诉求类别", "诉求类型"}
)
RULE_NAMES = frozenset(
    {
        "违规条款",
        "违反条款",
        "违反规定",
        "违规内容",
        "违章条款",
        "相关规定",
        "相关条款",
        "政策依据",
        "制度依据",
        "规定依据",
        "法规依据",
    }
    | {
        "法律依据",
        "法规链接",
        "法条链接",
        "规章链接",
        "制度链接",
        "依据",
        "处理依据",
        "适用条款",
        "对照条款",
        "规定链接",
    }
)
COURSE_NAMES = frozenset(
    {
        "事件过程",
        "事件经过",
        "事情经过",
        "案例经过",
        "案件经过",
        "事件回放",
        "案例回放",
        "案情回放",
        "事件描述",
        "案例描述",
        "案例介绍",
    }
    | {
        "案情介绍",
        "案例简介",
        "案情简介",
        "基本案情",
        "案情",
        "案例内容",
        "事件概况",
        "事故经过",
        "情景再现",
        "情况简介",
        "事件简述",
        "经过",
    }
    | {"事件简介", "基本情况", "案例情况", "事实经过", "案例正文", "事件背景", "案例背景"}
)
LESSON_NAMES = frozenset(
    {
        "案例点评",
        "点评",
        "专家点评",
        "评析",
        "案例评析",
        "案例分析",
        "分析点评",
        "案例评述",
        "评述",
        "启示",
        "案例启示",
        "工作启示",
    }
    | {
        "教训",
        "经验教训",
        "吸取教训",
        "事件教训",
        "案例教训",
        "案例警示",
        "警示",
        "反思",
        "案例反思",
        "感悟",
        "以案说规",
        "事件启示",
        "评点",
    }
    | {"案例剖析", "剖析", "点评与启示", "分析与启示", "启示与建议", "体会", "案例评点", "简评", "短评"}
)
RESULT_NAMES = frozenset({"取得效果", "取得成效", "服务效果", "工作成效", "社会效果", "成效", "效果", "服务成效"})
SERVICE_NAMES = frozenset({"服务过程", "服务经过", "服务亮点", "主要做法", "经验做法", "做法", "亮点", "先进事迹"})
OTHER_NAMES = frozenset(
    {
        "案例提要",
        "案例概要",
        "案例摘要",
        "摘要",
        "提要",
        "案情提要",
        "造成影响",
        "影响",
        "后果",
        "造成后果",
        "事件影响",
        "社会影响",
    }
    | {
        "应急处理",
        "应急处置",
        "处理",
        "处理情况",
        "处理结果",
        "处理过程",
        "处理经过",
        "处理意见",
        "处置",
        "处置情况",
        "处置过程",
        "处理措施",
    }
    | {
        "整改措施",
        "整改情况",
        "整改",
        "调查处理",
        "应对措施",
        "客户诉求",
        "调查情况",
        "暴露问题",
        "存在问题",
        "问题分析",
        "原因分析",
    }
    | {
        "原因",
        "防范措施",
        "改进措施",
        "措施建议",
        "工作建议",
        "建议",
        "温馨提示",
        "工作要求",
        "责任追究",
        "考核情况",
        "处理建议",
    }
    | {
        "正确做法",
        "规范做法",
        "应对技巧",
        "服务技巧",
        "思考题",
        "延伸阅读",
        "背景",
        "责任认定",
        "事件定性",
        "防范建议",
        "改进建议",
    }
)
SECTION_NAMES = CATEGORY_NAMES | RULE_NAMES | COURSE_NAMES | LESSON_NAMES | RESULT_NAMES | SERVICE_NAMES | OTHER_NAMES

_NAME = f"[{HAN}、与和及/]{{2,{SECTION_LENGTH}}}"
_BRACKETED = re.compile(f"[【〖\\[［〔]{_BLANK}*({_NAME}){_BLANK}*[】〗\\]］〕][：:]?{_BLANK}*(.*)")
_NUMBER_BEFORE = re.compile(
    f"(?:[（(](?:{_CHINESE}|[0-9]{{1,2}})[)）][、.．]?|{_CHINESE}[、.．]|[0-9]{{1,2}}[、.．)）]|[■▲●◆★□◇▶►※＊*·])?{_BLANK}*"
)
_NAMED = re.compile(f"({_NAME}?)(?:{_BLANK}*[：:]{_BLANK}*|[\t]+|{_BLANK}+|$)(.*)")


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
        return name, found[2].strip(), name in SECTION_NAMES
    start = _NUMBER_BEFORE.match(text)
    offset = start.end() if start else 0
    found = _NAMED.fullmatch(text, offset)
    if found is None or found[1] not in SECTION_NAMES:
        return None
    # 影响 很大: a blank parts a name from its text only where the name could be nothing else
    if found[2] and not re.match(f"{_BLANK}*[：:\t]", text[found.end(1) :]) and len(found[1]) < 4:
        return None
    return found[1], found[2].strip(), True
