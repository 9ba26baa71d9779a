"""Text to terms.

One text gives terms on several channels, told apart by the first character of the term:

    w  words and the shorter words inside them (jieba's search mode), with the station's dictionary
    b  pairs of neighbouring characters
    u  single characters
    c  concepts: the standard term of every synonym group of which a way of saying it occurs
    p  pairs of neighbouring syllables, for what was typed by sound
"""

import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval.model import Lexicon
from retrieval.search.dictionary import make_tokenizer
from retrieval.search.syllables import syllables
from retrieval.search.terms import Term
from retrieval.text import normalise

_VERSION = 3
"""Goes up with every change of what the analyzer makes of a text."""

_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
_WORD = re.compile(r"[0-9a-z\u3400-\u4dbf\u4e00-\u9fff]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Weights:
    """How much a term of each channel counts in a question; documents hold all channels alike."""

    word: float = 1.0
    bigram: float = 1.0
    unigram: float = 1.0
    concept: float = 2.0
    sound: float = 0.5

    def by_channel(self) -> dict[str, float]:
        """The weights under the first character of the channel's terms."""
        return {"w": self.word, "b": self.bigram, "u": self.unigram, "c": self.concept, "p": self.sound}


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the analyzer makes of a text.

    Attributes:
        terms: On all channels, as often as they occur.
        ways: Each way of saying a concept that occurs → its standard term.
        trade: How many places belong to the station's own words: its dictionary and its synonyms.
    """

    terms: list[Term]
    ways: Mapping[str, str]
    trade: int


class Analyzer:
    """Cuts documents and questions into the same terms; belongs to one reading of the lexicon."""

    def __init__(self, lexicon: Lexicon, cache: Path | None = None) -> None:
        """Make an analyzer.

        Args:
            lexicon: The station's words.
            cache: A folder that may keep jieba's parsed dictionary.
        """
        self._tokenizer = make_tokenizer(lexicon.terms, cache)
        self.fingerprint = hashlib.sha256(
            repr((_VERSION, lexicon.terms, sorted(lexicon.synonyms.items()))).encode()
        ).hexdigest()
        """Differs where the same text would give other terms."""
        self._synonyms: Mapping[str, str] = lexicon.synonyms
        self._station_words = frozenset(word for word, _ in lexicon.terms)
        lengths: dict[str, set[int]] = {}
        for way in lexicon.synonyms:
            lengths.setdefault(way[0], set()).add(len(way))
        self._way_lengths = {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}

    def terms(self, text: str) -> list[Term]:
        """Every term of a text, as often as it occurs, on all channels.

        Args:
            text: Need not be normalised.
        """
        return self.analyse(text).terms

    def analyse(self, text: str) -> "Analysis":
        """A text's terms, and what they were made from.

        Args:
            text: Need not be normalised.
        """
        text = normalise(text)
        found = [word for word in self._tokenizer.lcut_for_search(text) if _WORD.fullmatch(word)]
        # A single character is a term of its own channel.
        terms = ["w" + word for word in found if len(word) > 1 or word.isascii()]
        for run in _HAN_RUN.findall(text):
            terms += ["u" + character for character in run]
            terms += ["b" + pair for pair in pairs(run)]
            terms += [f"p{first} {second}" for first, second in itertools.pairwise(syllables(run))]
        ways = list(self._concepts(text))
        terms += ["c" + standard for _, standard in ways]
        own_words = sum(word in self._station_words and word not in self._synonyms for word in found)
        return Analysis(terms, dict(ways), len(ways) + own_words)

    def says(self, text: str, way: str) -> bool:
        """Whether a text says something, and not only by the end of one word and the beginning of the next: 接触电表 is no 触电.

        Args:
            text: Normalised.
            way: Normalised.
        """
        place = text.find(way)
        if place < 0:
            return False
        bounds = {0, *itertools.accumulate(map(len, self._tokenizer.cut(text)))}
        while place >= 0:
            if place in bounds or bounds.isdisjoint(range(place + 1, place + len(way))):
                return True
            place = text.find(way, place + 1)
        return False

    @staticmethod
    def sounds(run: str) -> list[Term]:
        """The pairs of neighbouring syllables of a run of Chinese characters; others in it are passed over."""
        return [f"p{first} {second}" for first, second in itertools.pairwise(syllables("".join(_HAN_RUN.findall(run))))]

    def _concepts(self, text: str) -> Iterator[tuple[str, str]]:
        """The ways of saying a concept that occur in a text, longest first at each place, and their standard terms."""
        end = 0
        for start, character in enumerate(text):
            for length in self._way_lengths.get(character, ()):
                if end < start + length <= len(text):
                    way = text[start : start + length]
                    if way in self._synonyms:
                        yield way, self._synonyms[way]
                        end = start + length
                        break


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text."""
    return [text[start : start + 2] for start in range(len(text) - 1)]
