"""Text to terms.

One text gives terms on several channels, told apart by the first character of the term:

    w  words and the shorter words inside them (jieba's search mode), with the station's dictionary
    b  pairs of neighbouring characters
    u  single characters
    c  concepts: the standard term of every synonym group of which a way of saying it occurs
    p  pairs of neighbouring syllables, for what was typed by sound
    s  words of statutes: those in the text, and in a question those that speak of what it says in everyday words
"""

import hashlib
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from retrieval.model import Lexicon
from retrieval.search.dictionary import make_tokenizer
from retrieval.search.syllables import syllables
from retrieval.search.terms import Term
from retrieval.text import normalise

_UNSEEN = 5
"""How often a word is taken to have been seen besides: one that the dictionary doesn't hold is rare, not impossible."""
_WORDS_IN_A_SENTENCE = 8
_GUESSED = 0.7
"""How rare a word is taken to be that the tokenizer has guessed."""
_VERSION = 6
"""Goes up with every change of what the analyzer makes of a text."""
_FILLERS = frozenset(
    word
    for line in files("retrieval.search").joinpath("fillers.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)

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
    statute: float = 1.5

    def by_channel(self) -> dict[str, float]:
        """The weights under the first character of the channel's terms."""
        return {
            "w": self.word,
            "b": self.bigram,
            "u": self.unigram,
            "c": self.concept,
            "p": self.sound,
            "s": self.statute,
        }


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the analyzer makes of a text.

    Attributes:
        terms: On all channels, as often as they occur.
        ways: Each way of saying a concept that occurs → its standard term.
        words: The words that neither only ask nor only connect, in their order, each once.
        topics: The words that name something, in their order, each once; words that only ask or connect are left out.
    """

    terms: list[Term]
    ways: Mapping[str, str]
    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


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
            repr((_VERSION, lexicon.terms, sorted(lexicon.synonyms.items()), sorted(lexicon.statutes.items()))).encode()
        ).hexdigest()
        """Differs where the same text would give other terms."""
        self._synonyms: Mapping[str, str] = lexicon.synonyms
        self._statutes = lexicon.statutes
        self._statute_ways = _by_first(lexicon.statutes)
        self._statute_words = _by_first(word for words in lexicon.statutes.values() for word in words)
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

    def analyse(self, text: str, *, asked: bool = False) -> "Analysis":
        """A text's terms, and what they were made from.

        Args:
            text: Need not be normalised.
            asked: Whether it is a question, in whose everyday words those of statutes are heard.
        """
        text = normalise(text)
        whole = [word for word in self._tokenizer.lcut(text) if _WORD.fullmatch(word)]
        found = [part for word in whole for part in self._parts(word)]
        # A single character is a term of its own channel.
        terms = ["w" + word for word in found if len(word) > 1 or word.isascii()]
        for run in _HAN_RUN.findall(text):
            terms += ["u" + character for character in run]
            terms += ["b" + pair for pair in pairs(run)]
            terms += [f"p{first} {second}" for first, second in itertools.pairwise(syllables(run))]
        ways = list(self._concepts(text))
        terms += ["c" + standard for _, standard in ways]
        statute_words = dict.fromkeys(_found(text, self._statute_words))
        if asked:
            for way in _found(text, self._statute_ways):
                statute_words.update(dict.fromkeys(self._statutes[way]))
        terms += ["s" + word for word in statute_words]
        topics = dict.fromkeys(word for word in self._joined(whole) if word not in _FILLERS)
        words = dict.fromkeys(word for word in whole if word not in _FILLERS)
        return Analysis(terms, dict(ways), tuple(words), tuple(topics))

    def _parts(self, word: str) -> Iterator[str]:
        """Yield the shorter words inside a word, then the word, as jieba's search mode does."""
        known = self._tokenizer.FREQ
        for length in (2, 3):
            if len(word) > length:
                parts = (word[start : start + length] for start in range(len(word) - length + 1))
                yield from (part for part in parts if known.get(part))
        yield word

    @staticmethod
    def _joined(words: Sequence[str]) -> Iterator[str]:
        """Yield words; neighbouring single characters that are no fillers come as one: 估 表 is 估表."""
        run = ""
        for word in words:
            if len(word) == 1 and word not in _FILLERS:
                run += word
                continue
            if run:
                yield run
                run = ""
            yield word
        if run:
            yield run

    def cut(self, text: str) -> list[str]:
        """Cut a normalised text into words."""
        return list(self._tokenizer.cut(text))

    def is_word(self, word: str) -> bool:
        """Whether a word is in the dictionary and names something."""
        return bool(self._tokenizer.FREQ.get(word)) and word not in _FILLERS

    def rarity(self, word: str) -> float:
        """Return how rare a word is in general Chinese, 0.2 to 1: the logarithm of its frequency in jieba's dictionary."""
        frequency = self._tokenizer.FREQ.get(word, 0)
        if not frequency:
            return 1.0 if word.isascii() else _GUESSED
        return min(max((math.log10(self._tokenizer.total / frequency) - 3.0) / 3.0, 0.2), 1.0)

    def generality(self, word: str) -> float:
        """Return how common a word is in general Chinese: about the share of sentences that hold it, above 0."""
        return float((self._tokenizer.FREQ.get(word, 0) + _UNSEEN) / self._tokenizer.total * _WORDS_IN_A_SENTENCE)

    def is_guessed(self, word: str) -> bool:
        """Whether a word of several Chinese characters is in no dictionary: the tokenizer has guessed it."""
        return len(word) > 1 and not word.isascii() and not self._tokenizer.FREQ.get(word)

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
        return ((way, self._synonyms[way]) for _, way in self.places_of_ways(text))

    def places_of_ways(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield the ways of saying a concept that occur in a normalised text, longest first, each behind its place."""
        end = 0
        for start, character in enumerate(text):
            for length in self._way_lengths.get(character, ()):
                if end < start + length <= len(text):
                    way = text[start : start + length]
                    if way in self._synonyms:
                        yield start, way
                        end = start + length
                        break


def _by_first(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words under their first character."""
    found: dict[str, dict[str, None]] = {}
    for word in words:
        found.setdefault(word[0], {})[word] = None
    return {first: tuple(same) for first, same in found.items()}


def _found(text: str, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The words that occur in a text, also one inside the other."""
    for start, character in enumerate(text):
        yield from (word for word in words.get(character, ()) if text.startswith(word, start))


def pairs(text: str) -> list[str]:
    """The pairs of neighbouring characters of a text."""
    return [text[start : start + 2] for start in range(len(text) - 1)]
