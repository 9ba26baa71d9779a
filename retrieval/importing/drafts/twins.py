"""Cases that were taken in before."""

import re
from collections import Counter
from collections.abc import Sequence

from retrieval.importing.headings.articles import (
    HAN,
)
from retrieval.model import Case

_TWIN = 0.6
_SHINGLE = 8


class Twins:
    """Finds the case that a text was taken in as before."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self._cases = cases
        self._holders: dict[str, set[int]] = {}
        for number, case in enumerate(cases):
            for shingle in _shingles("".join(section.text for section in case.sections)):
                self._holders.setdefault(shingle, set()).add(number)

    def of(self, text: str) -> Case | None:
        """The case that holds most of a text; None where none holds 60 %."""
        own = _shingles(text)
        shared = Counter(number for shingle in own for number in self._holders.get(shingle, ()))
        if not shared or len(own) < 10:
            return None
        number, count = shared.most_common(1)[0]
        return self._cases[number] if count >= _TWIN * len(own) else None


def _shingles(text: str) -> set[str]:
    letters = re.sub(f"[^{HAN}]", "", text)
    return {letters[start : start + _SHINGLE] for start in range(len(letters) - _SHINGLE + 1)}
