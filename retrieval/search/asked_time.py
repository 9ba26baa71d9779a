"""Which day, or which edition, a question asks about: 2023年的时候…, 去年5月, 2024年6月以前, 96版, 旧的营业规则.

Wrong guesses are not alike: who is taken to ask of today and means the year before gets the rule in force, and is told that it was
otherwise; who is taken to ask of the year before and means today gets an ended one. So in doubt a time is none. 2003版 and 2005年承诺
name editions; 30天前通知 is a period; 2015年装的表 says how old a meter is, 按去年的量 how much was used; and who says 现在 means today.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.numerals import parse_numeral
from retrieval.text import normalise

_DIGIT = "[〇零一二三四五六七八九]"
_MONTH = "1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
_DAY = "3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九]"
_BOUND = "(?P<bound>以前|之前|前(?![一二两三四五六七八九十几0-9])|以后|之后|以来|过后|起|开始|后(?!半|来)|至今)?"
_PARTS = {
    "上半年": 6,
    "下半年": 12,
    "春": 5,
    "夏": 8,
    "秋": 11,
    "冬": 12,
    "腊月": 12,
    "年初": 1,
    "年底": 12,
    "年末": 12,
}
"""The last month of a part of a year."""
_PART = "(?P<part>上半年|下半年|[春夏秋冬]天?|腊月|年?[初底末])?"
_IN_YEAR = rf"(?:(?P<month>{_MONTH})月份?(?:(?P<day>{_DAY})[日号])?|{_PART})"
_TIMES = (
    re.compile(
        r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})([-/.])(?P<month>1[0-2]|0?[1-9])\2(?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9])"
        + _BOUND
    ),
    re.compile(rf"(?<![0-9])(?P<year>(?:19|20)[0-9]{{2}}|(?:一九|二[零〇]){_DIGIT}{{2}})年度?{_IN_YEAR}{_BOUND}"),
    # 23年 may be how long; 23年5月 and 23年的时候 are when.
    re.compile(
        rf"(?<![0-9〇零一二三四五六七八九十])(?P<short>[0-9]{{2}}|{_DIGIT}{{2}})年(?=(?:{_MONTH})月|的?时候|那会|那时|那阵|那年|当时|[年初底末])"
        rf"{_IN_YEAR}{_BOUND}"
    ),
    re.compile(
        rf"(?<!过)(?P<back>去年|大前年|(?<![目提以之当从先])前年(?![货关糕])|上一年(?!级))(?!夜){_IN_YEAR}{_BOUND}"
    ),
    re.compile(rf"(?P<this>今年|本年)(?P<month>{_MONTH})月份?(?:(?P<day>{_DAY})[日号])?{_BOUND}"),
    re.compile(r"(?<![0-9第])(?P<ago>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})年(?:以前|之前|前)(?!夕)"),
)
_BACK = {"去年": 1, "上一年": 1, "前年": 2, "大前年": 3}
_TRADE = "(?:供电|营业|用电|服务|电力|供应|使用|与|国家电网|国网|公司|电网|员工|的)*"
_BOOK = "(?:规则|营规|规范|条例|承诺|不准|准则|细则|章程|办法|版)"
_SAID = "(?:时候|规定|要求|规矩|规则|规范|条例|办法|承诺|标准|政策|说法|条文|章程|法规|版本)"
_OF_A_RULE = re.compile(f"的(?:.{{0,8}}?){_SAID}|(?:那时|当时|那会|那阵)")
_EDITION_TAIL = re.compile(f"(?:版|(?:年)?(?:公布|发布|颁布|出台|印发|下发|修订|修正|施行|实施|制定)|{_TRADE}{_BOOK})")
# 2023年营业规则: of that year, or as it was then; 2005年承诺 is only said of the promises that were given then.
_EDITION_OR_TIME = re.compile(f"{_TRADE}(?:规则|营规|规范|条例|准则|细则|章程)")
_NO_TIME = re.compile(
    "的|同[月期]|[年生款级]|号[文令]|"
    # How old a thing is: 2015年装的表, 去年秋天就报的装表.
    "(?:就|才|刚刚?|新|我们?|咱们?|他们?|所里|给|又|已经)*(?:装|换|建|盖|修|买|投运|投产|安装|改|出厂|生产|入职|签|立|开户|报|申请|办|栽|架|搞|弄|做|拉|接|埋|打)"
    "[^,。?!;的]{0,6}的(?!时候)"
)
_NO_TIME_BEFORE = re.compile("(?:比|按照?|参照|依照|照着?|跟|和|与|同|到|至|截至|截止|从|自从?)$")
_PRESENT = re.compile(
    "现在|如今|目前|眼下|现行|当前|今天|今年(?!(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月)|今后|现今|当下|最新|这会儿"
    "|新的?(?:营业|供电|规|要求|标准|版|办法|条例|承诺|政策|说法)"
)
_OLD = re.compile(
    "(?P<old>(?<![古陈破])[旧老](?:的|那个|那部)*|作废了?的|废止了?的|失效了?的"
    "|(?:^|(?<=[,。?!;、 查问按照看是要用下个着那们说]))(?:(?:以前|从前|过去)的?|(?:原来|原先|早先)的)(?:那个|那部)*)"
    f"(?:{_TRADE}(?:规定|规则|规矩|营规|规范|条例|承诺|细则|准则|章程|不准|版本?|法规|条文|标准)"
    "|第?(?:[0-9]{1,4}|[一二三四五六七八九十百零]{1,6})条)"
)
_EDITION = re.compile(
    r"\(?(?<![0-9])(?P<year>(?:19|20)[0-9]{2})年?版\)?|\((?P<bracket>(?:19|20)[0-9]{2})年?\)"
    rf"|(?<![0-9第])(?:(?P<short>[0-9]{{2}})(?:年?版|年(?={_TRADE}{_BOOK}))|(?P<spoken>{_DIGIT}{{2}})年?版)"
)
_SPACED = re.compile("(?<=[0-9]) +(?=[年月日号版])|(?<=[年月]) +(?=[0-9])")


@dataclass(frozen=True, slots=True)
class AskedTime:
    """What a question says of when.

    Attributes:
        day: The last day of the time that it asks about, before today; None where it asks about today.
        year: The edition that it names by its year; None for none. With a day: either, 2023年的营业规则 is the one of that year where
            there is one.
        old: Whether it asks for the edition before the one in force.
        rest: The question; where it names a day, normalised and without the words that do.
        topic: The rest without the words that name the edition: what remains to be searched for.
    """

    day: date | None
    year: int | None
    old: bool
    rest: str
    topic: str

    def __bool__(self) -> bool:
        """Whether it says anything of when."""
        return self.day is not None or self.year is not None or self.old


def read_edition_year(text: str) -> int | None:
    """The year by which a text names an edition: 1996版, 96版, (1996).

    Args:
        text: Normalised.
    """
    found = _EDITION.search(text)
    return _edition_year(found) if found else None


def without_edition(text: str) -> str:
    """A text without the words that name an edition.

    Args:
        text: Normalised.
    """
    return _EDITION.sub("", text, count=1)


def _edition_year(found: re.Match[str]) -> int | None:
    return _year(found["year"] or found["bracket"], found["short"] or found["spoken"])


def read_asked_time(question: str, today: date) -> AskedTime:
    """Read what a question says of when.

    Args:
        question: As typed.
        today: What 去年 is counted from.
    """
    text = _SPACED.sub("", normalise(question))
    edition = _EDITION.search(text)
    year = _edition_year(edition) if edition else None
    named = edition.span() if edition else None
    present = _PRESENT.search(text) is not None
    for match in _matches(text):
        before, tail = text[: match.start()], text[match.end() :]
        groups = match.groupdict()
        bare = not any(groups.get(part) for part in ("month", "day", "part", "bound", "ago", "back", "this"))
        of_a_rule = _OF_A_RULE.match(tail) is not None
        if bare and _EDITION_TAIL.match(tail):
            if year is None:
                year, named = _year(groups.get("year"), groups.get("short")), match.span()
            if not _EDITION_OR_TIME.match(tail):
                continue
        elif not of_a_rule and (_NO_TIME.match(tail) or _NO_TIME_BEFORE.search(before)):
            continue
        day = _day(groups, today)
        if day is not None and day < today and (of_a_rule or not present):
            rest = f"{before}{tail.removeprefix('的时候').removeprefix('的')}".strip(" ,") or text
            return AskedTime(day, year, False, rest, rest)
    old = None if present else _OLD.search(text)
    if named is None and old is not None:
        named = old.span("old")
    topic = f"{text[: named[0]]}{text[named[1] :].removeprefix('的')}".strip(" ,") if named else question
    return AskedTime(None, year, old is not None, question, topic or question)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Everything that may be a time, in the order of the text; of two at one place the first way of reading it."""
    found = [match for pattern in _TIMES for match in pattern.finditer(text)]
    end = 0
    for match in sorted(found, key=lambda match: match.start()):
        if match.start() >= end:
            yield match
            end = match.end()


def _year(written: str | None, short: str | None) -> int | None:
    if written:
        return parse_numeral(written)
    number = parse_numeral(short or "")
    return None if number is None else number + (1900 if number >= 50 else 2000)


def _day(groups: dict[str, str | None], today: date) -> date | None:
    """The last day of the time that a match names, or the day before it; None for a time that goes on, or a day that doesn't exist."""
    if groups.get("ago"):
        back = parse_numeral(groups["ago"] or "")
        year = today.year - back if back else None
    elif groups.get("back") or groups.get("this"):
        year = today.year - _BACK.get(groups.get("back") or "", 0)
    else:
        year = _year(groups.get("year"), groups.get("short"))
    bound = groups.get("bound") or ""
    if year is None or not 1949 <= year <= today.year or bound not in {"", "以前", "之前", "前"}:
        return None
    part = (groups.get("part") or "").removesuffix("天")
    month = parse_numeral(groups.get("month") or "零") or _PARTS.get(part) or _PARTS.get(f"年{part}")
    number = parse_numeral(groups.get("day") or "零")
    try:
        first = date(year, month or 1, number or 1)
        last = date(year, month or 12, number or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        return None
    return first - timedelta(days=1) if bound else last
