"""Writing that looks different and means the same, made the same."""

import re
import unicodedata
from functools import cache
from typing import Any

from opencc import OpenCC

# Also lone surrogates, which a terminal with a broken locale may hand over.
_INVISIBLE = re.compile(
    r"[\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]"
)


def normalise(text: str) -> str:
    """Bring a text into the one form that is compared.

    Full-width and other compatibility forms to their plain ones (NFKC), traditional to simplified characters, lower case,
    no invisible characters, each run of white space to one blank.
    """
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).lower()
    converter = _traditional_to_simplified()
    # Twice: a few characters get their simplified form in two steps.
    return " ".join(str(converter.convert(converter.convert(plain))).split())


@cache
def _traditional_to_simplified() -> Any:
    return OpenCC("tw2s")
