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
    if (len(text) <= 80 and not re.search("[，。；：,;:]", text)) or text.startswith("<!--"):
        return []  # a title of two halves, a date with what happened then
    return [(*found.span(), "", "字间多余的空格") for found in _BLANKS.finditer(text, begin)]
