"""How characters sound, without tone."""

import os
from functools import cache

# Characters are looked up one by one; reading the phrase table as well costs a quarter of a second at every start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import Style, lazy_pinyin


def syllables(run: str) -> list[str]:
    """The most usual syllable of each character, without tone.

    Args:
        run: Chinese characters only.
    """
    return [_syllable(character) for character in run]


@cache
def _syllable(character: str) -> str:
    return lazy_pinyin(character, style=Style.NORMAL)[0]
