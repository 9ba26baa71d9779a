"""Writing that looks different and means the same, made the same."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from opencc import OpenCC

# Also lone surrogates, which a terminal with a broken locale may hand over.
_INVISIBLE = re.compile(
    r"[\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]"
)


def normalise(text: str) -> str:
    """Bring a text into the one form that is compared.

    Full-width and other compatibility forms to their plain ones (NFKC), traditional to simplified characters, words of dialects
    to those of the common language, lower case, no invisible characters, each run of white space to one blank.
    """
    return _normalise_short(text) if len(text) <= _SHORT else _normalise(text)


_SHORT = 200
"""A question is asked for in this form by many; the forms of texts as short as one are kept for a while."""


@lru_cache(maxsize=4096)
def _normalise_short(text: str) -> str:
    return _normalise(text)


def _normalise(text: str) -> str:
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    converter = _traditional_to_simplified()
    # Before the characters are simplified, too: 係 says 是, but 系 is part of many words.
    plain = _without_dialect(plain)
    # Twice: a few characters get their simplified form in two steps.
    return " ".join(_without_dialect(str(converter.convert(converter.convert(plain)))).split())


def _without_dialect(text: str) -> str:
    standard = _standard_words()
    return _dialect().sub(lambda found: standard[found[0]], text)


@cache
def _traditional_to_simplified() -> Any:
    return OpenCC("tw2s")


@cache
def _standard_words() -> Mapping[str, str]:
    """Each word of a dialect and what it says, from `dialect.txt`."""
    lines = files("retrieval").joinpath("dialect.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


@cache
def _dialect() -> re.Pattern[str]:
    """Any word of a dialect; the longest comes first."""
    return re.compile("|".join(map(re.escape, sorted(_standard_words(), key=len, reverse=True))))
