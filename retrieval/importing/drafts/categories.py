"""The category of a case, guessed from the words of those that are held."""

import re
from collections import Counter
from collections.abc import Iterator
from math import log

from retrieval.importing.headings.articles import (
    HAN,
)
from retrieval.model import KnowledgeBase

_UNKNOWN_CATEGORY = "未分类"


class Categories:
    """Which of the categories in use a text is most like: naive Bayes over pairs of characters."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._seen: dict[str, Counter[str]] = {}
        for case in knowledge.cases:
            texts = (case.title, case.takeaway, *(section.text for section in case.sections), *case.questions)
            self._seen.setdefault(case.category, Counter()).update(pair for text in texts for pair in set(_pairs(text)))
        self._known = {pair for seen in self._seen.values() for pair in seen}

    def named(self, heading: str) -> str:
        """The category of which a heading speaks: 停电类案例 is about 停电管理; empty where it speaks of none, or of two."""
        spoken = [category for category in sorted(self._seen) if category[:2] in heading]
        return spoken[0] if len(spoken) == 1 else ""

    def guess(self, text: str) -> str:
        """The category; 未分类 where nothing points to one."""
        own = set(_pairs(text)) & self._known
        if not own:
            return _UNKNOWN_CATEGORY

        def likelihood(category: str) -> float:
            seen = self._seen[category]
            whole = log(seen.total() + 0.5 * len(self._known))
            return sum(log(seen[pair] + 0.5) - whole for pair in own)

        return max(sorted(self._seen), key=likelihood)


def _pairs(text: str) -> Iterator[str]:
    for run in re.findall(f"[{HAN}]+", text):
        for start in range(len(run) - 1):
            yield run[start : start + 2]
