"""Ids for what is new: short, in plain letters, unlike those that exist."""

import re
from collections.abc import Collection

from pypinyin import lazy_pinyin

_PREFIX = re.compile("^(?:中华人民共和国|国家电网有限公司|国家电网公司|国家电网|关于印发|关于)")
_LONGEST = 60


def propose_id(title: str, taken: Collection[str], *, syllables: int, tail: str = "", otherwise: str = "draft") -> str:
    """An id made of a title's first syllables.

    Args:
        title: In Chinese; letters and digits in it are kept as words.
        taken: Ids that exist.
        syllables: How many at most, from 1.
        tail: Ends the id, such as a year; may be empty.
        otherwise: Used where a title has neither Chinese nor Latin letters.
    """
    words = re.findall(
        "[a-z]+|[0-9]+", " ".join(lazy_pinyin(_PREFIX.sub("", title.strip("《》")), errors=_ascii)).lower()
    )
    words = words[:syllables] or [otherwise]
    if tail and words[-1] != tail:
        words.append(tail)
    name = "-".join(words)[:_LONGEST].strip("-")
    if name not in taken:
        return name
    # Doubling, then halving: a thousand cases of one title shall not try a thousand names each.
    low, high = 1, 2
    while f"{name}-{high}" in taken:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if f"{name}-{middle}" in taken else (low, middle)
    return f"{name}-{high}"


def _ascii(text: str) -> str:
    return re.sub("[^A-Za-z0-9]+", " ", text)
