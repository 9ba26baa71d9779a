"""Letters and blanks: characters that look alike, and blanks that a layout put between letters."""

import re
import unicodedata

from retrieval.importing.headings.articles import (
    HAN,
)
from retrieval.importing.layout.radicals import RADICALS, plain_characters

_INVISIBLE = re.compile(
    "[\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+"
)
_ODD_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\r\n\x85\u2028\u2029]")
_WIDE = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a](?:[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff0e\uff05]*[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff05])?"
)


def plain_letters(text: str) -> list[tuple[int, int, str, str]]:
    """Edits that take out what is not seen and write full-width digits and letters plainly."""
    edits = [(*found.span(), "", "看不见的字符") for found in _INVISIBLE.finditer(text)]
    edits += [(*found.span(), " ", "") for found in _ODD_BLANK.finditer(text)]
    edits += [
        (*found.span(), unicodedata.normalize("NFKC", found[0]), "全角数字和字母") for found in _WIDE.finditer(text)
    ]
    return sorted(edits)


def ordinary_characters(text: str) -> list[tuple[int, int, str, str]]:
    """Edits that write radicals and compatibility forms as the characters that they stand for."""
    return [
        (*found.span(), plain, "字形一样、编码不同的字")
        for found in RADICALS.finditer(text)
        if (plain := plain_characters(found[0])) != found[0]
    ]


_SIDE = f"[{HAN}，。、；：！？“”‘’（）《》【】〔〕…—]"
_BLANKS = re.compile(f"(?<={_SIDE})[ \u3000]{{1,2}}(?={_SIDE}|[(,;:!?)])|(?<=[),;:!?])[ \u3000]{{1,2}}(?={_SIDE})")
_CASE_LABEL = re.compile("^.{0,8}[案事]例之?[一二三四五六七八九十0-9]{1,3}[：:]")
_RUN = re.compile(f"[{HAN}]+(?:[ \u3000]{{1,2}}[{HAN}]+)+")
_WORD = 4
_STEP = re.compile("第[一二三四五六七八九十]{1,2}[步项个类]$")
_FILLED_IN = re.compile(
    "[（(“‘《][ \u3000]+[）)”’》]|[年月][ \u3000]+[月日]|[：:][ \u3000]+年|[ \u3000][年月日][ \u3000]"
)
"""Blanks that somebody fills in by hand: （ ）, 年 月 日."""
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊秦邱尹薛闫段雷侯史陶黎贺"
    "顾郝龚邵钱严覃戴莫孔汤"
)
_NAME = re.compile(f"[{_SURNAMES}][{HAN}]{{1,2}}(?![{HAN}])")
_LABEL = re.compile(
    "(?:第\\s*[一二三四五六七八九十百千零〇0-9]{1,9}\\s*(?:条(?:之[一二三四五六七八九十])?|分编|编|章|节|部分|篇)|[（(]?[一二三四五六七八九十0-9]{1,3}[)）]?[、.．]?|[【\\[].{1,12}[】\\]]|#+|(?:典型)?(?:案例|事例)之?[一二三四五六七八九十0-9]{1,3}[：:、]?|[问答][：:])[ \u3000]+"
)


def stray_blanks(text: str) -> list[tuple[int, int, str, str]]:
    """Edits that take out blanks between characters of a sentence."""
    start = len(text) - len(text.lstrip())
    label = _LABEL.match(text, start)
    begin = label.end() if label else start
    rest = text[begin:].strip()
    if re.fullmatch(f"[{HAN}](?:[ \u3000]+[{HAN}]){{1,11}}", rest):
        return [
            (begin + found.start(), begin + found.end(), "", "字间多余的空格")
            for found in re.finditer("(?<=\\S)[ \u3000]+(?=\\S)", text[begin:])
        ]
    if (len(text) <= 80 and not re.search("[，。；：,;:]", _CASE_LABEL.sub("", text))) or text.startswith("<!--"):
        return []  # a title of two halves, a date with what happened then
    meant = _meant_blanks(text)
    return [
        (*found.span(), "", "字间多余的空格")
        for found in _BLANKS.finditer(text, begin)
        if found.start() not in meant and not _FILLED_IN.search(text, max(found.start() - 1, 0), found.end() + 1)
    ]


def _meant_blanks(text: str) -> set[int]:
    """Where blanks begin that part words: between names, between the words of a list, behind 第一步."""
    meant: set[int] = set()
    for run in _RUN.finditer(text):
        blanks = list(re.finditer("[ \u3000]+", run[0]))
        pieces = re.split("[ \u3000]+", run[0])
        inner = pieces[1:-1]
        if inner and all(2 <= len(piece) <= _WORD for piece in inner):
            meant |= {run.start() + blank.start() for blank in blanks}
        for blank, left, right in zip(blanks, pieces, pieces[1:], strict=False):
            if _STEP.search(left) or (_NAME.fullmatch(left) and _NAME.match(right)):
                meant.add(run.start() + blank.start())
    return meant
